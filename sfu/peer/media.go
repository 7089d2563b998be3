package peer

import (
	"fmt"
	"strings"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/cc"
	"github.com/pion/interceptor/pkg/gcc"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// The payload types that the server would offer; an answer takes those of the browser's offer.
const (
	ptVP8, ptVP8RTX   = 96, 97
	ptVP9, ptVP9RTX   = 98, 99
	ptH264, ptH264RTX = 102, 103
	ptOpus            = 111
)

const (
	// nackInterval is how often lost packets are asked for again: below a frame's time, so that the first ask
	// goes out before the decoder has to wait. Browsers and this library ignore a second ask within one round
	// trip.
	nackInterval = 20 * time.Millisecond
	// nackAsks bounds the asks for one packet: after 200 ms the assembler has given up and wants a keyframe.
	nackAsks = 10
	// nackHistory is how many sent packets of a track can be sent again: about 2 s at 2.5 Mbit/s. A power of
	// two.
	nackHistory = 512
)

// h264Params is Constrained Baseline 3.1, the profile that every browser decodes and OpenH264 produces.
const h264Params = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"

// newMediaEngine registers what the server can send or receive, most wanted first.
func newMediaEngine(h264 bool) (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	opus := webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: audioClockRate, Channels: 2,
			SDPFmtpLine: "minptime=10;useinbandfec=1",
		},
		PayloadType: ptOpus,
	}
	if err := m.RegisterCodec(opus, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, fmt.Errorf("register opus: %w", err)
	}
	type video struct {
		mime, fmtp string
		pt, rtx    webrtc.PayloadType
	}
	videos := []video{
		{webrtc.MimeTypeVP8, "", ptVP8, ptVP8RTX},
		{webrtc.MimeTypeVP9, "profile-id=0", ptVP9, ptVP9RTX},
	}
	if h264 {
		videos = append(videos, video{webrtc.MimeTypeH264, h264Params, ptH264, ptH264RTX})
	}
	for _, v := range videos {
		err := registerVideo(m, v.mime, v.fmtp, v.pt)
		if err == nil {
			err = registerVideo(m, webrtc.MimeTypeRTX, fmt.Sprintf("apt=%d", v.pt), v.rtx)
		}
		if err != nil {
			return nil, fmt.Errorf("register %s: %w", v.mime, err)
		}
	}
	return m, nil
}

func registerVideo(m *webrtc.MediaEngine, mime, fmtp string, pt webrtc.PayloadType) error {
	params := webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: mime, ClockRate: videoClockRate, SDPFmtpLine: fmtp,
		},
		PayloadType: pt,
	}
	if mime != webrtc.MimeTypeRTX {
		params.RTCPFeedback = []webrtc.RTCPFeedback{
			{Type: webrtc.TypeRTCPFBNACK},
			{Type: webrtc.TypeRTCPFBNACK, Parameter: "pli"},
			{Type: webrtc.TypeRTCPFBCCM, Parameter: "fir"},
			{Type: webrtc.TypeRTCPFBTransportCC},
		}
	}
	return m.RegisterCodec(params, webrtc.RTPCodecTypeVideo)
}

// newInterceptors builds the chain of one peer. A packet that is sent passes it from the last to the first:
// the NACK responder keeps a copy, the report counts it, the transport-wide number is set, the congestion
// controller notes when it left. Retransmissions enter at the responder and so get their own number too.
func newInterceptors(
	m *webrtc.MediaEngine, cfg *Config, p *pacer, lf logging.LoggerFactory,
	onEstimator func(cc.BandwidthEstimator),
) (*interceptor.Registry, error) {
	r := &interceptor.Registry{}
	if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI},
		webrtc.RTPCodecTypeVideo); err != nil {
		return nil, fmt.Errorf("register transport-wide numbers: %w", err)
	}
	control, err := cc.NewInterceptor(func() (cc.BandwidthEstimator, error) {
		return gcc.NewSendSideBWE(
			gcc.SendSideBWEInitialBitrate(cfg.StartBitrate),
			gcc.SendSideBWEMinBitrate(cfg.MinBitrate),
			gcc.SendSideBWEMaxBitrate(cfg.MaxBitrate),
			gcc.SendSideBWEPacer(p),
			gcc.WithLoggerFactory(lf),
		)
	})
	if err != nil {
		return nil, fmt.Errorf("make congestion control: %w", err)
	}
	control.OnNewPeerConnection(func(_ string, e cc.BandwidthEstimator) { onEstimator(e) })
	numbers, err := twcc.NewHeaderExtensionInterceptor()
	if err != nil {
		return nil, fmt.Errorf("make transport-wide numbers: %w", err)
	}
	feedback, err := twcc.NewSenderInterceptor(twcc.WithLoggerFactory(lf))
	if err != nil {
		return nil, fmt.Errorf("make transport-wide feedback: %w", err)
	}
	sender, err := report.NewSenderInterceptor(report.WithSenderLoggerFactory(lf))
	if err != nil {
		return nil, fmt.Errorf("make sender reports: %w", err)
	}
	receiver, err := report.NewReceiverInterceptor(report.WithReceiverLoggerFactory(lf))
	if err != nil {
		return nil, fmt.Errorf("make receiver reports: %w", err)
	}
	responder, err := nack.NewResponderInterceptor(
		nack.ResponderSize(nackHistory), nack.WithResponderLoggerFactory(lf))
	if err != nil {
		return nil, fmt.Errorf("make NACK responder: %w", err)
	}
	generator, err := nack.NewGeneratorInterceptor(nack.GeneratorInterval(nackInterval),
		nack.GeneratorMaxNacksPerPacket(nackAsks), nack.WithGeneratorLoggerFactory(lf))
	if err != nil {
		return nil, fmt.Errorf("make NACK generator: %w", err)
	}
	for _, f := range []interceptor.Factory{control, numbers, feedback, sender, receiver, responder, generator} {
		r.Add(f)
	}
	return r, nil
}

// codecParams finds c among negotiated codecs.
func codecParams(list []webrtc.RTPCodecParameters, c frame.Codec) (webrtc.RTPCodecParameters, bool) {
	if c == 0 {
		return webrtc.RTPCodecParameters{}, false
	}
	for _, p := range list {
		if strings.EqualFold(p.MimeType, c.MimeType()) {
			return p, true
		}
	}
	return webrtc.RTPCodecParameters{}, false
}

// rtxPayloadType is the payload type of retransmissions of payload type pt; 0 without.
func rtxPayloadType(list []webrtc.RTPCodecParameters, pt webrtc.PayloadType) uint8 {
	want := fmt.Sprintf("apt=%d", pt)
	for _, p := range list {
		if strings.EqualFold(p.MimeType, webrtc.MimeTypeRTX) && p.SDPFmtpLine == want {
			return uint8(p.PayloadType)
		}
	}
	return 0
}

// rank orders codecs in the answer. The browser sends the first of them, so VP8 leads, and H.264 goes last:
// the m-line's one list serves both directions, but the server only sends it.
func rank(p webrtc.RTPCodecParameters) int {
	for i, mime := range []string{webrtc.MimeTypeVP8, webrtc.MimeTypeVP9, webrtc.MimeTypeH264} {
		if strings.EqualFold(p.MimeType, mime) {
			return i
		}
	}
	return 3 // retransmissions
}
