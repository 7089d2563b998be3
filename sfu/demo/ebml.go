package demo

import (
	"errors"
	"io"
	"math"
)

// The element ids that a clip needs (RFC 9559).
const (
	idEBML          = 0x1A45DFA3
	idSegment       = 0x18538067
	idInfo          = 0x1549A966
	idTimestampUnit = 0x2AD7B1
	idTracks        = 0x1654AE6B
	idTrackEntry    = 0xAE
	idTrackNumber   = 0xD7
	idCodecID       = 0x86
	idVideo         = 0xE0
	idPixelWidth    = 0xB0
	idPixelHeight   = 0xBA
	idCluster       = 0x1F43B675
	idTimestamp     = 0xE7
	idSimpleBlock   = 0xA3
	idBlockGroup    = 0xA0
	idBlock         = 0xA1
	idReference     = 0xFB
)

var errTruncated = errors.New("element is longer than what holds it")

// unknownSize marks an element that ends where its parent does, or where a sibling of its parent begins.
const unknownSize = math.MaxUint64

// element is one EBML element (RFC 8794): its id with the marker bit, and its body.
type element struct {
	id   uint32
	body []byte
	open bool // of unknown size: body reaches to the end of the parent
}

// next splits the first element from data; io.EOF at the end.
func next(data []byte) (e element, rest []byte, err error) {
	if len(data) == 0 {
		return e, nil, io.EOF
	}
	id, n, err := vint(data, 4, true)
	if err != nil {
		return e, nil, err
	}
	data = data[n:]
	size, n, err := vint(data, 8, false)
	if err != nil {
		return e, nil, err
	}
	data = data[n:]
	e.id = uint32(id)
	if size == unknownSize {
		e.body, e.open = data, true
		return e, nil, nil
	}
	if size > uint64(len(data)) {
		return e, nil, errTruncated
	}
	e.body = data[:size]
	return e, data[size:], nil
}

// vint reads a number of variable length of at most most bytes. The position of the first set bit gives the
// length; keep leaves that bit in, as element ids have it. All bits set is unknownSize.
func vint(data []byte, most int, keep bool) (v uint64, n int, err error) {
	if len(data) == 0 {
		return 0, 0, errTruncated
	}
	first := data[0]
	n = 1
	for mask := byte(0x80); n <= most && first&mask == 0; mask >>= 1 {
		n++
	}
	if n > most {
		return 0, 0, errors.New("number of variable length is too long")
	}
	if n > len(data) {
		return 0, 0, errTruncated
	}
	v = uint64(first)
	if !keep {
		v &= 1<<(8-n) - 1
	}
	for _, b := range data[1:n] {
		v = v<<8 | uint64(b)
	}
	if !keep && v == 1<<(7*n)-1 {
		v = unknownSize
	}
	return v, n, nil
}

// uinteger reads an unsigned integer of up to 8 bytes.
func uinteger(body []byte) (v uint64, err error) {
	if len(body) > 8 {
		return 0, errors.New("integer is too long")
	}
	for _, b := range body {
		v = v<<8 | uint64(b)
	}
	return v, nil
}

// children calls f for each element in body until f or the structure fails. The rest of an element of unknown
// size is given to f as its body.
func children(body []byte, f func(e element) error) error {
	for {
		e, rest, err := next(body)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
		body = rest
	}
}
