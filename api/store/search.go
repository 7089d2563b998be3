package store

import (
	"strings"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// searchable is a table with a column bigrams, kept by social.Bigrams.
type searchable struct {
	table string // of the rows; <table>_search is SQLite's index
	alias string // of the table in the query
	key   string // the column that is SQLite's rowid
}

// matching adds the condition that a row's texts hold all words of text, in part or in whole. Text without a
// letter or digit finds nothing.
func (c conn) matching(q *bun.SelectQuery, s searchable, text string) *bun.SelectQuery {
	terms, prefix := social.SearchTerms(text)
	if len(terms) == 0 && prefix == "" {
		return q.Where("1 = 0")
	}
	// Terms are letters and digits only: quoted they mean nothing but themselves.
	var b strings.Builder
	quote, and, star := `"`, " AND ", " *"
	if c.pg {
		quote, and, star = "'", " & ", ":*"
	}
	for _, t := range terms {
		if b.Len() > 0 {
			b.WriteString(and)
		}
		b.WriteString(quote + t + quote)
	}
	if prefix != "" {
		if b.Len() > 0 {
			b.WriteString(and)
		}
		b.WriteString(quote + prefix + quote + star)
	}
	if c.pg {
		return q.Where("?.terms @@ ?::tsquery", bun.Ident(s.alias), b.String())
	}
	return q.Where("?.? IN (SELECT rowid FROM ? WHERE ? MATCH ?)", bun.Ident(s.alias), bun.Ident(s.key),
		bun.Ident(s.table+"_search"), bun.Ident(s.table+"_search"), b.String())
}
