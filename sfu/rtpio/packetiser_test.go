package rtpio

import (
	"bytes"
	"errors"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestPacketsOfAUnit(t *testing.T) {
	for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
		t.Run(c.String(), func(t *testing.T) {
			src := newSource(t, c, 3)
			src.p.sequence = 65534
			first := src.p.sequence
			for i, size := range []int{1, 195, 196, 197, 5000} {
				e := src.unit(size, i == 0)
				require.Equal(t, size > 196, src.p.Count(&e) > 1)
				packets := src.packets(&e)
				require.Len(t, packets, src.p.Count(&e))
				for j, p := range packets {
					require.Equal(t, first, p.h.SequenceNumber)
					require.Equal(t, j == len(packets)-1, p.h.Marker)
					require.Equal(t, e.Timestamp, p.h.Timestamp)
					require.LessOrEqual(t, len(p.payload), 200)
					require.LessOrEqual(t, len(packets[0].payload)-len(p.payload), 1, "of equal size")
					require.Equal(t, e.Keyframe && j == 0, IsKeyframe(c, p.payload))
					first++
				}
			}
		})
	}
}

// Pion's depacketisers, which others use, read our descriptors.
func TestDescriptorsAsOthersReadThem(t *testing.T) {
	src := newSource(t, frame.VP8, 3)
	src.p.pictureID = 0x7fff
	for _, id := range []uint16{0x7fff, 0} {
		e := src.unit(300, true)
		var got []byte
		for i, p := range src.packets(&e) {
			var v codecs.VP8Packet
			b, err := v.Unmarshal(p.payload)
			require.NoError(t, err)
			require.Equal(t, id, v.PictureID)
			require.Equal(t, i == 0, v.S == 1)
			got = append(got, b...)
		}
		require.Equal(t, e.Payload, got)
	}
	src = newSource(t, frame.VP9, 3)
	src.p.pictureID = 9
	for _, keyframe := range []bool{true, false} {
		e := src.unit(300, keyframe)
		var got []byte
		for i, p := range src.packets(&e) {
			var v codecs.VP9Packet
			b, err := v.Unmarshal(p.payload)
			require.NoError(t, err)
			require.True(t, v.I && v.F)
			require.Equal(t, !keyframe, v.P)
			require.Equal(t, i == 0, v.B)
			require.Equal(t, p.h.Marker, v.E)
			if !keyframe {
				require.Equal(t, []uint8{1}, v.PDiff)
			}
			got = append(got, b...)
		}
		require.Equal(t, e.Payload, got)
	}
}

func TestPacketiseH264(t *testing.T) {
	p, err := NewPacketiser(PacketiserConfig{Codec: frame.H264})
	require.NoError(t, err)
	idr := append([]byte{0, 0, 0, 1, 0x65}, bytes.Repeat([]byte{7}, 3000)...)
	unit := append([]byte{0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x68, 4, 5}, idr...)
	e := frame.Encoded{Payload: unit, Codec: frame.H264, Keyframe: true, Timestamp: 4}
	var d codecs.H264Packet
	var got []byte
	n := 0
	require.NoError(t, p.Packetise(&e, func(h *rtp.Header, payload []byte, last bool) error {
		require.Equal(t, n == 0, IsKeyframe(frame.H264, payload))
		require.Equal(t, last, h.Marker)
		require.LessOrEqual(t, len(payload), 1188)
		b, err := d.Unmarshal(payload)
		require.NoError(t, err)
		got = append(got, b...)
		n++
		return nil
	}))
	require.Equal(t, unit, got)
	require.Equal(t, 4, n)
	require.InDelta(t, n, p.Count(&e), 1)
}

func TestPacketiserRefuses(t *testing.T) {
	_, err := NewPacketiser(PacketiserConfig{Codec: 9})
	require.ErrorIs(t, err, ErrUnsupported)
	_, err = NewPacketiser(PacketiserConfig{Codec: frame.VP8, MTU: 9000})
	require.Error(t, err)
	src := newSource(t, frame.VP8, 1)
	e := src.unit(1000, true)
	stop := errors.New("stop")
	before := src.p.sequence
	err = src.p.Packetise(&e, func(*rtp.Header, []byte, bool) error { return stop })
	require.ErrorIs(t, err, stop)
	require.Equal(t, before+uint16(src.p.Count(&e)), src.p.sequence)
	e.Codec = frame.VP9
	require.ErrorIs(t, src.p.Packetise(&e, nil), ErrUnsupported)
}

func TestIsKeyframe(t *testing.T) {
	for name, c := range map[string]struct {
		codec   frame.Codec
		payload []byte
		want    bool
	}{
		"vp8 plain":            {frame.VP8, []byte{0x10, 0x10}, true},
		"vp8 inter":            {frame.VP8, []byte{0x10, 0x11}, false},
		"vp8 second partition": {frame.VP8, []byte{0x11, 0x10}, false},
		"vp8 not the start":    {frame.VP8, []byte{0x00, 0x10}, false},
		"vp8 short id":         {frame.VP8, []byte{0x90, 0x80, 0x05, 0x10}, true},
		"vp8 everything":       {frame.VP8, []byte{0x90, 0xf0, 0x81, 2, 3, 4, 0x10}, true},
		"vp8 cut":              {frame.VP8, []byte{0x90, 0xf0, 0x81, 2, 3, 4}, false},
		"vp9 flexible":         {frame.VP9, []byte{0x98, 0x80, 1, 0x82}, true},
		"vp9 structure":        {frame.VP9, []byte{0x8a, 5, 0x18, 1, 2, 3, 4, 1, 4, 1, 0x82}, true},
		"vp9 intra-only":       {frame.VP9, []byte{0x98, 0x80, 1, 0x86}, false},
		"vp9 shown again":      {frame.VP9, []byte{0x98, 0x80, 1, 0x88}, false},
		"vp9 profile 3":        {frame.VP9, []byte{0x98, 0x80, 1, 0xb0}, true},
		"vp9 inter":            {frame.VP9, []byte{0xd8, 0x80, 1, 2, 0x82}, false},
		"vp9 upper layer":      {frame.VP9, []byte{0xb8, 0x80, 1, 0x02, 0x82}, false},
		"h264 parameters":      {frame.H264, []byte{0x67, 1}, true},
		"h264 idr":             {frame.H264, []byte{0x65, 1}, false},
		"h264 slice":           {frame.H264, []byte{0x61, 1}, false},
		"h264 aggregate":       {frame.H264, []byte{24, 0, 1, 9, 0, 1, 0x67}, true},
		"h264 other aggregate": {frame.H264, []byte{24, 0, 1, 9, 0, 9, 0x68}, false},
		"h264 fragment":        {frame.H264, []byte{28, 0x85, 1}, false},
		"unknown codec":        {0, []byte{0x10, 0x10}, false},
		"empty":                {frame.VP8, nil, false},
	} {
		require.Equal(t, c.want, IsKeyframe(c.codec, c.payload), name)
	}
}
