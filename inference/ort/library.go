package ort

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	onnx "github.com/yalue/onnxruntime_go"
)

// libraryName is the name that the project's build gives the library.
const libraryName = "libonnxruntime.so.1"

// modulePath marks the checkout whose bin/lib may be used.
const modulePath = "github.com/pp-enter/pp-enter"

// load loads the configured library, or the first of the candidates that loads, and returns its path.
func load(configured string) (string, error) {
	if configured != "" {
		path := absolute(configured)
		if _, err := os.Stat(path); err != nil {
			return "", newError(CodeLibraryNotFound, fmt.Errorf("find configured library: %w", err))
		}
		if err := initialize(path); err != nil {
			return "", newError(CodeLibraryInvalid, err)
		}
		return path, nil
	}
	files := candidates()
	var failed error
	for _, path := range files {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		err := initialize(path)
		if err == nil {
			return path, nil
		}
		failed = errors.Join(failed, err)
	}
	for _, name := range []string{libraryName, "libonnxruntime.so"} {
		if initialize(name) == nil {
			return name, nil
		}
	}
	if failed != nil {
		return "", newError(CodeLibraryInvalid, failed)
	}
	return "", newError(CodeLibraryNotFound, fmt.Errorf(
		"no %s at %q nor on the system: run `make models` or configure the library's path", libraryName, files))
}

// candidates lists the files to try, best first.
func candidates() []string {
	var files []string
	if exe, err := os.Executable(); err == nil {
		if target, err := filepath.EvalSymlinks(exe); err == nil {
			exe = target
		}
		dir := filepath.Dir(exe)
		for _, sub := range []string{"lib", "../lib", "../bin/lib"} {
			files = append(files, filepath.Join(dir, sub, libraryName))
		}
	}
	if wd, err := os.Getwd(); err == nil {
		if root, ok := checkout(wd); ok {
			files = append(files, filepath.Join(root, "bin", "lib", libraryName))
		}
	}
	return files
}

// checkout walks up from dir to the nearest go.mod; ok when it is this module's.
func checkout(dir string) (root string, ok bool) {
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			line, _, _ := bytes.Cut(mod, []byte("\n"))
			return dir, string(bytes.TrimSpace(line)) == "module "+modulePath
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// initialize loads the library at path and creates its environment. The library itself prints nothing: what
// goes wrong comes back as an error.
func initialize(path string) error {
	onnx.SetSharedLibraryPath(path)
	if err := onnx.InitializeEnvironment(onnx.WithLogLevelFatal()); err != nil {
		return fmt.Errorf("load %s: %w", path, err)
	}
	return nil
}
