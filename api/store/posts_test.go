package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func TestPostComesAndGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		photo := photoOf(t, db, ada, "one")
		id, err := db.Posts.Create(ctx, social.NewPost{
			OwnerID: ada, PhotoID: photo, Title: " 첫 글 ", Content: "a\r\nb", Tags: []string{"#Seoul", "강"},
		})
		require.NoError(t, err)
		p, err := db.Posts.ByID(ctx, 0, id)
		require.NoError(t, err)
		require.Equal(t, "첫 글", p.Title)
		require.Equal(t, "a\nb", p.Content)
		require.Equal(t, "ada", p.Owner.Username)
		require.Equal(t, photo, p.Photo.ID)
		require.Equal(t, social.VisiblePublic, p.Visibility)
		require.Equal(t, []string{"seoul", "강"}, []string{p.Tags[0].Name, p.Tags[1].Name})

		private := social.VisiblePrivate
		title := "두 번째"
		require.NoError(t, db.Posts.Update(ctx, ada, id, social.PostChange{Title: &title, Visibility: &private}))
		require.ErrorIs(t, db.Posts.Update(ctx, bob, id, social.PostChange{Title: &title}), social.ErrPostNotFound)
		_, err = db.Posts.ByID(ctx, bob, id)
		require.ErrorIs(t, err, social.ErrPostNotFound)
		p, err = db.Posts.ByID(ctx, ada, id)
		require.NoError(t, err)
		require.Len(t, p.Tags, 2, "what is not named stays")
		found, _, err := db.Posts.Search(ctx, ada, "seoul", social.Page{})
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.NoError(t, db.Posts.Update(ctx, ada, id, social.PostChange{Tags: &[]string{}}))
		found, _, err = db.Posts.Search(ctx, ada, "seoul", social.Page{})
		require.NoError(t, err)
		require.Empty(t, found)

		require.ErrorIs(t, db.Posts.Delete(ctx, bob, id, true), social.ErrPostNotFound)
		require.NoError(t, db.Posts.Delete(ctx, ada, id, false))
		require.ErrorIs(t, db.Posts.Delete(ctx, ada, id, false), social.ErrPostNotFound)
		_, err = db.Photos.Owned(ctx, ada, photo)
		require.NoError(t, err, "the photo stays its owner's")
	})
}

func TestPostNeedsAPhotoOfItsOwners(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		own, others := photoOf(t, db, ada, "own"), photoOf(t, db, bob, "others")
		face := photoOf(t, db, ada, "face")
		require.NoError(t, db.Exec(ctx, "UPDATE photos SET kind = 'avatar' WHERE id = ?", face))
		post, err := db.Posts.Create(ctx, social.NewPost{OwnerID: ada, PhotoID: own, Title: "t"})
		require.NoError(t, err)
		for name, photo := range map[string]int64{
			"another's": others, "a face": face, "none": 0, "no such": 99999,
		} {
			n := social.NewPost{OwnerID: ada, PhotoID: photo, Title: "t", Tags: []string{"x"}}
			_, err := db.Posts.Create(ctx, n)
			require.ErrorIs(t, err, social.ErrPhotoNotFound, name)
			err = db.Posts.Update(ctx, ada, post, social.PostChange{PhotoID: &photo})
			require.ErrorIs(t, err, social.ErrPhotoNotFound, name)
		}
		require.Equal(t, int64(1), count(t, db, "posts"))
		require.Zero(t, count(t, db, "tags"), "nothing is left of what was refused")

		for name, n := range map[string]struct {
			post social.NewPost
			want error
		}{
			"no title":     {social.NewPost{Title: " \n"}, social.ErrPostTitle},
			"long title":   {social.NewPost{Title: strings.Repeat("가", 101)}, social.ErrPostTitle},
			"two lines":    {social.NewPost{Title: "a\nb"}, social.ErrPostTitle},
			"long text":    {social.NewPost{Title: "t", Content: strings.Repeat("가", 10_001)}, social.ErrPostContent},
			"control":      {social.NewPost{Title: "t", Content: "\x00"}, social.ErrPostContent},
			"broken":       {social.NewPost{Title: "t", Content: "\xff"}, social.ErrPostContent},
			"visibility":   {social.NewPost{Title: "t", Visibility: social.VisibleLink}, social.ErrPostVisibility},
			"tag of space": {social.NewPost{Title: "t", Tags: []string{"a b"}}, social.ErrTagInvalid},
		} {
			n.post.OwnerID, n.post.PhotoID = ada, own
			_, err := db.Posts.Create(ctx, n.post)
			require.ErrorIs(t, err, n.want, name)
			change := social.PostChange{Title: &n.post.Title, Content: &n.post.Content, Tags: &n.post.Tags}
			if n.post.Visibility != "" {
				change.Visibility = &n.post.Visibility
			}
			require.ErrorIs(t, db.Posts.Update(ctx, ada, post, change), n.want, name)
		}
		p, err := db.Posts.ByID(ctx, ada, post)
		require.NoError(t, err)
		require.Equal(t, "t", p.Title)
	})
}

func TestPostGoesWithItsPhoto(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		photo := photoOf(t, db, ada, "one")
		shown := func() int64 {
			id, err := db.Posts.Create(ctx, social.NewPost{
				OwnerID: ada, PhotoID: photo, Title: "t", Tags: []string{"x"},
			})
			require.NoError(t, err)
			return id
		}
		first, second := shown(), shown()
		_, err := db.Reactions.Like(ctx, bob, first)
		require.NoError(t, err)
		commentOf(t, db, first, bob, 0)
		require.NoError(t, db.Posts.Delete(ctx, ada, first, true))
		require.Zero(t, count(t, db, "likes")+count(t, db, "comments")+count(t, db, "notifications"))
		_, err = db.Photos.Owned(ctx, ada, photo)
		require.NoError(t, err, "another post shows it")
		require.NoError(t, db.Posts.Delete(ctx, ada, second, true))
		_, err = db.Photos.Owned(ctx, ada, photo)
		require.ErrorIs(t, err, social.ErrPhotoNotFound)
		require.Equal(t, int64(1), count(t, db, "blob_orphans"))
		require.Equal(t, int64(1), count(t, db, "tags"), "words stay")
	})
}

// waiting returns when somebody waits for what a transaction holds. In SQLite they wait to begin.
func waiting(t testing.TB, db *store.DB) {
	t.Helper()
	if db.Dialect() != "postgres" {
		return
	}
	require.Eventually(t, func() bool {
		n, err := db.Int(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "+
			"AND datname = current_database()")
		return err == nil && n > 0
	}, 20*time.Second, 5*time.Millisecond)
}

// Whoever deletes a post with its picture waits for another post that is just being made with it.
func TestPictureIsPostedWhileItsPostGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		eve, ada := staffer(t, db, "eve"), person(t, db, "ada")
		for name, remove := range map[string]func(post int64) error{
			"the owner": func(post int64) error { return db.Posts.Delete(ctx, ada, post, true) },
			"the staff": func(post int64) error {
				return db.Admin.RemovePost(ctx, social.Act{ActorID: eve, Reason: "spam"}, post)
			},
		} {
			n := social.NewPost{OwnerID: ada, PhotoID: photoOf(t, db, ada, name), Title: "t"}
			old, err := db.Posts.Create(ctx, n)
			require.NoError(t, err)
			gone, kept := make(chan error, 1), int64(0)
			require.NoError(t, db.InTx(ctx, func(tx *store.DB) (err error) {
				if kept, err = tx.Posts.Create(ctx, n); err != nil {
					return err
				}
				go func() { gone <- remove(old) }()
				waiting(t, db)
				return nil
			}))
			require.NoError(t, <-gone, name)
			p, err := db.Posts.ByID(ctx, ada, kept)
			require.NoError(t, err)
			require.Equal(t, n.PhotoID, p.Photo.ID, name)
		}
	})
}

// A post that is written anew while a tag goes is found by what it says then.
func TestPostIsEditedWhileItsTagGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ada := person(t, db, "ada")
		post, title := tagged(t, db, ada, "public", "sea"), "harbour"
		tag, err := db.Int(ctx, "SELECT id FROM tags")
		require.NoError(t, err)
		gone := make(chan error, 1)
		require.NoError(t, db.InTx(ctx, func(tx *store.DB) error {
			if err := tx.Posts.Update(ctx, ada, post, social.PostChange{Title: &title}); err != nil {
				return err
			}
			go func() { gone <- db.Tags.Delete(ctx, ada, false, tag) }()
			waiting(t, db)
			return nil
		}))
		require.NoError(t, <-gone)
		for text, want := range map[string]int{"harbour": 1, "sea": 0, "post": 0} {
			found, _, err := db.Posts.Search(ctx, 0, text, social.Page{})
			require.NoError(t, err)
			require.Len(t, found, want, text)
		}
	})
}

func TestLikesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		post := postOf(t, db, ada, social.VisiblePublic)
		got := make(chan social.Reaction, 50)
		var wg sync.WaitGroup
		for range cap(got) {
			wg.Go(func() {
				r, err := db.Reactions.Like(ctx, bob, post)
				if err != nil {
					t.Error(err)
				}
				got <- r
			})
		}
		wg.Wait()
		close(got)
		fresh, told, ids := 0, 0, map[int64]bool{}
		for r := range got {
			ids[r.ID] = true
			require.Equal(t, int64(1), r.Count)
			if r.Fresh {
				fresh++
			}
			if r.NotificationID != 0 {
				told++
			}
		}
		require.Len(t, ids, 1)
		require.Equal(t, 1, fresh)
		require.Equal(t, 1, told)
		p, err := db.Posts.ByID(ctx, bob, post)
		require.NoError(t, err)
		require.Equal(t, int64(1), p.LikeCount)
		require.True(t, ids[p.LikeID])
		require.Equal(t, []social.NotificationKind{social.NotifyLike}, kinds(t, db, ada))

		require.ErrorIs(t, db.Reactions.Unlike(ctx, ada, p.LikeID), social.ErrLikeNotFound)
		require.ErrorIs(t, db.Reactions.Drop(ctx, bob, p.LikeID), social.ErrFavoriteNotFound)
		require.NoError(t, db.Exec(ctx, "UPDATE posts SET visibility = 'private' WHERE id = ?", post))
		require.NoError(t, db.Reactions.Unlike(ctx, bob, p.LikeID), "what one does not see any more can be unliked")
		require.ErrorIs(t, db.Reactions.Unlike(ctx, bob, p.LikeID), social.ErrLikeNotFound)
		require.NoError(t, db.Exec(ctx, "UPDATE posts SET visibility = 'public' WHERE id = ?", post))
		again, err := db.Reactions.Like(ctx, bob, post)
		require.NoError(t, err)
		require.True(t, again.Fresh)
		require.Zero(t, again.NotificationID, "told once")
		own, err := db.Reactions.Like(ctx, ada, post)
		require.NoError(t, err)
		require.Zero(t, own.NotificationID, "nobody is told of their own likes")
		require.Equal(t, int64(2), own.Count)
	})
}

func TestViewsAreWrittenLater(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			url := storetest.URL(t, kind)
			db, err := store.Open(t.Context(), store.Config{URL: url})
			require.NoError(t, err)
			ada := person(t, db, "ada")
			one, two := postOf(t, db, ada, social.VisiblePublic), postOf(t, db, ada, social.VisiblePublic)
			writes := storetest.Queries(db, func() {
				for range 3 {
					db.Posts.Seen(one)
				}
				db.Posts.Seen(two)
				db.Posts.Seen(99999) // gone meanwhile
			})
			require.Empty(t, writes)
			p, err := db.Posts.ByID(t.Context(), 0, one)
			require.NoError(t, err)
			require.Equal(t, int64(3), p.ViewCount, "what waits counts already")
			require.NoError(t, db.Close())

			db = storetest.OpenConfig(t, store.Config{URL: url})
			require.Equal(t, int64(1), count(t, db, "posts WHERE id = ? AND view_count = 3", one))
			require.Equal(t, int64(1), count(t, db, "posts WHERE id = ? AND view_count = 1", two))
		})
	}
}
