package demo

import (
	"encoding/binary"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// el writes an element with a size of 8 bytes, which no muxer would, but each reader must take.
func el(id uint32, body ...[]byte) []byte {
	var all []byte
	for _, b := range body {
		all = append(all, b...)
	}
	out := elementID(id)
	size := binary.BigEndian.AppendUint64(nil, uint64(len(all)))
	size[0] |= 0x01
	return append(append(out, size...), all...)
}

func elementID(id uint32) []byte {
	b := binary.BigEndian.AppendUint32(nil, id)
	for b[0] == 0 {
		b = b[1:]
	}
	return b
}

func number(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

// picture is one unit of a test's clip.
type picture struct {
	ms       int
	keyframe bool
	payload  []byte
}

func (p picture) block(flags byte) []byte {
	b := []byte{0x81, byte(p.ms >> 8), byte(p.ms), flags}
	return append(b, p.payload...)
}

// webm muxes pictures: the even ones as simple blocks, the odd ones as block groups.
func webm(pictures []picture) []byte {
	cluster := [][]byte{el(idTimestamp, number(0))}
	for i, p := range pictures {
		switch {
		case i%2 == 1 && p.keyframe:
			cluster = append(cluster, el(idBlockGroup, el(idBlock, p.block(0))))
		case i%2 == 1:
			cluster = append(cluster, el(idBlockGroup, el(idBlock, p.block(0)), el(idReference, []byte{0xff})))
		case p.keyframe:
			cluster = append(cluster, el(idSimpleBlock, p.block(0x80)))
		default:
			cluster = append(cluster, el(idSimpleBlock, p.block(0)))
		}
	}
	video := el(idVideo, el(idPixelWidth, number(64)), el(idPixelHeight, number(48)))
	sound := el(idTrackEntry, el(idTrackNumber, number(2)), el(idCodecID, []byte("A_OPUS")))
	track := el(idTrackEntry, el(idTrackNumber, number(1)), el(idCodecID, []byte("V_VP8")), video)
	info := el(idInfo, el(idTimestampUnit, number(1_000_000)))
	return append(el(idEBML), el(idSegment, info, el(idTracks, sound, track), el(idCluster, cluster...))...)
}

// clipOf encodes n pictures at 25 per second with a keyframe in every.
func clipOf(t testing.TB, n, every int) *Clip {
	t.Helper()
	enc, err := codec.NewEncoder(codec.DefaultEncoderConfig())
	require.NoError(t, err)
	defer func() { require.NoError(t, enc.Close()) }()
	f := frame.New(64, 48)
	var pictures []picture
	for i := range n {
		for j := range f.Y {
			f.Y[j] = byte(j + 7*i)
		}
		f.Timestamp = uint32(i) * 3600
		var e frame.Encoded
		require.NoError(t, enc.Encode(f, i%every == 0, &e))
		pictures = append(pictures, picture{40 * i, e.Keyframe, append([]byte(nil), e.Payload...)})
	}
	c, err := ReadClip(webm(pictures))
	require.NoError(t, err)
	return c
}

// clips are the ones that tests play: one made here, one by ffmpeg and, where the program is built with one,
// the real one.
func clips(t testing.TB) map[string]*Clip {
	t.Helper()
	all := map[string]*Clip{"made": clipOf(t, 30, 10)}
	files := map[string]string{"small": "testdata/small.webm", "real": "../../assets/clips/demo.webm"}
	for name, path := range files {
		data, err := os.ReadFile(path)
		if name == "real" && os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		all[name], err = ReadClip(data)
		require.NoError(t, err)
	}
	return all
}
