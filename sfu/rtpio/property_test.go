package rtpio

import (
	"math/rand/v2"
	"testing"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// network loses, doubles and delays packets by chance.
type network struct {
	rng               *rand.Rand
	loss, dup, detour float64
	held              []packet
}

func (n *network) send(dst *sink, packets []packet) {
	for _, p := range packets {
		switch x := n.rng.Float64(); {
		case x < n.loss:
			continue
		case x < n.loss+n.dup:
			dst.push(p, p)
		case x < n.loss+n.dup+n.detour:
			n.held = append(n.held, p)
			continue
		default:
			dst.push(p)
		}
		if len(n.held) > 0 && n.rng.IntN(4) == 0 {
			i := n.rng.IntN(len(n.held))
			dst.push(n.held[i])
			n.held[i] = n.held[len(n.held)-1]
			n.held = n.held[:len(n.held)-1]
		}
	}
}

// Whatever the network does: only units that were sent come out, whole, in order, and each refers only to
// units that came out; a keyframe that arrives whole ends every trouble.
func TestNoNetworkMakesAWrongUnit(t *testing.T) {
	for seed := range uint64(60) {
		eachCodec(t, func(t *testing.T, src *source, dst *sink) {
			rng := rand.New(rand.NewPCG(seed, 2))
			src.p.sequence = uint16(rng.Uint32())
			net := &network{rng: rng, loss: rng.Float64() / 20, dup: rng.Float64() / 10, detour: rng.Float64() / 5}
			var sent []frame.Encoded
			for i := range 150 {
				e, packets := src.next(1+rng.IntN(1500), i == 0 || rng.IntN(25) == 0)
				sent = append(sent, e)
				if rng.IntN(10) == 0 {
					packets = append(packets, src.filler())
				}
				net.send(dst, packets)
			}
			requireDecodable(t, sent, dst.got)

			dst.got = nil
			key, packets := src.next(3000, true)
			dst.push(packets...)
			next, packets := src.next(500, false)
			dst.push(packets...)
			require.GreaterOrEqual(t, len(dst.got), 2)
			dst.got = dst.got[len(dst.got)-2:]
			dst.expect(key, next)
		})
	}
}

func requireDecodable(t *testing.T, sent, got []frame.Encoded) {
	t.Helper()
	at := -1
	for _, e := range got {
		i := at + 1
		for i < len(sent) && sent[i].Timestamp != e.Timestamp {
			i++
		}
		require.Less(t, i, len(sent), "a unit out of order, or one never sent")
		requireSameUnit(t, sent[i], e)
		require.True(t, e.Keyframe || i == at+1, "unit %d after %d", i, at)
		at = i
	}
}

// FuzzAssembler takes the bytes for packets: two for the number, one for flags, one for the length, the
// payload.
func FuzzAssembler(f *testing.F) {
	src := newSource(f, frame.VP9, 1)
	src.p.sequence = 10
	var seed []byte
	for i := range 3 {
		_, packets := src.next(400, i == 0)
		for _, p := range packets {
			flags := byte(p.h.Timestamp / 3000)
			if p.h.Marker {
				flags |= 0x80
			}
			seed = append(seed, 0, byte(p.h.SequenceNumber), flags, byte(len(p.payload)))
			seed = append(seed, p.payload...)
		}
	}
	f.Add(seed, true)
	f.Add(seed, false)
	f.Add([]byte{0, 1, 0x80, 4, 0x90, 0x80, 0x80, 0x10, 0xff, 0xff, 0xc0, 2, 0xff, 0xff}, false)
	f.Fuzz(func(t *testing.T, b []byte, vp9 bool) {
		cfg := AssemblerConfig{Codec: frame.VP8, Window: 16, MaxFrameBytes: 600}
		if vp9 {
			cfg.Codec = frame.VP9
		}
		dst := newSink(t, cfg)
		total := 0
		for len(b) >= 4 {
			h := rtp.Header{
				SequenceNumber: uint16(b[0])<<8 | uint16(b[1]), Marker: b[2]&0x80 != 0,
				Padding: b[2]&0x40 != 0, Timestamp: uint32(b[2] & 0x3f),
			}
			n := min(int(b[3]), len(b)-4)
			total += n
			dst.push(packet{h, b[4 : 4+n]})
			b = b[4+n:]
		}
		dst.wait(defaultMaxWait)
		bytes := 0
		for _, e := range dst.got {
			require.LessOrEqual(t, len(e.Payload), 600)
			bytes += len(e.Payload)
		}
		require.LessOrEqual(t, bytes, total, "bytes that were never sent")
	})
}

func FuzzDescriptor(f *testing.F) {
	f.Add([]byte{0x90, 0x80, 0x80, 1, 0x10, 2, 3})
	f.Add([]byte{0xff, 0xff, 0xff, 1, 0x10, 2, 3, 0})
	f.Add([]byte{0xaa, 0x80, 1, 0, 0x38, 1, 2, 3, 4, 5, 6, 7, 8, 2, 4, 1, 8, 1, 1, 0x80})
	f.Add([]byte{24, 0, 2, 7, 1, 0, 1, 5})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
			d, ok := parseDescriptor(c, b)
			require.False(t, ok && d.size >= len(b))
			require.False(t, d.keyframe && !d.start)
			require.Equal(t, ok && d.keyframe, IsKeyframe(c, b))
		}
		IsKeyframe(frame.H264, b)
		size := len(b)
		own := append([]byte(nil), b...)
		var r VP8Rewriter
		r.Rewrite(own)
		r.Switch()
		r.Rewrite(own)
		require.Len(t, own, size)
	})
}
