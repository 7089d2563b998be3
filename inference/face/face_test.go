package face

import (
	"math"
	"testing"
	"time"

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

// at is a face of the given side around (x, y).
func at(x, y, side float64) Face {
	return Face{X: x - side/2, Y: y - side/2, W: side, H: side, Score: .9}
}

func TestTrackerKeepsItsFace(t *testing.T) {
	var tr Tracker
	whole := tr.View(640, 480)
	require.Equal(t, tensor.Rect{W: 640, H: 480}, whole.Source)
	tr.Update([]Face{at(500, 200, 60), at(200, 220, 100)}, whole, 640, 480, 0)
	main, ok := tr.Main()
	require.True(t, ok)
	require.InDelta(t, 200, main.X+main.W/2, 1e-9, "the larger one")

	tr.Update([]Face{at(510, 200, 120), at(205, 220, 100)}, whole, 640, 480, 200*time.Millisecond)
	main, _ = tr.Main()
	require.InDelta(t, 205, main.X+main.W/2, 1e-9, "a little larger is not enough")
	require.True(t, tr.Seen())

	tr.Update([]Face{at(510, 200, 170), at(205, 220, 100)}, whole, 640, 480, 400*time.Millisecond)
	main, _ = tr.Main()
	require.InDelta(t, 510, main.X+main.W/2, 1e-9, "much larger is")
}

func TestTrackerZoomsInAndSurveys(t *testing.T) {
	var tr Tracker
	require.Equal(t, float32(FindScore), tr.Least())
	tr.Update([]Face{at(200, 220, 50)}, tr.View(640, 480), 640, 480, 0)
	require.Equal(t, float32(KeepScore), tr.Least())
	wholes := 0
	for k := range 12 {
		v := tr.View(640, 480)
		if v.Source.W == 640 {
			wholes++
		} else {
			require.Equal(t, tensor.Rect{X: 125, Y: 145, W: 150, H: 150}, v.Source)
		}
		tr.Update([]Face{at(200, 220, 50)}, v, 640, 480, time.Duration(k)*200*time.Millisecond)
	}
	require.Equal(t, 2, wholes)
}

func TestTrackerLosesItsFace(t *testing.T) {
	var tr Tracker
	tr.Update([]Face{at(200, 220, 50)}, tr.View(640, 480), 640, 480, 0)
	tr.Update(nil, tr.View(640, 480), 640, 480, 200*time.Millisecond)
	require.Equal(t, 640, tr.View(640, 480).Source.W, "then it looks everywhere")
	require.False(t, tr.Seen())
	_, ok := tr.Main()
	require.True(t, ok)
	tr.Update(nil, tr.View(640, 480), 640, 480, time.Second)
	_, ok = tr.Main()
	require.False(t, ok)
	weak := at(100, 100, 50)
	weak.Score = .5
	tr.Update([]Face{weak}, tr.View(640, 480), 640, 480, time.Second)
	_, ok = tr.Main()
	require.False(t, ok, "a new face needs a good score")
}
