package film

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// The element ids of a WebM file (RFC 9559) that a writer needs.
const (
	idEBML            = 0x1A45DFA3
	idEBMLVersion     = 0x4286
	idEBMLReadVersion = 0x42F7
	idEBMLMaxIDLength = 0x42F2
	idEBMLMaxSize     = 0x42F3
	idDocType         = 0x4282
	idDocTypeVersion  = 0x4287
	idDocTypeRead     = 0x4285
	idSegment         = 0x18538067
	idSeekHead        = 0x114D9B74
	idSeek            = 0x4DBB
	idSeekID          = 0x53AB
	idSeekPosition    = 0x53AC
	idInfo            = 0x1549A966
	idTimestampScale  = 0x2AD7B1
	idDuration        = 0x4489
	idMuxingApp       = 0x4D80
	idWritingApp      = 0x5741
	idTracks          = 0x1654AE6B
	idTrackEntry      = 0xAE
	idTrackNumber     = 0xD7
	idTrackUID        = 0x73C5
	idTrackType       = 0x83
	idLacing          = 0x9C
	idCodecID         = 0x86
	idVideo           = 0xE0
	idPixelWidth      = 0xB0
	idPixelHeight     = 0xBA
	idCluster         = 0x1F43B675
	idTimestamp       = 0xE7
	idSimpleBlock     = 0xA3
	idCues            = 0x1C53BB6B
	idCuePoint        = 0xBB
	idCueTime         = 0xB3
	idCuePositions    = 0xB7
	idCueTrack        = 0xF7
	idCueCluster      = 0xF1
)

// clusterSpan is how many milliseconds a cluster lasts at most; the blocks' 16 bits would hold 32 s.
const clusterSpan = 5000

// element is an EBML element (RFC 8794) with a size of 8 bytes, so that it can be filled in later.
func element(id uint32, bodies ...[]byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, id)
	for out[0] == 0 {
		out = out[1:]
	}
	n := 0
	for _, b := range bodies {
		n += len(b)
	}
	out = binary.BigEndian.AppendUint64(out, 1<<56|uint64(n))
	for _, b := range bodies {
		out = append(out, b...)
	}
	return out
}

func number(id uint32, v uint64) []byte { return element(id, binary.BigEndian.AppendUint64(nil, v)) }

// muxer writes one VP8 track. What is known only at the end has a fixed size and is written a second time.
type muxer struct {
	w       io.WriteSeeker
	o       Options
	offset  int64 // of the segment's body
	at      int64 // where the next cluster will be, from there
	cues    [][]byte
	cluster []byte // blocks of the open one
	begin   uint64 // when it begins, milliseconds
	last    uint64 // when the last picture begins
	key     bool   // the open cluster begins with a keyframe
}

// head is all that stands before the first cluster.
func (m *muxer) head(cuesAt, size int64, duration float64) []byte {
	ebml := element(idEBML, number(idEBMLVersion, 1), number(idEBMLReadVersion, 1), number(idEBMLMaxIDLength, 4),
		number(idEBMLMaxSize, 8), element(idDocType, []byte("webm")), number(idDocTypeVersion, 4),
		number(idDocTypeRead, 2))
	m.offset = int64(len(ebml)) + 12
	seek := element(idSeekHead, element(idSeek,
		element(idSeekID, binary.BigEndian.AppendUint32(nil, idCues)), number(idSeekPosition, uint64(cuesAt))))
	info := element(idInfo, number(idTimestampScale, 1_000_000), element(idMuxingApp, []byte("pp-enter")),
		element(idWritingApp, []byte("pp-enter")),
		element(idDuration, binary.BigEndian.AppendUint64(nil, math.Float64bits(duration))))
	video := element(idVideo, number(idPixelWidth, uint64(m.o.Width)), number(idPixelHeight, uint64(m.o.Height)))
	tracks := element(idTracks, element(idTrackEntry, number(idTrackNumber, 1), number(idTrackUID, 1),
		number(idTrackType, 1), number(idLacing, 0), element(idCodecID, []byte("V_VP8")), video))
	segment := binary.BigEndian.AppendUint64(element(idSegment)[:4], 1<<56|uint64(size))
	return slices.Concat(ebml, segment, seek, info, tracks)
}

// block adds a picture that begins at ms.
func (m *muxer) block(ms uint64, e *frame.Encoded) error {
	if e.Keyframe || ms-m.begin >= clusterSpan {
		if err := m.flush(); err != nil {
			return err
		}
		m.begin, m.key = ms, e.Keyframe
	}
	flags := byte(0)
	if e.Keyframe {
		flags = 0x80
	}
	relative := uint16(ms - m.begin)
	head := []byte{0x81, byte(relative >> 8), byte(relative), flags}
	m.cluster = append(m.cluster, element(idSimpleBlock, head, e.Payload)...)
	m.last = ms
	return nil
}

// flush writes the open cluster.
func (m *muxer) flush() error {
	if len(m.cluster) == 0 {
		return nil
	}
	if m.key {
		m.cues = append(m.cues, element(idCuePoint, number(idCueTime, m.begin),
			element(idCuePositions, number(idCueTrack, 1), number(idCueCluster, uint64(m.at)))))
	}
	out := element(idCluster, number(idTimestamp, m.begin), m.cluster)
	m.cluster = m.cluster[:0]
	m.at += int64(len(out))
	_, err := m.w.Write(out)
	return err
}

// finish writes the last cluster, the index and, once more, the head.
func (m *muxer) finish() error {
	if err := m.flush(); err != nil {
		return err
	}
	cues := element(idCues, m.cues...)
	if _, err := m.w.Write(cues); err != nil {
		return err
	}
	if _, err := m.w.Seek(0, io.SeekStart); err != nil {
		return err
	}
	duration := float64(m.last) + 1000/m.o.Rate.PerSecond()
	_, err := m.w.Write(m.head(m.at, m.at+int64(len(cues)), duration))
	return err
}

// writeWebM compresses pictures into w.
func writeWebM(w io.WriteSeeker, o Options) (*sink, error) {
	encode, end, err := compress(o)
	if err != nil {
		return nil, err
	}
	m := &muxer{w: w, o: o}
	head := m.head(0, 0, 0)
	m.at = int64(len(head)) - m.offset
	if _, err := w.Write(head); err != nil {
		return nil, errors.Join(err, end())
	}
	clock := stretch{}
	return &sink{
		write: func(f *frame.Frame) error {
			var e frame.Encoded
			ticks := clock.at(f.Timestamp)
			if err := encode(f, &e); err != nil || len(e.Payload) == 0 {
				return err
			}
			return m.block((ticks+45)/90, &e)
		},
		finish:  func() error { return errors.Join(m.finish(), end()) },
		abandon: func() { _ = end() }, // it goes anyway
	}, nil
}
