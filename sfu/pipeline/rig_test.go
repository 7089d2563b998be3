package pipeline

import (
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

const (
	testW, testH = 320, 240
	frameTicks   = 3000 // 30 fps at 90 kHz
	frameTime    = time.Second / 30
)

// uplink is a publisher's end: what is written to it is read by the line.
type uplink struct {
	codec   frame.Codec
	packets chan []byte
	mu      sync.Mutex
	wantKey bool // guarded by mu
	asked   int  // guarded by mu
}

func newUplink(c frame.Codec) *uplink { return &uplink{codec: c, packets: make(chan []byte, 512)} }

func (u *uplink) Codec() frame.Codec { return u.codec }

func (u *uplink) Read(buf []byte) (int, error) {
	p, ok := <-u.packets
	if !ok {
		return 0, io.EOF
	}
	return copy(buf, p), nil
}

func (u *uplink) RequestKeyframe() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wantKey = true
	u.asked++
}

func (u *uplink) takeKeyRequest() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	k := u.wantKey
	u.wantKey = false
	return k
}

// publisher encodes a moving pattern and hands its packets to an uplink.
type publisher struct {
	t       testing.TB
	up      *uplink
	enc     codec.Encoder
	pack    *rtpio.Packetiser
	n       int
	w, h    int
	damage  func(packet []byte) []byte // nil: send as is; returns nil to lose the packet
	lastKey bool
}

func newPublisher(t testing.TB, c frame.Codec) *publisher {
	cfg := codec.DefaultEncoderConfig()
	cfg.Codec, cfg.Bitrate = c, 500_000
	enc, err := codec.NewEncoder(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, enc.Close()) })
	pack, err := rtpio.NewPacketiser(rtpio.PacketiserConfig{Codec: c})
	require.NoError(t, err)
	return &publisher{t: t, up: newUplink(c), enc: enc, pack: pack, w: testW, h: testH}
}

// picture is a bright square that moves one step a frame over a dark ground.
func picture(w, h, n int) *frame.Frame {
	f := frame.New(w, h)
	for i := range f.Y {
		f.Y[i] = 60
	}
	for i := range f.U {
		f.U[i], f.V[i] = 128, 128
	}
	x0 := (n * 4) % (w - w/4)
	for y := h / 4; y < h/2; y++ {
		for x := x0; x < x0+w/4; x++ {
			f.Y[y*f.StrideY+x] = 200
		}
	}
	f.Timestamp = uint32(n) * frameTicks
	return f
}

func (p *publisher) sendFrame() {
	f := picture(p.w, p.h, p.n)
	p.n++
	var out frame.Encoded
	require.NoError(p.t, p.enc.Encode(f, p.up.takeKeyRequest(), &out))
	p.lastKey = out.Keyframe
	require.NoError(p.t, p.pack.Packetise(&out, func(h *rtp.Header, payload []byte, _ bool) error {
		raw, err := (&rtp.Packet{Header: *h, Payload: payload}).Marshal()
		if p.damage != nil {
			raw = p.damage(raw)
		}
		if raw != nil {
			p.up.packets <- raw
		}
		return err
	}))
}

// stream sends n frames at 30 fps of the bubble's clock.
func (p *publisher) stream(n int) {
	for range n {
		p.sendFrame()
		time.Sleep(frameTime)
	}
}

// viewer is a downlink that keeps packets and decodes what it gets.
type viewer struct {
	codec frame.Codec
	mu    sync.Mutex
	got   []rtp.Packet // guarded by mu
	at    []time.Time  // guarded by mu
	fail  error
}

func (v *viewer) Codec() frame.Codec { return v.codec }

func (v *viewer) WriteRTP(h *rtp.Header, payload []byte) error {
	if v.fail != nil {
		return v.fail
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.got = append(v.got, rtp.Packet{Header: h.Clone(), Payload: append([]byte(nil), payload...)})
	v.at = append(v.at, time.Now())
	return nil
}

// shown is one picture as the viewer decoded it.
type shown struct {
	timestamp uint32
	at        time.Time
	luma      byte // of the ground, far from the square
	w, h      int
	key       bool
}

// watch decodes everything received so far and checks that the stream is continuous.
func (v *viewer) watch(t *testing.T) []shown {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	asm, err := rtpio.NewAssembler(rtpio.AssemblerConfig{Codec: v.codec})
	require.NoError(t, err)
	dec, err := codec.NewDecoder(v.codec)
	require.NoError(t, err)
	defer func() { require.NoError(t, dec.Close()) }()
	pool := frame.NewPool(2)
	var out []shown
	var unit frame.Encoded
	for i := range v.got {
		p := &v.got[i]
		if i > 0 {
			require.Equal(t, v.got[i-1].SequenceNumber+1, p.SequenceNumber, "packet %d", i)
			require.GreaterOrEqual(t, int32(p.Timestamp-v.got[i-1].Timestamp), int32(0), "packet %d", i)
		}
		asm.Push(&p.Header, p.Payload, v.at[i])
		for asm.Pop(v.at[i], &unit) {
			f, err := dec.Decode(&unit, pool)
			require.NoError(t, err)
			require.NotNil(t, f)
			luma := f.Y[(f.Height-4)*f.StrideY+4]
			out = append(out, shown{f.Timestamp, v.at[i], luma, f.Width, f.Height, unit.Keyframe})
			f.Release()
		}
	}
	return out
}

// invert is a processor that turns dark into bright.
type invert struct {
	sleep  time.Duration
	err    error
	boom   any
	calls  int
	left   time.Duration // until the deadline, at the least
	closed bool
}

func (p *invert) Process(dst, src *frame.Frame, deadline time.Time) error {
	p.calls++
	if left := time.Until(deadline); p.calls == 1 || left < p.left {
		p.left = left
	}
	if p.boom != nil {
		panic(p.boom)
	}
	time.Sleep(p.sleep)
	dst.CopyFrom(src)
	for i, y := range dst.Y {
		dst.Y[i] = 255 - y
	}
	return p.err
}

func (p *invert) Close() error {
	p.closed = true
	return nil
}

var errModel = errors.New("model broke")

// rig is a line between a publisher and a viewer.
type rig struct {
	line   *Line
	pub    *publisher
	view   *viewer
	proc   *invert
	mu     sync.Mutex
	states []State // guarded by mu
	reason string  // guarded by mu
	done   chan error
}

func newRig(t *testing.T, up, down frame.Codec, proc *invert, filtered bool) *rig {
	return newRigWith(t, up, down, proc, filtered, NewTurns(1))
}

func newRigWith(t *testing.T, up, down frame.Codec, proc *invert, filtered bool, turns *Turns) *rig {
	r := &rig{pub: newPublisher(t, up), view: &viewer{codec: down}, proc: proc, done: make(chan error, 1)}
	cfg := Config{
		ID: "test", Up: r.pub.up, Encoder: codec.DefaultEncoderConfig(),
		PaceOver: DefaultPaceOver, Filtered: filtered, OnState: r.onState,
		Turns: turns,
	}
	if proc != nil {
		cfg.Processor = proc
	}
	line, err := New(cfg)
	require.NoError(t, err)
	r.line = line
	line.AddSink(r.view)
	go func() { r.done <- line.Run(t.Context()) }()
	return r
}

func (r *rig) onState(s State, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states, r.reason = append(r.states, s), reason
}

// finish ends the uplink and checks that nothing is left behind.
func (r *rig) finish(t *testing.T) {
	t.Helper()
	synctest.Wait()
	close(r.pub.up.packets)
	require.NoError(t, <-r.done)
	require.Zero(t, r.line.pool.Live(), "every frame was released")
	if r.proc != nil {
		require.True(t, r.proc.closed)
	}
}

func (r *rig) told() ([]State, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]State(nil), r.states...), r.reason
}

// bubble runs f with a faked clock.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}
