package handler_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// pushes keeps what was pushed to whom.
type pushes struct {
	mu   sync.Mutex
	sent []push // guarded by mu
}

type push struct {
	user int64
	kind string
	body any
}

func (p *pushes) Push(userID int64, kind string, body any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, push{userID, kind, body})
}

// take returns what was pushed since the last time, as "user kind".
func (p *pushes) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []string{}
	for _, s := range p.sent {
		kind := s.kind
		if n, ok := s.body.(handler.Notification); ok {
			kind += " " + n.Kind
		}
		out = append(out, fmt.Sprint(s.user, " ", kind))
	}
	p.sent = nil
	return out
}

// fakePictures takes what begins with "picture" for one, and stores nothing.
type fakePictures struct {
	mu    sync.Mutex
	saved []string // guarded by mu
}

func (f *fakePictures) SaveAvatar(_ context.Context, _ int64, picture io.Reader) (int64, error) {
	data, err := io.ReadAll(picture)
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(data, []byte("picture")) {
		return 0, social.ErrPictureInvalid
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saved = append(f.saved, string(data))
	return 0, nil
}
