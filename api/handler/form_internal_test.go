package handler

import (
	"mime/multipart"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// sampleForm has a field of each kind.
type sampleForm struct {
	Title *string  `json:"title,omitempty"`
	Photo int64    `json:"photo,omitempty"`
	Open  bool     `json:"open,omitempty"`
	Tags  []string `json:"tags,omitempty"`
}

func readForm(body string) (*Form[sampleForm], []error) {
	f := &Form[sampleForm]{}
	data, err := f.parts(multipart.NewReader(strings.NewReader(body), "x"))
	if err != nil {
		return f, []error{err}
	}
	errs := f.fill(data, nil)
	return f, errs
}

func part(name, value string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}

func TestFormFieldsAreTyped(t *testing.T) {
	f, errs := readForm(part("title", "제목") + part("photo", "9007199254740993") + part("open", "true") +
		part("tags", "a") + part("tags", "b") + part("picture", "") + "--x--")
	require.Empty(t, errs)
	require.Equal(t, "제목", *f.Value.Title)
	require.Equal(t, int64(9007199254740993), f.Value.Photo, "no digit is lost")
	require.True(t, f.Value.Open)
	require.Equal(t, []string{"a", "b"}, f.Value.Tags)
	require.True(t, f.Sent)
	require.Empty(t, f.Picture)
	for name, body := range map[string]string{
		"not a number": part("photo", "x"), "too large": part("photo", "9223372036854775808"),
		"not a bool": part("open", "maybe"), "unknown": part("admin", "true"),
		"two pictures": part("picture", "a") + part("picture", "b"),
		"no name":      "--x\r\n\r\nvalue\r\n", "too many": strings.Repeat(part("tags", "a"), 101),
	} {
		_, errs := readForm(body + "--x--")
		require.NotEmpty(t, errs, name)
	}
}

func FuzzForm(f *testing.F) {
	f.Add(part("title", "a") + part("tags", "b") + part("picture", "\xff\xd8") + "--x--")
	f.Add(part("photo", "1") + part("open", "1") + "--x--")
	f.Add("--x\r\n\r\n--x--")
	f.Fuzz(func(t *testing.T, body string) {
		form, errs := readForm(body)
		if len(errs) > 0 {
			return
		}
		for _, text := range append(form.Value.Tags, *orEmpty(form.Value.Title)) {
			require.True(t, utf8.ValidString(text))
		}
	})
}

func orEmpty(s *string) *string {
	if s == nil {
		return new(string)
	}
	return s
}
