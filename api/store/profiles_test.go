package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/api/store/storetest"
)

func TestUpdateProfile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, bob := person(t, db, "ada"), person(t, db, "bob")
		own, others := photoOf(t, db, ada, "a/1"), photoOf(t, db, bob, "b/1")
		require.NoError(t, db.Exec(t.Context(), "UPDATE photos SET kind = 'avatar'"))
		upload := photoOf(t, db, ada, "a/2")
		name, bio := " 김민수 ", "첫째 줄\r\n둘째 줄"
		require.NoError(t, db.Profiles.Update(t.Context(), ada, social.ProfileChange{
			Nickname: &name, Bio: &bio, PictureID: &own,
		}))
		u, err := db.Users.ByID(t.Context(), ada)
		require.NoError(t, err)
		want := social.Profile{Bio: "첫째 줄\n둘째 줄", Person: social.Person{
			ID: ada, Username: "ada", Nickname: "김민수",
			Picture: social.Picture{PhotoID: own, Blob: "a/1", Blurhash: "LEHV"},
		}}
		require.Equal(t, want, u.Profile)

		fake, bad := "fake", "a\x00b"
		err = db.Profiles.Update(t.Context(), ada, social.ProfileChange{Nickname: &fake, PictureID: &others})
		require.ErrorIs(t, err, social.ErrPhotoNotFound, "another one's picture is none")
		err = db.Profiles.Update(t.Context(), ada, social.ProfileChange{Nickname: &fake, PictureID: &upload})
		require.ErrorIs(t, err, social.ErrPhotoNotFound, "what is worn is public: only what was made for it")
		require.ErrorIs(t, db.Profiles.Update(t.Context(), ada, social.ProfileChange{Nickname: &bad}),
			social.ErrNicknameInvalid)
		require.ErrorIs(t, db.Profiles.Update(t.Context(), ada, social.ProfileChange{Bio: &bad}),
			social.ErrBioInvalid)
		require.ErrorIs(t, db.Profiles.Update(t.Context(), 99, social.ProfileChange{Nickname: &fake}),
			social.ErrUserNotFound)
		people, err := db.Profiles.People(t.Context(), ada, bob, 99)
		require.NoError(t, err)
		require.Len(t, people, 2)
		require.Equal(t, want.Person, people[ada], "what was refused changed nothing")

		require.NoError(t, db.Exec(t.Context(), "DELETE FROM photos WHERE id = ?", own))
		u, err = db.Users.ByID(t.Context(), ada)
		require.NoError(t, err)
		require.Zero(t, u.Profile.Picture, "a deleted picture is nobody's")
		var none int64
		require.NoError(t, db.Profiles.Update(t.Context(), ada, social.ProfileChange{PictureID: &none}))
	})
}

func TestProfileView(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ada, friend, stranger := person(t, db, "ada"), person(t, db, "friend"), person(t, db, "stranger")
		befriend(t, db, ada, friend)
		for _, v := range []social.Visibility{"public", "friends", "friends", "private"} {
			postOf(t, db, ada, v)
		}
		asked, err := db.Friends.Ask(t.Context(), stranger, ada)
		require.NoError(t, err)
		for viewer, want := range map[int64]struct {
			posts    int64
			relation social.Relation
		}{
			0:        {1, social.Relation{}},
			stranger: {1, social.Relation{Sent: asked.RequestID}},
			friend:   {3, social.Relation{Friend: true}},
			ada:      {4, social.Relation{Self: true}},
		} {
			v, err := db.Profiles.View(t.Context(), viewer, ada)
			require.NoError(t, err)
			require.Equal(t, want.posts, v.Posts, "viewer %d", viewer)
			require.Equal(t, want.relation, v.Relation)
			require.Equal(t, int64(1), v.Friends)
		}
		r, err := db.Profiles.Relation(t.Context(), ada, stranger)
		require.NoError(t, err)
		require.Equal(t, social.Relation{Received: asked.RequestID}, r)
		for _, id := range []int64{0, -5, 99} {
			_, err = db.Profiles.View(t.Context(), ada, id)
			require.ErrorIs(t, err, social.ErrUserNotFound)
		}
		storetest.Disable(t, db, ada)
		_, err = db.Profiles.View(t.Context(), friend, ada)
		require.ErrorIs(t, err, social.ErrUserNotFound)
	})
}

func TestSearchPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for user, nickname := range map[string]string{
			"minsu": "김민수박사", "jiyoung": "이지영", "bob": "Bob O'Brien 🎈", "x1": "ＦＵＬＬ Ｗｉｄｔｈ",
		} {
			_, err := db.Users.Create(t.Context(), social.NewUser{
				Username: user, Email: user + "@example.org", Nickname: nickname,
			})
			require.NoError(t, err)
		}
		for text, want := range map[string]string{
			"민수": "minsu", "김민": "minsu", "수박": "minsu", "민수박사": "minsu", "사": "minsu", "민": "minsu",
			"MINSU": "minsu", "ins": "minsu", "지영": "jiyoung", "young 이지": "jiyoung", "brien": "bob", "full": "x1",
			"width f": "x1", "수민": "", "": "", "🎈": "", "'": "", `"`: "", "*": "", "a' OR 1=1 --": "", "NEAR(x": "",
			"\x00": "", "\xff": "", "& | ! ( ) :*": "", "minsu AND jiyoung": "",
		} {
			found, _, err := db.Profiles.Search(t.Context(), 0, text, social.Page{})
			require.NoError(t, err, "%q", text)
			if want == "" {
				require.Empty(t, found, "%q", text)
				continue
			}
			require.Len(t, found, 1, "%q", text)
			require.Equal(t, want, found[0].Username, "%q", text)
		}
		// A nickname that changes is found as what it is now.
		u, err := db.Users.ByUsername(t.Context(), "minsu")
		require.NoError(t, err)
		name := "홍길동"
		require.NoError(t, db.Profiles.Update(t.Context(), u.ID, social.ProfileChange{Nickname: &name}))
		for text, n := range map[string]int{"김민": 0, "길동": 1, "minsu": 1} {
			found, _, err := db.Profiles.Search(t.Context(), 0, text, social.Page{})
			require.NoError(t, err)
			require.Len(t, found, n, text)
		}
		_, err = db.Users.Delete(t.Context(), u.ID)
		require.NoError(t, err)
		found, _, err := db.Profiles.Search(t.Context(), 0, "길동", social.Page{})
		require.NoError(t, err)
		require.Empty(t, found)
		if db.Dialect() == "sqlite" {
			require.NoError(t, db.Exec(t.Context(), "INSERT INTO profiles_search (profiles_search, rank) "+
				"VALUES ('integrity-check', 1)"), "the index holds what the table holds")
		}
	})
}

func TestSearchQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "only")
		people(t, db, "many", 60)
		search := func(text string) func() int {
			return func() int {
				found, _, err := db.Profiles.Search(t.Context(), 1, text, social.Page{Limit: 50})
				require.NoError(t, err)
				return len(found)
			}
		}
		sameQueries(t, db, search("only"), search("many"))
		var seen int
		for page := (social.Page{Limit: 25}); ; {
			found, next, err := db.Profiles.Search(t.Context(), 0, "many", page)
			require.NoError(t, err)
			seen += len(found)
			if page.Cursor = next; next == "" {
				break
			}
		}
		require.Equal(t, 60, seen)
	})
}
