package pipeline

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// shot is what became of a capture.
type shot struct {
	f    *frame.Frame
	err  error
	took time.Duration
}

func (s shot) ground() byte { return s.f.Y[(s.f.Height-4)*s.f.StrideY+4] }

// capture takes a still while the publisher goes on.
func (r *rig) capture(t *testing.T, filtered bool, patience time.Duration, frames int) shot {
	t.Helper()
	got := make(chan shot, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		began := time.Now()
		f, err := r.line.Capture(ctx, filtered)
		got <- shot{f, err, time.Since(began)}
	}()
	synctest.Wait()
	r.pub.stream(frames)
	select {
	case s := <-got:
		return s
	case <-time.After(patience):
		return <-got
	}
}

func TestCaptureIsWhatTheFilterPaints(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(10)
		painted := r.capture(t, true, time.Second, 1)
		require.NoError(t, painted.err)
		require.Greater(t, painted.ground(), byte(brightGround))
		require.LessOrEqual(t, painted.took, frameTime, "within one picture")
		raw := r.capture(t, false, time.Second, 1)
		require.NoError(t, raw.err)
		require.Less(t, raw.ground(), byte(darkGround))
		require.Equal(t, uint32(11*frameTicks), raw.f.Timestamp)
		require.Equal(t, uint32(10*frameTicks), painted.f.Timestamp)
		r.finish(t)
		require.Len(t, r.view.watch(t), 12, "nothing was lost for it")
		require.Zero(t, r.pub.up.asked, "nor asked for")
	})
}

func TestCaptureOfForwardedVideoAsksOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, false)
		r.pub.stream(10)
		before := r.pub.up.asked
		for _, filtered := range []bool{true, false} {
			s := r.capture(t, filtered, time.Second, 6)
			require.NoError(t, s.err)
			require.Less(t, s.ground(), byte(darkGround))
			require.Less(t, s.took, 3*frameTime)
		}
		require.Equal(t, before+2, r.pub.up.asked, "one keyframe for each")
		require.Equal(t, "forwarded", r.line.Stats().Route)
		require.Nil(t, r.line.intake.still.decoder, "nothing goes on being decoded")
		r.finish(t)
		require.Len(t, r.view.watch(t), 22)
		require.Zero(t, r.proc.calls)
	})
}

func TestCaptureEndsWithItsPatience(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, false)
		s := r.capture(t, true, time.Second, 0)
		require.ErrorIs(t, s.err, ErrNoPicture)
		require.ErrorIs(t, s.err, context.DeadlineExceeded)
		r.pub.stream(3)
		require.Nil(t, r.line.intake.still.decoder, "nobody waits any more")
		go func() {
			synctest.Wait()
			close(r.pub.up.packets)
		}()
		_, err := r.line.Capture(t.Context(), true)
		require.ErrorIs(t, err, ErrNoPicture, "the video ended")
		require.NoError(t, <-r.done)
		_, err = r.line.Capture(t.Context(), true)
		require.ErrorIs(t, err, ErrNoPicture, "it stays over")
	})
}

func TestCaptureNeverShowsWhatAFilterHides(t *testing.T) {
	bubble(t, func(t *testing.T) {
		proc := &invert{err: errModel}
		r := newRig(t, frame.VP8, frame.VP8, proc, true)
		r.pub.stream(1)
		s := r.capture(t, true, frameTime/2, 1)
		require.ErrorIs(t, s.err, ErrNoPicture, "the filter failed on the picture: it is not shown without it")
		raw := r.capture(t, false, time.Second, 1)
		require.NoError(t, raw.err)
		r.finish(t)
	})
}

func TestCaptureGoesOverASwitch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, false)
		r.pub.stream(10)
		r.line.SetFiltered(true)
		s := r.capture(t, true, time.Second, 10)
		require.NoError(t, s.err)
		require.Greater(t, s.ground(), byte(brightGround), "the filter was on when it was asked for")
		r.finish(t)
	})
}
