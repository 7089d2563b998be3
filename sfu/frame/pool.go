package frame

import "sync"

// Pool hands out frames and takes them back, so that a line in steady state allocates nothing. It keeps at
// most keep free frames of the one size that was asked for last: when the size changes, the old planes go.
// Safe for concurrent use.
type Pool struct {
	mu   sync.Mutex
	free []*Frame // guarded by mu; all of w x h
	w, h int      // guarded by mu
	live int      // guarded by mu
	keep int
}

// NewPool returns a pool that keeps at most keep free frames.
func NewPool(keep int) *Pool {
	return &Pool{keep: keep, free: make([]*Frame, 0, keep)}
}

// Get returns a frame of w x h pixels with one owner, the caller. The planes hold whatever was in them
// before. The size must satisfy ValidSize.
func (p *Pool) Get(w, h int) *Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w != p.w || h != p.h {
		p.w, p.h = w, h
		clear(p.free)
		p.free = p.free[:0]
	}
	p.live++
	var f *Frame
	if n := len(p.free); n > 0 {
		f = p.free[n-1]
		p.free[n-1] = nil
		p.free = p.free[:n-1]
	} else {
		f = alloc(w, h)
		f.pool = p
	}
	f.refs.Store(1)
	return f
}

// Live is the number of frames handed out and not yet released.
func (p *Pool) Live() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.live
}

func (p *Pool) put(f *Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	if f.Width == p.w && f.Height == p.h && len(p.free) < p.keep {
		p.free = append(p.free, f)
	}
}

// New returns a frame of w x h pixels that belongs to no pool: Release lets the garbage collector have it.
func New(w, h int) *Frame {
	f := alloc(w, h)
	f.refs.Store(1)
	return f
}

// alloc lays the three planes into one block. Strides are rounded up to 32 bytes: libyuv and libvpx read
// whole vectors.
func alloc(w, h int) *Frame {
	const align = 32
	f := &Frame{Width: w, Height: h}
	f.StrideY = (w + align - 1) &^ (align - 1)
	f.StrideUV = (f.ChromaWidth() + align - 1) &^ (align - 1)
	ny, nc := f.StrideY*h, f.StrideUV*f.ChromaHeight()
	block := make([]byte, ny+2*nc)
	f.Y, f.U, f.V = block[:ny:ny], block[ny:ny+nc:ny+nc], block[ny+nc:]
	return f
}
