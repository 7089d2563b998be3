package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// The groups of the list of rooms, in their order.
const (
	groupPublic  = iota // public and live
	groupOwn            // the viewer's other rooms
	groupInvited        // those that they are invited into
	groupFriends        // those of friends
	groups
)

// listedRow is a room in the list.
type listedRow struct {
	facechatRow `bun:",extend"`

	Grp int64
}

// List is the rooms that viewer may enter and that are shown to them: those that are public and live first,
// then their own, those that they were invited into, and their friends' rooms for friends; the newest first
// in each group. It is two queries; each group is read through an index and no further than the page is long.
func (s *FaceChats) List(
	ctx context.Context, viewer int64, filter social.RoomFilter, page social.Page,
) (rooms []social.FaceChat, next string, err error) {
	kind, size, from := "rooms", page.Size(), []int64{groupPublic, 0}
	if filter.Mine {
		kind, from[0] = "rooms_mine", groupOwn
	}
	if page.Cursor != "" {
		if from, err = social.DecodeCursor(kind, page.Cursor, 2); err != nil {
			return nil, "", err
		}
		if from[0] < groupPublic || from[0] >= groups {
			return nil, "", social.ErrCursor
		}
	}
	var parts []string
	var args []any
	for group := from[0]; group < groups; group++ {
		q := s.c.listed(group, viewer, filter)
		if q == nil {
			continue
		}
		if page.Cursor != "" && group == from[0] {
			q = q.Where("fc.id < ?", from[1])
		}
		parts = append(parts, fmt.Sprintf("SELECT * FROM (?) AS g%d", group))
		args = append(args, q.ColumnExpr("fc.id, ? AS grp", group).OrderExpr("fc.id DESC").Limit(size+1))
	}
	if len(parts) == 0 {
		return []social.FaceChat{}, "", nil
	}
	q := s.c.r.NewSelect().TableExpr("("+strings.Join(parts, " UNION ALL ")+") AS found", args...).
		Join("JOIN facechats AS fc ON fc.id = found.id").ColumnExpr("fc.*, found.grp")
	rows := make([]listedRow, 0, size+1)
	err = withPerson(q, "person", "fc.host_id").OrderExpr("found.grp, fc.id DESC").Limit(size+1).Scan(ctx, &rows)
	if err != nil {
		return nil, "", fmt.Errorf("list rooms: %w", err)
	}
	if len(rows) > size {
		rows = rows[:size]
		next = social.EncodeCursor(kind, rows[size-1].Grp, rows[size-1].ID)
	}
	rooms = each(rows, func(r *listedRow) social.FaceChat { return r.room() })
	return rooms, next, s.c.addTags(ctx, rooms)
}

// listed selects the rooms of one group; nil: the viewer has no such.
func (c conn) listed(group, viewer int64, filter social.RoomFilter) *bun.SelectQuery {
	q := c.r.NewSelect().TableExpr("facechats AS fc").Where("fc.state <> ?", social.StateEnded)
	if filter.Tag != "" {
		q = q.Where("EXISTS (SELECT 1 FROM facechat_tags AS ft JOIN tags AS t ON t.id = ft.tag_id "+
			"WHERE ft.facechat_id = fc.id AND t.name = ?)", filter.Tag)
	}
	public := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("NOT (fc.visibility = ? AND fc.state = ?)", social.VisiblePublic, social.StateLive)
	}
	switch {
	case group == groupPublic:
		q = q.Where("fc.visibility = ? AND fc.state = ?", social.VisiblePublic, social.StateLive)
	case viewer == 0 || filter.Mine && group != groupOwn:
		return nil
	case filter.Mine:
		return q.Where("fc.host_id = ?", viewer)
	case group == groupOwn:
		return public(q.Where("fc.host_id = ?", viewer))
	case group == groupInvited:
		q = public(q.Where("fc.id IN (SELECT facechat_id FROM facechat_invites WHERE user_id = ?)", viewer)).
			Where("fc.host_id IS NULL OR fc.host_id <> ?", viewer)
	default:
		// From the friends to their rooms: they are fewer than all rooms for friends.
		q = q.Where("fc.visibility = ?", social.VisibleFriends).
			Where("fc.host_id IN (SELECT high_id FROM friendships WHERE low_id = ? "+
				"UNION ALL SELECT low_id FROM friendships WHERE high_id = ?)", viewer, viewer).
			Where("fc.id NOT IN (SELECT facechat_id FROM facechat_invites WHERE user_id = ?)", viewer)
	}
	return c.notHidden(q, viewer, "fc.host_id")
}

// addTags gives rooms their tags, in one query.
func (c conn) addTags(ctx context.Context, rooms []social.FaceChat) error {
	ids := make([]int64, len(rooms))
	for i := range rooms {
		ids[i] = rooms[i].ID
	}
	tags, err := c.tagsOf(ctx, "facechat_tags", "facechat_id", ids)
	if err != nil {
		return err
	}
	for i := range rooms {
		rooms[i].Tags = tags[rooms[i].ID]
	}
	return nil
}
