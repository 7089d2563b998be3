package social

import (
	"encoding/base64"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPageSize(t *testing.T) {
	for limit, want := range map[int]int{
		0: DefaultLimit, -1: DefaultLimit, math.MinInt: DefaultLimit,
		1: 1, 50: 50, 51: MaxLimit, math.MaxInt: MaxLimit,
	} {
		require.Equal(t, want, Page{Limit: limit}.Size())
	}
}

func TestCursorComesBack(t *testing.T) {
	for _, keys := range [][]int64{{0}, {1}, {-1}, {math.MaxInt64}, {math.MinInt64}, {5, -7}, {}} {
		got, err := DecodeCursor("posts", EncodeCursor("posts", keys...), len(keys))
		require.NoError(t, err)
		require.Equal(t, keys, got)
	}
}

func TestCursorIsRefused(t *testing.T) {
	good := EncodeCursor("posts", 300)
	raw, err := base64.RawURLEncoding.DecodeString(good)
	require.NoError(t, err)
	bad := []string{"", "x", "!", good + "=", good + "A", good[1:], good[:len(good)-1], "\xff", good + good}
	for i := range raw {
		changed := append([]byte{}, raw...)
		changed[i] ^= 1
		bad = append(bad, base64.RawURLEncoding.EncodeToString(changed))
	}
	for _, cursor := range bad {
		_, err := DecodeCursor("posts", cursor, 1)
		require.ErrorIs(t, err, ErrCursor, "%q", cursor)
	}
	_, err = DecodeCursor("users", good, 1)
	require.ErrorIs(t, err, ErrCursor, "another list's")
	for _, n := range []int{0, 2} {
		_, err = DecodeCursor("posts", good, n)
		require.ErrorIs(t, err, ErrCursor)
	}
}

func FuzzDecodeCursor(f *testing.F) {
	f.Add(EncodeCursor("posts", 1), 1)
	f.Add(EncodeCursor("posts", 1, -2), 2)
	f.Add("", 0)
	f.Add("AQVwb3N0cw", 1)
	f.Fuzz(func(t *testing.T, cursor string, n int) {
		n &= 3
		keys, err := DecodeCursor("posts", cursor, n)
		if err != nil {
			require.ErrorIs(t, err, ErrCursor)
			return
		}
		require.Len(t, keys, n)
		require.Equal(t, cursor, EncodeCursor("posts", keys...), "one place has one cursor")
	})
}

func TestTextCursor(t *testing.T) {
	longest := strings.Repeat("🎈", MaxTag)
	for _, key := range []string{"", "바다", longest} {
		cursor := EncodeTextCursor("tags_name", key)
		require.LessOrEqual(t, len(cursor), maxCursor)
		got, err := DecodeTextCursor("tags_name", cursor)
		require.NoError(t, err)
		require.Equal(t, key, got)
		_, err = DecodeTextCursor("tags", cursor)
		require.ErrorIs(t, err, ErrCursor, "another list's")
		_, err = DecodeTextCursor("tags_name", cursor[1:])
		require.ErrorIs(t, err, ErrCursor)
	}
}

func FuzzDecodeTextCursor(f *testing.F) {
	f.Add(EncodeTextCursor("tags_name", "바다"))
	f.Add(EncodeTextCursor("tags_name", ""))
	f.Add(EncodeCursor("tags_name", 1))
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		key, err := DecodeTextCursor("tags_name", cursor)
		if err != nil {
			require.ErrorIs(t, err, ErrCursor)
			return
		}
		require.Equal(t, cursor, EncodeTextCursor("tags_name", key), "one place has one cursor")
	})
}
