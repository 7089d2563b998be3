package scene

import "math/rand/v2"

// noise is a tile of fractal value noise (Perlin's sum of octaves over smoothed lattice values), stretched
// to about 0..1. It repeats in both directions without a seam.
type noise struct{ at *[tile * tile]float32 }

// tile is the number of values a side; a power of two.
const tile = 256

// octave is one layer: its lattice has cells x cells values.
type octave struct {
	cells  int
	weight float32
}

// newNoise draws a tile from the seed.
func newNoise(seed uint64, octaves ...octave) *noise {
	n := &noise{at: new([tile * tile]float32)}
	r := rand.New(rand.NewPCG(seed, 0x5ce9e))
	for _, o := range octaves {
		n.add(r, o)
	}
	lo, hi := n.at[0], n.at[0]
	for _, v := range n.at {
		lo, hi = min(lo, v), max(hi, v)
	}
	for i := range n.at {
		n.at[i] = (n.at[i] - lo) / (hi - lo)
	}
	return n
}

func (n *noise) add(r *rand.Rand, o octave) {
	lattice := make([]float32, o.cells*o.cells)
	for i := range lattice {
		lattice[i] = r.Float32()
	}
	step := float32(o.cells) / tile
	for y := range tile {
		fy := float32(y) * step
		j := int(fy)
		ty := smoothstep(0, 1, fy-float32(j))
		j1 := (j + 1) % o.cells
		for x := range tile {
			fx := float32(x) * step
			i := int(fx)
			tx := smoothstep(0, 1, fx-float32(i))
			i1 := (i + 1) % o.cells
			top := lerp(lattice[j*o.cells+i], lattice[j*o.cells+i1], tx)
			low := lerp(lattice[j1*o.cells+i], lattice[j1*o.cells+i1], tx)
			n.at[y*tile+x] += o.weight * lerp(top, low, ty)
		}
	}
}

// read is the value at (x, y), where the tile spans 0..1 and repeats; bilinear. x and y must not be negative.
func (n *noise) read(x, y float32) float32 {
	fx, fy := x*tile, y*tile
	i, j := int(fx), int(fy)
	tx, ty := fx-float32(i), fy-float32(j)
	const mask = tile - 1
	i0, i1, j0, j1 := i&mask, (i+1)&mask, (j&mask)*tile, ((j+1)&mask)*tile
	top := lerp(n.at[j0+i0], n.at[j0+i1], tx)
	return lerp(top, lerp(n.at[j1+i0], n.at[j1+i1], tx), ty)
}
