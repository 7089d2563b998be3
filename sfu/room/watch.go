package room

import (
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// chooser is what a Downlink may also be: it can carry each codec that its viewer negotiated.
type chooser interface {
	Supports(c frame.Codec) bool
	Use(c frame.Codec) error
}

// showTo lets the viewer see the publisher, if both are ready. A viewer that takes the publisher's codec gets
// it, so that unfiltered video needs no encoder; H.264 is a wish of the viewer that comes first.
func (r *room) showTo(publisher, viewer *seat) {
	p, v := publisher.media, viewer.media
	if p == nil || p.line == nil || v == nil || !v.answered {
		return
	}
	camera := v.peer.Camera()
	if camera == nil {
		return
	}
	if camera.Codec() != frame.H264 {
		r.choose(camera, p.up.Codec())
	}
	camera.Attach()
	p.line.AddSink(camera)
	if mirror := p.peer.Mirror(); mirror != nil && p.answered {
		r.choose(mirror, camera.Codec())
	}
}

// showMirror lets the publisher see the own line, in the codec of the viewer if there is one.
func (r *room) showMirror(s *seat) {
	m := s.media
	if m.line == nil || !m.answered {
		return
	}
	mirror := m.peer.Mirror()
	if mirror == nil {
		return
	}
	r.choose(mirror, r.codecOf(s))
	mirror.Attach()
	m.line.AddMirror(mirror)
}

// codecOf is the codec that the seat's line sends in: the viewer's, else the publisher's own.
func (r *room) codecOf(s *seat) frame.Codec {
	if other := r.other(s); other != nil && other.media != nil && other.media.answered {
		if camera := other.media.peer.Camera(); camera != nil && camera.Codec() != 0 {
			return camera.Codec()
		}
	}
	return s.media.up.Codec()
}

// mirrorAlone gives the mirror the publisher's codec again once nobody else watches.
func (r *room) mirrorAlone(s *seat) {
	m := s.media
	if m == nil || m.line == nil || !m.answered {
		return
	}
	if mirror := m.peer.Mirror(); mirror != nil && mirror.Codec() != m.up.Codec() {
		r.choose(mirror, m.up.Codec())
		m.line.RequestKeyframe(mirror)
	}
}

// choose makes d carry c, where it can. What it cannot carry the line leaves out.
func (r *room) choose(d Downlink, c frame.Codec) {
	ch, ok := d.(chooser)
	if !ok || d.Codec() == c || !ch.Supports(c) {
		return
	}
	if err := ch.Use(c); err != nil {
		r.log.Warn("track keeps its codec", "codec", c.String(), "error", err)
	}
}

func (m *media) unwatch(d Downlink) {
	if m.line != nil && d != nil {
		m.line.RemoveSink(d)
	}
}
