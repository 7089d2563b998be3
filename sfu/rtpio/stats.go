package rtpio

import "sync/atomic"

// AssemblerStats counts since the assembler was made.
type AssemblerStats struct {
	Packets   uint64 `json:"packets"`
	Units     uint64 `json:"units"`     // delivered, keyframes included
	Keyframes uint64 `json:"keyframes"` // delivered

	Padding    uint64 `json:"padding"`    // packets without a payload
	Duplicates uint64 `json:"duplicates"` // packets that were there already
	Late       uint64 `json:"late"`       // packets of units that were delivered or given up
	Malformed  uint64 `json:"malformed"`  // packets whose descriptor could not be read

	Dropped   uint64 `json:"dropped"`   // units, seen by their first packet, that were not delivered
	Lost      uint64 `json:"lost"`      // times that MaxWait was over
	Overflows uint64 `json:"overflows"` // times that the window was full before MaxWait was over
	Oversize  uint64 `json:"oversize"`  // units over MaxFrameBytes
	Breaks    uint64 `json:"breaks"`    // times that the stream broke, whatever the cause
	Restarts  uint64 `json:"restarts"`  // leaps of the sequence numbers
}

type counters struct {
	packets, units, keyframes            atomic.Uint64
	padding, duplicates, late, malformed atomic.Uint64
	dropped, lost, overflows, oversize   atomic.Uint64
	breaks, restarts                     atomic.Uint64
}

// Stats returns the counts so far. It is safe to call at any time from any goroutine.
func (a *Assembler) Stats() AssemblerStats {
	c := &a.counts
	return AssemblerStats{
		Packets: c.packets.Load(), Units: c.units.Load(), Keyframes: c.keyframes.Load(),
		Padding: c.padding.Load(), Duplicates: c.duplicates.Load(), Late: c.late.Load(),
		Malformed: c.malformed.Load(), Dropped: c.dropped.Load(), Lost: c.lost.Load(),
		Overflows: c.overflows.Load(), Oversize: c.oversize.Load(), Breaks: c.breaks.Load(),
		Restarts: c.restarts.Load(),
	}
}
