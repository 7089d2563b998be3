package store

import (
	"bytes"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"
)

// cells are a row's values, taken from left to right; what is NULL is zero. They are for lists that are asked
// for so often that finding a struct's fields by name for each value would show.
type cells struct {
	values []any
	at     int
	err    error // the first value that is of another type than it was taken for
}

// readAll gives each row to read, and closes them.
func readAll(rows *sql.Rows, read func(*cells)) (err error) {
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	c := cells{values: make([]any, len(columns))}
	into := make([]any, len(columns))
	for i := range c.values {
		into[i] = &c.values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		c.at = 0
		read(&c)
		if c.err != nil {
			return c.err
		}
	}
	return rows.Err()
}

// take is the next value.
func (c *cells) take() any {
	v := c.values[c.at]
	c.at++
	return v
}

// wrong notes that the value that was taken is no what.
func (c *cells) wrong(what string, v any) {
	if c.err == nil && v != nil {
		c.err = fmt.Errorf("column %d is no %s but %T", c.at, what, v)
	}
}

func (c *cells) number() int64 {
	v := c.take()
	n, ok := v.(int64)
	if !ok {
		c.wrong("number", v)
	}
	return n
}

func (c *cells) text() string {
	v := c.take()
	s, ok := v.(string)
	if !ok {
		c.wrong("text", v)
	}
	return s
}

// readTime is a time as it stands in SQLite: RFC 3339 but for the space in its middle. Package time reads
// that form several times faster than one of our own.
func readTime(s string) (t time.Time, err error) {
	b := []byte(s)
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		b[i] = 'T'
	}
	err = t.UnmarshalText(b)
	return t.UTC(), err
}

// moment is a time that was selected by conn.moment.
func (c *cells) moment() time.Time {
	switch v := c.take().(type) {
	case time.Time:
		return v.UTC()
	case string:
		t, err := readTime(v)
		if err != nil {
			c.wrong("time", v)
		}
		return t
	default:
		c.wrong("time", v)
		return time.Time{}
	}
}

// moment selects a column with a time. SQLite's driver would try other ways of writing times first; as the
// value of a sum of texts it comes as it stands.
func (c conn) moment(column string) schema.QueryWithArgs {
	if c.pg {
		return bun.SafeQuery("?", bun.Safe(column))
	}
	return bun.SafeQuery("? || ''", bun.Safe(column))
}
