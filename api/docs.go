package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// docs are the OpenAPI document and the page that lists its operations.
type docs struct{ document, page []byte }

// documents renders both. The page needs no script, so the content policy holds for it too.
func documents(doc *huma.OpenAPI) (d docs, err error) {
	if d.document, err = json.MarshalIndent(doc, "", "  "); err != nil {
		return d, fmt.Errorf("encode openapi document: %w", err)
	}
	tmpl, err := template.New("docs").Parse(docsHTML)
	if err != nil {
		return d, fmt.Errorf("parse docs page: %w", err)
	}
	var buf bytes.Buffer
	if err := tmpl.Execute(&buf, describe(doc)); err != nil {
		return d, fmt.Errorf("render docs page: %w", err)
	}
	d.page = buf.Bytes()
	return d, nil
}

type docsPage struct {
	Title, Version, Description, OpenAPI string
	Operations                           []docsOperation
	Schemas                              []docsSchema
}

type docsOperation struct {
	ID, Method, Path, Summary string
	Needs                     string
	Parameters                []docsField
	Body                      string // name of the schema
	Answers                   []docsAnswer
}

type docsAnswer struct{ Status, Text, Schema string }

type docsSchema struct {
	Name   string
	Fields []docsField
}

type docsField struct {
	Name, Kind, Text string
	Link             string // name of the schema that Kind names
	Required         bool
}

func describe(doc *huma.OpenAPI) docsPage {
	p := docsPage{
		Title: doc.Info.Title, Version: doc.Info.Version, Description: doc.Info.Description, OpenAPI: openAPIPath,
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				p.Operations = append(p.Operations, describeOperation(op))
			}
		}
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		p.Schemas = append(p.Schemas, docsSchema{Name: name, Fields: fields(schemas[name])})
	}
	return p
}

func describeOperation(op *huma.Operation) docsOperation {
	d := docsOperation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary,
		Needs: needs(op.Security),
	}
	for _, param := range op.Parameters {
		kind, _ := kindName(param.Schema)
		d.Parameters = append(d.Parameters, docsField{
			Name: param.Name, Kind: param.In + " " + kind, Text: param.Description, Required: param.Required,
		})
	}
	if op.RequestBody != nil {
		d.Body = contentSchema(op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		answer := op.Responses[status]
		d.Answers = append(d.Answers, docsAnswer{status, answer.Description, contentSchema(answer.Content)})
	}
	return d
}

// needs says in a sentence who may call an operation.
func needs(security []map[string][]string) string {
	optional, names := false, []string{}
	for _, way := range security {
		optional = optional || len(way) == 0
		for _, name := range slices.Sorted(maps.Keys(way)) {
			names = append(names, map[string]string{
				userScheme: "an access token (or its cookie)", ticketScheme: "the ticket of the room",
			}[name])
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case optional:
		return "Takes " + strings.Join(names, " or ") + ", and goes without."
	}
	return "Needs " + strings.Join(names, " or ") + "."
}

func contentSchema(content map[string]*huma.MediaType) string {
	for _, media := range content {
		_, link := kindName(media.Schema)
		return link
	}
	return ""
}

func fields(s *huma.Schema) []docsField {
	var out []docsField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		prop := s.Properties[name]
		kind, link := kindName(prop)
		out = append(out, docsField{
			Name: name, Kind: kind, Text: prop.Description, Link: link, Required: slices.Contains(s.Required, name),
		})
	}
	return out
}

// kindName says what a schema holds, and which named schema that is, if any.
func kindName(s *huma.Schema) (kind, link string) {
	switch {
	case s == nil:
		return "", ""
	case s.Ref != "":
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return name, name
	case s.Items != nil:
		kind, link = kindName(s.Items)
		return "list of " + kind, link
	case len(s.Enum) > 0:
		return fmt.Sprintf("%s, one of %v", s.Type, s.Enum), ""
	case s.Format != "":
		return s.Type + " (" + s.Format + ")", ""
	}
	return s.Type, ""
}

const docsHTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} API</title><link rel="stylesheet" href="` + docsCSSPath + `"></head><body><main>
<h1>{{.Title}} API <small>{{.Version}}</small></h1>
<p>{{.Description}}</p>
<p>For programs: <a href="{{.OpenAPI}}">OpenAPI 3.1 document</a>.</p>
<h2>Operations</h2>
{{range .Operations}}<section id="{{.ID}}">
<h3><code class="{{.Method}}">{{.Method}}</code> <code>{{.Path}}</code></h3>
<p>{{.Summary}}.{{with .Needs}} {{.}}{{end}}</p>
{{with .Parameters}}<table><caption>Parameters</caption>{{template "fields" .}}</table>{{end}}
{{with .Body}}<p>Body: <a href="#schema-{{.}}">{{.}}</a></p>{{end}}
<table><caption>Answers</caption>{{range .Answers}}<tr><th scope="row">{{.Status}}</th><td>{{.Text}}</td>
<td>{{with .Schema}}<a href="#schema-{{.}}">{{.}}</a>{{end}}</td></tr>{{end}}</table></section>
{{end}}
<h2>Shapes</h2>
{{range .Schemas}}<section id="schema-{{.Name}}"><h3>{{.Name}}</h3>
<table>{{template "fields" .Fields}}</table></section>
{{end}}
</main></body></html>
{{define "fields"}}{{range .}}<tr><th scope="row"><code>{{.Name}}</code></th>
<td>{{if .Link}}<a href="#schema-{{.Link}}">{{.Kind}}</a>{{else}}{{.Kind}}{{end}}</td>
<td>{{if .Required}}required{{end}}</td><td>{{.Text}}</td></tr>{{end}}{{end}}
`

const docsCSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
section { border-top: 1px solid #8884; padding: .5rem 0 1rem; overflow-x: auto; }
code { font-size: .95em; }
table { border-collapse: collapse; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .15rem 1rem .15rem 0; font-weight: 400; }
.GET { color: #0a6; } .POST { color: #36c; } .PUT { color: #a60; } .DELETE { color: #c33; }
small { color: #777; font-weight: 400; }
`
