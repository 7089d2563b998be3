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
	// Mood is the mood that the background shows; the label is empty while it is unknown.
	Mood() (label string, confidence float32, scene string)
}

// Choice is what a person wants to see around them.
type Choice struct {
	Mode string
	// Picture is the id of a still picture, read in the mode "picture" only.
	Picture string
	// Own is the person's own picture, shown in the mode "picture" instead of one of the offered.
	Own image.Image
	// Strength of the mode "blur": "light" or "strong"; "" is strong.
	Strength string
}

// FilterFactory makes the filter of one line.
type FilterFactory func() (Filter, error)

// newFilter makes the filter of the seat's next line, nil where there is none.
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
	if err := f.Choose(Choice{Mode: s.mode, Picture: s.picture}); err != nil {
		r.log.Error("filter refuses its mode", "participant", s.id, "mode", s.mode, "error", err)
		s.mode, s.picture = ModeOff, ""
	}
	return f
}

// setFilter checks the wish, hands it to filter and line, and tells both people.
func (r *room) setFilter(s *seat, mode, picture string) error {
	if err := r.allowed(s, mode, picture); err != nil {
		return err
	}
	if mode != modePicture {
		picture = ""
	}
	if m := s.media; m != nil && m.filter != nil {
		if err := m.filter.Choose(Choice{Mode: mode, Picture: picture}); err != nil {
			return internal("the filter refuses the mode", err)
		}
	}
	r.applyMode(s, mode, picture)
	return nil
}

// allowed says why the person may not have the mode, nil if it may.
func (r *room) allowed(s *seat, mode, picture string) error {
	offer := r.reg.cfg.Filters
	switch {
	case mode == ModeMood && !offer.MoodEnabled:
		return refuse(CodeMoodDisabled, "this server does not read moods")
	case !slices.Contains(offer.Modes, mode):
		return refuse(CodeUnknownMode, "there is no such mode")
	case mode == ModeMood && !s.consent:
		return refuse(CodeConsentRequired, "the mode mood needs a consent")
	case mode == modePicture &&
		!slices.ContainsFunc(offer.Pictures, func(p Picture) bool { return p.ID == picture }):
		return refuse(CodeUnknownPicture, "there is no such picture")
	}
	return nil
}

func (r *room) applyMode(s *seat, mode, picture string) {
	s.mode, s.picture = mode, picture
	s.mood = moodMemory{}
	if m := s.media; m != nil && m.line != nil {
		m.line.SetFiltered(mode != ModeOff && m.filter != nil)
	}
	s.state, s.reason = r.resting(s), r.restingReason(s)
	r.tellFilter(s)
}

// resting is the state that the seat's mode leads to until the line says more. A line that filters already
// goes on.
func (r *room) resting(s *seat) pipeline.State {
	m := s.media
	switch {
	case s.mode == ModeOff:
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
			ParticipantID: s.id, Mode: s.mode, Picture: s.picture, State: s.state, Reason: s.reason,
		})
	}
}

// setConsent notes a yes, or undoes everything that rested on it. Who takes the consent back keeps a hidden
// room: the mode falls back to blur, never to the open camera.
func (r *room) setConsent(s *seat, yes bool, version int) error {
	if yes {
		switch {
		case !r.reg.cfg.Filters.MoodEnabled:
			return refuse(CodeMoodDisabled, "this server does not read moods")
		case version != r.reg.cfg.Filters.ConsentVersion:
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
	if s.mode == ModeMood {
		fallback := ModeBlur
		if !slices.Contains(r.reg.cfg.Filters.Modes, ModeBlur) {
			fallback = ModeOff
		}
		return r.setFilter(s, fallback, "")
	}
	return nil
}

func (r *room) shareMood(s *seat, on bool) error {
	switch {
	case on && !r.reg.cfg.Filters.MoodEnabled:
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
