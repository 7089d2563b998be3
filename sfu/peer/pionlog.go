package peer

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLog hands the media library's log lines to slog, all of them at debug level: what matters to an
// operator comes as a state, a counter or an error, and a hostile client could make the library write
// warnings per packet.
type pionLog struct{ log *slog.Logger }

// NewLogger implements logging.LoggerFactory.
func (p pionLog) NewLogger(scope string) logging.LeveledLogger {
	return pionScope{log: p.log.With("pion", scope)}
}

type pionScope struct{ log *slog.Logger }

func (s pionScope) write(msg string) { s.log.Debug(msg) }

func (s pionScope) writef(format string, args ...any) {
	if s.log.Enabled(context.Background(), slog.LevelDebug) {
		s.log.Debug(fmt.Sprintf(format, args...))
	}
}

func (pionScope) Trace(string)                {}
func (pionScope) Tracef(string, ...any)       {}
func (s pionScope) Debug(msg string)          { s.write(msg) }
func (s pionScope) Debugf(f string, a ...any) { s.writef(f, a...) }
func (s pionScope) Info(msg string)           { s.write(msg) }
func (s pionScope) Infof(f string, a ...any)  { s.writef(f, a...) }
func (s pionScope) Warn(msg string)           { s.write(msg) }
func (s pionScope) Warnf(f string, a ...any)  { s.writef(f, a...) }
func (s pionScope) Error(msg string)          { s.write(msg) }
func (s pionScope) Errorf(f string, a ...any) { s.writef(f, a...) }
