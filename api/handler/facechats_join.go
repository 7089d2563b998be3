package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
)

// JoinRequest asks for a seat by the room's link.
type JoinRequest struct {
	SlugRequest
	Guest string `cookie:"ppenter_guest" doc:"Tells a guest's second tab from a second guest"`
	Body  struct {
		DisplayName string `json:"display_name,omitempty" doc:"A guest's name, 1 to 40 characters"`
	}
}

// JoinResponse is the answer to who gets a seat.
type JoinResponse struct {
	SetCookie []http.Cookie `header:"Set-Cookie"` // a guest's
	Body      Entry
}

// ICEResponse lists the servers that help through a NAT.
type ICEResponse struct {
	Body struct {
		ICEServers []ICEServer `json:"ice_servers" nullable:"false"`
	}
}

// Empty is an answer without a body.
type Empty struct{}

// Join reserves a seat for a user in a room that they may see.
func (f *FaceChats) Join(ctx context.Context, in *IDRequest) (*JoinResponse, error) {
	who, err := f.user(ctx)
	if err != nil {
		return nil, err
	}
	room, err := f.DB.FaceChats.ByID(ctx, CallerOf(ctx).UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find room: %w", err)
	}
	entry, err := f.enter(ctx, &room, who)
	if err != nil {
		return nil, err
	}
	return &JoinResponse{Body: *entry}, nil
}

// JoinByLink reserves a seat for who has the link: a user, by account and nickname, whatever name the request
// has; or a guest where the host lets them in, by the name in the request and a cookie.
func (f *FaceChats) JoinByLink(ctx context.Context, in *JoinRequest) (*JoinResponse, error) {
	var who Guest
	var cookies []http.Cookie
	var err error
	user := CallerOf(ctx).UserID != 0
	if user {
		who, err = f.user(ctx)
	} else {
		who.Name, err = social.CleanName(in.Body.DisplayName)
	}
	if err != nil {
		return nil, err
	}
	room, err := f.bySlug(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	if !user {
		if !room.AllowGuests {
			return nil, social.ErrGuests
		}
		key, cookie := f.Guests.Recognise(in.Guest, ClientOf(ctx).Secure)
		who.Key, cookies = key, []http.Cookie{*cookie}
	}
	entry, err := f.enter(ctx, &room, who)
	if err != nil {
		return nil, err
	}
	return &JoinResponse{SetCookie: cookies, Body: *entry}, nil
}

// user is the caller at the door of a room.
func (f *FaceChats) user(ctx context.Context) (Guest, error) {
	id := CallerOf(ctx).UserID
	user, err := f.DB.Users.ByID(ctx, id)
	if err != nil {
		return Guest{}, fmt.Errorf("find user: %w", err)
	}
	return Guest{Key: UserKey(id), Name: user.Profile.Nickname}, nil
}

// enter reserves a seat for who may come in, and hands out the ticket for it. Who has a seat gets it again,
// also through a door that was closed meanwhile.
func (f *FaceChats) enter(ctx context.Context, room *social.FaceChat, who Guest) (*Entry, error) {
	inside := slices.ContainsFunc(f.SFU.Seated(room.ID), func(s Seat) bool { return s.Key == who.Key })
	if room.State == social.StatePaused && !inside {
		return nil, social.ErrRoomPaused
	}
	// Looked at before, so that nobody else finds the room full because of who will not stay.
	if err := f.mayMeet(ctx, room.ID, who); err != nil {
		return nil, err
	}
	seat, err := f.SFU.Reserve(*room, who)
	if err != nil {
		return nil, fmt.Errorf("reserve seat: %w", err)
	}
	entry, err := f.admit(ctx, room, who, seat, inside)
	if err != nil {
		if !inside || errors.Is(err, social.ErrRoomNotFound) || errors.Is(err, social.ErrUserNotFound) {
			f.SFU.Leave(room.ID, seat)
		}
		return nil, err
	}
	return entry, nil
}

// admit makes sure that nothing changed until the seat was reserved: from then on, who ends the room, comes
// in, or sends this person out of all rooms finds them there.
func (f *FaceChats) admit(
	ctx context.Context, room *social.FaceChat, who Guest, seat string, inside bool,
) (*Entry, error) {
	state, err := f.DB.FaceChats.Enter(ctx, UserOfKey(who.Key), room.ID)
	if err != nil {
		return nil, err
	}
	if state == social.StatePaused && !inside {
		return nil, social.ErrRoomPaused
	}
	if err := f.mayMeet(ctx, room.ID, who); err != nil {
		return nil, err
	}
	ticket, expires, err := f.Tickets.Sign(auth.Ticket{
		RoomID: room.ID, Slug: room.Slug, Title: room.Title, Seat: seat, Key: who.Key, Name: who.Name,
	})
	if err != nil {
		return nil, fmt.Errorf("sign ticket: %w", err)
	}
	return &Entry{
		Ticket: ticket, ExpiresAt: expires, ParticipantID: seat, Room: f.room(ctx, room), SocketURL: "/ws/call/",
		ICEServers: f.iceServers(who.Key),
	}, nil
}

// mayMeet answers as if there were no such room where somebody sits in it of whom one blocks the other.
func (f *FaceChats) mayMeet(ctx context.Context, roomID int64, who Guest) error {
	me := UserOfKey(who.Key)
	if me == 0 {
		return nil
	}
	for _, s := range f.SFU.Seated(roomID) {
		other := UserOfKey(s.Key)
		if other == 0 || other == me {
			continue
		}
		apart, err := f.DB.Blocks.Between(ctx, me, other)
		if err != nil {
			return fmt.Errorf("look for blocks: %w", err)
		}
		if apart {
			return social.ErrRoomNotFound
		}
	}
	return nil
}

// Exit gives the caller's seat up: that of the ticket, or a user's own.
func (f *FaceChats) Exit(ctx context.Context, in *IDRequest) (*Empty, error) {
	caller := CallerOf(ctx)
	if caller.Ticket != nil {
		ticket, err := seatOf(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		f.SFU.Leave(ticket.RoomID, ticket.Seat)
		return &Empty{}, nil
	}
	for _, s := range f.SFU.Seated(in.ID) {
		if s.Key == UserKey(caller.UserID) {
			f.SFU.Leave(in.ID, s.ID)
		}
	}
	return &Empty{}, nil
}

// Demo brings the demo partner into the caller's room.
func (f *FaceChats) Demo(ctx context.Context, in *IDRequest) (*Empty, error) {
	ticket, err := seatOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := f.SFU.StartDemo(ticket.RoomID, ticket.Seat); err != nil {
		return nil, fmt.Errorf("start demo partner: %w", err)
	}
	return &Empty{}, nil
}

// seatOf is the caller's ticket, which must be of that room.
func seatOf(ctx context.Context, roomID int64) (*auth.Ticket, error) {
	ticket := CallerOf(ctx).Ticket
	switch {
	case ticket == nil:
		return nil, social.ErrTicketMissing
	case ticket.RoomID != roomID:
		return nil, social.ErrTicketOtherRoom
	}
	return ticket, nil
}

// ICE lists the servers that help through a NAT. A relay costs traffic: only who has a ticket or an account
// is told of it.
func (f *FaceChats) ICE(ctx context.Context, _ *struct{}) (*ICEResponse, error) {
	caller, key := CallerOf(ctx), ""
	switch {
	case caller.Ticket != nil:
		key = caller.Ticket.Key
	case caller.UserID != 0:
		key = UserKey(caller.UserID)
	}
	out := &ICEResponse{}
	out.Body.ICEServers = f.iceServers(key)
	return out, nil
}

func (f *FaceChats) iceServers(key string) []ICEServer {
	if servers := f.SFU.ICEServers(key); servers != nil {
		return servers
	}
	return []ICEServer{}
}
