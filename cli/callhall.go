package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// callHall is the media server as the API wants to see it.
type callHall struct {
	server *sfu.Server
	ice    func(key string) []handler.ICEServer

	mu    sync.Mutex
	seats map[string]map[place]bool // guarded by mu; a person's key -> where they may be sitting
	most  int                       // guarded by mu; with more people than these, all are looked at
}

// fewSitters is how many people are remembered without asking whether they all still sit somewhere.
const fewSitters = 1000

// place is a seat in a room.
type place struct {
	room int64
	seat string
}

func newCallHall(server *sfu.Server, ice func(key string) []handler.ICEServer) *callHall {
	return &callHall{server: server, ice: ice, seats: map[string]map[place]bool{}, most: fewSitters}
}

func (h *callHall) Reserve(r social.FaceChat, who handler.Guest) (string, error) {
	seat, err := h.server.Reserve(
		room.Info{ID: r.ID, Slug: r.Slug, Title: r.Title}, room.Person{Key: who.Key, Name: who.Name})
	if err == nil && strings.HasPrefix(who.Key, handler.UserKeyPrefix) {
		h.remember(who.Key, place{r.ID, seat})
	}
	return seat, refusal(err)
}

// remember keeps where a person sits, and forgets the seats that they hold no more. Now and then it forgets
// those of all others, too.
func (h *callHall) remember(key string, p place) {
	h.mu.Lock()
	if h.seats[key] == nil {
		h.seats[key] = map[place]bool{}
	}
	h.seats[key][p] = true
	look, all := []string{key}, len(h.seats) > h.most
	if all {
		h.most = 2 * len(h.seats) // one look is enough
		look = slices.Collect(maps.Keys(h.seats))
	}
	gone := map[string][]place{}
	for _, key := range look {
		gone[key] = slices.Collect(maps.Keys(h.seats[key]))
	}
	h.mu.Unlock()
	for key, places := range gone { // not under mu: it calls out
		gone[key] = slices.DeleteFunc(places, func(p place) bool { return h.server.Holds(p.room, p.seat) })
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for key, places := range gone {
		for _, p := range places {
			delete(h.seats[key], p)
		}
		if len(h.seats[key]) == 0 {
			delete(h.seats, key)
		}
	}
	if all {
		h.most = max(fewSitters, 2*len(h.seats))
	}
}

// Hang gives up every seat of the person with that key.
func (h *callHall) Hang(key string) {
	h.mu.Lock()
	held := h.seats[key]
	delete(h.seats, key)
	h.mu.Unlock()
	for p := range held {
		h.server.Leave(p.room, p.seat)
	}
}

// CloseRoom ends a room for all who are in it.
func (h *callHall) CloseRoom(roomID int64) { h.server.CloseRoom(roomID) }

// Seated lists the seats of a room that are taken or reserved.
func (h *callHall) Seated(roomID int64) []handler.Seat {
	seated := h.server.Seated(roomID)
	seats := make([]handler.Seat, len(seated))
	for i, s := range seated {
		seats[i] = handler.Seat{ID: s.Seat, Key: s.Key}
	}
	return seats
}

func (h *callHall) Present(roomID int64) int { return h.server.Present(roomID) }

func (h *callHall) Leave(roomID int64, seat string) { h.server.Leave(roomID, seat) }

func (h *callHall) ICEServers(key string) []handler.ICEServer { return h.ice(key) }

func (h *callHall) StartDemo(roomID int64, seat string) error {
	if !h.server.Holds(roomID, seat) { // a ticket outlives its seat
		return social.ErrNotInRoom
	}
	return refusal(h.server.StartDemo(context.Background(), roomID))
}

// refusal translates the media server's refusals into the API's.
func refusal(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, room.ErrFull):
		return social.ErrRoomFull
	case errors.Is(err, room.ErrNotFound):
		return social.ErrNotInRoom
	case errors.Is(err, sfu.ErrNoDemo):
		return social.ErrDemoOff
	case errors.Is(err, room.ErrClosed):
		return social.ErrStopping
	}
	return err
}

// verifier checks the tickets that clients show to the socket.
func verifier(tickets *auth.Tickets) func(token string) (signal.Ticket, error) {
	return func(token string) (signal.Ticket, error) {
		t, err := tickets.Verify(token)
		switch {
		case errors.Is(err, auth.ErrTicketExpired):
			return signal.Ticket{}, signal.ErrTicketExpired
		case err != nil:
			return signal.Ticket{}, fmt.Errorf("%w: %w", signal.ErrTicketInvalid, err)
		}
		return signal.Ticket{
			RoomID: t.RoomID, Slug: t.Slug, Title: t.Title, Seat: t.Seat, Expires: t.Expires,
			Person: room.Person{Key: t.Key, Name: t.Name},
		}, nil
	}
}

// forHandler is what people may choose from, in the API's words.
func forHandler(f room.Filters) handler.Filters {
	out := handler.Filters{
		Modes: f.Modes, Pictures: make([]handler.Picture, 0, len(f.Pictures)), Moods: f.Moods,
		MoodEnabled: f.MoodEnabled, ConsentVersion: f.ConsentVersion,
	}
	for _, p := range f.Pictures {
		out.Pictures = append(out.Pictures, handler.Picture{
			ID: p.ID, Name: handler.Name{KO: p.Name["ko"], EN: p.Name["en"]},
			Colours: append([]string{}, p.Colours...),
		})
	}
	return out
}
