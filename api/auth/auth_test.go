package auth

import (
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

func secret(b byte) []byte { return []byte(strings.Repeat(string(b), KeySize)) }

func newTickets(t testing.TB, b byte) *Tickets {
	t.Helper()
	tickets, err := NewTickets(secret(b))
	require.NoError(t, err)
	return tickets
}

func sample() Ticket {
	return Ticket{RoomID: 1 << 60, Slug: "slug", Title: "제목", Seat: "seat", Key: "guest:x", Name: "민수"}
}

func TestTicketRoundTripAndExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tickets := newTickets(t, 'a')
		token, expires, err := tickets.Sign(sample())
		require.NoError(t, err)
		require.Equal(t, TicketLife, time.Until(expires))
		want := sample()
		want.Expires = expires

		time.Sleep(TicketLife - time.Second)
		got, err := tickets.Verify(token)
		require.NoError(t, err)
		require.Equal(t, want, got)

		time.Sleep(2 * time.Second)
		_, err = tickets.Verify(token)
		require.ErrorIs(t, err, ErrTicketExpired)
		got, err = tickets.VerifySeat(token)
		require.NoError(t, err, "during the call the ticket still names its seat")
		require.Equal(t, "seat", got.Seat)

		time.Sleep(SeatLife)
		_, err = tickets.VerifySeat(token)
		require.ErrorIs(t, err, ErrTicketExpired)
	})
}

func TestForgedTicketsAreRefused(t *testing.T) {
	tickets := newTickets(t, 'a')
	good, _, err := tickets.Sign(sample())
	require.NoError(t, err)
	foreign, _, err := newTickets(t, 'b').Sign(sample())
	require.NoError(t, err)
	parts := strings.Split(good, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))

	claims := func(change func(c *ticketClaims)) string {
		c := ticketClaims{Room: "1", Seat: "s", RegisteredClaims: jwt.RegisteredClaims{
			Issuer: ticketIssuer, Audience: jwt.ClaimStrings{ticketAudience}, Subject: "k",
			IssuedAt: jwt.NewNumericDate(time.Now()), ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Minute)),
		}}
		change(&c)
		token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(tickets.key)
		require.NoError(t, err)
		return token
	}
	_, err = tickets.Verify(claims(func(*ticketClaims) {}))
	require.NoError(t, err, "the frame of the cases below is good")
	hs512, err := jwt.NewWithClaims(jwt.SigningMethodHS512, jwt.MapClaims{"aud": ticketAudience}).
		SignedString(tickets.key)
	require.NoError(t, err)

	for name, token := range map[string]string{
		"empty": "", "noise": "a.b.c", "other key": foreign, "cut": good[:len(good)-4],
		"no algorithm":    none + "." + parts[1] + ".",
		"other algorithm": hs512,
		"other payload":   parts[0] + "." + strings.Split(foreign, ".")[1][1:] + "." + parts[2],
		"too long":        good + strings.Repeat("A", maxTicketBytes),
		"no expiry":       claims(func(c *ticketClaims) { c.ExpiresAt = nil }),
		"other audience":  claims(func(c *ticketClaims) { c.Audience = jwt.ClaimStrings{"pp-enter/api"} }),
		"other issuer":    claims(func(c *ticketClaims) { c.Issuer = "x" }),
		"no room":         claims(func(c *ticketClaims) { c.Room = "" }),
		"room below one":  claims(func(c *ticketClaims) { c.Room = "-4" }),
		"no seat":         claims(func(c *ticketClaims) { c.Seat = "" }),
		"nobody":          claims(func(c *ticketClaims) { c.Subject = "" }),
		"from the future": claims(func(c *ticketClaims) {
			c.IssuedAt = jwt.NewNumericDate(time.Now().Add(time.Hour))
		}),
	} {
		_, err := tickets.Verify(token)
		require.ErrorIs(t, err, ErrTicketInvalid, name)
	}
}

func FuzzVerifyTicket(f *testing.F) {
	tickets := newTickets(f, 'a')
	good, _, err := tickets.Sign(sample())
	require.NoError(f, err)
	signed := strings.Join(strings.Split(good, ".")[:2], ".")
	f.Add(good)
	f.Add(signed + ".")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		ticket, err := tickets.Verify(token)
		if err != nil {
			require.Zero(t, ticket)
			return
		}
		require.True(t, strings.HasPrefix(token, signed), "accepted a ticket that was not signed: %q", token)
	})
}

func TestKeyIsMadeOnceAndKeptFromOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "secret.key")
	keys := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, err := LoadKey(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	wg.Wait()
	for _, key := range keys {
		require.Len(t, key, KeySize)
		require.Equal(t, keys[0], key, "everybody got the same key")
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1)

	require.NoError(t, os.Chmod(path, 0o644)) //nolint:gosec // the very thing that must be put right
	_, err = LoadKey(path)
	require.NoError(t, err)
	info, err = os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.WriteFile(path, []byte("short"), 0o600))
	_, err = LoadKey(path)
	require.ErrorContains(t, err, "5 bytes")
}

func TestGuestsAreRecognised(t *testing.T) {
	guests, err := NewGuests(secret('a'))
	require.NoError(t, err)
	key, cookie := guests.Recognise("", true)
	require.Equal(t, GuestCookie, cookie.Name)
	require.True(t, cookie.HttpOnly)
	require.True(t, cookie.Secure)
	require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
	require.Equal(t, 365*24*3600, cookie.MaxAge)
	require.NotContains(t, key, cookie.Value)

	again, cookie2 := guests.Recognise(cookie.Value, false)
	require.Equal(t, key, again)
	require.Equal(t, cookie.Value, cookie2.Value)
	require.False(t, cookie2.Secure)

	other, _ := guests.Recognise("", false)
	require.NotEqual(t, key, other)
	for _, bad := range []string{"short", strings.Repeat("A", 500), "ä", cookie.Value + "="} {
		_, c := guests.Recognise(bad, false)
		require.NotEqual(t, bad, c.Value)
		require.Len(t, c.Value, 22)
	}
}

func TestKeysOfPurposesDiffer(t *testing.T) {
	a, err := derive(secret('a'), "room ticket")
	require.NoError(t, err)
	b, err := derive(secret('a'), "guest")
	require.NoError(t, err)
	require.NotEqual(t, a, b)
	_, err = NewTickets([]byte("short"))
	require.Error(t, err)
	_, err = NewGuests(nil)
	require.Error(t, err)
}
