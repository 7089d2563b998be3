package handler_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// caller is one of those who try every route.
type caller string

// The callers. What a row is about belongs to the owner.
const (
	anonymous  caller = "anonymous"
	guest      caller = "guest"      // with the ticket of the room that the row is about
	otherGuest caller = "otherGuest" // with the ticket of another room
	stranger   caller = "stranger"
	friend     caller = "friend"  // the owner's
	blocked    caller = "blocked" // by the owner
	owner      caller = "owner"
	staff      caller = "staff"
	expired    caller = "expired"  // a token whose time is over, the owner's
	deleted    caller = "deleted"  // a token of an account that is gone
	disabled   caller = "disabled" // a token of an account that was locked
	ended      caller = "ended"    // a token of a session that was logged out, the owner's
)

func callers() []caller {
	return []caller{
		anonymous, guest, otherGuest, stranger, friend, blocked, owner, staff, expired, deleted, disabled, ended,
	}
}

// cast is who lives in each world: the same people with the same tokens, since each is a copy of one.
type cast map[caller]user

// nature makes worlds on one kind of database.
type nature struct {
	kind     string
	template *storetest.Template
	cast     cast
	last     *rig // of the world before; there is one at a time
}

// newNature makes the first world: the cast, and what stands between them.
func newNature(t *testing.T, kind string) *nature {
	t.Helper()
	n := &nature{kind: kind, cast: cast{}}
	n.template = storetest.NewTemplate(t, kind, func(url string) {
		db, err := store.Open(t.Context(), store.Config{URL: url})
		require.NoError(t, err)
		r := newRigOn(t, db)
		for _, who := range []caller{owner, friend, stranger, blocked, staff, deleted, disabled} {
			n.cast[who] = *r.user(string(who))
		}
		ada := n.cast[owner]
		gone := r.login(string(owner))
		gone.ok(204, "POST", "/api/accounts/logout/", "")
		n.cast[ended] = *gone
		n.cast[expired] = user{r: r, id: ada.id, name: ada.name, access: expiredAccess(t, ada)}
		befriend(t, new(n.cast[friend]), &ada)
		foe, late := n.cast[blocked], n.cast[deleted]
		ada.ok(204, "POST", foe.path("/api/accounts/block/"), "")
		late.ok(204, "DELETE", mePath, `{"password":"`+password+`"}`)
		storetest.Disable(t, db, n.cast[disabled].id)
		storetest.Promote(t, db, n.cast[staff].id)
		r.server.Close()
		require.NoError(t, db.Close())
	})
	return n
}

// expiredAccess is a token as the server signed it an hour ago.
func expiredAccess(t *testing.T, who user) string {
	t.Helper()
	secret := bytes.Repeat([]byte{7}, auth.KeySize) // the rig's
	key, err := hkdf.Expand(sha256.New, secret, "pp-enter access token", auth.KeySize)
	require.NoError(t, err)
	claims := jwt.MapClaims{}
	_, _, err = jwt.NewParser().ParseUnverified(who.access, claims)
	require.NoError(t, err)
	then := time.Now().Add(-time.Hour)
	claims["iat"], claims["exp"] = then.Unix(), then.Add(auth.AccessLife).Unix()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(key)
	require.NoError(t, err)
	return token
}

// world is the application with the cast in it, for one test.
type world struct {
	*rig
	contents *storetest.Contents
	cast     cast
}

// world makes a world that nothing has happened in.
func (n *nature) world(t *testing.T, change ...func(*api.Config)) *world {
	t.Helper()
	if n.last != nil {
		n.last.server.Close()
	}
	url := n.template.Again(t)
	w := &world{cast: cast{}}
	w.rig = newRigOn(t, storetest.OpenConfig(t, store.Config{URL: url, Readers: 4}), change...)
	n.last = w.rig
	for who, person := range n.cast {
		person.r = w.rig
		w.cast[who] = person
	}
	w.contents = storetest.OpenContents(t, url)
	return w
}

// as is one of the cast.
func (w *world) as(who caller) *user { return new(w.cast[who]) }

// shot is one request of a row.
type shot struct {
	path, body  string
	contentType string  // empty: JSON, where there is a body
	ticket      string  // of the guest, in the room that this is about; empty: of some room
	fields      []field // of a body that comes as a form, beside body
	unannounced bool    // the body does not say how long it is
}

// send makes the request of a shot as who.
func (w *world) send(who caller, method string, s shot) answer {
	w.t.Helper()
	var headers []string
	for name, values := range w.headers(who, s) {
		headers = append(headers, name, values[0])
	}
	return w.do(http.DefaultClient, method, s.path, s.body, headers...)
}

// headers say who sends a shot, and what its body is.
func (w *world) headers(who caller, s shot) http.Header {
	w.t.Helper()
	h := http.Header{}
	switch who {
	case anonymous:
	case guest, otherGuest:
		token := s.ticket
		if token == "" || who == otherGuest {
			token = w.ticket(string(who))
		}
		h.Set("Authorization", "Bearer "+token)
	default:
		h.Set("Authorization", "Bearer "+w.cast[who].access)
	}
	if s.contentType != "" {
		h.Set("Content-Type", s.contentType)
	}
	return h
}

// ticket is the ticket of a seat in some room that nothing else is about.
func (w *world) ticket(key string) string {
	w.t.Helper()
	token, _, err := w.tickets.Sign(auth.Ticket{
		RoomID: 1 << 40, Slug: social.NewSlug(), Seat: "seat", Key: "guest:" + key, Name: "Guest",
	})
	require.NoError(w.t, err)
	return token
}

// state is all that a request may change: the database but for its times, and who sits where.
func (w *world) state() map[string]string {
	w.t.Helper()
	all := w.contents.Sum(w.t)
	all["seats"] = w.sfu.String()
	return all
}

// healthy asserts that nothing went wrong inside since the last time.
func (w *world) healthy() {
	w.t.Helper()
	for line := range strings.Lines(w.log.String()) {
		require.NotContains(w.t, line, `"level":"ERROR"`)
	}
}

// String tells who sits where.
func (f *fakeSFU) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprint(f.seats, f.demos)
}
