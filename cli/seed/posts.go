package seed

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// posts makes the posts with their pictures and tags.
func (w *world) posts() {
	r := w.random(partPosts)
	n := w.cfg.Posts
	times := make([]time.Duration, n)
	for i := range times {
		times[i] = time.Duration(r.IntN(int(year/time.Second))) * time.Second
	}
	slices.Sort(times)
	pictures := w.byTheme()
	for i := range n {
		owner := 1 + w.active.draw(r)
		about := r.IntN(len(w.words.Themes))
		p := w.post(r, owner, about, w.began().Add(coming+times[i]))
		if fitting := pictures[about]; len(fitting) > 0 {
			p.Photo = w.postPhoto(r, pick(r, fitting), owner, about, p.Created)
		}
		w.out.Posts = append(w.out.Posts, p)
		w.themes = append(w.themes, about)
	}
	w.loved, w.order = newChances(n, 20), r.Perm(n)
}

// byTheme sorts the pictures by what they suit.
func (w *world) byTheme() [][]Picture {
	fitting := make([][]Picture, len(w.words.Themes))
	for i, t := range w.words.Themes {
		for _, p := range w.cfg.Pictures {
			if p.Theme == t.Name || p.Theme == "" {
				fitting[i] = append(fitting[i], p)
			}
		}
	}
	return fitting
}

// post makes one up: a title, one to four different sentences, one to three tags.
func (w *world) post(r *rand.Rand, owner, about int, at time.Time) store.SeedPost {
	t, korean := &w.words.Themes[about], w.korean[owner-1]
	p := store.SeedPost{Owner: owner, Title: w.words.say(r, t.Titles, korean), Created: at}
	lines := slices.Clone(t.Lines.of(korean))
	r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	lines = lines[:1+r.IntN(4)]
	for i := range lines {
		lines[i] = w.words.fill(r, lines[i], korean)
	}
	p.Content = strings.Join(lines, pick(r, []string{" ", "\n"}))
	switch chance := r.IntN(100); {
	case chance < 80:
		p.Visibility = social.VisiblePublic
	case chance < 95:
		p.Visibility = social.VisibleFriends
	default:
		p.Visibility = social.VisiblePrivate
	}
	for _, name := range t.Tags.of(korean)[:1+r.IntN(3)] {
		p.Tags = append(p.Tags, w.tag(name, owner, at))
	}
	return p
}

// tag is the place of a tag, which is owner's where it is new.
func (w *world) tag(name string, owner int, at time.Time) int {
	if w.tags[name] == 0 {
		w.out.Tags = append(w.out.Tags, store.SeedTag{Name: name, Creator: owner, Created: at})
		w.tags[name] = len(w.out.Tags)
	}
	return w.tags[name]
}

func (w *world) postPhoto(r *rand.Rand, p Picture, owner, about int, at time.Time) int {
	korean := w.korean[owner-1]
	name := pick(r, w.words.Themes[about].Photos.of(korean))
	row := store.SeedPhoto{Owner: owner, Kind: social.PhotoUpload, Name: name, Created: at}
	if row.Alt = name + " (soft clouds of colour)"; korean {
		row.Alt = name + " (부드러운 색 구름)"
	}
	return w.photo(p, row)
}

// How many of each a post gets on average.
const (
	likesEach     = 8
	favoritesEach = 2
)

// reactions makes likes and favourites: many for a few posts, few for most.
func (w *world) reactions() {
	r := w.random(partReactions)
	w.out.Likes = w.react(r, w.cfg.Posts*likesEach)
	w.out.Favorites = w.react(r, w.cfg.Posts*favoritesEach)
	for i := range w.out.Posts {
		w.out.Posts[i].Views = r.IntN(20)
	}
	for _, l := range w.out.Likes {
		w.out.Posts[l.To-1].Views += 1 + r.IntN(6) // most who look say nothing
	}
}

func (w *world) react(r *rand.Rand, n int) (ties []store.SeedTie) {
	taken := map[[2]int]bool{}
	for tries := 0; len(ties) < n && tries < 2*n; tries++ {
		post := 1 + w.order[w.loved.draw(r)]
		person := w.reader(r, post)
		if person == 0 || taken[[2]int{person, post}] {
			continue
		}
		taken[[2]int{person, post}] = true
		at := w.after(r, w.out.Posts[post-1].Created)
		ties = append(ties, store.SeedTie{From: person, To: post, Created: at})
	}
	byTime(ties)
	return ties
}

// reader is somebody who may see a post, but for its owner; 0: nobody was found.
func (w *world) reader(r *rand.Rand, post int) int {
	p := &w.out.Posts[post-1]
	switch p.Visibility {
	case social.VisiblePublic:
		if person := 1 + w.active.draw(r); person != p.Owner {
			return person
		}
	case social.VisibleFriends:
		if friends := w.friends[p.Owner-1]; len(friends) > 0 {
			return pick(r, friends)
		}
	default:
	}
	return 0
}
