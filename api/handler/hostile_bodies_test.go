package handler_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/textproto"
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

// field is a part of a form.
type field struct {
	name, file string
	content    []byte
}

// form writes a multipart body.
func form(fields []field) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		header := textproto.MIMEHeader{}
		disposition := `form-data; name="` + f.name + `"`
		if f.file != "" {
			disposition += `; filename="` + f.file + `"`
			header.Set("Content-Type", "application/octet-stream")
		}
		header.Set("Content-Disposition", disposition)
		part, err := w.CreatePart(header)
		if err == nil {
			_, err = part.Write(f.content)
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

// fieldsOf is the good body as a form.
func fieldsOf(s shot) []field {
	if s.fields != nil {
		return slices.Clone(s.fields)
	}
	var body map[string]any
	if json.Unmarshal([]byte(s.body), &body) != nil {
		return nil
	}
	var all []field
	for _, name := range slices.Sorted(maps.Keys(body)) {
		list, isList := body[name].([]any)
		if !isList {
			list = []any{body[name]}
		}
		for _, v := range list {
			all = append(all, field{name: name, content: fmt.Append(nil, v)})
		}
	}
	return all
}

// formAttacks are those on a body that comes as a form.
func formAttacks(body *schema) []attack {
	var all []attack
	with := func(name string, refused bool, change func([]field) []field) {
		all = append(all, attack{name: "form: " + name, refused: refused, spoil: func(s shot) shot {
			s.body, s.contentType = form(change(fieldsOf(s)))
			return s
		}})
	}
	bytesOf := func(name string, refused bool, change func(body, contentType string) (string, string)) {
		one := attack{name: "form: " + name, refused: refused, outside: refused}
		one.spoil = func(s shot) shot {
			s.body, s.contentType = change(form(fieldsOf(s)))
			return s
		}
		all = append(all, one)
	}
	picture := func(content string) func([]field) []field {
		return func(f []field) []field {
			f = slices.DeleteFunc(f, func(f field) bool { return f.name == "picture" })
			return append(f, field{"picture", "a.png", []byte(content)})
		}
	}
	with("an unknown field", true, func(f []field) []field {
		return append(f, field{name: "nobody", content: nil})
	})
	with("no name", true, func(f []field) []field { return append(f, field{content: []byte("x")}) })
	with("too many fields", true, func(f []field) []field {
		for range 1000 {
			f = append(f, field{name: "nobody", content: []byte("x")})
		}
		return f
	})
	if body.Properties["picture"] != nil {
		for name, content := range map[string]string{
			"empty": "", "a text": "hello", "HTML": "<html><script>alert(1)</script>", "SVG": "<svg onload='x'/>",
			"half a PNG":  "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00",
			"half a JPEG": "\xff\xd8\xff\xe0\x00\x10JFIF", "half a GIF": "GIF89a\xff\xff\xff\xff", "zip": "PK\x03\x04",
			"half a WebP": "RIFF\xff\xff\xff\xffWEBPVP8 ", "too large": strings.Repeat("a", tooLarge),
		} {
			with("a picture that is "+name, true, picture(content))
		}
		with("two pictures", true, func(f []field) []field {
			return append(append(f, field{"picture", "a.png", []byte("a")}), field{"picture", "b.png", []byte("b")})
		})
	}
	for _, at := range slots(body, nil) {
		kind, _ := at.schema.kind()
		name := at.path[0]
		if len(at.path) > 1 || name == "picture" {
			continue
		}
		replace := func(text string) func([]field) []field {
			return func(f []field) []field {
				f = slices.DeleteFunc(f, func(f field) bool { return f.name == name })
				return append(f, field{name: name, content: []byte(text)})
			}
		}
		with(name+" not UTF-8", true, replace("\xff\xfe"))
		with(name+" endless", kind != "string" && kind != "array", replace(strings.Repeat("a", manyRunes)))
		if kind != "array" {
			with(name+" twice", true, func(f []field) []field {
				return append(f, field{name: name, content: []byte("1")}, field{name: name, content: []byte("1")})
			})
		}
		if kind == "integer" {
			for _, id := range []string{"", "abc", "1e400", "9223372036854775808", "1.5", "\x00"} {
				with(fmt.Sprintf("%s %q", name, id), true, replace(id))
			}
		}
		if kind == "string" && len(at.schema.Enum) == 0 {
			for _, text := range nastyTexts() {
				with(fmt.Sprintf("%s %q", name, text), false, replace(text))
			}
		}
	}
	bytesOf("no boundary", true, func(b, _ string) (string, string) { return b, "multipart/form-data" })
	bytesOf("another boundary", true, func(b, _ string) (string, string) {
		return b, "multipart/form-data; boundary=other"
	})
	bytesOf("an endless boundary", true, func(b, _ string) (string, string) {
		return b, "multipart/form-data; boundary=" + strings.Repeat("a", 1000)
	})
	bytesOf("cut", true, func(b, c string) (string, string) { return b[:len(b)-10], c })
	bytesOf("cut early", true, func(b, c string) (string, string) { return b[:20], c })
	bytesOf("endless headers", false, func(b, c string) (string, string) {
		return strings.Replace(b, "\r\n\r\n", "\r\nX-A: "+strings.Repeat("a", manyRunes)+"\r\n\r\n", 1), c
	})
	bytesOf("mixed", true, func(b, c string) (string, string) {
		return b, strings.Replace(c, "form-data", "mixed", 1)
	})
	return all
}
