package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"time"
)

// The cookies of a browser that is logged in.
const (
	AccessCookie  = "ppenter_access"
	RefreshCookie = "ppenter_refresh"
	CSRFCookie    = "ppenter_csrf"
	// CSRFHeader repeats the value of CSRFCookie in each request that writes.
	CSRFHeader = "X-CSRF-Token"

	// refreshPath is the only address to which browsers send the refresh token. It has no slash at its end so
	// that it covers the address with and without one.
	refreshPath = "/api/accounts/refresh"
)

// CSRF makes and checks the value that proves that a page of ours sends a request: another site's page makes
// a browser send cookies, but can neither read them nor set a header. The value belongs to one session, so
// that a cookie planted from a neighbouring host name does not pass. Safe for concurrent use.
type CSRF struct{ key []byte }

// NewCSRF makes a checker from the server's secret.
func NewCSRF(secret []byte) (*CSRF, error) {
	key, err := derive(secret, "csrf")
	if err != nil {
		return nil, err
	}
	return &CSRF{key: key}, nil
}

// Token is the value of a session.
func (c *CSRF) Token(sessionID int64) string {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(sessionID)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Check reports whether header is the value of the session.
func (c *CSRF) Check(header string, sessionID int64) bool {
	return hmac.Equal([]byte(header), []byte(c.Token(sessionID)))
}

// LoginCookies are what a browser gets with new tokens; secure is whether the page came over TLS. The access
// cookie goes with its token: a browser without one knows that it must refresh.
func LoginCookies(access, refresh, csrf string, life time.Duration, secure bool) []http.Cookie {
	return []http.Cookie{
		cookie(AccessCookie, access, "/", AccessLife, true, secure),
		cookie(RefreshCookie, refresh, refreshPath, life, true, secure),
		cookie(CSRFCookie, csrf, "/", life, false, secure),
	}
}

// LogoutCookies take the cookies of LoginCookies away.
func LogoutCookies(secure bool) []http.Cookie {
	const gone = -time.Second
	return []http.Cookie{
		cookie(AccessCookie, "", "/", gone, true, secure),
		cookie(RefreshCookie, "", refreshPath, gone, true, secure),
		cookie(CSRFCookie, "", "/", gone, false, secure),
	}
}

func cookie(name, value, path string, life time.Duration, hidden, secure bool) http.Cookie {
	return http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: int(life.Seconds()),
		HttpOnly: hidden, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}
