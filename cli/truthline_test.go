package cli

import (
	"image"
	"image/color"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/inference/truth"
	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// camera is a publisher that shows a generated clip, and the viewer of the line behind it.
type camera struct {
	t       *testing.T
	clip    *truth.Clip
	src     *frame.Frame
	matte   tensor.Plane
	enc     codec.Encoder
	pack    *rtpio.Packetiser
	packets chan []byte
	seen    chan []rtp.Packet // of one picture
	got     []rtp.Packet
	asm     *rtpio.Assembler
	dec     codec.Decoder
	pool    *frame.Pool
}

func (c *camera) Codec() frame.Codec { return frame.VP8 }
func (c *camera) RequestKeyframe()   {}

func (c *camera) Read(buf []byte) (int, error) {
	p, ok := <-c.packets
	if !ok {
		return 0, io.EOF
	}
	return copy(buf, p), nil
}

func (c *camera) WriteRTP(h *rtp.Header, payload []byte) error {
	c.got = append(c.got, rtp.Packet{Header: h.Clone(), Payload: slices.Clone(payload)})
	if h.Marker {
		c.seen <- c.got
		c.got = nil
	}
	return nil
}

// openLine runs a line with the shipped models between a camera and its viewer.
func openLine(t *testing.T, o truth.Options, choice inference.Choice) *camera {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	engine, moodErr, err := startEngine(configs.Default(), log)
	require.NoError(t, err)
	require.NoError(t, moodErr)
	filter, err := engine.NewFilter()
	require.NoError(t, err)
	require.NoError(t, filter.Choose(choice))
	c := &camera{t: t, packets: make(chan []byte, 512), seen: make(chan []rtp.Packet, 4), pool: frame.NewPool(4)}
	c.clip, err = truth.New(o)
	require.NoError(t, err)
	o = c.clip.Options()
	c.src, c.matte = frame.New(o.Width, o.Height), tensor.NewPlane(o.Width, o.Height)
	cfg := codec.DefaultEncoderConfig()
	cfg.Bitrate = 1_500_000
	c.enc, err = codec.NewEncoder(cfg)
	require.NoError(t, err)
	c.pack, err = rtpio.NewPacketiser(rtpio.PacketiserConfig{Codec: frame.VP8})
	require.NoError(t, err)
	c.asm, err = rtpio.NewAssembler(rtpio.AssemblerConfig{Codec: frame.VP8})
	require.NoError(t, err)
	c.dec, err = codec.NewDecoder(frame.VP8)
	require.NoError(t, err)
	line, err := pipeline.New(pipeline.Config{
		ID: "truth", Up: c, Processor: filter, Encoder: cfg, Filtered: true, Budget: time.Second, Log: log,
	})
	require.NoError(t, err)
	line.AddSink(c)
	ended := make(chan error, 1)
	go func() { ended <- line.Run(t.Context()) }()
	t.Cleanup(func() {
		close(c.packets)
		require.NoError(t, <-ended)
		require.NoError(t, engine.Close())
		require.NoError(t, c.enc.Close())
		require.NoError(t, c.dec.Close())
	})
	return c
}

// show sends the i-th frame through the line and returns what the viewer sees, and how long it took.
func (c *camera) show(i int) (*frame.Frame, time.Duration) {
	c.t.Helper()
	require.NoError(c.t, c.clip.Frame(i, c.src, c.matte))
	var unit frame.Encoded
	require.NoError(c.t, c.enc.Encode(c.src, i == 0, &unit))
	begin := time.Now()
	require.NoError(c.t, c.pack.Packetise(&unit, func(h *rtp.Header, payload []byte, _ bool) error {
		raw, err := (&rtp.Packet{Header: *h, Payload: payload}).Marshal()
		c.packets <- raw
		return err
	}))
	var packets []rtp.Packet
	select {
	case packets = <-c.seen:
	case <-time.After(20 * time.Second):
		require.FailNow(c.t, "frozen", "nothing came out for frame %d", i)
	}
	took := time.Since(begin)
	for k := range packets {
		c.asm.Push(&packets[k].Header, packets[k].Payload, time.Now())
	}
	require.True(c.t, c.asm.Pop(time.Now(), &unit), "frame %d", i)
	shown, err := c.dec.Decode(&unit, c.pool)
	require.NoError(c.t, err)
	require.NotNil(c.t, shown)
	require.Equal(c.t, c.src.Timestamp, shown.Timestamp)
	return shown, took
}

const lineFrames = 75

func requireQuick(t *testing.T, took []time.Duration) {
	t.Helper()
	slices.Sort(took)
	p50, p95 := took[len(took)/2], took[len(took)*95/100]
	t.Logf("first packet in to last packet out: p50 %v, p95 %v", p50, p95)
	require.Less(t, p50, 250*time.Millisecond) // some 12 ms on a free core; other tests may run now
}

// TestNumbersPassTheLine: each frame of a clip comes out of the line once and in order, also when the room is
// lit anew.
func TestNumbersPassTheLine(t *testing.T) {
	for name, c := range map[string]inference.Choice{
		"off": {Mode: inference.Off}, "tint": {Mode: inference.Tint},
	} {
		t.Run(name, func(t *testing.T) {
			line := openLine(t, truth.Options{Seed: 3}, c)
			var took []time.Duration
			for i := range lineFrames {
				shown, d := line.show(i)
				took = append(took, d)
				n, ok := truth.Number(shown)
				require.True(t, ok, "frame %d: no number", i)
				require.Equal(t, i, n)
				shown.Release()
			}
			requireQuick(t, took)
		})
	}
}

// key tells how much of each pixel is src and not the colour behind it.
func key(out tensor.Plane, shown, src *frame.Frame, behind [3]float64) {
	at := func(f *frame.Frame, x, y int) [3]float64 {
		c := y/2*f.StrideUV + x/2
		return [3]float64{float64(f.Y[y*f.StrideY+x]), float64(f.U[c]), float64(f.V[c])}
	}
	for y := range out.H {
		for x := range out.W {
			a, s := at(shown, x, y), at(src, x, y)
			var dot, length float64
			for k := range a {
				dot += (a[k] - behind[k]) * (s[k] - behind[k])
				length += (s[k] - behind[k]) * (s[k] - behind[k])
			}
			out.Row(y)[x] = byte(min(max(255*dot/max(length, 1), 0), 255))
		}
	}
}

// TestPersonPassesTheLine: the viewer sees the person of each frame as the camera did, nothing of the room,
// and sees each move.
func TestPersonPassesTheLine(t *testing.T) {
	green := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		green.SetRGBA(i%64, i/64, color.RGBA{0, 200, 0, 255})
	}
	for name, o := range map[string]truth.Options{
		"woman": {}, "man, dark": {Person: truth.Man, Room: truth.Dark}, "hand": {Hand: true},
	} {
		t.Run(name, func(t *testing.T) {
			line := openLine(t, o, inference.Choice{Mode: inference.Picture, Own: green})
			before, pure := frame.New(line.src.Width, line.src.Height), frame.New(line.src.Width, line.src.Height)
			o.Noise = -1 // the codec takes most of the noise away: that is no fault
			clean, err := truth.New(o)
			require.NoError(t, err)
			keyed := tensor.NewPlane(line.src.Width, line.src.Height)
			var took []time.Duration
			var iou, likeness []float64
			for i := range lineFrames {
				shown, d := line.show(i)
				took = append(took, d)
				behind := [3]float64{float64(shown.Y[0]), float64(shown.U[0]), float64(shown.V[0])}
				require.InDelta(t, 119, behind[0], 6, "the corner is the picture behind")
				key(keyed, shown, line.src, behind)
				iou = append(iou, eval.IoU(keyed, line.matte))
				require.NoError(t, clean.Frame(i, pure, tensor.Plane{}))
				likeness = append(likeness, eval.SSIM(chest(shown, line.matte), chest(pure, line.matte)))
				if line.clip.Moves(i) && line.clip.Moves(i-1) {
					require.NotEqual(t, before.Y, shown.Y, "frame %d is frozen", i)
				}
				before.CopyFrom(shown)
				shown.Release()
			}
			requireQuick(t, took)
			t.Logf("IoU %.4f, least %.4f; SSIM of the person %.4f, least %.4f", mean(iou), slices.Min(iou),
				mean(likeness), slices.Min(likeness))
			require.GreaterOrEqual(t, mean(iou), .95)
			require.GreaterOrEqual(t, slices.Min(iou), .9)
			require.GreaterOrEqual(t, mean(likeness), .8)
		})
	}
}

// chest is a rectangle of luma inside of the person.
func chest(f *frame.Frame, matte tensor.Plane) tensor.Plane {
	sum, n := 0, 0
	for x, v := range matte.Row(matte.H - 40) {
		if v == 255 {
			sum += x
			n++
		}
	}
	x := sum / max(n, 1)
	return tensor.PlaneOf(f.Y, f.StrideY, f.Width, f.Height).Crop(tensor.Rect{
		X: x - 60, Y: matte.H * 3 / 4, W: 120, H: matte.H / 5,
	})
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
