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
	var b []byte
	for _, k := range keys {
		b = binary.AppendVarint(b, k)
	}
	return seal(kind, b)
}

// DecodeCursor reads what EncodeCursor made for a list of that kind with n keys. Anything else is ErrCursor:
// another list's cursor, one that was cut or changed, or text that never was one.
func DecodeCursor(kind, cursor string, n int) ([]int64, error) {
	rest, err := unseal(kind, cursor)
	if err != nil {
		return nil, err
	}
	keys := make([]int64, 0, n)
	for len(rest) > 0 {
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

// EncodeTextCursor is EncodeCursor for a list in the order of a short text, of 120 bytes at most.
func EncodeTextCursor(kind, key string) string { return seal(kind, []byte(key)) }

// DecodeTextCursor reads what EncodeTextCursor made. The text may be any: the list must look whether it is
// one of its own.
func DecodeTextCursor(kind, cursor string) (string, error) {
	key, err := unseal(kind, cursor)
	return string(key), err
}

// seal makes a cursor that holds keys.
func seal(kind string, keys []byte) string {
	b := append([]byte{cursorVersion, byte(len(kind))}, kind...)
	b = append(b, keys...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return cursorEncoding().EncodeToString(b)
}

// unseal reads what seal made for a list of that kind.
func unseal(kind, cursor string) ([]byte, error) {
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
	// The decoder passes over line ends.
	if keys := body[head:]; seal(kind, keys) == cursor {
		return keys, nil
	}
	return nil, ErrCursor
}
