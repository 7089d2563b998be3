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

func newPhoto(owner int64, blob string) social.NewPhoto {
	return social.NewPhoto{
		OwnerID: owner, Kind: social.PhotoUpload, Name: " 바다 ", Alt: "a\r\nb", Blob: blob,
		ContentType: "image/webp", Size: 7, Width: 4, Height: 3, Blurhash: "LEHV",
	}
}

func TestPhotos(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		room := roomOf(t, db, ada, "public")
		n := newPhoto(ada, "a/1")
		n.Kind, n.FaceChatID = social.PhotoScreenshot, room
		shot, err := db.Photos.Add(t.Context(), n)
		require.NoError(t, err)
		require.Equal(t, []any{"바다", "a\nb", room}, []any{shot.Name, shot.Alt, shot.FaceChatID})
		found, err := db.Photos.Owned(t.Context(), ada, shot.ID)
		require.NoError(t, err)
		require.Equal(t, shot, found)
		_, err = db.Photos.Owned(t.Context(), bob, shot.ID)
		require.ErrorIs(t, err, social.ErrPhotoNotFound)
		upload, err := db.Photos.Add(t.Context(), newPhoto(ada, "a/2"))
		require.NoError(t, err)
		rows, next, err := db.Photos.Mine(t.Context(), ada, "", social.Page{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, []social.Photo{upload}, rows)
		rows, next, err = db.Photos.Mine(t.Context(), ada, "", social.Page{Limit: 1, Cursor: next})
		require.NoError(t, err)
		require.Equal(t, []social.Photo{shot}, rows)
		require.Empty(t, next)
		rows, _, err = db.Photos.Mine(t.Context(), ada, social.PhotoScreenshot, social.Page{})
		require.NoError(t, err)
		require.Equal(t, []social.Photo{shot}, rows)

		bad := newPhoto(ada, "a/3")
		bad.Kind = "secret"
		_, err = db.Photos.Add(t.Context(), bad)
		require.ErrorIs(t, err, social.ErrPhotoKind)
		name, alt := "산", "셋"
		change := social.PhotoChange{Name: &name, Alt: &alt}
		require.NoError(t, db.Photos.Update(t.Context(), ada, shot.ID, change))
		require.ErrorIs(t, db.Photos.Update(t.Context(), bob, shot.ID, change), social.ErrPhotoNotFound)
		require.NoError(t, db.Photos.Update(t.Context(), ada, shot.ID, social.PhotoChange{}))
		found, err = db.Photos.ByID(t.Context(), ada, shot.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"산", "셋"}, []string{found.Name, found.Alt})

		require.NoError(t, db.Exec(t.Context(), "DELETE FROM facechats"))
		found, err = db.Photos.ByID(t.Context(), ada, shot.ID)
		require.NoError(t, err)
		require.Zero(t, found.FaceChatID, "a screenshot outlives its room")
	})
}

func TestPhotosBytes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		var ids []int64
		for _, blob := range []string{"a/1", "a/2", "shared", "shared"} {
			ph, err := db.Photos.Add(t.Context(), newPhoto(ada, blob))
			require.NoError(t, err)
			ids = append(ids, ph.ID)
		}
		orphans := func() []string {
			t.Helper()
			all, err := db.Photos.Orphans(t.Context(), 100)
			require.NoError(t, err)
			return all
		}
		strangers, err := db.Photos.Strangers(t.Context(), []string{"a/1", "x", "shared", "y"})
		require.NoError(t, err)
		require.Equal(t, []string{"x", "y"}, strangers)
		strangers, err = db.Photos.Strangers(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, strangers)
		require.Empty(t, orphans())
		require.NoError(t, db.Photos.Delete(t.Context(), ada, ids[0]))
		require.NoError(t, db.Photos.Delete(t.Context(), ada, ids[2]))
		require.Equal(t, []string{"a/1"}, orphans(), "another row shows the shared ones")
		require.NoError(t, db.Photos.Delete(t.Context(), ada, ids[3]))
		require.Equal(t, []string{"a/1", "shared"}, orphans())
		require.NoError(t, db.Photos.Forget(t.Context(), []string{"a/1", "never"}))
		require.NoError(t, db.Photos.Forget(t.Context(), nil))
		require.Equal(t, []string{"shared"}, orphans())
		// Nothing is left over of what did not happen.
		err = db.InTx(t.Context(), func(tx *store.DB) error {
			require.NoError(t, tx.Photos.Delete(t.Context(), ada, ids[1]))
			return social.ErrBusy
		})
		require.ErrorIs(t, err, social.ErrBusy)
		require.Equal(t, []string{"shared"}, orphans())
		_, err = db.Photos.Owned(t.Context(), ada, ids[1])
		require.NoError(t, err)
		many := make([]string, 1200)
		for i := range many {
			many[i] = fmt.Sprint("many/", i)
		}
		strangers, err = db.Photos.Strangers(t.Context(), append(many, "a/2"))
		require.NoError(t, err)
		require.Equal(t, many, strangers)
		require.NoError(t, db.Photos.Forget(t.Context(), many))
	})
}

func TestPhotoInUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		photo := photoOf(t, db, ada, "a/1")
		require.ErrorIs(t, db.Photos.Delete(t.Context(), bob, photo), social.ErrPhotoNotFound)
		post := postOf(t, db, ada, social.VisiblePrivate)
		require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET photo_id = ? WHERE id = ?", photo, post))
		require.ErrorIs(t, db.Photos.Delete(t.Context(), ada, photo), social.ErrPhotoInUse)
		require.NoError(t, db.Exec(t.Context(), "DELETE FROM posts"))
		require.NoError(t, db.Photos.Delete(t.Context(), ada, photo))
	})
}

// Of a post that is made with a picture and the deletion of that, one comes first: no post loses its picture.
func TestPhotoDeletedWhilePosted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		for i := range 20 {
			photo := photoOf(t, db, ada, fmt.Sprint("a/", i))
			var both sync.WaitGroup
			var deleted, posted error
			both.Go(func() { deleted = db.Photos.Delete(t.Context(), ada, photo) })
			both.Go(func() {
				_, posted = db.Posts.Create(t.Context(), social.NewPost{OwnerID: ada, PhotoID: photo, Title: "sea"})
			})
			both.Wait()
			require.True(t, (deleted == nil) != (posted == nil), "%v, %v", deleted, posted)
			if deleted != nil {
				require.ErrorIs(t, deleted, social.ErrPhotoInUse)
			}
		}
		require.Zero(t, count(t, db, "posts WHERE photo_id IS NULL"))
	})
}

func TestFaceOfTheDisabled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		n := newPhoto(ada, "a/1")
		n.Kind = social.PhotoAvatar
		face, err := db.Photos.Add(t.Context(), n)
		require.NoError(t, err)
		require.NoError(t, db.Profiles.Update(t.Context(), ada, social.ProfileChange{PictureID: &face.ID}))
		view, err := db.Photos.View(t.Context(), bob, face.ID)
		require.NoError(t, err)
		require.True(t, view.Public)
		require.NoError(t, db.Exec(t.Context(), "UPDATE users SET disabled_at = ? WHERE id = ?", moment(), ada))
		_, err = db.Photos.View(t.Context(), bob, face.ID)
		require.ErrorIs(t, err, social.ErrPhotoNotFound)
	})
}
