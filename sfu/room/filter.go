package room

import (
	"image"
	"slices"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// Filter paints one person's video. Process is called by the line, the other methods by the room, at any
// time.
type Filter interface {
	pipeline.Processor
	// Choose says what is painted from the next picture on.
	Choose(c Choice) error
	// SetConsent allows or forbids the analysis of the face from the next picture on.
	SetConsent(mood bool)
	// SetReducedMotion says whether somebody who sees the picture wants little motion.
	SetReducedMotion(on bool)
	// Mood is the mood that the background shows; the label is empty while it is unknown.
	Mood() (label string, confidence float32, scene string)
}

// Choice is what a person wants to see around them.
type Choice struct {
	Mode string
	// Picture is the id of a still picture, read in the mode "picture" only.
	Picture string
	// Own is the person's own picture, shown in the mode "picture" instead of one of the offered. Nobody writes
	// to it.
	Own image.Image
	// Strength of the mode "blur": "light" or "strong"; "" is strong.
	Strength string
}

// FilterFactory makes the filter of one line.
type FilterFactory func() (Filter, error)

// FilterWish is what a person asks for: what is read of it depends on the mode.
type FilterWish struct {
	Mode string
	// Picture is an offered picture's id, or OwnPrefix and the number of one of the person's own.
	Picture string
	// Strength of a blur: StrengthLight or StrengthStrong; "" is strong.
	Strength string
}

// The strengths of a blur.
const (
	StrengthLight  = "light"
	StrengthStrong = "strong"
)

// newFilter makes the filter of the seat's next line, nil where there is none. What the filter cannot show
// any more becomes a blur, never the open camera.
func (r *room) newFilter(s *seat) Filter {
	if r.reg.cfg.NewFilter == nil {
		return nil
	}
	f, err := r.reg.cfg.NewFilter()
	if err != nil {
		r.reg.counts.filtersFailed.Add(1)
		r.log.Error("no filter for this camera", "participant", s.id, "error", err)
		return nil
	}
	f.SetConsent(s.consent)
	f.SetReducedMotion(r.wantsStill())
	if err := f.Choose(s.choice); err != nil {
		r.log.Error("filter refuses its mode", "participant", s.id, "mode", s.choice.Mode, "error", err)
		s.choice = r.hidden()
		if err := f.Choose(s.choice); err != nil {
			s.choice = Choice{Mode: ModeOff}
		}
		r.tellFilter(s)
	}
	return f
}

// hidden is the choice of who wanted something else that is over: the room behind stays hidden where it can.
func (r *room) hidden() Choice {
	if slices.Contains(r.reg.offer().Modes, ModeBlur) {
		return Choice{Mode: ModeBlur, Strength: StrengthStrong}
	}
	return Choice{Mode: ModeOff}
}

// setFilter checks the wish, hands it to filter and line, and tells both people. own is the person's own
// picture, where they ask for one.
func (r *room) setFilter(s *seat, w FilterWish, own image.Image) error {
	if err := r.allowed(s, w); err != nil {
		return err
	}
	c := Choice{Mode: w.Mode}
	switch w.Mode {
	case modePicture:
		if c.Picture, c.Own = w.Picture, own; isOwn(w.Picture) && own == nil {
			return ErrNoPicture
		}
	case ModeBlur:
		if c.Strength = w.Strength; c.Strength == "" {
			c.Strength = StrengthStrong
		}
	}
	return r.apply(s, c)
}

// apply hands a choice to filter and line, and tells both people.
func (r *room) apply(s *seat, c Choice) error {
	if m := s.media; m != nil && m.filter != nil {
		if err := m.filter.Choose(c); err != nil {
			return internal("the filter refuses the mode", err)
		}
	}
	s.choice = c
	s.mood = moodMemory{}
	if m := s.media; m != nil && m.line != nil {
		m.line.SetFiltered(c.Mode != ModeOff && m.filter != nil)
	}
	s.state, s.reason = r.resting(s), r.restingReason(s)
	r.tellFilter(s)
	return nil
}

// allowed says why the person may not have what they ask for, nil if they may.
func (r *room) allowed(s *seat, w FilterWish) error {
	offer := r.reg.offer()
	switch {
	case followsMood(w.Mode) && !offer.MoodEnabled:
		return refuse(CodeMoodDisabled, "this server does not read moods")
	case !slices.Contains(offer.Modes, w.Mode):
		return refuse(CodeUnknownMode, "there is no such mode")
	case followsMood(w.Mode) && !s.consent:
		return refuse(CodeConsentRequired, "the modes mood and tint need a consent")
	case w.Mode == modePicture && !isOwn(w.Picture) &&
		!slices.ContainsFunc(offer.Pictures, func(p Picture) bool { return p.ID == w.Picture }):
		return ErrNoPicture
	case w.Mode == ModeBlur && w.Strength != "" && w.Strength != StrengthLight && w.Strength != StrengthStrong:
		return refuse(CodeUnknownStrength, "a blur is light or strong")
	}
	return nil
}

// resting is the state that the seat's mode leads to until the line says more. A line that filters already
// goes on.
func (r *room) resting(s *seat) pipeline.State {
	m := s.media
	switch {
	case s.choice.Mode == ModeOff:
		return pipeline.Off
	case m != nil && m.line != nil && m.filter == nil:
		return pipeline.Failed
	case m != nil && m.line != nil && (s.state == pipeline.Active || s.state == pipeline.Degraded):
		return s.state
	default:
		return pipeline.Starting
	}
}

func (r *room) restingReason(s *seat) string {
	if r.resting(s) == pipeline.Failed {
		return pipeline.ReasonInferenceFailed
	}
	return ""
}

// lineState follows the line and tells both people what changed.
func (r *room) lineState(s *seat, state pipeline.State, reason string) {
	if s.state == state && s.reason == reason {
		return
	}
	s.state, s.reason = state, reason
	if state == pipeline.Failed {
		r.log.Warn("filter failed", "participant", s.id, "reason", reason)
	}
	r.tellFilter(s)
}

func (r *room) tellFilter(s *seat) {
	for _, to := range r.seats {
		to.send(FilterState{
			ParticipantID: s.id, Mode: s.choice.Mode, Picture: s.pictureFor(to), Strength: s.choice.Strength,
			State: s.state, Reason: s.reason,
		})
	}
}

// setConsent notes a yes, or undoes everything that rested on it. Who takes the consent back keeps a hidden
// room: the mode falls back to blur, never to the open camera.
func (r *room) setConsent(s *seat, yes bool, version int) error {
	if yes {
		switch {
		case !r.reg.offer().MoodEnabled:
			return refuse(CodeMoodDisabled, "this server does not read moods")
		case version != r.reg.offer().ConsentVersion:
			return refuse(CodeConsentRequired, "the consent is for another version of the text")
		}
	}
	s.consent = yes
	if m := s.media; m != nil && m.filter != nil {
		m.filter.SetConsent(yes)
	}
	if yes {
		return nil
	}
	if s.share {
		r.setShare(s, false)
	}
	if followsMood(s.choice.Mode) {
		return r.apply(s, r.hidden())
	}
	return nil
}

func (r *room) shareMood(s *seat, on bool) error {
	switch {
	case on && !r.reg.offer().MoodEnabled:
		return refuse(CodeMoodDisabled, "this server does not read moods")
	case on && !s.consent:
		return refuse(CodeConsentRequired, "sharing a mood needs a consent")
	}
	r.setShare(s, on)
	return nil
}

func (r *room) setShare(s *seat, on bool) {
	s.share = on
	if other := r.other(s); other != nil {
		other.send(PeerMood{ParticipantID: s.id, Shared: on})
	}
}
