package rtpio

import "encoding/binary"

// Bits of the VP8 payload descriptor (RFC 7741, 4.2).
const (
	vp8Extended   = 0x80 // X: a second byte follows
	vp8Start      = 0x10 // S: a partition begins
	vp8Partition  = 0x07 // PID: the partition's index
	vp8HasPicture = 0x80 // I: picture id
	vp8HasTL0     = 0x40 // L: index of the base layer's picture
	vp8HasTID     = 0x20 // T: temporal layer
	vp8HasKey     = 0x10 // K: key index
	vp8LongID     = 0x80 // M: the picture id has 15 bits
)

// vp8Descriptor is where things stand in a VP8 payload; an offset of 0 means that the field is missing.
type vp8Descriptor struct {
	size        int  // bytes of the descriptor
	start       bool // the picture begins here
	pictureID   int  // offset
	longID      bool // 15 bits instead of 7
	tl0PicIndex int  // offset
}

// parseVP8 reads the descriptor; ok is false when it is cut short or nothing follows it.
func parseVP8(b []byte) (d vp8Descriptor, ok bool) {
	if len(b) < 2 {
		return d, false
	}
	d.size, d.start = 1, b[0]&vp8Start != 0 && b[0]&vp8Partition == 0
	if b[0]&vp8Extended == 0 {
		return d, true
	}
	ext := b[1]
	d.size = 2
	if ext&vp8HasPicture != 0 {
		if len(b) <= d.size {
			return d, false
		}
		d.pictureID, d.longID = d.size, b[d.size]&vp8LongID != 0
		d.size++
		if d.longID {
			d.size++
		}
	}
	if ext&vp8HasTL0 != 0 {
		d.tl0PicIndex = d.size
		d.size++
	}
	if ext&(vp8HasTID|vp8HasKey) != 0 {
		d.size++
	}
	return d, d.size < len(b)
}

// vp8DescriptorSize is the size of the descriptor that writeVP8 writes.
const vp8DescriptorSize = 4

// writeVP8 writes a descriptor with a picture id of 15 bits, the form that every sender of WebRTC uses: its
// size never changes, so that ids can be rewritten in place.
func writeVP8(b []byte, start bool, pictureID uint16) {
	b[0] = vp8Extended
	if start {
		b[0] |= vp8Start
	}
	b[1] = vp8HasPicture
	binary.BigEndian.PutUint16(b[2:], pictureID|vp8LongID<<8)
}

// VP8Rewriter keeps picture ids and base layer indices (TL0PICIDX) of one outgoing VP8 stream continuous
// over several sources, as Sequencer does for sequence numbers. The zero value is ready. It is not safe for
// concurrent use.
type VP8Rewriter struct {
	started   bool
	switching bool
	pictureID serial15
	tl0       uint8 // offset
	lastTL0   uint8 // highest sent
	tl0Known  bool  // since the switch
}

// serial15 maps the 15-bit picture ids of a source to those that were sent.
type serial15 struct {
	offset, last uint16
	known        bool // since the switch
}

// Switch says that the next packet comes from another source, whose ids follow those that were sent.
func (r *VP8Rewriter) Switch() { r.switching = r.started }

// Rewrite changes the descriptor of payload, which must be the caller's own copy, in place. It reports
// false, and changes nothing, when the descriptor is broken.
func (r *VP8Rewriter) Rewrite(payload []byte) bool {
	d, ok := parseVP8(payload)
	if !ok {
		return false
	}
	if r.switching {
		r.switching, r.pictureID.known, r.tl0Known = false, false, false
	}
	if d.pictureID != 0 {
		r.rewritePictureID(payload[d.pictureID:], d.longID)
	}
	if d.tl0PicIndex != 0 {
		r.rewriteTL0(&payload[d.tl0PicIndex])
	}
	r.started = true
	return true
}

func (r *VP8Rewriter) rewritePictureID(b []byte, long bool) {
	const mask15, mask7 = 0x7fff, 0x7f
	in := uint16(b[0])
	if long {
		in = binary.BigEndian.Uint16(b) & mask15
	}
	p := &r.pictureID
	if !p.known {
		if r.started {
			p.offset = p.last + 1 - in
		}
		p.known, p.last = true, (in+p.offset)&mask15
	}
	out := (in + p.offset) & mask15
	if ahead := (out - p.last) & mask15; ahead < 1<<14 {
		p.last = out
	}
	if long {
		binary.BigEndian.PutUint16(b, out|vp8LongID<<8)
	} else {
		b[0] = byte(out & mask7)
	}
}

func (r *VP8Rewriter) rewriteTL0(b *byte) {
	if !r.tl0Known {
		if r.started {
			r.tl0 = r.lastTL0 + 1 - *b
		}
		r.tl0Known, r.lastTL0 = true, *b+r.tl0
	}
	*b += r.tl0
	if *b-r.lastTL0 < 1<<7 {
		r.lastTL0 = *b
	}
}
