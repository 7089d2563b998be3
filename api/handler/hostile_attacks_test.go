package handler_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

const (
	manyRunes = 100_000
	tooLarge  = 10 << 20
	maxID     = "9223372036854775807"
)

// nastyTexts are texts that have broken programs. They are no reason to refuse a text.
func nastyTexts() []string {
	return []string{
		`'; DROP TABLE users; --`, `" OR ""="`, `\'); DELETE FROM posts; --`, `%_\%`, `<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`, `{{7*7}}${7*7}`, `../../../../etc/passwd`, "\u202egnp.exe",
		"a\u2066b\u2069", "\ufeffbom", "z\u200dw\u200bj", "e\u0301\u0301\u0301",
		"한국어 \U0001f469\u200d\U0001f467", "null", "-1", "", "   ", "\t\r\n", "\x7f", "a\u0000b",
		"\x01\x02\x1b[31m", "\u0085\u2028\u2029", "\U0010ffff\ufffe", "%s%n%x", "\\u0000", "$1 ? :name",
	}
}

// noIDs are not the id of anything.
func noIDs() []string {
	return []string{
		"0", "-1", "-9223372036854775808", "9223372036854775808", "99999999999999999999999999", "1e400",
		"1.5", "abc",
		"0x1", "1%2C2", "%00", "%FF%FE", "'%20OR%20'1'='1", "%EF%BC%91", "%E2%80%AE1", "null", "true", "NaN",
		strings.Repeat("1", manyRunes), "%2e%2e%2f", "1;DROP%20TABLE%20users",
	}
}

// attacks are all that can be done to a request by its description.
func (op *operation) attacks() []attack {
	var all []attack
	for _, p := range op.Parameters {
		switch p.In {
		case "path":
			all = append(all, op.pathAttacks(p)...)
		case "query":
			all = append(all, queryAttacks(p)...)
		}
	}
	if op.RequestBody == nil {
		return all
	}
	for media, content := range op.RequestBody.Content {
		switch media {
		case "application/json":
			all = append(all, jsonAttacks(content.Schema, op)...)
		case "multipart/form-data":
			all = append(all, formAttacks(content.Schema)...)
		}
	}
	return all
}

// segment puts value in the place of a parameter of the path.
func (op *operation) segment(path, name, value string) string {
	path, query, _ := strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, part := range strings.Split(op.path, "/") {
		if part == "{"+name+"}" {
			parts[i] = value
		}
	}
	if path = strings.Join(parts, "/"); query != "" {
		path += "?" + query
	}
	return path
}

func (op *operation) pathAttacks(p parameter) []attack {
	var all []attack
	add := func(value string, refused bool) {
		all = append(all, attack{
			name: "path " + p.Name + "=" + value[:min(len(value), 40)], refused: refused, idle: true,
			spoil: func(s shot) shot {
				s.path = op.segment(s.path, p.Name, value)
				return s
			},
		})
	}
	if kind, _ := p.Schema.kind(); kind == "integer" {
		add(maxID, false)
		for _, id := range noIDs() {
			add(id, true)
		}
		return all
	}
	for _, text := range nastyTexts() {
		if text != "" {
			add(url.PathEscape(text), false)
		}
	}
	add("%FF%FE", false)
	add(strings.Repeat("a", manyRunes), false)
	return all
}

// withQuery sets a parameter of the query, whose value comes escaped.
func withQuery(path, name, value string) string {
	base, query, _ := strings.Cut(path, "?")
	kept := []string{name + "=" + value}
	for part := range strings.SplitSeq(query, "&") {
		if part != "" && !strings.HasPrefix(part, name+"=") {
			kept = append(kept, part)
		}
	}
	return base + "?" + strings.Join(kept, "&")
}

func queryAttacks(p parameter) []attack {
	var all []attack
	add := func(value string, refused bool, code social.Code) {
		all = append(all, attack{
			name: "query " + p.Name + "=" + value[:min(len(value), 40)], refused: refused, code: code,
			idle: refused, spoil: func(s shot) shot {
				s.path = withQuery(s.path, p.Name, value)
				return s
			},
		})
	}
	kind, _ := p.Schema.kind()
	switch {
	case p.Name == "cursor":
		for _, text := range append(nastyTexts(), "AAAA", strings.Repeat("A", manyRunes)) {
			if text != "" {
				add(url.QueryEscape(text), true, social.CodeCursor)
			}
		}
		add("%FF", true, "")
		add(social.EncodeCursor("another list", 1), true, social.CodeCursor)
	case kind == "integer":
		add(maxID, false, "")
		for _, id := range append(noIDs(), "%zz", "1&%zz=1", "%") {
			n, err := strconv.ParseInt(id, 10, 64)
			fits := err == nil && (p.Schema.Minimum == nil || float64(n) >= *p.Schema.Minimum)
			add(id, !fits, "")
		}
	case kind == "boolean":
		for _, text := range []string{"maybe", "2", "%00", "true%20"} {
			add(text, true, "")
		}
	case len(p.Schema.Enum) > 0:
		for _, text := range []string{"nothing", "%00", "'--", "%FF"} {
			add(text, true, "")
		}
	default:
		for _, text := range nastyTexts() {
			add(url.QueryEscape(text), false, "")
		}
		add("%FF%FE", true, social.Code("bad_request"))
		add("%zz", true, social.Code("bad_request"))
		add(strings.Repeat("a", manyRunes), false, "")
	}
	all = append(all, attack{name: "query " + p.Name + " twice", spoil: func(s shot) shot {
		s.path += map[bool]string{true: "&", false: "?"}[strings.Contains(s.path, "?")] +
			p.Name + "=a&" + p.Name + "=b"
		return s
	}})
	return all
}

// cursorAttacks change a real cursor of the list.
func (s *siege) cursorAttacks(w *world, good shot) []attack {
	lists := slices.ContainsFunc(s.op.Parameters, func(p parameter) bool { return p.Name == "cursor" })
	if !lists {
		return nil
	}
	first := good
	first.path = withQuery(good.path, "limit", "1")
	a := w.fire(s.by(), http.MethodGet, first)
	var page struct{ Next string }
	require.NoError(w.t, json.Unmarshal([]byte(a.body), &page), a.body)
	require.NotEmpty(w.t, page.Next, "let the row of %s make two things: there must be a next page", s.route.ID)
	raw, err := base64.RawURLEncoding.DecodeString(page.Next)
	require.NoError(w.t, err)
	var all []attack
	add := func(name, cursor string, refused bool) {
		spoiled := attack{name: "cursor: " + name, refused: refused, idle: true, spoil: func(s shot) shot {
			s.path = withQuery(s.path, "cursor", cursor)
			return s
		}}
		if refused {
			spoiled.code = social.CodeCursor
		}
		all = append(all, spoiled)
	}
	add("the real one", page.Next, false)
	for i := range raw {
		flipped := bytes.Clone(raw)
		flipped[i] ^= 1 << (i % 8)
		add(fmt.Sprint("a bit of byte ", i), base64.RawURLEncoding.EncodeToString(flipped), true)
		add(fmt.Sprint("cut at ", i), base64.RawURLEncoding.EncodeToString(raw[:i]), i > 0)
	}
	add("padded", page.Next+"=", true)
	add("longer", page.Next+"AA", true)
	body := raw[:len(raw)-crc32.Size]
	sealed := func(b []byte) string {
		return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
	}
	later := bytes.Clone(body)
	later[0]++
	add("of another version", sealed(later), true)
	// Whoever knows how cursors are made can make one for any place: that must lead nowhere bad.
	head := body[:2+int(body[1])]
	for _, extreme := range []int64{0, -1, 1<<63 - 1, -1 << 63} {
		forged := bytes.Clone(head)
		for range numbersIn(body[len(head):]) {
			forged = binary.AppendVarint(forged, extreme)
		}
		add(fmt.Sprint("forged for ", extreme), sealed(forged), false)
	}
	add("with a number more", sealed(binary.AppendVarint(bytes.Clone(body), 1)), true)
	add("without numbers", sealed(bytes.Clone(head)), true)
	return all
}

func numbersIn(b []byte) int {
	n := 0
	for len(b) > 0 {
		_, size := binary.Varint(b)
		b = b[size:]
		n++
	}
	return n
}

// slot is a place in a body.
type slot struct {
	path     []string
	schema   *schema
	required bool
}

// slots lists the places in a body of a schema; "*" is an item of a list.
func slots(s *schema, path []string) []slot {
	var all []slot
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		at := append(slices.Clone(path), name)
		inner := s.Properties[name]
		all = append(all, slot{at, inner, slices.Contains(s.Required, name)})
		all = append(all, slots(inner, at)...)
	}
	if s.Items != nil {
		at := append(slices.Clone(path), "*")
		all = append(all, slot{at, s.Items, true})
		all = append(all, slots(s.Items, at)...)
	}
	return all
}

// put returns a body with a value at a place; absent takes what is there away.
func put(body any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	if path[0] == "*" {
		return []any{put(nil, path[1:], value)}
	}
	m, _ := body.(map[string]any)
	m = maps.Clone(m)
	if m == nil {
		m = map[string]any{}
	}
	if _, gone := value.(absent); gone && len(path) == 1 {
		delete(m, path[0])
	} else {
		m[path[0]] = put(m[path[0]], path[1:], value)
	}
	return m
}

// absent stands for no value at all, and raw for a value as it is written in JSON.
type (
	absent struct{}
	raw    string
)

const here = "@@here@@"

// spoilJSON returns what puts a value in the place of another one.
func spoilJSON(path []string, value any) func(shot) shot {
	return func(s shot) shot {
		var body any
		if s.body == "" {
			s.body = "{}"
		}
		dec := json.NewDecoder(strings.NewReader(s.body))
		dec.UseNumber()
		if dec.Decode(&body) != nil {
			body = map[string]any{} // the good body is a form
		}
		literal, isRaw := value.(raw)
		inside := value
		if isRaw {
			inside = here
		}
		text, err := json.Marshal(put(body, path, inside))
		if err != nil {
			panic(err)
		}
		s.body, s.contentType = string(text), "application/json"
		if isRaw {
			s.body = strings.Replace(s.body, `"`+here+`"`, string(literal), 1)
		}
		return s
	}
}
