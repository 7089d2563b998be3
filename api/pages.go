package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	indexFile = "index.html"
	// hashedDir holds files whose names change with their content.
	hashedDir = "assets/"
	// iconDir holds the pictures that systems show for an installed page.
	iconDir = "icons/"
)

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>PP-ENTER</title>
<h1>The front end is not built</h1><p>Run <code>make build</code> and start the server again. The API answers:
see <a href="/api/docs/">its documentation</a>.</p></html>
`

// page is one file of the built front end, compressed ahead where that helps.
type page struct {
	data, zipped []byte
	kind, tag    string
}

// pages holds the built front end in memory; immutable.
type pages struct{ files map[string]*page }

func loadPages(files fs.FS) (*pages, error) {
	p := &pages{files: map[string]*page{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch hidden := strings.HasPrefix(path.Base(name), ".") && name != "."; {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return fs.SkipDir // what the build says of itself
		case d.IsDir() || hidden:
			return nil
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		p.files[name], err = newPage(name, data)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("load pages: %w", err)
	}
	return p, nil
}

func newPage(name string, data []byte) (*page, error) {
	sum := sha256.Sum256(data)
	p := &page{data: data, kind: kindOf(name), tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	if !compressible(p.kind) {
		return p, nil
	}
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("compress %s: %w", name, err)
	}
	if buf.Len() < len(data)*9/10 {
		p.zipped = buf.Bytes()
	}
	return p, nil
}

// kindOf is the media type by the name. The few that matter are fixed, since the system's table may lack
// them.
func kindOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".webmanifest":
		return "application/manifest+json"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}

func compressible(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "image/svg") ||
		strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "application/manifest")
}

// servePages answers every path that is not the server's own: a file by its name, else the page itself, whose
// script reads the path (/, /r/:slug and whatever comes).
func (s *server) servePages(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if name := c.Request().URL.Path; !isServerRoute(name) {
			return s.pages.serve(c, strings.TrimPrefix(path.Clean(name), "/"))
		}
		return next(c)
	}
}

// isServerRoute tells the server's own paths from the page's.
func isServerRoute(name string) bool {
	switch name {
	case "/api", "/ws", "/healthz", "/readyz":
		return true
	}
	return strings.HasPrefix(name, "/api/") || strings.HasPrefix(name, "/ws/")
}

func (p *pages) serve(c echo.Context, name string) error {
	r, w := c.Request(), c.Response()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set(echo.HeaderAllow, "GET, HEAD")
		return echo.ErrMethodNotAllowed
	}
	file := p.files[name]
	if file == nil && (strings.HasPrefix(name, hashedDir) || path.Ext(name) != "") {
		return echo.ErrNotFound // a file that is gone must not be answered with the page
	}
	if file == nil {
		name, file = indexFile, p.files[indexFile]
	}
	if file == nil {
		return c.HTML(http.StatusServiceUnavailable, notBuilt)
	}
	h := w.Header()
	h.Set(echo.HeaderCacheControl, caching(name))
	h.Set(echo.HeaderContentType, file.kind)
	h.Set("ETag", file.tag)
	data := file.data
	if file.zipped != nil {
		h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
		if strings.Contains(r.Header.Get(echo.HeaderAcceptEncoding), "gzip") {
			h.Set(echo.HeaderContentEncoding, "gzip")
			h.Set("ETag", strings.TrimSuffix(file.tag, `"`)+`-gz"`)
			data = file.zipped
		}
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
	return nil
}

// caching says how long a browser may keep a file unasked. The page, its manifest and its service worker are
// asked for anew each time: they name the files of the newest build.
func caching(name string) string {
	switch {
	case strings.HasPrefix(name, hashedDir):
		return "public, max-age=31536000, immutable"
	case strings.HasPrefix(name, iconDir):
		return "public, max-age=86400"
	default:
		return "no-cache"
	}
}
