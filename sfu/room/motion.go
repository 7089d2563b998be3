package room

// wantsStill tells whether one of the two people wants little motion: both see both pictures.
func (r *room) wantsStill() bool {
	for _, s := range r.seats {
		if s.still {
			return true
		}
	}
	return false
}

// applyMotion tells every filter of the room what its two people want.
func (r *room) applyMotion() {
	still := r.wantsStill()
	for _, s := range r.seats {
		if s.media != nil && s.media.filter != nil {
			s.media.filter.SetReducedMotion(still)
		}
	}
}

// SetReducedMotion says whether the person wants little motion in what they see.
func (p *Participant) SetReducedMotion(on bool) error {
	return p.do(func(r *room, s *seat) error {
		if s.still != on {
			s.still = on
			r.applyMotion()
		}
		return nil
	})
}
