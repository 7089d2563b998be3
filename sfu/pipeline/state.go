package pipeline

import (
	"context"
	"sync"
)

// State is what a line really does with its filter.
type State string

// The states of a line. Degraded means filtered, but late; Failed means that the filter gave up and that
// the video goes on without it.
const (
	Off      State = "off"
	Starting State = "starting"
	Active   State = "active"
	Degraded State = "degraded"
	Failed   State = "failed"
)

// Reasons that accompany Degraded and Failed.
const (
	ReasonInferenceFailed  = "inference_failed"
	ReasonInferenceSlow    = "inference_slow"
	ReasonDecodeFailed     = "decode_failed"
	ReasonCodecUnsupported = "codec_unsupported"
)

// status keeps the state and tells one listener of it, outside any lock and in order.
type status struct {
	mu      sync.Mutex
	current State  // guarded by mu
	reason  string // guarded by mu
	initial State  // what the listener takes for granted
	changed chan struct{}
}

func (s *status) init(filtered bool) {
	s.changed = make(chan struct{}, 1)
	s.current = Off
	if filtered {
		s.current = Starting
	}
	s.initial = s.current
}

func (s *status) get() (State, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, s.reason
}

func (s *status) set(to State, reason string) { s.setIf(func() bool { return true }, to, reason) }

// setIf sets the state where holds still says so. A wish that changes what holds tells before it sets a
// state of its own therefore has the last word.
func (s *status) setIf(holds func() bool, to State, reason string) {
	s.mu.Lock()
	if !holds() {
		s.mu.Unlock()
		return
	}
	same := s.current == to && s.reason == reason
	s.current, s.reason = to, reason
	s.mu.Unlock()
	if same {
		return
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// report calls fn with each change until ctx ends.
func (s *status) report(ctx context.Context, fn func(State, string)) error {
	told, toldReason := s.initial, ""
	for {
		select {
		case <-s.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
		now, reason := s.get()
		if fn != nil && (now != told || reason != toldReason) {
			fn(now, reason)
		}
		told, toldReason = now, reason
	}
}
