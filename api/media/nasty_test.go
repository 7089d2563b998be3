package media_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"testing"

	"github.com/stretchr/testify/require"
)

// chunk is one of PNG's.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngBomb is a black PNG of w x h pixels in a few bytes.
func pngBomb(t testing.TB, w, h int, depth, kind, interlace byte) []byte {
	t.Helper()
	head := binary.BigEndian.AppendUint32(nil, uint32(w))
	head = append(binary.BigEndian.AppendUint32(head, uint32(h)), depth, kind, 0, 0, interlace)
	channels := map[byte]int{0: 1, 2: 3, 4: 2, 6: 4}[kind]
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	require.NoError(t, err)
	row := make([]byte, 1+(w*channels*int(depth)+7)/8)
	for range min(h, 3000) { // what is missing is found when it is reached
		_, err := z.Write(row)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	b := []byte("\x89PNG\r\n\x1a\n")
	b = append(b, chunk("IHDR", head)...)
	b = append(b, chunk("IDAT", packed.Bytes())...)
	return append(b, chunk("IEND", nil)...)
}

// withPNG puts a chunk behind a PNG's head.
func withPNG(b []byte, kind string, data []byte) []byte {
	const head = 8 + 25
	return append(append(bytes.Clone(b[:head]), chunk(kind, data)...), b[head:]...)
}

// withJPEG puts a segment behind a JPEG's first marker.
func withJPEG(b []byte, marker byte, data []byte) []byte {
	s := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2))
	return append(append(append(bytes.Clone(b[:2]), s...), data...), b[2:]...)
}

// exif is a block with an orientation, a place on earth and a name.
func exif(order binary.AppendByteOrder, orientation int) []byte {
	b := []byte("II*\x00")
	if order.String() == "BigEndian" {
		b = []byte("MM\x00*")
	}
	entry := func(tag, kind uint16, n, value uint32) {
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), n)
		if kind == 3 {
			b = order.AppendUint16(order.AppendUint16(b, uint16(value)), 0)
			return
		}
		b = order.AppendUint32(b, value)
	}
	b = order.AppendUint16(order.AppendUint32(b, 8), 3)
	entry(0x010f, 2, 14, 100)                  // the camera's maker
	entry(0x0112, 3, 1, uint32(orientation))   //
	entry(0x8825, 4, 1, 60)                    // where GPS data begins
	b = append(b, make([]byte, 100-len(b))...) //
	return append(b, "SECRET CAMERA\x00GPS 37.5665N 126.9780E"...)
}

// exifJPEG is a block of EXIF as JPEG has it.
func exifJPEG(block []byte) []byte { return append([]byte("Exif\x00\x00"), block...) }

// gifOf is a GIF of so many frames.
func gifOf(t testing.TB, w, h, frames int) []byte {
	t.Helper()
	g := &gif.GIF{Config: image.Config{Width: w, Height: h}}
	for i := range frames {
		frame := image.NewPaletted(image.Rect(0, 0, w, h), palette.Plan9)
		for j := range frame.Pix {
			frame.Pix[j] = byte(i*31 + j)
		}
		g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 5)
	}
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, g))
	return b.Bytes()
}

// riff is a WebP of chunks.
func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func riffChunk(kind string, data []byte) []byte {
	b := append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data))), data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

// canvas is the first chunk of an extended WebP.
func canvas(flags byte, w, h int) []byte {
	b := []byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), byte((w - 1) >> 16)}
	return riffChunk("VP8X", append(b, byte(h-1), byte((h-1)>>8), byte((h-1)>>16)))
}

// vp8Head is the first bytes of a VP8 keyframe of w x h pixels.
func vp8Head(w, h int) []byte {
	return []byte{0x10, 0, 0, 0x9d, 1, 0x2a, byte(w), byte(w >> 8), byte(h), byte(h >> 8), 0, 0, 0, 0}
}

// vp8lHead is the first bytes of a lossless WebP of w x h pixels.
func vp8lHead(w, h int) []byte {
	return binary.LittleEndian.AppendUint32([]byte{0x2f}, uint32(w-1)|uint32(h-1)<<14)
}

// jpegHead is the head of a JPEG of w x h pixels, without a picture: frame 0xc0 baseline, 0xc2 progressive.
func jpegHead(frame byte, w, h, components int) []byte {
	body := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(components)}
	for i := range components {
		body = append(body, byte(i+1), 0x11, 0)
	}
	b := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, frame}, uint16(len(body)+2))
	return append(b, body...)
}

// slowJPEG is a progressive JPEG whose scans say nothing, over and over.
func slowJPEG(w, h, scans int) []byte {
	b := jpegHead(0xc2, w, h, 1)
	// One table for the ends of bands: the code 0 stands for a run of 32,767 blocks and more, 14 extra bits.
	b = append(b, 0xff, 0xc4, 0, 20, 0x10, 1)
	b = append(append(b, make([]byte, 15)...), 0xe0)
	b = append(b, 0xff, 0xc4, 0, 20, 0x00, 1)
	b = append(append(b, make([]byte, 15)...), 0x00)
	blocks := ((w + 7) / 8) * ((h + 7) / 8)
	runs := (blocks + 32766) / 32767
	bits := make([]byte, (runs*15+7)/8)
	for i := range runs {
		for j := 1; j < 15; j++ {
			at := i*15 + j
			bits[at/8] |= 0x80 >> (at % 8)
		}
	}
	var stuffed []byte
	for _, v := range bits {
		if stuffed = append(stuffed, v); v == 0xff {
			stuffed = append(stuffed, 0)
		}
	}
	for range scans {
		b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0)
		b = append(b, stuffed...)
	}
	return append(b, 0xff, 0xd9)
}

// masked is the head of a dear JPEG behind bytes that are no segment, though a careless reader takes them for
// the beginning of a long one, behind which a cheap head lies in a comment.
func masked(bytesBefore ...byte) []byte {
	b := append([]byte{0xff, 0xd8, 0xff}, bytesBefore...)
	if bytesBefore[0] == 0xff {
		b = append(b, 0, 16) // a true segment behind the fill byte; read wrongly, it has 0xe000 bytes
		b = append(b, make([]byte, 14)...)
	}
	b = append(b, jpegHead(0xc2, 5_000, 5_000, 3)[2:]...)
	long := 2 + int(binary.BigEndian.Uint16(b[4:]))
	cheap := jpegHead(0xc0, 5_000, 5_000, 1)[2:]
	for len(b) < 2+long+len(cheap) {
		comment := make([]byte, 65_533)
		if at := 2 + long - len(b) - 4; at >= 0 && at+len(cheap) <= len(comment) {
			copy(comment[at:], cheap)
		}
		b = append(append(b, 0xff, 0xfe, 0xff, 0xff), comment...)
	}
	return append(b, 0xff, 0xda, 0, 8)
}
