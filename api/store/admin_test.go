package store_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// staffer is somebody of the staff.
func staffer(t testing.TB, db *store.DB, name string) int64 {
	t.Helper()
	id := person(t, db, name)
	changed, err := db.Admin.SetRole(t.Context(), social.Act{}, id, social.RoleStaff)
	require.NoError(t, err)
	require.True(t, changed)
	return id
}

// ringOf writes a ring that rings.
func ringOf(t testing.TB, db *store.DB, room, caller, callee int64) int64 {
	t.Helper()
	return insert(t, db, "INSERT INTO rings (facechat_id, caller_id, callee_id, created_at, expires_at) "+
		"VALUES (?, ?, ?, ?, ?)", room, caller, callee, moment(), moment())
}

func TestSetRole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		set := func(role social.Role) bool {
			changed, err := db.Admin.SetRole(t.Context(), social.Act{}, ada, role)
			require.NoError(t, err)
			return changed
		}
		require.False(t, set(social.RoleUser))
		require.True(t, set(social.RoleStaff))
		require.False(t, set(social.RoleStaff))
		staff, err := db.Admin.Staff(t.Context())
		require.NoError(t, err)
		require.Len(t, staff, 1)
		require.Equal(t, ada, staff[0].ID)
		require.True(t, set(social.RoleUser))
		_, err = db.Admin.SetRole(t.Context(), social.Act{}, 99, social.RoleStaff)
		require.ErrorIs(t, err, social.ErrUserNotFound)
		require.Equal(t, int64(2), count(t, db, "audit"), "what changes nothing is no act")
		// The act and its audit stand or fall together.
		_, err = db.Admin.SetRole(t.Context(), social.Act{ActorID: 99}, bob, social.RoleStaff)
		require.Error(t, err)
		u, err := db.Users.ByID(t.Context(), bob)
		require.NoError(t, err)
		require.Equal(t, social.RoleUser, u.Role)
		require.Equal(t, int64(2), count(t, db, "audit"))
	})
}

func TestDisable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		eve, mallory := staffer(t, db, "eve"), staffer(t, db, "mallory")
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		begin(t, db, ada, "token")
		begin(t, db, bob, "other")
		room := roomOf(t, db, bob, "link")
		ring := ringOf(t, db, room, bob, ada)
		other := ringOf(t, db, room, mallory, bob)
		acts := count(t, db, "audit")
		for _, c := range []struct {
			act    social.Act
			target int64
			want   error
		}{
			{social.Act{ActorID: eve}, ada, social.ErrActReason},
			{social.Act{ActorID: eve, Reason: "\x00"}, ada, social.ErrActReason},
			{social.Act{ActorID: eve, Reason: "spam"}, eve, social.ErrSelf},
			{social.Act{ActorID: eve, Reason: "spam"}, mallory, social.ErrTargetStaff},
			{social.Act{ActorID: eve, Reason: "spam"}, 99, social.ErrUserNotFound},
		} {
			_, err := db.Admin.Disable(t.Context(), c.act, c.target)
			require.ErrorIs(t, err, c.want)
		}
		require.Zero(t, count(t, db, "users WHERE disabled_at IS NOT NULL"))
		require.Equal(t, acts, count(t, db, "audit"))

		// All of the staff at once: one does it.
		var wg sync.WaitGroup
		var mu sync.Mutex
		var stopped []int64
		for range 8 {
			wg.Go(func() {
				rings, err := db.Admin.Disable(t.Context(), social.Act{ActorID: eve, Reason: " spam "}, ada)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				stopped = append(stopped, rings...)
			})
		}
		wg.Wait()
		require.Equal(t, []int64{ring}, stopped)
		require.Equal(t, acts+1, count(t, db, "audit"))
		require.Equal(t, int64(1), count(t, db, "audit WHERE action = 'user.disable' AND detail = 'spam'"))
		require.Equal(t, int64(1), count(t, db, "sessions WHERE ended_at IS NULL AND user_id = ?", bob))
		require.Zero(t, count(t, db, "sessions WHERE ended_at IS NULL AND user_id = ?", ada))
		require.Equal(t, int64(1), count(t, db, "sessions WHERE end_reason = 'staff'"))
		require.Equal(t, int64(1), count(t, db, "rings WHERE state = 'ringing' AND id = ?", other))
		card, err := db.Admin.User(t.Context(), ada)
		require.NoError(t, err)
		require.False(t, card.Disabled.IsZero())

		require.NoError(t, db.Admin.Enable(t.Context(), social.Act{ActorID: mallory}, ada))
		require.NoError(t, db.Admin.Enable(t.Context(), social.Act{ActorID: mallory}, ada))
		require.ErrorIs(t, db.Admin.Enable(t.Context(), social.Act{ActorID: mallory}, 99), social.ErrUserNotFound)
		require.Equal(t, acts+2, count(t, db, "audit"))
		require.Zero(t, count(t, db, "users WHERE disabled_at IS NOT NULL"))
		require.Zero(t, count(t, db, "sessions WHERE ended_at IS NULL AND user_id = ?", ada))
	})
}

func TestRemovePost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		eve, ada := staffer(t, db, "eve"), person(t, db, "ada")
		why := social.Act{ActorID: eve, Reason: "spam"}
		posts := make([]int64, 3)
		photo, other := photoOf(t, db, ada, "ada/1"), photoOf(t, db, ada, "ada/2")
		for i, shown := range []int64{photo, photo, other} {
			posts[i] = postOf(t, db, ada, "public")
			require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET photo_id = ? WHERE id = ?", shown, posts[i]))
		}
		commentOf(t, db, posts[0], ada, 0)
		secret := postOf(t, db, ada, "private")
		require.ErrorIs(t,
			db.Admin.RemovePost(t.Context(), social.Act{ActorID: eve}, posts[0]), social.ErrActReason)
		require.ErrorIs(t, db.Admin.RemovePost(t.Context(), why, secret), social.ErrPostNotFound)
		require.ErrorIs(t, db.Admin.RemovePost(t.Context(), why, 99), social.ErrPostNotFound)
		require.Equal(t, int64(4), count(t, db, "posts"))

		require.NoError(t, db.Admin.RemovePost(t.Context(), why, posts[0]))
		require.Zero(t, count(t, db, "comments"))
		require.Equal(t, int64(2), count(t, db, "photos"), "another post shows the picture")
		require.Zero(t, count(t, db, "blob_orphans"))
		require.NoError(t, db.Admin.RemovePost(t.Context(), why, posts[1]))
		require.Equal(t, int64(1), count(t, db, "photos"))
		require.Equal(t, int64(1), count(t, db, "blob_orphans WHERE blob = 'ada/1'"), "its bytes go, too")
		require.Equal(t, int64(2), count(t, db, "audit WHERE action = 'post.remove' AND actor_name = 'eve'"))
		require.Equal(t, int64(1), count(t, db, "posts WHERE id = ?", posts[2]))
	})
}

func TestWhatTheStaffSeesOfAPicture(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		post, photo := postOf(t, db, ada, "public"), photoOf(t, db, ada, "ada/1")
		require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET photo_id = ? WHERE id = ?", photo, post))
		_, err := db.Reports.Add(t.Context(), social.NewReport{
			ReporterID: bob, Kind: social.TargetPhoto, TargetID: photo, Reason: "spam",
		})
		require.NoError(t, err)
		require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET visibility = 'private' WHERE id = ?", post))
		seen, _, err := db.Admin.Posts(t.Context(), social.PostFilter{Reported: true}, social.Page{})
		require.NoError(t, err)
		require.Len(t, seen, 1, "the post that shows it comes with it")
		require.Equal(t, photo, seen[0].Photo.ID)
		eve := staffer(t, db, "eve")
		sees := func(viewer int64) bool {
			_, err := db.Photos.ByID(t.Context(), viewer, photo)
			return err == nil
		}
		require.True(t, sees(eve), "the staff looks at it")
		require.False(t, sees(bob), "nobody else does")
		require.True(t, sees(ada), "but the owner")
		require.Equal(t, int64(1), seen[0].Reports)
		reports, _, err := db.Reports.List(t.Context(), social.ReportOpen, social.Page{})
		require.NoError(t, err)
		require.Equal(t, photo, reports[0].Target.Photo.ID)
		require.Equal(t, post, reports[0].Target.PostID)
		require.Equal(t, ada, reports[0].Target.Owner.ID)
		require.NoError(t, db.Admin.Resolve(t.Context(), social.Act{ActorID: eve}, reports[0].ID,
			social.ReportDismissed))
		after, err := db.Reports.ByID(t.Context(), reports[0].ID)
		require.NoError(t, err)
		require.Zero(t, after.Target.Photo.ID, "the look ends with the report")
		seen, _, err = db.Admin.Posts(t.Context(), social.PostFilter{}, social.Page{})
		require.NoError(t, err)
		require.Empty(t, seen)
		require.False(t, sees(eve))
		require.NoError(t, db.Exec(t.Context(), "UPDATE profiles SET picture_id = ? WHERE user_id = ?", photo, ada))
		_, err = db.Admin.Disable(t.Context(), social.Act{ActorID: eve, Reason: "spam"}, ada)
		require.NoError(t, err)
		require.False(t, sees(bob))
		require.True(t, sees(eve), "the face of an account that is disabled")
	})
}

// Who reports a picture of a public post has not seen the private ones that show it, too.
func TestReportedPictureOpensNoPrivatePost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		eve, ada, bob := staffer(t, db, "eve"), person(t, db, "ada"), person(t, db, "bob")
		photo := photoOf(t, db, ada, "ada/1")
		var posts []int64
		for _, level := range []social.Visibility{"public", "friends", "private"} {
			id := postOf(t, db, ada, level)
			require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET photo_id = ? WHERE id = ?", photo, id))
			commentOf(t, db, id, ada, 0)
			posts = append(posts, id)
		}
		_, err := db.Reports.Add(t.Context(), social.NewReport{
			ReporterID: bob, Kind: social.TargetPhoto, TargetID: photo, Reason: "spam",
		})
		require.NoError(t, err)
		why := social.Act{ActorID: eve, Reason: "spam"}
		for i, shown := range posts {
			for _, f := range []social.PostFilter{{}, {Reported: true}} {
				seen, _, err := db.Admin.Posts(t.Context(), f, social.Page{})
				require.NoError(t, err)
				require.Len(t, seen, 1)
				require.Equal(t, shown, seen[0].ID)
			}
			reports, _, err := db.Reports.List(t.Context(), social.ReportOpen, social.Page{})
			require.NoError(t, err)
			require.Equal(t, shown, reports[0].Target.PostID)
			for _, hidden := range posts[i+1:] {
				require.ErrorIs(t, db.Admin.RemovePost(t.Context(), why, hidden), social.ErrPostNotFound)
			}
			require.NoError(t, db.Admin.RemovePost(t.Context(), why, shown), "what remains is where the picture is")
		}
		require.Zero(t, count(t, db, "photos"))
	})
}

func TestCloseRoomStopsItsRings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		eve, ada, bob := staffer(t, db, "eve"), person(t, db, "ada"), person(t, db, "bob")
		room := roomOf(t, db, ada, "public")
		ring := ringOf(t, db, room, ada, bob)
		_, err := db.Admin.CloseRoom(t.Context(), social.Act{ActorID: eve}, room)
		require.ErrorIs(t, err, social.ErrActReason)
		rings, err := db.Admin.CloseRoom(t.Context(), social.Act{ActorID: eve, Reason: "spam"}, room)
		require.NoError(t, err)
		require.Equal(t, []int64{ring}, rings)
		_, err = db.Admin.CloseRoom(t.Context(), social.Act{ActorID: eve, Reason: "spam"}, room)
		require.ErrorIs(t, err, social.ErrRoomNotFound)
		require.Equal(t, int64(1), count(t, db, "audit WHERE action = 'room.close'"))
	})
}
