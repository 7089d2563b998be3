// Command pp-enter is an SFU media server for two-person video calls, with a social network around it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/pp-enter/pp-enter/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end; the second one, no longer caught, is the end.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Main(ctx, os.Args[1:], &cli.Process{
		Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(),
	}))
}
