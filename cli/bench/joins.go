package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

// The first joins fill pools and caches; those after them must leave nothing behind.
const (
	joinsToWarm  = 50
	joinsToCount = 1000
)

// measureJoins reports what many joins and leaves leave behind: goroutines, file descriptors, resident
// memory.
func measureJoins(ctx context.Context, r *rig) (err error) {
	film, err := loadFootage(size480p(), 1)
	if err != nil {
		return err
	}
	h, err := openHall(nil) //nolint:contextcheck // it closes by itself
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	if err := h.comeAndGo(ctx, film, joinsToWarm); err != nil {
		return err
	}
	before, err := takeStock()
	if err != nil {
		return err
	}
	start := time.Now()
	if err := h.comeAndGo(ctx, film, joinsToCount); err != nil {
		return err
	}
	took := time.Since(start)
	after, err := takeStock()
	if err != nil {
		return err
	}
	r.report("joins", joinsToCount, "")
	r.report("joins_ms_each", took.Seconds()*1000/joinsToCount, "ms")
	r.report("joins_goroutines_left", float64(after.goroutines-before.goroutines), "")
	r.report("joins_fds_left", float64(after.fds-before.fds), "")
	r.report("joins_rss_before_mb", float64(before.rss)/(1<<20), "MB")
	r.report("joins_rss_left_mb", float64(after.rss-before.rss)/(1<<20), "MB")
	return nil
}

func (h *hall) comeAndGo(ctx context.Context, film *footage, n int) error {
	for i := range n {
		cfg := sfutest.Config{Source: &reel{footage: film}, Microphone: true}
		c, err := h.join(ctx, int64(1+i%2), "a", cfg, false)
		if err != nil {
			return fmt.Errorf("join %d: %w", i, err)
		}
		select {
		case <-c.browser.Connected():
		case <-time.After(10 * time.Second):
			err = errors.New("no connection")
		}
		if err := errors.Join(err, c.leave(ctx), c.close()); err != nil {
			return fmt.Errorf("leave %d: %w", i, err)
		}
	}
	return nil
}

// stock is what a process holds.
type stock struct{ goroutines, fds, rss int }

// takeStock waits until nothing changes any more, and looks.
func takeStock() (s stock, err error) {
	for range 50 {
		runtime.GC()
		time.Sleep(200 * time.Millisecond)
		n := runtime.NumGoroutine()
		if n == s.goroutines {
			break
		}
		s.goroutines = n
	}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return s, fmt.Errorf("count file descriptors: %w", err)
	}
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return s, fmt.Errorf("read memory: %w", err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	s.fds, s.rss = len(fds), pages*os.Getpagesize()
	return s, err
}
