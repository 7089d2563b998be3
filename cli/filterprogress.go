package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// How often progress is shown: on a terminal in place, elsewhere as a line of its own.
const (
	progressRedraw = 100 * time.Millisecond
	progressLine   = 5 * time.Second
)

// progress tells how far a long piece of work is. Safe for concurrent use.
type progress struct {
	out      io.Writer
	terminal bool
	total    int // 0: not known
	clock    func() time.Time
	began    time.Time

	mu    sync.Mutex
	done  int       // guarded by mu
	shown time.Time // guarded by mu
	width int       // of the line on the terminal; guarded by mu
}

// newProgress begins to count; total 0 means that nobody knows how much there is.
func newProgress(out io.Writer, total int) *progress {
	now := time.Now()
	return &progress{
		out: out, terminal: isTerminal(out), total: total, clock: time.Now, began: now, shown: now,
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// step books n pictures more.
func (p *progress) step(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	every := progressLine
	if p.terminal {
		every = progressRedraw
	}
	if now := p.clock(); now.Sub(p.shown) >= every {
		p.shown = now
		p.show(now)
	}
}

// show writes where the work stands. Nothing helps where the output is closed.
func (p *progress) show(now time.Time) {
	line := p.line(now)
	if !p.terminal {
		_, _ = fmt.Fprintln(p.out, line)
		return
	}
	_, _ = fmt.Fprintf(p.out, "\r%-*s", p.width, line)
	p.width = len(line)
}

// line is a bar where the end is known, the rate, and the time that is left.
func (p *progress) line(now time.Time) string {
	rate := float64(p.done) / max(now.Sub(p.began).Seconds(), 1e-3)
	if p.total <= 0 {
		return fmt.Sprintf("%d pictures, %.0f a second", p.done, rate)
	}
	const wide = 24
	part := min(float64(p.done)/float64(p.total), 1)
	full := int(part * wide)
	left := time.Duration(float64(max(p.total-p.done, 0)) / max(rate, 1e-3) * float64(time.Second))
	return fmt.Sprintf("[%s%s] %3.0f %%, %.0f pictures a second, %s left",
		strings.Repeat("#", full), strings.Repeat(".", wide-full), 100*part, rate, left.Round(time.Second))
}

// end makes room for what is said next.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal && p.width > 0 {
		_, _ = fmt.Fprintf(p.out, "\r%*s\r", p.width, "")
		p.width = 0
	}
}
