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
)

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

// formAttack spoils the good body, as a form, field by field.
func formAttack(name string, refused bool, change func([]field) []field) attack {
	return attack{name: "form: " + name, refused: refused, spoil: func(s shot) shot {
		s.body, s.contentType = form(change(fieldsOf(s)))
		return s
	}}
}

// instead puts one field in the place of those of its name.
func instead(name, file, content string) func([]field) []field {
	return func(f []field) []field {
		f = slices.DeleteFunc(f, func(f field) bool { return f.name == name })
		return append(f, field{name, file, []byte(content)})
	}
}

// besides adds fields.
func besides(more ...field) func([]field) []field {
	return func(f []field) []field { return append(f, more...) }
}

// formAttacks are those on a body that comes as a form.
func formAttacks(body *schema) []attack {
	all := brokenForms()
	all = append(all,
		formAttack("an unknown field", true, besides(field{name: "nobody"})),
		formAttack("no name", true, besides(field{content: []byte("x")})),
		formAttack("too many fields", true, besides(slices.Repeat([]field{{name: "nobody"}}, 1000)...)),
	)
	if body.Properties[pictureField] != nil {
		all = append(all, pictureAttacks()...)
	}
	for _, at := range slots(body, nil) {
		if len(at.path) == 1 && at.path[0] != pictureField {
			all = append(all, fieldAttacks(at)...)
		}
	}
	return all
}

// pictureField is the field that a picture comes in.
const pictureField = "picture"

func pictureAttacks() []attack {
	var all []attack
	for name, content := range map[string]string{
		"empty": "", "a text": "hello", "HTML": "<html><script>alert(1)</script>", "SVG": "<svg onload='x'/>",
		"half a PNG":  "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00",
		"half a JPEG": "\xff\xd8\xff\xe0\x00\x10JFIF", "half a GIF": "GIF89a\xff\xff\xff\xff", "zip": "PK\x03\x04",
		"half a WebP": "RIFF\xff\xff\xff\xffWEBPVP8 ", "too large": strings.Repeat("a", tooLarge),
	} {
		all = append(all, formAttack("a picture that is "+name, true, instead(pictureField, "a.png", content)))
	}
	return append(all, formAttack("two pictures", true, besides(
		field{pictureField, "a.png", []byte("a")}, field{pictureField, "b.png", []byte("b")})))
}

// fieldAttacks are those on one field of a form.
func fieldAttacks(at slot) []attack {
	kind, _ := at.schema.kind()
	name := at.path[0]
	all := []attack{
		formAttack(name+" not UTF-8", true, instead(name, "", "\xff\xfe")),
		formAttack(name+" endless", kind != "string" && kind != "array",
			instead(name, "", strings.Repeat("a", manyRunes))),
	}
	if kind != "array" {
		one := field{name: name, content: []byte("1")}
		all = append(all, formAttack(name+" twice", true, besides(one, one)))
	}
	if kind == "integer" {
		for _, id := range []string{"", "abc", "1e400", "9223372036854775808", "1.5", "\x00"} {
			all = append(all, formAttack(fmt.Sprintf("%s %q", name, id), true, instead(name, "", id)))
		}
	}
	if kind == "string" && len(at.schema.Enum) == 0 {
		for _, text := range nastyTexts() {
			one := formAttack(fmt.Sprintf("%s %q", name, text), false, instead(name, "", text))
			one.field, one.text = name, text
			all = append(all, one)
		}
	}
	return all
}

// brokenForms are bodies that are no form, or another one than is announced.
func brokenForms() []attack {
	const kind = "multipart/form-data"
	var all []attack
	for name, change := range map[string]func(body, contentType string) (string, string){
		"no boundary":      func(b, _ string) (string, string) { return b, kind },
		"another boundary": func(b, _ string) (string, string) { return b, kind + "; boundary=other" },
		"an endless boundary": func(b, _ string) (string, string) {
			return b, kind + "; boundary=" + strings.Repeat("a", 1000)
		},
		"cut":       func(b, c string) (string, string) { return b[:len(b)-10], c },
		"cut early": func(b, c string) (string, string) { return b[:20], c },
		"mixed":     func(b, c string) (string, string) { return b, strings.Replace(c, "form-data", "mixed", 1) },
		"endless headers": func(b, c string) (string, string) {
			return strings.Replace(b, "\r\n\r\n", "\r\nX-A: "+strings.Repeat("a", manyRunes)+"\r\n\r\n", 1), c
		},
	} {
		all = append(all, attack{
			name: "form: " + name, refused: name != "endless headers", outside: true, spoil: func(s shot) shot {
				s.body, s.contentType = change(form(fieldsOf(s)))
				return s
			},
		})
	}
	return all
}
