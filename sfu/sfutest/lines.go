package sfutest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// mediaEngine registers Opus and the video codecs in the given order, each with retransmission.
func mediaEngine(codecs []frame.Codec) (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	opus := webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
		},
		PayloadType: 63,
	}
	if err := m.RegisterCodec(opus, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, fmt.Errorf("register opus: %w", err)
	}
	fmtp := map[frame.Codec]string{
		frame.VP9:  "profile-id=0",
		frame.H264: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
	}
	for i, c := range codecs {
		pt := webrtc.PayloadType(100 + 2*i)
		for _, p := range []webrtc.RTPCodecParameters{
			{RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: c.MimeType(), ClockRate: 90000, SDPFmtpLine: fmtp[c],
				RTCPFeedback: []webrtc.RTCPFeedback{
					{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "transport-cc"},
				},
			}, PayloadType: pt},
			{RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: fmt.Sprintf("apt=%d", pt),
			}, PayloadType: pt + 1},
		} {
			if err := m.RegisterCodec(p, webrtc.RTPCodecTypeVideo); err != nil {
				return nil, fmt.Errorf("register %s: %w", c, err)
			}
		}
	}
	return m, nil
}

// addLines adds the m-lines of the protocol in their order.
func (b *Browser) addLines() error {
	var err error
	b.mic, err = webrtc.NewTrackLocalStaticRTP(
		webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "mic", "page")
	if err != nil {
		return fmt.Errorf("make microphone: %w", err)
	}
	b.cam, err = webrtc.NewTrackLocalStaticRTP(
		webrtc.RTPCodecCapability{MimeType: b.cfg.Publish.MimeType(), ClockRate: 90000}, "cam", "page")
	if err != nil {
		return fmt.Errorf("make camera: %w", err)
	}
	if _, err = b.pc.AddTransceiverFromTrack(b.mic); err != nil {
		return fmt.Errorf("add audio: %w", err)
	}
	line, err := b.pc.AddTransceiverFromTrack(b.cam)
	if err != nil {
		return fmt.Errorf("add camera: %w", err)
	}
	b.camSender = line.Sender()
	for _, stop := range []bool{false, true} { // the mirror, the screen
		line, err = b.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo,
			webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		if err == nil && stop {
			err = line.Stop() // inactive
		}
		if err != nil {
			return fmt.Errorf("add video line: %w", err)
		}
	}
	if b.state, err = b.pc.CreateDataChannel("state", nil); err != nil {
		return fmt.Errorf("add data channel: %w", err)
	}
	b.state.OnMessage(func(m webrtc.DataChannelMessage) { b.receive(m.Data) })
	return nil
}

// onTrack collects a track until it ends.
func (b *Browser) onTrack(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	b.mu.Lock()
	i := slices.Index(b.names, receiver.RTPTransceiver().Mid())
	b.mu.Unlock()
	if i < 0 || i > 2 {
		return
	}
	stream := b.streams[[]string{TrackAudio, TrackCamera, TrackMirror}[i]]
	b.spawn(func() {
		for {
			if _, _, err := receiver.ReadRTCP(); err != nil {
				return
			}
		}
	})
	b.spawn(func() {
		var asked time.Time
		for {
			pkt, _, err := remote.ReadRTP()
			if err != nil {
				return
			}
			codec, _ := frame.ParseMimeType(remote.Codec().MimeType)
			if stream.push(codec, pkt) && time.Since(asked) > pliInterval {
				asked = time.Now()
				_ = b.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: pkt.SSRC}})
			}
		}
	})
}

func (b *Browser) onState(s webrtc.PeerConnectionState) {
	if b.cfg.OnState != nil {
		b.cfg.OnState(s)
	}
	if s != webrtc.PeerConnectionStateConnected {
		return
	}
	b.once.Do(func() {
		close(b.connected)
		b.publish()
	})
}

// readFeedback notes what the server asks of the camera; reading also serves retransmissions.
func (b *Browser) readFeedback() {
	for {
		pkts, _, err := b.camSender.ReadRTCP()
		if err != nil {
			return
		}
		for _, pkt := range pkts {
			if _, ok := pkt.(*rtcp.PictureLossIndication); ok {
				b.mu.Lock()
				b.asked++
				b.mu.Unlock()
				select {
				case b.keyframes <- struct{}{}:
				default:
				}
			}
		}
	}
}

// receive notes a message of the data channel.
func (b *Browser) receive(msg []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, slices.Clone(msg))
	close(b.news)
	b.news = make(chan struct{})
}

// Messages are those of the data channel so far; more is closed when there are more.
func (b *Browser) Messages() (all [][]byte, more <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages), b.news
}

// SendMessage sends on the data channel, which the protocol does not foresee.
func (b *Browser) SendMessage(text string) error {
	if b.state.ReadyState() != webrtc.DataChannelStateOpen {
		return errors.New("data channel is not open")
	}
	if err := b.state.SendText(text); err != nil {
		return fmt.Errorf("send message: %w", err)
	}
	return nil
}
