package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

// GuestCookie is the name of the cookie that tells a guest's second tab from a second guest.
const GuestCookie = "ppenter_guest"

const (
	guestLife  = 365 * 24 * time.Hour
	guestBytes = 16
)

// Guests recognises people without an account by a random cookie. Safe for concurrent use.
type Guests struct{ key []byte }

// NewGuests makes a recogniser from the server's secret.
func NewGuests(secret []byte) (*Guests, error) {
	key, err := derive(secret, "guest")
	if err != nil {
		return nil, err
	}
	return &Guests{key: key}, nil
}

// Recognise returns the key of the person whose cookie has this value. A missing or malformed value makes a
// new guest, with the cookie to be set; secure is whether the page came over TLS. The key does not reveal the
// cookie: it may stand in a ticket that scripts can read.
func (g *Guests) Recognise(value string, secure bool) (key string, cookie *http.Cookie) {
	// The length keeps out line ends, which the decoder passes over: one guest has one value.
	whole := len(value) == base64.RawURLEncoding.EncodedLen(guestBytes)
	b, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if !whole || err != nil || len(b) != guestBytes {
		var id [guestBytes]byte
		rand.Read(id[:]) // never fails: the runtime ends the program instead
		value = base64.RawURLEncoding.EncodeToString(id[:])
	}
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(value))
	key = "guest:" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:guestBytes])
	// A known guest's cookie is set again: its year begins anew.
	return key, &http.Cookie{
		Name: GuestCookie, Value: value, Path: "/", MaxAge: int(guestLife.Seconds()),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}
