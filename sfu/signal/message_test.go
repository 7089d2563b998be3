package signal

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/room"
)

func TestDecodeIsStrict(t *testing.T) {
	for _, c := range []struct {
		name, text string
		code       room.Code
		kind       string
	}{
		{"empty", ``, room.CodeBadMessage, ""},
		{"no JSON", `hello`, room.CodeBadMessage, ""},
		{"a list", `[]`, room.CodeBadMessage, ""},
		{"null", `null`, room.CodeBadMessage, ""},
		{"no type", `{"text":"x"}`, room.CodeBadMessage, ""},
		{"type is a number", `{"type":1}`, room.CodeBadMessage, ""},
		{"unknown type", `{"type":"dance"}`, CodeUnknownType, ""},
		{"server's type", `{"type":"welcome"}`, CodeUnknownType, ""},
		{"unknown field", `{"type":"leave","now":true}`, room.CodeBadMessage, "leave"},
		{"inner", `{"type":"candidate","candidate":{"candidate":"","y":1}}`, room.CodeBadMessage, "candidate"},
		{"wrong field", `{"type":"chat","id":"1","text":5}`, room.CodeBadMessage, "chat"},
		{"two values", `{"type":"leave"}{"type":"leave"}`, room.CodeBadMessage, ""},
		{"cut off", `{"type":"leave"`, room.CodeBadMessage, ""},
		{"no consent", `{"type":"consent","version":1}`, room.CodeBadMessage, "consent"},
		{"half media", `{"type":"media","audio":true}`, room.CodeBadMessage, "media"},
		{"no ticket", `{"type":"hello"}`, room.CodeBadMessage, "hello"},
		{"infinite ping", `{"type":"ping","t":1e999}`, room.CodeBadMessage, "ping"},
		{"deep", `{"type":"ping","t":` + strings.Repeat("[", 20_000) + `}`, room.CodeBadMessage, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, kind, err := Decode([]byte(c.text))
			require.Nil(t, m)
			require.ErrorIs(t, err, &room.Error{Code: c.code})
			require.Equal(t, c.kind, kind)
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, m := range clientExamples() {
		body, err := json.Marshal(m)
		require.NoError(f, err)
		f.Add(body)
	}
	f.Add([]byte(`{"type":"consent","mood":null,"version":-1}`))
	f.Add([]byte(`{"type":"candidate","candidate":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, kind, err := Decode(data)
		if err != nil {
			var refusal *room.Error
			require.ErrorAs(t, err, &refusal)
			require.NotEmpty(t, refusal.Code)
			require.Nil(t, m)
			return
		}
		require.Contains(t, requests(), kind)
		body, err := json.Marshal(m)
		require.NoError(t, err)
		_, again, err := Decode(body)
		require.NoError(t, err, "what was understood can be said again")
		require.Equal(t, kind, again)
	})
}
