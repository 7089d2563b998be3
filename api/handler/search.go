package handler

import (
	"context"
	"fmt"
	"net/http"

	"github.com/pp-enter/pp-enter/api/social"
)

// The kinds of what is found.
const (
	foundPosts  = "posts"
	foundPeople = "people"
	foundTags   = "tags"
)

// FindRequest looks for posts, people and tags at once, or for more of one kind.
type FindRequest struct {
	PageRequest
	Query string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"Parts of words"`
	Kind  string `query:"kind" enum:"posts,people,tags" doc:"Only these; a cursor needs it"`
}

// Found is what was found, each kind as the beginning of a list of its own. The cursor of one continues it
// together with its kind.
type Found struct {
	Posts  Items[Post]    `json:"posts"`
	People Items[Person]  `json:"people"`
	Tags   Items[TagView] `json:"tags"`
	Next   string         `json:"next" doc:"With a kind: the next of its list"`
}

// FoundResponse shows what was found.
type FoundResponse struct {
	Link string `header:"Link" doc:"With a kind: the address of the next page, as rel=next"`
	Body Found
}

// Find looks for posts by title, text and tags, for people and for tags by their names.
func (p *Posts) Find(ctx context.Context, in *FindRequest) (*FoundResponse, error) {
	if in.Kind == "" && in.Cursor != "" {
		return nil, NewProblem(http.StatusUnprocessableEntity, CodeValidation, "A cursor needs a kind.")
	}
	viewer, page := CallerOf(ctx).UserID, in.page()
	posts := p.posts(ctx, nil, "")
	people, tags := newList(ctx, nil, "", found), newList(ctx, nil, "", tagFor(ctx))
	if in.Kind == "" || in.Kind == foundPosts {
		rows, next, err := p.DB.Posts.Search(ctx, viewer, in.Query, page)
		if err != nil {
			return nil, fmt.Errorf("search posts: %w", err)
		}
		posts = p.posts(ctx, rows, next)
	}
	if in.Kind == "" || in.Kind == foundPeople {
		rows, next, err := p.DB.Profiles.Search(ctx, viewer, in.Query, page)
		if err != nil {
			return nil, fmt.Errorf("search people: %w", err)
		}
		people = newList(ctx, rows, next, found)
	}
	if in.Kind == "" || in.Kind == foundTags {
		rows, next, err := p.DB.Tags.Search(ctx, viewer, in.Query, page)
		if err != nil {
			return nil, fmt.Errorf("search tags: %w", err)
		}
		tags = newList(ctx, rows, next, tagFor(ctx))
	}
	out := &FoundResponse{Body: Found{Posts: posts.Body, People: people.Body, Tags: tags.Body}}
	if in.Kind != "" {
		// One of them is the list.
		out.Link = posts.Link + people.Link + tags.Link
		out.Body.Next = posts.Body.Next + people.Body.Next + tags.Body.Next
	}
	return out, nil
}

func found(p social.Profile) Person { return person(p.Person) }
