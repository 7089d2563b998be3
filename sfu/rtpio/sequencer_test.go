package rtpio

import (
	"encoding/binary"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// next sends a packet through and returns its number, or -1 when it was refused.
func next(s *Sequencer, seq uint16) int {
	h := rtp.Header{SequenceNumber: seq}
	if !s.Next(&h) {
		if h.SequenceNumber != seq {
			panic("a refused packet was changed")
		}
		return -1
	}
	return int(h.SequenceNumber)
}

func TestSequencerKeepsGapsAndJoinsSources(t *testing.T) {
	var s Sequencer
	s.Switch() // before the first packet there is nothing to follow
	for in, want := range []int{0: 0, 1: 1} {
		require.Equal(t, want, next(&s, uint16(in)))
	}
	require.Equal(t, 5, next(&s, 5), "a gap stays")
	require.Equal(t, 3, next(&s, 3), "a late packet keeps its place")
	s.Switch()
	require.Equal(t, 6, next(&s, 65535))
	require.Equal(t, 8, next(&s, 1), "over the wrap")
	require.Equal(t, 7, next(&s, 0))
	require.Equal(t, -1, next(&s, 65534), "older than the switch")
	s.Switch()
	require.Equal(t, 9, next(&s, 400))
}

func TestSequencerRefusesOldPacketsForever(t *testing.T) {
	var s Sequencer
	next(&s, 10)
	s.Switch()
	for i := range 100_000 {
		require.Equal(t, (11+i)&0xffff, next(&s, uint16(500+i)))
		if i < 30_000 {
			require.Equal(t, -1, next(&s, 499))
		}
	}
}

func TestSequencerClosesTheGapsOfSkippedPackets(t *testing.T) {
	var s Sequencer
	skip := func(seq uint16) { s.Skip(&rtp.Header{SequenceNumber: seq}) }
	skip(99) // nothing to close yet
	require.Equal(t, 100, next(&s, 100))
	skip(101)
	skip(102)
	require.Equal(t, 101, next(&s, 103))
	require.Equal(t, 104, next(&s, 106), "the gap of lost packets stays")
	skip(107)
	skip(105) // late: its number is missed already
	require.Equal(t, 102, next(&s, 104), "late, between skipped ones")
	require.Equal(t, -1, next(&s, 102), "skipped")
	require.Equal(t, 105, next(&s, 108))
	s.Switch()
	skip(7)
	require.Equal(t, 106, next(&s, 8))
	for i := range uint16(40) {
		skip(10 + i)
	}
	require.Equal(t, -1, next(&s, 9), "before more skipped ones than are remembered")
	require.Equal(t, 108, next(&s, 50), "number 9 is missing")
}

func TestSequencerTimelines(t *testing.T) {
	start := time.Unix(100, 0)
	var s Sequencer
	send := func(ts uint32) uint32 {
		h := rtp.Header{SequenceNumber: s.last + 1, Timestamp: ts}
		require.True(t, s.Next(&h))
		return h.Timestamp
	}
	s.SwitchTimeline(start)
	require.Equal(t, uint32(7000), send(7000))
	require.Equal(t, uint32(10_000), send(10_000))
	s.Switch()
	require.Equal(t, uint32(13_000), send(13_000), "the same timeline")
	s.SwitchTimeline(start.Add(2 * time.Second))
	require.Equal(t, uint32(187_000), send(4_000_000_000), "two seconds after the first")
	require.Equal(t, uint32(190_000), send(4_000_003_000))
	s.SwitchTimeline(start.Add(time.Second)) // clocks that disagree: time still goes on
	require.Equal(t, uint32(193_000), send(50))

	fresh := Sequencer{ClockRate: 48_000}
	h := rtp.Header{Timestamp: 10}
	fresh.Next(&h)
	fresh.SwitchTimeline(start)
	h.Timestamp = 5
	fresh.Next(&h)
	require.Equal(t, uint32(10+1600), h.Timestamp)
}

func TestVP8RewriterJoinsSources(t *testing.T) {
	long := func(id uint16, tl0 byte) []byte {
		return []byte{0x90, 0xe0, 0x80 | byte(id>>8), byte(id), tl0, 0x20, 0x10}
	}
	ids := func(b []byte) (id uint16, tl0 byte) { return binary.BigEndian.Uint16(b[2:]) & 0x7fff, b[4] }
	var r VP8Rewriter
	r.Switch()
	check := func(in uint16, inTL0 byte, want uint16, wantTL0 byte) {
		t.Helper()
		b := long(in, inTL0)
		require.True(t, r.Rewrite(b))
		id, tl0 := ids(b)
		require.Equal(t, want, id)
		require.Equal(t, wantTL0, tl0)
		require.Equal(t, []byte{0x90, 0xe0}, b[:2])
		require.Equal(t, []byte{0x20, 0x10}, b[5:])
	}
	check(0x7ffe, 250, 0x7ffe, 250)
	check(1, 1, 1, 1)
	check(0, 0, 0, 0)
	r.Switch()
	check(500, 9, 2, 2)
	check(500, 9, 2, 2)
	check(499, 8, 1, 1)
	check(502, 10, 4, 3)
	r.Switch()
	own := make([]byte, 5)
	writeVP8(own, true, 77) // has no base layer index
	require.True(t, r.Rewrite(own))
	require.Equal(t, uint16(5), binary.BigEndian.Uint16(own[2:])&0x7fff)
	r.Switch()
	check(30, 30, 6, 4)

	short := []byte{0x90, 0x80, 0x7f, 0x10}
	r.Switch()
	require.True(t, r.Rewrite(short))
	require.Equal(t, []byte{0x90, 0x80, 7, 0x10}, short)
	require.False(t, r.Rewrite([]byte{0x90, 0x80}))
	plain := []byte{0x10, 0x10}
	require.True(t, r.Rewrite(plain))
	require.Equal(t, []byte{0x10, 0x10}, plain)
}

func TestPacerSpreadsAPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(8 * time.Millisecond)
		for range 3 {
			start := time.Now()
			for i := range 40 {
				p.Wait(i, 40)
				due := 8 * time.Millisecond * time.Duration(i) / 40
				if i > 20 { // after the stall
					due = max(due, 6*time.Millisecond)
				}
				require.InDelta(t, due, time.Since(start), float64(250*time.Microsecond))
				if i == 20 {
					time.Sleep(2 * time.Millisecond) // the socket was busy: the rest must catch up
				}
			}
			require.Less(t, time.Since(start), 8*time.Millisecond)
		}
	})
}

func TestPacerDoesNotStretchSmallPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(8 * time.Millisecond)
		start := time.Now()
		for i := range 3 {
			p.Wait(i, 3)
		}
		require.Equal(t, 2*time.Millisecond, time.Since(start))
		p.Wait(9, 3) // more packets than announced
		require.Less(t, time.Since(start), 8*time.Millisecond)
		p.Wait(0, 1)
		require.Less(t, time.Since(start), 8*time.Millisecond)
	})
}
