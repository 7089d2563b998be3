package social

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlugsAreLongAndDifferent(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		s := NewSlug()
		require.Len(t, s, 24)
		require.True(t, ValidSlug(s))
		require.False(t, seen[s])
		seen[s] = true
	}
	for _, bad := range []string{
		"", "a", strings.Repeat("u", 24), strings.Repeat("0", 25), "../../etc/passwd" + strings.Repeat("\x00", 8),
	} {
		require.False(t, ValidSlug(bad), "%q", bad)
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"민수":                         "민수",
		"  Ada ":                     "Ada",
		strings.Repeat("김", MaxName): strings.Repeat("김", MaxName),
		"":                           "",
		" \t ":                       "",
		strings.Repeat("김", 41):      "",
		"a\x00b":                     "",
		"a\nb":                       "",
		"evil\u202etxt":              "",
		"\xff\xfe":                   "",
	} {
		got, err := CleanName(in)
		if want == "" {
			require.ErrorIs(t, err, ErrNameInvalid, "%q", in)
			continue
		}
		require.NoError(t, err, "%q", in)
		require.Equal(t, want, got)
	}
}

func TestCleanTitle(t *testing.T) {
	n := NewFaceChat{Title: "  저녁 통화 "}
	require.NoError(t, n.Clean())
	require.Equal(t, "저녁 통화", n.Title)
	require.NoError(t, new(NewFaceChat).Clean(), "a room needs no title")
	for _, bad := range []string{strings.Repeat("a", MaxTitle+1), "a\u2028b", "\xff"} {
		n := NewFaceChat{Title: bad}
		require.ErrorIs(t, n.Clean(), ErrTitleInvalid)
	}
}

func TestCleanRoom(t *testing.T) {
	n := NewFaceChat{Tags: []string{"#A", "a"}, Invite: []int64{3, 1, 3}, Content: " a\r\nb "}
	require.NoError(t, n.Clean())
	require.Equal(t, VisibleLink, n.Visibility)
	require.Equal(t, []string{"a"}, n.Tags)
	require.Equal(t, []int64{1, 3}, n.Invite)
	require.Equal(t, "a\nb", n.Content)
	for want, bad := range map[error]NewFaceChat{
		ErrRoomVisibility: {Visibility: VisiblePrivate},
		ErrRoomContent:    {Content: strings.Repeat("a", MaxRoomContent+1)},
		ErrTitleInvalid:   {Title: "\xff"},
		ErrTagInvalid:     {Tags: []string{""}},
		ErrTooManyInvites: {Invite: oneTooMany()},
	} {
		require.ErrorIs(t, bad.Clean(), want)
	}
	ended, private, long := StateEnded, VisiblePrivate, strings.Repeat("a", MaxTitle+1)
	for want, bad := range map[error]FaceChatChange{
		ErrRoomState:      {State: &ended},
		ErrRoomVisibility: {Visibility: &private},
		ErrTitleInvalid:   {Title: &long},
		ErrTagInvalid:     {Tags: &[]string{"a b"}},
	} {
		require.ErrorIs(t, bad.Clean(), want)
	}
	require.NoError(t, new(FaceChatChange).Clean())
}

// oneTooMany are more invitations than one request may have.
func oneTooMany() []int64 {
	ids := make([]int64, MaxInvites+1)
	for i := range ids {
		ids[i] = int64(i)
	}
	return ids
}

func TestMayEnter(t *testing.T) {
	stranger, friend, host := Relation{}, Relation{Friend: true}, Relation{Self: true}
	blocked := Relation{BlockedBy: true}
	for name, c := range map[string]struct {
		v    Visibility
		s    Standing
		want bool
	}{
		"public":             {VisiblePublic, Standing{Relation: stranger}, true},
		"friends, stranger":  {VisibleFriends, Standing{Relation: stranger}, false},
		"friends, friend":    {VisibleFriends, Standing{Relation: friend}, true},
		"link, friend":       {VisibleLink, Standing{Relation: friend}, false},
		"link, host":         {VisibleLink, Standing{Relation: host}, true},
		"link, invited":      {VisibleLink, Standing{Relation: stranger, Invited: true}, true},
		"link, was in":       {VisibleLink, Standing{Relation: stranger, WasIn: true}, true},
		"public, blocked":    {VisiblePublic, Standing{Relation: blocked}, false},
		"invited, blocked":   {VisibleLink, Standing{Relation: blocked, Invited: true, WasIn: true}, false},
		"friends, invited":   {VisibleFriends, Standing{Relation: stranger, Invited: true}, true},
		"private, no friend": {VisiblePrivate, Standing{Relation: friend}, false},
	} {
		require.Equal(t, c.want, MayEnter(c.v, c.s), name)
	}
}
