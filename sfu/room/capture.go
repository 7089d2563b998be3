package room

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// Layout says whose pictures a capture shows.
type Layout string

// The layouts of a capture, as the one sees them who takes it.
const (
	LayoutBoth  Layout = "both"
	LayoutOther Layout = "other"
	LayoutMe    Layout = "me"
)

// Wish is what somebody wants to capture. Filtered pictures are as both people see them in the call, the
// others as the cameras sent them.
type Wish struct {
	Layout   Layout
	Filtered bool
}

// Still is one person's part of a capture. The caller releases Frame.
type Still struct {
	ParticipantID string
	Key, Name     string
	Me            bool         // of the one who took it
	Mood          string       // the mood's label; empty: unknown, or the person shares it with nobody
	Frame         *frame.Frame // nil: the camera is off
}

// Patience of a capture.
const (
	// captureAnswer is how long the other person has to say yes or no.
	captureAnswer = 20 * time.Second
	// captureFrame is how long a picture may take: a keyframe has to come where a line only forwards.
	captureFrame = 3 * time.Second
	// captureRest is how long a no holds: nobody is asked again and again.
	captureRest = 30 * time.Second
	// Captures of one person come in bursts of captureBurst, then one in captureEvery; those for which the other
	// one has to be asked, one in captureAskEvery.
	captureBurst    = 5
	captureEvery    = time.Second
	captureAskEvery = 10 * time.Second
)

// Allow is an answer to somebody who wants to capture.
type Allow string

// The answers: this one capture, all of this person in this call as they are filtered, or none.
const (
	AllowOnce Allow = "once"
	AllowCall Allow = "call"
	AllowNo   Allow = "no"

	allowGone Allow = "" // there is nobody who could answer, or who waits, any more
)

// capture is one that is under way. All but answer is owned by the room's goroutine.
type capture struct {
	id     string
	wish   Wish
	by     *seat
	other  *seat // nil: alone, or not in the picture
	asked  bool
	answer chan Allow // of one
}

// Capture takes a picture of a call, without any loss to a codec, on the wish of the connected person with
// that key. The other one is asked where they are in the picture, unless they have allowed it for this call;
// both are told of the result. It takes as long as the answer does, and then no longer than a few pictures.
// The refusals have the codes capture_... of Code; ErrNotFound: that person is not in the room.
func (g *Registry) Capture(
	ctx context.Context, roomID int64, key string, w Wish,
) (stills []Still, err error) {
	r := g.find(roomID)
	if r == nil {
		return nil, ErrNotFound
	}
	c := &capture{id: rand.Text()[:16], wish: w, answer: make(chan Allow, 1)}
	err = ErrNotFound
	r.do(func() { err = r.beginCapture(c, key) })
	if err != nil {
		return nil, err
	}
	if err = c.wait(ctx); err == nil {
		stills, err = r.takeStills(ctx, c)
	}
	r.do(func() { r.endCapture(c, err) })
	return stills, err
}

// beginCapture checks that the wish can be granted, and asks who has to be asked.
func (r *room) beginCapture(c *capture, key string) error {
	for _, s := range r.seats {
		if s.person.Key == key && s.conn != nil {
			c.by = s
		}
	}
	if c.by == nil {
		return ErrNotFound
	}
	if c.wish.Layout != LayoutMe {
		if c.other = r.other(c.by); c.other == nil || c.other.conn == nil {
			return refuse(CodeCaptureAlone, "there is nobody else to be in the picture")
		}
	}
	if r.capture != nil {
		return refuse(CodeCaptureBusy, "a picture is being taken already")
	}
	if !c.by.shots.Allow() {
		return refuse(CodeRateLimited, "too many pictures")
	}
	if err := r.askCapture(c, time.Now()); err != nil {
		return err
	}
	r.capture = c
	return nil
}

// askCapture asks the other person, unless that is not needed.
func (r *room) askCapture(c *capture, now time.Time) error {
	other := c.other
	switch {
	case other == nil, other.person.Demo, c.wish.Filtered && other.allows == c.by.person.Key:
		c.answer <- AllowOnce
	case now.Before(other.refuses):
		return refuse(CodeCaptureRefused, "the other person does not want this picture")
	case !c.by.asks.Allow():
		return refuse(CodeRateLimited, "the other person was asked often enough")
	default:
		c.asked = true
		other.send(c.ask())
	}
	return nil
}

func (c *capture) ask() CaptureAsk {
	return CaptureAsk{
		ID: c.id, From: c.by.id, Layout: c.wish.Layout, Filtered: c.wish.Filtered,
		ExpiresS: int(captureAnswer.Seconds()),
	}
}

// wait waits for the other person's answer.
func (c *capture) wait(ctx context.Context) error {
	limit := time.NewTimer(captureAnswer)
	defer limit.Stop()
	select {
	case a := <-c.answer:
		switch a {
		case AllowOnce, AllowCall:
			return nil
		case AllowNo:
			return refuse(CodeCaptureRefused, "the other person does not want this picture")
		case allowGone:
		}
		return refuse(CodeCaptureAlone, "one of the two has left")
	case <-limit.C:
		return refuse(CodeCaptureUnanswered, "the other person has not answered")
	case <-ctx.Done():
		return &Error{Code: CodeCaptureUnanswered, Text: "the capture was given up", Err: ctx.Err()}
	}
}

// takeStills takes the pictures of all who are in the picture, at the same time.
func (r *room) takeStills(ctx context.Context, c *capture) ([]Still, error) {
	var stills []Still
	var lines []*pipeline.Line
	err := ErrNotFound
	r.do(func() { stills, lines, err = r.aim(c) })
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, captureFrame)
	defer cancel()
	var all sync.WaitGroup
	errs := make([]error, len(lines))
	for i, line := range lines {
		if line != nil {
			all.Go(func() { stills[i].Frame, errs[i] = line.Capture(ctx, c.wish.Filtered) })
		}
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		for _, s := range stills {
			if s.Frame != nil {
				s.Frame.Release()
			}
		}
		return nil, &Error{Code: CodeCaptureFailed, Text: "no picture came in time", Err: err}
	}
	return stills, nil
}

// aim lists the people in the picture with their lines, nil for a camera that is off.
func (r *room) aim(c *capture) (stills []Still, lines []*pipeline.Line, err error) {
	some := false
	for _, s := range []*seat{c.by, c.other} {
		if s == nil || s == c.by && c.wish.Layout == LayoutOther {
			continue
		}
		if r.seat(s.id) != s || s.conn == nil {
			return nil, nil, refuse(CodeCaptureAlone, "one of the two has left")
		}
		var line *pipeline.Line
		if (s.video || s.person.Demo) && s.media != nil {
			line = s.media.line
		}
		some = some || line != nil
		stills = append(stills, Still{
			ParticipantID: s.id, Key: s.person.Key, Name: s.person.Name, Me: s == c.by, Mood: s.sharedMood(),
		})
		lines = append(lines, line)
	}
	if !some {
		return nil, nil, refuse(CodeCaptureFailed, "no camera is on")
	}
	return stills, lines, nil
}

// sharedMood is the label of the person's mood, where everybody in the room may read it.
func (s *seat) sharedMood() string {
	if !s.share || !s.consent || !followsMood(s.choice.Mode) || s.media == nil || s.media.filter == nil {
		return ""
	}
	label, _, _ := s.media.filter.Mood()
	return label
}

// endCapture tells both what became of it. Who was not asked for a picture that was not taken hears nothing.
func (r *room) endCapture(c *capture, err error) {
	if r.capture == c {
		r.capture = nil
	}
	result := CaptureResult{
		ID: c.id, By: c.by.id, Layout: c.wish.Layout, Filtered: c.wish.Filtered, Taken: err == nil,
	}
	if refusal, ok := errors.AsType[*Error](err); ok {
		result.Reason = refusal.Code
	}
	for _, s := range r.seats {
		if s == c.by || result.Taken || c.asked {
			s.send(result)
		}
	}
	if result.Taken {
		r.reg.counts.captures.Add(1)
	}
}

// answerCapture is what s, who was asked, says.
func (r *room) answerCapture(s *seat, id string, a Allow) error {
	c := r.capture
	if c == nil || c.id != id || c.other != s || !c.asked {
		return refuse(CodeCaptureOver, "nobody waits for this answer any more")
	}
	switch a {
	case AllowNo:
		s.allows, s.refuses = "", time.Now().Add(captureRest)
	case AllowCall:
		s.allows = c.by.person.Key
	case AllowOnce:
	default:
		return refuse(CodeBadMessage, fmt.Sprintf("unknown answer %q", a))
	}
	c.settle(a)
	return nil
}

// settle hands the answer over; the first one counts.
func (c *capture) settle(a Allow) {
	select {
	case c.answer <- a:
	default:
	}
}

// abandonCapture ends the wait for an answer when one of the two goes, and a standing permission with them.
func (r *room) abandonCapture(gone *seat, forGood bool) {
	if c := r.capture; c != nil && (c.by == gone || c.other == gone) {
		c.settle(allowGone)
	}
	if !forGood {
		return
	}
	for _, s := range r.seats {
		if s.allows == gone.person.Key {
			s.allows = ""
		}
	}
}

// AnswerCapture answers the other person's wish to capture.
func (p *Participant) AnswerCapture(id string, a Allow) error {
	return p.do(func(r *room, s *seat) error { return r.answerCapture(s, id, a) })
}

// AllowCaptures withdraws (or gives) the permission that holds for the rest of the call.
func (p *Participant) AllowCaptures(on bool) error {
	return p.do(func(r *room, s *seat) error {
		s.allows = ""
		if other := r.other(s); on && other != nil {
			s.allows = other.person.Key
		}
		return nil
	})
}
