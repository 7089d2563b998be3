package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"github.com/pp-enter/pp-enter/api/social"
)

// header is what the first bytes of a picture tell, before anything is decoded.
type header struct {
	width, height int
	perPixel      float64 // bytes of memory that decoding takes for each pixel, at most
	orientation   int     // by EXIF, 1 (upright) to 8
	narrow        bool    // YCbCr comes in the narrow range, whatever the image package takes it for
	decode        func(io.Reader) (image.Image, error)
}

// shapingCost is what scaling and compressing takes beside the decoded picture: the planes of all sizes, and
// what libwebp needs for the largest, in bytes.
const shapingCost = 40 << 20

// Bytes a pixel, in 4:2:0.
const planarCost = 1.5

// readHeader finds out what data is. What it claims to be elsewhere does not count.
func readHeader(data []byte) (header, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return readJPEG(data)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return readPNG(data)
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		h := header{decode: gif.Decode, orientation: upright, perPixel: 2 + planarCost}
		err := h.measure(gif.DecodeConfig(bytes.NewReader(data)))
		return h, err
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return readWebP(data)
	}
	return header{}, social.ErrPictureUnsupported
}

// measure takes the size from what a decoder found.
func (h *header) measure(cfg image.Config, err error) error {
	if err != nil {
		return social.ErrPictureInvalid
	}
	h.width, h.height = cfg.Width, cfg.Height
	return nil
}

// Markers of JPEG's segments (ITU-T T.81, table B.1).
const (
	jpegSOF0 = 0xc0 // baseline
	jpegSOF1 = 0xc1 // extended
	jpegSOF2 = 0xc2 // progressive
	jpegRST0 = 0xd0 // the first of those without a length, which end with EOI
	jpegEOI  = 0xd9
	jpegSOS  = 0xda
	jpegAPP1 = 0xe1
	jpegFill = 0xff // any number of them may stand before a marker
)

// hasLength tells whether a marker begins a segment, whose length follows.
func hasLength(marker byte) bool {
	return marker >= jpegSOF0 && (marker < jpegRST0 || marker > jpegEOI)
}

// readJPEG walks through the segments before the picture. What it does not understand costs as much as the
// dearest kind there is; whether it is a picture at all is the decoder's to say.
func readJPEG(data []byte) (header, error) {
	const (
		coefficients = 4.0 // bytes that a progressive picture keeps for each sample
		converted    = 4.0 // RGBA, where the picture is not YCbCr
		dearest      = 4*(1+coefficients) + 2*converted
	)
	h := header{decode: jpeg.Decode, orientation: upright, perPixel: dearest + planarCost}
	if err := h.measure(jpeg.DecodeConfig(bytes.NewReader(data))); err != nil {
		return h, err
	}
	for rest := data[2:]; len(rest) >= 4 && rest[0] == 0xff && rest[1] != jpegSOS; {
		if rest[1] == jpegFill {
			rest = rest[1:]
			continue
		}
		marker, n := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		// Where the decoder may see another segment than this loop, nothing behind counts.
		if !hasLength(marker) || n < 2 || len(rest) < 2+n {
			break
		}
		body := rest[4 : 2+n]
		switch marker {
		case jpegSOF0, jpegSOF1, jpegSOF2:
			if samples, ok := samplesPerPixel(body); ok {
				h.perPixel = samples + converted + planarCost
				if marker == jpegSOF2 {
					h.perPixel += samples * coefficients
				}
			}
		case jpegAPP1:
			if exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && h.orientation == upright {
				h.orientation = orientationOf(exif)
			}
		}
		rest = rest[2+n:]
	}
	return h, nil
}

// samplesPerPixel reads from a frame header how many samples there are for each pixel: 3 in 4:4:4, 1.5 in
// 4:2:0. CMYK is converted once more.
func samplesPerPixel(frame []byte) (samples float64, ok bool) {
	if len(frame) < 6 {
		return 0, false
	}
	n := int(frame[5])
	if n < 1 || n > 4 || len(frame) < 6+3*n {
		return 0, false
	}
	sum, across, down := 0, 0, 0
	for i := range n {
		h, v := int(frame[7+3*i]>>4), int(frame[7+3*i]&15)
		sum, across, down = sum+h*v, max(across, h), max(down, v)
	}
	if sum == 0 {
		return 0, false
	}
	samples = float64(sum) / float64(across*down)
	if n == 4 {
		samples += 4
	}
	return samples, true
}

// readPNG walks through the chunks before the picture. Of an animated PNG the still picture is taken.
func readPNG(data []byte) (header, error) {
	h := header{decode: png.Decode, orientation: upright, perPixel: 4}
	if err := h.measure(png.DecodeConfig(bytes.NewReader(data))); err != nil {
		return h, err
	}
	const ihdrDepth, ihdrInterlace = 24, 28 // where they stand in the file
	if len(data) > ihdrInterlace {
		if data[ihdrDepth] == 16 {
			h.perPixel *= 2
		}
		if data[ihdrInterlace] != 0 {
			h.perPixel *= 1.5 // the passes, beside the picture
		}
	}
	h.perPixel += planarCost
	for rest := data[8:]; len(rest) >= 12; {
		n := int64(binary.BigEndian.Uint32(rest))
		if n > int64(len(rest)-12) {
			break
		}
		if string(rest[4:8]) == "eXIf" {
			h.orientation = orientationOf(rest[8 : 8+n])
		}
		rest = rest[12+n:]
	}
	return h, nil
}

// readWebP walks through the chunks. What moves is refused.
func readWebP(data []byte) (header, error) {
	h := header{decode: webp.Decode, orientation: upright, perPixel: 10 + planarCost, narrow: true}
	for rest := data[12:]; len(rest) >= 8; {
		n := int64(binary.LittleEndian.Uint32(rest[4:]))
		if n > int64(len(rest)-8) {
			break
		}
		switch string(rest[:4]) {
		case "ANIM", "ANMF":
			return h, social.ErrPictureUnsupported
		case "EXIF":
			exif, _ := bytes.CutPrefix(rest[8:8+n], []byte("Exif\x00\x00"))
			h.orientation = orientationOf(exif)
		}
		rest = rest[min(int64(len(rest)), 8+n+n&1):]
	}
	err := h.measure(webp.DecodeConfig(bytes.NewReader(data)))
	return h, err
}
