package store_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

// say comments on a post; parent 0: on the post itself.
func say(t testing.TB, db *store.DB, author, post, parent int64, content string) int64 {
	t.Helper()
	done, err := db.Comments.Add(t.Context(), social.NewComment{
		PostID: post, ParentID: parent, AuthorID: author, Content: content,
	})
	require.NoError(t, err)
	return done.ID
}

// seen is what a viewer finds on a post: "author: content" of each comment, an empty one as "-", replies
// after a ">".
func seen(t testing.TB, db *store.DB, viewer, post int64) []string {
	t.Helper()
	threads, _, err := db.Comments.Threads(t.Context(), viewer, post, social.Page{Limit: 50})
	require.NoError(t, err)
	out := []string{}
	add := func(before string, m social.Comment) {
		text := m.Author.Username + ": " + m.Content
		if m.Empty {
			require.Empty(t, m.Content)
			require.Zero(t, m.Author)
			text = "-"
		}
		out = append(out, before+text)
	}
	for _, thread := range threads {
		require.Zero(t, thread.ParentID)
		add("", thread.Comment)
		for _, reply := range thread.Replies {
			require.NotZero(t, reply.ParentID)
			require.Equal(t, thread.ID, reply.RootID)
			add(">", reply)
		}
	}
	return out
}

func comments(t testing.TB, db *store.DB, post int64) int64 {
	t.Helper()
	n, err := db.Int(t.Context(), "SELECT comment_count FROM posts WHERE id = ?", post)
	require.NoError(t, err)
	return n
}

func TestCommentThreads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		post, other := postOf(t, db, ada, "public"), postOf(t, db, ada, "public")
		first := say(t, db, bob, post, 0, "first")
		reply := say(t, db, ada, post, first, "reply")
		second := say(t, db, bob, post, 0, "second")
		deep := say(t, db, bob, post, reply, "deep")
		deeper := say(t, db, ada, post, deep, "deeper")
		say(t, db, ada, post, second, "other")
		require.Equal(t, []string{
			"bob: first", ">ada: reply", ">bob: deep", ">ada: deeper", "bob: second", ">ada: other",
		}, seen(t, db, 0, post))
		require.Empty(t, seen(t, db, 0, other))
		require.Equal(t, int64(6), comments(t, db, post))
		m, err := db.Comments.ByID(t.Context(), 0, deeper)
		require.NoError(t, err)
		require.Equal(t, deep, m.ParentID)
		require.Equal(t, first, m.RootID)
		require.Equal(t, m.Created, m.Updated)

		for name, n := range map[string]social.NewComment{
			"a parent on another post": {PostID: other, ParentID: first},
			"a parent that never was":  {PostID: post, ParentID: 9999},
		} {
			n.AuthorID, n.Content = ada, "x"
			_, err := db.Comments.Add(t.Context(), n)
			require.ErrorIs(t, err, social.ErrCommentNotFound, name)
		}
		for _, content := range []string{"", " \n", strings.Repeat("a", 2001), "a\x00"} {
			_, err := db.Comments.Add(t.Context(), social.NewComment{PostID: post, AuthorID: ada, Content: content})
			require.ErrorIs(t, err, social.ErrCommentInvalid)
		}
		_, err = db.Comments.Add(t.Context(), social.NewComment{PostID: 9999, AuthorID: ada, Content: "x"})
		require.ErrorIs(t, err, social.ErrPostNotFound)
		require.Equal(t, int64(6), count(t, db, "comments"))
	})
}

func TestCommentIsEdited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		post := postOf(t, db, ada, "public")
		id := say(t, db, bob, post, 0, "first")
		require.NoError(t, db.Comments.Edit(t.Context(), bob, id, " second\r\nline "))
		m, err := db.Comments.ByID(t.Context(), bob, id)
		require.NoError(t, err)
		require.Equal(t, "second\nline", m.Content)
		require.True(t, m.Updated.After(m.Created))
		require.ErrorIs(t, db.Comments.Edit(t.Context(), ada, id, "x"), social.ErrCommentNotYours)
		require.ErrorIs(t, db.Comments.Edit(t.Context(), bob, 9999, "x"), social.ErrCommentNotFound)
		require.ErrorIs(t, db.Comments.Edit(t.Context(), bob, id, " "), social.ErrCommentInvalid)
		require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET visibility = 'private'"))
		require.ErrorIs(t, db.Comments.Edit(t.Context(), bob, id, "x"), social.ErrCommentNotFound)
		require.NoError(t, db.Comments.Remove(t.Context(), bob, false, id), "one's own words can be taken back")
	})
}

func TestCommentIsRemoved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		post := postOf(t, db, ada, "public")
		top := say(t, db, bob, post, 0, "top")
		middle := say(t, db, bob, post, top, "middle")
		leaf := say(t, db, eve, post, middle, "leaf")
		require.ErrorIs(t, db.Comments.Remove(t.Context(), eve, false, top), social.ErrCommentNotYours)
		require.ErrorIs(t, db.Comments.Remove(t.Context(), 0, false, top), social.ErrCommentNotYours)
		require.Contains(t, kinds(t, db, bob), social.NotifyReply)
		require.Len(t, kinds(t, db, ada), 3)

		require.NoError(t, db.Comments.Remove(t.Context(), bob, false, top))
		require.NoError(t, db.Comments.Remove(t.Context(), ada, false, middle), "the post's owner may")
		require.Equal(t, []string{"-", ">-", ">eve: leaf"}, seen(t, db, 0, post))
		require.Equal(t, int64(1), comments(t, db, post))
		require.Len(t, kinds(t, db, ada), 1, "what told of them is taken back")
		require.Zero(t, count(t, db, "comments WHERE deleted_at IS NOT NULL AND content <> ''"))
		for _, id := range []int64{top, middle} {
			require.ErrorIs(t, db.Comments.Remove(t.Context(), bob, false, id), social.ErrCommentNotFound)
			require.ErrorIs(t, db.Comments.Edit(t.Context(), bob, id, "x"), social.ErrCommentNotFound)
			_, err := db.Comments.ByID(t.Context(), bob, id)
			require.ErrorIs(t, err, social.ErrCommentNotFound)
			_, err = db.Comments.Add(t.Context(), social.NewComment{
				PostID: post, ParentID: id, AuthorID: bob, Content: "x",
			})
			require.ErrorIs(t, err, social.ErrCommentNotFound, "nobody answers what is not there")
		}

		require.NoError(t, db.Comments.Remove(t.Context(), eve, false, leaf))
		require.Zero(t, count(t, db, "comments"), "the empty ones go with the last reply")
		require.Zero(t, comments(t, db, post))
		require.Zero(t, count(t, db, "audit"))
	})
}

func TestCommentIsRemovedByTheStaff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, staff := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "staff")
		befriend(t, db, ada, bob)
		public, private := postOf(t, db, ada, "public"), postOf(t, db, ada, "friends")
		open, hidden := say(t, db, bob, public, 0, "x"), say(t, db, bob, private, 0, "x")
		require.NoError(t, db.Comments.Remove(t.Context(), staff, true, open))
		require.ErrorIs(t, db.Comments.Remove(t.Context(), staff, true, hidden), social.ErrCommentNotFound)
		acts, _, err := db.Audit.List(t.Context(), social.AuditFilter{}, social.Page{})
		require.NoError(t, err)
		require.Len(t, acts, 1)
		require.Equal(t, social.ActRemoveComment, acts[0].Action)
		require.Equal(t, open, acts[0].TargetID)
		_, err = db.Reports.Add(t.Context(), social.NewReport{
			ReporterID: ada, Kind: social.TargetComment, TargetID: hidden, Reason: "abuse",
		})
		require.NoError(t, err)
		require.NoError(t, db.Comments.Remove(t.Context(), staff, true, hidden), "it was told of it")
	})
}

// TestCommentsOfHiddenPeople is what people find who do not see each other.
func TestCommentsOfHiddenPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		post := postOf(t, db, ada, "public")
		alone := say(t, db, bob, post, 0, "alone")
		answered := say(t, db, bob, post, 0, "answered")
		say(t, db, eve, post, answered, "answer")
		own := say(t, db, bob, post, 0, "own")
		say(t, db, bob, post, own, "to myself")
		adas := say(t, db, ada, post, 0, "adas")
		inner := say(t, db, bob, post, adas, "inner")
		say(t, db, eve, post, inner, "innermost")
		all := seen(t, db, 0, post)
		require.Len(t, all, 8)
		_, err := db.Blocks.Add(t.Context(), eve, bob)
		require.NoError(t, err)
		require.Equal(t, all, seen(t, db, 0, post))
		require.Equal(t, []string{"-", ">eve: answer", "ada: adas", ">eve: innermost"}, seen(t, db, eve, post))
		require.Equal(t, []string{
			"bob: alone", "bob: answered", "bob: own", ">bob: to myself", "ada: adas", ">bob: inner",
		}, seen(t, db, bob, post), "and eve's are gone for bob")

		_, err = db.Comments.Add(t.Context(), social.NewComment{
			PostID: post, ParentID: alone, AuthorID: eve, Content: "x",
		})
		require.ErrorIs(t, err, social.ErrCommentNotFound, "nobody answers whom they do not see")
		require.ErrorIs(t, db.Comments.Edit(t.Context(), eve, alone, "x"), social.ErrCommentNotFound)
		require.ErrorIs(t, db.Comments.Remove(t.Context(), eve, false, alone), social.ErrCommentNotFound)
		rows, _, err := db.Comments.Replies(t.Context(), eve, post, answered, social.Page{})
		require.NoError(t, err)
		require.Len(t, rows, 1)

		storetest.Disable(t, db, bob)
		require.Equal(t, []string{"-", ">eve: answer", "ada: adas", ">eve: innermost"}, seen(t, db, 0, post))
	})
}

func TestCommentVisibility(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, friend, stranger, foe := person(t, db, "ada"), person(t, db, "friend"), person(t, db, "stranger"),
			person(t, db, "foe")
		befriend(t, db, ada, friend)
		_, err := db.Blocks.Add(t.Context(), ada, foe)
		require.NoError(t, err)
		for visibility, may := range map[social.Visibility][]int64{
			"public": {0, ada, friend, stranger}, "friends": {ada, friend}, "private": {ada},
		} {
			post := postOf(t, db, ada, visibility)
			top := say(t, db, ada, post, 0, "hello")
			for _, viewer := range []int64{0, ada, friend, stranger, foe} {
				var want error
				if !slices.Contains(may, viewer) {
					want = social.ErrPostNotFound
				}
				_, _, err := db.Comments.Threads(t.Context(), viewer, post, social.Page{})
				require.ErrorIs(t, err, want, "%s for %d", visibility, viewer)
				_, _, err = db.Comments.Replies(t.Context(), viewer, post, top, social.Page{})
				require.ErrorIs(t, err, want)
				if viewer != 0 {
					_, err = db.Comments.Add(t.Context(), social.NewComment{PostID: post, AuthorID: viewer, Content: "x"})
					require.ErrorIs(t, err, want)
				}
				if want != nil {
					want = social.ErrCommentNotFound
				}
				_, err = db.Comments.ByID(t.Context(), viewer, top)
				require.ErrorIs(t, err, want)
			}
		}
	})
}

func TestCommentIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		post := postOf(t, db, ada, "public")
		told := func(author, parent int64) map[int64]bool {
			done, err := db.Comments.Add(t.Context(), social.NewComment{
				PostID: post, ParentID: parent, AuthorID: author, Content: "x",
			})
			require.NoError(t, err)
			people := map[int64]bool{}
			for _, one := range done.Told {
				n, found, err := db.Notifications.ByID(t.Context(), one.UserID, one.NotificationID)
				require.NoError(t, err)
				require.True(t, found)
				require.Equal(t, done.ID, n.CommentID)
				require.Equal(t, post, n.PostID)
				require.False(t, people[one.UserID], "once is enough")
				people[one.UserID] = n.Kind == social.NotifyReply
			}
			return people
		}
		require.Empty(t, told(ada, 0), "nobody is told of what they do themselves")
		require.Equal(t, map[int64]bool{ada: false}, told(bob, 0))
		adas, bobs := say(t, db, ada, post, 0, "a"), say(t, db, bob, post, 0, "b")
		require.Equal(t, map[int64]bool{ada: true}, told(eve, adas), "of the reply, not of the comment, too")
		require.Equal(t, map[int64]bool{ada: false, bob: true}, told(eve, bobs))
		require.Equal(t, map[int64]bool{ada: false}, told(bob, bobs))
		require.Equal(t, map[int64]bool{bob: true}, told(ada, bobs))
		titles := func() (all []string) {
			list, _, err := db.Notifications.List(t.Context(), bob, false, social.Page{})
			require.NoError(t, err)
			for _, n := range list {
				all = append(all, n.PostTitle)
			}
			return all
		}
		require.Equal(t, []string{"post", "post"}, titles())
		require.NoError(t, db.Exec(t.Context(), "UPDATE posts SET visibility = 'private'"))
		require.Empty(t, told(ada, bobs), "bob does not see the post any more")
		require.Equal(t, []string{"", ""}, titles(), "nor its title")
	})
}

func TestCommentPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		post := postOf(t, db, ada, "public")
		var tops, replies []int64
		for range 5 {
			tops = append(tops, commentOf(t, db, post, ada, 0))
		}
		for range social.MaxReplies + 3 {
			replies = append(replies, commentOf(t, db, post, ada, tops[1]))
		}
		page := social.Page{Limit: 2}
		threads, next, err := db.Comments.Threads(t.Context(), 0, post, page)
		require.NoError(t, err)
		require.Equal(t, tops[:2], []int64{threads[0].ID, threads[1].ID})
		require.Empty(t, threads[0].More)
		require.Len(t, threads[1].Replies, social.MaxReplies)
		require.Equal(t, replies[0], threads[1].Replies[0].ID, "the oldest first")
		rest, end, err := db.Comments.Replies(t.Context(), 0, post, tops[1], social.Page{Cursor: threads[1].More})
		require.NoError(t, err)
		require.Empty(t, end)
		require.Len(t, rest, 3)
		require.Equal(t, replies[len(replies)-1], rest[2].ID)
		page.Cursor = next
		threads, next, err = db.Comments.Threads(t.Context(), 0, post, page)
		require.NoError(t, err)
		require.Equal(t, tops[2:4], []int64{threads[0].ID, threads[1].ID})
		page.Cursor = next
		threads, next, err = db.Comments.Threads(t.Context(), 0, post, page)
		require.NoError(t, err)
		require.Len(t, threads, 1)
		require.Empty(t, next)

		_, _, err = db.Comments.Replies(t.Context(), 0, post, replies[0], social.Page{})
		require.ErrorIs(t, err, social.ErrCommentNotFound, "it is not about the post")
		_, _, err = db.Comments.Replies(t.Context(), 0, post, tops[1], page)
		require.ErrorIs(t, err, social.ErrCursor, "another list's")
	})
}

func TestCommentQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		few, many := postOf(t, db, ada, "public"), postOf(t, db, ada, "public")
		commentOf(t, db, few, bob, commentOf(t, db, few, ada, 0))
		for range 50 {
			top := commentOf(t, db, many, ada, 0)
			commentOf(t, db, many, bob, commentOf(t, db, many, bob, top))
		}
		list := func(post int64) func() int {
			return func() int {
				threads, _, err := db.Comments.Threads(t.Context(), bob, post, social.Page{Limit: 50})
				require.NoError(t, err)
				require.NotEmpty(t, threads[0].Replies)
				return len(threads)
			}
		}
		sameQueries(t, db, list(few), list(many))
		require.Len(t, storetest.Queries(db, func() { list(many)() }), 3)
	})
}

// TestRepliesAndRemovalAtOnce lets people answer a comment while it goes.
func TestRepliesAndRemovalAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada := person(t, db, "ada")
		authors := people(t, db, "p", 10)
		post := postOf(t, db, ada, "public")
		top := say(t, db, ada, post, 0, "top")
		results := make([]error, 2*len(authors))
		var all sync.WaitGroup
		var removed error
		for i := range results {
			all.Go(func() {
				_, results[i] = db.Comments.Add(t.Context(), social.NewComment{
					PostID: post, ParentID: top, AuthorID: authors[i%len(authors)], Content: "reply",
				})
			})
		}
		all.Go(func() { removed = db.Comments.Remove(t.Context(), ada, false, top) })
		all.Wait()
		require.NoError(t, removed)
		var there int64
		for _, err := range results {
			if err == nil {
				there++
				continue
			}
			require.ErrorIs(t, err, social.ErrCommentNotFound)
		}
		require.Equal(t, there, count(t, db, "comments WHERE deleted_at IS NULL"), "nothing is lost")
		require.Equal(t, there, comments(t, db, post))
		require.Equal(t, there > 0, count(t, db, "comments WHERE deleted_at IS NOT NULL") == 1)

		// The last replies go at once, and the empty one with them.
		threads, _, err := db.Comments.Threads(t.Context(), ada, post, social.Page{})
		require.NoError(t, err)
		for _, thread := range threads {
			results = make([]error, len(thread.Replies))
			for i, reply := range thread.Replies {
				all.Go(func() { results[i] = db.Comments.Remove(t.Context(), ada, false, reply.ID) })
			}
			all.Wait()
			require.NoError(t, errors.Join(results...))
		}
		require.Zero(t, count(t, db, "comments"))
		require.Zero(t, comments(t, db, post))
	})
}

// TestRepliesAndAccountDeletionAtOnce lets people answer somebody whose account goes.
func TestRepliesAndAccountDeletionAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob, eve := person(t, db, "ada"), person(t, db, "bob"), person(t, db, "eve")
		post := postOf(t, db, ada, "public")
		var tops []int64
		for range 20 {
			tops = append(tops, say(t, db, bob, post, 0, "top"))
		}
		results := make([]error, len(tops))
		var all sync.WaitGroup
		var deleted error
		for i, top := range tops {
			all.Go(func() {
				_, results[i] = db.Comments.Add(t.Context(), social.NewComment{
					PostID: post, ParentID: top, AuthorID: eve, Content: "reply",
				})
			})
		}
		all.Go(func() { _, deleted = db.Users.Delete(t.Context(), bob) })
		all.Wait()
		require.NoError(t, deleted)
		var there int64
		for _, err := range results {
			if err == nil {
				there++
				continue
			}
			require.ErrorIs(t, err, social.ErrCommentNotFound)
		}
		require.Equal(t, there, comments(t, db, post))
		require.Equal(t, 2*there, count(t, db, "comments"), "the replies, and an empty comment above each")
		_, err := db.Users.Delete(t.Context(), eve)
		require.NoError(t, err)
		require.Zero(t, count(t, db, "comments"), "the empty ones go with the last reply")
	})
}
