package social

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
)

// How many rows a page of a list has.
const (
	DefaultLimit = 10
	MaxLimit     = 50
)

// Page is which part of a list is wanted.
type Page struct {
	Cursor string // where the page before ended; empty: the beginning
	Limit  int    // rows; 0: DefaultLimit; more than MaxLimit counts as MaxLimit
}

// Size is how many rows the page may have.
func (p Page) Size() int {
	if p.Limit <= 0 {
		return DefaultLimit
	}
	return min(p.Limit, MaxLimit)
}

// cursorVersion is the first byte of a cursor; another layout gets another one.
const cursorVersion = 1

// maxCursor is longer than any cursor that EncodeCursor makes.
const maxCursor = 256

func cursorEncoding() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// EncodeCursor makes the mark of a place in the list of that kind: the values of its order's columns in the
// last row that was given out. It is opaque to clients, and no secret: the list's rules hold from any place.
func EncodeCursor(kind string, keys ...int64) string {
	b := append([]byte{cursorVersion, byte(len(kind))}, kind...)
	for _, k := range keys {
		b = binary.AppendVarint(b, k)
	}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return cursorEncoding().EncodeToString(b)
}

// DecodeCursor reads what EncodeCursor made for a list of that kind with n keys. Anything else is ErrCursor:
// another list's cursor, one that was cut or changed, or text that never was one.
func DecodeCursor(kind, cursor string, n int) ([]int64, error) {
	if len(cursor) > maxCursor {
		return nil, ErrCursor
	}
	b, err := cursorEncoding().DecodeString(cursor)
	head := 2 + len(kind)
	if err != nil || len(b) < head+crc32.Size {
		return nil, ErrCursor
	}
	body, sum := b[:len(b)-crc32.Size], b[len(b)-crc32.Size:]
	if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(sum) ||
		body[0] != cursorVersion || int(body[1]) != len(kind) || string(body[2:head]) != kind {
		return nil, ErrCursor
	}
	keys := make([]int64, 0, n)
	for rest := body[head:]; len(rest) > 0; {
		k, size := binary.Varint(rest)
		if size <= 0 || len(keys) == n {
			return nil, ErrCursor
		}
		keys, rest = append(keys, k), rest[size:]
	}
	// A number can be written in more than one way; only ours counts.
	if len(keys) != n || EncodeCursor(kind, keys...) != cursor {
		return nil, ErrCursor
	}
	return keys, nil
}
