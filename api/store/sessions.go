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

// Sessions are the log-ins: families of refresh tokens, of which one at a time is good.
type Sessions struct{ c conn }

type sessionModel struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	ID        int64 `bun:",pk,autoincrement"`
	UserID    int64
	UserAgent string
	Address   string
	CreatedAt time.Time
	UsedAt    time.Time
	ExpiresAt time.Time
	EndedAt   *time.Time
	EndReason social.EndReason
}

type refreshTokenModel struct {
	bun.BaseModel `bun:"table:refresh_tokens,alias:rt"`

	Hash       []byte `bun:",pk"`
	SessionID  int64
	CreatedAt  time.Time
	ExpiresAt  time.Time
	UsedAt     *time.Time
	ReplacedBy []byte
}

func (m *sessionModel) session() social.Session {
	return social.Session{
		ID: m.ID, UserID: m.UserID, UserAgent: m.UserAgent, Address: m.Address, Created: m.CreatedAt.UTC(),
		Used: m.UsedAt.UTC(), Expires: m.ExpiresAt.UTC(), Ended: utc(m.EndedAt), EndReason: m.EndReason,
	}
}

// Create begins a session with its first refresh token. A disabled account gets none: social.ErrUserNotFound.
func (s *Sessions) Create(ctx context.Context, n social.NewSession) (made social.Session, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		var user userModel
		q := c.w.NewSelect().Model(&user).Column("disabled_at").Where("id = ?", n.UserID)
		if c.pg {
			// Whoever disables the account waits, and then ends this session, too.
			q = q.For("SHARE")
		}
		if err := q.Scan(ctx); err != nil {
			return orNotFound(err, social.ErrUserNotFound)
		}
		if user.DisabledAt != nil {
			return social.ErrUserNotFound
		}
		now := c.now()
		m := sessionModel{
			UserID: n.UserID, UserAgent: n.UserAgent, Address: n.Address, CreatedAt: now, UsedAt: now,
			ExpiresAt: n.Expires.UTC(),
		}
		if _, err := c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
			return fmt.Errorf("add session: %w", err)
		}
		made = m.session()
		return c.addToken(ctx, m.ID, n.TokenHash, n.Expires)
	})
	return made, err
}

func (c conn) addToken(ctx context.Context, session int64, hash []byte, expires time.Time) error {
	t := refreshTokenModel{Hash: hash, SessionID: session, CreatedAt: c.now(), ExpiresAt: expires.UTC()}
	if _, err := c.w.NewInsert().Model(&t).Exec(ctx); err != nil {
		return fmt.Errorf("add refresh token: %w", err)
	}
	return nil
}

// tokenRow is a refresh token with what decides about it.
type tokenRow struct {
	SessionID    int64
	UserID       int64
	Role         social.Role
	ExpiresAt    time.Time
	UsedAt       *time.Time
	ReplacedBy   []byte
	SessionEnds  time.Time
	SessionEnded *time.Time
	DisabledAt   *time.Time
}

// Rotate exchanges a refresh token for a new one, in one transaction: of any number of tries with the same
// token exactly one gets it. A token that was exchanged before is a stolen one, or its owner's after a thief
// exchanged it: the session ends (see social.Rotation.Grace for the exception). err is about the database
// only; what came of the token is in the result.
func (s *Sessions) Rotate(ctx context.Context, r social.Rotation) (done social.Rotated, err error) {
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		row, err := c.token(ctx, r.OldHash)
		if errors.Is(err, sql.ErrNoRows) {
			done = social.Rotated{State: social.RotationUnknown}
			return nil
		}
		if err != nil {
			return fmt.Errorf("find refresh token: %w", err)
		}
		done = social.Rotated{SessionID: row.SessionID, UserID: row.UserID, Role: row.Role}
		if done.State, err = c.judge(ctx, row, r.Grace); err != nil {
			return err
		}
		switch done.State {
		case social.RotationOK:
			return c.exchange(ctx, row.SessionID, r)
		case social.RotationReused:
			_, err := c.endSessions(ctx, social.EndReuse, "id = ?", row.SessionID)
			return err
		default:
			return nil
		}
	})
	return done, err
}

// token finds a refresh token and keeps it and its session for this transaction.
func (c conn) token(ctx context.Context, hash []byte) (row tokenRow, err error) {
	q := c.w.NewSelect().TableExpr("refresh_tokens AS rt").Join("JOIN sessions AS s ON s.id = rt.session_id").
		Join("JOIN users AS u ON u.id = s.user_id").
		ColumnExpr("rt.session_id, rt.expires_at, rt.used_at, rt.replaced_by, s.user_id, u.role, u.disabled_at").
		ColumnExpr("s.expires_at AS session_ends, s.ended_at AS session_ended").
		Where("rt.hash = ?", hash)
	if c.pg {
		q = q.For("UPDATE OF rt, s")
	}
	err = q.Scan(ctx, &row)
	return row, err
}

func (c conn) judge(ctx context.Context, row tokenRow, grace time.Duration) (social.RotationState, error) {
	now := c.now()
	switch {
	case row.SessionEnded != nil || row.DisabledAt != nil:
		return social.RotationEnded, nil
	case row.UsedAt == nil && (!now.Before(row.ExpiresAt) || !now.Before(row.SessionEnds)):
		return social.RotationExpired, nil
	case row.UsedAt == nil:
		return social.RotationOK, nil
	case grace <= 0 || now.Sub(*row.UsedAt) > grace:
		return social.RotationReused, nil
	}
	fresh, err := c.w.NewSelect().Model((*refreshTokenModel)(nil)).
		Where("hash = ? AND used_at IS NULL", row.ReplacedBy).Exists(ctx)
	if err != nil {
		return "", fmt.Errorf("look for the token's successor: %w", err)
	}
	if fresh {
		return social.RotationRaced, nil
	}
	return social.RotationReused, nil
}

func (c conn) exchange(ctx context.Context, session int64, r social.Rotation) error {
	now := c.now()
	_, err := c.w.NewUpdate().Model((*refreshTokenModel)(nil)).Set("used_at = ?", now).
		Set("replaced_by = ?", r.NewHash).Where("hash = ?", r.OldHash).Exec(ctx)
	if err != nil {
		return fmt.Errorf("use refresh token: %w", err)
	}
	_, err = c.w.NewUpdate().Model((*sessionModel)(nil)).Set("used_at = ?", now).
		Set("expires_at = ?", r.Expires.UTC()).Where("id = ?", session).Exec(ctx)
	if err != nil {
		return fmt.Errorf("prolong session: %w", err)
	}
	return c.addToken(ctx, session, r.NewHash, r.Expires)
}

// State tells whether the bearer of a session may still act; social.ErrSessionNotFound where the session, or
// its account, is gone.
func (s *Sessions) State(ctx context.Context, id int64) (state social.SessionState, err error) {
	// Every request of somebody who is logged in asks this.
	rows, err := s.c.ask(ctx, "session state", s.state, id)
	if err != nil {
		return state, fmt.Errorf("find session: %w", err)
	}
	err = readAll(rows, func(c *cells) {
		state.UserID, state.Role = c.number(), social.Role(c.text())
		expires, ended, disabled := c.moment(), c.moment(), c.moment()
		state.Live = ended.IsZero() && disabled.IsZero() && s.c.now().Before(expires)
	})
	switch {
	case err != nil:
		return social.SessionState{}, fmt.Errorf("read session: %w", err)
	case state.UserID == 0:
		return social.SessionState{}, social.ErrSessionNotFound
	}
	return state, nil
}

func (s *Sessions) state() *bun.SelectQuery {
	return s.c.r.NewSelect().TableExpr("sessions AS s").Join("JOIN users AS u ON u.id = s.user_id").
		ColumnExpr("s.user_id, u.role").ColumnExpr("?, ?", s.c.moment("s.expires_at"), s.c.moment("s.ended_at")).
		ColumnExpr("?", s.c.moment("u.disabled_at")).Where("s.id = $1")
}

// ByToken finds the session of a refresh token, also of a used one; social.ErrSessionNotFound otherwise.
func (s *Sessions) ByToken(ctx context.Context, hash []byte) (social.Session, error) {
	var m sessionModel
	err := s.c.r.NewSelect().Model(&m).Join("JOIN refresh_tokens AS rt ON rt.session_id = s.id").
		Where("rt.hash = ?", hash).Scan(ctx)
	return m.session(), orNotFound(err, social.ErrSessionNotFound)
}

// List is a person's sessions that are alive, the newest first.
func (s *Sessions) List(ctx context.Context, user int64, page social.Page) ([]social.Session, string, error) {
	q := s.c.r.NewSelect().Model((*sessionModel)(nil)).
		Where("s.user_id = ? AND s.ended_at IS NULL AND s.expires_at > ?", user, s.c.now())
	rows, next, err := fetch(ctx, q, page, keyset{kind: "sessions", column: "s.id"},
		func(m *sessionModel) int64 { return m.ID })
	return each(rows, (*sessionModel).session), next, err
}

// End ends one session of a person; social.ErrSessionNotFound where they have no such one alive.
func (s *Sessions) End(ctx context.Context, user, id int64, reason social.EndReason) error {
	n, err := s.c.endSessions(ctx, reason, "id = ? AND user_id = ?", id, user)
	if err == nil && n == 0 {
		return social.ErrSessionNotFound
	}
	return err
}

// EndAll ends a person's sessions but for one (0: all), and tells how many.
func (s *Sessions) EndAll(ctx context.Context, user, except int64, reason social.EndReason) (int64, error) {
	return s.c.endSessions(ctx, reason, "user_id = ? AND id <> ?", user, except)
}

func (c conn) endSessions(
	ctx context.Context, reason social.EndReason, where string, args ...any,
) (int64, error) {
	n, err := affected(c.w.NewUpdate().Model((*sessionModel)(nil)).Set("ended_at = ?", c.now()).
		Set("end_reason = ?", reason).Where("ended_at IS NULL").Where(where, args...).Exec(ctx))
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return n, nil
}

// Sweep forgets sessions that expired before a time. Until then their used tokens are known as such.
func (s *Sessions) Sweep(ctx context.Context, before time.Time) (int64, error) {
	n, err := affected(s.c.w.NewDelete().Model((*sessionModel)(nil)).
		Where("expires_at < ?", before.UTC()).Exec(ctx))
	if err != nil {
		return 0, fmt.Errorf("sweep sessions: %w", err)
	}
	return n, nil
}
