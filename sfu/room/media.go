package room

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// How the way to a person is shared between the pictures on it.
const (
	audioBits  = 64_000  // bits per second, kept free for sound
	leastVideo = 100_000 // bits per second, for one picture
)

// media is what one connection of a seat carries. A new connection of the same person gets a new one. Owned
// by the room's goroutine but for the two atomic fields, which the peer's goroutines write.
type media struct {
	peer     Peer // set before anybody else sees the media
	answered bool

	up     pipeline.Uplink // of line
	line   *pipeline.Line  // nil until the camera's packets come
	filter Filter          // nil where the server has none; the line closes it
	stop   context.CancelFunc
	begins *rate.Limiter // of lines

	estimate  atomic.Int64 // bits per second; 0: unknown
	estimated atomic.Bool  // an event about estimate is under way
	keyframes atomic.Int32 // events about keyframes under way
}

// A camera may begin again, in another codec or after a new offer, in bursts of lineBurst, then once in
// lineEvery: each time costs a line and a filter.
const (
	lineBurst = 10
	lineEvery = 2 * time.Second
)

// maxKeyframeEvents bounds how many keyframe requests of one person may wait in the room's queue.
const maxKeyframeEvents = 8

// connect returns the seat's media, opened now if there is none.
func (r *room) connect(s *seat, open PeerFactory) (*media, error) {
	if s.media != nil {
		return s.media, nil
	}
	m := &media{begins: rate.NewLimiter(rate.Every(lineEvery), lineBurst)}
	p, err := open(s.id, r.handlers(s, m))
	if err != nil {
		return nil, internal("the media connection cannot be opened", err)
	}
	m.peer, s.media = p, m
	return m, nil
}

// handlers turn what the peer tells into events of the room. Events of a connection that was replaced are
// stale.
func (r *room) handlers(s *seat, m *media) PeerHandlers {
	current := func(f func()) func() {
		return func() {
			if s.media == m {
				f()
			}
		}
	}
	return PeerHandlers{
		Camera:    func(up pipeline.Uplink) { r.post(current(func() { r.startLine(s, up) })) },
		Connected: func() { r.post(current(func() { r.refresh(s) })) },
		Refused: func() {
			r.post(current(func() { r.lineState(s, pipeline.Failed, pipeline.ReasonCodecUnsupported) }))
		},
		Closed: func(reason error) { r.post(current(func() { r.mediaClosed(s, reason) })) },
		Estimate: func(bps int) {
			m.estimate.Store(int64(bps))
			if m.estimated.CompareAndSwap(false, true) {
				r.post(func() { m.estimated.Store(false); r.shareBandwidth() })
			}
		},
		Keyframe: func(d pipeline.Downlink) {
			if m.keyframes.Add(1) > maxKeyframeEvents {
				m.keyframes.Add(-1)
				return
			}
			r.post(func() { m.keyframes.Add(-1); r.keyframe(s, m, d) })
		},
	}
}

// unanswered turns the failure of an offer into a refusal. A connection that never had an answer, or that a
// broken offer made unusable, is of no use: the next offer begins anew.
func (r *room) unanswered(s *seat, m *media, err error) error {
	if s.media == m && (!m.answered || errors.Is(err, peer.ErrUnusable)) {
		r.dropMedia(s)
	}
	var known *peer.Error
	switch {
	case errors.As(err, &known) && known.Code == peer.CodeCodecUnsupported:
		return &Error{Code: CodeCodecUnsupported, Text: "the offer has no codec that the server knows", Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return internal("the offer took too long", err)
	default:
		return &Error{Code: CodeBadSDP, Text: "the offer cannot be understood", Err: err}
	}
}

// answered joins the seat's tracks to the lines that are there.
func (r *room) answered(s *seat, m *media) error {
	if s.media != m {
		return ErrReplaced
	}
	if m.answered {
		return nil
	}
	m.answered = true
	other := r.other(s)
	if other != nil && other.media != nil {
		r.showTo(other, s)
		if other.media.answered {
			m.peer.ForwardAudioTo(other.media.peer)
			other.media.peer.ForwardAudioTo(m.peer)
		}
	}
	r.showMirror(s)
	return nil
}

// refresh gives a connection that just came up its first pictures.
func (r *room) refresh(s *seat) {
	r.keyframe(s, s.media, s.media.peer.Mirror())
	r.keyframe(s, s.media, s.media.peer.Camera())
}

// keyframe passes on what the viewer s asked for: d is its view of the other person or its mirror.
func (r *room) keyframe(s *seat, m *media, d pipeline.Downlink) {
	if s.media != m || d == nil {
		return
	}
	from := s
	if mirror := m.peer.Mirror(); mirror == nil || d != pipeline.Downlink(mirror) {
		from = r.other(s)
	}
	if from != nil && from.media != nil && from.media.line != nil {
		from.media.line.RequestKeyframe(d)
	}
}

// shareBandwidth gives each line its part.
func (r *room) shareBandwidth() {
	each := r.share()
	if each == 0 {
		return
	}
	for _, s := range r.seats {
		if s.media != nil && s.media.line != nil {
			s.media.line.SetBitrate(int(each))
		}
	}
}

// share is the bitrate of each line, 0 while unknown. Both people receive both lines, the other's as the
// picture and their own as the mirror, so the narrower of the two ways decides.
func (r *room) share() int64 {
	least, lines := int64(0), int64(0)
	for _, s := range r.seats {
		if s.media == nil {
			continue
		}
		if s.media.line != nil {
			lines++
		}
		if e := s.media.estimate.Load(); e > 0 && (least == 0 || e < least) {
			least = e
		}
	}
	if least == 0 || lines == 0 {
		return 0
	}
	return max((least-audioBits)/lines, leastVideo)
}

// startLine carries the camera's packets from now on.
func (r *room) startLine(s *seat, up pipeline.Uplink) {
	m := s.media
	if !m.begins.Allow() {
		r.log.Warn("camera begins too often; connection closed", "participant", s.id)
		r.dropMedia(s)
		return
	}
	r.stopLine(s)
	filter := r.newFilter(s)
	cfg := pipeline.Config{
		ID: s.id, Up: up, Encoder: r.reg.cfg.Encoder,
		Budget: r.reg.cfg.Budget, PaceOver: r.reg.cfg.PaceOver, Turns: r.reg.cfg.Turns, Log: r.log,
		Filtered: filter != nil && s.choice.Mode != ModeOff,
	}
	if filter != nil {
		cfg.Processor = filter
	}
	var line *pipeline.Line
	cfg.OnState = func(state pipeline.State, reason string) {
		r.post(func() {
			if s.media == m && m.line == line {
				r.lineState(s, state, reason)
			}
		})
	}
	line, err := pipeline.New(cfg)
	if err != nil {
		r.log.Warn("camera cannot be carried", "participant", s.id, "error", err)
		r.reg.counts.linesFailed.Add(1)
		if filter != nil {
			r.reg.spawn(func() { r.closeQuietly(s.id, filter) })
		}
		r.lineState(s, pipeline.Failed, pipeline.ReasonCodecUnsupported)
		return
	}
	m.up, m.line, m.filter = up, line, filter
	r.runLine(s, m)
	if other := r.other(s); other != nil {
		r.showTo(s, other)
	}
	r.showMirror(s)
	r.shareBandwidth()
	state := r.resting(s)
	if state == pipeline.Active || state == pipeline.Degraded {
		state = pipeline.Starting // so far only the line before has filtered
	}
	r.lineState(s, state, r.restingReason(s))
}

// runLine starts the line's goroutine; stop ends it, and so does the end of the camera.
func (r *room) runLine(s *seat, m *media) {
	ctx, stop := context.WithCancel(context.Background())
	m.stop = stop
	line := m.line
	r.reg.spawn(func() {
		defer stop()
		err := line.Run(ctx)
		r.reg.retire(line.Stats())
		if err != nil {
			r.reg.counts.linesFailed.Add(1)
			r.log.Warn("line ended", "participant", s.id, "error", err)
		}
		r.post(func() {
			if m.line != line {
				return
			}
			r.stopLine(s)
			if err != nil {
				r.lineState(s, pipeline.Failed, pipeline.ReasonDecodeFailed)
				return
			}
			r.lineState(s, r.resting(s), "")
		})
	})
}

// stopLine ends the seat's line; its last packets may still be on their way, but to nobody.
func (r *room) stopLine(s *seat) {
	m := s.media
	if m == nil || m.line == nil {
		return
	}
	m.unwatch(m.peer.Mirror())
	if other := r.other(s); other != nil && other.media != nil {
		m.unwatch(other.media.peer.Camera())
	}
	m.stop()
	m.up, m.line, m.filter = nil, nil, nil
}

// dropMedia ends the seat's connection: the other's line and sound stop going there, and closing goes on in
// the background.
func (r *room) dropMedia(s *seat) {
	m := s.media
	if m == nil {
		return
	}
	r.stopLine(s)
	if other := r.other(s); other != nil && other.media != nil {
		other.media.unwatch(m.peer.Camera())
		r.mirrorAlone(other)
		other.media.peer.ForwardAudioTo(nil)
		m.peer.ForwardAudioTo(nil)
	}
	s.media, s.mood = nil, moodMemory{}
	s.state, s.reason = r.resting(s), ""
	r.reg.spawn(func() { r.closeQuietly(s.id, m.peer) })
	r.shareBandwidth()
}

// mediaClosed follows a connection that ended by itself. The socket is still there: the client offers again.
func (r *room) mediaClosed(s *seat, reason error) {
	r.log.Info("media closed", "participant", s.id, "reason", reason)
	r.dropMedia(s)
}

func (r *room) closeQuietly(id string, c interface{ Close() error }) {
	if err := c.Close(); err != nil {
		r.log.Debug("close media", "participant", id, "error", err)
	}
}
