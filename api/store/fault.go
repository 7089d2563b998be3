package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/uptrace/bun/driver/pgdriver"
)

// Codes of SQLite, extended result codes.
const (
	sqliteConstraintForeignKey = 787
	sqliteConstraintPrimaryKey = 1555
	sqliteConstraintUnique     = 2067
)

// sqliteCode is the result code of an error of SQLite; 0: it is none.
func sqliteCode(err error) int {
	type coded interface {
		error
		Code() int
	}
	if fault, ok := errors.AsType[coded](err); ok {
		return fault.Code()
	}
	return 0
}

// sqlState is the SQLSTATE of an error of PostgreSQL; "": it is none.
func sqlState(err error) string {
	if fault, ok := errors.AsType[pgdriver.Error](err); ok {
		return fault.Field('C')
	}
	return ""
}

// again tells whether the same transaction may well succeed when tried again: serialisation failure or
// deadlock.
func again(err error) bool {
	state := sqlState(err)
	return state == "40001" || state == "40P01"
}

// duplicate tells whether err is that a row with these values exists. With names of table and column it must
// be that column's constraint.
func duplicate(err error, table, column string) bool {
	switch sqliteCode(err) {
	case sqliteConstraintPrimaryKey, sqliteConstraintUnique:
		return table == "" || strings.Contains(err.Error(), table+"."+column)
	}
	if fault, ok := errors.AsType[pgdriver.Error](err); ok && fault.Field('C') == "23505" {
		return table == "" || strings.Contains(fault.Field('n'), table+"_"+column)
	}
	return false
}

// dangling tells whether err is that a row refers to another one that does not exist.
func dangling(err error) bool {
	return sqliteCode(err) == sqliteConstraintForeignKey || sqlState(err) == "23503"
}

// orNotFound turns the absence of a row into the refusal that the domain has for it.
func orNotFound(err, refusal error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return refusal
	}
	return err
}

// affected is how many rows a write changed.
func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
