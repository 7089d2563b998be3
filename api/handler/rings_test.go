package handler_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

const notificationsPath = "/api/accounts/notifications/"

// missed is how many missed calls somebody was told of.
func missed(t *testing.T, u *user) (n int) {
	t.Helper()
	for _, item := range u.ok(200, "GET", notificationsPath, "").items(t) {
		if item["kind"] == "missed_call" {
			n++
		}
	}
	return n
}

func TestRingIsAnsweredInOneTab(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		eve := b.user("eve")
		first, second := b.tab(t, bob, 0), b.tab(t, bob, 0)
		caller, stranger := b.tab(t, ada, 0), b.tab(t, eve, 0)
		room, err := strconv.ParseInt(strings.Split(path, "/")[3], 10, 64)
		require.NoError(t, err)
		_, err = b.db.FaceChats.ByID(t.Context(), bob.id, room)
		require.ErrorIs(t, err, social.ErrRoomNotFound)

		made := ada.ok(201, "POST", path+"ring/", `{"user":`+jsonNumber(bob.id)+`}`).json(t)
		require.Equal(t, "ringing", made["state"])
		require.Equal(t, "ada", made["caller"].(map[string]any)["username"])
		require.Equal(t, "bob", made["callee"].(map[string]any)["username"])
		expires, err := time.Parse(time.RFC3339, made["expires_at"].(string))
		require.NoError(t, err)
		require.WithinDuration(t, time.Now().Add(30*time.Second), expires, 10*time.Second)
		expect(t, "ring", first, second, caller)
		late := b.tab(t, bob, 1)
		require.NotEmpty(t, made["room"].(map[string]any)["slug"])
		_, err = b.db.FaceChats.ByID(t.Context(), bob.id, room)
		require.NoError(t, err, "bob may come in")

		done := bob.ok(200, "POST", path+"ring/accept/", "").json(t)
		require.Equal(t, "accepted", done["state"])
		require.Equal(t, made["id"], done["id"])
		expect(t, "ring_stopped accepted", first, second, late, caller)
		quiet(t, first, second, late, caller, stranger)
		for _, action := range []string{"accept", "decline"} {
			b.refused(bob.do("POST", path+"ring/"+action+"/", ""), 409, "ring_over")
		}
		b.refused(ada.do("POST", path+"ring/cancel/", ""), 409, "ring_over")
		quiet(t, first, caller)
		b.tab(t, bob, 0)
		require.Zero(t, missed(t, bob))
		b.clock.pass(social.RingFor)
		time.Sleep(2 * lookEvery)
		require.Zero(t, missed(t, bob), "what was answered is not missed later")
	})
}

func TestRingIsDeclinedOrCancelled(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		callee, caller := b.tab(t, bob, 0), b.tab(t, ada, 0)
		require.Equal(t, "ringing", ada.ring(t, path, bob))
		expect(t, "ring", callee, caller)
		require.Equal(t, "declined", bob.ok(200, "POST", path+"ring/decline/", "").json(t)["state"])
		expect(t, "ring_stopped declined", callee, caller)
		require.Equal(t, "ringing", ada.ring(t, path, bob), "one may ring again")
		expect(t, "ring", callee, caller)
		require.Equal(t, "cancelled", ada.ok(200, "POST", path+"ring/cancel/", "").json(t)["state"])
		expect(t, "ring_stopped cancelled", callee, caller)
		quiet(t, callee, caller)
		require.Zero(t, missed(t, bob))
	})
}

// A ring that nobody answers is missed, whether or not a page is open.
func TestRingIsMissed(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		caller := b.tab(t, ada, 0)
		require.Equal(t, "ringing", ada.ring(t, path, bob))
		expect(t, "ring", caller)
		b.clock.pass(social.RingFor - time.Second)
		time.Sleep(2 * lookEvery)
		quiet(t, caller)
		b.clock.pass(2 * time.Second)
		expect(t, "ring_stopped missed", caller)
		require.Eventually(t, func() bool { return missed(t, bob) == 1 }, 5*time.Second, 10*time.Millisecond)
		b.refused(bob.do("POST", path+"ring/accept/", ""), 409, "ring_over")

		time.Sleep(lookEvery) // the event is out, too, and nobody saw it
		callee := b.tab(t, bob, 0)
		require.Equal(t, "ringing", ada.ring(t, path, bob))
		expect(t, "ring", callee, caller)
		b.clock.pass(social.RingFor)
		expect(t, "ring_stopped missed", callee, caller)
		expect(t, "notification missed_call", callee)
		quiet(t, callee, caller)
		require.Equal(t, 2, missed(t, bob), "each is told once")
		item := bob.ok(200, "GET", notificationsPath, "").items(t)[0]
		require.Equal(t, "ada", item["actor"].(map[string]any)["username"])
		require.Contains(t, path, "/"+jsonNumber(int64(item["facechat_id"].(float64)))+"/")
		require.Zero(t, missed(t, ada))
	})
}

func TestBusy(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		eve := b.user("eve")
		befriend(t, eve, bob)
		befriend(t, eve, ada)
		other, otherID := b.roomOf(eve)
		callee, caller, first := b.tab(t, bob, 0), b.tab(t, eve, 0), b.tab(t, ada, 0)

		require.Equal(t, "ringing", ada.ring(t, path, bob))
		expect(t, "ring", callee, first)
		require.Equal(t, "busy", eve.ring(t, other, bob), "he is being rung")
		expect(t, "notification missed_call", callee)
		expect(t, "ring_stopped busy", caller)
		require.Equal(t, "busy", eve.ring(t, other, ada), "she is ringing somebody")
		expect(t, "notification missed_call", first)
		expect(t, "ring_stopped busy", caller)
		bob.ok(200, "POST", path+"ring/accept/", "")
		expect(t, "ring_stopped accepted", callee, first)

		_, talk := b.roomOf(bob)
		b.sit(bob, talk)
		require.Equal(t, "ringing", eve.ring(t, other, bob), "who waits alone can be rung")
		expect(t, "ring", callee, caller)
		eve.ok(200, "POST", other+"ring/cancel/", "")
		expect(t, "ring_stopped cancelled", callee, caller)
		b.sit(ada, talk)
		require.Equal(t, "busy", eve.ring(t, other, bob), "he talks with somebody")
		expect(t, "notification missed_call", callee)
		expect(t, "ring_stopped busy", caller)
		quiet(t, callee, caller, first)
		b.refused(bob.do("POST", other+"ring/accept/", ""), 409, "ring_over")
		require.Equal(t, 2, missed(t, bob))

		b.sit(eve, otherID)
		b.sfu.Hang(handler.UserKey(bob.id))
		b.sit(bob, otherID)
		body := `{"user":` + jsonNumber(bob.id) + `}`
		b.refused(eve.do("POST", other+"ring/", body), 409, "already_in_room")
		b.refused(eve.do("POST", other+"ring/", `{"user":`+jsonNumber(ada.id)+`}`), 409, "room_full")
	})
}

// Two who ring each other want the same.
func TestCrossingRings(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		own, _ := b.roomOf(bob)
		for range 3 {
			var wg sync.WaitGroup
			answers := make([]map[string]any, 2)
			for i, call := range []func() string{
				func() string { return ada.do("POST", path+"ring/", `{"user":`+jsonNumber(bob.id)+`}`).body },
				func() string { return bob.do("POST", own+"ring/", `{"user":`+jsonNumber(ada.id)+`}`).body },
			} {
				wg.Go(func() {
					if err := json.Unmarshal([]byte(call()), &answers[i]); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			require.Equal(t, answers[0]["id"], answers[1]["id"], answers)
			require.Contains(t, []any{answers[0]["state"], answers[1]["state"]}, "accepted", answers)
			require.Equal(t, answers[0]["room"], answers[1]["room"], "both go to the same room")
		}
		b.tab(t, ada, 0)
		b.tab(t, bob, 0)
	})
}

// Of any number of answers one counts.
func TestOneAnswerWins(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		callee, caller := b.tab(t, bob, 0), b.tab(t, ada, 0)
		require.Equal(t, "ringing", ada.ring(t, path, bob))
		expect(t, "ring", callee, caller)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := []string{}
		for i := range 21 {
			who, action := bob, []string{"accept", "decline", "cancel"}[i%3]
			if action == "cancel" {
				who = ada
			}
			wg.Go(func() {
				a := who.do("POST", path+"ring/"+action+"/", "")
				mu.Lock()
				defer mu.Unlock()
				if a.status == 200 {
					won = append(won, a.json(t)["state"].(string))
				} else if a.status != 409 || !strings.Contains(a.body, `"ring_over"`) {
					t.Error(a.status, a.body)
				}
			})
		}
		wg.Wait()
		require.Len(t, won, 1)
		expect(t, "ring_stopped "+won[0], callee, caller)
		quiet(t, callee, caller)
	})
}

func TestWhoMayRing(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		eve, foe := b.user("eve"), b.user("foe")
		foe.ok(204, "POST", ada.path("/api/accounts/block/"), "")
		callee := b.tab(t, bob, 0)
		ring := path + "ring/"
		open, _ := b.roomOf(eve)
		storetest.Disable(t, b.db, b.user("gone").id)
		body := func(u *user) string { return `{"user":` + jsonNumber(u.id) + `}` }
		for name, c := range map[string]struct {
			who    *user
			path   string
			body   string
			status int
			code   string
		}{
			"stranger":       {ada, ring, body(eve), 403, "ring_friends_only"},
			"blocked":        {ada, ring, body(foe), 404, "user_not_found"},
			"blocker":        {foe, ring, body(ada), 404, "user_not_found"},
			"oneself":        {ada, ring, body(ada), 422, "not_with_yourself"},
			"nobody":         {ada, ring, `{"user":99999}`, 404, "user_not_found"},
			"disabled":       {ada, ring, `{"user":` + jsonNumber(foe.id+1) + `}`, 404, "user_not_found"},
			"no room":        {ada, "/api/facechats/99999/ring/", body(bob), 404, "room_not_found"},
			"another's room": {ada, open + "ring/", body(bob), 404, "room_not_found"},
			"no user":        {ada, ring, `{}`, 422, "validation_failed"},
			"below one":      {ada, ring, `{"user":-1}`, 422, "validation_failed"},
			"no number":      {ada, ring, `{"user":"1 OR 1=1"}`, 422, "validation_failed"},
			"field":          {ada, ring, `{"user":2,"now":true}`, 422, "validation_failed"},
			"accept none":    {bob, ring + "accept/", "", 404, "ring_not_found"},
			"decline none":   {bob, ring + "decline/", "", 404, "ring_not_found"},
			"cancel none":    {ada, ring + "cancel/", "", 404, "ring_not_found"},
			"accept nowhere": {bob, "/api/facechats/99999/ring/accept/", "", 404, "ring_not_found"},
		} {
			t.Run(name, func(*testing.T) { b.refused(c.who.do("POST", c.path, c.body), c.status, c.code) })
		}
		b.refused(b.do(http.DefaultClient, "POST", ring, body(bob)), 401, "login_required")
		quiet(t, callee)

		require.Equal(t, "ringing", ada.ring(t, path, bob))
		expect(t, "ring", callee)
		befriend(t, ada, eve)
		b.refused(ada.do("POST", ring, body(eve)), 409, "already_ringing")
		b.refused(ada.do("POST", ring, body(bob)), 409, "already_ringing")
		for _, u := range []*user{ada, eve} {
			b.refused(u.do("POST", ring+"accept/", ""), 404, "ring_not_found")
		}
		b.refused(bob.do("POST", ring+"cancel/", ""), 404, "ring_not_found")
		quiet(t, callee)
	})
}

// Who is invited, or inside, rings others into somebody's room; who only sees it does not.
func TestGuestsOfARoomRing(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		eve, dan := b.user("eve"), b.user("dan")
		befriend(t, bob, eve)
		befriend(t, dan, eve)
		_, id := b.roomOf(ada)
		open := "/api/facechats/" + jsonNumber(id) + "/"
		public := social.VisiblePublic
		storetest.Promote(t, b.db, eve.id) // no matter
		_, _, err := b.db.FaceChats.Update(t.Context(), ada.id, id, social.FaceChatChange{Visibility: &public})
		require.NoError(t, err)
		body := `{"user":` + jsonNumber(eve.id) + `}`
		b.refused(dan.do("POST", open+"ring/", body), 403, "ring_members_only")
		b.sit(dan, id)
		require.Equal(t, "ringing", dan.ring(t, open, eve))
		dan.ok(200, "POST", open+"ring/cancel/", "")
		_, err = b.db.FaceChats.Invite(t.Context(), ada.id, id, []int64{bob.id})
		require.NoError(t, err)
		b.refused(bob.do("POST", open+"ring/", body), 409, "room_full")
		b.sfu.Hang(handler.UserKey(dan.id))
		require.Equal(t, "ringing", bob.ring(t, open, eve))
		bob.ok(200, "POST", open+"ring/cancel/", "")
		ada.ok(204, "POST", eve.path("/api/accounts/block/"), "")
		b.refused(bob.do("POST", open+"ring/", body), 404, "user_not_found")
		b.refused(bob.do("POST", path+"ring/", body), 404, "room_not_found")
	})
}

func TestWhatEndsARing(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, b *bell, ada, bob *user, room int64){
		"callee blocks": func(_ *testing.T, _ *bell, ada, bob *user, _ int64) {
			bob.ok(204, "POST", ada.path("/api/accounts/block/"), "")
		},
		"caller blocks": func(_ *testing.T, _ *bell, ada, bob *user, _ int64) {
			ada.ok(204, "POST", bob.path("/api/accounts/block/"), "")
		},
		"caller deleted": func(_ *testing.T, _ *bell, ada, _ *user, _ int64) {
			ada.ok(204, "DELETE", mePath, `{"password":"`+password+`"}`)
		},
		"caller disabled": func(t *testing.T, b *bell, ada, _ *user, _ int64) {
			storetest.Disable(t, b.db, ada.id)
		},
		"room deleted": func(t *testing.T, b *bell, ada, _ *user, room int64) {
			_, err := b.db.FaceChats.Delete(t.Context(), ada.id, room)
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			onBell(t, func(t *testing.T, b *bell) {
				ada, bob, _ := b.friends(t)
				path, room := b.roomOf(ada)
				callee := b.tab(t, bob, 0)
				require.Equal(t, "ringing", ada.ring(t, path, bob))
				expect(t, "ring", callee)
				time.Sleep(3 * lookEvery) // the watch has seen it
				end(t, b, ada, bob, room)
				expect(t, "ring_stopped cancelled", callee)
				a := bob.do("POST", path+"ring/accept/", "")
				require.GreaterOrEqual(t, a.status, 400)
				require.Zero(t, missed(t, bob))
				b.tab(t, bob, 0)
			})
		})
	}
}

func TestRingingAllTheTime(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		for range social.MaxRings {
			require.Equal(t, "ringing", ada.ring(t, path, bob))
			ada.ok(200, "POST", path+"ring/cancel/", "")
		}
		a := ada.do("POST", path+"ring/", `{"user":`+jsonNumber(bob.id)+`}`)
		b.refused(a, 429, "rate_limited")
		wait, err := strconv.Atoi(a.header.Get("Retry-After"))
		require.NoError(t, err)
		require.Positive(t, wait)
		require.LessOrEqual(t, wait, 60)
		b.clock.pass(time.Minute)
		require.Equal(t, "ringing", ada.ring(t, path, bob))
	})
}

// A page goes on with the session: it is closed when that ends.
func TestPagesEndWithTheSession(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		b.user("ada")
		gone, stays := b.login("ada"), b.login("ada")
		page, other := b.tab(t, gone, 0), b.tab(t, stays, 0)
		gone.ok(204, "POST", "/api/accounts/logout/", "")
		expect(t, "bye session_ended", page)
		quiet(t, other)
		stays.ok(204, "DELETE", mePath, `{"password":"`+password+`"}`)
		expect(t, "bye session_ended", other)
	})
}

func TestGreetingCostsTheSame(t *testing.T) {
	onBell(t, func(t *testing.T, b *bell) {
		ada, bob, path := b.friends(t)
		cost := func() int {
			return len(storetest.Queries(b.db, func() {
				_, err := b.ringer.Greet(t.Context(), bob.id)
				require.NoError(t, err)
			}))
		}
		few := cost()
		require.Equal(t, "ringing", ada.ring(t, path, bob))
		require.LessOrEqual(t, cost(), few+2, "the watch looks meanwhile")
	})
}
