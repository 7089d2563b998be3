package sfu_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// luma is the mean luma of a picture.
func luma(f *frame.Frame) float64 {
	sum := 0
	for y := range f.Height {
		for _, l := range f.Y[y*f.StrideY:][:f.Width] {
			sum += int(l)
		}
	}
	return float64(sum) / float64(f.Width*f.Height)
}

// A picture of the call shows what people see, or what the cameras sent, and leaves the call as it was.
func TestCapture(t *testing.T) {
	h := openHouse(t, nil)
	a, b := h.call("a", 60), h.call("b", 100)
	on := true
	a.say(signal.Media{Type: "media", Audio: &on, Video: &on})
	b.say(signal.Media{Type: "media", Audio: &on, Video: &on})
	b.waitFor("peer_media", nil)
	a.waitFor("peer_media", nil)
	a.sees(sfutest.TrackCamera, 100)
	b.say(signal.Filter{Type: "filter", Mode: "blur"})
	a.waitFor("filter_state", state(b.id, "blur", "active"))
	a.sees(sfutest.TrackCamera, inverted(100))

	take := func(allow room.Allow, w room.Wish) []room.Still {
		t.Helper()
		type result struct {
			stills []room.Still
			err    error
		}
		got := make(chan result, 1)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		go func() {
			stills, err := h.Capture(ctx, theRoom().ID, "a", w)
			got <- result{stills, err}
		}()
		if allow != "" {
			ask := b.waitFor("capture_ask", nil)
			require.Equal(t, a.id, ask["from"])
			b.say(signal.CaptureAnswer{Type: "capture_answer", ID: ask["id"].(string), Allow: allow})
		}
		r := <-got
		require.NoError(t, r.err)
		require.Equal(t, true, a.waitFor("capture_result", nil)["taken"])
		require.Equal(t, true, b.waitFor("capture_result", nil)["taken"])
		return r.stills
	}

	stills := take(room.AllowCall, room.Wish{Layout: room.LayoutBoth, Filtered: true})
	require.Len(t, stills, 2)
	require.True(t, stills[0].Me)
	require.Equal(t, "a", stills[0].Name)
	require.InDelta(t, 60, luma(stills[0].Frame), 8, "forwarded: decoded for this picture")
	require.InDelta(t, inverted(100), luma(stills[1].Frame), 8, "as it is filtered")

	stills = take("", room.Wish{Layout: room.LayoutOther, Filtered: true})
	require.Len(t, stills, 1)
	require.InDelta(t, inverted(100), luma(stills[0].Frame), 8, "allowed for the call")
	stills = take(room.AllowOnce, room.Wish{Layout: room.LayoutOther})
	require.InDelta(t, 100, luma(stills[0].Frame), 8, "unfiltered, and asked for")
	stills = take("", room.Wish{Layout: room.LayoutMe})
	require.InDelta(t, 60, luma(stills[0].Frame), 8)

	off := false
	b.say(signal.Media{Type: "media", Audio: &on, Video: &off})
	a.waitFor("peer_media", nil)
	stills = take("", room.Wish{Layout: room.LayoutBoth, Filtered: true})
	require.Nil(t, stills[1].Frame, "the camera is off")
	a.unbroken(sfutest.TrackCamera, sfutest.TrackMirror, sfutest.TrackAudio)
	b.unbroken(sfutest.TrackCamera, sfutest.TrackMirror, sfutest.TrackAudio)
}
