package handler_test

import (
	"fmt"
	"sync"

	"github.com/pp-enter/pp-enter/api/handler"
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
