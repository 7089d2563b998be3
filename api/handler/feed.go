package handler

import (
	"context"
	"fmt"
	"net/url"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// FeedOfRequest lists one user's posts.
type FeedOfRequest struct {
	PageRequest
	User int64 `path:"user_id" minimum:"1"`
}

// FeedByPhotoRequest lists posts by the name of their photo.
type FeedByPhotoRequest struct {
	PageRequest
	Name string `path:"photo_name" minLength:"1" maxLength:"300" doc:"A part of the name"`
}

// FeedOfByPhotoRequest is FeedByPhotoRequest for one user's posts.
type FeedOfByPhotoRequest struct {
	FeedByPhotoRequest
	User int64 `query:"user" required:"true" minimum:"1"`
}

// Feed lists the posts that the caller may see, the newest first.
func (p *Posts) Feed(ctx context.Context, in *PageRequest) (*List[Post], error) {
	rows, next, err := p.DB.Posts.Feed(ctx, CallerOf(ctx).UserID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return p.posts(ctx, rows, next), nil
}

// FeedOf lists one user's posts.
func (p *Posts) FeedOf(ctx context.Context, in *FeedOfRequest) (*List[Post], error) {
	rows, next, err := p.DB.Posts.ByUser(ctx, CallerOf(ctx).UserID, in.User, in.page())
	if err != nil {
		return nil, fmt.Errorf("list posts of user: %w", err)
	}
	return p.posts(ctx, rows, next), nil
}

// FeedByPhoto lists the posts whose photo has a part of a name.
func (p *Posts) FeedByPhoto(ctx context.Context, in *FeedByPhotoRequest) (*List[Post], error) {
	return p.byPhoto(ctx, in.Name, 0, in.page())
}

// FeedOfByPhoto is FeedByPhoto for one user's posts.
func (p *Posts) FeedOfByPhoto(ctx context.Context, in *FeedOfByPhotoRequest) (*List[Post], error) {
	return p.byPhoto(ctx, in.Name, in.User, in.page())
}

func (p *Posts) byPhoto(
	ctx context.Context, name string, user int64, page social.Page,
) (*List[Post], error) {
	// Where an address is not written as net/url would write it, its parts come as they were written.
	if ClientOf(ctx).URL.RawPath != "" {
		if plain, err := url.PathUnescape(name); err == nil {
			name = plain
		}
	}
	rows, next, err := p.DB.Posts.ByPhoto(
		ctx, CallerOf(ctx).UserID, store.PhotoFilter{Name: name, User: user}, page)
	if err != nil {
		return nil, fmt.Errorf("list posts by photo: %w", err)
	}
	return p.posts(ctx, rows, next), nil
}

// Favorites lists what the caller keeps, what they chose last first.
func (p *Posts) Favorites(ctx context.Context, in *PageRequest) (*List[Post], error) {
	rows, next, err := p.DB.Posts.Favorites(ctx, CallerOf(ctx).UserID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list favourites: %w", err)
	}
	return p.posts(ctx, rows, next), nil
}

// posts is a page of posts as the caller sees them.
func (p *Posts) posts(ctx context.Context, rows []social.Post, next string) *List[Post] {
	return newList(ctx, rows, next, func(in social.Post) Post { return p.post(ctx, in) })
}
