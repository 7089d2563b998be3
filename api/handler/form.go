package handler

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// filePart is the name of the file in a form.
const filePart = "picture"

// Form is a request's body that comes as JSON or, with a picture, as multipart/form-data whose fields bear
// the names of the JSON's: text, numbers, and lists as repeated fields. T is a struct of such fields. Both
// are held to the same schema.
type Form[T any] struct {
	Value   T
	Picture []byte // what came in the field picture; nil: none
	Sent    bool   // there was a picture, though maybe an empty one
}

// Resolve reads the body, for huma.
func (f *Form[T]) Resolve(ctx huma.Context) []error {
	kind, params, err := mime.ParseMediaType(ctx.Header("Content-Type"))
	if ctx.Header("Content-Type") == "" {
		kind, err = "application/json", nil
	}
	var (
		data any
		text []byte // the body where it is JSON
	)
	switch {
	case err != nil:
		return []error{huma.NewError(http.StatusUnsupportedMediaType, "")}
	case kind == "application/json":
		if text, err = io.ReadAll(ctx.BodyReader()); err == nil {
			err = StrictJSON(text, &data)
		}
		if err != nil {
			return []error{readError(err)}
		}
	case kind == "multipart/form-data":
		if data, err = f.parts(multipart.NewReader(ctx.BodyReader(), params["boundary"])); err != nil {
			return []error{readError(err)}
		}
	default:
		return []error{huma.NewError(http.StatusUnsupportedMediaType, "")}
	}
	return f.fill(data, text)
}

// fill holds data to the schema of T and puts it there; text is the JSON of data, if it came so.
func (f *Form[T]) fill(data any, text []byte) []error {
	registry := huma.NewMapRegistry("#/", huma.DefaultSchemaNamer)
	schema := huma.SchemaFromType(registry, reflect.TypeFor[T]())
	var res huma.ValidateResult
	at := huma.NewPathBuffer([]byte("body"), len("body"))
	huma.Validate(registry, schema, at, huma.ModeWriteToServer, data, &res)
	if len(res.Errors) > 0 {
		return res.Errors
	}
	var err error
	if text == nil {
		text, err = json.Marshal(data)
	}
	if err == nil {
		err = json.Unmarshal(text, &f.Value)
	}
	if err != nil {
		return []error{&huma.ErrorDetail{Message: "does not fit", Location: "body"}}
	}
	return nil
}

// parts reads a form into what the same fields are in JSON. All of it is bounded by the limit of the body.
func (f *Form[T]) parts(r *multipart.Reader) (map[string]any, error) {
	const most = 100
	kinds, fields := kindsOf(reflect.TypeFor[T]()), map[string]any{}
	for n := range most {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return fields, nil
		}
		if errors.Is(err, io.EOF) { // a form with another boundary than is announced looks like this
			return nil, errors.New("the form has no fields")
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		name := part.FormName()
		if name == filePart {
			if f.Sent {
				return nil, errors.New("more than one picture")
			}
			f.Picture, f.Sent = content, true
			continue
		}
		if !utf8.Valid(content) {
			return nil, errNotUTF8
		}
		if kinds[name] != reflect.Slice && fields[name] != nil {
			return nil, fmt.Errorf("more than one field %q", name)
		}
		fields[name] = jsonValue(kinds[name], fields[name], string(content))
	}
	return nil, errors.New("too many fields")
}

// jsonValue is a field's text as JSON would have it.
func jsonValue(kind reflect.Kind, before any, text string) any {
	switch kind {
	case reflect.Slice:
		list, _ := before.([]any)
		return append(list, text)
	case reflect.Int, reflect.Int64:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case reflect.Bool:
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	default:
	}
	return text
}

// kindsOf lists the kinds of a struct's fields by their names in JSON; a pointer counts as what it points to.
func kindsOf(t reflect.Type) map[string]reflect.Kind {
	kinds := map[string]reflect.Kind{}
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		kinds[name] = inner.Kind()
	}
	return kinds
}

// readError is what is wrong with a body that could not be read.
func readError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return huma.NewError(http.StatusRequestEntityTooLarge, "")
	}
	return huma.NewError(http.StatusBadRequest, "The body cannot be read: "+err.Error())
}

// FormBody describes a Form[T] in the OpenAPI document.
func FormBody[T any](registry huma.Registry) *huma.RequestBody {
	schema := registry.Schema(reflect.TypeFor[T](), true, "")
	flat := huma.SchemaFromType(registry, reflect.TypeFor[T]())
	properties := map[string]*huma.Schema{
		filePart: {Type: huma.TypeString, Format: "binary", Description: "JPEG, PNG, WebP or GIF"},
	}
	maps.Copy(properties, flat.Properties)
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: schema},
		"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Properties: properties, Required: flat.Required, AdditionalProperties: false,
		}},
	}}
}

var _ huma.Resolver = (*Form[struct{}])(nil)
