package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// Caps of size. The soft one is logged, the others fail.
const (
	softFileLines  = 400
	hardFileLines  = 800
	maxFuncLines   = 100
	p90FuncLines   = 45
	maxColumns     = 110
	maxMethods     = 5
	readmeMapTitle = "## The map of the house"
)

// sourceFacts is what one Go file says about itself.
type sourceFacts struct {
	lines     int
	functions map[string]int // name -> lines
	wrong     []string
}

// readSource measures one Go file and collects what breaks a cap, but for the length of the whole file.
func readSource(name string, src []byte) (sourceFacts, error) {
	facts := sourceFacts{functions: map[string]int{}}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return facts, fmt.Errorf("parse %s: %w", name, err)
	}
	complain := func(pos token.Pos, format string, args ...any) {
		facts.wrong = append(facts.wrong, fmt.Sprintf("%s: ", fset.Position(pos))+fmt.Sprintf(format, args...))
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				complain(n.Pos(), "init()")
			}
			lines := fset.Position(n.End()).Line - fset.Position(n.Pos()).Line + 1
			facts.functions[n.Name.Name+fset.Position(n.Pos()).String()] = lines
			if lines > maxFuncLines {
				complain(n.Pos(), "%s has %d lines, at most %d", n.Name.Name, lines, maxFuncLines)
			}
		case *ast.InterfaceType:
			methods := 0
			for _, field := range n.Methods.List {
				methods += max(1, len(field.Names)) // an embedded interface counts as one
			}
			if methods > maxMethods {
				complain(n.Pos(), "an interface of %d methods, at most %d", methods, maxMethods)
			}
		}
		return true
	})
	if ast.IsGenerated(file) {
		facts.wrong = nil
		return facts, nil
	}
	for scanner := bufio.NewScanner(bytes.NewReader(src)); scanner.Scan(); {
		facts.lines++
		if n := utf8.RuneCount(scanner.Bytes()); n > maxColumns {
			facts.wrong = append(facts.wrong, fmt.Sprintf("%s:%d: %d columns", name, facts.lines, n))
		}
	}
	return facts, nil
}

// percentile returns the value below which the share p of the values lies.
func percentile(values []int, p float64) int {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(p*float64(len(values))))]
}

func TestSizes(t *testing.T) {
	var wrong []string
	var functions []int
	for _, p := range listPackages(t) {
		names, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		require.NoError(t, err)
		for _, name := range names {
			src, err := os.ReadFile(name)
			require.NoError(t, err)
			facts, err := readSource(name, src)
			require.NoError(t, err)
			wrong = append(wrong, facts.wrong...)
			if facts.lines > hardFileLines {
				wrong = append(wrong, fmt.Sprintf("%s has %d lines, at most %d", name, facts.lines, hardFileLines))
			} else if facts.lines > softFileLines {
				t.Logf("%s has %d lines, better at most %d", name, facts.lines, softFileLines)
			}
			if !strings.HasSuffix(name, "_test.go") {
				for _, lines := range facts.functions {
					functions = append(functions, lines)
				}
			}
		}
	}
	slices.Sort(wrong)
	require.Empty(t, wrong, strings.Join(wrong, "\n"))
	p90 := percentile(functions, 0.9)
	t.Logf("%d functions, median %d lines, p90 %d", len(functions), percentile(functions, 0.5), p90)
	require.LessOrEqual(t, p90, p90FuncLines)
}

// TestSizesCanFail tries each cap of one file on a source that breaks it.
func TestSizesCanFail(t *testing.T) {
	const head = "// Package x is here.\npackage x\n\n"
	for name, src := range map[string]string{
		"init":      "func init() {}\n",
		"interface": "type Wide interface{ A(); B(); C(); D(); E(); F() }\n",
		"function":  "func long() {\n" + strings.Repeat("\t_ = 1\n", 100) + "}\n",
		"line":      "// " + strings.Repeat("x", maxColumns) + "\n",
	} {
		facts, err := readSource("x.go", []byte(head+src))
		require.NoError(t, err, name)
		require.Len(t, facts.wrong, 1, name)
	}
	facts, err := readSource("x.go", []byte(head+"func (t *T) init() {}\n\ntype N interface{ A(); B() }\n"))
	require.NoError(t, err)
	require.Empty(t, facts.wrong)
	require.Equal(t, 6, facts.lines)
	require.Equal(t, 9, percentile([]int{9, 1, 2, 3, 4, 5, 6, 7, 8, 0}, 0.9))
}

// readMap returns the packages that the README's map lists: the first word of each line of its code block.
func readMap(readme string) []string {
	_, section, _ := strings.Cut(readme, readmeMapTitle)
	_, block, _ := strings.Cut(section, "```")
	block, _, _ = strings.Cut(block, "```")
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^(\S+)\s{2,}\S`).FindAllStringSubmatch(block, -1) {
		names = append(names, found[1])
	}
	return names
}

// checkMap compares the README's map of the house with the packages that exist.
func checkMap(t *testing.T, packages map[string]goPackage) []string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return compareMap(readMap(string(readme)), packages)
}

func compareMap(names []string, packages map[string]goPackage) []string {
	var wrong []string
	for _, name := range names {
		if _, ok := packages[name]; !ok {
			wrong = append(wrong, "the README lists "+name+", which is not there")
		}
	}
	for name := range packages {
		if !slices.Contains(names, name) {
			wrong = append(wrong, "the README does not list "+name)
		}
	}
	return wrong
}

func TestMapCanFail(t *testing.T) {
	const block = "```\n.          the program\nsfu/frame  pictures\n           and more\n```\n"
	names := readMap("# x\n" + readmeMapTitle + "\n\n" + block)
	require.Equal(t, []string{".", "sfu/frame"}, names)
	require.Empty(t, compareMap(names, map[string]goPackage{".": {}, "sfu/frame": {}}))
	require.Len(t, compareMap(names, map[string]goPackage{".": {}, "sfu": {}}), 2)
}
