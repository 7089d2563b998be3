package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func TestNotifications(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		post := postOf(t, db, ada, "public")
		liked := social.NewNotification{UserID: ada, ActorID: bob, Kind: social.NotifyLike, PostID: post}
		id, err := db.Notifications.Add(t.Context(), liked)
		require.NoError(t, err)
		again, err := db.Notifications.Add(t.Context(), liked)
		require.NoError(t, err)
		require.Zero(t, again, "liking again is told once")
		commented := social.NewNotification{UserID: ada, ActorID: bob, Kind: social.NotifyComment, PostID: post}
		for range 2 {
			again, err = db.Notifications.Add(t.Context(), commented)
			require.NoError(t, err)
			require.NotZero(t, again, "every comment is told")
		}
		self, err := db.Notifications.Add(t.Context(), social.NewNotification{UserID: ada, ActorID: ada})
		require.NoError(t, err)
		require.Zero(t, self)

		n, found, err := db.Notifications.ByID(t.Context(), ada, id)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, "bob", n.Actor.Username)
		require.Equal(t, "post", n.PostTitle)
		require.Equal(t, social.NotifyLike, n.Kind)
		require.True(t, n.Read.IsZero())
		_, found, err = db.Notifications.ByID(t.Context(), bob, id)
		require.NoError(t, err)
		require.False(t, found, "it is not his")

		changed, err := db.Notifications.MarkRead(t.Context(), bob, id)
		require.NoError(t, err)
		require.Zero(t, changed)
		changed, err = db.Notifications.MarkRead(t.Context(), ada, id, 99)
		require.NoError(t, err)
		require.Equal(t, int64(1), changed)
		unread, err := db.Notifications.Unread(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, 2, unread)
		list, _, err := db.Notifications.List(t.Context(), ada, true, social.Page{})
		require.NoError(t, err)
		require.Len(t, list, 2)
		changed, err = db.Notifications.MarkRead(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, int64(2), changed)
		require.Len(t, kinds(t, db, ada), 3)

		require.NoError(t, db.Exec(t.Context(), "DELETE FROM posts WHERE id = ?", post))
		require.Empty(t, kinds(t, db, ada), "what it told of is gone")
	})
}

func TestConsents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		c, err := db.Consents.Get(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, social.Consent{}, c, "nobody said yes without being asked")
		said, err := db.Consents.Set(t.Context(), ada, social.Consent{Version: 1, Mood: true, Share: true})
		require.NoError(t, err)
		c, err = db.Consents.Get(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, said, c)
		said, err = db.Consents.Set(t.Context(), ada, social.Consent{Version: 1, Share: true})
		require.NoError(t, err)
		require.False(t, said.Share, "without a mood there is none to share")
		c, err = db.Consents.Get(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, said, c)
		require.Equal(t, int64(2), count(t, db, "consents"), "what was said before is kept")
		_, err = db.Consents.Set(t.Context(), 99, social.Consent{})
		require.ErrorIs(t, err, social.ErrUserNotFound)
	})
}

func TestReports(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, staff := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "staff")
		public, private := postOf(t, db, ada, "public"), postOf(t, db, ada, "private")
		comment := commentOf(t, db, public, ada, 0)
		room := roomOf(t, db, ada, "link")
		message := messageOf(t, db, room, ada)
		photo := photoOf(t, db, ada, "ada/1")
		about := func(kind social.TargetKind, id int64) error {
			_, err := db.Reports.Add(t.Context(), social.NewReport{
				ReporterID: bob, Kind: kind, TargetID: id, Reason: "spam", Content: "look",
			})
			return err
		}
		require.NoError(t, about(social.TargetPost, public))
		require.NoError(t, about(social.TargetComment, comment))
		require.NoError(t, about(social.TargetUser, ada))
		require.ErrorIs(t, about(social.TargetPost, public), social.ErrReportExists)
		require.ErrorIs(t, about(social.TargetPost, private), social.ErrTargetNotFound, "he cannot see it")
		require.ErrorIs(t, about(social.TargetPhoto, photo), social.ErrTargetNotFound)
		require.ErrorIs(t, about(social.TargetFaceChat, room), social.ErrTargetNotFound)
		require.ErrorIs(t, about(social.TargetMessage, message), social.ErrTargetNotFound)
		enter(t, db, room, bob, 1)
		require.NoError(t, about(social.TargetFaceChat, room))
		require.NoError(t, about(social.TargetMessage, message))
		require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET photo_id = ? WHERE id = ?", photo, public))
		require.NoError(t, about(social.TargetPhoto, photo))
		require.ErrorIs(t, about("weather", 1), social.ErrReportInvalid)
		require.ErrorIs(t, about(social.TargetUser, -1), social.ErrReportInvalid)

		open, _, err := db.Reports.List(t.Context(), social.ReportOpen, social.Page{})
		require.NoError(t, err)
		require.Len(t, open, 6)
		id := open[0].ID
		require.Equal(t, "bob", open[0].Reporter.Username)
		require.NoError(t, db.Reports.Resolve(t.Context(), id, staff, social.ReportResolved))
		require.ErrorIs(t, db.Reports.Resolve(t.Context(), id, staff, social.ReportDismissed),
			social.ErrReportNotFound)
		r, err := db.Reports.ByID(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, social.ReportResolved, r.State)
		require.Equal(t, "staff", r.Resolver.Username)
		require.NoError(t, about(r.Kind, r.TargetID), "it may be told anew")
		_, err = db.Reports.ByID(t.Context(), 99)
		require.ErrorIs(t, err, social.ErrReportNotFound)
	})
}

func TestStaffListQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		staff := person(t, db, "staff")
		reports := func() int {
			all, _, err := db.Reports.List(t.Context(), "", social.Page{Limit: 50})
			require.NoError(t, err)
			return len(all)
		}
		acts := func() int {
			all, _, err := db.Audit.List(t.Context(), social.AuditFilter{}, social.Page{Limit: 50})
			require.NoError(t, err)
			return len(all)
		}
		add := func(reporter int64) {
			_, err := db.Reports.Add(t.Context(), social.NewReport{
				ReporterID: reporter, Kind: social.TargetUser, TargetID: staff, Reason: "spam",
			})
			require.NoError(t, err)
			require.NoError(t, db.Audit.Add(t.Context(), social.NewAuditEntry{
				ActorID: staff, Action: "user.disable", Kind: social.TargetUser, TargetID: reporter,
			}))
		}
		add(person(t, db, "first"))
		fewReports := storetest.Queries(db, func() { require.Equal(t, 1, reports()) })
		fewActs := storetest.Queries(db, func() { require.Equal(t, 1, acts()) })
		for _, id := range people(t, db, "p", 49) {
			add(id)
		}
		require.Len(t, storetest.Queries(db, func() { require.Equal(t, 50, reports()) }), len(fewReports))
		require.Len(t, storetest.Queries(db, func() { require.Equal(t, 50, acts()) }), len(fewActs))
		require.NoError(t, db.Audit.Add(t.Context(), social.NewAuditEntry{Action: "user.promote"}))
		all, _, err := db.Audit.List(t.Context(), social.AuditFilter{}, social.Page{})
		require.NoError(t, err)
		require.Equal(t, "(console)", all[0].ActorName)
		require.Equal(t, "staff", all[1].ActorName)
	})
}
