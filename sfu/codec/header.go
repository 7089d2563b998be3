package codec

import (
	"fmt"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// checkVP8 reads the size out of a VP8 keyframe's header (RFC 6386, 9.1) before libvpx allocates for it. A
// unit without a size passes: the size of the last keyframe stays.
func checkVP8(b []byte) error {
	if len(b) < 3 {
		return fmt.Errorf("%w: VP8 header cut short", ErrCorrupt)
	}
	if b[0]&1 != 0 {
		return nil
	}
	if len(b) < 10 || b[3] != 0x9d || b[4] != 0x01 || b[5] != 0x2a {
		return fmt.Errorf("%w: broken VP8 keyframe header", ErrCorrupt)
	}
	const low14 = 0x3fff // the upper two bits ask the player to scale
	return checkSize((int(b[6])|int(b[7])<<8)&low14, (int(b[8])|int(b[9])<<8)&low14)
}

func checkSize(w, h int) error {
	if !frame.ValidSize(w, h) {
		return fmt.Errorf("%w: %dx%d", ErrSize, w, h)
	}
	return nil
}

// checkVP9 reads the sizes out of every frame of a VP9 unit. indexed says whether the unit ends in a
// superframe index, which lists its frames.
func checkVP9(b []byte) (indexed bool, err error) {
	if len(b) == 0 {
		return false, fmt.Errorf("%w: empty unit", ErrCorrupt)
	}
	count, width := superframe(b)
	if count == 0 {
		return false, checkVP9Frame(b)
	}
	index := b[len(b)-1-count*width : len(b)-1]
	body := b[:len(b)-2-count*width]
	for i := range count {
		n := 0
		for j := range width {
			n |= int(index[i*width+j]) << (8 * j)
		}
		if n > len(body) {
			return true, fmt.Errorf("%w: superframe index beyond the unit", ErrCorrupt)
		}
		if n > 0 {
			if err := checkVP9Frame(body[:n]); err != nil {
				return true, err
			}
		}
		body = body[n:]
	}
	return true, nil
}

// superframe reads the shape of the index at the end of a VP9 unit (VP9 bitstream specification, annex B):
// the number of frames and the bytes per size; 0 where there is no index.
func superframe(b []byte) (count, width int) {
	marker := b[len(b)-1]
	if marker&0xe0 != 0xc0 {
		return 0, 0
	}
	count, width = int(marker&7)+1, int(marker>>3&3)+1
	if total := 2 + count*width; len(b) < total || b[len(b)-total] != marker {
		return 0, 0
	}
	return count, width
}

// checkVP9Frame walks the uncompressed header of one frame (VP9 bitstream specification, 6.2) as far as its
// size.
func checkVP9Frame(b []byte) error {
	r := bits{b: b}
	if r.read(2) != 2 {
		return fmt.Errorf("%w: no VP9 frame marker", ErrCorrupt)
	}
	profile := r.read(1) | r.read(1)<<1
	if profile != 0 {
		return fmt.Errorf("VP9 profile %d: %w", profile, ErrUnsupported)
	}
	if r.read(1) == 1 { // shows a picture that was decoded before
		return nil
	}
	keyframe, shown, resilient := r.read(1) == 0, r.read(1) == 1, r.read(1) == 1
	intra := keyframe
	if !keyframe {
		intra = !shown && r.read(1) == 1
		if !resilient {
			r.read(2) // reset of the contexts
		}
	}
	if intra {
		if r.read(24) != 0x498342 {
			return fmt.Errorf("%w: no VP9 sync code", ErrCorrupt)
		}
		if keyframe {
			r.read(4) // colour space and range; profile 0 has nothing more
		} else {
			r.read(8) // which references to refresh
		}
		return r.checkSize()
	}
	r.read(8 + 3*4) // references to refresh; three references of 3 bits and a sign
	for range 3 {
		if r.read(1) == 1 { // size of that reference, which was checked when it came
			return nil
		}
	}
	return r.checkSize()
}

// bits reads a big-endian bit string; beyond its end it reads zeros and says so.
type bits struct {
	b     []byte
	pos   int
	short bool
}

func (r *bits) read(n int) int {
	v := 0
	for range n {
		v <<= 1
		if i := r.pos >> 3; i < len(r.b) {
			v |= int(r.b[i]>>(7-r.pos&7)) & 1
		} else {
			r.short = true
		}
		r.pos++
	}
	return v
}

func (r *bits) checkSize() error {
	w, h := r.read(16)+1, r.read(16)+1
	if r.short {
		return fmt.Errorf("%w: VP9 header cut short", ErrCorrupt)
	}
	return checkSize(w, h)
}
