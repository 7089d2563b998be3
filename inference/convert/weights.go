package convert

import (
	"encoding/binary"
	"fmt"
	"math"
)

// constant is a weight: one of floats and ints holds its elements in row-major order.
type constant struct {
	dims   []int
	floats []float32
	ints   []int
}

// maxElements bounds a weight, so that a broken shape cannot ask for all memory.
const maxElements = 1 << 28

// readWeights reads all tensors of the model by name.
func (m *model) readWeights(read func(path string) ([]byte, error)) (map[string]constant, error) {
	consts := map[string]constant{}
	for _, g := range m.weights {
		var data []byte
		for _, path := range g.paths {
			part, err := read(path)
			if err != nil {
				return nil, fmt.Errorf("read weights: %w", err)
			}
			data = append(data, part...)
		}
		for _, w := range g.tensors {
			c, n, err := w.decode(data)
			if err != nil {
				return nil, fmt.Errorf("read weight %q: %w", w.Name, err)
			}
			data, consts[w.Name] = data[n:], c
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("read weights %v: %d bytes are left over", g.paths, len(data))
		}
	}
	return consts, nil
}

// decode reads one tensor from the front of data and says how many bytes it took.
func (w weightJSON) decode(data []byte) (constant, int, error) {
	dtype, size := w.Dtype, 4
	if w.Quantization != nil {
		dtype = w.Quantization.Dtype
	}
	if dtype == "float16" {
		size = 2
	}
	count := 1
	for _, d := range w.Shape {
		if d < 0 || (d > 0 && count > maxElements/d) {
			return constant{}, 0, fmt.Errorf("shape is %v", w.Shape)
		}
		count *= d
	}
	if len(data) < count*size {
		return constant{}, 0, fmt.Errorf("%d bytes needed, %d are left", count*size, len(data))
	}
	c := constant{dims: w.Shape}
	switch dtype {
	case "float32":
		c.floats = make([]float32, count)
		for i := range c.floats {
			c.floats[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
	case "float16":
		c.floats = make([]float32, count)
		for i := range c.floats {
			c.floats[i] = widen(binary.LittleEndian.Uint16(data[2*i:]))
		}
	case "int32":
		c.ints = make([]int, count)
		for i := range c.ints {
			c.ints[i] = int(int32(binary.LittleEndian.Uint32(data[4*i:])))
		}
	default:
		return constant{}, 0, fmt.Errorf("type %q is not known", dtype)
	}
	return c, count * size, nil
}

// widen turns an IEEE 754 half into the float32 of the same value; every half has one.
func widen(h uint16) float32 {
	sign, exponent, mantissa := uint32(h>>15)<<31, uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero and subnormals: mantissa * 2^-24
		magnitude := float32(mantissa) / (1 << 24)
		return math.Float32frombits(sign | math.Float32bits(magnitude))
	case 0x1f: // infinity and not-a-number
		return math.Float32frombits(sign | 0x7f800000 | mantissa<<13)
	default: // the exponent's bias goes from 15 to 127
		return math.Float32frombits(sign | (exponent+112)<<23 | mantissa<<13)
	}
}

// permute moves axis axes[i] of a constant of floats to axis i.
func (c constant) permute(axes ...int) constant {
	rank := len(axes)
	strides := make([]int, rank) // of c, in the order of the result
	step := 1
	for axis := rank - 1; axis >= 0; axis-- {
		for i, a := range axes {
			if a == axis {
				strides[i] = step
			}
		}
		step *= c.dims[axis]
	}
	out := constant{dims: make([]int, rank), floats: make([]float32, len(c.floats))}
	for i, a := range axes {
		out.dims[i] = c.dims[a]
	}
	index, from := make([]int, rank), 0
	for to := range out.floats {
		out.floats[to] = c.floats[from]
		for i := rank - 1; i >= 0; i-- {
			index[i]++
			from += strides[i]
			if index[i] < out.dims[i] {
				break
			}
			from -= index[i] * strides[i]
			index[i] = 0
		}
	}
	return out
}
