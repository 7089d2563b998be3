package seed

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// people makes the accounts, and who has a picture.
func (w *world) people() {
	r := w.random(partPeople)
	n := w.cfg.People
	w.korean = make([]bool, n)
	w.active = newChances(n, n/20)
	step := coming / time.Duration(n)
	for i := range n {
		w.korean[i] = r.IntN(5) < 3
		handle := w.words.Names.Handle
		username := fmt.Sprintf("%s.%s%d", pick(r, handle.First), pick(r, handle.Second), i+1)
		p := store.SeedPerson{
			Username: username, Email: username + "@example.org", Nickname: w.nickname(r, w.korean[i]),
			Created: w.began().Add(time.Duration(i) * step).Truncate(time.Second),
		}
		if r.IntN(3) > 0 {
			p.Bio = pick(r, w.words.Bios.of(w.korean[i]))
		}
		if len(w.cfg.Faces) > 0 && r.IntN(10) < 7 {
			p.Picture = w.photo(pick(r, w.cfg.Faces), store.SeedPhoto{
				Owner: i + 1, Kind: social.PhotoAvatar, Created: p.Created,
			})
		}
		w.out.People = append(w.out.People, p)
	}
}

func (w *world) nickname(r *rand.Rand, korean bool) string {
	n := w.words.Names.English
	if korean {
		n = w.words.Names.Korean
	}
	if r.IntN(9) < 4 {
		return pick(r, n.Given)
	}
	return pick(r, n.First) + " " + pick(r, n.Second)
}

// photo adds the row of a picture and returns its place.
func (w *world) photo(p Picture, row store.SeedPhoto) int {
	row.Blob, row.ContentType, row.Size, row.Blurhash = p.Blob, p.ContentType, p.Size, p.Blurhash
	row.Width, row.Height = p.Width, p.Height
	w.out.Photos = append(w.out.Photos, row)
	return len(w.out.Photos)
}

// How many of each a person has on average.
const (
	friendshipsEach = 6 // a friendship has two
	followsEach     = 15
	oneAsksOf       = 10 // one of so many people has a request that waits
)

// graph ties people together: friends mostly among those who came at the same time, follows towards a few.
func (w *world) graph() {
	r := w.random(partGraph)
	n := w.cfg.People
	w.friends = make([][]int, n)
	famous := newChances(n, n/50)
	rank := r.Perm(n)
	near := newChances(n, 3)
	somebody := func(a int) int {
		if r.IntN(10) < 7 {
			return 1 + (a-1+1+near.draw(r))%n
		}
		return 1 + r.IntN(n)
	}
	w.out.Friends = w.tie(r, n*friendshipsEach, true, nil, somebody)
	for _, t := range w.out.Friends {
		w.friends[t.From-1] = append(w.friends[t.From-1], t.To)
		w.friends[t.To-1] = append(w.friends[t.To-1], t.From)
	}
	w.out.Requests = w.tie(r, n/oneAsksOf, true, w.out.Friends, somebody)
	w.out.Follows = w.tie(r, n*followsEach, false, nil, func(int) int { return 1 + rank[famous.draw(r)] })
}

// tie makes about n ties of two different people, none twice, nor one that is among others. With pairs, the
// direction makes no difference. other finds the second person to the first.
func (w *world) tie(
	r *rand.Rand, n int, pairs bool, others []store.SeedTie, other func(a int) int,
) (ties []store.SeedTie) {
	taken := map[[2]int]bool{}
	key := func(a, b int) [2]int {
		if pairs && a > b {
			a, b = b, a
		}
		return [2]int{a, b}
	}
	for _, t := range others {
		taken[key(t.From, t.To)] = true
	}
	for tries := 0; len(ties) < n && tries < 4*n; tries++ {
		a := 1 + r.IntN(w.cfg.People)
		b := other(a)
		if a == b || taken[key(a, b)] {
			continue
		}
		taken[key(a, b)] = true
		// Over the year in which all of them are there.
		at := w.began().Add(coming + time.Duration(r.IntN(int(year/time.Second)))*time.Second)
		ties = append(ties, store.SeedTie{From: a, To: b, Created: at})
	}
	byTime(ties)
	return ties
}

func byTime(ties []store.SeedTie) {
	slices.SortStableFunc(ties, func(a, b store.SeedTie) int { return a.Created.Compare(b.Created) })
}
