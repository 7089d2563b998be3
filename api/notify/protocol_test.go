package notify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

var examples = filepath.Join("testdata", "messages")

// golden are the example messages whose names begin so. Clients' tests read the same files.
func golden(t testing.TB, prefix string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examples, prefix+"*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	out := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), prefix), ".json")
		out[name] = strings.TrimSpace(string(text))
	}
	return out
}

// kindOf is a message's type.
func kindOf(t testing.TB, text string) string {
	t.Helper()
	var head struct{ Type string }
	require.NoError(t, json.Unmarshal([]byte(text), &head), text)
	return head.Type
}

func TestExamplesOfAClientAreUnderstood(t *testing.T) {
	half := 12.5
	want := map[string]any{
		"hello":        &Hello{Type: "hello", Token: "signed.access.token"},
		"hello_cookie": &Hello{Type: "hello"},
		"ping":         &Ping{Type: "ping", T: &half},
	}
	all := golden(t, "client_")
	require.Len(t, all, len(want))
	for name, text := range all {
		m, err := Decode([]byte(text))
		require.NoError(t, err, name)
		require.Equal(t, want[name], m, name)
	}
}

// The messages of the hub itself; those of events are checked where they are made.
func TestExamplesOfTheHub(t *testing.T) {
	all := golden(t, "server_")
	for name, body := range map[string]any{"pong": Pong{T: 12.5}, "bye": Bye{Code: CodeSessionEnded}} {
		text, err := Encode(name, body)
		require.NoError(t, err)
		require.Equal(t, all[name], string(text))
	}
	for name, text := range all {
		require.True(t, strings.HasPrefix(name, kindOf(t, text)), name)
	}
}

// The tables of PROTOCOL.md, the examples and the code name the same types and codes.
func TestProtocolPageAgreesWithTheCode(t *testing.T) {
	data, err := os.ReadFile("PROTOCOL.md")
	require.NoError(t, err)
	page := string(data)
	for heading, prefix := range map[string]string{
		"### Client to server": "client_", "### Server to client": "server_",
	} {
		var kinds []string
		for _, text := range golden(t, prefix) {
			if kind := kindOf(t, text); !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
		require.ElementsMatch(t, kinds, tableTypes(t, page, heading))
	}
	codes := regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(
		strings.Split(section(t, page, "### Codes of bye"), "\n\n")[1], -1)
	var named []social.Code
	for _, m := range codes {
		named = append(named, social.Code(m[1]))
	}
	require.ElementsMatch(t, []social.Code{
		CodeShutdown, CodeReplaced, CodeOverflow, CodeHelloExpected, CodeBadMessage, CodeMessageTooBig,
		CodeRateLimited, CodeInternal, CodeLoginRequired, CodeTokenExpired, CodeSessionEnded,
		social.CodeTokenInvalid,
	}, named)
	for _, text := range []string{Subprotocol, string(CodeProtocol), string(CodeTooManySockets)} {
		require.Contains(t, page, "`"+text+"`")
	}
}

// section is the text from a heading to the next one.
func section(t *testing.T, page, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, heading+"\n")
	require.True(t, ok, heading)
	text, _, _ := strings.Cut(rest, "\n#")
	return "\n\n" + strings.TrimSpace(text)
}

// tableTypes reads the first column of the section's table.
func tableTypes(t *testing.T, page, heading string) (types []string) {
	t.Helper()
	row := regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")
	for _, m := range row.FindAllStringSubmatch(section(t, page, heading), -1) {
		types = append(types, m[1])
	}
	require.NotEmpty(t, types)
	return types
}

func TestDecodeIsStrict(t *testing.T) {
	for name, text := range map[string]string{
		"empty": ``, "no JSON": `hello`, "a list": `[]`, "null": `null`, "no type": `{"token":"x"}`,
		"type is a number": `{"type":1}`, "unknown type": `{"type":"dance"}`, "server's type": `{"type":"bye"}`,
		"unknown field": `{"type":"hello","user":1}`, "wrong field": `{"type":"hello","token":5}`,
		"two values": `{"type":"hello"}{"type":"hello"}`, "cut off": `{"type":"hello"`,
		"no t": `{"type":"ping"}`, "infinite": `{"type":"ping","t":1e999}`,
		"deep": `{"type":"ping","t":` + strings.Repeat("[", 3000) + `}`,
	} {
		_, err := Decode([]byte(text))
		require.ErrorIs(t, err, errMessage, name)
	}
}

func TestEncode(t *testing.T) {
	for want, body := range map[string]any{
		`{"type":"x"}`: struct{}{}, `{"type":"x","a":"<b>"}`: json.RawMessage(`{"a":"<b>"}`),
	} {
		text, err := Encode("x", body)
		require.NoError(t, err)
		require.JSONEq(t, want, string(text))
	}
	for _, body := range []any{nil, []int{1}, "text", make(chan int)} {
		_, err := Encode("x", body)
		require.Error(t, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range golden(f, "client_") {
		f.Add([]byte(text))
	}
	f.Add([]byte(`{"type":"hello","token":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(data)
		if err != nil {
			require.ErrorIs(t, err, errMessage)
			return
		}
		body, err := json.Marshal(m)
		require.NoError(t, err)
		again, err := Decode(body)
		require.NoError(t, err, "what was understood can be said again")
		require.Equal(t, m, again)
	})
}
