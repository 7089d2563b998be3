package pipeline

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// slowSink is a viewer whose write takes as long as the test wants.
type slowSink struct {
	viewer
	inside, goOn chan struct{}
	once         sync.Once
}

func (s *slowSink) WriteRTP(h *rtp.Header, payload []byte) error {
	s.once.Do(func() { close(s.inside); <-s.goOn })
	return s.viewer.WriteRTP(h, payload)
}

func TestRemovedSinkGetsNothingMore(t *testing.T) {
	var o output
	o.init(false)
	s := &slowSink{viewer: viewer{codec: frame.VP8}, inside: make(chan struct{}), goOn: make(chan struct{})}
	o.edit(func(l *sinkList) { l.viewers = append(l.viewers, s) })
	written := make(chan struct{})
	go func() {
		defer close(written)
		o.write(forwarded, frame.VP8, &rtp.Header{Version: 2}, []byte{1, 2})
	}()
	<-s.inside
	time.AfterFunc(20*time.Millisecond, func() { close(s.goOn) })
	o.remove(s)
	s.mu.Lock()
	had := len(s.got)
	s.mu.Unlock()
	<-written
	require.Len(t, s.got, had, "a packet came after the sink was removed")
}

func TestOldTroubleDoesNotEndTheFilter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(10)
		spoil := func() {
			r.pub.damage = func(raw []byte) []byte {
				clear(raw[16:]) // a keyframe without its start code
				return raw
			}
			r.pub.sendFrame()
			r.pub.damage = nil
		}
		spoil()
		time.Sleep(giveUpDecoding + time.Second) // the camera rests
		spoil()
		r.pub.stream(30)
		r.finish(t)
		states, _ := r.told()
		require.NotContains(t, states, Failed)
		for i, p := range r.view.watch(t) {
			require.Greater(t, p.luma, byte(brightGround), "picture %d is unfiltered", i)
		}
	})
}

func TestLostRequestForTheWayBackIsAskedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(10)
		r.line.SetFiltered(false)
		for range 10 {
			r.pub.up.takeKeyRequest() // lost on its way
			r.pub.stream(1)
		}
		r.pub.up.takeKeyRequest()
		r.pub.stream(30)
		r.finish(t)
		require.Equal(t, "forwarded", r.line.Stats().Route)
	})
}

func TestBitsOfForwardedVideo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, nil, false)
		const picture, packets = 3000, 3
		for n := range 30 {
			for i := range packets {
				h := rtp.Header{Version: 2, Marker: i == packets-1, Timestamp: uint32(n * frameTicks)}
				h.SequenceNumber = uint16(packets*n + i)
				raw, err := (&rtp.Packet{Header: h, Payload: make([]byte, picture/packets)}).Marshal()
				require.NoError(t, err)
				r.pub.up.packets <- raw
			}
			time.Sleep(frameTime)
		}
		s := r.line.Stats()
		r.finish(t)
		require.InEpsilon(t, 8*30*picture, s.BitsOut, 0.1)
		require.InDelta(t, 30, s.FPSOut, 1)
	})
}

func TestStateFollowsTheLastWish(t *testing.T) {
	l, err := New(Config{ID: "x", Up: newUplink(frame.VP8), Encoder: codec.DefaultEncoderConfig()})
	require.NoError(t, err)
	var p painter
	var round atomic.Int64
	judged := make(chan struct{})
	go func() {
		for i := int64(1); i <= 2_000; i++ {
			for round.Load() != i {
				continue // spins, so that both sides run at once
			}
			l.judge(&p, false)
			judged <- struct{}{}
		}
	}()
	for i := int64(1); i <= 2_000; i++ {
		l.SetFiltered(true)
		round.Store(i)
		for range i % 32 {
			round.Load()
		}
		l.SetFiltered(false)
		<-judged
		state, _ := l.state.get()
		require.Equal(t, Off, state, "round %d", i)
	}
}
