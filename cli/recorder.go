package cli

import (
	"context"
	"log/slog"
	"time"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/sfu/room"
)

// recordTime is how long it may take to keep some events.
const recordTime = 10 * time.Second

// recorder keeps what happens in calls in the database.
type recorder struct {
	db  *store.DB
	log *slog.Logger
}

// Happened implements room.Events.
func (r *recorder) Happened(ctx context.Context, events []room.Event) {
	kept := make([]social.RoomEvent, 0, len(events))
	for i := range events {
		if !events[i].Person.Demo { // the demo partner is nobody
			kept = append(kept, forStore(&events[i]))
		}
	}
	if len(kept) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	if lost, err := r.db.Participants.Record(ctx, kept); err != nil {
		r.log.Error("what happened in calls is not kept", slog.Int("events", lost), slog.Any("error", err))
	}
}

// forStore is an event in the API's words.
func forStore(e *room.Event) social.RoomEvent {
	out := social.RoomEvent{
		RoomID: e.RoomID, Seat: e.Seat, UserID: handler.UserOfKey(e.Person.Key), Name: e.Person.Name, At: e.At,
		ClientID: e.ID, Text: e.Text,
	}
	if out.UserID == 0 {
		out.GuestKey = e.Person.Key
	}
	switch e.Kind {
	case room.EventJoined:
		out.Kind = social.RoomJoined
	case room.EventLeft:
		out.Kind = social.RoomLeft
	case room.EventSaid:
		out.Kind = social.RoomSaid
	}
	return out
}
