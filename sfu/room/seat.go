package room

import (
	"crypto/rand"
	"time"

	"golang.org/x/time/rate"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

// Conn is a participant's socket.
type Conn interface {
	// Send queues m and never blocks; a connection whose queue is full closes itself.
	Send(m Message)
	// Close queues the bye as the last message, then ends the connection. It never blocks.
	Close(code ByeCode)
}

// Chat is allowed in bursts of chatBurst lines, then one in chatEvery.
const (
	chatBurst = 10
	chatEvery = time.Second
	chatRunes = 2000
)

// The mode that forwards the camera as it is, the one that a withdrawn consent falls back to, and the two
// that need a consent: they follow the mood.
const (
	ModeOff  = "off"
	ModeBlur = "blur"
	ModeMood = "mood"
	ModeTint = "tint"

	modePicture = "picture"
)

// followsMood tells whether the mode shows what was read from the person's face.
func followsMood(mode string) bool { return mode == ModeMood || mode == ModeTint }

// seat is one person's place in the room. It outlives a lost socket: what the person chose stays, the media
// does not. Owned by the room's goroutine.
type seat struct {
	id       string
	person   Person
	seen     bool         // a socket has taken it
	conn     Conn         // nil while reserved or away
	holder   *Participant // the handle that may speak for the seat
	deadline time.Time    // when a reservation or an absence ends; zero while connected
	chats    *rate.Limiter
	shots    *rate.Limiter
	asks     *rate.Limiter // for pictures
	loads    *rate.Limiter // of own pictures

	audio, video bool
	choice       Choice    // what the filter of the seat's next line begins with
	still        bool      // the person wants to see little motion
	consent      bool      // to the analysis of this person's face
	share        bool      // the other may read the mood
	allows       string    // the key of who may capture in this call without asking
	refuses      time.Time // until when nobody is asked again
	state        pipeline.State
	reason       string

	media *media // nil until the first offer
	mood  moodMemory
}

func newSeat(p Person, deadline time.Time) *seat {
	return &seat{
		id:       rand.Text()[:16],
		person:   p,
		deadline: deadline,
		chats:    rate.NewLimiter(rate.Every(chatEvery), chatBurst),
		shots:    rate.NewLimiter(rate.Every(captureEvery), captureBurst),
		asks:     rate.NewLimiter(rate.Every(captureAskEvery), captureBurst),
		loads:    rate.NewLimiter(rate.Every(ownEvery), ownBurst),
		choice:   Choice{Mode: ModeOff},
		state:    pipeline.Off,
	}
}

func (s *seat) send(m Message) {
	if s.conn != nil {
		s.conn.Send(m)
	}
}

// describe is what to, one of the two in the room, may know of the person.
func (s *seat) describe(to *seat) ParticipantInfo {
	return ParticipantInfo{
		ID: s.id, Name: s.person.Name, Demo: s.person.Demo, Audio: s.audio, Video: s.video,
		Filter: FilterInfo{
			Mode: s.choice.Mode, Picture: s.pictureFor(to), Strength: s.choice.Strength, State: s.state,
		},
		MoodShared: s.share,
	}
}
