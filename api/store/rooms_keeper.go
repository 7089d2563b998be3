package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

const (
	// keepEvery is how often a RoomKeeper looks, at most.
	keepEvery = 30 * time.Second
	// settle is how long somebody may be inside by the database and not yet, or no more, in the call.
	settle = time.Minute
	// expireAtOnce is how many rooms one look ends; the others wait for the next one.
	expireAtOnce = 500
)

// RoomKeeperConfig bounds the rooms that nobody hosts. Rooms with a host stay until the host ends them.
type RoomKeeperConfig struct {
	Max  int           // that have not ended; at least 1
	Idle time.Duration // one that nobody was in or looked at for so long ends
	// Busy reports whether people are in a room now; such a room never ends by itself.
	Busy func(roomID int64) bool
	Log  *slog.Logger // nil: silent
}

// RoomKeeper opens rooms that nobody hosts, ends them when they are not used any more, and keeps the
// database's idea of who is inside true to the calls. Safe for concurrent use.
type RoomKeeper struct {
	c   conn
	cfg RoomKeeperConfig
	n   atomic.Int64 // rooms that have not ended, at the last look

	mu     sync.Mutex
	looked time.Time // guarded by mu; when there was no more place, last
}

// KeepRooms makes the keeper of a database's rooms; there is one. Run does its work.
func (db *DB) KeepRooms(cfg RoomKeeperConfig) (*RoomKeeper, error) {
	if cfg.Max < 1 || cfg.Idle <= 0 || cfg.Busy == nil {
		return nil, errors.New("keep rooms: Max and Idle must be positive, and Busy be given")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &RoomKeeper{c: db.c, cfg: cfg}, nil
}

// Open makes a room that nobody hosts, for whoever has its link. It fails with social.ErrTooManyRooms when
// there are Max that have not ended.
func (k *RoomKeeper) Open(ctx context.Context, title string) (social.FaceChat, error) {
	n := social.NewFaceChat{Title: title, AllowGuests: true}
	if err := n.Clean(); err != nil {
		return social.FaceChat{}, err
	}
	room, err := k.open(ctx, n)
	if errors.Is(err, social.ErrTooManyRooms) && k.mayLook() {
		if err := k.expire(ctx); err != nil {
			return room, err
		}
		return k.open(ctx, n)
	}
	return room, err
}

func (k *RoomKeeper) open(ctx context.Context, n social.NewFaceChat) (room social.FaceChat, err error) {
	err = k.c.inTx(ctx, func(ctx context.Context, c conn) error {
		if c.pg { // one after the other, so that there are never more than Max; SQLite has one writer anyway
			if _, err := c.w.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(hostlessLock)); err != nil {
				return fmt.Errorf("lock rooms: %w", err)
			}
		}
		live, err := c.w.NewSelect().Model((*facechatModel)(nil)).
			Where("host_id IS NULL AND state <> ?", social.StateEnded).Count(ctx)
		if err != nil {
			return fmt.Errorf("count rooms: %w", err)
		}
		if live >= k.cfg.Max {
			return social.ErrTooManyRooms
		}
		room, _, err = (&FaceChats{c}).Create(ctx, n)
		return err
	})
	return room, err
}

// hostlessLock is the key of PostgreSQL's advisory lock under which rooms without a host are opened.
const hostlessLock = 0x7070726f6f6d73

// mayLook tells whether a full house is to be looked through: it is asked again and again, so once a second.
func (k *RoomKeeper) mayLook() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.looked) < time.Second {
		return false
	}
	k.looked = time.Now()
	return true
}

// Len is how many rooms could be entered at the last look.
func (k *RoomKeeper) Len() int64 { return k.n.Load() }

// Run looks at the rooms again and again until ctx ends.
func (k *RoomKeeper) Run(ctx context.Context) {
	tick := time.NewTicker(min(keepEvery, k.cfg.Idle/8))
	defer tick.Stop()
	for {
		if err := k.Look(ctx); err != nil && ctx.Err() == nil {
			k.cfg.Log.Error("look after rooms", slog.Any("error", err)) // the next round tries again
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Look does what Run does, once.
func (k *RoomKeeper) Look(ctx context.Context) error {
	if err := k.attend(ctx); err != nil {
		return err
	}
	if err := k.expire(ctx); err != nil {
		return err
	}
	n, err := k.c.r.NewSelect().Model((*facechatModel)(nil)).Where("state <> ?", social.StateEnded).Count(ctx)
	if err != nil {
		return fmt.Errorf("count rooms: %w", err)
	}
	k.n.Store(int64(n))
	return nil
}

// attend notes which rooms are in use, and ends the stays of those who are not inside any more although
// nobody said so.
func (k *RoomKeeper) attend(ctx context.Context) error {
	now := k.c.now()
	var open []int64
	err := k.c.r.NewSelect().Model((*participantModel)(nil)).ColumnExpr("DISTINCT facechat_id").
		Where("left_at IS NULL").Scan(ctx, &open)
	if err != nil {
		return fmt.Errorf("find rooms in use: %w", err)
	}
	var left []int64
	open = slices.DeleteFunc(open, func(id int64) bool {
		if k.cfg.Busy(id) {
			return false
		}
		left = append(left, id)
		return true
	})
	if len(left) > 0 {
		err := k.c.leave(ctx, now, "facechat_id IN (?) AND joined_at < ?", bun.List(left), now.Add(-settle))
		if err != nil {
			return err
		}
	}
	return k.c.useRooms(ctx, now, open)
}

// expire ends rooms that nobody hosts and nobody used for long. Those that are in nobody's past are gone
// altogether.
func (k *RoomKeeper) expire(ctx context.Context) error {
	before := k.c.now().Add(-k.cfg.Idle)
	var ids []int64
	err := k.c.r.NewSelect().Model((*facechatModel)(nil)).Column("id").
		Where("host_id IS NULL AND state <> ? AND used_at < ?", social.StateEnded, before).
		OrderExpr("used_at").Limit(expireAtOnce).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("find idle rooms: %w", err)
	}
	ids = slices.DeleteFunc(ids, k.cfg.Busy)
	if len(ids) == 0 {
		return nil
	}
	return k.c.inTx(ctx, func(ctx context.Context, c conn) error {
		now := c.now()
		// Who came or looked meanwhile keeps the room.
		n, err := affected(c.w.NewUpdate().Model((*facechatModel)(nil)).Set("state = ?", social.StateEnded).
			Set("finished_at = ?", now).Set("updated_at = ?", now).Where("id IN (?)", bun.List(ids)).
			Where("host_id IS NULL AND state <> ? AND used_at < ?", social.StateEnded, before).Exec(ctx))
		if err != nil {
			return fmt.Errorf("end idle rooms: %w", err)
		}
		k.cfg.Log.Info("rooms ended unused", slog.Int64("count", n))
		return c.forgetRooms(ctx, ids)
	})
}
