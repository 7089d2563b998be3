package pionlog

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEverythingIsDebug(t *testing.T) {
	var out bytes.Buffer
	log := func(level slog.Level) *slog.Logger {
		return slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))
	}
	l := Factory{log(slog.LevelInfo)}.NewLogger("ice")
	l.Error("bad")
	l.Warnf("worse %d", 1)
	require.Empty(t, out.String(), "the library is not an operator's business")

	l = Factory{log(slog.LevelDebug)}.NewLogger("ice")
	l.Errorf("bad %d", 7)
	l.Trace("each packet")
	require.Contains(t, out.String(), `level=DEBUG msg="bad 7" pion=ice`)
	require.NotContains(t, out.String(), "each packet")
}
