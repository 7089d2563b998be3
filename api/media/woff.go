package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxFont bounds an unpacked font, in bytes.
const maxFont = 16 << 20

// Sizes of WOFF 1.0's headers and of those of the sfnt that it packs, in bytes (W3C Recommendation "WOFF File
// Format 1.0", sections 3 and 4).
const (
	woffHeader = 44
	woffEntry  = 20
	sfntHeader = 12
	sfntEntry  = 16
)

var errWOFF = errors.New("not a WOFF 1.0 font")

// unpackWOFF makes the sfnt (TrueType or OpenType) font that a WOFF 1.0 file packs.
func unpackWOFF(woff []byte) ([]byte, error) {
	if len(woff) < woffHeader || string(woff[:4]) != "wOFF" {
		return nil, errWOFF
	}
	be := binary.BigEndian
	tables := int(be.Uint16(woff[12:]))
	if size := be.Uint32(woff[16:]); size > maxFont || len(woff) < woffHeader+tables*woffEntry {
		return nil, errWOFF
	}
	// The search fields of the header are of use to nobody here and stay zero.
	out := make([]byte, sfntHeader+tables*sfntEntry, be.Uint32(woff[16:])+sfntHeader)
	copy(out, woff[4:8])
	be.PutUint16(out[4:], uint16(tables))
	for i := range tables {
		entry := woff[woffHeader+i*woffEntry:]
		table, err := unpackTable(woff, be.Uint32(entry[4:]), be.Uint32(entry[8:]), be.Uint32(entry[12:]))
		if err != nil {
			return nil, fmt.Errorf("table %q: %w", entry[:4], err)
		}
		if len(out)+len(table) > maxFont {
			return nil, errWOFF
		}
		row := out[sfntHeader+i*sfntEntry:]
		copy(row, entry[:4])
		copy(row[4:], entry[16:20]) // the checksum
		be.PutUint32(row[8:], uint32(len(out)))
		be.PutUint32(row[12:], uint32(len(table)))
		out = append(out, table...)
		out = append(out, make([]byte, -len(out)&3)...)
	}
	return out, nil
}

// unpackTable is size bytes that are packed in packed bytes at offset; where both are equal they are stored.
func unpackTable(woff []byte, offset, packed, size uint32) ([]byte, error) {
	if uint64(offset)+uint64(packed) > uint64(len(woff)) || size > maxFont || packed > size {
		return nil, errWOFF
	}
	data := woff[offset:][:packed]
	if packed == size {
		return data, nil
	}
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	table := make([]byte, size)
	if _, err := io.ReadFull(r, table); err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return table, nil
}
