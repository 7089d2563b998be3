package pipeline

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const (
	darkGround   = 90  // the pattern's ground as it came is darker than this
	brightGround = 160 // and brighter than this when inverted
)

func TestForwardsUntouchedWithoutFilter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, false)
		r.pub.stream(30)
		r.finish(t)
		pics := r.view.watch(t)
		require.Len(t, pics, 30)
		require.Less(t, pics[29].luma, byte(darkGround))
		require.Zero(t, r.proc.calls, "nothing is processed")
		require.Zero(t, r.line.Stats().Stages[0].Count, "nothing is decoded")
	})
}

func TestPaddingLeavesNoGap(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, nil, false)
		shift := uint16(0)
		r.pub.damage = func(raw []byte) []byte {
			sequence := binary.BigEndian.Uint16(raw[2:]) + shift
			binary.BigEndian.PutUint16(raw[2:], sequence)
			probe := append([]byte(nil), raw[:12]...)
			probe[0] |= 0x20 // padding
			binary.BigEndian.PutUint16(probe[2:], sequence+1)
			r.pub.up.packets <- raw
			r.pub.up.packets <- append(probe, 0, 0, 0, 4)
			shift++
			return nil
		}
		r.pub.stream(10)
		r.finish(t)
		require.Len(t, r.view.watch(t), 10) // checks the numbers
	})
}

func TestFiltersEveryPicture(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(30)
		r.finish(t)
		pics := r.view.watch(t)
		require.Len(t, pics, 30, "from the first picture on, none of them unfiltered")
		for i, p := range pics {
			require.Greater(t, p.luma, byte(brightGround), "picture %d", i)
			require.Equal(t, uint32(i*frameTicks), p.timestamp, "the publisher's timestamp goes through")
		}
		states, _ := r.told()
		require.Equal(t, []State{Active}, states)
	})
}

func TestSwitchesLiveOnOneStream(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, false)
		r.pub.stream(20)
		r.line.SetFiltered(true)
		r.pub.stream(20)
		r.line.SetFiltered(false)
		r.pub.stream(20)
		r.finish(t)
		pics := r.view.watch(t) // checks numbers and timestamps
		require.GreaterOrEqual(t, len(pics), 57, "a switch costs at most a picture")
		seen := map[uint32]bool{}
		for _, p := range pics {
			require.False(t, seen[p.timestamp], "timestamp %d twice", p.timestamp)
			seen[p.timestamp] = true
		}
		require.Less(t, pics[10].luma, byte(darkGround))
		require.Greater(t, pics[30].luma, byte(brightGround))
		require.Less(t, pics[len(pics)-5].luma, byte(darkGround))
		states, _ := r.told()
		require.Equal(t, []State{Starting, Active, Off}, states)
		require.Equal(t, "forwarded", r.line.Stats().Route)
	})
}

func TestSlowFilterKeepsDelayBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{sleep: 200 * time.Millisecond}, true)
		began := time.Now()
		r.pub.stream(300)
		time.Sleep(time.Second)
		r.finish(t)
		pics := r.view.watch(t)
		require.InDelta(t, 50, len(pics), 2, "5 pictures a second for 10 s")
		for _, p := range pics {
			sent := began.Add(time.Duration(p.timestamp/frameTicks) * frameTime)
			require.Less(t, p.at.Sub(sent), 450*time.Millisecond, "two rounds of the slow stage at most")
		}
		s := r.line.Stats()
		require.Equal(t, uint64(300-len(pics)), s.Drops["replaced"])
		states, reason := r.told()
		require.Contains(t, states, Degraded)
		require.Equal(t, ReasonInferenceSlow, reason)
	})
}

func TestDeadlineCountsFromTheArrival(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(5)
		require.Equal(t, DefaultBudget, r.proc.left, "taken at once")
		r.proc.sleep = frameTime + 10*time.Millisecond
		r.pub.stream(10)
		r.finish(t)
		require.Less(t, r.proc.left, DefaultBudget-5*time.Millisecond, "it has waited for its turn")
	})
}

func TestFailingFilterLetsTheCallGoOn(t *testing.T) {
	for name, proc := range map[string]*invert{"error": {err: errModel}, "panic": {boom: "boom"}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, frame.VP8, frame.VP8, proc, true)
				r.pub.stream(60)
				states, reason := r.told()
				require.Equal(t, []State{Failed}, states)
				require.Equal(t, ReasonInferenceFailed, reason)
				require.Equal(t, failuresToGiveUp, proc.calls, "it is not asked again")

				proc.err, proc.boom = nil, nil
				r.line.SetFiltered(true)
				r.pub.stream(30)
				r.finish(t)
				pics := r.view.watch(t)
				require.Greater(t, len(pics), 80)
				require.Less(t, pics[20].luma, byte(darkGround), "unfiltered")
				require.Greater(t, pics[len(pics)-1].luma, byte(brightGround), "filtered again on request")
			})
		})
	}
}

func TestViewerGetsKeyframeOnRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(30)
		for range 5 {
			r.line.RequestKeyframe(r.view)
		}
		r.pub.stream(30)
		r.finish(t)
		keys := 0
		for _, p := range r.view.watch(t) {
			if p.key {
				keys++
			}
		}
		require.Equal(t, 2, keys, "the first picture and one for all five requests")
	})
}

func TestFollowsSizeChange(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		for _, size := range [][2]int{{320, 240}, {480, 270}, {641, 361}, {320, 240}} {
			r.pub.w, r.pub.h = size[0], size[1]
			r.pub.stream(5)
		}
		r.finish(t)
		pics := r.view.watch(t)
		require.Len(t, pics, 20)
		require.Equal(t, 641, pics[12].w)
		require.Equal(t, 361, pics[12].h)
	})
}

func TestTranscodesForViewerOfAnotherCodec(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP9, frame.VP8, nil, false)
		r.pub.stream(30)
		r.finish(t)
		pics := r.view.watch(t)
		require.GreaterOrEqual(t, len(pics), 28)
		require.Less(t, pics[20].luma, byte(darkGround))
	})
}

func TestDamagedVideoCostsPicturesOnly(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(10)
		n := 0
		r.pub.damage = func(raw []byte) []byte {
			n++
			switch n % 4 {
			case 0:
				return nil // lost
			case 1:
				return raw[:8] // not even a header
			case 2:
				for i := 20; i < len(raw); i++ {
					raw[i] ^= byte(i * 7)
				}
			}
			return raw
		}
		r.pub.stream(40)
		r.pub.damage = nil
		r.pub.stream(30)
		r.finish(t)
		pics := r.view.watch(t)
		require.Greater(t, len(pics), 35)
		require.Equal(t, uint32(79*frameTicks), pics[len(pics)-1].timestamp, "it came back")
		require.NotZero(t, r.line.Stats().Drops["bad_packet"])
		require.Zero(t, r.line.Stats().Panics)
	})
}

func TestSinkThatFailsDoesNotHoldTheOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.line.AddSink(&viewer{codec: frame.VP8, fail: errModel})
		r.line.AddMirror(&viewer{codec: frame.VP9})
		r.pub.stream(10)
		r.finish(t)
		require.Len(t, r.view.watch(t), 10)
		require.NotZero(t, r.line.Stats().Drops["write"])
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		pub, proc := newPublisher(t, frame.VP8), &invert{}
		cfg := Config{ID: "x", Up: pub.up, Processor: proc, Encoder: codec.DefaultEncoderConfig(), Filtered: true}
		line, err := New(cfg)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- line.Run(ctx) }()
		pub.stream(5)
		cancel()
		close(pub.up.packets)
		require.NoError(t, <-done)
		require.True(t, proc.closed)
		require.Zero(t, line.pool.Live())
	})
}

func TestRefusesBadConfig(t *testing.T) {
	_, err := New(Config{})
	require.ErrorContains(t, err, "no uplink")
	_, err = New(Config{Up: newUplink(frame.H264)})
	require.ErrorIs(t, err, codec.ErrUnsupported)
}

func TestTargetBitrate(t *testing.T) {
	require.Equal(t, 1_198_080, targetBitrate(640, 480, 0, 0))
	require.Equal(t, 800_000, targetBitrate(640, 480, 800_000, 0))
	require.Equal(t, 425_000, targetBitrate(640, 480, 800_000, 500_000))
	require.Equal(t, minBitrate, targetBitrate(640, 480, 0, 1000))
}
