package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pion/rtp"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// errSuperseded ends the packets of a picture whose route was taken away.
var errSuperseded = errors.New("route changed")

// sender is the state of the send stage.
type sender struct {
	line       *Line
	packetiser *rtpio.Packetiser
	codec      frame.Codec
	pacer      *rtpio.Pacer
	emit       rtpio.EmitFunc // emitPacket, bound once
	arrived    time.Time
	index      int
	count      int
}

// send is the last stage: packets of one picture, spread over the pacing span.
func (l *Line) send(ctx context.Context) error {
	s := &sender{line: l, pacer: rtpio.NewPacer(l.cfg.PaceOver)}
	s.emit = s.emitPacket
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case u := <-l.units:
			err := s.sendUnit(u)
			l.spare <- u
			if err != nil {
				return err
			}
		}
	}
}

func (s *sender) sendUnit(u *unit) error {
	l := s.line
	if s.packetiser == nil || s.codec != u.Codec {
		p, err := rtpio.NewPacketiser(rtpio.PacketiserConfig{Codec: u.Codec})
		if err != nil {
			return fmt.Errorf("open packetiser: %w", err)
		}
		s.packetiser, s.codec = p, u.Codec
		l.out.renew(encoded)
	}
	start := time.Now()
	s.arrived, s.index, s.count = u.Arrived, 0, s.packetiser.Count(&u.Encoded)
	err := s.packetiser.Packetise(&u.Encoded, s.emit)
	switch {
	case errors.Is(err, errSuperseded):
		l.meter.drop(DropSuperseded)
		return nil
	case err != nil:
		return fmt.Errorf("packetise: %w", err)
	}
	l.meter.send.since(start)
	l.meter.out.add(start, len(u.Payload))
	return nil
}

func (s *sender) emitPacket(h *rtp.Header, payload []byte, _ bool) error {
	s.pacer.Wait(s.index, s.count)
	ok, lost := s.line.out.write(encoded, s.codec, h, payload)
	if !ok {
		return errSuperseded
	}
	s.line.meter.drops[DropWrite].Add(uint64(lost))
	if s.index == 0 && !s.arrived.IsZero() {
		s.line.meter.added.since(s.arrived)
	}
	s.index++
	return nil
}
