package turn

import (
	"net"
	"sync"

	"github.com/pion/turn/v5"
)

// quota counts relays by user. The library asks first and reports success or failure later, from several
// goroutines; what was allowed and not yet reported counts too, so that requests at the same time cannot slip
// through. Safe for concurrent use.
type quota struct {
	perUser, total int

	mu      sync.Mutex
	users   map[string]int    // guarded by mu; relays, pending ones included
	pending map[string]string // guarded by mu; user by the client's address
	count   int               // guarded by mu; sum of users
}

func newQuota(perUser, total int) *quota {
	return &quota{perUser: perUser, total: total, users: make(map[string]int), pending: make(map[string]string)}
}

// allow decides on a request for a relay.
func (q *quota) allow(user, _ string, src net.Addr) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.settle(src) // a request before it on the same connection came to nothing
	if q.users[user] >= q.perUser || q.count >= q.total {
		return false
	}
	q.users[user]++
	q.count++
	q.pending[src.String()] = user
	return true
}

// settle takes back what is pending of src. Callers hold mu.
func (q *quota) settle(src net.Addr) {
	if user, ok := q.pending[src.String()]; ok {
		delete(q.pending, src.String())
		q.drop(user)
	}
}

// drop takes one relay of user away. Callers hold mu.
func (q *quota) drop(user string) {
	q.count--
	q.users[user]--
	if q.users[user] <= 0 {
		delete(q.users, user)
	}
}

// events are the library's reports.
func (q *quota) events() turn.EventHandler {
	return turn.EventHandler{
		OnAllocationCreated: func(src, _ net.Addr, _, _, _ string, _ net.Addr, _ int) {
			q.mu.Lock()
			defer q.mu.Unlock()
			delete(q.pending, src.String()) // it stays counted
		},
		OnAllocationError: func(src, _ net.Addr, _, _ string) {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.settle(src)
		},
		OnAllocationDeleted: func(_, _ net.Addr, _, user, _ string) {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.drop(user)
		},
	}
}
