package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Participants are who was in which room from when to when, and what was said there.
type Participants struct{ c conn }

type participantModel struct {
	bun.BaseModel `bun:"table:facechat_participants,alias:pa"`

	ID         int64 `bun:",pk,autoincrement"`
	FacechatID int64
	Sequence   int
	UserID     *int64
	GuestKey   string // only while they are inside
	GuestName  string
	Seat       string
	JoinedAt   time.Time
	LeftAt     *time.Time
}

// Record keeps what happened in calls, in that order, in one transaction. Where one thing cannot be kept
// because its room or its account is gone, the others are; lost is how many were not kept in spite of all.
func (s *Participants) Record(ctx context.Context, events []social.RoomEvent) (lost int, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		for i := range events {
			if err := c.record(ctx, &events[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil || len(events) == 1 || ctx.Err() != nil {
		if err != nil && !dangling(err) {
			return len(events), fmt.Errorf("record calls: %w", err)
		}
		return 0, nil
	}
	// One of them spoils the transaction: each gets its own.
	var last error
	for i := range events {
		n, err := s.Record(ctx, events[i:i+1])
		if err != nil {
			lost, last = lost+n, err
		}
	}
	return lost, last
}

func (c conn) record(ctx context.Context, e *social.RoomEvent) error {
	at := e.At.UTC().Truncate(time.Microsecond)
	switch e.Kind {
	case social.RoomJoined:
		return c.enter(ctx, e, at)
	case social.RoomLeft:
		return c.leave(ctx, at, "facechat_id = ? AND seat = ?", e.RoomID, e.Seat)
	case social.RoomSaid:
		return c.say(ctx, e, at)
	}
	return nil
}

// enter notes that somebody came into a room, as the next in its sequence. A room that is gone has no past.
func (c conn) enter(ctx context.Context, e *social.RoomEvent, at time.Time) error {
	// Whoever comes in is not inside yet: an older row was left open by an end that nobody told.
	same, key := "guest_key = ? AND guest_key <> ''", any(e.GuestKey)
	if e.UserID != 0 {
		same, key = "user_id = ?", e.UserID
	}
	if err := c.leave(ctx, at, "facechat_id = ? AND (seat = ? OR "+same+")", e.RoomID, e.Seat, key); err != nil {
		return err
	}
	name := e.Name
	if e.UserID != 0 {
		name = "" // the account has one, as long as it is there
	}
	_, err := c.w.NewRaw("INSERT INTO facechat_participants "+
		"(facechat_id, sequence, user_id, guest_key, guest_name, seat, joined_at) SELECT fc.id, "+
		"1 + COALESCE((SELECT max(sequence) FROM facechat_participants WHERE facechat_id = fc.id), 0), "+
		"(SELECT id FROM users WHERE id = ?), ?, ?, ?, ? FROM facechats AS fc WHERE fc.id = ?",
		e.UserID, e.GuestKey, name, e.Seat, at, e.RoomID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("add participant: %w", err)
	}
	return c.useRooms(ctx, at, []int64{e.RoomID})
}

// leave notes that those left for whom a condition holds and who are still inside. What told a guest from
// another one is forgotten.
func (c conn) leave(ctx context.Context, at time.Time, condition string, args ...any) error {
	_, err := c.w.NewUpdate().Model((*participantModel)(nil)).Set("left_at = ?", at).Set("guest_key = ''").
		Where("left_at IS NULL").Where(condition, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end participation: %w", err)
	}
	return nil
}

// say keeps a line of chat, if there is somebody with an account who may read it: the host, or who is inside.
func (c conn) say(ctx context.Context, e *social.RoomEvent, at time.Time) error {
	name := e.Name
	if e.UserID != 0 {
		name = ""
	}
	_, err := c.w.NewRaw("INSERT INTO chat_messages "+
		"(facechat_id, sender_id, sender_name, client_id, content, created_at) "+
		"SELECT fc.id, (SELECT id FROM users WHERE id = ?0), ?1, ?2, ?3, ?4 FROM facechats AS fc WHERE fc.id = ?5 "+
		"AND (?0 = 0 OR EXISTS (SELECT 1 FROM users WHERE id = ?0)) "+
		"AND (fc.host_id IS NOT NULL OR EXISTS (SELECT 1 FROM facechat_participants AS pa "+
		"WHERE pa.facechat_id = fc.id AND pa.user_id IS NOT NULL AND pa.left_at IS NULL))",
		e.UserID, name, e.ClientID, e.Text, at, e.RoomID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("add message: %w", err)
	}
	return nil
}

// useRooms notes until when rooms were in use.
func (c conn) useRooms(ctx context.Context, at time.Time, rooms []int64) error {
	if len(rooms) == 0 {
		return nil
	}
	_, err := c.w.NewUpdate().Model((*facechatModel)(nil)).Set("used_at = ?", at).
		Where("id IN (?) AND used_at < ?", bun.List(rooms), at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note use of rooms: %w", err)
	}
	return nil
}

// CloseOpen ends what a program that died left open: nobody is inside when it starts. The end is when the
// room was last known to be in use.
func (s *Participants) CloseOpen(ctx context.Context) (int64, error) {
	n, err := affected(s.c.w.NewUpdate().Model((*participantModel)(nil)).
		Set("left_at = (SELECT CASE WHEN fc.used_at > pa.joined_at THEN fc.used_at ELSE pa.joined_at END " +
			"FROM facechats AS fc WHERE fc.id = pa.facechat_id)").
		Set("guest_key = ''").Where("left_at IS NULL").Exec(ctx))
	if err != nil {
		return 0, fmt.Errorf("end participations: %w", err)
	}
	return n, nil
}
