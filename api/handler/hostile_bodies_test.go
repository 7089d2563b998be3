package handler_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pp-enter/pp-enter/api/handler"
)

// jsonAttacks are those on a body in JSON.
func jsonAttacks(body *schema, op *operation) []attack {
	all := wholeAttacks(op)
	for _, at := range slots(body, nil) {
		name := "body " + strings.Join(at.path, ".")
		add := func(what string, value any, refused bool) {
			all = append(all, attack{
				name: name + " " + what, refused: refused, outside: refused, spoil: spoilJSON(at.path, value),
			})
		}
		_, nullable := at.schema.kind()
		if at.required && at.path[len(at.path)-1] != "*" {
			add("missing", absent{}, true)
		}
		add("null", nil, at.required && !nullable)
		for what, value := range map[string]any{
			"string": "text", "number": raw("7"), "fraction": raw("1.5"), "boolean": true, "list": []any{},
			"object": map[string]any{},
		} {
			if !slices.ContainsFunc(append(at.schema.OneOf, at.schema), func(s *schema) bool { return s.fits(what) }) {
				add("as "+what, value, true)
			}
		}
		all = append(all, kindAttacks(at, name)...)
	}
	return all
}

// fits tells whether a value of that kind is one that the schema takes.
func (s *schema) fits(what string) bool {
	kind, _ := s.kind()
	return what == kind || kind == "array" && what == "list" || kind == "integer" && what == "number" ||
		kind == "number" && what == "fraction"
}

// kindAttacks are those on a place in a body that go by what belongs there.
func kindAttacks(at slot, name string) []attack {
	var all []attack
	add := func(what string, value any, refused bool) {
		all = append(all, attack{
			name: name + " " + what, refused: refused, outside: refused, spoil: spoilJSON(at.path, value),
		})
	}
	kind, _ := at.schema.kind()
	switch {
	case kind == "string" && len(at.schema.Enum) > 0:
		add("none of the words", "nothing", true)
		add("empty", "", true)
	case kind == "string":
		for _, text := range nastyTexts() {
			all = append(all, attack{
				name: fmt.Sprintf("%s %q", name, text), spoil: spoilJSON(at.path, text),
				field: at.path[len(at.path)-1], text: text,
			})
		}
		add("endless", strings.Repeat("a", manyRunes), false)
		add("not UTF-8", raw("\"\xff\xfe\""), true)
		add("cut in a character", raw("\"a\xed\x95\""), true)
		add("half a pair", raw(`"a\ud800"`), true)
		add("the other half", raw(`"\udc00\ud800"`), true)
		add("bad escape", raw(`"\x41"`), true)
		add("bare control character", raw("\"a\x01\nb\""), true)
	case kind == "integer":
		for _, n := range []string{
			"1e400", "-1e400", "9223372036854775808", "-9223372036854775809", "1e999999999",
		} {
			add(n, raw(n), true)
		}
		for _, n := range []string{maxID, "-9223372036854775808", "0", "-1"} {
			add(n, raw(n), false)
		}
		add("01", raw("01"), true)
		add("NaN", raw("NaN"), true)
	case kind == "boolean":
		add("as text", "true", true)
	case kind == "array":
		for _, item := range []string{`{}`, `[]`, `true`, `1.5`, `null`} {
			add("of "+item, raw("["+item+"]"), true)
		}
		inner, _ := at.schema.Items.kind()
		item := map[string]string{"string": `"a%d"`, "integer": `%d`}[inner]
		add("endless", raw("["+strings.Repeat(strings.ReplaceAll(item, "%d", "1")+",", manyRunes-1)+
			strings.ReplaceAll(item, "%d", "2")+"]"), false)
		add("endless and different", raw(manyItems(item)), false)
	}
	return all
}

func manyItems(item string) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := range manyRunes {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, item, i+1)
	}
	b.WriteByte(']')
	return b.String()
}

// wholeAttacks are those on a body as a whole.
func wholeAttacks(op *operation) []attack {
	var all []attack
	body := func(name, text string) {
		all = append(all, attack{name: "body: " + name, spoil: func(s shot) shot {
			s.body, s.contentType = text, "application/json"
			return s
		}})
	}
	if op.RequestBody.Required {
		body("empty", "")
		body("null", "null")
	}
	deep := 100_000
	for name, text := range map[string]string{
		"a list": "[]", "a text": `"x"`, "a number": "1", "cut": `{"a":`, "two": `{}{}`, "not JSON": "a=b&c=d",
		"marked": "\ufeff{}", "UTF-16": "{\x00}\x00", "binary": "\x00\x01\x02\xff", "a comment": "{/**/}",
		"deep": strings.Repeat("[", deep) + strings.Repeat("]", deep), "bottomless": strings.Repeat(`{"a":`, deep),
		"deep object": strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep),
	} {
		body(name, text)
	}
	body("too large", `{"x":"`+strings.Repeat("a", tooLarge)+`"}`)
	all[len(all)-1].code = handler.CodeTooLarge
	all = append(all, all[len(all)-1])
	unannounced := &all[len(all)-1]
	announced := unannounced.spoil
	unannounced.name += ", unannounced"
	unannounced.spoil = func(s shot) shot {
		s = announced(s)
		s.unannounced = true
		return s
	}
	body("a name twice", `{"a":1,"a":2}`)
	all = append(all,
		attack{name: "body: an unknown field", spoil: spoilJSON([]string{"nobody_knows_me"}, 1)},
		attack{name: "body: __proto__", spoil: spoilJSON([]string{"__proto__"}, map[string]any{})},
		attack{name: "body: deep in an unknown field", spoil: spoilJSON([]string{"x"},
			raw(strings.Repeat("[", 9000)+strings.Repeat("]", 9000)))},
		attack{name: "body: a known name twice", spoil: twice},
	)
	for _, media := range []string{
		"text/plain", "application/xml", "application/x-www-form-urlencoded", "text/html", "application/cbor",
		"///",
	} {
		all = append(all, attack{name: "content type " + media, spoil: func(s shot) shot {
			s = spoilJSON([]string{"x"}, 1)(s) // whatever the type says, this is no good body either
			s.contentType = media
			return s
		}})
	}
	for i := range all {
		all[i].refused, all[i].outside = true, true
	}
	return all
}

// twice repeats the first key of the body with another value.
func twice(s shot) shot {
	var body map[string]any
	if json.Unmarshal([]byte(s.body), &body) != nil || len(body) == 0 {
		body = map[string]any{"a": 1}
	}
	key := slices.Sorted(maps.Keys(body))[0]
	value, err := json.Marshal(body[key])
	if err != nil {
		panic(err)
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	s.body = fmt.Sprintf(`{%q:%s,%s`, key, value, text[1:])
	s.contentType = "application/json"
	return s
}
