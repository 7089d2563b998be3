package rtpio

import "time"

// Pacer spreads the packets of one picture over a span of time, so that a large picture does not fill the
// receiver's or the network's queues at once. It owns no goroutine: the sender's waits. It is not safe for
// concurrent use.
type Pacer struct {
	span  time.Duration
	start time.Time // of packet 0 of the picture at hand
}

// NewPacer returns a pacer; the last packet of a picture goes less than span after the first one.
func NewPacer(span time.Duration) *Pacer { return &Pacer{span: span} }

// Wait blocks until packet i of the n packets of a picture may go. Packet 0 goes at once. Each packet's time
// counts from the first one's, so that a late wake-up does not delay the rest.
func (p *Pacer) Wait(i, n int) {
	if i <= 0 || n <= 1 {
		p.start = time.Now()
		return
	}
	// A sleep shorter than the timer's own error is not worth a wake-up: those packets go together.
	const grain = 250 * time.Microsecond
	if d := time.Until(p.start.Add(p.due(i, n))); d > grain {
		time.Sleep(d)
	}
}

// due is when packet i goes, counted from packet 0. Small pictures do not need the whole span: one packet per
// millisecond is no burst.
func (p *Pacer) due(i, n int) time.Duration {
	const gap = time.Millisecond
	return min(time.Duration(i)*gap, p.span*time.Duration(min(i, n-1))/time.Duration(n))
}
