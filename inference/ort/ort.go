// Package ort runs ONNX models through the ONNX Runtime library and is the only package that knows it. Open
// finds and loads the library, chooses the execution provider (CPU or CUDA) and says why; a Session is one
// model with its tensors bound once, so that a run allocates nothing. A session belongs to one worker: it
// runs on one thread, and parallelism comes from several sessions.
package ort

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"

	onnx "github.com/yalue/onnxruntime_go"
)

// The values of Config.Provider.
const (
	Auto = "auto" // CUDA where it starts, else the CPU
	CPU  = "cpu"
	CUDA = "cuda" // an error where it does not start
)

// Config says which library to load and where the models run. The zero value searches for the library and
// runs like Auto.
type Config struct {
	// Library is the path of libonnxruntime; empty: Open searches for it. For CUDA the provider libraries of the
	// very same build (libonnxruntime_providers_shared.so and _cuda.so) lie beside it.
	Library string
	// Provider is Auto, CPU or CUDA; empty means Auto.
	Provider string
	// Log takes the one line that says what was chosen; nil means slog.Default().
	Log *slog.Logger
}

// Runtime is the loaded library with the provider that its sessions run on. Safe for concurrent use.
type Runtime struct {
	library  string
	version  string
	provider string
	why      string

	mu     sync.Mutex
	closed bool // guarded by mu
}

// Open loads the library and chooses the provider. With Config.Library set, that file and no other is loaded.
// Else the first that exists and loads of: lib/, ../lib/ and ../bin/lib/ beside the running binary; bin/lib/
// of this module's checkout, when the working directory lies in one (so that `go run` and `go test` find it);
// the system's libonnxruntime.so.1 and libonnxruntime.so.
//
// ONNX Runtime exists once in a process. Several runtimes share it, the last Close of a runtime or session
// unloads it; asking for another library meanwhile is an error.
//
// An error is an *Error with code CodeProviderUnknown, CodeLibraryNotFound, CodeLibraryInvalid,
// CodeLibraryOther or CodeProviderUnavailable.
func Open(cfg Config) (*Runtime, error) {
	if cfg.Provider == "" {
		cfg.Provider = Auto
	}
	if cfg.Provider != Auto && cfg.Provider != CPU && cfg.Provider != CUDA {
		return nil, newError(CodeProviderUnknown, fmt.Errorf("provider %q is not auto, cpu or cuda", cfg.Provider))
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	library, err := process.acquire(cfg.Library)
	if err != nil {
		return nil, err
	}
	r := &Runtime{library: library, version: onnx.GetVersion()}
	if r.provider, r.why, err = chooseProvider(cfg.Provider, library); err != nil {
		return nil, errors.Join(err, process.release())
	}
	cfg.Log.Info("inference runtime",
		"library", library, "version", r.version, "provider", r.provider, "why", r.why)
	return r, nil
}

// Library is the path that was loaded; a bare file name when the system's loader found it.
func (r *Runtime) Library() string { return r.library }

// Version is the library's version, such as 1.30.0.
func (r *Runtime) Version() string { return r.version }

// Provider is CPU or CUDA: where this runtime's sessions run.
func (r *Runtime) Provider() string { return r.provider }

// Why says in one sentence why Provider was chosen.
func (r *Runtime) Why() string { return r.why }

// Close gives the runtime up; sessions that are still open stay usable until they are closed. Idempotent.
func (r *Runtime) Close() error {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil
	}
	r.closed = true
	r.mu.Unlock()
	return process.release()
}

// retain takes a share of the library for a new session.
func (r *Runtime) retain() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return newError(CodeClosed, errors.New("runtime is closed"))
	}
	return process.retain()
}

// process mirrors the one environment that the C library keeps for the whole process.
var process environment

// environment counts who uses the loaded library.
type environment struct {
	mu      sync.Mutex
	users   int    // guarded by mu: open runtimes and sessions
	library string // guarded by mu: what is loaded while users > 0
}

// acquire loads the library, or takes a share of the loaded one, and returns its path.
func (e *environment) acquire(configured string) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.users == 0 {
		library, err := load(configured)
		if err != nil {
			return "", err
		}
		e.library = library
	} else if configured != "" && absolute(configured) != e.library {
		return "", newError(CodeLibraryOther, fmt.Errorf("%s asked for while %s is loaded", configured, e.library))
	}
	e.users++
	return e.library, nil
}

func (e *environment) retain() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.users == 0 {
		return newError(CodeClosed, errors.New("library is not loaded"))
	}
	e.users++
	return nil
}

// release gives one share back; the last one unloads the library.
func (e *environment) release() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.users--
	if e.users > 0 {
		return nil
	}
	if err := onnx.DestroyEnvironment(); err != nil {
		return fmt.Errorf("unload %s: %w", e.library, err)
	}
	return nil
}

// absolute is path as load records it.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
