package handler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/pp-enter/pp-enter/api/notify"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// The kinds of events that tell of rings. Both go to all pages of both sides, and may come twice.
const (
	RingEvent        = "ring"
	RingStoppedEvent = "ring_stopped"
)

// Ringer lets people call each other. Run must run.
type Ringer struct {
	DB     *store.DB
	Notify *Notifier
	Seats  Seats // nil: nobody sits anywhere
	Log    *slog.Logger

	// Every is how often Run looks; 0: a default.
	Every time.Duration

	mu   sync.Mutex
	told map[int64]bool // guarded by mu; the rings whose end was told, until Run has seen it, too
}

// Seats knows who sits where.
type Seats interface {
	// RoomsOf lists the rooms in which the person with that key holds a seat.
	RoomsOf(key string) []int64
	// Present counts the seats of a room that are taken.
	Present(roomID int64) int
}

// Check reports a part that is missing.
func (r *Ringer) Check() error {
	if r.DB == nil || r.Notify == nil {
		return errors.New("ringer: a part is missing")
	}
	return nil
}

// ringStatus is the status of a refusal of this resource; 0: the code is another's.
func ringStatus(code social.Code) int {
	switch code {
	case social.CodeRingFriends, social.CodeRingMembers:
		return http.StatusForbidden
	case social.CodeRingNotFound:
		return http.StatusNotFound
	case social.CodeRingOver, social.CodeAlreadyRinging, social.CodeAlreadyHere:
		return http.StatusConflict
	default:
		return 0
	}
}

// Ring is one person's wish that another one come into a room now.
type Ring struct {
	ID        int64     `json:"id"`
	Room      RingRoom  `json:"room"`
	Caller    Person    `json:"caller"`
	Callee    Person    `json:"callee"`
	State     string    `json:"state" enum:"ringing,accepted,declined,busy,cancelled,missed"`
	Created   time.Time `json:"created"`
	ExpiresAt time.Time `json:"expires_at" doc:"When it stops by itself, as a missed call"`
}

// RingRoom is the room that a ring is about.
type RingRoom struct {
	ID    int64  `json:"id"`
	Slug  string `json:"slug"`
	URL   string `json:"url" example:"/r/0123"`
	Title string `json:"title"`
}

// RingStopped tells that a ring is over.
type RingStopped struct {
	RingID int64  `json:"ring_id"`
	RoomID int64  `json:"room_id"`
	Reason string `json:"reason"` // the final state
}

// Greeting is what a page is told when it opens its socket.
type Greeting struct {
	Protocol int    `json:"protocol"`
	User     int64  `json:"user"`
	Unread   int    `json:"unread"`
	Rings    []Ring `json:"rings"` // those that ring them, and those by which they ring others
}

// RingRequest rings somebody.
type RingRequest struct {
	IDRequest
	Body struct {
		User int64 `json:"user" minimum:"1" doc:"Whom; a friend of yours"`
	}
}

// RingResponse shows a ring.
type RingResponse struct{ Body Ring }

// Start rings a friend of the caller's, who is invited into the room by that.
func (r *Ringer) Start(ctx context.Context, in *RingRequest) (*RingResponse, error) {
	n := social.NewRing{RoomID: in.ID, CallerID: CallerOf(ctx).UserID, CalleeID: in.Body.User}
	r.look(&n)
	rung, err := r.DB.Rings.Start(ctx, n)
	if tooMany, ok := errors.AsType[*social.TooManyRings](err); ok {
		return nil, TooMany(tooMany.Wait)
	}
	if err != nil {
		return nil, fmt.Errorf("ring: %w", err)
	}
	r.Notify.Tell(ctx, n.CalleeID, rung.NotificationID)
	return r.answered(ctx, rung.RingID)
}

// look asks who sits where.
func (r *Ringer) look(n *social.NewRing) {
	if r.Seats == nil {
		return
	}
	n.Inside = slices.Contains(r.Seats.RoomsOf(UserKey(n.CallerID)), n.RoomID)
	for _, room := range r.Seats.RoomsOf(UserKey(n.CalleeID)) {
		switch {
		case room == n.RoomID:
			n.Here = true
		case r.Seats.Present(room) > 1: // who waits alone somewhere can be rung
			n.Talking = true
		}
	}
	free := social.MaxPresent - r.Seats.Present(n.RoomID)
	if !n.Inside {
		free-- // the caller will want to sit down, too
	}
	n.Full = free < 1
}

// Accept says yes to the ring of the caller in a room. They join it like anybody who is invited.
func (r *Ringer) Accept(ctx context.Context, in *IDRequest) (*RingResponse, error) {
	return r.end(ctx, in.ID, r.DB.Rings.Accept)
}

// Decline says no to it.
func (r *Ringer) Decline(ctx context.Context, in *IDRequest) (*RingResponse, error) {
	return r.end(ctx, in.ID, r.DB.Rings.Decline)
}

// Cancel stops ringing somebody.
func (r *Ringer) Cancel(ctx context.Context, in *IDRequest) (*RingResponse, error) {
	return r.end(ctx, in.ID, r.DB.Rings.Cancel)
}

func (r *Ringer) end(
	ctx context.Context, room int64, end func(ctx context.Context, user, room int64) (int64, error),
) (*RingResponse, error) {
	id, err := end(ctx, CallerOf(ctx).UserID, room)
	if err != nil {
		return nil, fmt.Errorf("end ring: %w", err)
	}
	return r.answered(ctx, id)
}

// answered tells all pages of both sides how a ring stands and answers with it.
func (r *Ringer) answered(ctx context.Context, id int64) (*RingResponse, error) {
	// The ring is what it is by now, whether or not this client still listens.
	ctx = context.WithoutCancel(ctx)
	rings, err := r.DB.Rings.ByIDs(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("find ring: %w", err)
	}
	if len(rings) == 0 {
		return nil, social.ErrRingNotFound // the room, or an account, was deleted just now
	}
	r.tell(ctx, &rings[0])
	return &RingResponse{Body: ring(rings[0])}, nil
}

// tell brings how a ring stands to the pages of both sides.
func (r *Ringer) tell(ctx context.Context, now *social.Ring) {
	if now.State != social.RingRinging {
		r.stopped(now)
		return
	}
	r.push(now.Caller.ID, now.Callee.ID, RingEvent, ring(*now))
	// Somebody may have ended it, and told so, before this event was out: then it is told again, so that no
	// page goes on ringing.
	after, err := r.DB.Rings.ByIDs(ctx, now.ID)
	if err != nil {
		r.log().Warn("ring may be shown too long", slog.Any("error", err)) // until it expires
		return
	}
	for i := range after {
		if after[i].State != social.RingRinging {
			r.stopped(&after[i])
		}
	}
}

// stopped tells that a ring is over. Where the callee was busy their pages never showed it.
func (r *Ringer) stopped(over *social.Ring) {
	body := RingStopped{RingID: over.ID, RoomID: over.Room.ID, Reason: string(over.State)}
	callee := over.Callee.ID
	if over.State == social.RingBusy {
		callee = 0
	}
	r.mu.Lock()
	if r.told == nil {
		r.told = map[int64]bool{}
	}
	r.told[over.ID] = true
	r.mu.Unlock()
	r.push(over.Caller.ID, callee, RingStoppedEvent, body)
}

func (r *Ringer) push(caller, callee int64, kind string, body any) {
	if r.Notify.Push == nil {
		return
	}
	for _, user := range []int64{callee, caller} {
		if user != 0 {
			r.Notify.Push.Push(user, kind, body)
		}
	}
}

// Stopped implements Rings: the database knows already that they are over.
func (r *Ringer) Stopped(ctx context.Context, rings []int64) {
	over, err := r.DB.Rings.ByIDs(context.WithoutCancel(ctx), rings...)
	if err != nil {
		r.log().Warn("rings may be shown too long", slog.Any("error", err)) // until they expire
		return
	}
	for i := range over {
		r.stopped(&over[i])
	}
}

// Greet is the first message to a user's new page: how many notifications wait, and what rings.
func (r *Ringer) Greet(ctx context.Context, userID int64) (Greeting, error) {
	unread, err := r.DB.Notifications.Unread(ctx, userID)
	if err != nil {
		return Greeting{}, fmt.Errorf("count notifications: %w", err)
	}
	rings, err := r.DB.Rings.Of(ctx, userID)
	if err != nil {
		return Greeting{}, fmt.Errorf("find rings: %w", err)
	}
	out := Greeting{Protocol: notify.Version, User: userID, Unread: unread, Rings: make([]Ring, len(rings))}
	for i := range rings {
		out.Rings[i] = ring(rings[i])
	}
	return out, nil
}

func (r *Ringer) log() *slog.Logger {
	if r.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.Log
}

func ring(r social.Ring) Ring {
	return Ring{
		ID: r.ID, Caller: person(r.Caller), Callee: person(r.Callee), State: string(r.State), Created: r.Created,
		Room:      RingRoom{ID: r.Room.ID, Slug: r.Room.Slug, URL: "/r/" + r.Room.Slug, Title: r.Room.Title},
		ExpiresAt: r.Expires,
	}
}
