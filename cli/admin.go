package cli

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/pp-enter/pp-enter/sfu"
)

// pipelineView is /debug/pipeline: what runs at this moment.
type pipelineView struct {
	Version   string     `json:"version"`
	At        time.Time  `json:"at"`
	UptimeS   int64      `json:"uptime_s"`
	Inference engineInfo `json:"inference"`
	sfu.Snapshot
}

// adminHandler is the operator's listener. It asks for no password; where it listens decides who may see it.
func adminHandler(gather prometheus.Gatherer, view func() pipelineView) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		writeHTML(w, adminIndex)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(gather, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	page := pipelineTemplate()
	mux.HandleFunc("GET /debug/pipeline", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Vary", "Accept")
		if prefersHTML(r.Header.Get("Accept")) {
			renderPipeline(w, page, view())
			return
		}
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		// A reader who went away needs no answer.
		_ = enc.Encode(view())
	})
	return localHosts(mux)
}

// localHosts refuses what a browser asks under a name, so that no web page can read the figures by letting
// its own name point here: a browser that asks by address, or for localhost, was not led by a page of another
// machine. Programs pass under any name. Over plain HTTP browsers tell nothing about who asks (Sec-Fetch-*
// is for TLS and localhost), but all of them name their languages, which no script can leave out.
func localHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		browser := r.Header.Get("Accept-Language") != "" || r.Header.Get("Sec-Fetch-Mode") != ""
		if browser && host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil {
			http.Error(w, "a browser has to ask by address here, such as http://127.0.0.1:8081",
				http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// prefersHTML tells a person's browser from a program.
func prefersHTML(accept string) bool {
	html := strings.Index(accept, "text/html")
	asJSON := strings.Index(accept, "application/json")
	return html >= 0 && (asJSON < 0 || html < asJSON)
}

// newMetrics is the registry of everything that /metrics shows; the parts add their own.
func newMetrics(e engineInfo) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "ppenter_build_info", Help: "1, with the build and where the models run.",
		ConstLabels: prometheus.Labels{"version": version(), "provider": e.Provider, "runtime": e.Runtime},
	})
	build.Set(1)
	ready := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "ppenter_inference_ready", Help: "1 when calls can be filtered.",
	})
	if e.Error == "" {
		ready.Set(1)
	}
	reg.MustRegister(build, ready, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return reg
}
