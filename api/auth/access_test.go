package auth

import (
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

func newAccessTokens(t testing.TB, b byte) *AccessTokens {
	t.Helper()
	tokens, err := NewAccessTokens(secret(b))
	require.NoError(t, err)
	return tokens
}

func TestAccessTokenRoundTripAndExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := newAccessTokens(t, 'a')
		want := Access{UserID: 1 << 60, SessionID: 7}
		token, expires, err := tokens.Sign(want)
		require.NoError(t, err)
		require.Equal(t, AccessLife, time.Until(expires))
		want.Expires = expires

		time.Sleep(AccessLife - time.Second)
		got, err := tokens.Verify(token)
		require.NoError(t, err)
		require.Equal(t, want, got)

		time.Sleep(2 * time.Second)
		_, err = tokens.Verify(token)
		require.ErrorIs(t, err, social.ErrTokenExpired)
	})
}

func TestForgedAccessTokensAreRefused(t *testing.T) {
	tokens := newAccessTokens(t, 'a')
	good, _, err := tokens.Sign(Access{UserID: 1, SessionID: 2})
	require.NoError(t, err)
	foreign, _, err := newAccessTokens(t, 'b').Sign(Access{UserID: 1, SessionID: 2})
	require.NoError(t, err)
	ticket, _, err := newTickets(t, 'a').Sign(sample())
	require.NoError(t, err)
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	parts := strings.Split(good, ".")

	claims := func(change func(c *accessClaims)) string {
		c := accessClaims{Session: "2", RegisteredClaims: jwt.RegisteredClaims{
			Issuer: ticketIssuer, Audience: jwt.ClaimStrings{accessAudience}, Subject: "1",
			IssuedAt: jwt.NewNumericDate(time.Now()), ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Minute)),
		}}
		change(&c)
		token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(tokens.key)
		require.NoError(t, err)
		return token
	}
	_, err = tokens.Verify(claims(func(*accessClaims) {}))
	require.NoError(t, err, "the frame of the cases below is good")
	hs512, err := jwt.NewWithClaims(jwt.SigningMethodHS512, jwt.MapClaims{
		"iss": ticketIssuer, "aud": accessAudience, "sub": "1", "sid": "2", "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString(tokens.key)
	require.NoError(t, err)

	for name, token := range map[string]string{
		"empty": "", "noise": "a.b.c", "other key": foreign, "cut": good[:len(good)-4],
		"no algorithm": none + "." + parts[1] + ".", "other algorithm": hs512,
		"too long": good + strings.Repeat("A", maxAccessBytes), "a room's ticket": ticket,
		"no expiry":      claims(func(c *accessClaims) { c.ExpiresAt = nil }),
		"other audience": claims(func(c *accessClaims) { c.Audience = jwt.ClaimStrings{ticketAudience} }),
		"other issuer":   claims(func(c *accessClaims) { c.Issuer = "x" }),
		"nobody":         claims(func(c *accessClaims) { c.Subject = "" }),
		"user below one": claims(func(c *accessClaims) { c.Subject = "-1" }),
		"no session":     claims(func(c *accessClaims) { c.Session = "0" }),
		"huge user":      claims(func(c *accessClaims) { c.Subject = "9223372036854775808" }),
		"from the future": claims(func(c *accessClaims) {
			c.IssuedAt = jwt.NewNumericDate(time.Now().Add(time.Hour))
		}),
	} {
		_, err := tokens.Verify(token)
		require.ErrorIs(t, err, social.ErrTokenInvalid, name)
	}
	_, err = newTickets(t, 'a').Verify(good)
	require.ErrorIs(t, err, ErrTicketInvalid, "an access token opens no room")
}

func FuzzVerifyAccess(f *testing.F) {
	tokens := newAccessTokens(f, 'a')
	good, _, err := tokens.Sign(Access{UserID: 1, SessionID: 2})
	require.NoError(f, err)
	signed := strings.Join(strings.Split(good, ".")[:2], ".")
	f.Add(good)
	f.Add(signed + ".")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		access, err := tokens.Verify(token)
		if err != nil {
			require.Zero(t, access)
			return
		}
		require.True(t, strings.HasPrefix(token, signed), "accepted a token that was not signed: %q", token)
	})
}

func TestRefreshTokens(t *testing.T) {
	tokens, err := NewRefreshTokens(secret('a'))
	require.NoError(t, err)
	first := tokens.New()
	require.NotEqual(t, first, tokens.New())
	next, err := tokens.Next(first)
	require.NoError(t, err)
	again, err := tokens.Next(first)
	require.NoError(t, err)
	require.Equal(t, next, again, "a race gets one successor")
	other, err := NewRefreshTokens(secret('b'))
	require.NoError(t, err)
	foreign, err := other.Next(first)
	require.NoError(t, err)
	require.NotEqual(t, next, foreign, "the successor cannot be told without the secret")

	hash, err := HashRefresh(first)
	require.NoError(t, err)
	require.Len(t, hash, 32)
	nextHash, err := HashRefresh(next)
	require.NoError(t, err)
	require.NotEqual(t, hash, nextHash)
	cut := first[:42]
	for _, bad := range []string{"", "x", first + "A", cut, cut + "=", cut + "\n", cut + "ä"} {
		_, err := HashRefresh(bad)
		require.ErrorIs(t, err, social.ErrTokenInvalid, "%q", bad)
		_, err = tokens.Next(bad)
		require.ErrorIs(t, err, social.ErrTokenInvalid, "%q", bad)
	}
}

func FuzzHashRefresh(f *testing.F) {
	tokens, err := NewRefreshTokens(secret('a'))
	require.NoError(f, err)
	f.Add(tokens.New())
	f.Add("")
	f.Add(strings.Repeat("_", 43))
	f.Fuzz(func(t *testing.T, token string) {
		hash, err := HashRefresh(token)
		if err != nil {
			require.ErrorIs(t, err, social.ErrTokenInvalid)
			return
		}
		raw, err := base64.RawURLEncoding.DecodeString(token)
		require.NoError(t, err)
		require.Equal(t, token, base64.RawURLEncoding.EncodeToString(raw), "one token, one spelling")
		require.Len(t, hash, 32)
	})
}

func TestCSRFBelongsToItsSession(t *testing.T) {
	csrf, err := NewCSRF(secret('a'))
	require.NoError(t, err)
	require.True(t, csrf.Check(csrf.Token(1), 1))
	require.False(t, csrf.Check(csrf.Token(2), 1))
	require.False(t, csrf.Check("", 1))
}

func TestCookies(t *testing.T) {
	for _, c := range LoginCookies("a", "r", "c", time.Hour, true) {
		require.True(t, c.Secure)
		require.Equal(t, c.Name != CSRFCookie, c.HttpOnly, "scripts read one cookie only")
		require.Positive(t, c.MaxAge)
		require.NoError(t, c.Valid())
	}
	for _, c := range LogoutCookies(false) {
		require.Negative(t, c.MaxAge)
		require.Empty(t, c.Value)
	}
}
