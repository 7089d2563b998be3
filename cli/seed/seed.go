// Package seed makes up a world to try the program with and to measure it on: people, who knows whom, what
// they post, like and say. The same configuration makes the same world, on every machine: chances are counted
// in whole numbers. Words come from words.yaml, pictures are painted by code.
package seed

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/pp-enter/pp-enter/api/store"
)

// Config says how large the world is.
type Config struct {
	People   int
	Posts    int
	Comments int
	Seed     uint64
	Password string    // the hash that all share
	Until    time.Time // nothing in the world is younger; its people came within the year before
	Pictures []Picture // what posts show; without any they show nothing
	Faces    []Picture // people's pictures of themselves; without any they have none
}

// Check reports what makes no sense.
func (c *Config) Check() error {
	switch {
	case c.People < 1:
		return errors.New("there must be people")
	case c.Posts < 0 || c.Comments < 0:
		return errors.New("posts and comments cannot be fewer than none")
	case c.Comments > 0 && c.Posts == 0:
		return errors.New("comments need posts")
	case c.People > maxCount || c.Posts > maxCount || c.Comments > maxCount:
		return errors.New("that is more than fits into memory")
	}
	return nil
}

// maxCount bounds each list.
const maxCount = 5_000_000

// Picture is one that lies in the blob store.
type Picture struct {
	Theme             string // a theme of words.yaml; empty suits all
	Blob, ContentType string
	Size              int64
	Width, Height     int
	Blurhash          string
}

// How long things take.
const (
	day    = 24 * time.Hour
	year   = 365 * day
	coming = 30 * day // in which all people come
)

// world is a store.Seed in the making.
type world struct {
	cfg   Config
	words *words
	out   store.Seed

	korean  []bool  // who writes Korean, by person, from 0
	friends [][]int // of each person, from 0; places from 1
	active  *chances
	tags    map[string]int // places
	themes  []int          // of each post
	loved   *chances       // posts by how much they are liked
	order   []int          // the posts that loved means
}

// Make makes up a world. Its lists are in the order of their times.
func Make(cfg Config) (*store.Seed, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	words, err := loadWords()
	if err != nil {
		return nil, err
	}
	w := &world{cfg: cfg, words: words, tags: map[string]int{}, out: store.Seed{Password: cfg.Password}}
	w.people()
	w.graph()
	w.posts()
	w.reactions()
	w.comments()
	w.rooms()
	w.notifications()
	return &w.out, nil
}

// random is the source of chance of one part of the world, so that one part does not change with another.
func (w *world) random(part uint64) *rand.Rand { return rand.New(rand.NewPCG(w.cfg.Seed, part)) }

// The parts' sources.
const (
	partPeople = iota + 1
	partGraph
	partPosts
	partReactions
	partComments
	partRooms
	partPictures
)

// began is when the first ones came.
func (w *world) began() time.Time { return w.cfg.Until.Add(-coming - year) }

// after is some time after t, soon rather than late, and not after the end of the world.
func (w *world) after(r *rand.Rand, t time.Time) time.Time {
	const soon, late = 6 * 3600, 20 * 86400
	limit := soon
	if r.IntN(4) == 0 {
		limit = late
	}
	at := t.Add(time.Duration(1+r.IntN(limit)) * time.Second)
	if at.After(w.cfg.Until) {
		at = t.Add(w.cfg.Until.Sub(t) / 2).Truncate(time.Second)
	}
	return at
}

// pick is one of the list.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// chances draws numbers from 0 to n-1, small ones more often: the i-th with a weight of 1/(i+flat).
type chances struct{ sums []int64 }

func newChances(n, flat int) *chances {
	c := &chances{sums: make([]int64, n)}
	sum := int64(0)
	for i := range n {
		sum += 1_000_000_000 / int64(i+max(1, flat))
		c.sums[i] = sum
	}
	return c
}

func (c *chances) draw(r *rand.Rand) int {
	at := r.Int64N(c.sums[len(c.sums)-1])
	low, high := 0, len(c.sums)
	for low < high {
		if mid := (low + high) / 2; c.sums[mid] <= at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
