package handler_test

import (
	"sync"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// fakeSFU holds seats by the rules of a room: two at most, the same key gets the same seat.
type fakeSFU struct {
	mu      sync.Mutex
	seats   map[int64]map[string]string // guarded by mu; room -> key -> seat
	demos   int                         // guarded by mu
	noDem   bool
	refusal error              // of pictures; guarded by mu
	wish    social.CaptureWish // the last one; guarded by mu
}

func newFakeSFU() *fakeSFU { return &fakeSFU{seats: map[int64]map[string]string{}} }

func (f *fakeSFU) Reserve(room social.FaceChat, who handler.Guest) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seats := f.seats[room.ID]
	if seats == nil {
		seats = map[string]string{}
		f.seats[room.ID] = seats
	}
	if seat, ok := seats[who.Key]; ok {
		return seat, nil
	}
	if len(seats) >= social.MaxPresent {
		return "", social.ErrRoomFull
	}
	seat := "seat-" + who.Name
	seats[who.Key] = seat
	return seat, nil
}

func (f *fakeSFU) Seated(roomID int64) (all []handler.Seat) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, seat := range f.seats[roomID] {
		all = append(all, handler.Seat{ID: seat, Key: key})
	}
	return all
}

func (f *fakeSFU) Present(roomID int64) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seats[roomID])
}

func (f *fakeSFU) Leave(roomID int64, seat string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, s := range f.seats[roomID] {
		if s == seat {
			delete(f.seats[roomID], key)
		}
	}
}

func (f *fakeSFU) StartDemo(roomID int64, seat string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	held := false
	for _, s := range f.seats[roomID] {
		held = held || s == seat
	}
	if !held {
		return social.ErrNotInRoom
	}
	if f.noDem {
		return social.ErrDemoOff
	}
	if len(f.seats[roomID]) >= social.MaxPresent {
		return social.ErrRoomFull
	}
	f.seats[roomID]["demo"] = "demo"
	f.demos++
	return nil
}

func (f *fakeSFU) ICEServers(key string) []handler.ICEServer {
	if key == "" {
		return nil
	}
	return []handler.ICEServer{{URLs: []string{"turn:h:3478"}, Username: key, Credential: "c"}}
}

// Hang gives up the seats of one key, for handler.Calls.
func (f *fakeSFU) Hang(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, seats := range f.seats {
		delete(seats, key)
	}
}

// CloseRoom sends everybody out, for handler.Calls.
func (f *fakeSFU) CloseRoom(roomID int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.seats, roomID)
}
