package media

import (
	"math"
	"strings"
)

// BlurHash (blurha.sh, by Wolt): the first cosine terms of a picture's colours in linear light, as text.
const (
	hashTerms    = 4 // along the longer side
	hashFewTerms = 3
	digits       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
)

// light is a colour in linear light: red, green, blue.
type light [3]float64

// blurhash is what a page shows until the picture is there.
func (p *planes) blurhash() string {
	across, down := hashTerms, hashFewTerms
	if p.height > p.width {
		across, down = down, across
	}
	// In two steps: libyuv's box adds up at most 257 rows.
	small := p.within(smallSide).within(hashSide)
	terms := cosines(small.lights(), small.width, small.height, across, down)
	var b strings.Builder
	write := func(n, places int) {
		for i := places - 1; i >= 0; i-- {
			b.WriteByte(digits[n/int(math.Pow(83, float64(i)))%83])
		}
	}
	most := 0.0
	for _, t := range terms[1:] {
		most = max(most, math.Abs(t[0]), math.Abs(t[1]), math.Abs(t[2]))
	}
	scale := int(min(82, max(0, math.Floor(most*166-0.5))))
	write(across-1+(down-1)*9, 1)
	write(scale, 1)
	write(toSRGB(terms[0][0])<<16|toSRGB(terms[0][1])<<8|toSRGB(terms[0][2]), 4)
	unit := float64(scale+1) / 166
	for _, t := range terms[1:] {
		write((step(t[0]/unit)*19+step(t[1]/unit))*19+step(t[2]/unit), 2)
	}
	return b.String()
}

// lights are the pixels in linear light.
func (p *planes) lights() []light {
	var linear [256]float64
	for i := range linear {
		v := float64(i) / 255
		linear[i] = v / 12.92
		if v > 0.04045 {
			linear[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	pix := p.rgba().Pix
	out := make([]light, len(pix)/4)
	for i := range out {
		out[i] = light{linear[pix[4*i]], linear[pix[4*i+1]], linear[pix[4*i+2]]}
	}
	return out
}

// cosines are the first terms of the picture's cosine transform, row by row.
func cosines(pixels []light, w, h, across, down int) []light {
	terms := make([]light, 0, across*down)
	for j := range down {
		for i := range across {
			var sum light
			for y := range h {
				cy := math.Cos(math.Pi * float64(j*y) / float64(h))
				for x := range w {
					c := cy * math.Cos(math.Pi*float64(i*x)/float64(w))
					for k, v := range pixels[y*w+x] {
						sum[k] += c * v
					}
				}
			}
			weight := 2 / float64(w*h)
			if i == 0 && j == 0 {
				weight /= 2
			}
			terms = append(terms, light{sum[0] * weight, sum[1] * weight, sum[2] * weight})
		}
	}
	return terms
}

// step is a term, -1 to 1, in one of 19 steps that are finer around 0.
func step(v float64) int {
	return int(min(18, max(0, math.Floor(math.Copysign(math.Sqrt(math.Abs(v)), v)*9+9.5))))
}

func toSRGB(v float64) int {
	v = min(1, max(0, v))
	if v <= 0.0031308 {
		return int(v*12.92*255 + 0.5)
	}
	return int((1.055*math.Pow(v, 1/2.4)-0.055)*255 + 0.5)
}
