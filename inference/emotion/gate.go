package emotion

import "math"

// Verdict says whether a face is good enough to be read, or why not.
type Verdict uint8

// The verdicts.
const (
	Good   Verdict = iota
	Tiny           // fewer pixels than the model needs
	Rolled         // tilted more than the model was trained for
	Turned         // in profile
	Flat           // no contrast: dark or hidden
	Blurred
	Burnt // over-exposed: next to nothing but white is left
)

var verdicts = [...]string{"good", "tiny", "rolled", "turned", "flat", "blurred", "burnt"}

// String is the verdict in a word.
func (v Verdict) String() string {
	if int(v) < len(verdicts) {
		return verdicts[v]
	}
	return "unknown"
}

const (
	minSide     = 28.0           // pixels of the picture that a crop spans
	maxRoll     = math.Pi / 4.5  // 40 degrees
	maxTurn     = 0.42           // of the eyes' distance, the nose off their middle
	minContrast = 0.035          // deviation of the grey values
	minDetail   = 0.006          // see detail
	white       = 0.9            // grey that an over-exposed camera gives
	maxWhite    = 0.85           // part of the crop that may be so: beyond, cheeks and lips are gone
	upsampled   = minSide * 1.75 // below this a crop is soft by nature, and detail says nothing
)

// Place judges the face by its points alone, before any crop is made.
func (p Points) Place() Verdict {
	s := p.square()
	middle := (p.NoseX-(p.LeftX+p.RightX)/2)*s.cos + (p.NoseY-(p.LeftY+p.RightY)/2)*s.sin
	eyes := math.Hypot(p.RightX-p.LeftX, p.RightY-p.LeftY)
	switch {
	case !(s.side >= minSide): // a NaN is tiny too
		return Tiny
	case math.Abs(math.Atan2(s.sin, s.cos)) > maxRoll:
		return Rolled
	case !(math.Abs(middle) <= maxTurn*eyes): // nor is a NaN a nose
		return Turned
	default:
		return Good
	}
}

// Look judges a crop of the face at p.
func (p Points) Look(crop []float32) Verdict {
	mean, variance := moments(crop)
	switch deviation := math.Sqrt(variance); {
	case math.IsNaN(mean) || deviation < minContrast:
		return Flat
	case burnt(crop) > maxWhite:
		return Burnt
	case p.square().side > upsampled && detail(crop)/variance < minDetail:
		return Blurred
	default:
		return Good
	}
}

func moments(crop []float32) (mean, variance float64) {
	for _, v := range crop {
		mean += float64(v)
	}
	mean /= float64(len(crop))
	for _, v := range crop {
		variance += (float64(v) - mean) * (float64(v) - mean)
	}
	return mean, variance / float64(len(crop))
}

// burnt is the part of the crop that is white.
func burnt(crop []float32) float64 {
	n := 0
	for _, v := range crop {
		if v >= white {
			n++
		}
	}
	return float64(n) / float64(len(crop))
}

// detail is the mean square of the Laplacian: next to nothing in a picture out of focus (Pech-Pacheco et
// al., 2000).
func detail(crop []float32) float64 {
	sum := 0.0
	for y := 1; y < Size-1; y++ {
		for x := 1; x < Size-1; x++ {
			i := y*Size + x
			l := float64(4*crop[i] - crop[i-1] - crop[i+1] - crop[i-Size] - crop[i+Size])
			sum += l * l
		}
	}
	return sum / ((Size - 2) * (Size - 2))
}
