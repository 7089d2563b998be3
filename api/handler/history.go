package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// PastCall is a call in the caller's past.
type PastCall struct {
	ID       int64        `json:"id" doc:"Among those of its kind"`
	Kind     string       `json:"kind" enum:"call,missed,declined,busy,cancelled"`
	Room     PastRoom     `json:"room"`
	Outgoing bool         `json:"outgoing" doc:"Of what did not come about: you rang the other one"`
	With     []PastPerson `json:"with" nullable:"false" doc:"Who was there, as far as they still show"`
	Joined   time.Time    `json:"joined" doc:"When you came in, or it began to ring"`
	Left     time.Time    `json:"left"`
	Seconds  int64        `json:"seconds" doc:"How long you were in; 0: it did not come about"`
}

// PastRoom is where a call was.
type PastRoom struct {
	ID    int64  `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url" doc:"The page of the room; empty: it has ended"`
}

// PastPerson is somebody who was in a call.
type PastPerson struct {
	Person *Person `json:"person,omitempty" doc:"Missing: a guest, or an account that is gone"`
	Name   string  `json:"name" doc:"The nickname, or the guest's name; empty: the account is gone"`
}

// History lists the caller's past calls, those that ended last first.
func (f *FaceChats) History(ctx context.Context, in *PageRequest) (*List[PastCall], error) {
	rows, next, err := f.DB.Participants.History(ctx, CallerOf(ctx).UserID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list past calls: %w", err)
	}
	return newList(ctx, rows, next, pastCall), nil
}

func pastCall(p social.Past) PastCall {
	out := PastCall{
		ID: p.ID, Kind: string(p.Kind), Room: PastRoom{ID: p.Room.ID, Title: p.Room.Title}, Outgoing: p.Outgoing,
		With: make([]PastPerson, 0, len(p.With)), Joined: p.Began, Left: p.Ended,
	}
	if p.Room.State != social.StateEnded {
		out.Room.URL = roomURL(p.Room.Slug)
	}
	if p.Kind == social.PastCall {
		out.Seconds = int64(p.Ended.Sub(p.Began).Round(time.Second).Seconds())
	}
	for _, with := range p.With {
		other := PastPerson{Person: orNobody(with.Person), Name: with.Name}
		if other.Person != nil {
			other.Name = other.Person.Nickname
		}
		out.With = append(out.With, other)
	}
	return out
}
