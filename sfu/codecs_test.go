package sfu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// codecIs waits until a track receives in codec c.
func (g *guest) codecIs(track string, c frame.Codec) {
	g.t.Helper()
	s := g.browser.Track(track)
	require.Eventually(g.t, func() bool { return s.Stats().Codec == c }, patience, beat,
		"%s comes in %v instead of %v", track, s.Stats().Codec, c)
}

// A publisher of VP9 is forwarded to whoever takes VP9, and made VP8 for whoever does not.
func TestPublisherOfVP9(t *testing.T) {
	for name, c := range map[string]struct {
		viewer []frame.Codec
		want   frame.Codec
	}{
		"viewer of both":     {[]frame.Codec{frame.VP8, frame.VP9}, frame.VP9},
		"viewer of VP8 only": {[]frame.Codec{frame.VP8}, frame.VP8},
	} {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t, nil)
			a, b := h.enter("a"), h.enter("b")
			a.dialAs(60, sfutest.Config{Publish: frame.VP9, Codecs: []frame.Codec{frame.VP9, frame.VP8}})
			b.dialAs(100, sfutest.Config{Codecs: c.viewer})
			b.sees(sfutest.TrackCamera, 60)
			b.codecIs(sfutest.TrackCamera, c.want)
			a.sees(sfutest.TrackMirror, 60)
			a.codecIs(sfutest.TrackMirror, c.want)
			a.say(signal.Filter{Type: "filter", Mode: "blur"})
			b.sees(sfutest.TrackCamera, inverted(60))
			a.sees(sfutest.TrackMirror, inverted(60))
			b.leave()
			a.sees(sfutest.TrackMirror, inverted(60))
			a.codecIs(sfutest.TrackMirror, frame.VP9)
		})
	}
}

// Where it is switched on, a viewer that prefers H.264 gets it, and the publisher's mirror goes with it.
func TestViewerOfH264(t *testing.T) {
	h := openHouse(t, func(c *sfu.Config) { c.Peer.H264 = true })
	a, b := h.enter("a"), h.enter("b")
	a.dialAs(60, sfutest.Config{})
	a.codecIs(sfutest.TrackMirror, frame.VP8)
	b.dialAs(100, sfutest.Config{Codecs: []frame.Codec{frame.H264, frame.VP8}})
	b.codecIs(sfutest.TrackCamera, frame.H264)
	a.codecIs(sfutest.TrackMirror, frame.H264)
	a.sees(sfutest.TrackCamera, 100)
	a.codecIs(sfutest.TrackCamera, frame.VP8)
	b.leave()
	a.codecIs(sfutest.TrackMirror, frame.VP8)
	before := a.browser.Track(sfutest.TrackMirror).Stats().Units
	require.Eventually(t, func() bool {
		return a.browser.Track(sfutest.TrackMirror).Stats().Units > before+10
	}, patience, beat)
}
