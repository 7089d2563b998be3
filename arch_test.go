package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/pp-enter/pp-enter"

// importTable says which packages of this module each package may import, as ARCHITECTURE.md has it. A name
// that ends in "..." means the package and all below it. A package that is missing here fails the test.
func importTable() map[string][]string {
	var (
		media    = []string{"sfu/frame", "sfu/codec", "sfu/rtpio"}
		line     = append(slices.Clone(media), "sfu/pipeline")
		peer     = append(slices.Clone(line), "sfu/peer")
		room     = append(slices.Clone(peer), "sfu/room")
		network  = []string{"sfu/frame", "inference/ort", "inference/tensor"}
		painting = append(slices.Clone(network), "inference/segment", "inference/face", "inference/emotion")
		domain   = []string{"api/social"}
		services = []string{"api/social", "api/store", "api/auth", "api/media", "api/notify"}
	)
	return map[string][]string{
		".":         {"cli"},
		"cli":       {"..."},
		"cli/bench": {"..."},
		"cli/film":  {"sfu/..."},
		"cli/seed":  {"api/..."},

		"sfu/frame":    nil,
		"sfu/codec":    {"sfu/frame"},
		"sfu/rtpio":    {"sfu/frame"},
		"sfu/pipeline": media,
		"sfu/pionlog":  nil,
		"sfu/peer":     append(slices.Clone(line), "sfu/pionlog"),
		"sfu/room":     peer,
		"sfu/signal":   room,
		"sfu/turn":     {"sfu/pionlog"},
		"sfu/demo":     room,
		"sfu":          {"sfu/..."},
		"sfu/sfutest":  {"sfu/..."},

		"sfu/codec/codectest": {"sfu/codec", "sfu/frame"},

		"inference/ort":       nil,
		"inference/tensor":    {"sfu/frame"},
		"inference/segment":   network,
		"inference/face":      network,
		"inference/emotion":   network,
		"inference/scene":     painting,
		"inference/composite": painting,
		"inference/eval":      {"inference/tensor", "sfu/frame"},
		"inference/truth":     {"sfu/frame", "inference/tensor"},
		"inference/convert":   nil,
		"inference":           {"sfu/frame", "inference/..."},

		"inference/convert/tfjs2onnx": {"inference/convert", "assets"},

		"api/social":  nil,
		"api/store":   domain,
		"api/auth":    domain,
		"api/media":   domain,
		"api/notify":  domain,
		"api/handler": services,
		"api":         {"api/..."},

		"api/store/storetest":     {"api/social", "api/store"},
		"api/handler/handlertest": {"api/handler", "api/social"},

		"assets":   nil,
		"configs":  nil,
		"frontend": nil,

		"frontend/e2e/truth": {"sfu/frame", "inference/...", "assets", "cli/film"},
	}
}

// testOnly names the packages that only tests may import, and the benchmarks.
func testOnly() []string {
	return []string{"sfu/sfutest", "sfu/codec/codectest", "api/store/storetest", "api/handler/handlertest"}
}

// soleImporters names the libraries that only one corner of the house may know. cli/bench feeds packets into
// a line and so knows them.
func soleImporters() map[string][]string {
	return map[string][]string{
		"github.com/yalue/onnxruntime_go": {"inference/ort"},
		"github.com/pion":                 {"sfu/...", "cli/bench"},
		"github.com/labstack/echo":        {"api/..."},
		"github.com/danielgtaylor/huma":   {"api/..."},
		"github.com/uptrace/bun":          {"api/store"},
		"gocloud.dev":                     {"api/media"},
		"github.com/alecthomas/kong":      {"cli", "."},
		"github.com/stretchr/testify":     testOnly(),
	}
}

// maxDepth bounds the longest chain of imports inside one part of the house (sfu, inference, api), in steps.
const maxDepth = 5

func bannedNames() []string {
	return []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "manager"}
}

// goPackage is what the checks need of `go list -json`. Paths are relative to the module; the root is ".".
type goPackage struct {
	ImportPath string
	Dir        string
	Name       string
	Doc        string
	Imports    []string
	GoFiles    []string
	CgoFiles   []string
}

func listPackages(t *testing.T) map[string]goPackage {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e",
		"-json=ImportPath,Dir,Name,Doc,Imports,GoFiles,CgoFiles", "./...")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())

	packages := map[string]goPackage{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		for i, imported := range p.Imports {
			p.Imports[i] = relative(imported)
		}
		packages[relative(p.ImportPath)] = p
	}
}

// relative shortens an import path of this module; other paths stay.
func relative(importPath string) string {
	if importPath == modulePath {
		return "."
	}
	if rest, ok := strings.CutPrefix(importPath, modulePath+"/"); ok {
		return rest
	}
	return importPath
}

// matches tells whether name is pattern, or below it where pattern ends in "...".
func matches(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == base || strings.HasPrefix(name, base+"/")
	}
	return pattern == name
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, name) })
}

// checkImports returns what breaks the two tables.
func checkImports(packages map[string]goPackage) []string {
	var wrong []string
	table := importTable()
	for name, p := range packages {
		allowed, known := table[name]
		if !known {
			wrong = append(wrong, name+" is not in the import table")
		}
		for _, imported := range p.Imports {
			if _, ours := packages[imported]; ours {
				if known && !matchesAny(allowed, imported) {
					wrong = append(wrong, fmt.Sprintf("%s may not import %s", name, imported))
				}
				continue
			}
			for library, only := range soleImporters() {
				if matches(library+"/...", imported) && !matchesAny(only, name) {
					wrong = append(wrong, fmt.Sprintf("%s may not import %s", name, imported))
				}
			}
		}
		for _, rig := range testOnly() {
			if slices.Contains(p.Imports, rig) && !matches("cli/bench", name) {
				wrong = append(wrong, name+" imports "+rig+" outside of tests")
			}
		}
	}
	return wrong
}

// checkNames returns packages without a doc comment or with a banned name.
func checkNames(packages map[string]goPackage) []string {
	var wrong []string
	for name, p := range packages {
		if len(p.GoFiles)+len(p.CgoFiles) > 0 && p.Doc == "" {
			wrong = append(wrong, name+" has no package comment")
		}
		if matchesAny(bannedNames(), p.Name) || matchesAny(bannedNames(), path.Base(name)) {
			wrong = append(wrong, name+" has a banned name")
		}
	}
	return wrong
}

// checkDepth returns the parts whose longest chain of imports is over the limit, and all cycles.
func checkDepth(packages map[string]goPackage, limit int) []string {
	var wrong []string
	const open = -1
	depth := map[string]int{}
	var measure func(part, name string) int
	measure = func(part, name string) int {
		if d, seen := depth[name]; seen {
			if d == open {
				wrong = append(wrong, name+" is part of an import cycle")
				return 0
			}
			return d
		}
		depth[name] = open
		longest := 0
		for _, imported := range packages[name].Imports {
			if _, ours := packages[imported]; ours && matches(part+"/...", imported) {
				longest = max(longest, 1+measure(part, imported))
			}
		}
		depth[name] = longest
		return longest
	}
	for name := range packages {
		part, _, _ := strings.Cut(name, "/")
		if d := measure(part, name); d > limit {
			wrong = append(wrong, fmt.Sprintf("%s stands on %d layers of %s, at most %d", name, d, part, limit))
		}
	}
	return wrong
}

func TestArchitecture(t *testing.T) {
	packages := listPackages(t)
	require.Contains(t, packages, ".")
	for what, wrong := range map[string][]string{
		"imports":      checkImports(packages),
		"names":        checkNames(packages),
		"depth":        checkDepth(packages, maxDepth),
		"readme's map": checkMap(t, packages),
	} {
		slices.Sort(wrong)
		require.Empty(t, wrong, what+":\n"+strings.Join(wrong, "\n"))
	}
}

// TestArchitectureCanFail tries each check of the package graph on a house that breaks it.
func TestArchitectureCanFail(t *testing.T) {
	house := func(imports map[string][]string) map[string]goPackage {
		packages := map[string]goPackage{}
		for name, imported := range imports {
			packages[name] = goPackage{
				Name: path.Base(name), Doc: "Package x.", GoFiles: []string{"x.go"}, Imports: imported,
			}
		}
		return packages
	}
	sound := house(map[string][]string{"sfu/frame": nil, "sfu/codec": {"sfu/frame", "fmt"}})
	require.Empty(t, checkImports(sound))
	require.Empty(t, checkNames(sound))
	require.Empty(t, checkDepth(sound, 1))

	for name, broken := range map[string]map[string][]string{
		"up the line":       {"sfu/frame": {"sfu/codec"}, "sfu/codec": nil},
		"across the parts":  {"sfu/room": {"inference"}, "inference": nil},
		"unknown package":   {"sfu/other": nil},
		"library elsewhere": {"sfu/room": {"github.com/yalue/onnxruntime_go"}},
		"test rig in use":   {"sfu": {"sfu/sfutest"}, "sfu/sfutest": nil},
		"rig of a codec":    {"sfu": {"sfu/codec/codectest"}, "sfu/codec/codectest": nil},
	} {
		require.NotEmpty(t, checkImports(house(broken)), name)
	}
	require.NotEmpty(t, checkNames(house(map[string][]string{"sfu/utils": nil})))
	require.NotEmpty(t, checkNames(map[string]goPackage{"sfu": {Name: "sfu", GoFiles: []string{"a.go"}}}))
	require.NotEmpty(t, checkDepth(house(map[string][]string{"sfu": {"sfu/a"}, "sfu/a": {"sfu"}}), 5))
	require.NotEmpty(t, checkDepth(sound, 0))
}
