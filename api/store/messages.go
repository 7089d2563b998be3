package store

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// Messages are the lines of chat that were kept (Participants.Record).
type Messages struct{ c conn }

// messageRow is a line with who said it.
type messageRow struct {
	ID         int64
	SenderName string
	Content    string
	CreatedAt  time.Time
	Person     personRow `bun:"embed:person_"`
}

func (r *messageRow) message() social.Message {
	m := social.Message{ID: r.ID, Sender: r.Person.person(), Text: r.Content, Sent: r.CreatedAt.UTC()}
	if m.Sender.ID == 0 {
		m.Name = r.SenderName
	}
	return m
}

// List is what was said in a room, the newest first, in two queries. Its host reads all of it; who was in it
// with an account reads what was said while they were inside, also after the room has ended. Lines of people
// who are hidden from the viewer are left out. Others get social.ErrNotMember, or social.ErrRoomNotFound
// where they do not see the room.
func (s *Messages) List(
	ctx context.Context, viewer, room int64, page social.Page,
) ([]social.Message, string, error) {
	host, err := s.member(ctx, viewer, room)
	if err != nil {
		return nil, "", err
	}
	q := s.c.r.NewSelect().TableExpr("chat_messages AS ms").Where("ms.facechat_id = ?", room).
		ColumnExpr("ms.id, ms.sender_name, ms.content, ms.created_at")
	if !host {
		q = q.Where("EXISTS (SELECT 1 FROM facechat_participants AS pa WHERE pa.facechat_id = ms.facechat_id "+
			"AND pa.user_id = ? AND pa.joined_at <= ms.created_at "+
			"AND (pa.left_at IS NULL OR pa.left_at >= ms.created_at))", viewer)
	}
	q = s.c.notHidden(withPerson(q, "person", "ms.sender_id"), viewer, "ms.sender_id")
	rows, next, err := fetch(ctx, q, page, keyset{kind: "messages", column: "ms.id"},
		func(r *messageRow) int64 { return r.ID })
	return each(rows, (*messageRow).message), next, err
}

// member tells whether a person who may read what was said in a room is its host.
func (s *Messages) member(ctx context.Context, viewer, room int64) (host bool, err error) {
	var row struct{ Host, Inside bool }
	err = s.c.r.NewSelect().TableExpr("facechats AS fc").Where("fc.id = ?", room).
		ColumnExpr("fc.host_id IS NOT NULL AND fc.host_id = ? AS host", viewer).
		ColumnExpr("EXISTS (?) AS inside", s.c.r.NewSelect().TableExpr("facechat_participants AS pa").
			ColumnExpr("1").Where("pa.facechat_id = fc.id AND pa.user_id = ?", viewer)).Scan(ctx, &row)
	if err != nil {
		return false, orNotFound(err, social.ErrRoomNotFound)
	}
	if row.Host || row.Inside {
		return row.Host, nil
	}
	if _, err := (&FaceChats{s.c}).ByID(ctx, viewer, room); err != nil {
		return false, fmt.Errorf("find room: %w", err)
	}
	return false, social.ErrNotMember
}
