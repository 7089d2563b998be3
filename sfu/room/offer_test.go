package room

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNewFiltersReachEverybody(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca, _ := g.caller("a")
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "picture", Picture: "beach"}))
		heard[FilterState](ca)

		fresh := offered()
		fresh.Pictures = []Picture{{ID: "wood", Colours: []string{"#123456"}}}
		g.SetFilters(fresh)
		require.Equal(t, []FiltersChanged{{Filters: fresh}}, heard[FiltersChanged](ca))
		a.room.do(func() { require.Equal(t, "beach", a.seat.choice.Picture, "what is shown stays") })
		_, cb := g.person("b")
		require.Equal(t, fresh, heard[Welcome](cb)[0].Filters)

		err := a.SetFilter(t.Context(), FilterWish{Mode: "picture", Picture: "beach"})
		require.ErrorIs(t, err, ErrNoPicture)
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "picture", Picture: "wood"}))

		g.SetFilters(Filters{})
		require.Equal(t, []string{ModeOff}, heard[FiltersChanged](cb)[0].Filters.Modes)
	})
}
