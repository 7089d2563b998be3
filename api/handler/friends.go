package handler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// People answers for what stands between people, under /api/accounts.
type People struct {
	DB       *store.DB
	Notify   *Notifier
	Rings    Rings    // nil: nobody is rung
	Meetings Meetings // nil: nobody sits anywhere
}

// Rings are the calls that nobody has answered yet.
type Rings interface {
	// Stopped tells the screens of both sides that these rings are over; the database knows already.
	Stopped(ctx context.Context, rings []int64)
}

// Check reports a part that is missing.
func (p *People) Check() error {
	if p.DB == nil || p.Notify == nil {
		return errors.New("people: database and notifier must be given")
	}
	return nil
}

// FriendRequest is somebody's wish to be another one's friend.
type FriendRequest struct {
	ID       int64      `json:"id"`
	From     Person     `json:"from"`
	To       Person     `json:"to"`
	State    string     `json:"state" enum:"pending,accepted,rejected,cancelled"`
	Created  time.Time  `json:"created"`
	Answered *time.Time `json:"answered" nullable:"true"`
}

// Friend is a friend in one's own list.
type Friend struct {
	Person
	Since time.Time `json:"since"`
}

// AskRequest asks somebody to be a friend.
type AskRequest struct {
	Body struct {
		ToUser int64 `json:"to_user" minimum:"1"`
	}
}

// BefriendRequest makes somebody a friend, or asks them.
type BefriendRequest struct {
	Body struct {
		User int64 `json:"user" minimum:"1"`
	}
}

// AskedResponse is what came of asking.
type AskedResponse struct {
	Location string `header:"Location"`
	Body     FriendRequest
}

// FriendRequestResponse shows a friend request.
type FriendRequestResponse struct{ Body FriendRequest }

// FriendRequestsRequest lists friend requests.
type FriendRequestsRequest struct {
	PageRequest
	Direction string `query:"direction" enum:"in,out" default:"in" doc:"Those to you, or those by you"`
}

// Ask asks somebody to be a friend. Where they have asked before, the two are friends now.
func (p *People) Ask(ctx context.Context, in *AskRequest) (*AskedResponse, error) {
	return p.ask(ctx, in.Body.ToUser)
}

// Befriend is Ask under the address of the friends.
func (p *People) Befriend(ctx context.Context, in *BefriendRequest) (*AskedResponse, error) {
	return p.ask(ctx, in.Body.User)
}

func (p *People) ask(ctx context.Context, userID int64) (*AskedResponse, error) {
	caller := CallerOf(ctx)
	asked, err := p.DB.Friends.Ask(ctx, caller.UserID, userID)
	if err != nil {
		return nil, fmt.Errorf("ask to be friends: %w", err)
	}
	p.Notify.Tell(ctx, userID, asked.NotificationID)
	request, err := p.DB.Friends.Request(ctx, caller.UserID, asked.RequestID)
	if err != nil {
		return nil, fmt.Errorf("find friend request: %w", err)
	}
	return &AskedResponse{
		Location: "/api/accounts/friend-requests/" + strconv.FormatInt(asked.RequestID, 10) + "/",
		Body:     friendRequest(request),
	}, nil
}

// Accept makes a friendship of a request to the caller.
func (p *People) Accept(ctx context.Context, in *IDRequest) (*FriendRequestResponse, error) {
	caller := CallerOf(ctx)
	done, err := p.DB.Friends.Accept(ctx, caller.UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("accept friend request: %w", err)
	}
	request, err := p.request(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p.Notify.Tell(ctx, request.Body.From.ID, done.NotificationID)
	return request, nil
}

// Reject turns a request to the caller down. Its sender is not told.
func (p *People) Reject(ctx context.Context, in *IDRequest) (*FriendRequestResponse, error) {
	if err := p.DB.Friends.Reject(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("reject friend request: %w", err)
	}
	return p.request(ctx, in.ID)
}

// Cancel takes back a request of the caller's.
func (p *People) Cancel(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := p.DB.Friends.Cancel(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("cancel friend request: %w", err)
	}
	return &Empty{}, nil
}

func (p *People) request(ctx context.Context, id int64) (*FriendRequestResponse, error) {
	request, err := p.DB.Friends.Request(ctx, CallerOf(ctx).UserID, id)
	if err != nil {
		return nil, fmt.Errorf("find friend request: %w", err)
	}
	return &FriendRequestResponse{Body: friendRequest(request)}, nil
}

// Requests lists the pending requests to the caller, or by the caller.
func (p *People) Requests(ctx context.Context, in *FriendRequestsRequest) (*List[FriendRequest], error) {
	rows, next, err := p.DB.Friends.Requests(
		ctx, CallerOf(ctx).UserID, social.Direction(in.Direction), in.page())
	if err != nil {
		return nil, fmt.Errorf("list friend requests: %w", err)
	}
	return newList(ctx, rows, next, friendRequest), nil
}

// Friends lists the caller's friends.
func (p *People) Friends(ctx context.Context, in *PageRequest) (*List[Friend], error) {
	rows, next, err := p.DB.Friends.List(ctx, CallerOf(ctx).UserID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list friends: %w", err)
	}
	return newList(ctx, rows, next, func(f social.Friendship) Friend {
		return Friend{Person: person(f.Friend), Since: f.Since}
	}), nil
}

// Unfriend ends a friendship of the caller's.
func (p *People) Unfriend(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := p.DB.Friends.Remove(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("end friendship: %w", err)
	}
	return &Empty{}, nil
}

func friendRequest(r social.FriendRequest) FriendRequest {
	return FriendRequest{
		ID: r.ID, From: person(r.From), To: person(r.To), State: string(r.State), Created: r.Created,
		Answered: orNull(r.Answered),
	}
}

// orNull is null for a time that has not come.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
