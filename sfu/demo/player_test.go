package demo

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// watch reads the player for a while of fake time, checks that the stream has no seam and that each unit
// decodes.
func watch(t *testing.T, p *Player, d time.Duration, each func(i int)) (pictures int) {
	t.Helper()
	asm, err := rtpio.NewAssembler(rtpio.AssemblerConfig{Codec: p.Codec()})
	require.NoError(t, err)
	dec, err := codec.NewDecoder(p.Codec())
	require.NoError(t, err)
	defer func() { require.NoError(t, dec.Close()) }()
	pool := frame.NewPool(2)
	var buf [1500]byte
	var last rtp.Header
	start := time.Now()
	for i := 0; time.Since(start) < d; i++ {
		each(i)
		n, err := p.Read(buf[:])
		require.NoError(t, err)
		var pkt rtp.Packet
		require.NoError(t, pkt.Unmarshal(buf[:n]))
		if i > 0 {
			require.Equal(t, last.SequenceNumber+1, pkt.SequenceNumber)
			require.GreaterOrEqual(t, pkt.Timestamp, last.Timestamp)
			lag := time.Since(start) - time.Duration(pkt.Timestamp)*time.Millisecond/90
			require.Less(t, lag.Abs(), 2*time.Millisecond, "timestamps keep the pace of the clock")
		}
		last = pkt.Header
		asm.Push(&pkt.Header, pkt.Payload, time.Now())
		var e frame.Encoded
		for asm.Pop(time.Now(), &e) {
			f, err := dec.Decode(&e, pool)
			require.NoError(t, err)
			if f != nil {
				f.Release()
				pictures++
			}
		}
		require.True(t, pictures == 0 || !asm.NeedsKeyframe())
	}
	return pictures
}

func TestPlayerGoesRoundWithoutASeam(t *testing.T) {
	for name, c := range clips(t) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := NewPlayer(c)
				require.NoError(t, err)
				defer func() { require.NoError(t, p.Close()) }()
				n := watch(t, p, 5*c.Length()/2, func(int) {})
				require.InDelta(t, 2.5*float64(c.Frames()), n, 3)
			})
		})
	}
}

func TestPlayerGoesBackToAKeyframe(t *testing.T) {
	for name, c := range clips(t) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := NewPlayer(c)
				require.NoError(t, err)
				defer func() { require.NoError(t, p.Close()) }()
				jumps, origin := 0, time.Duration(0)
				watch(t, p, 5*time.Second, func(int) {
					p.RequestKeyframe()
					if p.origin != origin && p.next > 1 { // not the start of a round
						jumps++
					}
					origin = p.origin
				})
				require.LessOrEqual(t, jumps, 5, "at most one in a second")
			})
		})
	}
}

func TestPlayerDeliversTheKeyframe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clipOf(t, 100, 40)
		p, err := NewPlayer(c)
		require.NoError(t, err)
		defer func() { require.NoError(t, p.Close()) }()
		var buf [1500]byte
		read := func() (key bool) {
			n, err := p.Read(buf[:])
			require.NoError(t, err)
			return rtpio.IsKeyframe(c.Codec, buf[12:n])
		}
		require.True(t, read())
		for p.next < 75 {
			read()
		}
		p.RequestKeyframe()
		for p.sent < p.count {
			read()
		}
		before := time.Now()
		require.True(t, read(), "the next picture is the last keyframe")
		require.Equal(t, 41, p.next)
		require.Less(t, time.Since(before), 50*time.Millisecond)
		p.RequestKeyframe() // too soon after the last one
		for p.sent < p.count {
			read()
		}
		require.False(t, read())
	})
}

func TestPlayerDoesNotCatchUpAfterAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPlayer(clipOf(t, 30, 10))
		require.NoError(t, err)
		defer func() { require.NoError(t, p.Close()) }()
		var buf [1500]byte
		read := func() {
			_, err := p.Read(buf[:])
			require.NoError(t, err)
		}
		read()
		time.Sleep(time.Minute)
		before := time.Now()
		for range 20 {
			read()
		}
		require.Greater(t, time.Since(before), 200*time.Millisecond, "no burst")
	})
}

func TestPlayerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPlayer(clipOf(t, 2, 2))
		require.NoError(t, err)
		ended := make(chan error)
		go func() {
			var buf [1500]byte
			for {
				if _, err := p.Read(buf[:]); err != nil {
					ended <- err
					return
				}
			}
		}()
		time.Sleep(time.Second)
		require.NoError(t, p.Close())
		require.NoError(t, p.Close())
		require.ErrorIs(t, <-ended, io.EOF)
		_, err = p.Read(nil)
		require.True(t, errors.Is(err, io.EOF) || errors.Is(err, io.ErrShortBuffer))
	})
}

func BenchmarkPlayer(b *testing.B) {
	p, err := NewPlayer(clipOf(b, 30, 10))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, p.packetise(&p.clip.units[1], 0))
	}
}
