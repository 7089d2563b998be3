package handler

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// ReactionRequest likes a post, or keeps it.
type ReactionRequest struct {
	Body struct {
		Post int64 `json:"post" minimum:"1"`
	}
}

// Reaction is the caller's like of a post, or their keeping it.
type Reaction struct {
	ID      int64     `json:"id" doc:"What takes it back"`
	Post    int64     `json:"post"`
	Count   int64     `json:"count" doc:"How many people do the same"`
	Created time.Time `json:"created"`
}

// ReactionResponse shows a like or a favourite.
type ReactionResponse struct {
	Status   int    // 201: it is new
	Location string `header:"Location"`
	Body     Reaction
}

// Like likes a post. Liking again is the same like.
func (p *Posts) Like(ctx context.Context, in *ReactionRequest) (*ReactionResponse, error) {
	r, err := p.DB.Reactions.Like(ctx, CallerOf(ctx).UserID, in.Body.Post)
	if err != nil {
		return nil, fmt.Errorf("like: %w", err)
	}
	p.Notify.Tell(ctx, r.OwnerID, r.NotificationID)
	return reaction("likes", r), nil
}

// Unlike takes a like of the caller's back.
func (p *Posts) Unlike(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := p.DB.Reactions.Unlike(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("unlike: %w", err)
	}
	return &Empty{}, nil
}

// Keep makes a post a favourite. Keeping again is the same favourite.
func (p *Posts) Keep(ctx context.Context, in *ReactionRequest) (*ReactionResponse, error) {
	r, err := p.DB.Reactions.Keep(ctx, CallerOf(ctx).UserID, in.Body.Post)
	if err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	return reaction("favorites", r), nil
}

// Drop takes a favourite of the caller's back.
func (p *Posts) Drop(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := p.DB.Reactions.Drop(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("drop favourite: %w", err)
	}
	return &Empty{}, nil
}

func reaction(kind string, r social.Reaction) *ReactionResponse {
	return &ReactionResponse{
		Status: madeStatus(r.Fresh), Location: "/api/posts/" + kind + "/" + strconv.FormatInt(r.ID, 10) + "/",
		Body: Reaction{ID: r.ID, Post: r.PostID, Count: r.Count, Created: r.Created},
	}
}
