package handler

import (
	"context"
	"fmt"
	"strconv"

	"github.com/pp-enter/pp-enter/api/social"
)

// InstantRequest opens a room that nobody hosts.
type InstantRequest struct {
	Body *struct {
		Title string `json:"title,omitempty" doc:"At most 100 characters"`
	}
}

// CreateRoomRequest opens a room of the caller's.
type CreateRoomRequest struct {
	Body struct {
		Title       string   `json:"title,omitempty" doc:"At most 100 characters"`
		Content     string   `json:"content,omitempty" doc:"What it is about; at most 1000 characters"`
		Tags        []string `json:"tags,omitempty" doc:"At most 10 words of at most 30 characters"`
		Visibility  string   `json:"visibility,omitempty" enum:"public,friends,link" doc:"Who sees it by itself"`
		AllowGuests bool     `json:"allow_guests,omitempty" doc:"May people come in without an account?"`
		Invite      []int64  `json:"invite,omitempty" doc:"The ids of at most 20 people, who are told of it"`
	}
}

// EditRoomRequest changes what it names.
type EditRoomRequest struct {
	IDRequest
	Body struct {
		Title       *string   `json:"title,omitempty"`
		Content     *string   `json:"content,omitempty"`
		Tags        *[]string `json:"tags,omitempty" doc:"All that it has from now on"`
		Visibility  *string   `json:"visibility,omitempty" enum:"public,friends,link"`
		AllowGuests *bool     `json:"allow_guests,omitempty"`
		State       *string   `json:"state,omitempty" enum:"live,paused" doc:"Paused: nobody else comes in for now"`
		Invite      []int64   `json:"invite,omitempty" doc:"The ids of at most 20 more people to invite"`
	}
}

// CreatedRoom is the answer with a new room.
type CreatedRoom struct {
	Location string `header:"Location"`
	Body     Room
}

// Open makes a room that nobody hosts, for anyone who has the link.
func (f *FaceChats) Open(ctx context.Context, in *InstantRequest) (*CreatedRoom, error) {
	if !f.Instant {
		return nil, social.ErrInstantOff
	}
	var title string
	if in.Body != nil {
		title = in.Body.Title
	}
	room, err := f.Keeper.Open(ctx, title)
	if err != nil {
		return nil, fmt.Errorf("open room: %w", err)
	}
	return &CreatedRoom{Location: "/api/facechats/by-link/" + room.Slug + "/", Body: f.room(ctx, &room)}, nil
}

// Create makes a room of the caller's and invites people into it.
func (f *FaceChats) Create(ctx context.Context, in *CreateRoomRequest) (*CreatedRoom, error) {
	room, told, err := f.DB.FaceChats.Create(ctx, social.NewFaceChat{
		Title: in.Body.Title, Content: in.Body.Content, HostID: CallerOf(ctx).UserID, Tags: in.Body.Tags,
		Visibility: social.Visibility(in.Body.Visibility), AllowGuests: in.Body.AllowGuests, Invite: in.Body.Invite,
	})
	if err != nil {
		return nil, fmt.Errorf("create room: %w", err)
	}
	f.tell(ctx, told)
	return &CreatedRoom{
		Location: "/api/facechats/" + strconv.FormatInt(room.ID, 10) + "/", Body: f.room(ctx, &room),
	}, nil
}

// Edit changes a room of the caller's, closes or opens its door, and invites more people. Who is inside
// stays.
func (f *FaceChats) Edit(ctx context.Context, in *EditRoomRequest) (*FoundRoom, error) {
	wish := in.Body
	room, told, err := f.DB.FaceChats.Update(ctx, CallerOf(ctx).UserID, in.ID, social.FaceChatChange{
		Title: wish.Title, Content: wish.Content, Tags: wish.Tags, AllowGuests: wish.AllowGuests,
		Visibility: (*social.Visibility)(wish.Visibility), State: (*social.State)(wish.State), Invite: wish.Invite,
	})
	if err != nil {
		return nil, fmt.Errorf("change room: %w", err)
	}
	f.tell(ctx, told)
	return &FoundRoom{Body: f.room(ctx, &room)}, nil
}

// Delete ends a room of the caller's and the call in it.
func (f *FaceChats) Delete(ctx context.Context, in *IDRequest) (*Empty, error) {
	rings, err := f.DB.FaceChats.Delete(ctx, CallerOf(ctx).UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("end room: %w", err)
	}
	f.Calls.CloseRoom(in.ID)
	if f.Rings != nil {
		f.Rings.Stopped(ctx, rings)
	}
	return &Empty{}, nil
}

// tell shows people at once what they have been notified of.
func (f *FaceChats) tell(ctx context.Context, told []social.Told) {
	for _, t := range told {
		f.Notify.Tell(ctx, t.UserID, t.NotificationID)
	}
}
