package scene

import "github.com/pp-enter/pp-enter/inference/tensor"

// yuv is a colour in BT.601 studio range, kept in floats so that mixtures stay smooth.
type yuv struct{ y, u, v float32 }

// of converts sRGB; mixing the results mixes the sRGB values.
func of(c Colour) yuv { return ofRGB(float32(c[0]), float32(c[1]), float32(c[2])) }

// ofRGB takes channels of 0..255.
func ofRGB(r, g, b float32) yuv {
	return yuv{
		y: 16 + .256788*r + .504129*g + .097906*b,
		u: 128 - .148223*r - .290993*g + .439216*b,
		v: 128 + .439216*r - .367788*g - .071427*b,
	}
}

func (a yuv) mix(b yuv, t float32) yuv {
	return yuv{a.y + (b.y-a.y)*t, a.u + (b.u-a.u)*t, a.v + (b.v-a.v)*t}
}

// plus adds t parts of b.
func (a yuv) plus(b yuv, t float32) yuv { return yuv{a.y + b.y*t, a.u + b.u*t, a.v + b.v*t} }

// Canvas holds the three planes of a painted background; chroma may be as fine as luma. It has the shape of
// composite.Background.
type Canvas struct{ Y, U, V tensor.Plane }

// newCanvas makes planes of w x h luma and cw x ch chroma samples.
func newCanvas(w, h, cw, ch int) Canvas {
	return Canvas{Y: tensor.NewPlane(w, h), U: tensor.NewPlane(cw, ch), V: tensor.NewPlane(cw, ch)}
}

// round8 rounds a value that lies within 0..255.
func round8(v float32) byte { return byte(v + .5) }

func lerp(a, b, t float32) float32 { return a + (b-a)*t }

// clamp01 holds v within 0..1; comparing is twice as fast as min and max, which heed NaN.
func clamp01(v float32) float32 {
	if v < 0 {
		return 0
	}
	if v > 1 {
		return 1
	}
	return v
}

// ramp is smoothstep with its slope worked out beforehand, for loops over samples.
type ramp struct{ from, slope float32 }

func rampOf(from, to float32) ramp { return ramp{from, 1 / (to - from)} }

func (r ramp) at(v float32) float32 {
	t := clamp01((v - r.from) * r.slope)
	return t * t * (3 - 2*t)
}

// smoothstep rises from 0 at a to 1 at b without corners.
func smoothstep(a, b, v float32) float32 {
	t := clamp01((v - a) / (b - a))
	return t * t * (3 - 2*t)
}
