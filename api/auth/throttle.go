package auth

import (
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// ThrottleConfig bounds how often passwords may be tried. A bucket is full at first and fills up again at a
// steady rate; each failure takes one.
type ThrottleConfig struct {
	PerPair      int           // failures for one account from one address in a row
	PerAddress   int           // failures from one address, whatever the accounts
	PerAccount   int           // failures for one account, whatever the addresses
	RefillEvery  time.Duration // how long one more try for a pair takes to come; the others fill as fast in full
	MaxRemembers int           // buckets of each kind; 0: 20,000
}

// DefaultThrottleConfig lets a forgetful person try ten times, and a network of such people fifty times. An
// account that is guessed at from everywhere stays open to its owner's address until thirty have failed.
func DefaultThrottleConfig() ThrottleConfig {
	return ThrottleConfig{PerPair: 10, PerAddress: 50, PerAccount: 30, RefillEvery: time.Minute}
}

const maxRemembered = 20_000

// Throttle slows down who guesses passwords, by account and by address. It lives in memory: a restart
// forgives. Accounts that do not exist count like the others. Safe for concurrent use.
type Throttle struct {
	pairs, addresses, accounts *buckets
}

// NewThrottle makes a throttle at which nobody has failed yet.
func NewThrottle(cfg ThrottleConfig) *Throttle {
	if cfg.MaxRemembers < 1 {
		cfg.MaxRemembers = maxRemembered
	}
	whole := cfg.RefillEvery * time.Duration(max(1, cfg.PerPair)) // until an empty bucket is full again
	sized := func(size int) *buckets {
		size = max(1, size)
		return &buckets{
			size: float64(size), refill: max(1, whole/time.Duration(size)), most: cfg.MaxRemembers,
			kept: map[[sha256.Size]byte]bucket{},
		}
	}
	return &Throttle{
		pairs: sized(cfg.PerPair), addresses: sized(cfg.PerAddress), accounts: sized(cfg.PerAccount),
	}
}

// Attempt is one try of a password that was let through.
type Attempt struct {
	throttle               *Throttle
	pair, address, account [sha256.Size]byte
}

// Try counts a try of account (what was typed as the name) from address as failed until Succeeded is called,
// so that many at the same time cannot slip through. When there were too many, wait is how long to stay away
// and nothing is counted.
func (t *Throttle) Try(account, address string) (a *Attempt, wait time.Duration) {
	network := NetworkOf(address).String()
	account = strings.ToLower(strings.TrimSpace(account))
	a = &Attempt{
		throttle: t, address: sha256.Sum256([]byte(network)), account: sha256.Sum256([]byte(account)),
		pair: sha256.Sum256([]byte(network + "\x00" + account)),
	}
	now := time.Now()
	steps := a.steps()
	for i, step := range steps {
		if wait = step.from.take(step.key, now); wait > 0 {
			for _, taken := range steps[:i] {
				taken.from.giveBack(taken.key, now)
			}
			return nil, wait
		}
	}
	return a, 0
}

// Succeeded takes back the failure that Try counted, and forgives those of the pair.
func (a *Attempt) Succeeded() {
	now := time.Now()
	a.throttle.pairs.forget(a.pair)
	a.throttle.addresses.giveBack(a.address, now)
	a.throttle.accounts.giveBack(a.account, now)
}

type step struct {
	from *buckets
	key  [sha256.Size]byte
}

func (a *Attempt) steps() []step {
	t := a.throttle
	return []step{{t.pairs, a.pair}, {t.addresses, a.address}, {t.accounts, a.account}}
}

// buckets holds one token bucket a key, a bounded number of them.
type buckets struct {
	size   float64
	refill time.Duration // until one more token has come
	most   int

	mu   sync.Mutex
	kept map[[sha256.Size]byte]bucket // guarded by mu
}

// bucket is how many tokens there were at a time.
type bucket struct {
	tokens float64
	at     time.Time
}

// now is how many tokens are there by then; a key without a bucket has all.
func (b *buckets) now(key [sha256.Size]byte, now time.Time) float64 {
	kept, ok := b.kept[key]
	if !ok {
		return b.size
	}
	return min(b.size, kept.tokens+float64(now.Sub(kept.at))/float64(b.refill))
}

func (b *buckets) take(key [sha256.Size]byte, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	tokens := b.now(key, now)
	if tokens < 1 {
		return time.Duration((1 - tokens) * float64(b.refill))
	}
	if _, ok := b.kept[key]; !ok && len(b.kept) >= b.most {
		b.makeRoom(now)
	}
	b.kept[key] = bucket{tokens - 1, now}
	return 0
}

func (b *buckets) giveBack(key [sha256.Size]byte, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if tokens := b.now(key, now) + 1; tokens < b.size {
		b.kept[key] = bucket{tokens, now}
		return
	}
	delete(b.kept, key)
}

func (b *buckets) forget(key [sha256.Size]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.kept, key)
}

// makeRoom forgets the full buckets, and if there are none, any: an attacker with that many is past this kind
// of defence. mu is held.
func (b *buckets) makeRoom(now time.Time) {
	for key := range b.kept {
		if b.now(key, now) >= b.size {
			delete(b.kept, key)
		}
	}
	for key := range b.kept {
		if len(b.kept) < b.most {
			return
		}
		delete(b.kept, key)
	}
}

// NetworkOf is what counts as one address: an IPv6 customer has a whole /64. What is no address is the zero
// prefix.
func NetworkOf(address string) netip.Prefix {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
