package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestReadClip(t *testing.T) {
	c, err := ReadClip(webm([]picture{
		{0, false, []byte("before the first keyframe")},
		{40, true, []byte("a")},
		{80, false, []byte("b")},
		{120, true, []byte("c")},
		{180, false, []byte("d")},
	}))
	require.NoError(t, err)
	require.Equal(t, frame.VP8, c.Codec)
	require.Equal(t, 64, c.Width)
	require.Equal(t, 48, c.Height)
	require.Equal(t, 4, c.Frames())
	require.Equal(t, 2, c.Keyframes())
	require.Equal(t, unit{[]byte("d"), 140 * time.Millisecond, false}, c.units[3])
	require.InDelta(t, float64(186*time.Millisecond), float64(c.Length()), float64(time.Millisecond),
		"the last picture is shown as long as the others on the average")
}

func TestRealClip(t *testing.T) {
	c := clips(t)["real"]
	if c == nil {
		return // the program is built without one
	}
	require.Equal(t, frame.VP8, c.Codec)
	require.Equal(t, 400, c.Width)
	require.Equal(t, 300, c.Height)
	require.Equal(t, 752, c.Frames())
	require.Equal(t, 6, c.Keyframes())
	require.InDelta(t, 30.6, c.Length().Seconds(), 0.1)
}

func TestBrokenClips(t *testing.T) {
	good := webm([]picture{{0, true, []byte("a")}})
	header := el(idEBML)
	segment := func(parts ...[]byte) []byte { return append(el(idEBML), el(idSegment, parts...)...) }
	track := func(name string, w, h uint64) []byte {
		return el(idTracks, el(idTrackEntry, el(idTrackNumber, number(1)), el(idCodecID, []byte(name)),
			el(idVideo, el(idPixelWidth, number(w)), el(idPixelHeight, number(h)))))
	}
	cluster := func(blocks ...[]byte) []byte { return el(idCluster, blocks...) }
	vp8 := track("V_VP8", 64, 48)
	never := el(idTimestamp, number(1<<63))
	for name, data := range map[string][]byte{
		"empty":            {},
		"no header":        good[len(header):],
		"cut off":          good[:len(good)-1],
		"no video":         segment(el(idTracks)),
		"other codec":      segment(track("V_AV1", 9, 9), cluster(el(idSimpleBlock, []byte{0x81, 0, 0, 0x80, 1}))),
		"huge":             segment(track("V_VP8", 1<<40, 48)),
		"nothing":          segment(track("V_VP8", 0, 0)),
		"no keyframe":      webm([]picture{{0, false, []byte("a")}}),
		"backwards":        webm([]picture{{80, true, []byte("a")}, {40, false, []byte("b")}}),
		"laced":            segment(vp8, cluster(el(idSimpleBlock, []byte{0x81, 0, 0, 0x86, 1, 2}))),
		"short block":      segment(vp8, cluster(el(idSimpleBlock, []byte{0x81, 0}))),
		"before time":      segment(vp8, cluster(el(idSimpleBlock, []byte{0x81, 0xff, 0, 0x80, 1}))),
		"after time":       segment(vp8, cluster(never, el(idSimpleBlock, []byte{0x81, 0, 0, 0x80, 1}))),
		"unit of nothing":  segment(el(idInfo, el(idTimestampUnit, number(0)))),
		"long number":      segment(el(idInfo, el(idTimestampUnit, make([]byte, 9)))),
		"live":             segment(vp8, append(elementID(idCluster), 0xff)),
		"id of five bytes": {0x08, 1, 1, 1, 1, 0x80},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadClip(data)
			require.ErrorContains(t, err, "read clip: ")
		})
	}
}

func FuzzReadClip(f *testing.F) {
	f.Add(webm([]picture{{0, true, []byte("a")}, {40, false, []byte("b")}, {80, true, []byte("c")}}))
	f.Add(append(el(idEBML), append(elementID(idSegment), 0xff, 0xae, 0x80)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ReadClip(data)
		if err != nil {
			require.Nil(t, c)
			return
		}
		require.NotEmpty(t, c.units)
		require.True(t, c.units[0].keyframe)
		require.Zero(t, c.units[0].at)
		require.Greater(t, c.Length(), c.units[len(c.units)-1].at)
		_, err = NewPlayer(c)
		require.NoError(t, err)
	})
}
