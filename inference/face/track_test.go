package face

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// at is a face of the given side around (x, y).
func at(x, y, side float64) Face {
	return Face{X: x - side/2, Y: y - side/2, W: side, H: side, Score: .9}
}

const step = 200 * time.Millisecond

// film shows a tracker one picture after the other, 200 ms apart, always the whole of it.
type film struct {
	tr  Tracker
	now time.Duration
}

func (f *film) show(faces ...Face) {
	whole := tensor.Letterbox(tensor.Rect{W: 640, H: 480}, InputSize)
	f.tr.Update(faces, whole, 640, 480, f.now)
	f.now += step
}

// x is where the main face is, -1 when there is none.
func (f *film) x() float64 {
	main, ok := f.tr.Main()
	if !ok {
		return -1
	}
	return main.X + main.W/2
}

func TestTrackerKeepsItsFace(t *testing.T) {
	var f film
	require.Equal(t, tensor.Rect{W: 640, H: 480}, f.tr.View(640, 480).Source)
	f.show(at(500, 200, 60), at(200, 220, 100))
	require.InDelta(t, 200, f.x(), 1e-9, "the larger one")
	for range 10 {
		f.show(at(510, 200, 120), at(205, 220, 100))
		require.InDelta(t, 205, f.x(), 1e-9, "a little larger is not enough")
		require.True(t, f.tr.Seen())
	}
	require.Zero(t, f.tr.Person())
}

func TestTrackerFollowsMotion(t *testing.T) {
	var f film
	for k := range 12 { // across the picture in two seconds, while another sits still
		f.show(at(100+35*float64(k), 220, 100+4*float64(k)), at(300, 100, 80))
		require.InDelta(t, 100+35*float64(k), f.x(), 1e-9)
	}
}

func TestTrackerTakeover(t *testing.T) {
	mine, larger := at(205, 220, 100), at(510, 200, 170)
	t.Run("somebody walks past", func(t *testing.T) {
		var f film
		f.show(mine)
		for range 8 {
			for range 4 {
				f.show(larger, mine)
				require.InDelta(t, 205, f.x(), 1e-9)
			}
			f.show(mine)
		}
	})
	t.Run("somebody sits down in front", func(t *testing.T) {
		var f film
		f.show(mine)
		for f.x() < 300 {
			f.show(larger, mine)
		}
		require.InDelta(t, 1.2, f.now.Seconds(), .3)
		require.Equal(t, 1, f.tr.Person())
	})
	t.Run("one look from near tells nothing of it", func(t *testing.T) {
		var f film
		f.show(mine)
		near := tensor.Letterbox(tensor.Rect{X: 55, Y: 70, W: 300, H: 300}, InputSize)
		for range 5 {
			f.show(larger, mine)
			f.tr.Update([]Face{mine}, near, 640, 480, f.now)
		}
		f.show(larger, mine)
		require.InDelta(t, 510, f.x(), 1e-9)
	})
}

func TestTrackerWaitsForItsFace(t *testing.T) {
	var f film
	bystander := at(450, 180, 90)
	f.show(at(200, 220, 100), bystander)
	for range 3 { // hidden for .6 s
		f.show(bystander)
		require.InDelta(t, 200, f.x(), 1e-9)
		require.True(t, f.tr.Missing())
		require.False(t, f.tr.Seen())
	}
	f.show(bystander, at(190, 225, 98))
	require.InDelta(t, 190, f.x(), 1e-9)
	require.True(t, f.tr.Seen())
	require.False(t, f.tr.Missing())
	require.Zero(t, f.tr.Person())

	for range 5 { // then the person leaves
		f.show(bystander)
	}
	require.InDelta(t, 450, f.x(), 1e-9)
	require.Equal(t, 1, f.tr.Person())
}

func TestTrackerKnowsAFaceThatCameBack(t *testing.T) {
	var f film
	f.show(at(200, 220, 100))
	for range 20 {
		f.show()
	}
	require.InDelta(t, -1, f.x(), 0)
	require.False(t, f.tr.Missing())
	f.show(at(210, 215, 110))
	require.Zero(t, f.tr.Person())
	f.tr.Reset()
	require.InDelta(t, -1, f.x(), 0)
	require.Equal(t, Tracker{}, f.tr, "nothing of the face stays")
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
