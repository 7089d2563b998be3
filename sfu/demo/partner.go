// Package demo is the partner for someone who is alone: a participant that plays a short clip of a talking
// head through the same line as everybody's camera. The clip is the WebM of an openly licensed demonstration;
// the person in it is treated as one who consented to the analysis of the mood and shares it.
package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pion/webrtc/v4"

	"github.com/pp-enter/pp-enter/sfu/room"
)

// Partner comes into rooms with one clip.
type Partner struct {
	rooms   *room.Registry
	clip    *Clip
	filters room.Filters
}

// New returns a partner that plays clip. filters is what the rooms offer.
func New(rooms *room.Registry, clip *Clip, filters room.Filters) *Partner {
	return &Partner{rooms: rooms, clip: clip, filters: filters}
}

// Join comes into the room, or stays if it is there already. It is gone when the last person leaves the room.
// The errors are room.ErrFull and room.ErrNotFound.
func (d *Partner) Join(ctx context.Context, roomID int64) error {
	seat, fresh, err := d.rooms.Invite(roomID, room.Person{Key: "demo", Name: "Demo", Demo: true})
	if err != nil || !fresh {
		return err
	}
	p, err := d.rooms.Take(roomID, seat, deaf{})
	if err != nil {
		return err
	}
	if err := d.enter(ctx, p); err != nil {
		p.Leave()
		return fmt.Errorf("enter room: %w", err)
	}
	return nil
}

// enter chooses the filter before the video begins: nothing is ever shown without it.
func (d *Partner) enter(ctx context.Context, p *room.Participant) error {
	mode := room.ModeOff
	if slices.Contains(d.filters.Modes, room.ModeBlur) {
		mode = room.ModeBlur
	}
	if d.filters.MoodEnabled {
		mode = room.ModeMood
		err := errors.Join(p.SetConsent(true, d.filters.ConsentVersion), p.ShareMood(true))
		if err != nil {
			return err
		}
	}
	if err := errors.Join(p.SetFilter(ctx, room.FilterWish{Mode: mode}), p.SetMedia(false, true)); err != nil {
		return err
	}
	_, err := p.Connect(ctx, "", func(_ string, h room.PeerHandlers) (room.Peer, error) {
		player, err := NewPlayer(d.clip)
		if err != nil {
			return nil, err
		}
		h.Camera(player)
		return &peer{Player: player}, nil
	})
	return err
}

// deaf is the socket of someone who does not listen.
type deaf struct{}

// Send implements room.Conn.
func (deaf) Send(room.Message) {}

// Close implements room.Conn.
func (deaf) Close(room.ByeCode) {}

// peer is a connection to nobody: it only has a camera.
type peer struct{ *Player }

// Answer implements room.Peer.
func (*peer) Answer(context.Context, string) (string, error) { return "", nil }

// AddCandidate implements room.Peer.
func (*peer) AddCandidate(webrtc.ICECandidateInit) error { return nil }

// Camera implements room.Peer.
func (*peer) Camera() room.Downlink { return nil }

// Mirror implements room.Peer.
func (*peer) Mirror() room.Downlink { return nil }

// ForwardAudioTo implements room.Peer: the clip is silent.
func (*peer) ForwardAudioTo(room.Peer) {}

// Send implements room.Peer.
func (*peer) Send([]byte) error { return nil }
