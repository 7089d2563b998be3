package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// FaceChats are the rooms.
type FaceChats struct{ c conn }

// facechatModel is a room.
type facechatModel struct {
	bun.BaseModel `bun:"table:facechats,alias:fc"`

	ID          int64 `bun:",pk,autoincrement"`
	Slug        string
	Title       string
	Content     string
	HostID      *int64
	State       social.State
	Visibility  social.Visibility
	AllowGuests bool
	MaxPresent  int
	ViewCount   int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
	UsedAt      time.Time
	FinishedAt  *time.Time
}

type facechatTagModel struct {
	bun.BaseModel `bun:"table:facechat_tags,alias:ft"`

	FacechatID int64 `bun:",pk"`
	TagID      int64 `bun:",pk"`
}

type facechatInviteModel struct {
	bun.BaseModel `bun:"table:facechat_invites,alias:fi"`

	FacechatID int64 `bun:",pk"`
	UserID     int64 `bun:",pk"`
	CreatedAt  time.Time
}

// facechatRow is a room with its host.
type facechatRow struct {
	facechatModel
	Person personRow `bun:"embed:person_"`
}

func (r *facechatRow) room() social.FaceChat {
	return social.FaceChat{
		ID: r.ID, Slug: r.Slug, Title: r.Title, Content: r.Content, Host: r.Person.person(), State: r.State,
		Visibility: r.Visibility, AllowGuests: r.AllowGuests, ViewCount: r.ViewCount, Created: r.CreatedAt.UTC(),
		Updated: r.UpdatedAt.UTC(), Finished: utc(r.FinishedAt),
	}
}

// rooms selects facechatRow from the rooms, as fc, that have not ended.
func (c conn) rooms() *bun.SelectQuery {
	q := c.r.NewSelect().TableExpr("facechats AS fc").ColumnExpr("fc.*").
		Where("fc.state <> ?", social.StateEnded)
	return withPerson(q, "person", "fc.host_id")
}

// enterable adds the rule of social.MayEnter for room fc.
func (c conn) enterable(q *bun.SelectQuery, viewer int64) *bun.SelectQuery {
	if viewer == 0 {
		return c.notHidden(q.Where("fc.visibility = ?", social.VisiblePublic), 0, "fc.host_id")
	}
	q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("fc.visibility = ?", social.VisiblePublic).
			WhereOr(takesPart, viewer, viewer, viewer).
			WhereOr("fc.visibility = ? AND ?", social.VisibleFriends, c.friendsWith(viewer, "fc.host_id"))
	})
	return c.notHidden(q, viewer, "fc.host_id")
}

// ByID finds a room that viewer may enter by social.MayEnter and that has not ended; else
// social.ErrRoomNotFound.
func (s *FaceChats) ByID(ctx context.Context, viewer, id int64) (social.FaceChat, error) {
	return s.c.room(ctx, s.c.enterable(s.c.rooms().Where("fc.id = ?", id), viewer))
}

// BySlug finds a room that has not ended by its link, unless viewer and the host are hidden from each other;
// else social.ErrRoomNotFound.
func (s *FaceChats) BySlug(ctx context.Context, viewer int64, slug string) (social.FaceChat, error) {
	return s.c.room(ctx, s.c.notHidden(s.c.rooms().Where("fc.slug = ?", slug), viewer, "fc.host_id"))
}

// Hosts is who hosts each of these rooms; those that nobody hosts are missing.
func (s *FaceChats) Hosts(ctx context.Context, ids []int64) (map[int64]int64, error) {
	hosts := map[int64]int64{}
	if len(ids) == 0 {
		return hosts, nil
	}
	var rows []facechatModel
	err := s.c.r.NewSelect().Model(&rows).Column("id", "host_id").
		Where("id IN (?) AND host_id IS NOT NULL", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find hosts: %w", err)
	}
	for i := range rows {
		hosts[rows[i].ID] = *rows[i].HostID
	}
	return hosts, nil
}

// Viewed counts a look at a room, soon and without a write of its own. It keeps an idle room from ending.
func (s *FaceChats) Viewed(id int64) { s.c.roomViews.add(id) }

// room reads the one room that q selects, with its tags.
func (c conn) room(ctx context.Context, q *bun.SelectQuery) (social.FaceChat, error) {
	var row facechatRow
	if err := q.Scan(ctx, &row); err != nil {
		return social.FaceChat{}, orNotFound(err, social.ErrRoomNotFound)
	}
	one := []social.FaceChat{row.room()}
	if err := c.addTags(ctx, one); err != nil {
		return social.FaceChat{}, err
	}
	return one[0], nil
}

// Create opens a room, and invites people into it, who are told by the notifications that are returned. It
// fails as Invite does.
func (s *FaceChats) Create(ctx context.Context, n social.NewFaceChat) (
	room social.FaceChat, told []social.Told, err error,
) {
	if err := n.Clean(); err != nil {
		return room, nil, err
	}
	now := s.c.now()
	m := facechatModel{
		Slug: social.NewSlug(), Title: n.Title, Content: n.Content, HostID: orNil(n.HostID),
		State: social.StateLive, Visibility: n.Visibility, AllowGuests: n.AllowGuests,
		MaxPresent: social.MaxPresent, CreatedAt: now,
		UpdatedAt: now, UsedAt: now,
	}
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		m.ID = 0 // the transaction may run again
		if err := c.meetAll(ctx, n.HostID, n.Invite); err != nil {
			return err
		}
		if _, err := c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
			if dangling(err) {
				return social.ErrUserNotFound
			}
			return fmt.Errorf("add room: %w", err)
		}
		if err := c.tagRoom(ctx, m.ID, n.HostID, n.Tags); err != nil {
			return err
		}
		if told, err = c.invite(ctx, n.HostID, m.ID, n.Invite); err != nil {
			return err
		}
		room, err = c.room(ctx, c.rooms().Where("fc.id = ?", m.ID))
		return err
	})
	return room, told, err
}

// tagRoom makes the tags of a room these and no others.
func (c conn) tagRoom(ctx context.Context, room, host int64, names []string) error {
	ids, err := c.tagIDs(ctx, names, host)
	if err != nil {
		return err
	}
	return c.setTags(ctx, "facechat_tags", "facechat_id", room, ids)
}
