package room

import (
	"strings"
	"time"
)

const (
	statsEvery = 2 * time.Second
	// moodAtLeast is how often an unchanged mood is told again.
	moodAtLeast = time.Second
	// moodStep is the least change of confidence that is news.
	moodStep = 0.01
)

// moodMemory is what was told last.
type moodMemory struct {
	label, scene string
	confidence   float32
	at           time.Time
}

func (m moodMemory) tells(label string, confidence float32, scene string, now time.Time) bool {
	step := m.confidence - confidence
	return label != m.label || scene != m.scene || step >= moodStep || step <= -moodStep ||
		now.Sub(m.at) >= moodAtLeast
}

// tellMood sends the seat's mood to its owner, and to the other person only where shared. It is read only
// with consent, and only in the modes that the consent is for.
func (r *room) tellMood(s *seat, now time.Time) {
	if !s.consent || !followsMood(s.choice.Mode) || s.media == nil || s.media.filter == nil {
		return
	}
	label, confidence, scene := s.media.filter.Mood()
	if label == "" || !s.mood.tells(label, confidence, scene, now) {
		return
	}
	s.mood = moodMemory{label: label, scene: scene, confidence: confidence, at: now}
	msg := Mood{ParticipantID: s.id, Label: label, Confidence: confidence, Scene: scene}
	r.sendData(s, msg)
	if other := r.other(s); s.share && other != nil {
		r.sendData(other, msg)
	}
}

// tellStats sends the figures of the seat's line to its owner. If an event about the line's state was lost,
// its figures bring the news.
func (r *room) tellStats(s *seat) {
	if s.media == nil || s.media.line == nil {
		return
	}
	stats := s.media.line.Stats()
	if s.media.filter != nil {
		r.lineState(s, stats.State, stats.Reason)
	}
	msg := Stats{ParticipantID: s.id, FPS: stats.FPSOut}
	for _, stage := range stats.Stages {
		if stage.Stage != "send" && !strings.Contains(stage.Stage, "/") {
			msg.MS += stage.P50
		}
	}
	for _, n := range stats.Drops {
		msg.Dropped += n
	}
	r.sendData(s, msg)
}

// sendData sends on the data channel. What does not fit is lost: the next one says more.
func (r *room) sendData(to *seat, m Message) {
	if to.media == nil {
		return
	}
	body, err := Encode(m)
	if err != nil {
		r.log.Error("message for the data channel", "error", err)
		return
	}
	if err := to.media.peer.Send(body); err != nil {
		r.reg.counts.dataLost.Add(1)
	}
}
