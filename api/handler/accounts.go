package handler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Pictures keeps pictures of people.
type Pictures interface {
	// SaveAvatar checks a picture, makes it fit for a profile and stores it as one of the user's own.
	SaveAvatar(ctx context.Context, userID int64, picture []byte) (photoID int64, err error)
}

// Calls ends calls.
type Calls interface {
	// Hang gives up every seat of the person with that key.
	Hang(key string)
	// CloseRoom ends a room for all who are in it.
	CloseRoom(roomID int64)
}

// Accounts answers for one's own account under /api/accounts.
type Accounts struct {
	DB           *store.DB
	Keys         *auth.Keys
	Passwords    *auth.Passwords
	Policy       *auth.Policy
	Throttle     *auth.Throttle
	Pictures     Pictures
	Calls        Calls
	Registration bool // may anybody make an account?
	Consent      ConsentRules
	Log          *slog.Logger
}

// Check reports a part that is missing.
func (a *Accounts) Check() error {
	if a.DB == nil || a.Keys == nil || a.Passwords == nil || a.Policy == nil || a.Throttle == nil ||
		a.Pictures == nil || a.Calls == nil || a.Log == nil {
		return errors.New("accounts: a part is missing")
	}
	return nil
}

// RegisterRequest makes an account.
type RegisterRequest struct {
	Body struct {
		Username string `json:"username" doc:"2 to 30 letters, digits, dots, dashes or underscores"`
		Email    string `json:"email"`
		Password string `json:"password" doc:"8 to 128 characters, and none of those that everybody tries first"`
		Nickname string `json:"nickname,omitempty" doc:"What others see; the username where there is none"`
		CookieWish
	}
}

// LoginRequest begins a session.
type LoginRequest struct {
	Body struct {
		Username string `json:"username,omitempty" doc:"The username or the e-mail address"`
		Email    string `json:"email,omitempty" doc:"The e-mail address, instead of username"`
		Password string `json:"password"`
		CookieWish
	}
}

// CookieWish is part of the requests that give tokens.
type CookieWish struct {
	CookieOnly bool `json:"cookie_only,omitempty" doc:"Give the tokens as cookies only, hidden from scripts"`
}

// RefreshRequest exchanges a refresh token for its successor.
type RefreshRequest struct {
	Cookie string `cookie:"ppenter_refresh"`
	Header string `header:"X-CSRF-Token" doc:"With a cookie: the value of the cookie ppenter_csrf"`
	Body   *struct {
		Refresh string `json:"refresh,omitempty" doc:"The refresh token; without it, the cookie"`
		CookieWish
	}
}

// TokensResponse is the answer to who has proved who they are.
type TokensResponse struct {
	Location  string        `header:"Location"`
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Tokens
}

// Tokens are what a client shows from now on.
type Tokens struct {
	User      Me     `json:"user"`
	Access    string `json:"access,omitempty" doc:"For the header Authorization: Bearer"`
	Refresh   string `json:"refresh,omitempty" doc:"Good for one use at /api/accounts/refresh/"`
	ExpiresIn int    `json:"expires_in" doc:"Seconds that the access token lives"`
}

// CookieResponse is an answer without a body that changes cookies.
type CookieResponse struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// Register makes an account and logs it in.
func (a *Accounts) Register(ctx context.Context, in *RegisterRequest) (*TokensResponse, error) {
	if !a.Registration {
		return nil, social.ErrRegistrationOff
	}
	n := social.NewUser{Username: in.Body.Username, Email: in.Body.Email, Nickname: in.Body.Nickname}
	if err := n.Clean(); err != nil {
		return nil, err
	}
	if err := a.Policy.Check(in.Body.Password, n.Username, n.Email, n.Nickname); err != nil {
		return nil, err
	}
	var err error
	if n.PasswordHash, err = a.Passwords.Hash(ctx, in.Body.Password); err != nil {
		return nil, err
	}
	user, err := a.DB.Users.Create(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("create user: %w", err)
	}
	out, err := a.begin(ctx, user.ID, in.Body.CookieOnly)
	if err != nil {
		return nil, err
	}
	out.Location = "/api/accounts/profile/" + strconv.FormatInt(user.ID, 10) + "/"
	return out, nil
}

// Login begins a session. Whether there is such an account shows neither in the answer nor in the time that
// it takes.
func (a *Accounts) Login(ctx context.Context, in *LoginRequest) (*TokensResponse, error) {
	name := in.Body.Username
	if name == "" {
		name = in.Body.Email
	}
	if strings.TrimSpace(name) == "" {
		return nil, NewProblem(http.StatusUnprocessableEntity, CodeValidation,
			"Give a username or an e-mail address.")
	}
	attempt, wait := a.Throttle.Try(name, ClientOf(ctx).Address)
	if wait > 0 {
		return nil, TooMany(wait)
	}
	who, err := a.DB.Users.Credentials(ctx, name)
	if err != nil && !errors.Is(err, social.ErrUserNotFound) {
		return nil, fmt.Errorf("find credentials: %w", err)
	}
	ok, stale, err := a.Passwords.Verify(ctx, in.Body.Password, who.PasswordHash)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, social.ErrLoginFailed
	}
	attempt.Succeeded()
	if who.Disabled {
		return nil, social.ErrAccountDisabled
	}
	if stale {
		a.rehash(ctx, who.UserID, in.Body.Password)
	}
	return a.begin(ctx, who.UserID, in.Body.CookieOnly)
}

// rehash stores the password at today's cost. Where that fails, the next login tries again.
func (a *Accounts) rehash(ctx context.Context, userID int64, password string) {
	hash, err := a.Passwords.Hash(ctx, password)
	if err == nil {
		err = a.DB.Users.SetPassword(ctx, userID, hash)
	}
	if err != nil {
		a.Log.Warn("password keeps its old hash", slog.Int64("user", userID), slog.Any("error", err))
	}
}

// Refresh exchanges a refresh token for its successor. A token that was used before ends its session.
func (a *Accounts) Refresh(ctx context.Context, in *RefreshRequest) (*TokensResponse, error) {
	token, cookieOnly := in.Cookie, false
	if in.Body != nil && in.Body.Refresh != "" {
		token, cookieOnly = in.Body.Refresh, in.Body.CookieOnly
	} else if token != "" {
		cookieOnly = in.Body != nil && in.Body.CookieOnly
		if err := a.ours(ctx, token, in.Header); err != nil {
			return nil, err
		}
	}
	out, err := a.rotate(ctx, token, cookieOnly)
	if err != nil {
		if p, known := ProblemOf(err); known && p.Status == http.StatusUnauthorized {
			return nil, p.withCookies(auth.LogoutCookies(ClientOf(ctx).Secure)) // they are of no more use
		}
		return nil, err
	}
	return out, nil
}

// ours reports social.ErrCSRF where a page of another site may have sent the refresh token of a cookie. A
// token of no session passes: it does nothing.
func (a *Accounts) ours(ctx context.Context, token, header string) error {
	hash, err := auth.HashRefresh(token)
	if err != nil {
		return nil //nolint:nilerr // rotate says what is wrong with it, and takes the cookies away
	}
	session, err := a.DB.Sessions.ByToken(ctx, hash)
	switch {
	case errors.Is(err, social.ErrSessionNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("find session: %w", err)
	case !a.Keys.CSRF.Check(header, session.ID):
		return social.ErrCSRF
	}
	return nil
}

func (a *Accounts) rotate(ctx context.Context, token string, cookieOnly bool) (*TokensResponse, error) {
	old, err := auth.HashRefresh(token)
	if err != nil {
		return nil, err
	}
	next, err := a.Keys.Refresh.Next(token)
	if err != nil {
		return nil, err
	}
	hash, err := auth.HashRefresh(next)
	if err != nil {
		return nil, err
	}
	r, err := a.DB.Sessions.Rotate(ctx, social.Rotation{
		OldHash: old, NewHash: hash, Expires: time.Now().Add(auth.RefreshLife), Grace: auth.RefreshGrace,
	})
	if err != nil {
		return nil, fmt.Errorf("rotate refresh token: %w", err)
	}
	switch r.State {
	case social.RotationOK, social.RotationRaced: // the racer's successor is this one, too
		return a.tokens(ctx, r.UserID, r.SessionID, next, cookieOnly)
	case social.RotationReused:
		a.reused(ctx, r)
		return nil, social.ErrTokenReused
	case social.RotationExpired:
		return nil, social.ErrTokenExpired
	case social.RotationEnded:
		return nil, social.ErrSessionEnded
	default:
		return nil, social.ErrTokenInvalid
	}
}

// reused keeps for the staff that somebody else had a refresh token. The session has ended whatever happens
// here.
func (a *Accounts) reused(ctx context.Context, r social.Rotated) {
	a.Log.Warn("refresh token was used twice: session ended",
		slog.Int64("user", r.UserID), slog.Int64("session", r.SessionID))
	err := a.DB.Audit.Add(ctx, social.NewAuditEntry{
		ActorID: r.UserID, Action: "session.reused", Kind: social.TargetUser, TargetID: r.UserID,
		Detail: "A refresh token was used twice; session " + strconv.FormatInt(r.SessionID, 10) + " ended.",
	})
	if err != nil {
		a.Log.Error("reuse is not in the audit log", slog.Any("error", err))
	}
}

// Logout ends the session that asks.
func (a *Accounts) Logout(ctx context.Context, _ *struct{}) (*CookieResponse, error) {
	caller := CallerOf(ctx)
	err := a.DB.Sessions.End(ctx, caller.UserID, caller.Session, social.EndLogout)
	if err != nil && !errors.Is(err, social.ErrSessionNotFound) {
		return nil, fmt.Errorf("end session: %w", err)
	}
	return &CookieResponse{SetCookie: auth.LogoutCookies(ClientOf(ctx).Secure)}, nil
}

// begin makes a session for somebody who has proved who they are.
func (a *Accounts) begin(ctx context.Context, userID int64, cookieOnly bool) (*TokensResponse, error) {
	token := a.Keys.Refresh.New()
	hash, err := auth.HashRefresh(token)
	if err != nil {
		return nil, err
	}
	client := ClientOf(ctx)
	session, err := a.DB.Sessions.Create(ctx, social.NewSession{
		UserID: userID, UserAgent: shorten(client.Agent), Address: client.Address, TokenHash: hash,
		Expires: time.Now().Add(auth.RefreshLife),
	})
	if err != nil {
		return nil, fmt.Errorf("create session: %w", err)
	}
	return a.tokens(ctx, userID, session.ID, token, cookieOnly)
}

// tokens answers with the tokens of a session.
func (a *Accounts) tokens(
	ctx context.Context, userID, session int64, refresh string, cookieOnly bool,
) (*TokensResponse, error) {
	access, _, err := a.Keys.Access.Sign(auth.Access{UserID: userID, SessionID: session})
	if err != nil {
		return nil, err
	}
	me, err := a.me(ctx, userID)
	if err != nil {
		return nil, err
	}
	out := &TokensResponse{
		SetCookie: auth.LoginCookies(
			access, refresh, a.Keys.CSRF.Token(session), auth.RefreshLife, ClientOf(ctx).Secure),
		Body: Tokens{User: me, ExpiresIn: int(auth.AccessLife.Seconds())},
	}
	if !cookieOnly {
		out.Body.Access, out.Body.Refresh = access, refresh
	}
	return out, nil
}

// shorten keeps a name that a client gives itself to a length and to letters that can be shown.
func shorten(agent string) string {
	const most = 200
	agent = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, agent)
	return agent[:min(len(agent), most)]
}
