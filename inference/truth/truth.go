// Package truth makes video of which everything is known: a person, cut out of a picture, moves before a room
// drawn by code, seen by a noisy camera. Each frame comes with the exact matte and carries its number where a
// program can read it. It is made for tests and for figures; the same options give the same samples.
package truth

import (
	"errors"
	"fmt"
	"math"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Person says who is in the clip.
type Person int

// The people. Woman is an astronaut with full hair and a bright suit, Man is seen by a webcam, with short
// hair and a pale shirt.
const (
	Woman Person = iota
	Man
)

// Room says what stands behind the person.
type Room int

// The rooms: a bright wall with a window, the same at night with one lamp, and a shelf full of colours.
const (
	Light Room = iota
	Dark
	Busy
)

// Options describe a clip; the zero values mean the defaults that stand beside them.
type Options struct {
	Width, Height int // default 640x480
	FPS           int // default 30
	Person        Person
	Room          Room
	// Size is the height of the person, from the hair to the frame's bottom, as a share of the frame's.
	// Default .8.
	Size float64
	// Left moves the person by a share of the frame's width.
	Left float64
	// Noise is the standard deviation of the camera's noise in levels of luma; half of it in chroma. Default
	// 2.5, in the dark room 4. Negative: none.
	Noise float64
	// Hand lets a forearm come quickly into the picture beside the body, and leave it as quickly.
	Hand bool
	// Still lets the person stand still all the time.
	Still bool
	Seed  uint64
}

// ErrSize means a size that no frame has, or frames and mattes of another size than the clip's.
var ErrSize = errors.New("clip has another size")

// Clip is one generated video without an end. Not safe for concurrent use.
type Clip struct {
	o      Options
	person *sprite
	lit    float32 // the person's luma above black in the room
	room   canvas
	paint  canvas // of the frame in work, chroma as fine as luma
	alpha  []float32
	noise  noise
}

// New prepares a clip. It is an error when the size is none that a frame can have.
func New(o Options) (*Clip, error) {
	if o.Width == 0 && o.Height == 0 {
		o.Width, o.Height = 640, 480
	}
	if o.FPS == 0 {
		o.FPS = 30
	}
	if o.Size == 0 {
		o.Size = .8
	}
	if o.Noise == 0 {
		o.Noise = 2.5
		if o.Room == Dark {
			o.Noise = 4
		}
	}
	if !frame.ValidSize(o.Width, o.Height) || o.FPS < 0 {
		return nil, fmt.Errorf("make clip of %dx%d at %d fps: %w", o.Width, o.Height, o.FPS, ErrSize)
	}
	c := &Clip{o: o, lit: 1, room: newCanvas(o.Width, o.Height), paint: newCanvas(o.Width, o.Height)}
	c.alpha = make([]float32, o.Width*o.Height)
	var err error
	if c.person, err = loadSprite(o.Person); err != nil {
		return nil, fmt.Errorf("make clip: %w", err)
	}
	c.person = c.person.shrunk(c.scale())
	if o.Room == Dark {
		c.lit = .55
	}
	c.room.draw(o.Room, o.Seed)
	c.noise = newNoise(o.Noise, o.Seed)
	return c, nil
}

// Options are those of New with the defaults filled in.
func (c *Clip) Options() Options { return c.o }

// Moves tells whether the person of the i-th frame stands elsewhere than in the one before.
func (c *Clip) Moves(i int) bool { return i > 0 && c.pose(i) != c.pose(i-1) }

// HandShown tells whether any of the forearm is in the i-th frame.
func (c *Clip) HandShown(i int) bool { return c.o.Hand && c.handRise(i) > 0 }

// Frame draws the i-th frame (from 0) into dst and its exact matte (0: room, 255: person) into matte, both of
// the clip's size. dst's timestamp is the frame's, 90 kHz; a matte without samples is left out. ErrSize where
// a size differs.
func (c *Clip) Frame(i int, dst *frame.Frame, matte tensor.Plane) error {
	w, h := c.o.Width, c.o.Height
	if dst.Width != w || dst.Height != h || len(matte.Pix) > 0 && (matte.W != w || matte.H != h) {
		return fmt.Errorf("draw frame of %dx%d: %w", dst.Width, dst.Height, ErrSize)
	}
	c.paint.copyFrom(c.room)
	clear(c.alpha)
	c.drawPerson(c.pose(i))
	if c.HandShown(i) {
		c.drawHand(c.handRise(i))
	}
	c.number(i)
	c.paint.shoot(dst, c.noise, i)
	dst.Timestamp = uint32(i * 90000 / c.o.FPS)
	if len(matte.Pix) == 0 {
		return nil
	}
	for y := range h {
		row := matte.Row(y)
		for x := range row {
			row[x] = byte(c.alpha[y*w+x]*255 + .5)
		}
	}
	return nil
}

// pose is where the person is: moved by (x, y) pixels, scaled, and turned around the middle of the frame's
// bottom.
type pose struct{ x, y, scale, turn float64 }

// phase is how long, in seconds, the person stands, moves to the side, stands, and moves back.
const phase = 1

func (c *Clip) pose(i int) pose {
	if c.o.Still {
		return pose{scale: 1}
	}
	t := math.Mod(float64(i)/float64(c.o.FPS), 8*phase)
	part, in := math.Modf(t / phase)
	ease := (1 - math.Cos(math.Pi*in)) / 2
	there := [8]float64{0, ease, 1, 1 - 2*ease, -1, ease - 1, 0, 0}[int(part)]
	p := pose{x: .06 * float64(c.o.Width) * there, scale: 1 + .03*there*there}
	if int(part) == 7 { // a nod to both sides
		p.turn = .06 * math.Sin(2*math.Pi*in)
	}
	p.y = .01 * float64(c.o.Height) * there * there
	return p
}

// scale is how many pixels of the frame one of the person's picture is.
func (c *Clip) scale() float64 { return c.o.Size * float64(c.o.Height) / float64(c.person.h) }
