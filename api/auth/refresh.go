package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

const (
	// RefreshLife is how long a session lasts that is not used.
	RefreshLife = 30 * 24 * time.Hour
	// RefreshGrace is how long after its use a refresh token is answered with the same successor again.
	RefreshGrace = 10 * time.Second

	refreshBytes = 32
)

// RefreshTokens makes the tokens that keep a session alive: opaque, each good for one use, stored as a hash.
// All tokens of one login are a family, the session. Using a token gives its successor; a token that is used
// again later is in two hands, and the whole family must end.
//
// The successor is derived from the token and the server's secret and not drawn anew. So two requests that
// race with one token, such as those of two tabs or the repetition of one whose answer was lost, get the
// same successor within RefreshGrace: the family never forks, and nobody is thrown out for an unlucky
// moment. Safe for concurrent use.
type RefreshTokens struct{ key []byte }

// NewRefreshTokens makes them from the server's secret.
func NewRefreshTokens(secret []byte) (*RefreshTokens, error) {
	key, err := derive(secret, "refresh token")
	if err != nil {
		return nil, err
	}
	return &RefreshTokens{key: key}, nil
}

// New is the first token of a family.
func (*RefreshTokens) New() string {
	var b [refreshBytes]byte
	rand.Read(b[:]) // never fails: the runtime ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Next is the successor of a token; social.ErrTokenInvalid for what cannot be a token.
func (t *RefreshTokens) Next(token string) (string, error) {
	b, err := refreshRaw(token)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, t.key)
	mac.Write(b)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// HashRefresh is what is stored of a token: SHA-256, which is enough for 256 random bits.
// social.ErrTokenInvalid for what cannot be a token.
func HashRefresh(token string) ([]byte, error) {
	b, err := refreshRaw(token)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	return sum[:], nil
}

func refreshRaw(token string) ([]byte, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(refreshBytes) {
		return nil, social.ErrTokenInvalid
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != refreshBytes {
		return nil, social.ErrTokenInvalid
	}
	return b, nil
}
