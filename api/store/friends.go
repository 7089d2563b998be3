package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Friends are the friendships, and the requests that they come from.
type Friends struct{ c conn }

type friendRequestModel struct {
	bun.BaseModel `bun:"table:friend_requests,alias:fr"`

	ID         int64 `bun:",pk,autoincrement"`
	FromID     int64
	ToID       int64
	State      social.RequestState
	CreatedAt  time.Time
	AnsweredAt *time.Time
}

type friendshipModel struct {
	bun.BaseModel `bun:"table:friendships,alias:fs"`

	ID        int64 `bun:",pk,autoincrement"`
	LowID     int64
	HighID    int64
	CreatedAt time.Time
}

// Ask is from's wish to be to's friend. Where to has asked before, the two are friends now. It fails with
// social.ErrSelf, ErrUserNotFound, ErrBlocking, ErrAlreadyFriends or ErrRequestExists.
func (s *Friends) Ask(ctx context.Context, from, to int64) (asked social.Asked, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if err := c.meet(ctx, from, to); err != nil {
			return err
		}
		friends, err := (&Friends{c}).Are(ctx, from, to)
		if err != nil {
			return err
		}
		if friends {
			return social.ErrAlreadyFriends
		}
		var pending friendRequestModel
		err = c.w.NewSelect().Model(&pending).Where("state = ?", social.RequestPending).
			Where("from_id = ? AND to_id = ? OR from_id = ? AND to_id = ?", from, to, to, from).Limit(1).Scan(ctx)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			asked, err = c.request(ctx, from, to)
			return err
		case err != nil:
			return fmt.Errorf("look for requests: %w", err)
		case pending.FromID == from:
			return social.ErrRequestExists
		}
		asked, err = c.befriend(ctx, &pending)
		return err
	})
	return asked, err
}

// request writes a pending request; the pair is locked.
func (c conn) request(ctx context.Context, from, to int64) (social.Asked, error) {
	m := friendRequestModel{FromID: from, ToID: to, State: social.RequestPending, CreatedAt: c.now()}
	if _, err := c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
		return social.Asked{}, fmt.Errorf("add friend request: %w", err)
	}
	told, err := c.notify(ctx, social.NewNotification{
		UserID: to, Kind: social.NotifyFriendRequest, ActorID: from, RequestID: m.ID,
	})
	return social.Asked{RequestID: m.ID, NotificationID: told}, err
}

// befriend turns a pending request into a friendship; the pair is locked.
func (c conn) befriend(ctx context.Context, m *friendRequestModel) (social.Asked, error) {
	if err := c.answer(ctx, m.ID, social.RequestAccepted, "to_id = ?", m.ToID); err != nil {
		return social.Asked{}, err
	}
	low, high := social.Pair(m.FromID, m.ToID)
	f := friendshipModel{LowID: low, HighID: high, CreatedAt: c.now()}
	if _, err := c.w.NewInsert().Model(&f).Exec(ctx); err != nil {
		return social.Asked{}, fmt.Errorf("add friendship: %w", err)
	}
	told, err := c.notify(ctx, social.NewNotification{
		UserID: m.FromID, Kind: social.NotifyFriendAccepted, ActorID: m.ToID, RequestID: m.ID,
	})
	return social.Asked{RequestID: m.ID, FriendshipID: f.ID, NotificationID: told}, err
}

// answer ends a pending request of the one side that where names, and takes back what told of it.
func (c conn) answer(
	ctx context.Context, id int64, state social.RequestState, where string, side int64,
) error {
	n, err := affected(c.w.NewUpdate().Model((*friendRequestModel)(nil)).Set("state = ?", state).
		Set("answered_at = ?", c.now()).Where("id = ? AND state = ?", id, social.RequestPending).Where(where, side).
		Exec(ctx))
	if err != nil {
		return fmt.Errorf("answer friend request: %w", err)
	}
	if n == 0 {
		return social.ErrRequestNotFound
	}
	_, err = c.w.NewDelete().Model((*notificationModel)(nil)).
		Where("request_id = ? AND kind = ?", id, social.NotifyFriendRequest).Exec(ctx)
	if err != nil {
		return fmt.Errorf("take notification back: %w", err)
	}
	return nil
}

// Accept makes me the friend of who sent the request. It must be pending, and to me: else
// social.ErrRequestNotFound.
func (s *Friends) Accept(ctx context.Context, me, request int64) (asked social.Asked, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		var m friendRequestModel
		err := c.w.NewSelect().Model(&m).Where("id = ? AND to_id = ?", request, me).
			Where("state = ?", social.RequestPending).Scan(ctx)
		if err != nil {
			return orNotFound(err, social.ErrRequestNotFound)
		}
		// The request was read before the lock: answer looks again.
		if err := c.meet(ctx, me, m.FromID); err != nil {
			return err
		}
		asked, err = c.befriend(ctx, &m)
		return err
	})
	return asked, err
}

// Reject answers a request to me with no. The other one is not told.
func (s *Friends) Reject(ctx context.Context, me, request int64) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		return c.answer(ctx, request, social.RequestRejected, "to_id = ?", me)
	})
}

// Cancel takes back a request of mine.
func (s *Friends) Cancel(ctx context.Context, me, request int64) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		return c.answer(ctx, request, social.RequestCancelled, "from_id = ?", me)
	})
}

// requestRow is a friend request with both people.
type requestRow struct {
	ID         int64
	State      social.RequestState
	CreatedAt  time.Time
	AnsweredAt *time.Time
	Sender     personRow `bun:"embed:sender_"`
	Receiver   personRow `bun:"embed:receiver_"`
}

func (r *requestRow) request() social.FriendRequest {
	return social.FriendRequest{
		ID: r.ID, From: r.Sender.person(), To: r.Receiver.person(), State: r.State, Created: r.CreatedAt.UTC(),
		Answered: utc(r.AnsweredAt),
	}
}

func (s *Friends) requests() *bun.SelectQuery {
	q := s.c.r.NewSelect().TableExpr("friend_requests AS fr").
		ColumnExpr("fr.id, fr.state, fr.created_at, fr.answered_at")
	return withPerson(withPerson(q, "sender", "fr.from_id"), "receiver", "fr.to_id")
}

// Request finds a request that me sent or received, in any state.
func (s *Friends) Request(ctx context.Context, me, id int64) (social.FriendRequest, error) {
	var row requestRow
	err := s.requests().Where("fr.id = ?", id).Where("fr.from_id = ? OR fr.to_id = ?", me, me).Scan(ctx, &row)
	return row.request(), orNotFound(err, social.ErrRequestNotFound)
}

// Requests is my pending requests of one direction, the newest first.
func (s *Friends) Requests(
	ctx context.Context, me int64, direction social.Direction, page social.Page,
) ([]social.FriendRequest, string, error) {
	mine, other := "fr.to_id", "fr.from_id"
	if direction == social.Outgoing {
		mine, other = other, mine
	}
	q := s.requests().Where("fr.state = ? AND ? = ?", social.RequestPending, bun.Safe(mine), me)
	rows, next, err := fetch(ctx, s.c.notHidden(q, me, other), page,
		keyset{kind: "requests_" + string(direction), column: "fr.id"}, func(r *requestRow) int64 { return r.ID })
	return each(rows, (*requestRow).request), next, err
}

// List is a person's friends, the newest first.
func (s *Friends) List(ctx context.Context, me int64, page social.Page) ([]social.Friendship, string, error) {
	q := s.c.r.NewSelect().TableExpr("(SELECT id, created_at, high_id AS other FROM friendships "+
		"WHERE low_id = ? UNION ALL "+
		"SELECT id, created_at, low_id FROM friendships WHERE high_id = ?) AS tie", me, me)
	rows, next, err := tied(ctx, s.c.notHidden(q, me, "tie.other"), page, "friends", "tie.other")
	return each(rows, func(r *tiedRow) social.Friendship {
		return social.Friendship{ID: r.ID, Friend: r.Person.person(), Since: r.CreatedAt.UTC()}
	}), next, err
}

// Are tells whether two people are friends.
func (s *Friends) Are(ctx context.Context, a, b int64) (bool, error) {
	low, high := social.Pair(a, b)
	yes, err := s.c.r.NewSelect().Model((*friendshipModel)(nil)).Where("low_id = ? AND high_id = ?", low, high).
		Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for friendship: %w", err)
	}
	return yes, nil
}

// Remove ends a friendship; social.ErrNotFriends where there is none.
func (s *Friends) Remove(ctx context.Context, me, other int64) error {
	low, high := social.Pair(me, other)
	n, err := affected(s.c.w.NewDelete().Model((*friendshipModel)(nil)).
		Where("low_id = ? AND high_id = ?", low, high).Exec(ctx))
	if err != nil {
		return fmt.Errorf("end friendship: %w", err)
	}
	if n == 0 {
		return social.ErrNotFriends
	}
	return nil
}
