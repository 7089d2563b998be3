package peer

import (
	"testing"

	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// wire is the far end of a track: it notes the last packet.
type wire struct {
	header  rtp.Header
	payload []byte
	count   int
}

func (w *wire) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	w.header, w.payload = *h, append(w.payload[:0], payload...)
	w.count++
	return len(payload), nil
}

func (w *wire) Write(b []byte) (int, error) { return len(b), nil }

// binding is what the library tells a track; the methods that are not used come from the nil interface.
type binding struct {
	webrtc.TrackLocalContext
	writer *wire
	codecs []webrtc.RTPCodecParameters
}

func (b binding) CodecParameters() []webrtc.RTPCodecParameters { return b.codecs }
func (b binding) SSRC() webrtc.SSRC                            { return 7 }
func (b binding) SSRCRetransmission() webrtc.SSRC              { return 8 }
func (b binding) WriteStream() webrtc.TrackLocalWriter         { return b.writer }
func (b binding) RTCPReader() interceptor.RTCPReader           { return nil }

func codecList() []webrtc.RTPCodecParameters {
	params := func(mime, fmtp string, pt webrtc.PayloadType) webrtc.RTPCodecParameters {
		return webrtc.RTPCodecParameters{
			RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mime, SDPFmtpLine: fmtp}, PayloadType: pt,
		}
	}
	return []webrtc.RTPCodecParameters{
		params("video/VP8", "", 96), params("video/VP9", "profile-id=0", 98), params("video/H264", "", 102),
		params("video/rtx", "apt=96", 97), params("video/rtx", "apt=98", 99),
	}
}

func boundTrack(t testing.TB, want frame.Codec) (*DownTrack, *wire) {
	t.Helper()
	d := newDownTrack("camera", "partner", webrtc.RTPCodecTypeVideo,
		func() frame.Codec { return want }, newPacer())
	w := &wire{}
	_, err := d.Bind(binding{writer: w, codecs: codecList()})
	require.NoError(t, err)
	return d, w
}

// vp8 is the payload of a packet that begins a picture, with a picture id of 15 bits.
func vp8(id uint16) []byte {
	return []byte{0x90, 0x80, 0x80 | byte(id>>8), byte(id), 0x00, 1, 2, 3}
}

func pictureID(payload []byte) uint16 { return uint16(payload[2]&0x7f)<<8 | uint16(payload[3]) }

func TestDownTrackBindsTheViewersCodec(t *testing.T) {
	for want, pt := range map[frame.Codec]uint8{frame.VP8: 96, frame.VP9: 98, frame.H264: 102} {
		d, w := boundTrack(t, want)
		require.Equal(t, want, d.Codec())
		require.NoError(t, d.WriteRTP(&rtp.Header{SSRC: 99, PayloadType: 1}, vp8(1)))
		require.Equal(t, pt, w.header.PayloadType)
		require.Equal(t, uint32(7), w.header.SSRC)
	}
	d := newDownTrack("camera", "partner", webrtc.RTPCodecTypeVideo, func() frame.Codec { return 0 }, newPacer())
	require.Zero(t, d.Codec())
	_, err := d.Bind(binding{writer: &wire{}, codecs: codecList()[3:]})
	require.ErrorIs(t, err, webrtc.ErrUnsupportedCodec)
}

func TestDownTrackStitchesSources(t *testing.T) {
	d, w := boundTrack(t, frame.VP8)
	send := func(seq uint16, ts uint32, id uint16) rtp.Header {
		t.Helper()
		require.NoError(t, d.WriteRTP(&rtp.Header{SequenceNumber: seq, Timestamp: ts}, vp8(id)))
		return w.header
	}
	send(100, 9000, 50)
	a := send(101, 12000, 51)
	require.Equal(t, uint16(51), pictureID(w.payload))
	d.Attach()
	b := send(40000, 5, 9)
	require.Equal(t, a.SequenceNumber+1, b.SequenceNumber)
	require.Equal(t, uint16(52), pictureID(w.payload))
	require.Less(t, b.Timestamp-a.Timestamp, uint32(90000), "time goes on")
	require.Positive(t, b.Timestamp-a.Timestamp)
	c := send(40003, 3005, 10)
	require.Equal(t, b.SequenceNumber+3, c.SequenceNumber, "a gap stays a gap")
	require.Equal(t, b.Timestamp+3000, c.Timestamp)

	count := w.count
	send(39999, 5, 9)
	require.Equal(t, count, w.count, "a straggler of before the change would take a number twice")
	require.Equal(t, uint64(1), d.stats().Drops)
}

func TestDownTrackDrops(t *testing.T) {
	d := newDownTrack("camera", "partner", webrtc.RTPCodecTypeVideo, func() frame.Codec { return 0 }, newPacer())
	require.NoError(t, d.WriteRTP(&rtp.Header{}, vp8(1)), "before the viewer is there")
	require.Equal(t, uint64(1), d.stats().Drops)
	w := &wire{}
	_, err := d.Bind(binding{writer: w, codecs: codecList()})
	require.NoError(t, err)
	for name, payload := range map[string][]byte{
		"padding": {}, "too big": make([]byte, maxPacketBytes+1), "broken descriptor": {0x90},
	} {
		require.NoError(t, d.WriteRTP(&rtp.Header{}, payload), name)
	}
	require.Equal(t, uint64(4), d.stats().Drops)
	require.Zero(t, w.count)
	require.NoError(t, d.Unbind(binding{}))
	require.NoError(t, d.WriteRTP(&rtp.Header{}, vp8(1)))
	require.Equal(t, uint64(5), d.stats().Drops)
}

func TestDownTrackAllocatesNothing(t *testing.T) {
	d, _ := boundTrack(t, frame.VP8)
	h := &rtp.Header{}
	payload := vp8(1)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		h.SequenceNumber++
		if d.WriteRTP(h, payload) != nil {
			t.Fatal("write failed")
		}
	}))
}

func TestPacerKnowsRetransmissions(t *testing.T) {
	p := newPacer()
	var got []rtp.Header
	p.AddStream(7, interceptor.RTPWriterFunc(
		func(h *rtp.Header, payload []byte, _ interceptor.Attributes) (int, error) {
			got = append(got, *h)
			return len(payload), nil
		}))
	_, err := p.Write(&rtp.Header{SSRC: 8}, []byte{1}, nil)
	require.Error(t, err, "not known yet")
	p.alias(8, 7)
	p.label(8, 99)
	_, err = p.Write(&rtp.Header{SSRC: 8, PayloadType: 97}, []byte{1, 2}, nil)
	require.NoError(t, err)
	_, err = p.Write(&rtp.Header{SSRC: 7, PayloadType: 96}, []byte{1, 2, 3}, nil)
	require.NoError(t, err)
	require.Equal(t, []rtp.Header{{SSRC: 8, PayloadType: 99}, {SSRC: 7, PayloadType: 96}}, got)
	require.Equal(t, uint64(5), p.sent.Load())
}

func BenchmarkDownTrackWriteRTP(b *testing.B) {
	d, _ := boundTrack(b, frame.VP8)
	h := &rtp.Header{}
	payload := append(vp8(1), make([]byte, 1100)...)
	b.ReportAllocs()
	for b.Loop() {
		h.SequenceNumber++
		if err := d.WriteRTP(h, payload); err != nil {
			b.Fatal(err)
		}
	}
}
