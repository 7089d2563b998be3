package segment

import "github.com/pp-enter/pp-enter/inference/tensor"

// islands lets half-transparent things apart from the person fade: the model takes a bright lamp in a dark
// room for half a person. A hand that comes into the picture by itself is one that the model is sure of, and
// stays.
type islands struct {
	grid  tensor.Plane // the matte, coarse
	label []int        // of each cell: its island, from 1 on; 0: sea
	queue []int
	found []island
	part  []float32 // of each cell: what is left of it, smoothed
}

// island is a connected part of the matte.
type island struct {
	sum, squares float64
	left         float32 // what is to be left of it, 0..1
}

// sureness is the mean of an island's matte, weighted by itself, 0..255: soft edges count little.
func (i island) sureness() float64 { return i.squares / max(i.sum, 1) }

const (
	islandGrid = 64 // cells a side
	land       = 40 // the least mean, 0..255, of a cell that holds something
	// An island fades wholly up to the sureness of doubted, and not at all from trusted on.
	doubted, trusted = 165, 210
	// ease is how far a cell goes towards what is to be left of it, with each mask; what is sure is there at
	// once.
	ease = .15
)

func newIslands() islands {
	const n = islandGrid * islandGrid
	s := islands{
		grid: tensor.NewPlane(islandGrid, islandGrid), label: make([]int, n), queue: make([]int, 0, n),
		part: make([]float32, n),
	}
	s.reset()
	return s
}

func (s *islands) reset() {
	for i := range s.part {
		s.part[i] = 1
	}
}

// sink fades the doubtful islands of a matte, whose sides are multiples of the grid's.
func (s *islands) sink(matte tensor.Plane) {
	tensor.Scale(s.grid, matte, tensor.Box)
	s.find()
	s.judge()
	for c, label := range s.label {
		left := float32(1)
		if label > 0 {
			left = s.found[label-1].left
		}
		if left == 1 && s.grid.Pix[c] >= trusted {
			s.part[c] = 1
		}
		s.part[c] += (left - s.part[c]) * ease
		if s.part[c] < .995 {
			s.fade(matte, c)
		}
	}
}

// judge says what is to be left of each island: all of the largest one, which is the person.
func (s *islands) judge() {
	main := 0
	for i := range s.found {
		one := &s.found[i]
		one.left = float32(min(max((one.sureness()-doubted)/(trusted-doubted), 0), 1))
		if one.sum > s.found[main].sum {
			main = i
		}
	}
	if len(s.found) > 0 {
		s.found[main].left = 1
	}
}

// fade leaves a cell of the matte its part.
func (s *islands) fade(matte tensor.Plane, c int) {
	side := matte.W / islandGrid
	x, y := c%islandGrid*side, c/islandGrid*side
	k := uint32(s.part[c]*256 + .5)
	for j := y; j < y+side; j++ {
		row := matte.Row(j)[x : x+side]
		for i, v := range row {
			row[i] = byte(uint32(v) * k >> 8)
		}
	}
}

// find labels the islands of the grid.
func (s *islands) find() {
	s.found = s.found[:0]
	clear(s.label)
	for c, v := range s.grid.Pix {
		if v < land || s.label[c] != 0 {
			continue
		}
		s.found = append(s.found, island{left: 1})
		s.flood(c, len(s.found))
	}
}

// flood gives all cells that hang together with cell c their label, and sums them.
func (s *islands) flood(c, label int) {
	one := &s.found[label-1]
	s.label[c] = label
	s.queue = append(s.queue[:0], c)
	for len(s.queue) > 0 {
		c := s.queue[len(s.queue)-1]
		s.queue = s.queue[:len(s.queue)-1]
		v := float64(s.grid.Pix[c])
		one.sum, one.squares = one.sum+v, one.squares+v*v
		if c%islandGrid > 0 {
			s.reach(c-1, label)
		}
		if c%islandGrid < islandGrid-1 {
			s.reach(c+1, label)
		}
		if c >= islandGrid {
			s.reach(c-islandGrid, label)
		}
		if c < len(s.label)-islandGrid {
			s.reach(c+islandGrid, label)
		}
	}
}

func (s *islands) reach(c, label int) {
	if s.label[c] == 0 && s.grid.Pix[c] >= land {
		s.label[c] = label
		s.queue = append(s.queue, c)
	}
}
