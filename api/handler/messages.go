package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// Message is a line of chat that was kept.
type Message struct {
	ID   int64     `json:"id"`
	From *Person   `json:"from,omitempty" doc:"Missing: a guest"`
	Name string    `json:"name" doc:"The nickname, or the guest's name"`
	Mine bool      `json:"mine" doc:"The caller said it"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// MessagesRequest lists what was said in a room.
type MessagesRequest struct {
	IDRequest
	PageRequest
}

// Messages lists what was said in a room, the newest first, to who was in it with an account, and to its
// host.
func (f *FaceChats) Messages(ctx context.Context, in *MessagesRequest) (*List[Message], error) {
	me := CallerOf(ctx).UserID
	rows, next, err := f.DB.Messages.List(ctx, me, in.ID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	return newList(ctx, rows, next, func(m social.Message) Message {
		out := Message{
			ID: m.ID, From: orNobody(m.Sender), Name: m.Name, Mine: m.Sender.ID == me, Text: m.Text, At: m.Sent,
		}
		if out.From != nil {
			out.Name = out.From.Nickname
		}
		return out
	}), nil
}
