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

// Rings are the calls that wait, or waited, for an answer. Whatever ends one does so by an update of a row
// that still rings: of any number who try at once exactly one does it.
type Rings struct{ c conn }

// ringModel is a ring. Indexes allow one that rings a callee, and one a caller.
type ringModel struct {
	bun.BaseModel `bun:"table:rings,alias:ri"`

	ID         int64 `bun:",pk,autoincrement"`
	FacechatID int64
	CallerID   int64
	CalleeID   int64
	State      social.RingState
	CreatedAt  time.Time
	ExpiresAt  time.Time
	EndedAt    *time.Time
}

// Start rings somebody, and invites them into the room, so that they may come. Where they were ringing the
// caller at that moment, that ring is accepted instead; where they are busy, the ring is over already. It
// fails with social.ErrSelf, ErrUserNotFound (also where one blocks the other, or the host and the callee
// do), ErrRingFriends, ErrRoomNotFound, ErrRoomPaused, ErrRingMembers, ErrAlreadyHere,
// ErrRoomFull, ErrAlreadyRinging or a *social.TooManyRings.
func (s *Rings) Start(ctx context.Context, n social.NewRing) (rung social.Rung, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		// From here on nobody else begins a ring with either of the two.
		if err := c.mayRing(ctx, n); err != nil {
			return err
		}
		rung, err = c.answerCrossing(ctx, n)
		if err != nil || rung.Crossed {
			return err
		}
		switch {
		case n.Here:
			return social.ErrAlreadyHere
		case n.Full:
			return social.ErrRoomFull
		}
		if err := c.slowDown(ctx, n.CallerID); err != nil {
			return err
		}
		rung, err = c.ring(ctx, n)
		return err
	})
	return rung, err
}

// mayRing checks people and room, and locks the people.
func (c conn) mayRing(ctx context.Context, n social.NewRing) error {
	if err := c.meet(ctx, n.CallerID, n.CalleeID); errors.Is(err, social.ErrBlocking) {
		return social.ErrUserNotFound
	} else if err != nil {
		return err
	}
	if err := c.mayRingInto(ctx, n); err != nil {
		return err
	}
	friends, err := (&Friends{c}).Are(ctx, n.CallerID, n.CalleeID)
	if err == nil && !friends {
		return social.ErrRingFriends
	}
	return err
}

// mayRingInto lets the host, the invited and who was or is inside ring others into a room that has not ended.
func (c conn) mayRingInto(ctx context.Context, n social.NewRing) error {
	var room facechatModel
	q := c.w.NewSelect().Model(&room).Column("host_id", "state").Where("id = ?", n.RoomID)
	if c.pg {
		q = q.For("SHARE") // whoever ends the room finds the ring
	}
	if err := q.Scan(ctx); err != nil {
		return orNotFound(err, social.ErrRoomNotFound)
	}
	host := value(room.HostID)
	switch {
	case room.State == social.StateEnded:
		return social.ErrRoomNotFound
	case host == n.CallerID:
		return open(room.State)
	}
	door := c.w.NewSelect().TableExpr("facechats AS fc").ColumnExpr("1").Where("fc.id = ?", n.RoomID)
	seen, err := c.notHidden(door, n.CallerID, "fc.host_id").Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for host: %w", err)
	}
	if !seen {
		return social.ErrRoomNotFound
	}
	if err := c.belongs(ctx, n); err != nil {
		return err
	}
	apart, err := (&Blocks{c}).Between(ctx, host, n.CalleeID)
	if err != nil {
		return err
	}
	if apart {
		return social.ErrUserNotFound // the host would not let them in
	}
	return open(room.State)
}

// belongs refuses who is neither invited nor ever was inside.
func (c conn) belongs(ctx context.Context, n social.NewRing) error {
	if n.Inside {
		return nil
	}
	member, err := c.w.NewSelect().TableExpr("facechats AS fc").ColumnExpr("1").Where("fc.id = ?", n.RoomID).
		Where(takesPart, n.CallerID, n.CallerID, n.CallerID).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for membership: %w", err)
	}
	if member {
		return nil
	}
	if _, err := (&FaceChats{c}).ByID(ctx, n.CallerID, n.RoomID); err != nil {
		return err
	}
	return social.ErrRingMembers
}

// open refuses a room that nobody may come into for now.
func open(state social.State) error {
	if state != social.StateLive {
		return social.ErrRoomPaused
	}
	return nil
}

// answerCrossing accepts the callee's ring of the caller, if there is one: they both want the same.
func (c conn) answerCrossing(ctx context.Context, n social.NewRing) (social.Rung, error) {
	id, err := c.endRing(ctx, social.RingAccepted, "caller_id = ? AND callee_id = ?", n.CalleeID, n.CallerID)
	return social.Rung{RingID: id, Crossed: id != 0}, err
}

// slowDown refuses who is ringing already, and who does it all the time.
func (c conn) slowDown(ctx context.Context, caller int64) error {
	ringing, err := c.w.NewSelect().Model((*ringModel)(nil)).
		Where("caller_id = ? AND state = ?", caller, social.RingRinging).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for rings: %w", err)
	}
	if ringing {
		return social.ErrAlreadyRinging
	}
	var first time.Time
	err = c.w.NewSelect().Model((*ringModel)(nil)).Column("created_at").Where("caller_id = ?", caller).
		OrderExpr("id DESC").Offset(social.MaxRings-1).Limit(1).Scan(ctx, &first)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("count rings: %w", err)
	}
	if wait := first.Add(social.RingsWithin).Sub(c.now()); wait > 0 {
		return &social.TooManyRings{Wait: wait}
	}
	return nil
}

// ring writes the ring and the invitation; the pair is locked.
func (c conn) ring(ctx context.Context, n social.NewRing) (rung social.Rung, err error) {
	if _, err := c.admit(ctx, n.RoomID, []int64{n.CalleeID}); err != nil {
		return rung, err
	}
	busy := n.Talking
	if !busy {
		busy, err = c.w.NewSelect().Model((*ringModel)(nil)).
			Where("callee_id = ? OR caller_id = ?", n.CalleeID, n.CalleeID).
			Where("state = ?", social.RingRinging).Exists(ctx)
		if err != nil {
			return rung, fmt.Errorf("look for rings: %w", err)
		}
	}
	now := c.now()
	m := ringModel{
		FacechatID: n.RoomID, CallerID: n.CallerID, CalleeID: n.CalleeID, State: social.RingRinging,
		CreatedAt: now, ExpiresAt: now.Add(social.RingFor),
	}
	if busy {
		m.State, m.EndedAt = social.RingBusy, &now
	}
	if _, err := c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
		return rung, fmt.Errorf("add ring: %w", err)
	}
	rung.RingID = m.ID
	if busy {
		rung.NotificationID, err = c.notifyMissed(ctx, &m)
	}
	return rung, err
}

func (c conn) notifyMissed(ctx context.Context, m *ringModel) (int64, error) {
	return c.notify(ctx, social.NewNotification{
		UserID: m.CalleeID, Kind: social.NotifyMissedCall, ActorID: m.CallerID, FaceChatID: m.FacechatID,
		RingID: m.ID,
	})
}

// endRing ends the ring that still rings and is the one that where names; 0: there is none.
func (c conn) endRing(
	ctx context.Context, state social.RingState, where string, args ...any,
) (id int64, err error) {
	now := c.now()
	err = c.w.NewUpdate().Model((*ringModel)(nil)).Set("state = ?", state).Set("ended_at = ?", now).
		Where("state = ? AND expires_at > ?", social.RingRinging, now).Where(where, args...).
		Returning("id").Scan(ctx, &id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("end ring: %w", err)
	}
	return id, nil
}

// Accept answers the ring of a person in a room: social.ErrRingOver where it rings no more,
// social.ErrRingNotFound where it never did, or the room has ended.
func (s *Rings) Accept(ctx context.Context, callee, room int64) (ring int64, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		live, err := c.w.NewSelect().Model((*facechatModel)(nil)).
			Where("id = ? AND state <> ?", room, social.StateEnded).Exists(ctx)
		if err != nil {
			return fmt.Errorf("find room: %w", err)
		}
		if !live {
			return social.ErrRingNotFound
		}
		ring, err = c.answerRing(ctx, social.RingAccepted, "callee_id", callee, room)
		return err
	})
	return ring, err
}

// Decline is Accept for a no.
func (s *Rings) Decline(ctx context.Context, callee, room int64) (ring int64, err error) {
	return s.c.answerRing(ctx, social.RingDeclined, "callee_id", callee, room)
}

// Cancel is Accept for the caller's own second thoughts.
func (s *Rings) Cancel(ctx context.Context, caller, room int64) (ring int64, err error) {
	return s.c.answerRing(ctx, social.RingCancelled, "caller_id", caller, room)
}

// answerRing ends the ring of a room in which the person in column side is user.
func (c conn) answerRing(
	ctx context.Context, state social.RingState, side string, user, room int64,
) (int64, error) {
	where := "facechat_id = ? AND " + side + " = ?"
	id, err := c.endRing(ctx, state, where, room, user)
	if err != nil || id != 0 {
		return id, err
	}
	was, err := c.w.NewSelect().Model((*ringModel)(nil)).Where(where, room, user).Exists(ctx)
	switch {
	case err != nil:
		return 0, fmt.Errorf("look for rings: %w", err)
	case was:
		return 0, social.ErrRingOver
	}
	return 0, social.ErrRingNotFound
}

// Live is all rings that have not stopped: few, since each stops by itself.
func (s *Rings) Live(ctx context.Context) ([]social.LiveRing, error) {
	var rows []struct {
		ringModel
		Broken bool
	}
	err := s.c.r.NewSelect().TableExpr("rings AS ri").
		ColumnExpr("ri.id, ri.facechat_id, ri.caller_id, ri.callee_id, ri.expires_at").
		ColumnExpr("(a.disabled_at IS NOT NULL OR b.disabled_at IS NOT NULL OR fc.state = ?) AS broken",
			social.StateEnded).
		Join("JOIN users AS a ON a.id = ri.caller_id").Join("JOIN users AS b ON b.id = ri.callee_id").
		Join("JOIN facechats AS fc ON fc.id = ri.facechat_id").
		Where("ri.state = ?", social.RingRinging).OrderExpr("ri.id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list rings: %w", err)
	}
	now, out := s.c.now(), make([]social.LiveRing, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = social.LiveRing{
			ID: r.ID, RoomID: r.FacechatID, CallerID: r.CallerID, CalleeID: r.CalleeID, Broken: r.Broken,
			Due: !r.ExpiresAt.After(now),
		}
	}
	return out, nil
}

// Miss ends a ring that nobody answered in time, and tells the callee. done is false where it was not due, or
// something else ended it first.
func (s *Rings) Miss(ctx context.Context, id int64) (notification int64, done bool, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		now, m := c.now(), ringModel{}
		err := c.w.NewUpdate().Model(&m).Set("state = ?", social.RingMissed).Set("ended_at = ?", now).
			Where("id = ? AND state = ? AND expires_at <= ?", id, social.RingRinging, now).
			Returning("*").Scan(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("end ring: %w", err)
		}
		done = true
		notification, err = c.notifyMissed(ctx, &m)
		return err
	})
	return notification, done, err
}

// Stop ends a ring for which the ground is gone, without a word to the callee.
func (s *Rings) Stop(ctx context.Context, id int64) (done bool, err error) {
	n, err := affected(s.c.w.NewUpdate().Model((*ringModel)(nil)).Set("state = ?", social.RingCancelled).
		Set("ended_at = ?", s.c.now()).Where("id = ? AND state = ?", id, social.RingRinging).Exec(ctx))
	if err != nil {
		return false, fmt.Errorf("stop ring: %w", err)
	}
	return n > 0, nil
}

// ringRow is a ring with what is shown beside it.
type ringRow struct {
	ringModel
	RoomSlug  string
	RoomTitle string
	From      personRow `bun:"embed:from_"`
	To        personRow `bun:"embed:to_"`
}

func (r *ringRow) ring() social.Ring {
	return social.Ring{
		ID: r.ID, Room: social.RingRoom{ID: r.FacechatID, Slug: r.RoomSlug, Title: r.RoomTitle},
		Caller: r.From.person(), Callee: r.To.person(), State: r.State, Created: r.CreatedAt.UTC(),
		Expires: r.ExpiresAt.UTC(), Ended: utc(r.EndedAt),
	}
}

func (c conn) rings() *bun.SelectQuery {
	q := c.r.NewSelect().TableExpr("rings AS ri").
		ColumnExpr("ri.id, ri.facechat_id, ri.state, ri.created_at, ri.expires_at, ri.ended_at").
		ColumnExpr("fc.slug AS room_slug, fc.title AS room_title").
		Join("JOIN facechats AS fc ON fc.id = ri.facechat_id")
	return withPerson(withPerson(q, "from", "ri.caller_id"), "to", "ri.callee_id")
}

// ByIDs finds rings, the oldest first; those that are gone are missing.
func (s *Rings) ByIDs(ctx context.Context, ids ...int64) ([]social.Ring, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []ringRow
	if err := s.c.rings().Where("ri.id IN (?)", bun.List(ids)).OrderExpr("ri.id").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("find rings: %w", err)
	}
	return each(rows, (*ringRow).ring), nil
}

// Of is what rings a person now, and whom they are ringing.
func (s *Rings) Of(ctx context.Context, user int64) ([]social.Ring, error) {
	var rows []ringRow
	err := s.c.rings().Where("ri.caller_id = ? OR ri.callee_id = ?", user, user).
		Where("ri.state = ? AND ri.expires_at > ?", social.RingRinging, s.c.now()).OrderExpr("ri.id").
		Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list rings: %w", err)
	}
	return each(rows, (*ringRow).ring), nil
}
