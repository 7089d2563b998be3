package handler

import (
	"context"
	"net/url"

	"github.com/pp-enter/pp-enter/api/social"
)

// PageRequest asks for a part of a list; embed it in the request of each list.
type PageRequest struct {
	Cursor string `query:"cursor" doc:"The next of the page before; none: from the beginning"`
	Limit  int    `query:"limit" minimum:"1" default:"10" doc:"How many items at most; never more than 50"`
}

// page is what is asked for, in the domain's words.
func (p PageRequest) page() social.Page { return social.Page{Cursor: p.Cursor, Limit: p.Limit} }

// Items is a part of a list.
type Items[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next" doc:"The cursor of the next page; empty: this is the last one"`
}

// List is the answer with a part of a list.
type List[T any] struct {
	Link string `header:"Link" doc:"The address of the next page, as rel=next"`
	Body Items[T]
}

// newList answers the request of ctx with one page, each row turned into what clients see. next is the
// cursor of the following page, empty at the end.
func newList[R, T any](ctx context.Context, rows []R, next string, turn func(R) T) *List[T] {
	out := &List[T]{Body: Items[T]{Items: make([]T, 0, len(rows)), Next: next}}
	for _, r := range rows {
		out.Body.Items = append(out.Body.Items, turn(r))
	}
	if next != "" {
		out.Link = "<" + nextPage(ClientOf(ctx).URL, next) + `>; rel="next"`
	}
	return out
}

// nextPage is the address at with another cursor.
func nextPage(at url.URL, cursor string) string {
	query := at.Query()
	query.Set("cursor", cursor)
	return (&url.URL{Path: at.Path, RawPath: at.RawPath, RawQuery: query.Encode()}).String()
}
