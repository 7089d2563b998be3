package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/pp-enter/pp-enter/cli/bench"
	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/inference"
)

type benchCmd struct {
	configured

	Out  string   `placeholder:"FILE" help:"File that gets the figures as JSON."`
	Only []string `placeholder:"PART" help:"Parts to measure; all by default."`
	Part string   `hidden:"" help:"Measure one part in this process, figures as JSON lines."`
}

// Run measures and prints; see package bench.
func (c *benchCmd) Run(ctx context.Context, p *Process) error {
	cfg, _, err := c.load(p)
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	if c.Part != "" {
		return bench.RunPart(ctx, c.Part, benchEngine(cfg), p.Stdout)
	}
	return bench.Run(ctx, bench.Options{Out: c.Out, Table: p.Stdout, Only: c.Only})
}

// benchEngine starts the configured models, everything on.
func benchEngine(cfg configs.Config) bench.EngineFactory {
	return func(workers int, matteHz float64) (*inference.Engine, error) {
		cfg.Inference.Workers, cfg.Filter.MatteHz = workers, matteHz
		e, moodErr, err := startEngine(cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			return nil, err
		}
		if moodErr != nil {
			return nil, errors.Join(moodErr, e.Close())
		}
		return e, nil
	}
}
