package handler_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// onBothRaces runs a scenario of many at once on both databases and asserts that the data is sound
// afterwards.
func onBothRaces(t *testing.T, scenario func(t *testing.T, r *rig, data *storetest.Contents)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			url := storetest.URL(t, kind)
			r := newRigOn(t, storetest.OpenConfig(t, store.Config{URL: url}), lenient)
			data := storetest.OpenContents(t, url)
			scenario(t, r, data)
			sound(t, data)
			require.Empty(t, lastError(r.log.String()))
		})
	}
}

// sound asserts what must hold of all data at any time.
func sound(t *testing.T, data *storetest.Contents) {
	t.Helper()
	require.Zero(t, data.Dangling(t))
	const between = "(b.blocker_id = %[1]s AND b.blocked_id = %[2]s OR " +
		"b.blocker_id = %[2]s AND b.blocked_id = %[1]s)"
	blocked := func(table, a, b, and string) string {
		return "SELECT count(*) FROM " + table + " AS x JOIN blocks AS b ON " +
			fmt.Sprintf(between, "x."+a, "x."+b) + and
	}
	for what, query := range map[string]string{
		"likes are counted": "SELECT count(*) FROM posts AS p WHERE like_count <> " +
			"(SELECT count(*) FROM likes WHERE post_id = p.id)",
		"favourites are counted": "SELECT count(*) FROM posts AS p WHERE favorite_count <> " +
			"(SELECT count(*) FROM favorites WHERE post_id = p.id)",
		"comments are counted": "SELECT count(*) FROM posts AS p WHERE comment_count <> " +
			"(SELECT count(*) FROM comments WHERE post_id = p.id AND deleted_at IS NULL)",
		"friends do not ask each other": "SELECT count(*) FROM friendships AS f JOIN friend_requests AS q ON " +
			"q.state = 'pending' AND (q.from_id = f.low_id AND q.to_id = f.high_id OR " +
			"q.from_id = f.high_id AND q.to_id = f.low_id)",
		"an accepted request is a friendship, or was one": "SELECT count(*) FROM friendships AS f " +
			"WHERE NOT EXISTS " +
			"(SELECT 1 FROM friend_requests AS q WHERE q.state = 'accepted' AND (q.from_id = f.low_id " +
			"AND q.to_id = f.high_id OR q.from_id = f.high_id AND q.to_id = f.low_id))",
		"a block ends a friendship": blocked("friendships", "low_id", "high_id", ""),
		"a block ends following":    blocked("follows", "follower_id", "followed_id", ""),
		"a block ends requests":     blocked("friend_requests", "from_id", "to_id", " WHERE x.state = 'pending'"),
		"a block ends rings":        blocked("rings", "caller_id", "callee_id", " WHERE x.state = 'ringing'"),
		"an ended room rings nobody": "SELECT count(*) FROM rings AS r " +
			"JOIN facechats AS c ON c.id = r.facechat_id " +
			"WHERE r.state = 'ringing' AND c.state = 'ended'",
		"who is rung is rung once": "SELECT count(*) FROM (SELECT callee_id FROM rings WHERE state = 'ringing' " +
			"GROUP BY callee_id HAVING count(*) > 1) AS twice",
	} {
		require.Zero(t, data.Number(t, query), what)
	}
}

// together does n things at once and returns their answers.
func together(n int, do func(i int) answer) []answer {
	answers, start := make([]answer, n), make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			answers[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return answers
}

// only asserts that all answers are among some: "201" or "404 some_code".
func only(t *testing.T, answers []answer, allowed ...string) {
	t.Helper()
	for _, a := range answers {
		got := strconv.Itoa(a.status)
		if a.status >= http.StatusBadRequest {
			got += fmt.Sprint(" ", a.json(t)["code"])
		}
		require.Contains(t, allowed, got, a.body)
	}
}

// crowd registers people.
func (r *rig) crowd(name string, n int) []*user {
	r.t.Helper()
	all := make([]*user, n)
	for i := range all {
		all[i] = r.user(name + strconv.Itoa(i))
	}
	return all
}

func TestFiftyPairsAskEachOther(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		people := r.crowd("p", 100)
		answers := together(len(people), func(i int) answer {
			other := people[i^1]
			if i%4 < 2 {
				return people[i].do("POST", askPath, `{"to_user":`+jsonNumber(other.id)+`}`)
			}
			return people[i].do("POST", friendsPath, `{"user":`+jsonNumber(other.id)+`}`)
		})
		only(t, answers, "201")
		require.EqualValues(t, 50, data.Number(t, "SELECT count(*) FROM friendships"))
		require.EqualValues(t, 50, data.Number(t, "SELECT count(*) FROM friend_requests WHERE state = 'accepted'"))
		require.EqualValues(t, 50, data.Number(t, "SELECT count(*) FROM friend_requests"), "one request a pair")
		require.EqualValues(t, 50,
			data.Number(t, "SELECT count(*) FROM notifications WHERE kind = 'friend_accepted'"))
	})
}

// Tabs of one browser refresh whenever they like, each with the token that it saw last: nobody is logged out,
// and it stays one family.
func TestTabsRefreshAtOnce(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		ada := r.user("ada")
		token := ada.refresh
		for range 8 {
			answers := together(10, func(int) answer {
				return r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+token+`"}`)
			})
			only(t, answers, "200")
			for _, a := range answers {
				require.Equal(t, answers[0].json(t)["refresh"], a.json(t)["refresh"], "one successor")
			}
			token = r.tokens("ada", answers[0]).refresh
		}
		ada.ok(200, "GET", mePath, "")
		require.EqualValues(t, 1, data.Number(t, "SELECT count(*) FROM sessions"))
		require.EqualValues(t, 9, data.Number(t, "SELECT count(*) FROM refresh_tokens"))
		require.EqualValues(t, 1, data.Number(t, "SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL"))
	})
}

// A thief and the owner use a stolen token at the same time, after its successor was used: whoever comes
// when, the family ends.
func TestStolenTokenAtOnce(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		ada := r.user("ada")
		stolen, token := ada.refresh, ada.refresh
		for range 2 {
			a := r.do(http.DefaultClient, "POST", refreshPath, `{"refresh":"`+token+`"}`)
			only(t, []answer{a}, "200")
			token = r.tokens("ada", a).refresh
		}
		only(t, together(20, func(i int) answer {
			return r.do(http.DefaultClient, "POST", refreshPath,
				`{"refresh":"`+[]string{stolen, token}[i%2]+`"}`)
		}), "200", "401 token_reused", "401 session_ended")
		only(t, []answer{ada.do("GET", mePath, "")}, "401 session_ended")
		require.Zero(t, data.Number(t, "SELECT count(*) FROM sessions WHERE ended_at IS NULL"))
		require.EqualValues(t, 1, data.Number(t, "SELECT count(*) FROM audit WHERE action = 'session.reused'"))
	})
}

func TestLikingAndTakingBackAtOnce(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		ada, bob, eve := r.user("ada"), r.user("bob"), r.user("eve")
		post := jsonNumber(ada.post(t, "public", "post"))
		for _, what := range []string{"likes", "favorites"} {
			path := "/api/posts/" + what + "/"
			for range 3 {
				id := numberOf(t, bob.do("POST", path, `{"post":`+post+`}`), "id")
				only(t, together(50, func(i int) answer {
					switch i % 3 {
					case 0:
						return bob.do("DELETE", path+id+"/", "")
					case 1:
						return eve.do("POST", path, `{"post":`+post+`}`)
					}
					return bob.do("POST", path, `{"post":`+post+`}`)
				}), "200", "201", "204", "404 like_not_found", "404 favorite_not_found")
				sound(t, data)
			}
			require.EqualValues(t, 1,
				data.Number(t, "SELECT count(*) FROM "+what+" WHERE user_id = "+jsonNumber(eve.id)))
		}
	})
}

func TestFollowingAtOnce(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		ada, bob := r.user("ada"), r.user("bob")
		path := ada.path("/api/accounts/follow/")
		only(t, together(50, func(i int) answer {
			return bob.do([]string{"POST", "DELETE"}[i%2], path, "")
		}), "204")
		bob.ok(204, "POST", path, "")
		only(t, together(50, func(int) answer { return bob.do("POST", path, "") }), "204")
		require.EqualValues(t, 1, data.Number(t, "SELECT count(*) FROM follows"))
		profile := ada.ok(200, "GET", ada.path("/api/accounts/profile/"), "").json(t)
		require.InDelta(t, 1, profile["followers"], 0)
	})
}

func TestBlockingWhileAccepting(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		people := r.crowd("p", 40)
		requests := make([]string, len(people)/2)
		for i := range requests {
			requests[i] = people[2*i].ask(t, people[2*i+1])
		}
		answers := together(3*len(requests), func(i int) answer {
			pair := i / 3
			asked, other := people[2*pair+1], people[2*pair]
			switch {
			case i%3 == 0:
				return asked.do("POST", requests[pair]+"accept/", "")
			case i%3 == 1:
				return asked.do("POST", other.path("/api/accounts/follow/"), "")
			case pair%2 == 0: // the one who asked blocks, or the one who was asked
				asked, other = other, asked
			}
			return asked.do("POST", other.path("/api/accounts/block/"), "")
		})
		only(t, answers, "200", "204", "404 friend_request_not_found", "404 user_not_found", "409 you_block_them")
		require.EqualValues(t, len(requests), data.Number(t, "SELECT count(*) FROM blocks"))
		require.Zero(t, data.Number(t, "SELECT count(*) FROM friendships"))
		require.Zero(t, data.Number(t, "SELECT count(*) FROM follows"))
	})
}

// Somebody's account goes while everybody writes to what is theirs: each of them is answered, and of the
// account nothing stays.
func TestDeletingAnAccountWhileOthersWrite(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		others := r.crowd("p", 12)
		for round := range 4 {
			name := "gone" + strconv.Itoa(round)
			gone := r.user(name)
			post := gone.post(t, "public", "post")
			comment := jsonNumber(gone.comment(t, post, 0, "mine"))
			answer1 := jsonNumber(others[0].comment(t, post, 0, "theirs"))
			theirs := jsonNumber(others[1].post(t, "public", "their post"))
			room := gone.opens(t, `{"visibility":"public","allow_guests":true}`)
			id, postID := jsonNumber(gone.id), jsonNumber(post)
			befriend(t, others[0], gone)
			home := others[0].opens(t, `{"visibility":"friends"}`)
			writes := []func(u *user) answer{
				func(u *user) answer { return u.do("POST", likesPath, `{"post":`+postID+`}`) },
				func(u *user) answer { return u.do("POST", "/api/posts/favorites/", `{"post":`+postID+`}`) },
				func(u *user) answer { return u.do("POST", commentsPath, `{"post":`+postID+`,"content":"Oh"}`) },
				func(u *user) answer {
					return u.do("POST", commentsPath, `{"post":`+postID+`,"content":"Oh","parent":`+comment+`}`)
				},
				func(u *user) answer {
					return u.do("POST", commentsPath, `{"post":`+postID+`,"content":"Oh","parent":`+answer1+`}`)
				},
				func(u *user) answer { return u.do("POST", gone.path("/api/accounts/follow/"), "") },
				func(u *user) answer { return u.do("POST", askPath, `{"to_user":`+id+`}`) },
				func(u *user) answer { return u.do("POST", room.path("join/"), "") },
				func(*user) answer { return others[0].do("POST", home.path("ring/"), `{"user":`+id+`}`) },
				func(u *user) answer {
					return u.do("POST", roomsPath+"create_facechat/", `{"title":"a","invite":[`+id+`]}`)
				},
				func(u *user) answer {
					return u.do("POST", "/api/posts/reports/", `{"kind":"user","target":`+id+`,"reason":"spam"}`)
				},
				func(*user) answer { return gone.do("POST", likesPath, `{"post":`+theirs+`}`) },
				func(*user) answer { return gone.do("POST", commentsPath, `{"post":`+theirs+`,"content":"Oh"}`) },
				func(*user) answer { return gone.do("PUT", "/api/accounts/update/", `{"bio":"Bye"}`) },
				func(*user) answer { return gone.send("POST", photosPath) },
				func(u *user) answer { return u.do("POST", gone.path("/api/accounts/block/"), "") },
			}
			answers := together(3*len(writes)+1, func(i int) answer {
				if i == len(writes) { // some are under way already
					return gone.do("DELETE", mePath, `{"password":"`+password+`"}`)
				}
				return writes[i%len(writes)](others[i%len(others)])
			})
			require.Equal(t, 204, answers[len(writes)].status, answers[len(writes)].body)
			require.Empty(t, lastError(r.log.String()))
			sound(t, data)
			require.Zero(t, data.Number(t, "SELECT count(*) FROM users WHERE username = '"+name+"'"))
			for table, column := range map[string]string{
				"posts": "owner_id", "photos": "owner_id", "comments": "author_id", "likes": "user_id",
				"sessions": "user_id", "facechats": "host_id", "profiles": "user_id", "notifications": "user_id",
			} {
				require.Zero(t, data.Number(t, "SELECT count(*) FROM "+table+" WHERE "+column+" = "+id), table)
			}
		}
	})
}

// Things go while they are written to, by their owners.
func TestDeletingThingsWhileOthersWrite(t *testing.T) {
	onBothRaces(t, func(t *testing.T, r *rig, data *storetest.Contents) {
		ada, others := r.user("ada"), r.crowd("p", 10)
		for range 5 {
			photo := jsonNumber(ada.photo(t))
			made := ada.ok(201, "POST", "/api/posts/create/", `{"photo":`+photo+`,"title":"a","tags":["a","b"]}`)
			post := numberOf(t, made, "id")
			room := ada.opens(t, `{"visibility":"public","tags":["a","c"]}`)
			writes := []func(u *user) answer{
				func(u *user) answer { return u.do("POST", likesPath, `{"post":`+post+`}`) },
				func(u *user) answer { return u.do("POST", commentsPath, `{"post":`+post+`,"content":"Oh"}`) },
				func(*user) answer { return ada.do("PUT", "/api/posts/posts/"+post+"/", `{"tags":["b","a","d"]}`) },
				func(*user) answer { return ada.do("DELETE", "/api/posts/posts/"+post+"/?photo=true", "") },
				func(*user) answer { return ada.do("DELETE", photosPath+photo+"/", "") },
				func(u *user) answer { return u.do("POST", room.path("join/"), "") },
				func(*user) answer { return ada.do("PUT", room.path(""), `{"tags":["c","b"],"state":"paused"}`) },
				func(*user) answer { return ada.do("DELETE", room.path(""), "") },
				func(u *user) answer { return u.do("POST", "/api/posts/tags/", `{"name":"d"}`) },
				func(*user) answer {
					return ada.do("POST", "/api/posts/photo_tags/", `{"photo":`+photo+`,"tag":"c"}`)
				},
			}
			answers := together(4*len(writes), func(i int) answer {
				return writes[i%len(writes)](others[i%len(others)])
			})
			require.False(t, slices.ContainsFunc(answers, func(a answer) bool { return a.status >= 500 }),
				lastError(r.log.String()))
			sound(t, data)
		}
	})
}
