package sfutest

import (
	"net"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// carry sends numbered packets through a network and returns the numbers that arrive.
func carry(t *testing.T, n *Network, count int, kind byte) []byte {
	t.Helper()
	in, err := net.ListenPacket("udp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, in.Close()) }()
	out, err := net.ListenPacket("udp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, out.Close()) }()
	sock := n.wrap(out)
	var got []byte
	buf := make([]byte, 16)
	for i := range count {
		_, err = sock.WriteTo([]byte{kind, byte(i)}, in.LocalAddr())
		require.NoError(t, err)
	}
	for {
		require.NoError(t, in.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
		if _, _, err = in.ReadFrom(buf); err != nil {
			return got
		}
		got = append(got, buf[1])
	}
}

func TestNetwork(t *testing.T) {
	const rtpByte, stunByte = 0x80, 0x00
	lossy := func() *Network {
		n := NewNetwork(3)
		n.Lose(0.5, 0)
		return n
	}
	first := carry(t, lossy(), 100, rtpByte)
	require.InDelta(t, 50, len(first), 20)
	require.Equal(t, first, carry(t, lossy(), 100, rtpByte), "the same seed, the same losses")
	require.Len(t, carry(t, lossy(), 100, stunByte), 100, "STUN passes")
	require.Len(t, carry(t, nil, 100, rtpByte), 100)

	n := NewNetwork(4)
	n.Reorder(0.3)
	got := carry(t, n, 100, rtpByte)
	require.GreaterOrEqual(t, len(got), 99, "all but one that may wait for its successor")
	require.NotEqual(t, append([]byte(nil), got...), sorted(len(got)))
	_, swapped := n.Counts()
	require.Positive(t, swapped)
}

func sorted(n int) []byte {
	all := make([]byte, n)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

func TestStreamCounts(t *testing.T) {
	s := newStream(TrackAudio, false)
	for _, p := range []struct {
		seq uint16
		ts  uint32
	}{{65534, 100}, {65535, 200}, {1, 400}, {0, 300}, {0, 300}, {4, 700}, {5, 600}} {
		s.push(0, Silence(p.seq, p.ts))
	}
	got := s.Stats()
	require.Equal(t, 7, got.Packets)
	require.Equal(t, 2, got.Missing, "2 and 3")
	require.Equal(t, 1, got.Duplicates)
	require.Equal(t, 1, got.Backwards, "5 is before 4")
	require.Equal(t, 1, got.SSRCs)
	other := Silence(6, 800)
	other.SSRC = 9
	s.push(0, other)
	require.Equal(t, 2, s.Stats().SSRCs)
}

func TestPatternDecodes(t *testing.T) {
	p, err := NewPattern(frame.VP8, 160, 120, 30, 120)
	require.NoError(t, err)
	s := newStream(TrackCamera, true)
	pack, err := rtpio.NewPacketiser(rtpio.PacketiserConfig{Codec: frame.VP8})
	require.NoError(t, err)
	var unit frame.Encoded
	for i := range 10 {
		if i == 5 {
			p.Resize(320, 240)
		}
		require.NoError(t, p.Next(i == 0, &unit))
		require.NoError(t, pack.Packetise(&unit, func(h *rtp.Header, payload []byte, _ bool) error {
			s.push(frame.VP8, &rtp.Packet{Header: *h, Payload: payload})
			return nil
		}))
	}
	got := s.Stats()
	require.Equal(t, 10, got.Pictures)
	require.Equal(t, 2, got.Keyframes)
	require.Equal(t, 320, got.Width)
	require.InDelta(t, 120, s.MeanLuma(), 6)
	require.NoError(t, s.close())
	require.NoError(t, p.Close())
}
