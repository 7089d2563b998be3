package handler_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// document is what the OpenAPI document says, as far as tests go by it.
type document struct {
	operations map[string]*operation // by their ids
}

// schema is a JSON schema without its references.
type schema struct {
	Type       any // a name, or a list of names
	Format     string
	Enum       []any
	Minimum    *float64
	Properties map[string]*schema
	Required   []string
	Items      *schema
	OneOf      []*schema // where it has no type of its own
	Ref        string    `json:"$ref"`
}

// kind is the type, and whether null is one, too.
func (s *schema) kind() (name string, nullable bool) {
	switch v := s.Type.(type) {
	case string:
		return v, false
	case []any:
		for _, one := range v {
			if one == "null" {
				nullable = true
			} else {
				name, _ = one.(string)
			}
		}
	}
	return name, nullable
}

// parameter is one of a path, a query, a header or a cookie.
type parameter struct {
	Name, In string
	Required bool
	Schema   *schema
}

// operation is one of the document's.
type operation struct {
	OperationID string
	Parameters  []parameter
	RequestBody *struct {
		Required bool
		Content  map[string]struct{ Schema *schema }
	}
	Responses map[string]any

	path     string
	statuses map[int]bool
}

func readDocument(t *testing.T) document {
	t.Helper()
	text, err := api.Document("test")
	require.NoError(t, err)
	var doc struct {
		Paths      map[string]map[string]*operation
		Components struct{ Schemas map[string]*schema }
	}
	require.NoError(t, json.Unmarshal(text, &doc))
	for _, s := range doc.Components.Schemas {
		resolve(s, doc.Components.Schemas)
	}
	all := document{operations: map[string]*operation{}}
	for path, methods := range doc.Paths {
		for _, op := range methods {
			op.path, op.statuses = path, map[int]bool{}
			all.operations[op.OperationID] = op
			delete(op.Responses, "default") // where none is described
			for status := range op.Responses {
				n, err := strconv.Atoi(status)
				require.NoError(t, err)
				op.statuses[n] = true
			}
			if op.RequestBody != nil {
				for _, media := range op.RequestBody.Content {
					resolve(media.Schema, doc.Components.Schemas)
				}
			}
		}
	}
	return all
}

// takesForms tells whether the body may come as a form.
func (op *operation) takesForms() bool {
	if op.RequestBody == nil {
		return false
	}
	_, ok := op.RequestBody.Content["multipart/form-data"]
	return ok
}

// resolve puts what references refer to in their place. The API has no schema that holds itself.
func resolve(s *schema, named map[string]*schema) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		*s = *named[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
		s.Ref = ""
	}
	for _, inner := range s.Properties {
		resolve(inner, named)
	}
	resolve(s.Items, named)
}

// knownCodes are the codes that the source declares.
func knownCodes(t *testing.T) map[social.Code]bool {
	t.Helper()
	codes := map[social.Code]bool{}
	for _, pattern := range []string{"../social/*.go", "*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				if c, ok := declaredCode(n); ok {
					require.NotContains(t, codes, c, "two refusals with one code, in %s", file)
					codes[c] = true
				}
				return true
			})
		}
	}
	require.Greater(t, len(codes), 50)
	return codes
}

// declaredCode reads a declaration such as `CodeNotFound social.Code = "not_found"`.
func declaredCode(n ast.Node) (social.Code, bool) {
	spec, ok := n.(*ast.ValueSpec)
	if !ok || len(spec.Values) != 1 || spec.Type == nil {
		return "", false
	}
	name := ""
	switch kind := spec.Type.(type) {
	case *ast.Ident:
		name = kind.Name
	case *ast.SelectorExpr:
		name = kind.Sel.Name
	}
	value, ok := spec.Values[0].(*ast.BasicLit)
	if name != "Code" || !ok {
		return "", false
	}
	text, err := strconv.Unquote(value.Value)
	return social.Code(text), err == nil
}

// Every code of the domain has a status: a refusal that nobody mapped would look like a fault of the server.
func TestEveryCodeHasAStatus(t *testing.T) {
	for code := range knownCodes(t) {
		require.Regexp(t, "^[a-z]+(_[a-z]+)*$", code)
		if code == handler.CodeInternal {
			continue
		}
		p, known := handler.ProblemOf(&social.Error{Code: code, Detail: "x"})
		require.True(t, known)
		if isHTTPCode(code) {
			continue // made with its status, see StatusProblem
		}
		require.NotEqual(t, 500, p.Status, "%s has no status: put it beside its handler, or in statusOf", code)
	}
}

// isHTTPCode tells whether a code is one of HTTP's own refusals.
func isHTTPCode(code social.Code) bool {
	return slices.Contains([]social.Code{
		handler.CodeBadRequest, handler.CodeValidation, handler.CodeNotFound, handler.CodeMethod,
		handler.CodeTooLarge, handler.CodeMediaType, handler.CodeCrossOrigin, handler.CodeRateLimited,
		handler.CodeInternal,
	}, code)
}
