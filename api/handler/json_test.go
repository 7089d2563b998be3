package handler_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
)

func TestStrictJSON(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `null`, `1`, `"\ud83d\ude00 \u00e9 \\ud800"`, `{"a":1,"b":{"a":2,"b":3}}`, `[{"a":1},{"a":1}]`,
		`{"a":["a","a"],"b":"a"}`, `{"a":{},"b":[],"c":"a"}`, `{"":1}`,
	} {
		var v any
		require.NoError(t, handler.StrictJSON([]byte(text), &v), text)
	}
	for _, text := range []string{
		`{"a":1,"a":1}`, `{"a":{"b":1,"b":2}}`, `[{"a":1,"\u0061":2}]`, `{"a":{},"a":1}`, `{"a":[1],"a":1}`,
		`"\ud800"`, `"\udc00"`, `"\ud800\ud800\udc00"`, `"\ud83dx\ude00"`, `"\ud83d\n\ude00"`, "\"\xff\"", ``,
		`{`, `"\u12"`,
		`{"a":1}{}`,
	} {
		var v any
		require.Error(t, handler.StrictJSON([]byte(text), &v), text)
	}
}

// What is taken must say the same after being written and read again.
func FuzzStrictJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":1,"a":2}`, `"\ud800"`, `"\\\ud83d\ude00"`, `[{"a":[]}]`, `{"a":{"a":1}}`, "\xff",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var v, again any
		if handler.StrictJSON(text, &v) != nil {
			return
		}
		require.True(t, utf8.Valid(text))
		written, err := json.Marshal(v)
		require.NoError(t, err)
		require.NoError(t, handler.StrictJSON(written, &again))
		require.Equal(t, v, again)
	})
}
