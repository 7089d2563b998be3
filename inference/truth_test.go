package inference

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/composite"
	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/inference/truth"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// truthRig plays a generated clip to a filter and keeps what the model said.
type truthRig struct {
	*player
	clip  *truth.Clip
	truth tensor.Plane
	raw   composite.Compositor
	mask  tensor.Plane
	next  int
}

func newTruthRig(t testing.TB, e *Engine, o truth.Options) *truthRig {
	t.Helper()
	clip, err := truth.New(o)
	require.NoError(t, err)
	o = clip.Options()
	r := &truthRig{
		player: newPlayer(t, e, frame.New(o.Width, o.Height)), clip: clip,
		truth: tensor.NewPlane(o.Width, o.Height), mask: tensor.NewPlane(e.size, e.size),
	}
	_, err = r.raw.Resize(o.Width, o.Height)
	require.NoError(t, err)
	green := image.NewRGBA(image.Rect(0, 0, 16, 12))
	for i := range 16 * 12 {
		green.SetRGBA(i%16, i/16, color.RGBA{20, 160, 60, 255})
	}
	require.NoError(t, r.f.Choose(Choice{Mode: Picture, Own: green}))
	return r
}

// step shows the filter the next frame and returns its alpha, and that of the model's mask stretched over the
// frame as it is.
func (r *truthRig) step() (alpha, raw tensor.Plane) {
	r.t.Helper()
	require.NoError(r.t, r.clip.Frame(r.next, r.src, r.truth))
	stamp := r.src.Timestamp
	r.src.Timestamp -= 3000 // the player counts on its own
	r.play(1)
	require.Equal(r.t, stamp, r.src.Timestamp)
	r.next++
	w := <-r.f.engine.workers
	for i, v := range w.segment.Output(0) {
		r.mask.Pix[i] = byte(min(max(v, 0), 1)*255 + .5)
	}
	r.f.engine.workers <- w
	r.raw.SetMatte(r.mask.Crop(r.f.view.Target), nil, composite.Levels{High: 255})
	return r.f.comp.Alpha(), r.raw.Alpha()
}

func (r *truthRig) luma() tensor.Plane { return lumaOf(r.src) }

func truthClips() map[string]truth.Options {
	clips := map[string]truth.Options{
		"woman, hand": {Hand: true},
		"man, hand":   {Hand: true, Person: truth.Man, Room: truth.Busy},
		"wide":        {Width: 640, Height: 360, Person: truth.Man},
		"wide, small": {Width: 960, Height: 540, Size: .45},
		"wide, aside": {Width: 1280, Height: 720, Size: .5, Left: .25, Person: truth.Man},
	}
	for i, room := range []string{"light", "dark", "busy"} {
		clips["woman, "+room] = truth.Options{Room: truth.Room(i)}
		clips["man, "+room] = truth.Options{Room: truth.Room(i), Person: truth.Man}
	}
	return clips
}

// TestMatteAgainstTruth holds the matte at the picture's size against what is known of generated clips with a
// camera's noise: the person who stands, and who moves.
func TestMatteAgainstTruth(t *testing.T) {
	e := realEngine(t, nil)
	clips := truthClips()
	var sum, rawSum, flicker, rawFlicker float64
	for name, o := range clips {
		t.Run(name, func(t *testing.T) {
			r := newTruthRig(t, e, o)
			var ours, model eval.Flicker
			var iou, raw float64
			const from, to = 14, 44 // stands until 30, moves then
			r.next = from
			for range to - from {
				alpha, plain := r.step()
				iou += eval.IoU(alpha, r.truth) / (to - from)
				raw += eval.IoU(plain, r.truth) / (to - from)
				ours.Add(r.luma(), alpha)
				model.Add(r.luma(), plain)
			}
			calmer := model.Share() / ours.Share()
			t.Logf("IoU %.4f, model %.4f; flicker %.6f, model %.6f, %.1f times", iou, raw, ours.Share(),
				model.Share(), calmer)
			require.GreaterOrEqual(t, iou, .94)
			require.GreaterOrEqual(t, iou, raw-.002, "not at the cost of truth")
			require.GreaterOrEqual(t, calmer, 2.5)
			sum, rawSum = sum+iou, rawSum+raw
			flicker, rawFlicker = flicker+ours.Share(), rawFlicker+model.Share()
		})
	}
	n := float64(len(clips))
	t.Logf("mean IoU %.4f, model %.4f; flicker %.1f times less", sum/n, rawSum/n, rawFlicker/flicker)
	require.GreaterOrEqual(t, sum/n, .97)
	require.Greater(t, sum, rawSum, "nearer to the truth than the model")
	require.GreaterOrEqual(t, rawFlicker/flicker, 3.0)
}

// TestFastHandLeavesNoGhost: what the hand has left is background at the latest with the third picture.
func TestFastHandLeavesNoGhost(t *testing.T) {
	e := realEngine(t, nil)
	for _, room := range []truth.Room{truth.Light, truth.Dark, truth.Busy} {
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			o := truth.Options{Hand: true, Still: true, Room: room}
			r := newTruthRig(t, e, o)
			o.Hand = false
			without := newTruthRig(t, e, o)
			without.step()
			seen, gone := 0, 0
			hand := make([]bool, len(r.truth.Pix)) // what only the hand covers
			area := 0
			for gone < 3 {
				alpha, _ := r.step()
				ghost := 0
				for i, v := range alpha.Pix {
					if r.clip.HandShown(r.next-1) && r.truth.Pix[i] >= 128 && without.truth.Pix[i] < 128 && !hand[i] {
						hand[i] = true
						area++
					}
					if hand[i] && v >= 128 && r.truth.Pix[i] < 128 {
						ghost++
					}
				}
				now := 0
				for i, v := range alpha.Pix {
					if hand[i] && r.truth.Pix[i] >= 128 && v >= 128 {
						now++
					}
				}
				seen = max(seen, now)
				if r.next > 20 && !r.clip.HandShown(r.next-1) {
					gone++
					t.Logf("%d pictures after: %d of %d pixels", gone, ghost, area)
				}
				if gone == 3 {
					require.Less(t, ghost, area/50)
				}
			}
			t.Logf("saw %d of %d", seen, area)
			require.Greater(t, seen, area/2, "the hand was seen at all")
		})
	}
}
