// Package handler answers the API's requests: one file a resource, typed requests and responses, no router.
// Every decision about who may enter a room is made here.
package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
)

// Directory finds rooms and makes new ones.
type Directory interface {
	Create(ctx context.Context, n social.NewFaceChat) (social.FaceChat, error)
	BySlug(ctx context.Context, slug string) (social.FaceChat, error)
	ByID(ctx context.Context, id int64) (social.FaceChat, error)
}

// Users knows the accounts.
type Users interface {
	ByID(ctx context.Context, id int64) (social.User, error)
}

// Guest is a person at the door of a room.
type Guest struct {
	Key  string // the same for all visits of one person
	Name string
}

// SFU is where the calls happen.
type SFU interface {
	// Reserve holds a seat for the guest; social.ErrRoomFull when two others have theirs. The same key gets the
	// same seat again.
	Reserve(room social.FaceChat, who Guest) (seat string, err error)
	// Present counts the seats that are taken.
	Present(roomID int64) int
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
	Rooms   Directory
	Users   Users
	SFU     SFU
	Tickets *auth.Tickets
	Guests  *auth.Guests
	Filters Filters
	Instant bool // may anyone open a room?
}

// InstantRequest opens a room.
type InstantRequest struct {
	Body *struct {
		Title string `json:"title,omitempty" doc:"At most 100 characters"`
	}
}

// CreatedRoom is the answer to InstantRequest.
type CreatedRoom struct {
	Location string `header:"Location"`
	Body     Room
}

// SlugRequest asks for a room by its link.
type SlugRequest struct {
	Slug string `path:"slug" doc:"The last part of the room's link"`
}

// FoundRoom is the answer to SlugRequest.
type FoundRoom struct{ Body Room }

// JoinRequest asks for a seat.
type JoinRequest struct {
	SlugRequest
	Guest string `cookie:"ppenter_guest" doc:"Tells a guest's second tab from a second guest"`
	Body  struct {
		DisplayName string `json:"display_name,omitempty" doc:"A guest's name, 1 to 40 characters"`
	}
}

// JoinResponse is the answer to JoinRequest.
type JoinResponse struct {
	SetCookie []http.Cookie `header:"Set-Cookie"` // a guest's
	Body      Entry
}

// SeatRequest is about the caller's own seat.
type SeatRequest struct {
	ID            int64  `path:"id" minimum:"1"`
	Authorization string `header:"Authorization" doc:"Bearer and the ticket of this room"`
}

// ICERequest asks for the servers that help through a NAT.
type ICERequest struct {
	Authorization string `header:"Authorization" doc:"Bearer and a ticket, to be told the relays too"`
}

// ICEResponse is the answer to ICERequest.
type ICEResponse struct {
	Body struct {
		ICEServers []ICEServer `json:"ice_servers" nullable:"false"`
	}
}

// Empty is an answer without a body.
type Empty struct{}

// Open makes a room for anyone who has the link.
func (f *FaceChats) Open(ctx context.Context, in *InstantRequest) (*CreatedRoom, error) {
	if !f.Instant {
		return nil, social.ErrInstantOff
	}
	n := social.NewFaceChat{AllowGuests: true}
	if in.Body != nil {
		n.Title = in.Body.Title
	}
	room, err := f.Rooms.Create(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("create room: %w", err)
	}
	out := f.room(room)
	return &CreatedRoom{Location: "/api/facechats/by-link/" + room.Slug + "/", Body: out}, nil
}

// ByLink shows a room.
func (f *FaceChats) ByLink(ctx context.Context, in *SlugRequest) (*FoundRoom, error) {
	room, err := f.bySlug(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	return &FoundRoom{Body: f.room(room)}, nil
}

// Join reserves a seat and hands out the ticket for it.
func (f *FaceChats) Join(ctx context.Context, in *JoinRequest) (*JoinResponse, error) {
	who, cookies, err := f.visitor(ctx, in)
	if err != nil {
		return nil, err
	}
	room, err := f.bySlug(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	if !room.AllowGuests && CallerOf(ctx).UserID == 0 {
		return nil, social.ErrGuests
	}
	seat, err := f.SFU.Reserve(room, who)
	if err != nil {
		return nil, fmt.Errorf("reserve seat: %w", err)
	}
	ticket, expires, err := f.Tickets.Sign(auth.Ticket{
		RoomID: room.ID, Slug: room.Slug, Title: room.Title, Seat: seat, Key: who.Key, Name: who.Name,
	})
	if err != nil {
		f.SFU.Leave(room.ID, seat)
		return nil, fmt.Errorf("sign ticket: %w", err)
	}
	return &JoinResponse{SetCookie: cookies, Body: Entry{
		Ticket: ticket, ExpiresAt: expires, ParticipantID: seat, Room: f.room(room), SocketURL: "/ws/call/",
		ICEServers: f.iceServers(who.Key),
	}}, nil
}

// visitor is who stands at the door: a user by account and nickname, whatever name the request has; anybody
// else by the name in the request and the guest's cookie, which is then to be set.
func (f *FaceChats) visitor(ctx context.Context, in *JoinRequest) (Guest, []http.Cookie, error) {
	if id := CallerOf(ctx).UserID; id != 0 {
		user, err := f.Users.ByID(ctx, id)
		if err != nil {
			return Guest{}, nil, fmt.Errorf("find user: %w", err)
		}
		return Guest{Key: UserKey(id), Name: user.Profile.Nickname}, nil, nil
	}
	name, err := social.CleanName(in.Body.DisplayName)
	if err != nil {
		return Guest{}, nil, err
	}
	key, cookie := f.Guests.Recognise(in.Guest, ClientOf(ctx).Secure)
	return Guest{Key: key, Name: name}, []http.Cookie{*cookie}, nil
}

// Exit gives the caller's seat up.
func (f *FaceChats) Exit(_ context.Context, in *SeatRequest) (*Empty, error) {
	ticket, err := f.seat(in)
	if err != nil {
		return nil, err
	}
	f.SFU.Leave(ticket.RoomID, ticket.Seat)
	return &Empty{}, nil
}

// Demo brings the demo partner into the caller's room.
func (f *FaceChats) Demo(_ context.Context, in *SeatRequest) (*Empty, error) {
	ticket, err := f.seat(in)
	if err != nil {
		return nil, err
	}
	if err := f.SFU.StartDemo(ticket.RoomID, ticket.Seat); err != nil {
		return nil, fmt.Errorf("start demo partner: %w", err)
	}
	return &Empty{}, nil
}

// ICE lists the servers that help through a NAT. A relay costs traffic: only who has a ticket is told of it.
func (f *FaceChats) ICE(_ context.Context, in *ICERequest) (*ICEResponse, error) {
	var who auth.Ticket
	if in.Authorization != "" {
		var err error
		if who, err = f.ticket(in.Authorization); err != nil {
			return nil, err
		}
	}
	out := &ICEResponse{}
	out.Body.ICEServers = f.iceServers(who.Key)
	return out, nil
}

func (f *FaceChats) bySlug(ctx context.Context, slug string) (social.FaceChat, error) {
	if !social.ValidSlug(slug) {
		return social.FaceChat{}, social.ErrRoomNotFound
	}
	room, err := f.Rooms.BySlug(ctx, slug)
	if err != nil {
		return room, fmt.Errorf("find room: %w", err)
	}
	if room.State != social.StateLive {
		return room, social.ErrRoomNotFound
	}
	return room, nil
}

// seat reads the caller's ticket, which must be of the room in the path.
func (f *FaceChats) seat(in *SeatRequest) (auth.Ticket, error) {
	ticket, err := f.ticket(in.Authorization)
	if err != nil {
		return ticket, err
	}
	if ticket.RoomID != in.ID {
		return ticket, social.ErrTicketOtherRoom
	}
	return ticket, nil
}

// ticket reads the Authorization header.
func (f *FaceChats) ticket(header string) (auth.Ticket, error) {
	scheme, token, _ := strings.Cut(header, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return auth.Ticket{}, social.ErrTicketMissing
	}
	ticket, err := f.Tickets.VerifySeat(token)
	if err != nil {
		return ticket, fmt.Errorf("verify ticket: %w", err)
	}
	return ticket, nil
}

func (f *FaceChats) room(r social.FaceChat) Room {
	return Room{
		ID: r.ID, Slug: r.Slug, URL: "/r/" + r.Slug, Title: r.Title, State: string(r.State), Max: social.MaxPresent,
		Present: f.SFU.Present(r.ID), AllowGuests: r.AllowGuests, Filters: f.Filters,
	}
}

func (f *FaceChats) iceServers(key string) []ICEServer {
	if servers := f.SFU.ICEServers(key); servers != nil {
		return servers
	}
	return []ICEServer{}
}

// Check reports a part that is missing.
func (f *FaceChats) Check() error {
	if f.Rooms == nil || f.Users == nil || f.SFU == nil || f.Tickets == nil || f.Guests == nil {
		return errors.New("facechats: rooms, users, SFU, tickets and guests must be given")
	}
	return nil
}
