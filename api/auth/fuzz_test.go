package auth

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

func FuzzCSRF(f *testing.F) {
	csrf, err := NewCSRF(secret('a'))
	require.NoError(f, err)
	f.Add(csrf.Token(1), int64(1))
	f.Add(csrf.Token(2), int64(1))
	f.Add(csrf.Token(-1), int64(-1))
	f.Add("", int64(0))
	f.Add(strings.Repeat("A", 43), int64(1))
	f.Fuzz(func(t *testing.T, header string, session int64) {
		require.Equal(t, header == csrf.Token(session), csrf.Check(header, session), "nothing but the value itself")
	})
}

func FuzzGuests(f *testing.F) {
	guests, err := NewGuests(secret('a'))
	require.NoError(f, err)
	_, known := guests.Recognise("", false)
	f.Add(known.Value)
	f.Add("")
	f.Add(strings.Repeat("_", 22))
	f.Add(known.Value + "=")
	f.Add(known.Value[:14] + "\n" + known.Value[14:])
	f.Fuzz(func(t *testing.T, value string) {
		key, cookie := guests.Recognise(value, true)
		require.True(t, strings.HasPrefix(key, "guest:"))
		require.NotContains(t, key, cookie.Value, "the key does not tell the cookie")
		require.NoError(t, cookie.Valid())
		if cookie.Value != value {
			return // a new guest
		}
		again, _ := guests.Recognise(value, true)
		require.Equal(t, key, again, "one cookie, one guest")
		raw, err := base64.RawURLEncoding.Strict().DecodeString(value)
		require.NoError(t, err)
		require.Len(t, raw, guestBytes)
	})
}

func FuzzLinks(f *testing.F) {
	links, err := NewLinks(secret('a'))
	require.NoError(f, err)
	now := time.Unix(1_800_000_000, 0)
	good, err := url.ParseQuery(links.Sign(7, 8, now))
	require.NoError(f, err)
	f.Add(int64(7), int64(8), int64(1_800_003_600), good.Get("s"))
	f.Add(int64(78), int64(0), int64(1), good.Get("s"))
	f.Add(int64(7), int64(8), int64(1<<62), "")
	f.Fuzz(func(t *testing.T, photo, viewer, expires int64, signature string) {
		link := Link{PhotoID: photo, Viewer: viewer, Expires: time.Unix(expires, 0)}
		err := links.Check(link, signature, now)
		switch {
		case signature != links.signature(photo, viewer, link.Expires.Unix()):
			require.ErrorIs(t, err, social.ErrLinkInvalid)
		case err != nil:
			require.ErrorIs(t, err, social.ErrLinkExpired)
		}
	})
}
