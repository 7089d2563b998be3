package media

import (
	"errors"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// priority is the nice value of the calling thread.
func priority(t *testing.T) int {
	t.Helper()
	raw, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	require.NoError(t, err)
	return 20 - raw // as the system call gives it
}

func TestAside(t *testing.T) {
	before := priority(t)
	failure := errors.New("failed")
	nice, err := aside(func() (int, error) { return priority(t), failure })
	require.ErrorIs(t, err, failure)
	require.Equal(t, max(before, modesty), nice)
	require.PanicsWithValue(t, "broken", func() { _, _ = aside(func() (int, error) { panic("broken") }) })
	// The threads that run everything else keep their priority.
	for range 100 {
		done := make(chan int)
		go func() { done <- priority(t) }()
		require.Equal(t, before, <-done)
	}
}
