// Package cli is the program's command line: one file a subcommand. It is the only place that knows all parts
// of the house; it reads the configuration and hands each part its own.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/pp-enter/pp-enter/configs"
)

// Process is what the operating system gives to the program.
type Process struct {
	Stdout, Stderr io.Writer
	Environ        []string // as os.Environ
}

// complain tells why the program ends. Nothing helps where standard error is closed.
func (p *Process) complain(err error) { _, _ = fmt.Fprintln(p.Stderr, "pp-enter:", err) }

// say prints what a command found out. Nothing helps where standard output is closed.
func (p *Process) say(format string, args ...any) { _, _ = fmt.Fprintf(p.Stdout, format, args...) }

// program is the command line, in the form that kong reads.
type program struct {
	Serve   serveCmd   `cmd:"" help:"Run the server until it is told to stop."`
	Doctor  doctorCmd  `cmd:"" help:"Check whether everything that the server needs is there."`
	Migrate migrateCmd `cmd:"" help:"Change the database's schema."`
	Admin   staffCmd   `cmd:"" help:"Say who is staff."`
	Seed    seedCmd    `cmd:"" help:"Fill an empty database with made-up people and posts, to try things out."`
	Bench   benchCmd   `cmd:"" help:"Measure this machine: stages, delay, participants per core, joins."`
	Eval    evalCmd    `cmd:"" help:"Measure the models on your own pictures and videos."`
	Filter  filterCmd  `cmd:"" help:"Filter a video file as a call would."`
	Gallery galleryCmd `cmd:"" help:"Write a page that shows every scene and mode on videos."`
	Version versionCmd `cmd:"" help:"Say which build this is."`
}

// configured is embedded in the commands that read the configuration.
type configured struct {
	Config string `type:"path" placeholder:"FILE" help:"Configuration file; see configs/default.yaml. Optional."`
}

func (c *configured) load(p *Process) (cfg configs.Config, unknown []string, err error) {
	return configs.Load(c.Config, p.Environ)
}

// errFailed ends the program with status 1 after everything was said already.
var errFailed = errors.New("failed")

// Main runs the command line args (without the program's name) until it is done or ctx ends, and returns the
// exit status: 0, 1 for a failure, 2 for a command line that makes no sense.
func Main(ctx context.Context, args []string, p *Process) int {
	exited := -1
	parser, err := kong.New(&program{},
		kong.Name("pp-enter"),
		kong.Description("PP-ENTER: two-person video calls, filtered live by the server."),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(code int) { exited = code }), // after --help; the program itself must not end here
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(p),
	)
	if err != nil {
		p.complain(err)
		return 1
	}
	command, err := parser.Parse(args)
	switch {
	case exited >= 0:
		return exited
	case err != nil:
		p.complain(err)
		return 2
	}
	switch err := command.Run(); {
	case errors.Is(err, errFailed):
		return 1
	case err != nil:
		p.complain(err)
		return 1
	}
	return 0
}
