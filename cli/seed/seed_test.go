package seed_test

import (
	"bytes"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
	"github.com/pp-enter/pp-enter/cli/seed"
)

// small is a world that is made in a moment.
func small() seed.Config {
	return seed.Config{
		People: 60, Posts: 300, Comments: 900, Seed: 7, Password: "hash",
		Until: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		Pictures: []seed.Picture{
			{Theme: "sea", Blob: "a", ContentType: "image/webp", Size: 1, Width: 2, Height: 3, Blurhash: "LE"},
			{Blob: "b", ContentType: "image/webp", Size: 1, Width: 2, Height: 3},
		},
		Faces: []seed.Picture{{Blob: "c", ContentType: "image/webp", Size: 1, Width: 1, Height: 1}},
	}
}

func TestTheSameSeedMakesTheSameWorld(t *testing.T) {
	one, err := seed.Make(small())
	require.NoError(t, err)
	two, err := seed.Make(small())
	require.NoError(t, err)
	require.Equal(t, one, two)

	other := small()
	other.Seed++
	three, err := seed.Make(other)
	require.NoError(t, err)
	require.NotEqual(t, one.Posts, three.Posts)
	// One part does not change with another.
	other = small()
	other.Comments = 10
	three, err = seed.Make(other)
	require.NoError(t, err)
	require.Equal(t, one.People, three.People)
	require.Equal(t, one.Posts, three.Posts)
	require.Len(t, three.Comments, 10)
}

func TestWorldsOfAllSizes(t *testing.T) {
	for _, c := range []struct {
		people, posts, comments int
		wrong                   string
	}{
		{1, 0, 0, ""},
		{1, 3, 5, ""},
		{2, 10, 50, ""},
		{7, 1, 300, ""},
		{0, 1, 1, "people"},
		{5, -1, 0, "fewer than none"},
		{5, 0, 1, "comments need posts"},
		{5, 1 << 40, 1, "memory"},
	} {
		cfg := small()
		cfg.People, cfg.Posts, cfg.Comments = c.people, c.posts, c.comments
		cfg.Pictures, cfg.Faces = nil, nil
		w, err := seed.Make(cfg)
		if c.wrong != "" {
			require.ErrorContains(t, err, c.wrong)
			continue
		}
		require.NoError(t, err)
		require.Len(t, w.People, c.people)
		require.Len(t, w.Posts, c.posts)
		require.Len(t, w.Comments, c.comments)
		require.Empty(t, w.Photos)
	}
}

// Everything that is made up is what the handlers would let through.
func TestTextsAreClean(t *testing.T) {
	w, err := seed.Make(small())
	require.NoError(t, err)
	clean := func(s string, limit int) {
		got, ok := social.CleanText(s, limit)
		require.True(t, ok, "%q", s)
		require.Equal(t, got, s)
		require.NotContains(t, s, "{")
	}
	names := map[string]bool{}
	for _, p := range w.People {
		u := social.NewUser{Username: p.Username, Email: p.Email, Nickname: p.Nickname}
		require.NoError(t, u.Clean())
		require.Equal(t, [3]string{p.Username, p.Email, p.Nickname}, [3]string{u.Username, u.Email, u.Nickname})
		require.False(t, names[p.Username], "twice")
		names[p.Username] = true
		clean(p.Bio, social.MaxBio)
	}
	for _, tag := range w.Tags {
		got, err := social.CleanTag(tag.Name)
		require.NoError(t, err)
		require.Equal(t, got, tag.Name)
	}
	for _, p := range w.Posts {
		n := social.NewPost{OwnerID: 1, PhotoID: 1, Title: p.Title, Content: p.Content, Visibility: p.Visibility}
		require.NoError(t, n.Clean())
		require.Equal(t, p.Title, n.Title)
		require.Equal(t, p.Content, n.Content)
		require.NotContains(t, p.Title+p.Content, "{")
		require.LessOrEqual(t, len(p.Tags), social.MaxTags)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(p.Tags))), len(p.Tags), "each once")
	}
	for _, p := range w.Photos {
		n := social.NewPhoto{Kind: p.Kind, Name: p.Name, Alt: p.Alt}
		require.NoError(t, n.Clean())
		require.Equal(t, p.Name, n.Name)
	}
	for _, c := range w.Comments {
		clean(c.Content, 500)
		require.NotEmpty(t, c.Content)
	}
	for _, r := range w.Rooms {
		require.True(t, social.ValidSlug(r.Slug))
		clean(r.Title, social.MaxTitle)
	}
}

// Nobody sees, likes or answers what they may not see, and nothing happens before what it is about.
func TestTheWorldKeepsTheRules(t *testing.T) {
	cfg := small()
	w, err := seed.Make(cfg)
	require.NoError(t, err)
	friends := map[[2]int]bool{}
	for _, f := range w.Friends {
		friends[[2]int{f.From, f.To}], friends[[2]int{f.To, f.From}] = true, true
	}
	require.NotEmpty(t, w.Requests)
	for _, r := range w.Requests {
		require.False(t, friends[[2]int{r.From, r.To}])
	}
	sees := func(person, post int) bool {
		p := w.Posts[post-1]
		return p.Owner == person || p.Visibility == social.VisiblePublic ||
			p.Visibility == social.VisibleFriends && friends[[2]int{person, p.Owner}]
	}
	for _, likes := range [][]store.SeedTie{w.Likes, w.Favorites} {
		require.NotEmpty(t, likes)
		taken := map[[2]int]bool{}
		for _, l := range likes {
			require.True(t, sees(l.From, l.To))
			require.NotEqual(t, w.Posts[l.To-1].Owner, l.From)
			require.False(t, taken[[2]int{l.From, l.To}])
			taken[[2]int{l.From, l.To}] = true
			require.False(t, l.Created.Before(w.Posts[l.To-1].Created))
			require.False(t, l.Created.After(cfg.Until))
		}
	}
	answers := 0
	for i, c := range w.Comments {
		require.True(t, sees(c.Author, c.Post))
		require.False(t, c.Created.Before(w.Posts[c.Post-1].Created))
		require.False(t, c.Created.After(cfg.Until))
		if c.Parent != 0 {
			answers++
			require.LessOrEqual(t, c.Parent, i, "what is answered comes first")
			require.Equal(t, c.Post, w.Comments[c.Parent-1].Post)
		}
	}
	require.Greater(t, answers, len(w.Comments)/10)
	for _, p := range w.Posts {
		require.Equal(t, p.Owner, w.Photos[p.Photo-1].Owner)
		require.False(t, p.Created.Before(w.People[p.Owner-1].Created))
	}
	for _, n := range w.Notifications {
		require.NotEqual(t, n.Person, n.Actor)
	}
	for _, times := range [][]time.Time{
		each(w.Posts, func(p store.SeedPost) time.Time { return p.Created }),
		each(w.Comments, func(c store.SeedComment) time.Time { return c.Created }),
		each(w.Likes, func(l store.SeedTie) time.Time { return l.Created }),
		each(w.Photos, func(p store.SeedPhoto) time.Time { return p.Created }),
		each(w.Rooms, func(r store.SeedRoom) time.Time { return r.Created }),
	} {
		require.True(t, slices.IsSortedFunc(times, time.Time.Compare))
	}
}

func each[T any](list []T, get func(T) time.Time) []time.Time {
	out := make([]time.Time, len(list))
	for i := range list {
		out[i] = get(list[i])
	}
	return out
}

// A few posts get most of what people say, and some people write more than others.
func TestPopularityIsUneven(t *testing.T) {
	w, err := seed.Make(small())
	require.NoError(t, err)
	likes, posts, public := make([]int, len(w.Posts)), make([]int, len(w.People)), 0
	for _, l := range w.Likes {
		likes[l.To-1]++
	}
	for _, p := range w.Posts {
		posts[p.Owner-1]++
		if p.Visibility == social.VisiblePublic {
			public++
		}
	}
	slices.Sort(likes)
	slices.Sort(posts)
	require.Greater(t, likes[len(likes)-1], 4*likes[len(likes)/2])
	require.Greater(t, posts[len(posts)-1], 3*posts[len(posts)/2])
	require.InDelta(t, 80, 100*public/len(w.Posts), 8)
	require.True(t, slices.ContainsFunc(w.Posts, func(p store.SeedPost) bool {
		return strings.ContainsFunc(p.Title, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	}))
	require.True(t, slices.ContainsFunc(w.Posts, func(p store.SeedPost) bool {
		return strings.Contains(p.Content, "the")
	}))
}

// The database has what was made up: with the same ids, texts and counts, on both.
func TestTheDatabaseHasTheWorld(t *testing.T) {
	w, err := seed.Make(small())
	require.NoError(t, err)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		require.NoError(t, db.Seed(ctx, w, nil))
		likes, favorites, comments := map[int]int{}, map[int]int{}, map[int]int{}
		for _, l := range w.Likes {
			likes[l.To]++
		}
		for _, f := range w.Favorites {
			favorites[f.To]++
		}
		for _, c := range w.Comments {
			comments[c.Post]++
		}
		public := 0
		for i, p := range w.Posts {
			if p.Visibility == social.VisiblePublic {
				public++
			}
			if i%9 != 0 {
				continue // some are enough
			}
			got, err := db.Posts.ByID(ctx, int64(p.Owner), int64(i+1))
			require.NoError(t, err)
			require.Equal(t, p.Title, got.Title)
			require.Equal(t, p.Content, got.Content)
			require.Equal(t, p.Created, got.Created)
			require.Equal(t, w.People[p.Owner-1].Username, got.Owner.Username)
			require.Equal(t, w.People[p.Owner-1].Nickname, got.Owner.Nickname)
			require.EqualValues(t, p.Photo, got.Photo.ID)
			require.Len(t, got.Tags, len(p.Tags))
			require.EqualValues(t, likes[i+1], got.LikeCount)
			require.EqualValues(t, favorites[i+1], got.FavoriteCount)
			require.EqualValues(t, comments[i+1], got.CommentCount)
			require.EqualValues(t, p.Views, got.ViewCount)
		}
		seen := 0
		for page := (social.Page{Limit: 50}); ; {
			posts, next, err := db.Posts.Feed(ctx, 0, page)
			require.NoError(t, err)
			seen += len(posts)
			if page.Cursor = next; next == "" {
				break
			}
		}
		require.Equal(t, public, seen, "strangers see the public ones")
	})
}

func TestPaintingsAreTheSameAndDiffer(t *testing.T) {
	one, err := seed.Paint(1)
	require.NoError(t, err)
	two, err := seed.Paint(1)
	require.NoError(t, err)
	require.Equal(t, one, two)
	other, err := seed.Paint(2)
	require.NoError(t, err)
	require.NotEqual(t, one[0].JPEG, other[0].JPEG)
	themes, all := map[string]int{}, map[string]bool{}
	for _, p := range one {
		themes[p.Theme]++
		require.False(t, all[string(p.JPEG)], "twice")
		all[string(p.JPEG)] = true
		_, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG))
		require.NoError(t, err)
	}
	require.Len(t, themes, 13, "twelve themes, and faces")
	require.Equal(t, 5, themes["dusk"])
	require.Equal(t, 24, themes[""])
}
