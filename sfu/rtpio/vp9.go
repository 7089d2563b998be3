package rtpio

import "encoding/binary"

// Bits of the VP9 payload descriptor (RFC 9628, 4.2).
const (
	vp9HasPicture = 0x80 // I: picture id
	vp9Predicted  = 0x40 // P: the picture refers to earlier ones
	vp9HasLayers  = 0x20 // L: layer indices
	vp9Flexible   = 0x10 // F: references are listed
	vp9Start      = 0x08 // B: a frame (a layer of the picture) begins
	vp9End        = 0x04 // E: a frame ends
	vp9HasScaling = 0x02 // V: scalability structure
	vp9LongID     = 0x80 // M: the picture id has 15 bits
)

// vp9Descriptor is what a VP9 payload says about itself.
type vp9Descriptor struct {
	size      int  // bytes of the descriptor
	start     bool // the picture begins here: a frame of the lowest spatial layer
	predicted bool // refers to earlier pictures
}

// cursor walks over a byte string; past its end it stays short.
type cursor struct {
	b     []byte
	pos   int
	short bool
}

func (c *cursor) next() byte {
	if c.pos >= len(c.b) {
		c.short = true
		return 0
	}
	v := c.b[c.pos]
	c.pos++
	return v
}

// parseVP9 reads the descriptor; ok is false when it is cut short or nothing follows it.
func parseVP9(b []byte) (d vp9Descriptor, ok bool) {
	c := cursor{b: b}
	flags := c.next()
	d.predicted = flags&vp9Predicted != 0
	d.start = flags&vp9Start != 0
	if flags&vp9HasPicture != 0 && c.next()&vp9LongID != 0 {
		c.next()
	}
	if flags&vp9HasLayers != 0 {
		const spatial, lowest = 0x0e, 0
		if c.next()&spatial != lowest {
			d.start = false // a higher layer of the picture that began before
		}
		if flags&vp9Flexible == 0 {
			c.next() // TL0PICIDX
		}
	}
	if flags&vp9Flexible != 0 && d.predicted {
		const maxReferences = 3
		for range maxReferences {
			if c.next()&1 == 0 { // N: another reference follows
				break
			}
		}
	}
	if flags&vp9HasScaling != 0 {
		skipVP9Scaling(&c)
	}
	d.size = c.pos
	return d, !c.short && c.pos < len(b)
}

// skipVP9Scaling walks over the scalability structure (RFC 9628, 4.2.1).
func skipVP9Scaling(c *cursor) {
	const hasSizes, hasGroup = 0x10, 0x08
	head := c.next()
	if head&hasSizes != 0 {
		layers := int(head>>5) + 1
		for range 4 * layers {
			c.next()
		}
	}
	if head&hasGroup == 0 {
		return
	}
	for range c.next() {
		references := c.next() >> 2 & 3
		for range references {
			c.next()
		}
	}
}

// isVP9Keyframe reads the first bits of a frame (VP9 bitstream specification, 6.2): a shown-again picture
// and an intra-only one are no keyframes.
func isVP9Keyframe(b []byte) bool {
	if len(b) == 0 || b[0]>>6 != 2 {
		return false
	}
	const profile3, again, frameType = 0x30, 0x08, 0x04
	if b[0]&profile3 == profile3 { // a reserved bit moves the others
		return b[0]&(again>>1) == 0 && b[0]&(frameType>>1) == 0
	}
	return b[0]&again == 0 && b[0]&frameType == 0
}

// vp9DescriptorSize is the largest descriptor that writeVP9 writes.
const vp9DescriptorSize = 4

// writeVP9 writes a descriptor in flexible mode, in which a picture names its references and no scalability
// structure is needed: each refers to the one before. It returns the descriptor's size.
func writeVP9(b []byte, start, end, keyframe bool, pictureID uint16) int {
	b[0] = vp9HasPicture | vp9Flexible
	if start {
		b[0] |= vp9Start
	}
	if end {
		b[0] |= vp9End
	}
	binary.BigEndian.PutUint16(b[1:], pictureID|vp9LongID<<8)
	if keyframe {
		return 3
	}
	const previous = 1 << 1 // P_DIFF = 1, N = 0
	b[0] |= vp9Predicted
	b[3] = previous
	return 4
}
