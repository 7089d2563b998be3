// Package pionlog hands the log lines of the media library to slog, all of them at debug level: what
// matters to an operator comes as a state, a counter or an error, and a hostile client could make the
// library write warnings per packet.
package pionlog

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// Factory makes the library's loggers.
type Factory struct{ Log *slog.Logger }

// NewLogger implements logging.LoggerFactory.
func (f Factory) NewLogger(name string) logging.LeveledLogger {
	return scope{log: f.Log.With("pion", name)}
}

type scope struct{ log *slog.Logger }

func (s scope) write(msg string) { s.log.Debug(msg) }

func (s scope) writef(format string, args ...any) {
	if s.log.Enabled(context.Background(), slog.LevelDebug) {
		s.log.Debug(fmt.Sprintf(format, args...))
	}
}

func (scope) Trace(string)                {}
func (scope) Tracef(string, ...any)       {}
func (s scope) Debug(msg string)          { s.write(msg) }
func (s scope) Debugf(f string, a ...any) { s.writef(f, a...) }
func (s scope) Info(msg string)           { s.write(msg) }
func (s scope) Infof(f string, a ...any)  { s.writef(f, a...) }
func (s scope) Warn(msg string)           { s.write(msg) }
func (s scope) Warnf(f string, a ...any)  { s.writef(f, a...) }
func (s scope) Error(msg string)          { s.write(msg) }
func (s scope) Errorf(f string, a ...any) { s.writef(f, a...) }
