package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
)

// Session is a login as its owner sees it.
type Session struct {
	ID        int64     `json:"id"`
	Current   bool      `json:"current" doc:"It is the one that asks"`
	UserAgent string    `json:"user_agent"`
	Address   string    `json:"address"`
	Created   time.Time `json:"created"`
	Used      time.Time `json:"used" doc:"When it was last refreshed"`
	Expires   time.Time `json:"expires"`
}

// EndSessionsRequest ends all sessions.
type EndSessionsRequest struct {
	Others bool `query:"others" doc:"Leave the session that asks"`
}

// Caller is who speaks in a session, asked at each request: a session that was ended, or whose user was
// disabled or deleted, speaks no more.
func (a *Accounts) Caller(ctx context.Context, t auth.Access) (Caller, error) {
	state, err := a.DB.Sessions.State(ctx, t.SessionID)
	if err != nil && !errors.Is(err, social.ErrSessionNotFound) {
		return Caller{}, fmt.Errorf("look session up: %w", err)
	}
	if err != nil || !state.Live || state.UserID != t.UserID {
		return Caller{}, social.ErrSessionEnded
	}
	return Caller{UserID: t.UserID, Session: t.SessionID, Staff: state.Role == social.RoleStaff}, nil
}

// Sessions lists one's own logins that still stand.
func (a *Accounts) Sessions(ctx context.Context, in *PageRequest) (*List[Session], error) {
	caller := CallerOf(ctx)
	rows, next, err := a.DB.Sessions.List(ctx, caller.UserID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return newList(ctx, rows, next, func(s social.Session) Session {
		return Session{
			ID: s.ID, Current: s.ID == caller.Session, UserAgent: s.UserAgent, Address: s.Address,
			Created: s.Created, Used: s.Used, Expires: s.Expires,
		}
	}), nil
}

// EndSession ends one of one's own logins.
func (a *Accounts) EndSession(ctx context.Context, in *IDRequest) (*CookieResponse, error) {
	caller := CallerOf(ctx)
	if err := a.DB.Sessions.End(ctx, caller.UserID, in.ID, social.EndRevoked); err != nil {
		return nil, fmt.Errorf("end session: %w", err)
	}
	return &CookieResponse{SetCookie: a.goneIf(ctx, in.ID == caller.Session)}, nil
}

// EndSessions ends all of one's own logins: logs out everywhere.
func (a *Accounts) EndSessions(ctx context.Context, in *EndSessionsRequest) (*CookieResponse, error) {
	caller := CallerOf(ctx)
	keep := int64(0)
	if in.Others {
		keep = caller.Session
	}
	if _, err := a.DB.Sessions.EndAll(ctx, caller.UserID, keep, social.EndRevoked); err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	return &CookieResponse{SetCookie: a.goneIf(ctx, !in.Others)}, nil
}

// goneIf takes the cookies of a browser away whose own session was ended.
func (*Accounts) goneIf(ctx context.Context, own bool) []http.Cookie {
	if !own {
		return nil
	}
	return auth.LogoutCookies(ClientOf(ctx).Secure)
}
