package cli

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
)

const adminIndex = `<!doctype html><html lang="en"><meta charset="utf-8"><title>PP-ENTER, inside</title>
<h1>PP-ENTER, inside</h1><ul><li><a href="/debug/pipeline">pipeline</a><li><a href="/metrics">metrics</a>
<li><a href="/debug/pprof/">profiles</a></ul></html>
`

// pipelineTemplate shows every line: its stages, its drops, its queue.
func pipelineTemplate() *template.Template {
	return template.Must(template.New("pipeline").Funcs(template.FuncMap{
		"drops": func(m map[string]uint64) []string {
			var out []string
			for _, cause := range slices.Sorted(maps.Keys(m)) {
				if m[cause] > 0 {
					out = append(out, fmt.Sprintf("%s %d", cause, m[cause]))
				}
			}
			return out
		},
		"ms":   func(v float64) string { return fmt.Sprintf("%.2f", v) },
		"kbit": func(v float64) string { return fmt.Sprintf("%.0f kbit/s", v/1000) },
		"fps":  func(v float64) string { return fmt.Sprintf("%.1f", v) },
	}).Parse(pipelineHTML))
}

func renderPipeline(w http.ResponseWriter, page *template.Template, view pipelineView) {
	var buf bytes.Buffer
	if err := page.Execute(&buf, view); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeHTML(w, buf.String())
}

func writeHTML(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	// A reader who went away needs no answer.
	_, _ = w.Write([]byte(body))
}

const pipelineHTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>PP-ENTER pipeline</title>
<style>
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
body { margin: 1rem; } table { border-collapse: collapse; } caption { text-align: left; }
th, td { text-align: right; padding: .1rem .7rem .1rem 0; font-weight: 400; }
td { font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
section { border-top: 1px solid #8886; padding: .5rem 0; } .failed, .degraded { color: #c33; }
</style></head><body>
<h1>Pipeline</h1>
<p>{{.Version}}, up {{.UptimeS}} s. Models run on
{{with .Inference.Error}}<span class="failed">nothing: {{.}}</span>{{else}}{{.Inference.Provider}}
(ONNX Runtime {{.Inference.Runtime}}; {{.Inference.Why}}){{end}}.
{{.Sockets.Open}} sockets, {{.Totals.Joins}} joins, {{.Totals.LinesFailed}} lines failed.</p>
{{range .Rooms}}{{$room := .ID}}
{{range .Participants}}<section>
<h2>Room {{$room}}, {{if .Demo}}demo partner{{else}}participant{{end}} {{.ID}}</h2>
<p>{{.Presence}}; mode {{.Mode}}, <span class="{{.State}}">{{.State}}</span>{{with .Reason}} ({{.}}){{end}};
mood {{with .Mood}}{{.}}{{else}}not read{{end}}.</p>
{{with .Line}}<p>{{.Route}}, {{.CodecIn}}{{with .CodecOut}} to {{.}}{{end}}, {{.Width}}x{{.Height}};
in {{fps .FPSIn}} fps
{{kbit .BitsIn}}, out {{fps .FPSOut}} fps {{kbit .BitsOut}}; {{.Viewers}} viewers;
mailbox {{if .Waiting}}holds a picture{{else}}empty{{end}}, {{.Frames}} pictures under way;
{{.Keyframes}} keyframes.</p>
<table><tr><th>stage</th><th>count</th><th>p50 ms</th><th>p95 ms</th></tr>
{{range .Stages}}<tr><td>{{.Stage}}</td><td>{{.Count}}</td><td>{{ms .P50}}</td><td>{{ms .P95}}</td></tr>
{{end}}<tr><td>added in all</td><td>{{.Added.Count}}</td>
<td>{{ms .Added.P50}}</td><td>{{ms .Added.P95}}</td></tr>
</table>
<p>Drops: {{range $i, $d := drops .Drops}}{{if $i}}, {{end}}{{$d}}{{else}}none{{end}}.</p>
{{else}}<p>No video yet.</p>{{end}}
</section>{{end}}{{else}}<p>Nobody is in a call.</p>{{end}}
</body></html>
`
