package inference

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// stage is a step of Process whose time is measured.
type stage int

const (
	stageTensor stage = iota
	stageSegment
	stageFace
	stageEmotion
	stageScene
	stageComposite
	stages
)

var stageNames = [stages]string{"tensor", "segment", "face", "emotion", "scene", "composite"}

// ringSize is how many of the last times of a stage the percentiles look at: four seconds at 30 pictures a
// second.
const ringSize = 128

// meter keeps the times of one filter's stages. Add belongs to one goroutine, the others may read at any
// time.
type meter struct {
	cost [stages]time.Duration // average of the last few; owned by the goroutine that adds

	mu    sync.Mutex
	rings [stages]ring // guarded by mu
}

type ring struct {
	count uint64
	times [ringSize]time.Duration
}

func (m *meter) add(s stage, d time.Duration) {
	// One slow run must not keep a stage from running again, so the average falls faster than it rises.
	switch cost := &m.cost[s]; {
	case *cost == 0:
		*cost = d
	case d > *cost:
		*cost += (d - *cost) / 4
	default:
		*cost += (d - *cost) / 2
	}
	m.mu.Lock()
	r := &m.rings[s]
	r.times[r.count%ringSize] = d
	r.count++
	m.mu.Unlock()
}

// read is the count and the percentiles of one stage.
func (m *meter) read(s stage) (count uint64, p50, p95 time.Duration) {
	m.mu.Lock()
	r := m.rings[s]
	m.mu.Unlock()
	n := int(min(r.count, ringSize))
	if n == 0 {
		return 0, 0, 0
	}
	sorted := r.times[:n]
	slices.Sort(sorted)
	return r.count, sorted[n/2], sorted[n*95/100]
}

// Counters count what a filter did since it was made.
type Counters struct {
	Pictures  uint64 // that Process painted with a background
	Mattes    uint64 // fresh ones
	Reused    uint64 // pictures with an old matte, because of MatteHz
	Late      uint64 // pictures with an old matte, because a fresh one would have come after the deadline
	Looks     uint64 // for a face
	Crops     uint64 // of a face
	Readings  uint64 // of an expression; fewer than crops where a crop was too poor
	Postponed uint64 // looks and readings that the deadline left no time for
}

// tally is Counters while they are being counted.
type tally struct {
	pictures, mattes, reused, late, looks, crops, readings, postponed atomic.Uint64
}

func (t *tally) read() Counters {
	return Counters{
		Pictures: t.pictures.Load(), Mattes: t.mattes.Load(), Reused: t.reused.Load(), Late: t.late.Load(),
		Looks: t.looks.Load(), Crops: t.crops.Load(), Readings: t.readings.Load(), Postponed: t.postponed.Load(),
	}
}
