package handler

import (
	"context"
	"fmt"
	"slices"

	"github.com/pp-enter/pp-enter/api/social"
)

// Meetings knows who sits with whom, and sends people out.
type Meetings interface {
	// RoomsOf lists the rooms in which the person with that key holds a seat.
	RoomsOf(key string) []int64
	// Seated lists the seats of a room that are taken or reserved.
	Seated(roomID int64) []Seat
	// Leave gives a seat up; one that is not held is fine.
	Leave(roomID int64, seat string)
}

// Block blocks somebody: it ends friendship, requests, following, rings and calls, and hides the two from
// each other.
func (p *People) Block(ctx context.Context, in *IDRequest) (*Empty, error) {
	me := CallerOf(ctx).UserID
	rings, err := p.DB.Blocks.Add(ctx, me, in.ID)
	if err != nil {
		return nil, fmt.Errorf("block: %w", err)
	}
	if p.Rings != nil && len(rings) > 0 {
		p.Rings.Stopped(ctx, rings)
	}
	// From here on neither of them gets a seat beside the other any more.
	if err := p.part(context.WithoutCancel(ctx), me, in.ID); err != nil {
		return nil, fmt.Errorf("end calls: %w", err)
	}
	return &Empty{}, nil
}

// part sends the other one out of the rooms that me hosts or sits in, and me out of those of the other.
func (p *People) part(ctx context.Context, me, other int64) error {
	if p.Meetings == nil {
		return nil
	}
	mine, others := p.Meetings.RoomsOf(UserKey(me)), p.Meetings.RoomsOf(UserKey(other))
	hosts, err := p.DB.FaceChats.Hosts(ctx, slices.Concat(mine, others))
	if err != nil {
		return err
	}
	for _, room := range mine {
		if hosts[room] == other {
			p.sendOut(room, me)
		}
	}
	for _, room := range others {
		if host := hosts[room]; host == me || host != other && slices.Contains(mine, room) {
			p.sendOut(room, other)
		}
	}
	return nil
}

func (p *People) sendOut(room, person int64) {
	for _, s := range p.Meetings.Seated(room) {
		if s.Key == UserKey(person) {
			p.Meetings.Leave(room, s.ID)
		}
	}
}

// Unblock takes a block back. What it ended stays ended.
func (p *People) Unblock(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := p.DB.Blocks.Remove(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("unblock: %w", err)
	}
	return &Empty{}, nil
}

// Blocks lists whom the caller blocks.
func (p *People) Blocks(ctx context.Context, in *PageRequest) (*List[Follower], error) {
	rows, next, err := p.DB.Blocks.List(ctx, CallerOf(ctx).UserID, in.page())
	if err != nil {
		return nil, fmt.Errorf("list blocked people: %w", err)
	}
	return newList(ctx, rows, next, func(b social.Block) Follower {
		return Follower{Person: person(b.Person), Since: b.Since}
	}), nil
}
