package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// newPost makes a post of a photo that nobody else shows.
func newPost(t testing.TB, db *store.DB, owner int64, v social.Visibility, tags ...string) int64 {
	t.Helper()
	photo, err := db.Photos.Add(t.Context(), social.NewPhoto{
		OwnerID: owner, Kind: social.PhotoUpload, Name: "한강공원 산책", Blob: social.NewSlug(),
		ContentType: "image/webp",
		Size:        1, Width: 2, Height: 3, Blurhash: "LEHV",
	})
	require.NoError(t, err)
	id, err := db.Posts.Create(t.Context(), social.NewPost{
		OwnerID: owner, PhotoID: photo.ID, Title: "서울사람의 하루", Visibility: v, Tags: tags,
	})
	require.NoError(t, err)
	return id
}

// lister is a list of posts as viewer sees it.
type lister func(ctx context.Context, viewer int64, page social.Page) ([]social.Post, string, error)

// listers are all lists in which the posts of one owner stand; favourites are each viewer's own.
func listers(db *store.DB, owner int64) map[string]lister {
	return map[string]lister{
		"feed": db.Posts.Feed,
		"user": func(ctx context.Context, viewer int64, page social.Page) ([]social.Post, string, error) {
			return db.Posts.ByUser(ctx, viewer, owner, page)
		},
		"photo": func(ctx context.Context, viewer int64, page social.Page) ([]social.Post, string, error) {
			return db.Posts.ByPhoto(ctx, viewer, store.PhotoFilter{Name: "공원"}, page)
		},
		"photo of user": func(ctx context.Context, viewer int64, page social.Page) ([]social.Post, string, error) {
			return db.Posts.ByPhoto(ctx, viewer, store.PhotoFilter{Name: "공원", User: owner}, page)
		},
		"search": func(ctx context.Context, viewer int64, page social.Page) ([]social.Post, string, error) {
			return db.Posts.Search(ctx, viewer, "사람", page)
		},
		"favorites": db.Posts.Favorites,
	}
}

// TestPostsShowToWhomTheyMay holds every list, and what can be done to a post, against the rule of who sees
// it.
func TestPostsShowToWhomTheyMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		owner := person(t, db, "owner")
		viewers := map[string]int64{"anonymous": 0, "owner": owner}
		for _, name := range []string{"stranger", "friend", "blocked", "blocking", "staff"} {
			viewers[name] = person(t, db, name)
		}
		storetest.Promote(t, db, viewers["staff"])
		befriend(t, db, owner, viewers["friend"])
		posts := map[social.Visibility]int64{}
		for _, v := range []social.Visibility{social.VisiblePublic, social.VisibleFriends, social.VisiblePrivate} {
			posts[v] = newPost(t, db, owner, v)
			for _, viewer := range viewers {
				if viewer != 0 { // from when they could: it shows only while they can
					like(t, db, "favorites", posts[v], viewer)
				}
			}
		}
		_, err := db.Blocks.Add(ctx, owner, viewers["blocked"])
		require.NoError(t, err)
		_, err = db.Blocks.Add(ctx, viewers["blocking"], owner)
		require.NoError(t, err)
		for name, viewer := range viewers {
			relation, err := db.Profiles.Relation(ctx, viewer, owner)
			require.NoError(t, err)
			want := []int64{}
			for v, id := range posts {
				may := social.MaySee(v, relation)
				if may {
					want = append(want, id)
				}
				_, err := db.Posts.ByID(ctx, viewer, id)
				require.Equal(t, may, err == nil, "%s by id, by %s: %v", v, name, err)
				if viewer == 0 {
					continue
				}
				_, err = db.Reactions.Like(ctx, viewer, id)
				require.Equal(t, may, err == nil, "%s liked by %s: %v", v, name, err)
				if !may {
					require.ErrorIs(t, err, social.ErrPostNotFound)
				}
				require.Equal(t, may, count(t, db, "likes WHERE user_id = ? AND post_id = ?", viewer, id) == 1)
			}
			slices.Sort(want)
			slices.Reverse(want)
			for list, of := range listers(db, owner) {
				if list == "favorites" && viewer == 0 {
					continue
				}
				all, next, err := of(ctx, viewer, social.Page{})
				if strings.HasSuffix(list, "user") && relation.Hidden() {
					require.ErrorIs(t, err, social.ErrUserNotFound, "%s by %s", list, name)
					continue
				}
				require.NoError(t, err)
				require.Empty(t, next)
				ids := []int64{}
				for _, p := range all {
					ids = append(ids, p.ID)
					require.Equal(t, viewer != 0, p.FavoriteID != 0, "one's own favourite shows")
				}
				require.Equal(t, want, ids, "%s by %s", list, name)
			}
		}
		storetest.Disable(t, db, owner)
		for list, of := range listers(db, owner) {
			all, _, err := of(ctx, viewers["friend"], social.Page{})
			require.Empty(t, all, "%s of a disabled account: %v", list, err)
		}
	})
}

func TestFeedPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		var made []int64
		for range 5 {
			made = append(made, newPost(t, db, ada, social.VisiblePublic))
		}
		for _, i := range []int{2, 0, 4, 1, 3} { // the order of keeping is another one than that of posting
			_, err := db.Reactions.Keep(ctx, bob, made[i])
			require.NoError(t, err)
		}
		newest := []int64{made[4], made[3], made[2], made[1], made[0]}
		kept := []int64{made[3], made[1], made[4], made[0], made[2]}
		for list, of := range listers(db, ada) {
			want := newest
			if list == "favorites" {
				want = kept
			}
			var ids []int64
			page := social.Page{Limit: 2}
			for {
				all, next, err := of(ctx, bob, page)
				require.NoError(t, err, list)
				for _, p := range all {
					ids = append(ids, p.ID)
				}
				if next == "" {
					break
				}
				page.Cursor = next
			}
			require.Equal(t, want, ids, list)
			_, _, err := of(ctx, bob, social.Page{Cursor: "bogus"})
			require.ErrorIs(t, err, social.ErrCursor, list)
			other := social.EncodeCursor("others", 5)
			_, _, err = of(ctx, bob, social.Page{Cursor: other})
			require.ErrorIs(t, err, social.ErrCursor, list)
		}
	})
}

func TestFeedQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, many, bob := person(t, db, "one"), person(t, db, "many"), person(t, db, "bob")
		fill := func(owner int64, n int) {
			for i := range n {
				post := newPost(t, db, owner, social.VisiblePublic, "tag", fmt.Sprint("tag", i))
				like(t, db, "likes", post, bob)
			}
		}
		fill(one, 1)
		rows := func(list string, owner, viewer int64) func() int {
			return func() int {
				all, _, err := listers(db, owner)[list](t.Context(), viewer, social.Page{Limit: 50})
				require.NoError(t, err)
				for _, p := range all {
					require.Equal(t, "tag", p.Tags[0].Name)
					require.Len(t, p.Tags, 2)
					require.NotZero(t, p.LikeID)
				}
				return len(all)
			}
		}
		few := map[string]int{}
		for _, list := range []string{"feed", "photo", "search"} {
			few[list] = len(storetest.Queries(db, func() { require.Equal(t, 1, rows(list, one, bob)()) }))
			require.Equal(t, 1, few[list], list)
		}
		fill(many, 50)
		for list, queries := range few {
			more := storetest.Queries(db, func() { require.Equal(t, 50, rows(list, many, bob)()) })
			require.Len(t, more, queries, list)
		}
		for _, list := range []string{"user", "photo of user"} {
			sameQueries(t, db, rows(list, one, bob), rows(list, many, bob))
		}
		mine := func(user int64) func() int { return rows("favorites", 0, user) }
		fan := person(t, db, "fan")
		for i := range int64(51) {
			for _, table := range []string{"favorites", "likes"} {
				if i < 50 {
					like(t, db, table, i+1, fan)
				}
			}
		}
		like(t, db, "favorites", 1, bob)
		sameQueries(t, db, mine(bob), mine(fan))
	})
}

// TestFeedPlan requires that SQLite finds the posts of a page in their order, and looks at no others.
func TestFeedPlan(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	ada := person(t, db, "ada")
	newPost(t, db, ada, social.VisiblePublic)
	for _, viewer := range []int64{0, ada} {
		_, _, err := db.Posts.Feed(t.Context(), viewer, social.Page{})
		require.NoError(t, err)
		_, _, err = db.Posts.ByUser(t.Context(), viewer, ada, social.Page{})
		require.NoError(t, err)
	}
	_, _, err := db.Posts.Favorites(t.Context(), ada, social.Page{})
	require.NoError(t, err)
	plans, err := db.Plans(t.Context())
	require.NoError(t, err)
	require.Len(t, plans, 5)
	for name, plan := range plans {
		for _, step := range plan {
			require.NotContains(t, step, "SCAN", name)
			require.NotContains(t, step, "TEMP B-TREE", name)
		}
	}
	require.Equal(t, "SEARCH po USING INDEX posts_public (id<?)", plans["posts feed"][0])
	require.Equal(t, "SEARCH po USING INTEGER PRIMARY KEY (rowid<?)", plans["posts feed known"][0])
}
