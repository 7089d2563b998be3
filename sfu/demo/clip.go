package demo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// maxUnits bounds the pictures of a clip: an hour at 30 fps.
const maxUnits = 108_000

// unit is one compressed picture of a clip.
type unit struct {
	payload  []byte // part of the clip's data
	at       time.Duration
	keyframe bool
}

// Clip is the first VP8 or VP9 track of a WebM file, in the order of the file. It is immutable and shared by
// all players.
type Clip struct {
	Codec         frame.Codec
	Width, Height int // pixels, as the file says
	units         []unit
	length        time.Duration
}

// Frames is the number of compressed pictures, those included that are never shown.
func (c *Clip) Frames() int { return len(c.units) }

// Keyframes is the number of pictures that one can begin with.
func (c *Clip) Keyframes() int {
	n := 0
	for _, u := range c.units {
		if u.keyframe {
			n++
		}
	}
	return n
}

// Length is how long one round takes.
func (c *Clip) Length() time.Duration { return c.length }

// ReadClip finds the video in a WebM file. It keeps data. What a player does not need, sound and indexes, is
// passed over.
func ReadClip(data []byte) (*Clip, error) {
	p := parser{unit: time.Millisecond}
	if err := p.file(data); err != nil {
		return nil, fmt.Errorf("read clip: %w", err)
	}
	if err := p.finish(); err != nil {
		return nil, fmt.Errorf("read clip: %w", err)
	}
	return &p.clip, nil
}

// parser walks through a file once.
type parser struct {
	clip    Clip
	unit    time.Duration // of the timestamps in clusters
	track   uint64        // number of the video track; 0 before it was found
	cluster uint64        // timestamp of the current cluster
}

func (p *parser) file(data []byte) error {
	seen := false
	return children(data, func(e element) error {
		switch e.id {
		case idEBML:
			seen = true
		case idSegment:
			if !seen {
				return errors.New("no EBML header")
			}
			return children(e.body, p.segment)
		}
		return nil
	})
}

func (p *parser) segment(e element) error {
	switch e.id {
	case idInfo:
		return children(e.body, p.info)
	case idTracks:
		return children(e.body, p.trackEntry)
	case idCluster:
		if e.open {
			return errors.New("cluster of unknown size, as in a live recording")
		}
		return children(e.body, p.inCluster)
	}
	return nil
}

func (p *parser) info(e element) error {
	if e.id != idTimestampUnit {
		return nil
	}
	n, err := uinteger(e.body)
	if err != nil {
		return err
	}
	if n == 0 || n > uint64(time.Second) {
		return fmt.Errorf("timestamp unit of %d ns", n)
	}
	p.unit = time.Duration(n)
	return nil
}

func (p *parser) trackEntry(e element) error {
	if e.id != idTrackEntry || p.track != 0 {
		return nil
	}
	var number uint64
	var name string
	var width, height uint64
	err := children(e.body, func(e element) (err error) {
		switch e.id {
		case idTrackNumber:
			number, err = uinteger(e.body)
		case idCodecID:
			name = string(e.body)
		case idVideo:
			width, height, err = size(e.body)
		}
		return err
	})
	if err != nil {
		return err
	}
	switch name {
	case "V_VP8":
		p.clip.Codec = frame.VP8
	case "V_VP9":
		p.clip.Codec = frame.VP9
	default:
		return nil
	}
	if width > frame.MaxWidth || height > frame.MaxHeight || !frame.ValidSize(int(width), int(height)) {
		return fmt.Errorf("picture of %dx%d", width, height)
	}
	p.track, p.clip.Width, p.clip.Height = number, int(width), int(height)
	return nil
}

func size(video []byte) (width, height uint64, err error) {
	err = children(video, func(e element) (err error) {
		switch e.id {
		case idPixelWidth:
			width, err = uinteger(e.body)
		case idPixelHeight:
			height, err = uinteger(e.body)
		}
		return err
	})
	return width, height, err
}

func (p *parser) inCluster(e element) (err error) {
	switch e.id {
	case idTimestamp:
		p.cluster, err = uinteger(e.body)
	case idSimpleBlock:
		err = p.block(e.body, func(flags byte) bool { return flags&0x80 != 0 })
	case idBlockGroup:
		err = p.blockGroup(e.body)
	}
	return err
}

// blockGroup reads a block whose keyframe is told by what is missing: a reference to another block.
func (p *parser) blockGroup(body []byte) error {
	var block []byte
	refers := false
	err := children(body, func(e element) error {
		switch e.id {
		case idBlock:
			block = e.body
		case idReference:
			refers = true
		}
		return nil
	})
	if err != nil || block == nil {
		return err
	}
	return p.block(block, func(byte) bool { return !refers })
}

// block reads track number, timestamp relative to the cluster, flags and one picture.
func (p *parser) block(body []byte, keyframe func(flags byte) bool) error {
	track, n, err := vint(body, 8, false)
	if err != nil {
		return err
	}
	body = body[n:]
	if len(body) < 3 {
		return errTruncated
	}
	at := int64(int16(binary.BigEndian.Uint16(body)))
	flags, payload := body[2], body[3:]
	if p.track == 0 || track != p.track || len(payload) == 0 {
		return nil
	}
	if flags&0x06 != 0 {
		return errors.New("laced video")
	}
	if len(p.clip.units) == maxUnits {
		return errors.New("clip is too long")
	}
	if p.cluster > uint64(24*time.Hour/time.Microsecond) {
		return errors.New("timestamp out of range")
	}
	ticks := at + int64(p.cluster)
	if ticks < 0 || ticks > int64(24*time.Hour/p.unit) {
		return errors.New("timestamp out of range")
	}
	p.clip.units = append(p.clip.units,
		unit{payload: payload, at: time.Duration(ticks) * p.unit, keyframe: keyframe(flags)})
	return nil
}

// finish checks what was found and makes the clip begin at its first keyframe, at time 0.
func (p *parser) finish() error {
	c := &p.clip
	first := slices.IndexFunc(c.units, func(u unit) bool { return u.keyframe })
	if first < 0 {
		return errors.New("no VP8 or VP9 keyframe")
	}
	c.units = c.units[first:]
	begin := c.units[0].at
	for i := range c.units {
		c.units[i].at -= begin
		if i > 0 && c.units[i].at < c.units[i-1].at {
			return errors.New("timestamps run backwards")
		}
	}
	last := c.units[len(c.units)-1].at
	step := 40 * time.Millisecond
	if n := len(c.units); n > 1 && last > 0 {
		step = last / time.Duration(n-1)
	}
	c.length = last + step
	return nil
}
