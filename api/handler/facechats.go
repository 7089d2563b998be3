// Package handler answers the API's requests: one file a resource, typed requests and responses, no router.
// Every decision about who may enter a room is made here.
package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Guest is a person at the door of a room.
type Guest struct {
	Key  string // the same for all visits of one person
	Name string
}

// Seat is somebody's place in a room.
type Seat struct {
	ID  string
	Key string // of who has it
}

// SFU is where the calls happen.
type SFU interface {
	// Reserve holds a seat for the guest; social.ErrRoomFull when two others have theirs. The same key gets the
	// same seat again.
	Reserve(room social.FaceChat, who Guest) (seat string, err error)
	// Seated lists the seats that are taken or reserved.
	Seated(roomID int64) []Seat
	// Leave gives the seat up; one that is not held is fine.
	Leave(roomID int64, seat string)
	// StartDemo brings the demo partner in, on the wish of who holds the seat: social.ErrRoomFull,
	// social.ErrNotInRoom or social.ErrDemoOff.
	StartDemo(roomID int64, seat string) error
	// ICEServers lists the servers that help a client reach the SFU: for nobody ("") only those that need no
	// credentials.
	ICEServers(key string) []ICEServer
}

// FaceChats answers for /api/facechats.
type FaceChats struct {
	DB      *store.DB
	Keeper  *store.RoomKeeper
	SFU     SFU
	Calls   Calls
	Notify  *Notifier
	Rings   Rings // nil: nobody is rung
	Tickets *auth.Tickets
	Guests  *auth.Guests
	Filters func() Filters // what can be chosen from now
	Instant bool           // may anyone open a room?
}

// Check reports a part that is missing.
func (f *FaceChats) Check() error {
	if f.DB == nil || f.Keeper == nil || f.SFU == nil || f.Calls == nil || f.Notify == nil || f.Tickets == nil ||
		f.Guests == nil || f.Filters == nil {
		return errors.New("facechats: a part is missing")
	}
	return nil
}

// roomStatus is the status of a refusal of this resource; 0: the code is another's.
func roomStatus(code social.Code) int {
	switch code {
	case social.CodeNotHost, social.CodeNotMember:
		return http.StatusForbidden
	case social.CodeRoomPaused:
		return http.StatusConflict
	case social.CodeRoomState, social.CodeRoomContent, social.CodeRoomVisibility, social.CodeTooManyInvites:
		return http.StatusUnprocessableEntity
	default:
		return 0
	}
}

// RoomsRequest lists rooms.
type RoomsRequest struct {
	PageRequest
	Tag  string `query:"tag" maxLength:"100" doc:"Only rooms with this tag"`
	Mine bool   `query:"mine" doc:"Only your own"`
}

// SlugRequest asks for a room by its link.
type SlugRequest struct {
	Slug string `path:"slug" doc:"The last part of the room's link"`
}

// FoundRoom is the answer with one room.
type FoundRoom struct{ Body Room }

// List shows the rooms that the caller may see: those that are public and live first, then their own, those
// that they were invited into, and their friends'.
func (f *FaceChats) List(ctx context.Context, in *RoomsRequest) (*List[RoomCard], error) {
	filter := social.RoomFilter{Mine: in.Mine}
	if in.Tag != "" {
		var err error
		if filter.Tag, err = social.CleanTag(in.Tag); err != nil {
			return nil, err
		}
	}
	rooms, next, err := f.DB.FaceChats.List(ctx, CallerOf(ctx).UserID, filter, in.page())
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	return newList(ctx, rooms, next, func(r social.FaceChat) RoomCard { return f.card(ctx, &r) }), nil
}

// Show shows a room.
func (f *FaceChats) Show(ctx context.Context, in *IDRequest) (*FoundRoom, error) {
	room, err := f.DB.FaceChats.ByID(ctx, CallerOf(ctx).UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find room: %w", err)
	}
	return f.looked(ctx, &room), nil
}

// ByLink shows a room to who has its link.
func (f *FaceChats) ByLink(ctx context.Context, in *SlugRequest) (*FoundRoom, error) {
	room, err := f.bySlug(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	return f.looked(ctx, &room), nil
}

// looked shows a room to somebody, whose look counts unless it is the host's.
func (f *FaceChats) looked(ctx context.Context, room *social.FaceChat) *FoundRoom {
	if id := CallerOf(ctx).UserID; id == 0 || id != room.Host.ID {
		f.DB.FaceChats.Viewed(room.ID)
	}
	return &FoundRoom{Body: f.room(ctx, room)}
}

func (f *FaceChats) bySlug(ctx context.Context, slug string) (social.FaceChat, error) {
	if !social.ValidSlug(slug) {
		return social.FaceChat{}, social.ErrRoomNotFound
	}
	room, err := f.DB.FaceChats.BySlug(ctx, CallerOf(ctx).UserID, slug)
	if err != nil {
		return room, fmt.Errorf("find room: %w", err)
	}
	return room, nil
}

func (f *FaceChats) room(ctx context.Context, r *social.FaceChat) Room {
	return Room{RoomCard: f.card(ctx, r), Filters: f.Filters()}
}

func (f *FaceChats) card(ctx context.Context, r *social.FaceChat) RoomCard {
	return RoomCard{
		ID: r.ID, Slug: r.Slug, URL: roomURL(r.Slug), Title: r.Title, Content: r.Content, Host: orNobody(r.Host),
		Mine: r.Host.ID != 0 && r.Host.ID == CallerOf(ctx).UserID, State: string(r.State),
		Visibility: string(r.Visibility), Max: social.MaxPresent, Present: len(f.SFU.Seated(r.ID)),
		AllowGuests: r.AllowGuests, Tags: tags(r.Tags), ViewCount: r.ViewCount, Created: r.Created,
	}
}

// roomURL is the page of a room.
func roomURL(slug string) string { return "/r/" + slug }
