package face

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// empty are outputs without any face.
func empty() Outputs {
	o := Outputs{
		FineScores: make([]float32, fine), CoarseScores: make([]float32, coarse),
		FineBoxes: make([]float32, fine*numbers), CoarseBoxes: make([]float32, coarse*numbers),
	}
	for _, s := range [][]float32{o.FineScores, o.CoarseScores} {
		for i := range s {
			s[i] = -9
		}
	}
	return o
}

// put writes a face with box centre (x, y) and side d, in pixels of the input, at the anchor i of a grid.
func put(scores, boxes []float32, i, grid, each int, logit float32, x, y, d float64) {
	cell := float64(InputSize) / float64(grid)
	cx, cy := (float64(i/each%grid)+.5)*cell, (float64(i/each/grid)+.5)*cell
	scores[i] = logit
	b := boxes[i*numbers:][:numbers]
	for k, v := range []float64{0, 0, d, d, -d / 5, -d / 6, d / 5, -d / 6, 0, 0, 0, d / 4, -d / 2, 0, d / 2, 0} {
		b[k] = float32(v)
	}
	for k := range b {
		if k == 0 || k >= 4 && k%2 == 0 {
			b[k] += float32(x - cx)
		} else if k == 1 || k >= 4 {
			b[k] += float32(y - cy)
		}
	}
}

func TestDecodePlacesAnchorsOfBothGrids(t *testing.T) {
	v := tensor.Whole(640, 480, InputSize)
	o := empty()
	put(o.FineScores, o.FineBoxes, 2*(16*5+4)+1, fineGrid, fineEach, 4, 40, 44, 16)
	put(o.CoarseScores, o.CoarseBoxes, 6*(8*4+6)+3, coarseGrid, coarseEach, 3, 100, 70, 40)
	got, err := NewDecoder().Decode(o, v, .5, nil)
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.InDelta(t, 200-40, got[0].X, 1e-3)
	require.InDelta(t, 165-30, got[0].Y, 1e-3)
	require.InDelta(t, 80, got[0].W, 1e-3)
	require.InDelta(t, 60, got[0].H, 1e-3)
	require.InDelta(t, 500-40, got[1].LeftEye.X, 1e-3)
	require.InDelta(t, 262.5-25, got[1].RightEye.Y, 1e-3)
	require.InDelta(t, 500, got[1].Mouth.X, 1e-3)
	require.InDelta(t, 262.5+37.5, got[1].Mouth.Y, 1e-3)
	require.InDelta(t, 80, got[1].EyeDistance(), 1e-3)
	require.InDelta(t, 0, got[1].Roll(), 1e-6)
	require.InDelta(t, .982, float64(got[0].Score), .001)
}

func TestDecodeMergesOneFaceByScore(t *testing.T) {
	v := tensor.Whole(InputSize, InputSize, InputSize)
	o := empty()
	put(o.CoarseScores, o.CoarseBoxes, 6*(8*4+4), coarseGrid, coarseEach, 20, 60, 60, 40)
	put(o.CoarseScores, o.CoarseBoxes, 6*(8*4+4)+1, coarseGrid, coarseEach, 20, 64, 60, 40)
	put(o.CoarseScores, o.CoarseBoxes, 6*(8*4+4)+2, coarseGrid, coarseEach, -.5, 64, 60, 40)
	got, err := NewDecoder().Decode(o, v, .5, nil)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.InDelta(t, 62, got[0].X+got[0].W/2, 1e-3, "the weak one is below the score and counts nothing")
}

func TestDecodeRefuses(t *testing.T) {
	v := tensor.Whole(InputSize, InputSize, InputSize)
	_, err := NewDecoder().Decode(Outputs{}, v, .5, nil)
	require.ErrorIs(t, err, ErrOutputs)
	o := empty()
	o.FineScores[0] = float32(math.NaN())
	put(o.FineScores, o.FineBoxes, 8, fineGrid, fineEach, 9, 30, 30, 0)
	put(o.FineScores, o.FineBoxes, 40, fineGrid, fineEach, 9, float64(math.Inf(1)), 30, 20)
	got, err := NewDecoder().Decode(o, v, .5, nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestDecodeAllocatesNothing(t *testing.T) {
	o, d, faces := empty(), NewDecoder(), make([]Face, 0, 8)
	v := tensor.Whole(640, 480, InputSize)
	put(o.FineScores, o.FineBoxes, 8, fineGrid, fineEach, 9, 30, 30, 20)
	require.Zero(t, testing.AllocsPerRun(10, func() { _, _ = d.Decode(o, v, .5, faces) }))
}

// TestDecodeRefusesPointsThatAreNowhere: a box as any other with points that no picture has must not spoil
// the average with its neighbours, and a box far beyond the picture is nowhere to look at.
func TestDecodeRefusesPointsThatAreNowhere(t *testing.T) {
	v := tensor.Whole(640, 480, InputSize)
	for k := range numbers {
		for _, wild := range []float64{math.Inf(1), math.Inf(-1), math.NaN(), 1e30, -1e30} {
			o := empty()
			put(o.FineScores, o.FineBoxes, 40, fineGrid, fineEach, 9, 30, 30, 20)
			put(o.FineScores, o.FineBoxes, 41, fineGrid, fineEach, 9, 30, 30, 20)
			o.FineBoxes[41*numbers+k] = float32(wild)
			got, err := NewDecoder().Decode(o, v, .5, nil)
			require.NoError(t, err)
			require.Len(t, got, 1, "number %d is %v", k, wild)
			require.InDelta(t, 20*640/InputSize, got[0].W, 1e-3)
			for _, p := range got[0].points() {
				require.Less(t, math.Hypot(p.X, p.Y), 1000.0, "number %d is %v", k, wild)
			}
			tr := Tracker{}
			tr.Update(got, v, 640, 480, 0)
			src := tr.View(640, 480).Source
			require.True(t, src.X >= 0 && src.Y >= 0 && src.X+src.W <= 640 && src.Y+src.H <= 480, "%v", src)
		}
	}
}
