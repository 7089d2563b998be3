package codectest

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// DecoderTarget is a decoder under test, with an encoder that makes its input.
type DecoderTarget struct {
	Config     codec.EncoderConfig
	New        func(frame.Codec) (codec.Decoder, error)
	NewEncoder func(codec.EncoderConfig) (codec.Encoder, error)
}

// RunDecoder puts a decoder through the suite.
func RunDecoder(t *testing.T, target DecoderTarget) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, DecoderTarget){
		"every damage":      everyDamage,
		"recovers":          recovers,
		"begins in between": beginsInBetween,
		"close":             closeDecoder,
		"frames are copies": framesAreCopies,
	} {
		t.Run(name, func(t *testing.T) { check(t, target) })
	}
}

// Units encodes n pictures of the scene; those whose number is in keyframes are forced to be one.
func Units(tb testing.TB, target DecoderTarget, w, h, n int, keyframes ...int) []frame.Encoded {
	tb.Helper()
	enc, err := target.NewEncoder(target.Config)
	require.NoError(tb, err)
	defer func() { require.NoError(tb, enc.Close()) }()
	force := make(map[int]bool)
	for _, i := range keyframes {
		force[i] = true
	}
	units := make([]frame.Encoded, n)
	for i := range units {
		f := frame.New(w, h)
		Paint(f, i)
		f.Timestamp = uint32(3000 * i)
		require.NoError(tb, enc.Encode(f, force[i], &units[i]))
		units[i].Payload = bytes.Clone(units[i].Payload)
	}
	return units
}

func openDecoder(t *testing.T, target DecoderTarget) (codec.Decoder, *frame.Pool) {
	t.Helper()
	dec, err := target.New(target.Config.Codec)
	require.NoError(t, err)
	pool := frame.NewPool(2)
	t.Cleanup(func() {
		require.NoError(t, dec.Close())
		require.Zero(t, pool.Live(), "a frame was forgotten")
	})
	return dec, pool
}

// everyDamage flips, cuts and lengthens units; after each the next keyframe comes out right.
func everyDamage(t *testing.T, target DecoderTarget) {
	dec, pool := openDecoder(t, target)
	units := Units(t, target, 160, 120, 4, 2)
	want := frame.New(160, 120)
	Paint(want, 2)
	rng := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for range 400 {
		i := rng.IntN(len(units))
		hurt := units[i]
		hurt.Payload = damage(rng, hurt.Payload)
		f, err := dec.Decode(&hurt, pool)
		if err != nil {
			failed++
			require.Nil(t, f)
		} else if f != nil {
			require.True(t, frame.ValidSize(f.Width, f.Height))
			f.Release()
		}
		f, err = dec.Decode(&units[2], pool)
		require.NoError(t, err, "a keyframe after damage")
		require.Greater(t, PSNR(want, f), 30.0)
		f.Release()
	}
	require.Greater(t, failed, 50)
}

func damage(rng *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	switch rng.IntN(4) {
	case 0:
		return b[:rng.IntN(len(b))]
	case 1:
		for range 1 + rng.IntN(8) {
			b[rng.IntN(min(len(b), 24))] = byte(rng.Uint32())
		}
	case 2:
		for range 1 + rng.IntN(20) {
			b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
		}
	default:
		for range 1 + rng.IntN(100) {
			b = append(b, byte(rng.Uint32()))
		}
	}
	return b
}

func recovers(t *testing.T, target DecoderTarget) {
	dec, pool := openDecoder(t, target)
	units := Units(t, target, 160, 120, 8, 5)
	for i := range units {
		e := units[i]
		if i == 2 {
			e.Payload = e.Payload[:2]
		}
		f, err := dec.Decode(&e, pool)
		switch {
		case i == 2:
			require.ErrorIs(t, err, codec.ErrCorrupt)
		case i < 2 || i >= 5:
			require.NoError(t, err)
			want := frame.New(160, 120)
			Paint(want, i)
			require.Greater(t, PSNR(want, f), 28.0)
		}
		if f != nil {
			f.Release()
		}
	}
}

func beginsInBetween(t *testing.T, target DecoderTarget) {
	dec, pool := openDecoder(t, target)
	units := Units(t, target, 160, 120, 4, 3)
	for i := 1; i < 3; i++ {
		_, err := dec.Decode(&units[i], pool)
		require.ErrorIs(t, err, codec.ErrCorrupt)
	}
	f, err := dec.Decode(&units[3], pool)
	require.NoError(t, err)
	f.Release()
}

func closeDecoder(t *testing.T, target DecoderTarget) {
	dec, pool := openDecoder(t, target)
	units := Units(t, target, 160, 120, 1)
	f, err := dec.Decode(&units[0], pool)
	require.NoError(t, err)
	f.Release()
	require.NoError(t, dec.Close())
	require.NoError(t, dec.Close())
	_, err = dec.Decode(&units[0], pool)
	require.ErrorIs(t, err, codec.ErrClosed)
}

// framesAreCopies: a picture stays what it is while the decoder goes on and closes.
func framesAreCopies(t *testing.T, target DecoderTarget) {
	dec, pool := openDecoder(t, target)
	units := Units(t, target, 161, 99, 6)
	first, err := dec.Decode(&units[0], pool)
	require.NoError(t, err)
	kept := frame.New(161, 99)
	kept.CopyFrom(first)
	for i := 1; i < len(units); i++ {
		f, err := dec.Decode(&units[i], pool)
		require.NoError(t, err)
		f.Release()
	}
	require.NoError(t, dec.Close())
	require.InDelta(t, 100, PSNR(kept, first), 0)
	first.Release()
}
