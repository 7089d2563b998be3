package codec_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/codec/codectest"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

func decoderTarget(c frame.Codec) codectest.DecoderTarget {
	return codectest.DecoderTarget{Config: config(c), New: codec.NewDecoder, NewEncoder: codec.NewEncoder}
}

func TestVP8Decoder(t *testing.T) { codectest.RunDecoder(t, decoderTarget(frame.VP8)) }

func TestVP9Decoder(t *testing.T) { codectest.RunDecoder(t, decoderTarget(frame.VP9)) }

func TestUnsupportedCodecs(t *testing.T) {
	_, err := codec.NewDecoder(frame.H264)
	require.ErrorIs(t, err, codec.ErrUnsupported)
	_, err = codec.NewEncoder(config(7))
	require.ErrorIs(t, err, codec.ErrUnsupported)
}

// open returns a decoder that has seen a keyframe, and that unit.
func open(t *testing.T, c frame.Codec) (codec.Decoder, *frame.Pool, frame.Encoded) {
	t.Helper()
	unit := codectest.Units(t, decoderTarget(c), 64, 48, 1)[0]
	dec, pool := openWith(t, unit)
	return dec, pool, unit
}

func openWith(t *testing.T, keyframe frame.Encoded) (codec.Decoder, *frame.Pool) {
	t.Helper()
	dec, err := codec.NewDecoder(keyframe.Codec)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dec.Close()) })
	pool := frame.NewPool(1)
	requireDecodes(t, dec, pool, keyframe)
	return dec, pool
}

func requireDecodes(t *testing.T, dec codec.Decoder, pool *frame.Pool, unit frame.Encoded) {
	t.Helper()
	f, err := dec.Decode(&unit, pool)
	require.NoError(t, err)
	require.Equal(t, [2]int{64, 48}, [2]int{f.Width, f.Height})
	f.Release()
}

func TestVP8SizesOutOfBounds(t *testing.T) {
	dec, pool, unit := open(t, frame.VP8)
	for _, size := range [][2]uint16{{0, 48}, {64, 0}, {1, 1}, {16383, 16383}, {1921, 1080}, {1920, 1920}} {
		e := unit
		e.Payload = bytes.Clone(unit.Payload)
		binary.LittleEndian.PutUint16(e.Payload[6:], size[0])
		binary.LittleEndian.PutUint16(e.Payload[8:], size[1])
		_, err := dec.Decode(&e, pool)
		require.ErrorIs(t, err, codec.ErrSize, "%v", size)
	}
	requireDecodes(t, dec, pool, unit)
}

func TestVP9SizesOutOfBounds(t *testing.T) {
	dec, pool, unit := open(t, frame.VP9)
	huge := []byte{0x82, 0x49, 0x83, 0x42, 0x0f, 0xff, 0xff, 0xff, 0xf0, 0}
	// Not a keyframe, refers to no size of a reference, names its own of 65536 x 65536.
	inter := []byte{0x86, 0x00, 0x00, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xf0}
	index := func(frames ...[]byte) (b []byte) {
		marker := byte(0xc0 | 1<<3 | (len(frames) - 1))
		sizes := []byte{marker}
		for _, f := range frames {
			b = append(b, f...)
			sizes = binary.LittleEndian.AppendUint16(sizes, uint16(len(f)))
		}
		return append(append(b, sizes...), marker)
	}
	for name, payload := range map[string][]byte{
		"keyframe":      huge,
		"inter":         inter,
		"second frame":  index(unit.Payload, huge),
		"one-pixel row": {0x82, 0x49, 0x83, 0x42, 0x00, 0x03, 0xf0, 0x00, 0x00, 0},
	} {
		e := frame.Encoded{Codec: frame.VP9, Payload: payload}
		_, err := dec.Decode(&e, pool)
		require.ErrorIs(t, err, codec.ErrSize, name)
	}
	for name, payload := range map[string][]byte{
		"empty":             {},
		"index past end":    {0x82, 0xc9, 0xff, 0xff, 0xff, 0xff, 0xc9},
		"header cut short":  huge[:7],
		"no frame marker":   {0x02, 0x49, 0x83, 0x42},
		"profile 1":         {0xa2, 0x49, 0x83, 0x42, 0x0f, 0xff, 0xff, 0xff},
		"wrong sync code":   {0x82, 0x49, 0x83, 0x43, 0x0f, 0xff, 0xff, 0xff},
		"unknown reference": {0x88},
	} {
		e := frame.Encoded{Codec: frame.VP9, Payload: payload}
		f, err := dec.Decode(&e, pool)
		if name == "unknown reference" { // shows a picture again, from an index that the keyframe filled
			require.NoError(t, err)
			f.Release()
			continue
		}
		require.Error(t, err, name)
		require.NotErrorIs(t, err, codec.ErrSize, name)
	}
	whole := unit
	whole.Payload = index(unit.Payload)
	requireDecodes(t, dec, pool, whole)
	requireDecodes(t, dec, pool, unit)
}

// Bytes behind a frame are no second frame: nobody has looked at its size.
func TestVP9IgnoresWhatFollowsAFrame(t *testing.T) {
	dec, pool, unit := open(t, frame.VP9)
	big := codectest.Units(t, decoderTarget(frame.VP9), 320, 240, 1)[0]
	unit.Payload = append(bytes.Clone(unit.Payload), big.Payload...)
	requireDecodes(t, dec, pool, unit)
}

func FuzzDecoder(f *testing.F) {
	for _, c := range []frame.Codec{frame.VP8, frame.VP9} {
		for _, u := range codectest.Units(f, decoderTarget(c), 64, 48, 3) {
			f.Add(u.Payload, c == frame.VP9)
		}
	}
	keyframes := map[frame.Codec]frame.Encoded{
		frame.VP8: codectest.Units(f, decoderTarget(frame.VP8), 64, 48, 1)[0],
		frame.VP9: codectest.Units(f, decoderTarget(frame.VP9), 64, 48, 1)[0],
	}
	f.Fuzz(func(t *testing.T, payload []byte, vp9 bool) {
		c := frame.VP8
		if vp9 {
			c = frame.VP9
		}
		dec, pool := openWith(t, keyframes[c])
		e := frame.Encoded{Payload: payload, Codec: c}
		for range 2 {
			if f, err := dec.Decode(&e, pool); err == nil && f != nil {
				require.True(t, frame.ValidSize(f.Width, f.Height))
				f.Release()
			}
		}
		requireDecodes(t, dec, pool, keyframes[c])
		require.Zero(t, pool.Live())
	})
}
