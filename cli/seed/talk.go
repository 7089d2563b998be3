package seed

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// remark is a comment before all comments are put in order.
type remark struct {
	store.SeedComment
	parent *remark
	depth  int
	place  int
}

// maxDepth is how deep answers to answers go.
const maxDepth = 3

// comments makes as many as asked for, more where there are likes, a third of them answers.
func (w *world) comments() {
	r := w.random(partComments)
	counts := make([]int, w.cfg.Posts)
	for range w.cfg.Comments {
		counts[w.order[w.loved.draw(r)]]++
	}
	all := make([]*remark, 0, w.cfg.Comments)
	for i, n := range counts {
		all = append(all, w.thread(r, i+1, n)...)
	}
	slices.SortStableFunc(all, func(a, b *remark) int { return a.Created.Compare(b.Created) })
	for i, c := range all {
		c.place = i + 1
		if c.parent != nil {
			c.Parent = c.parent.place
		}
		w.out.Comments = append(w.out.Comments, c.SeedComment)
	}
}

// thread is what is said to one post, in the order of time. Who has no readers talks to themselves.
func (w *world) thread(r *rand.Rand, post, n int) (thread []*remark) {
	owner, at := w.out.Posts[post-1].Owner, w.out.Posts[post-1].Created
	for range n {
		at = w.soon(r, at)
		c := &remark{SeedComment: store.SeedComment{Post: post, Created: at, Author: w.reader(r, post)}}
		if len(thread) > 0 && r.IntN(3) == 0 {
			if c.parent = pick(r, thread); c.parent.depth == maxDepth {
				c.parent = c.parent.parent
			}
			c.depth = c.parent.depth + 1
			if r.IntN(2) == 0 {
				c.Author = owner // who posts answers
			}
		}
		if c.Author == 0 {
			c.Author = owner
		}
		korean := w.korean[c.Author-1]
		if c.Content = pick(r, w.words.Comments.of(korean)); c.parent != nil {
			c.Content = pick(r, w.words.Replies.of(korean))
		}
		thread = append(thread, c)
	}
	return thread
}

// soon is a little after t, so that a thread of many stays within the world.
func (w *world) soon(r *rand.Rand, t time.Time) time.Time {
	left := w.cfg.Until.Sub(t) / 4
	return t.Add(min(time.Duration(1+r.IntN(4*3600))*time.Second, left)).Truncate(time.Microsecond)
}

// oneHosts is one of how many people hosts a room.
const oneHosts = 5

// rooms makes rooms that are over, and some public ones that wait for people.
func (w *world) rooms() {
	r := w.random(partRooms)
	n := w.cfg.People / oneHosts
	const live = 12
	step := year / time.Duration(n+live+1)
	for i := range n + min(live, n) {
		host := 1 + w.active.draw(r)
		at := w.began().Add(coming + time.Duration(i)*step).Truncate(time.Second)
		about := &w.words.Themes[r.IntN(len(w.words.Themes))]
		room := store.SeedRoom{
			Host: host, Slug: slug(r), Title: pick(r, w.words.Rooms.of(w.korean[host-1])), Created: at,
			Visibility:  pick(r, []social.Visibility{social.VisiblePublic, social.VisibleFriends, social.VisibleLink}),
			AllowGuests: r.IntN(2) == 0, Views: r.IntN(50),
		}
		for _, name := range about.Tags.of(w.korean[host-1])[:1+r.IntN(2)] {
			room.Tags = append(room.Tags, w.tag(name, host, at))
		}
		if i < n {
			w.call(r, &room)
		} else {
			room.Visibility = social.VisiblePublic
		}
		w.out.Rooms = append(w.out.Rooms, room)
	}
}

// call lets the host and a friend, or somebody else, have been in the room.
func (w *world) call(r *rand.Rand, room *store.SeedRoom) {
	guest := 1 + r.IntN(w.cfg.People)
	if friends := w.friends[room.Host-1]; len(friends) > 0 {
		guest = pick(r, friends)
	}
	took := time.Duration(60+r.IntN(3600)) * time.Second
	room.Ended = room.Created.Add(took)
	room.Stays = []store.SeedStay{{Person: room.Host, Joined: room.Created, Left: room.Ended}}
	if guest != room.Host {
		room.Stays = append(room.Stays, store.SeedStay{
			Person: guest, Joined: room.Created.Add(20 * time.Second), Left: room.Ended,
		})
	}
}

// slug is like social.NewSlug, but for chance.
func slug(r *rand.Rand) string {
	const letters, length = "0123456789abcdefghjkmnpqrstvwxyz", 24
	b := make([]byte, length)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

// told is how many of the newest of each kind people are told of.
const told = 500

// notifications tells people of what happened last; what is older than a week they have read.
func (w *world) notifications() {
	var all []store.SeedNotification
	add := func(n store.SeedNotification) {
		if n.Person == n.Actor {
			return
		}
		if at := n.Created.Add(7 * day); at.Before(w.cfg.Until) {
			n.Read = at
		}
		all = append(all, n)
	}
	for i, t := range w.out.Requests {
		add(store.SeedNotification{
			Person: t.To, Actor: t.From, Kind: social.NotifyFriendRequest, Request: i + 1, Created: t.Created,
		})
	}
	for _, t := range newest(w.out.Follows) {
		add(store.SeedNotification{Person: t.To, Actor: t.From, Kind: social.NotifyFollow, Created: t.Created})
	}
	for _, t := range newest(w.out.Likes) {
		add(store.SeedNotification{
			Person: w.out.Posts[t.To-1].Owner, Actor: t.From, Kind: social.NotifyLike, Post: t.To, Created: t.Created,
		})
	}
	comments := newest(w.out.Comments)
	for i, c := range comments {
		n := store.SeedNotification{
			Person: w.out.Posts[c.Post-1].Owner, Actor: c.Author, Kind: social.NotifyComment, Post: c.Post,
			Comment: len(w.out.Comments) - len(comments) + i + 1, Created: c.Created,
		}
		if c.Parent != 0 {
			n.Person, n.Kind = w.out.Comments[c.Parent-1].Author, social.NotifyReply
		}
		add(n)
	}
	slices.SortStableFunc(all, func(a, b store.SeedNotification) int { return a.Created.Compare(b.Created) })
	w.out.Notifications = all
}

func newest[T any](list []T) []T { return list[max(0, len(list)-told):] }
