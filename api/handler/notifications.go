package handler

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Pusher brings something to all open pages of a user at once.
type Pusher interface {
	// Push sends body as an event of that kind; who has no page open misses it. It does not block.
	Push(userID int64, kind string, body any)
}

// NotificationEvent is the kind of event that brings a Notification.
const NotificationEvent = "notification"

// Notifier shows people what happened to them, while it happens.
type Notifier struct {
	DB   *store.DB
	Push Pusher // nil: nobody has a page open
	Log  *slog.Logger
}

// Tell brings a notification that has been stored to its owner's open pages; id 0: nothing was stored. It is
// stored whatever happens here, so trouble is only logged.
func (n *Notifier) Tell(ctx context.Context, userID, id int64) {
	if id == 0 || n.Push == nil {
		return
	}
	row, found, err := n.DB.Notifications.ByID(ctx, userID, id)
	if err != nil {
		n.Log.Warn("notification is not shown at once", slog.Int64("user", userID), slog.Any("error", err))
	}
	if err != nil || !found {
		return
	}
	n.Push.Push(userID, NotificationEvent, notification(row))
}

// Notification is something that happened to the caller.
type Notification struct {
	ID         int64     `json:"id"`
	Kind       string    `json:"kind" doc:"friend_request, friend_accepted, follow, like, comment, reply ..."`
	Actor      *Person   `json:"actor,omitempty" doc:"Who did it; missing: somebody without an account any more"`
	RequestID  int64     `json:"request_id" doc:"The friend request; 0: it is not about one"`
	PostID     int64     `json:"post_id" doc:"The post; 0: it is not about one"`
	PostTitle  string    `json:"post_title"`
	CommentID  int64     `json:"comment_id"`
	FaceChatID int64     `json:"facechat_id" doc:"The room; 0: it is not about one"`
	Created    time.Time `json:"created"`
	Read       bool      `json:"read"`
}

// NotificationsRequest lists notifications.
type NotificationsRequest struct {
	PageRequest
	Unread bool `query:"unread" doc:"Only those that were not read yet"`
}

// ReadRequest marks notifications as read.
type ReadRequest struct {
	Body *struct {
		IDs []int64 `json:"ids,omitempty" maxItems:"500" doc:"Which; none: all"`
	}
}

// UnreadResponse counts what is left.
type UnreadResponse struct {
	Body struct {
		Unread int `json:"unread"`
	}
}

// Notifications lists what happened to the caller.
func (p *People) Notifications(ctx context.Context, in *NotificationsRequest) (*List[Notification], error) {
	rows, next, err := p.DB.Notifications.List(ctx, CallerOf(ctx).UserID, in.Unread, in.page())
	if err != nil {
		return nil, fmt.Errorf("list notifications: %w", err)
	}
	return newList(ctx, rows, next, notification), nil
}

// ReadNotifications marks the caller's notifications as read. Those of others are not touched.
func (p *People) ReadNotifications(ctx context.Context, in *ReadRequest) (*UnreadResponse, error) {
	userID := CallerOf(ctx).UserID
	var ids []int64
	if in.Body != nil {
		ids = in.Body.IDs
	}
	if _, err := p.DB.Notifications.MarkRead(ctx, userID, ids...); err != nil {
		return nil, fmt.Errorf("mark notifications: %w", err)
	}
	unread, err := p.DB.Notifications.Unread(ctx, userID)
	if err != nil {
		return nil, fmt.Errorf("count notifications: %w", err)
	}
	out := &UnreadResponse{}
	out.Body.Unread = unread
	return out, nil
}

func notification(n social.Notification) Notification {
	out := Notification{
		ID: n.ID, Kind: string(n.Kind), RequestID: n.RequestID, PostID: n.PostID, PostTitle: n.PostTitle,
		CommentID: n.CommentID, FaceChatID: n.FaceChatID, Created: n.Created, Read: !n.Read.IsZero(),
	}
	if n.Actor.ID != 0 {
		actor := person(n.Actor)
		out.Actor = &actor
	}
	return out
}
