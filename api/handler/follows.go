package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// Follower is somebody in a list of followers, of the followed, or of the blocked.
type Follower struct {
	Person
	Since time.Time `json:"since"`
}

// OfUserRequest lists what belongs to the person in the path.
type OfUserRequest struct {
	PageRequest
	ID int64 `path:"id" minimum:"1" doc:"The person"`
}

// Follow follows somebody. Following twice is following.
func (p *People) Follow(ctx context.Context, in *IDRequest) (*Empty, error) {
	notification, err := p.DB.Follows.Add(ctx, CallerOf(ctx).UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("follow: %w", err)
	}
	p.Notify.Tell(ctx, in.ID, notification)
	return &Empty{}, nil
}

// Unfollow follows somebody no more.
func (p *People) Unfollow(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := p.DB.Follows.Remove(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("unfollow: %w", err)
	}
	return &Empty{}, nil
}

// Followers lists who follows a person.
func (p *People) Followers(ctx context.Context, in *OfUserRequest) (*List[Follower], error) {
	rows, next, err := p.DB.Follows.Followers(ctx, CallerOf(ctx).UserID, in.ID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list followers: %w", err)
	}
	return newList(ctx, rows, next, follower), nil
}

// Following lists whom a person follows.
func (p *People) Following(ctx context.Context, in *OfUserRequest) (*List[Follower], error) {
	rows, next, err := p.DB.Follows.Following(ctx, CallerOf(ctx).UserID, in.ID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list followed people: %w", err)
	}
	return newList(ctx, rows, next, follower), nil
}

func follower(f social.Follow) Follower { return Follower{Person: person(f.Person), Since: f.Since} }
