package sfu_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/sfutest"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// joinsVariable sets how many joins TestJoinsLeaveNothing makes; a full run takes 1,000.
const joinsVariable = "PPENTER_TEST_JOINS"

// usage is what a process may leak.
type usage struct {
	goroutines, files int
	resident, heap    int // KiB
}

func measure(t *testing.T) (u usage) {
	t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	u.goroutines = runtime.NumGoroutine()
	files, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	u.files = len(files)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u.heap = int(m.HeapAlloc >> 10)
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	u.resident, err = strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return u
}

// Each join has a socket, a browser with camera and microphone, and a line with its filter on, which is what
// holds the codecs' memory. The other person stays, so that there is always someone to be wired to.
func TestJoinsLeaveNothing(t *testing.T) {
	joins := 30
	if n, err := strconv.Atoi(os.Getenv(joinsVariable)); err == nil {
		joins = n
	}
	h := openHouse(t, nil)
	stays := h.call("stays", 60)
	visit := func() {
		g := h.enter("comes")
		g.say(signal.Filter{Type: "filter", Mode: "blur"})
		g.dial(100)
		g.sees(sfutest.TrackMirror, inverted(100))
		g.leave()
		stays.mu.Lock()
		stays.said = nil
		stays.mu.Unlock()
	}
	for range min(2*joins, 80) { // pools and arenas reach their size; those of the race detector need long
		visit()
	}
	settle := func() usage {
		require.Eventually(t, func() bool { return len(h.Snapshot().Rooms[0].Participants) == 1 }, patience, beat)
		time.Sleep(300 * time.Millisecond) // what ends by itself: timers of DTLS and SCTP
		return measure(t)
	}
	before := settle()
	start := time.Now()
	for range joins {
		visit()
	}
	each := time.Since(start) / time.Duration(joins)
	after := settle()
	for range 20 { // on a busy machine what ends by itself takes longer; what leaked never ends
		if after.goroutines <= before.goroutines+2 {
			break
		}
		after = settle()
	}
	t.Logf("%d joins of %v each: %+v -> %+v", joins, each, before, after)
	require.LessOrEqual(t, after.goroutines, before.goroutines+2)
	require.LessOrEqual(t, after.files, before.files+1)
	// A decoder or an encoder that was left behind holds hundreds of KiB; what the allocators keep does not grow
	// with the number of joins.
	require.LessOrEqual(t, after.resident, before.resident+16<<10+16*joins)
	stays.sees(sfutest.TrackMirror, 60)
}
