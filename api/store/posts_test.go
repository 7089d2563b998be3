package store_test

import (
	"testing"

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
