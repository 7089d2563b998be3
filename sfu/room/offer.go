package room

import (
	"maps"
	"slices"
)

// complete fills in what a client relies on.
func (f Filters) complete() Filters {
	if len(f.Modes) == 0 {
		f.Modes = []string{ModeOff}
	}
	if f.Pictures == nil {
		f.Pictures = []Picture{} // a list in JSON, too
	}
	if f.Moods == nil {
		f.Moods = []string{}
	}
	return f
}

// offer is what people may choose from now. It is shared: nobody writes to its lists.
func (g *Registry) offer() Filters { return *g.offers.Load() }

// SetFilters replaces what people may choose from, and tells everybody who is in a room. What somebody has
// chosen stays until they choose again.
func (g *Registry) SetFilters(f Filters) {
	f = f.complete()
	g.offers.Store(&f)
	g.mu.Lock()
	rooms := slices.Collect(maps.Values(g.rooms))
	g.mu.Unlock()
	for _, r := range rooms {
		r.do(func() {
			for _, s := range r.seats {
				s.send(FiltersChanged{Filters: r.reg.offer()})
			}
		})
	}
}
