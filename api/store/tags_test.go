package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// newTag makes a tag on its own.
func newTag(t testing.TB, db *store.DB, creator int64, name string) int64 {
	t.Helper()
	id, _, err := db.Tags.Create(t.Context(), creator, name)
	require.NoError(t, err)
	return id
}

// tagged makes a post with tags.
func tagged(t testing.TB, db *store.DB, owner int64, visibility social.Visibility, tags ...string) int64 {
	t.Helper()
	photo := insert(t, db, "INSERT INTO photos (owner_id, blob, content_type, size, width, height, created_at) "+
		"VALUES (?, ?, 'image/webp', 1, 2, 3, ?)", owner, social.NewSlug(), moment())
	id, err := db.Posts.Create(t.Context(), social.NewPost{
		OwnerID: owner, PhotoID: photo, Title: "post", Visibility: visibility, Tags: tags,
	})
	require.NoError(t, err)
	return id
}

// tagNames are the names of all tags that a viewer is shown, page by page.
func tagNames(t testing.TB, db *store.DB, viewer int64, order social.TagOrder, limit int) []string {
	t.Helper()
	out, page := []string{}, social.Page{Limit: limit}
	for {
		tags, next, err := db.Tags.List(t.Context(), viewer, order, page)
		require.NoError(t, err)
		for _, tag := range tags {
			out = append(out, fmt.Sprint(tag.Name, " ", tag.Posts))
		}
		if page.Cursor = next; next == "" {
			return out
		}
	}
}

func TestTagIsCreated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		id, fresh, err := db.Tags.Create(t.Context(), ada, "#Sea")
		require.NoError(t, err)
		require.True(t, fresh)
		again, fresh, err := db.Tags.Create(t.Context(), bob, "ＳＥＡ")
		require.NoError(t, err)
		require.False(t, fresh)
		require.Equal(t, id, again)
		view, err := db.Tags.ByID(t.Context(), 0, id)
		require.NoError(t, err)
		require.Equal(t, social.TagView{Tag: social.Tag{ID: id, Name: "sea", CreatorID: ada}}, view)
		_, _, err = db.Tags.Create(t.Context(), ada, "a b")
		require.ErrorIs(t, err, social.ErrTagInvalid)
		_, err = db.Users.Delete(t.Context(), ada)
		require.NoError(t, err)
		view, err = db.Tags.ByID(t.Context(), 0, id)
		require.NoError(t, err)
		require.Zero(t, view.CreatorID, "the word stays")
	})
}

// TestTagsAreSeen: the words of private things stay private.
func TestTagsAreSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		post := tagged(t, db, ada, "private", "secret", "sea")
		tagged(t, db, ada, "public", "sea", "바다")
		tagged(t, db, bob, "public", "sea")
		tagged(t, db, eve, "public", "night")
		newTag(t, db, bob, "alone")
		storetest.Disable(t, db, eve)
		for _, limit := range []int{50, 1} {
			require.Equal(t, []string{"alone 0", "sea 2", "바다 1"}, tagNames(t, db, 0, social.TagsByName, limit))
			require.Equal(t, []string{"alone 0", "sea 2", "바다 1"}, tagNames(t, db, bob, social.TagsByName, limit))
			require.Equal(t, []string{"alone 0", "sea 2", "secret 0", "바다 1"},
				tagNames(t, db, ada, social.TagsByName, limit))
			require.Equal(t, []string{"sea 2", "바다 1", "alone 0"}, tagNames(t, db, 0, social.TagsByUse, limit))
			require.Equal(t, []string{"sea 2", "바다 1", "alone 0", "secret 0"},
				tagNames(t, db, ada, social.TagsByUse, limit))
		}
		find := func(viewer int64, text string) int {
			tags, _, err := db.Tags.Search(t.Context(), viewer, text, social.Page{})
			require.NoError(t, err)
			return len(tags)
		}
		require.Equal(t, 1, find(ada, "secret"))
		require.Zero(t, find(bob, "secret"))
		public := social.VisiblePublic
		require.NoError(t, db.Posts.Update(t.Context(), ada, post, social.PostChange{Visibility: &public}))
		require.Equal(t, 1, find(0, "secret"))

		_, _, err := db.Tags.List(t.Context(), 0, social.TagsByName, social.Page{
			Cursor: social.EncodeTextCursor("tags_name", "no tag\x00\xff"),
		})
		require.ErrorIs(t, err, social.ErrCursor)
		_, _, err = db.Tags.List(t.Context(), 0, social.TagsByUse, social.Page{
			Cursor: social.EncodeTextCursor("tags_name", "sea"),
		})
		require.ErrorIs(t, err, social.ErrCursor)
	})
}

func TestTagsAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		for _, name := range []string{"제주바다여행", "바다", "산", "seaside"} {
			newTag(t, db, ada, name)
		}
		for text, want := range map[string][]string{
			"바다": {"바다", "제주바다여행"}, "산": {"산"}, "ASID": {"seaside"}, "#바다": {"바다", "제주바다여행"},
			"다바": {}, "'\"*": {}, "%": {},
		} {
			tags, next, err := db.Tags.Search(t.Context(), 0, text, social.Page{})
			require.NoError(t, err)
			require.Empty(t, next)
			names := []string{}
			for _, tag := range tags {
				names = append(names, tag.Name)
			}
			require.Equal(t, want, names, "%q", text)
		}
	})
}

func TestTagIsDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, staff := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "staff")
		post := tagged(t, db, ada, "public", "sea", "night")
		sea := newTag(t, db, ada, "sea")
		require.ErrorIs(t, db.Tags.Delete(t.Context(), bob, false, sea), social.ErrTagNotYours)
		require.ErrorIs(t, db.Tags.Delete(t.Context(), ada, false, 9999), social.ErrTagNotFound)
		other := tagged(t, db, bob, "private", "sea")
		require.ErrorIs(t, db.Tags.Delete(t.Context(), ada, false, sea), social.ErrTagInUse)
		require.NoError(t, db.Posts.Delete(t.Context(), bob, other, false))
		photo := photoOf(t, db, bob, "b")
		put, _, err := db.PhotoTags.Add(t.Context(), bob, photo, social.TagRef{ID: sea})
		require.NoError(t, err)
		require.ErrorIs(t, db.Tags.Delete(t.Context(), ada, false, sea), social.ErrTagInUse)
		require.NoError(t, db.PhotoTags.Remove(t.Context(), bob, put.ID))
		room := roomOf(t, db, bob, social.VisibleLink)
		require.NoError(t, db.Exec(t.Context(), "INSERT INTO facechat_tags VALUES (?, ?)", room, sea))
		require.ErrorIs(t, db.Tags.Delete(t.Context(), ada, false, sea), social.ErrTagInUse)
		require.NoError(t, db.Exec(t.Context(), "DELETE FROM facechat_tags"))

		found := func(text string) int {
			posts, _, err := db.Posts.Search(t.Context(), 0, text, social.Page{})
			require.NoError(t, err)
			return len(posts)
		}
		require.Equal(t, 1, found("sea"))
		require.NoError(t, db.Tags.Delete(t.Context(), ada, false, sea))
		require.Zero(t, found("sea"), "what had it is not found by it any more")
		require.Equal(t, 1, found("night"))
		p, err := db.Posts.ByID(t.Context(), 0, post)
		require.NoError(t, err)
		require.Len(t, p.Tags, 1)
		require.Zero(t, count(t, db, "audit"))

		tagged(t, db, bob, "public", "night")
		require.NoError(t, db.Tags.Delete(t.Context(), staff, true, p.Tags[0].ID), "the staff may")
		acts, _, err := db.Audit.List(t.Context(), social.AuditFilter{}, social.Page{})
		require.NoError(t, err)
		require.Len(t, acts, 1)
		require.Equal(t, social.ActRemoveTag, acts[0].Action)
		own := newTag(t, db, staff, "own")
		tagged(t, db, bob, "public", "own")
		require.NoError(t, db.Tags.Delete(t.Context(), staff, true, own))
		require.Equal(t, int64(2), count(t, db, "audit"), "their own, where another one could not")
		require.NoError(t, db.Tags.Delete(t.Context(), staff, true, newTag(t, db, staff, "unused")))
		require.Equal(t, int64(2), count(t, db, "audit"), "as everybody may")
		tagged(t, db, bob, "private", "hidden")
		hidden, err := db.Int(t.Context(), "SELECT id FROM tags WHERE name = 'hidden'")
		require.NoError(t, err)
		require.ErrorIs(t, db.Tags.Delete(t.Context(), ada, false, hidden), social.ErrTagNotFound)
		require.ErrorIs(t, db.Tags.Delete(t.Context(), staff, true, hidden), social.ErrTagNotFound)
	})
}

// The words of an account's private things go with it; those that others use, or that are listed, stay.
func TestTagsOfADeletedAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		tagged(t, db, ada, "private", "secret", "shared", "pinned")
		tagged(t, db, bob, "private", "shared", "his")
		_, _, err := db.PhotoTags.Add(t.Context(), bob, photoOf(t, db, bob, "b"), social.TagRef{Name: "pinned"})
		require.NoError(t, err)
		newTag(t, db, ada, "listed")
		_, err = db.Users.Delete(t.Context(), ada)
		require.NoError(t, err)
		require.Zero(t, count(t, db, "tags WHERE name = 'secret'"))
		require.Equal(t, int64(4), count(t, db, "tags"))
	})
}

func TestPhotoTags(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		photo := photoOf(t, db, ada, "a")
		name := "Harbour"
		require.NoError(t, db.Photos.Update(t.Context(), ada, photo, social.PhotoChange{Name: &name}))
		post := postOf(t, db, ada, "public")
		require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET photo_id = ? WHERE id = ?", photo, post))
		sea := newTag(t, db, bob, "바다")
		found := func(text string) int {
			posts, _, err := db.Posts.ByPhoto(t.Context(), 0, store.PhotoFilter{Name: text}, social.Page{})
			require.NoError(t, err)
			return len(posts)
		}
		one, fresh, err := db.PhotoTags.Add(t.Context(), ada, photo, social.TagRef{ID: sea})
		require.NoError(t, err)
		require.True(t, fresh)
		require.Equal(t, "바다", one.Tag.Name)
		again, fresh, err := db.PhotoTags.Add(t.Context(), ada, photo, social.TagRef{Name: "#바다"})
		require.NoError(t, err)
		require.False(t, fresh)
		require.Equal(t, one, again)
		two, fresh, err := db.PhotoTags.Add(t.Context(), ada, photo, social.TagRef{Name: "Night"})
		require.NoError(t, err)
		require.True(t, fresh)
		require.Equal(t, "night", two.Tag.Name)
		for _, text := range []string{"harbour", "바다", "night"} {
			require.Equal(t, 1, found(text), text)
		}
		list, next, err := db.PhotoTags.List(t.Context(), ada, photo, social.Page{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, []social.PhotoTag{one}, list)
		list, _, err = db.PhotoTags.List(t.Context(), ada, photo, social.Page{Cursor: next})
		require.NoError(t, err)
		require.Equal(t, []social.PhotoTag{two}, list)

		name = "Pier"
		require.NoError(t, db.Photos.Update(t.Context(), ada, photo, social.PhotoChange{Name: &name}))
		require.Equal(t, 1, found("바다"), "another name does not lose the tags")
		require.Zero(t, found("harbour"))
		require.NoError(t, db.PhotoTags.Remove(t.Context(), ada, one.ID))
		require.Zero(t, found("바다"))
		require.Equal(t, 1, found("pier"))

		require.ErrorIs(t, db.PhotoTags.Remove(t.Context(), ada, one.ID), social.ErrPhotoTagNotFound)
		require.ErrorIs(t, db.PhotoTags.Remove(t.Context(), bob, two.ID), social.ErrPhotoTagNotFound)
		for _, c := range []struct {
			owner, photo int64
			ref          social.TagRef
			want         error
		}{
			{bob, photo, social.TagRef{ID: sea}, social.ErrPhotoNotFound},
			{ada, 9999, social.TagRef{ID: sea}, social.ErrPhotoNotFound},
			{ada, photo, social.TagRef{ID: 9999}, social.ErrTagNotFound},
			{ada, photo, social.TagRef{ID: -1}, social.ErrTagNotFound},
			{ada, photo, social.TagRef{Name: "a b"}, social.ErrTagInvalid},
			{ada, photo, social.TagRef{}, social.ErrTagInvalid},
		} {
			_, _, err := db.PhotoTags.Add(t.Context(), c.owner, c.photo, c.ref)
			require.ErrorIs(t, err, c.want)
		}
		_, _, err = db.PhotoTags.List(t.Context(), bob, photo, social.Page{})
		require.ErrorIs(t, err, social.ErrPhotoNotFound)
		for i := range social.MaxTags {
			_, _, err = db.PhotoTags.Add(t.Context(), ada, photo, social.TagRef{Name: fmt.Sprint("t", i)})
		}
		require.ErrorIs(t, err, social.ErrTooManyTags)
		require.Equal(t, int64(social.MaxTags), count(t, db, "photo_tags"))
	})
}

func TestTagQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		photo := photoOf(t, db, ada, "a")
		_, _, err := db.PhotoTags.Add(t.Context(), ada, photo, social.TagRef{Name: "sea"})
		require.NoError(t, err)
		lists := map[string]func() int{
			"by name": func() int {
				tags, _, err := db.Tags.List(t.Context(), ada, social.TagsByName, social.Page{Limit: 50})
				require.NoError(t, err)
				return len(tags)
			},
			"by use": func() int {
				tags, _, err := db.Tags.List(t.Context(), ada, social.TagsByUse, social.Page{Limit: 50})
				require.NoError(t, err)
				return len(tags)
			},
			"found": func() int {
				tags, _, err := db.Tags.Search(t.Context(), ada, "sea", social.Page{Limit: 50})
				require.NoError(t, err)
				return len(tags)
			},
		}
		for name, list := range lists {
			require.Len(t, storetest.Queries(db, func() { require.Equal(t, 1, list(), name) }), 1, name)
		}
		for i := range 49 {
			tagged(t, db, ada, "public", fmt.Sprint("sea", i))
		}
		for name, list := range lists {
			require.Len(t, storetest.Queries(db, func() { require.Equal(t, 50, list(), name) }), 1, name)
		}
	})
}

// TestTagIsMadeOnce lets fifty people make the same tags at once.
func TestTagIsMadeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		makers := people(t, db, "p", 10)
		photos := make([]int64, len(makers))
		for i, maker := range makers {
			photos[i] = photoOf(t, db, maker, fmt.Sprint(i))
		}
		const parallel = 50
		errs, ids, fresh := make([]error, parallel), make([]int64, parallel), make([]bool, parallel)
		var all sync.WaitGroup
		for i := range parallel {
			all.Go(func() {
				ids[i], fresh[i], errs[i] = db.Tags.Create(t.Context(), makers[i%len(makers)], "sea")
			})
			all.Go(func() {
				names := []string{"sea", "night", "harbour", "moon"}
				names[i%4], names[0] = names[0], names[i%4]
				_, err := db.Posts.Create(t.Context(), social.NewPost{
					OwnerID: makers[i%len(makers)], PhotoID: photos[i%len(makers)], Title: "post", Tags: names,
				})
				if err != nil {
					errs[i] = err
				}
			})
		}
		all.Wait()
		made := 0
		for i := range parallel {
			require.NoError(t, errs[i])
			require.Equal(t, ids[0], ids[i])
			if fresh[i] {
				made++
			}
		}
		require.Equal(t, 1, made, "one is told that it is new")
		require.Equal(t, int64(4), count(t, db, "tags"))
		require.Equal(t, int64(4*parallel), count(t, db, "post_tags"))
	})
}
