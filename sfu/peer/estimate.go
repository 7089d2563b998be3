package peer

import "time"

const (
	// estimateInterval is how often the estimate is looked at.
	estimateInterval = 200 * time.Millisecond
	// sentWindow is the time over which the sent bitrate is averaged.
	sentWindow = time.Second
	sentSlots  = int(sentWindow / estimateInterval)
)

// estimator turns the congestion controller's target into what the viewer's downlink is trusted to carry. The
// controller raises its target for as long as nothing goes wrong, also when far less is sent than it would
// allow; so the target counts only up to one and a half times of what was really sent in the last second.
// Where next to nothing is sent, that says nothing about the link: then it counts up to the start bitrate.
type estimator struct {
	start, max int // bits per second

	slots    [sentSlots]uint64 // bytes sent at the last looks, a ring
	looks    int
	lastSaid int
}

// look takes the controller's target (bits per second) and the bytes sent so far. say is true when the
// estimate moved by more than one part in twenty since it was last said.
func (e *estimator) look(target int, sent uint64) (bps int, say bool) {
	oldest := e.slots[e.looks%sentSlots]
	e.slots[e.looks%sentSlots] = sent
	e.looks++
	window := time.Duration(min(e.looks, sentSlots)) * estimateInterval
	rate := int(float64(sent-oldest) * 8 / window.Seconds())
	bps = min(target, max(rate*3/2, e.start), e.max)
	if diff := bps - e.lastSaid; diff*20 <= e.lastSaid && -diff*20 <= e.lastSaid {
		return bps, false
	}
	e.lastSaid = bps
	return bps, true
}
