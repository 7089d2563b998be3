package peer

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// maxPacketBytes is larger than any packet that a browser sends.
const maxPacketBytes = 1500

// maxReadErrors is how many reads in a row may fail before a stream counts as ended: each stands for a packet
// that the library could not make sense of.
const maxReadErrors = 1000

// UpTrack is the stream of one camera, from its first packet to its last, in one codec. Read is for one
// goroutine; the rest is safe for concurrent use.
type UpTrack struct {
	cam   *camera
	codec frame.Codec
	keys  *keyframeAsker

	first []byte // the packet that began the stream; owned by Read
	ended atomic.Bool
	stop  context.CancelFunc // ends the keyframe asker
}

// Codec is what the camera is compressed with: VP8 or VP9.
func (u *UpTrack) Codec() frame.Codec { return u.codec }

// RequestKeyframe asks the publisher for a keyframe. Requests are merged to one per round trip, and one that
// a keyframe answers meanwhile is not sent. It never blocks.
func (u *UpTrack) RequestKeyframe() { u.keys.ask() }

// Read puts the next RTP packet into buf, retransmitted ones included, in the order of arrival. It blocks
// while the camera is silent, and returns io.EOF when the stream has ended.
func (u *UpTrack) Read(buf []byte) (n int, err error) {
	if u.ended.Load() {
		return 0, io.EOF
	}
	if u.first != nil {
		n = copy(buf, u.first)
		u.first = nil
	} else if n, err = u.next(buf); err != nil {
		u.end()
		return 0, err
	}
	u.cam.packets.Add(1)
	u.cam.bytes.Add(uint64(n))
	if rtpio.IsKeyframe(u.codec, payload(buf[:n])) {
		u.keys.keyframe()
	}
	return n, nil
}

// next reads a packet of the track's codec; one of another codec ends the track and begins the next.
func (u *UpTrack) next(buf []byte) (int, error) {
	n, codec, err := u.cam.read(buf)
	if err != nil {
		return 0, err
	}
	if codec != u.codec {
		u.end() // before the next track is announced
		u.cam.begin(codec, buf[:n])
		return 0, io.EOF
	}
	return n, nil
}

func (u *UpTrack) end() {
	u.ended.Store(true)
	u.stop()
}

// camera is the receiving side of the camera's m-line for one SSRC: it sorts packets by codec and announces
// an UpTrack each time that an accepted one begins.
type camera struct {
	peer    *Peer
	remote  *webrtc.TrackRemote
	codecs  [128]frame.Codec // by payload type
	packets *atomic.Uint64
	bytes   *atomic.Uint64
	refused frame.Codec // codec that was last refused; owned by the reader
}

// newCamera prepares the reader of remote.
func newCamera(p *Peer, remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) *camera {
	c := &camera{peer: p, remote: remote, packets: &p.count.cameraPackets, bytes: &p.count.cameraBytes}
	for _, params := range receiver.GetParameters().Codecs {
		if codec, ok := frame.ParseMimeType(params.MimeType); ok && params.PayloadType < 128 {
			c.codecs[params.PayloadType] = codec
		}
	}
	return c
}

// await reads until the first packet of an accepted codec and announces the track; then its reader takes
// over.
func (c *camera) await() {
	buf := make([]byte, maxPacketBytes)
	if n, codec, err := c.read(buf); err == nil {
		c.begin(codec, buf[:n])
	}
}

// begin announces a track in codec whose first packet is given.
func (c *camera) begin(codec frame.Codec, packet []byte) {
	p, ssrc := c.peer, uint32(c.remote.SSRC())
	ctx, stop := context.WithCancel(p.ctx)
	u := &UpTrack{cam: c, codec: codec, first: append([]byte(nil), packet...), stop: stop}
	u.keys = newKeyframeAsker(func() { p.writePLI(ssrc) }, p.roundTrip)
	if !p.spawn(func() { u.keys.run(ctx) }) {
		stop()
		return
	}
	p.setCamera(u)
	if p.handlers.Camera != nil {
		p.handlers.Camera(u)
	}
}

// read returns the next packet of an accepted codec. What is not accepted is counted and dropped: H.264,
// however the m-line's list may read, and payload types that were never negotiated.
func (c *camera) read(buf []byte) (int, frame.Codec, error) {
	for fails := 0; fails < maxReadErrors; {
		n, _, err := c.remote.Read(buf)
		if err != nil {
			if ended(err) || c.peer.ctx.Err() != nil {
				return 0, 0, io.EOF
			}
			fails++
			c.peer.count.badPackets.Add(1)
			continue
		}
		if n < 12 {
			c.peer.count.badPackets.Add(1)
			continue
		}
		fails = 0
		codec := c.codecs[buf[1]&0x7f]
		if codec == frame.VP8 || codec == frame.VP9 {
			c.refused = 0
			return n, codec, nil
		}
		c.refuse(codec)
	}
	return 0, 0, io.EOF
}

func (c *camera) refuse(codec frame.Codec) {
	c.peer.count.refusedPackets.Add(1)
	if codec == c.refused || codec == 0 {
		return
	}
	c.refused = codec
	if c.peer.handlers.CameraRefused != nil {
		c.peer.handlers.CameraRefused(codec.MimeType())
	}
}

// ended reports whether err means that there will be no more packets.
func ended(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe)
}

// writePLI asks the sender of ssrc for a keyframe.
func (p *Peer) writePLI(ssrc uint32) {
	p.count.keyframeRequests.Add(1)
	if err := p.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}); err != nil {
		p.log.Debug("keyframe request not sent", "err", err)
	}
}

// payload is what follows the header of an RTP packet; nothing for a broken one. It allocates nothing, unlike
// a full parse of the header with its extensions.
func payload(packet []byte) []byte {
	const fixed, extension, padding = 12, 0x10, 0x20
	if len(packet) < fixed {
		return nil
	}
	start := fixed + 4*int(packet[0]&0x0f)
	if packet[0]&extension != 0 {
		if len(packet) < start+4 {
			return nil
		}
		start += 4 + 4*int(binary.BigEndian.Uint16(packet[start+2:]))
	}
	end := len(packet)
	if packet[0]&padding != 0 {
		end -= int(packet[end-1])
	}
	if start >= end {
		return nil
	}
	return packet[start:end]
}
