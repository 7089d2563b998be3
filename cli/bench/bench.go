// Package bench measures the product on the machine at hand: the stages of a line, the line against its own
// limit, how many participants one core carries, the delay that the server adds, and what joins leave
// behind. Each part runs in a process of its own and is bounded in time, so that the parts do not disturb
// each other.
package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/pp-enter/pp-enter/inference"
)

// Result is one measured figure. Name is stable, snake_case.
type Result struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// Options say what to measure and where the figures go.
type Options struct {
	// Out is the file that gets the figures as a JSON array; empty writes none.
	Out string
	// Table gets the figures for a person to read.
	Table io.Writer
	// Only names the parts to run; empty runs all.
	Only []string
}

// EngineFactory starts the models of this build with so many workers; matteHz is inference.Config's
// MatteHz.
type EngineFactory func(workers int, matteHz float64) (*inference.Engine, error)

// part is one group of figures.
type part struct {
	name  string
	core  string // the only one that it runs on, with GOMAXPROCS=1; empty: all
	limit time.Duration
	run   func(context.Context, *rig) error
}

// rig is what a part measures with.
type rig struct {
	newEngine EngineFactory
	add       func(Result)
}

func (r *rig) report(name string, value float64, unit string) { r.add(Result{name, value, unit}) }

func parts() []part {
	return []part{
		{"line_480p", "0", time.Minute, func(ctx context.Context, r *rig) error {
			return measureLine(ctx, r, size480p())
		}},
		{"line_720p", "0", time.Minute, func(ctx context.Context, r *rig) error {
			return measureLine(ctx, r, size720p())
		}},
		{"participants", "0", 2 * time.Minute, measureParticipants},
		{"call", "", time.Minute, measureCall},
		{"joins", "", 3 * time.Minute, measureJoins},
		// What is measured is another process, on core 0.
		{"posts", "1", 100 * time.Second, measureFeed},
	}
}

// Names are the parts that Options.Only can name.
func Names() []string {
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	return names
}

// Run measures every part in a child process of the running program, which must offer `bench --part NAME`
// by calling RunPart. What was measured is written even when a part fails.
func Run(ctx context.Context, o Options) error {
	var all []Result
	var failed error
	for _, p := range parts() {
		if len(o.Only) > 0 && !slices.Contains(o.Only, p.name) {
			continue
		}
		results, err := runChild(ctx, p)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("measure %s: %w", p.name, err))
		}
		all = append(all, results...)
		if err := printTable(o.Table, results); err != nil {
			return err
		}
	}
	return errors.Join(failed, writeFile(o.Out, all))
}

// RunPart measures one part in this process and writes its figures to w, a JSON object a line.
func RunPart(ctx context.Context, name string, newEngine EngineFactory, w io.Writer) error {
	all := parts()
	i := slices.IndexFunc(all, func(p part) bool { return p.name == name })
	if i < 0 {
		return fmt.Errorf("measure %q: unknown part, one of %s", name, strings.Join(Names(), ", "))
	}
	ctx, cancel := context.WithTimeout(ctx, all[i].limit)
	defer cancel()
	enc := json.NewEncoder(w)
	var written error
	add := func(r Result) { written = errors.Join(written, enc.Encode(r)) }
	err := all[i].run(ctx, &rig{newEngine, add})
	return errors.Join(err, written)
}

// graceOfChild is how long a child may take beyond its part's limit before it is killed.
const graceOfChild = 20 * time.Second

func runChild(ctx context.Context, p part) ([]Result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, p.limit+graceOfChild)
	defer cancel()
	args := []string{self, "bench", "--part", p.name}
	env := os.Environ()
	if p.core != "" {
		env = append(env, "GOMAXPROCS=1")
		args = pinned(p.core, args)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var out, diagnostics bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &diagnostics
	runErr := cmd.Run()
	results, err := parseResults(&out)
	if runErr != nil {
		return results, fmt.Errorf("%w: %s", runErr, lastLine(diagnostics.String()))
	}
	return results, err
}

// pinned is a command line that stays on one core, where the machine has it and knows how.
func pinned(core string, args []string) []string {
	pin, err := exec.LookPath("taskset")
	if n, bad := strconv.Atoi(core); err != nil || bad != nil || n >= runtime.NumCPU() {
		return args
	}
	return append([]string{pin, "-c", core}, args...)
}

func parseResults(r io.Reader) (all []Result, err error) {
	for dec := json.NewDecoder(r); ; {
		var one Result
		switch err := dec.Decode(&one); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return all, fmt.Errorf("read figures: %w", err)
		}
		all = append(all, one)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func printTable(w io.Writer, results []Result) error {
	t := tabwriter.NewWriter(w, 56, 0, 1, ' ', 0)
	for _, r := range results {
		if _, err := fmt.Fprintf(t, "%s\t%10.2f %s\n", r.Name, r.Value, r.Unit); err != nil {
			return fmt.Errorf("print figures: %w", err)
		}
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print figures: %w", err)
	}
	return nil
}

func writeFile(path string, results []Result) error {
	if path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return fmt.Errorf("encode figures: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	if err := os.WriteFile(path, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}
