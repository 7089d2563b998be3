package peer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// asker runs a keyframeAsker whose requests are noted with their time since the start.
func asker(t *testing.T, rtt time.Duration) (k *keyframeAsker, sent *[]time.Duration) {
	start := time.Now()
	sent = new([]time.Duration)
	k = newKeyframeAsker(
		func() { *sent = append(*sent, time.Since(start)) },
		func() time.Duration { return rtt },
	)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); k.run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return k, sent
}

func TestKeyframeRequests(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		rtt   time.Duration
		steps func(k *keyframeAsker)
		want  []time.Duration
	}{
		{"one at once", 0, func(k *keyframeAsker) { k.ask() }, []time.Duration{0}},
		{"many are one per 100 ms", 20 * ms, func(k *keyframeAsker) {
			for range 25 {
				k.ask()
				time.Sleep(10 * ms)
			}
		}, []time.Duration{0, 100 * ms, 200 * ms, 300 * ms}}, // the last one for the wishes after 200 ms
		{"one per round trip", 300 * ms, func(k *keyframeAsker) {
			for range 50 {
				k.ask()
				time.Sleep(10 * ms)
			}
		}, []time.Duration{0, 300 * ms, 600 * ms}},
		{"a long round trip is no excuse", 5 * time.Second, func(k *keyframeAsker) {
			k.ask()
			time.Sleep(10 * ms)
			k.ask()
		}, []time.Duration{0, time.Second}},
		{"a keyframe answers the one that waits", 200 * ms, func(k *keyframeAsker) {
			k.ask()
			time.Sleep(50 * ms)
			k.ask()
			synctest.Wait()
			time.Sleep(50 * ms)
			k.keyframe()
		}, []time.Duration{0}},
		{"a wish after the keyframe is sent", 200 * ms, func(k *keyframeAsker) {
			k.ask()
			time.Sleep(50 * ms)
			k.keyframe()
			time.Sleep(50 * ms)
			k.ask()
		}, []time.Duration{0, 200 * ms}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k, sent := asker(t, c.rtt)
				c.steps(k)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				require.Equal(t, c.want, *sent)
			})
		})
	}
}

func TestEstimator(t *testing.T) {
	const start, top = 500_000, 4_000_000
	e := estimator{start: start, max: top}
	sent := uint64(0)
	// look for a second at a rate of bps.
	run := func(target, bps int) (got int) {
		for range sentSlots {
			sent += uint64(bps / 8 / sentSlots)
			got, _ = e.look(target, sent)
		}
		return got
	}
	require.Equal(t, start, run(50_000_000, 0), "nothing is sent: the target says nothing")
	require.InDelta(t, 1_500_000, run(50_000_000, 1_000_000), 10_000, "one and a half times of what is sent")
	require.Equal(t, 700_000, run(700_000, 1_000_000), "the link carries less")
	require.Equal(t, 100_000, run(100_000, 1_000_000), "far less")
	require.Equal(t, top, run(50_000_000, 8_000_000), "the limit")

	_, say := e.look(50_000_000, sent+200_000)
	require.False(t, say, "small changes are not worth a word")
}
