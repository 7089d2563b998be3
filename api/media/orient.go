package media

import "encoding/binary"

// upright is the orientation of a picture that stands as it was taken.
const upright = 1

// orientationOf reads how a camera was held from a block of EXIF (TIFF 6.0: a byte order, then directories of
// entries of 12 bytes). All that is not clear is upright.
func orientationOf(tiff []byte) int {
	const (
		tag       = 0x0112
		short     = 3
		headSize  = 8
		entrySize = 12
	)
	if len(tiff) < headSize {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < headSize || at+2 > int64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entrySize {
			return upright
		}
		if order.Uint16(entries) == tag {
			v := int(order.Uint16(entries[8:]))
			if order.Uint16(entries[2:]) != short || order.Uint32(entries[4:]) != 1 || v < 1 || v > 8 {
				return upright
			}
			return v
		}
		entries = entries[entrySize:]
	}
	return upright
}

// oriented is the picture turned upright. The orientations 5 to 8 swap its sides.
func (p *planes) oriented(orientation int) *planes {
	switch orientation {
	case 2, 4, 5, 7:
		p = p.mirrored()
	}
	switch orientation {
	case 3, 4:
		return p.rotated(180)
	case 6, 7:
		return p.rotated(90)
	case 5, 8:
		return p.rotated(270)
	}
	return p
}
