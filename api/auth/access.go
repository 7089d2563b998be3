package auth

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/pp-enter/pp-enter/api/social"
)

const (
	// AccessLife is how long an access token speaks for its owner.
	AccessLife = 15 * time.Minute

	accessAudience = "ppenter-access"
	maxAccessBytes = 2048
)

// Access says who asks, and in which session.
type Access struct {
	UserID    int64
	SessionID int64
	Expires   time.Time
}

// AccessTokens signs and checks access tokens (JWT, HMAC-SHA256). A good token proves who its owner was when
// it was signed; whether the session still stands is not for the token to say. Safe for concurrent use.
type AccessTokens struct {
	key    []byte
	parser *jwt.Parser
}

type accessClaims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"` // decimal, as the subject
}

// NewAccessTokens makes a signer from the server's secret.
func NewAccessTokens(secret []byte) (*AccessTokens, error) {
	key, err := derive(secret, "access token")
	if err != nil {
		return nil, err
	}
	return &AccessTokens{key: key, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithAudience(accessAudience),
		jwt.WithIssuer(ticketIssuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
	)}, nil
}

// Sign issues a token that lives for AccessLife from now and returns when it ends; a.Expires is ignored.
func (t *AccessTokens) Sign(a Access) (token string, expires time.Time, err error) {
	now := time.Now().Truncate(time.Second)
	expires = now.Add(AccessLife)
	token, err = jwt.NewWithClaims(jwt.SigningMethodHS256, accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: ticketIssuer, Audience: jwt.ClaimStrings{accessAudience},
			Subject:  strconv.FormatInt(a.UserID, 10),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Session: strconv.FormatInt(a.SessionID, 10),
	}).SignedString(t.key)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign access token: %w", err)
	}
	return token, expires.UTC(), nil
}

// Verify reads a token: social.ErrTokenExpired after AccessLife, social.ErrTokenInvalid for anything that
// was not signed here for this purpose.
func (t *AccessTokens) Verify(token string) (Access, error) {
	if len(token) > maxAccessBytes {
		return Access{}, social.ErrTokenInvalid
	}
	var c accessClaims
	_, err := t.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return t.key, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return Access{}, social.ErrTokenExpired
	case err != nil:
		return Access{}, social.ErrTokenInvalid
	}
	user, err := strconv.ParseInt(c.Subject, 10, 64)
	session, err2 := strconv.ParseInt(c.Session, 10, 64)
	if err != nil || err2 != nil || user <= 0 || session <= 0 {
		return Access{}, social.ErrTokenInvalid
	}
	return Access{UserID: user, SessionID: session, Expires: c.ExpiresAt.UTC()}, nil
}
