package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// smallSeed is a bit of everything that a Seed can hold.
func smallSeed() *store.Seed {
	at := func(minute int) time.Time { return moment().Add(time.Duration(minute) * time.Minute) }
	photo := func(owner int, kind social.PhotoKind) store.SeedPhoto {
		return store.SeedPhoto{
			Owner: owner, Kind: kind, Name: "노을", Blob: "shared", ContentType: "image/webp", Size: 1, Width: 4,
			Height: 3, Blurhash: "LEHV", Created: at(1),
		}
	}
	return &store.Seed{
		Password: "hash",
		Tags: []store.SeedTag{
			{Name: "sky", Creator: 2, Created: at(0)}, {Name: "sea", Creator: 1, Created: at(0)},
		},
		People: []store.SeedPerson{
			{Username: "ada", Email: "ada@example.org", Nickname: "Ada", Bio: "hello", Picture: 1, Created: at(0)},
			{Username: "bob", Email: "bob@example.org", Nickname: "Bob", Created: at(0)},
			{Username: "cem", Email: "cem@example.org", Nickname: "Cem", Created: at(0)},
		},
		Photos: []store.SeedPhoto{
			photo(1, social.PhotoAvatar), photo(1, social.PhotoUpload), photo(2, social.PhotoUpload),
		},
		Requests: []store.SeedTie{{From: 3, To: 1, Created: at(2)}},
		Friends:  []store.SeedTie{{From: 2, To: 1, Created: at(2)}},
		Follows:  []store.SeedTie{{From: 1, To: 3, Created: at(2)}},
		Posts: []store.SeedPost{
			{
				Owner: 1, Photo: 2, Title: "첫 글", Content: "a", Visibility: social.VisiblePublic, Tags: []int{2, 1},
				Views: 7, Created: at(3),
			},
			{Owner: 2, Photo: 3, Title: "second", Content: "b", Visibility: social.VisibleFriends, Created: at(4)},
		},
		Likes:     []store.SeedTie{{From: 2, To: 1, Created: at(5)}, {From: 3, To: 1, Created: at(5)}},
		Favorites: []store.SeedTie{{From: 1, To: 2, Created: at(5)}},
		Comments: []store.SeedComment{
			{Post: 1, Author: 2, Content: "one", Created: at(6)},
			{Post: 1, Author: 1, Parent: 1, Content: "two", Created: at(7)},
		},
		Rooms: []store.SeedRoom{
			{
				Host: 1, Slug: social.NewSlug(), Title: "past", Visibility: social.VisibleFriends, Tags: []int{1},
				Views: 3, Created: at(8), Ended: at(9), Stays: []store.SeedStay{
					{Person: 1, Joined: at(8), Left: at(9)}, {Person: 2, Joined: at(8), Left: at(9)},
				},
			},
			{Host: 3, Slug: social.NewSlug(), Title: "now", Visibility: social.VisiblePublic, Created: at(10)},
		},
		Notifications: []store.SeedNotification{
			{Person: 1, Actor: 3, Kind: social.NotifyFriendRequest, Request: 1, Created: at(2), Read: at(3)},
			{Person: 1, Actor: 2, Kind: social.NotifyComment, Post: 1, Comment: 1, Created: at(6)},
		},
	}
}

func TestSeedIsWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, seed := t.Context(), smallSeed()
		// A tag that is there already, as a guest's room may have one.
		sea := insert(t, db, "INSERT INTO tags (name, bigrams, created_at) VALUES ('sea', 'se ea a', ?)", moment())
		var steps []int
		require.NoError(t, db.Seed(ctx, seed, func(rows int) { steps = append(steps, rows) }))
		require.IsIncreasing(t, steps)
		require.Equal(t, seed.Rows()-1, steps[len(steps)-1], "all rows but the tag")

		ada, err := db.Users.ByUsername(ctx, "ada")
		require.NoError(t, err)
		require.EqualValues(t, 1, ada.ID)
		require.Equal(t, "hello", ada.Profile.Bio)
		require.EqualValues(t, 1, ada.Profile.Picture.PhotoID)
		require.Equal(t, seed.People[0].Created, ada.Created)
		who, err := db.Users.Credentials(ctx, "bob@example.org")
		require.NoError(t, err)
		require.Equal(t, "hash", who.PasswordHash)

		posts, _, err := db.Posts.Feed(ctx, ada.ID, social.Page{})
		require.NoError(t, err)
		require.Len(t, posts, 2)
		first := posts[1]
		require.Equal(t, "첫 글", first.Title)
		require.EqualValues(t, 7, first.ViewCount)
		require.EqualValues(t, 2, first.LikeCount)
		require.EqualValues(t, 2, first.CommentCount)
		require.EqualValues(t, 2, first.Photo.ID)
		require.Equal(t, "sea", first.Tags[0].Name)
		require.Equal(t, sea, first.Tags[0].ID)
		require.Equal(t, "sky", first.Tags[1].Name)
		require.EqualValues(t, 2, first.Tags[1].CreatorID)
		require.Equal(t, seed.Posts[0].Created, first.Created)
		require.EqualValues(t, 1, posts[0].FavoriteCount)
		found, _, err := db.Posts.Search(ctx, 0, "sky", social.Page{})
		require.NoError(t, err)
		require.Len(t, found, 1, "by its tag")
		people, _, err := db.Profiles.Search(ctx, 0, "cem", social.Page{})
		require.NoError(t, err)
		require.Len(t, people, 1)

		friends, err := db.Friends.Are(ctx, 1, 2)
		require.NoError(t, err)
		require.True(t, friends)
		asked, _, err := db.Friends.Requests(ctx, 1, social.Incoming, social.Page{})
		require.NoError(t, err)
		require.Len(t, asked, 1)
		require.Equal(t, int64(1), count(t, db, "comments WHERE parent_id = 1 AND id = 2 AND author_id = 1"))
		require.Equal(t, int64(1), count(t, db, "facechats WHERE state = 'ended' AND finished_at IS NOT NULL"))
		require.Equal(t, int64(2), count(t, db, "facechat_participants WHERE left_at IS NOT NULL"))
		news, _, err := db.Notifications.List(ctx, 1, true, social.Page{})
		require.NoError(t, err)
		require.Len(t, news, 1)
		require.EqualValues(t, 1, news[0].CommentID)
	})
}

func TestSeedGoesIntoANewDatabaseOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		broken := smallSeed()
		broken.Comments[1].Parent = 9
		require.Error(t, db.Seed(ctx, broken, nil))
		require.Zero(t, count(t, db, "users"), "all or nothing")

		require.NoError(t, db.Seed(ctx, smallSeed(), nil))
		require.ErrorIs(t, db.Seed(ctx, smallSeed(), nil), store.ErrNotEmpty)
		require.Equal(t, int64(3), count(t, db, "users"))
		// What comes next gets an id of its own.
		dee := person(t, db, "dee")
		require.Greater(t, dee, int64(3))
		require.Greater(t, postOf(t, db, dee, social.VisiblePublic), int64(2))
	})
}

// Made-up pictures share their bytes: they go with the last of the rows.
func TestSharedBytesGoWithTheLastRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		one, two := photoOf(t, db, ada, "shared"), photoOf(t, db, ada, "shared")
		require.NoError(t, db.Photos.Delete(t.Context(), ada, one))
		require.Zero(t, count(t, db, "blob_orphans"))
		require.NoError(t, db.Photos.Delete(t.Context(), ada, two))
		require.Equal(t, int64(1), count(t, db, "blob_orphans WHERE blob = 'shared'"))

		photoOf(t, db, ada, "both")
		photoOf(t, db, ada, "both")
		_, err := db.Users.Delete(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, int64(1), count(t, db, "blob_orphans WHERE blob = 'both'"), "both at once")
	})
}
