package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"github.com/pp-enter/pp-enter/api/social"
)

// PasswordsConfig says what one hash costs and how many are made at a time.
type PasswordsConfig struct {
	MemoryKiB   int // memory of one hash
	Iterations  int // passes over it
	Concurrency int // hashes at a time; 0: one a core
	Waiting     int // requests that may wait for their turn; more are told social.ErrBusy
}

// DefaultPasswordsConfig is argon2id with 19 MiB and two passes, what OWASP's cheat sheet on password storage
// asks for at least.
func DefaultPasswordsConfig() PasswordsConfig {
	return PasswordsConfig{MemoryKiB: 19 << 10, Iterations: 2, Waiting: 64}
}

const (
	saltBytes = 16
	hashBytes = 32
)

// Passwords hashes and checks passwords with argon2id. A hash takes memory and a whole core on purpose, so
// only a few run at a time and few may wait. Safe for concurrent use.
type Passwords struct {
	params  argon2id.Params
	slots   chan struct{}
	waiting atomic.Int64
	limit   int64
	nobody  string // the hash that a password of an unknown account is compared with
}

// NewPasswords makes a hasher; it makes one hash, so it takes as long.
func NewPasswords(cfg PasswordsConfig) (*Passwords, error) {
	if cfg.Concurrency == 0 {
		cfg.Concurrency = runtime.GOMAXPROCS(0)
	}
	const maxMemory, maxPasses = 4 << 20, 1000
	if cfg.MemoryKiB < 8 || cfg.MemoryKiB > maxMemory || cfg.Iterations < 1 || cfg.Iterations > maxPasses ||
		cfg.Concurrency < 1 || cfg.Waiting < 1 {
		return nil, errors.New("prepare passwords: cost, concurrency and waiting must be positive and sane")
	}
	p := &Passwords{
		params: argon2id.Params{
			Memory: uint32(cfg.MemoryKiB), Iterations: uint32(cfg.Iterations), Parallelism: 1,
			SaltLength: saltBytes, KeyLength: hashBytes,
		},
		slots: make(chan struct{}, cfg.Concurrency), limit: int64(cfg.Concurrency + cfg.Waiting),
	}
	var err error
	if p.nobody, err = argon2id.CreateHash("nobody's password", &p.params); err != nil {
		return nil, fmt.Errorf("prepare passwords: %w", err)
	}
	return p, nil
}

// Hash makes the hash to store, in the PHC format. It waits for its turn: social.ErrBusy when too many wait,
// or the error of ctx.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if err := p.enter(ctx); err != nil {
		return "", err
	}
	defer p.leave()
	hash, err := argon2id.CreateHash(normal(password), &p.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Verify reports whether hash is of the password, and whether the hash should be made anew because it is
// cheaper than today's. An empty hash stands for an account that does not exist: the work is the same and the
// answer is no.
func (p *Passwords) Verify(ctx context.Context, password, hash string) (ok, stale bool, err error) {
	if err := p.enter(ctx); err != nil {
		return false, false, err
	}
	defer p.leave()
	known := hash != ""
	if !known {
		hash = p.nobody
	}
	ok, params, err := argon2id.CheckHash(normal(password), hash)
	if err != nil {
		return false, false, fmt.Errorf("check password: %w", err)
	}
	stale = params.Memory < p.params.Memory || params.Iterations < p.params.Iterations
	return ok && known, ok && known && stale, nil
}

func (p *Passwords) enter(ctx context.Context) error {
	if p.waiting.Add(1) > p.limit {
		p.waiting.Add(-1)
		return social.ErrBusy
	}
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		p.waiting.Add(-1)
		return fmt.Errorf("wait for a turn to hash: %w", ctx.Err())
	}
}

func (p *Passwords) leave() {
	<-p.slots
	p.waiting.Add(-1)
}

// normal makes one text of the ways in which keyboards compose a character: a Korean syllable may come as one
// code point or as its letters.
func normal(password string) string { return norm.NFKC.String(password) }
