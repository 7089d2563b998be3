package cli

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// badFile is an error of one file of the data, which the others are measured without.
type badFile struct{ error }

func (b badFile) Unwrap() error { return b.error }

// broken gathers the files that could not be measured. Safe for concurrent use.
type broken struct {
	mu  sync.Mutex
	why []string // guarded by mu
}

// leaveOut takes note of a bad file and returns any other error.
func (b *broken) leaveOut(err error) error {
	var bad badFile
	if !errors.As(err, &bad) {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.why = append(b.why, bad.Error())
	return nil
}

// list is why each file was left out, sorted.
func (b *broken) list() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.Sort(b.why)
	return append([]string{}, b.why...)
}

// tell names the files that were left out; it is an error when nothing else is left.
func (p *Process) tell(left []string, measured int) error {
	if len(left) == 0 {
		return nil
	}
	if measured == 0 {
		return fmt.Errorf("nothing could be measured: %s", few(left))
	}
	p.say("%d could not be measured, left out: %s\n", len(left), few(left))
	return nil
}
