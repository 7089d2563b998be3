package room

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

func TestStateOfACameraThatBeginsAgain(t *testing.T) {
	for name, ends := range map[string]bool{"at once": false, "after a while": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, nil, func(t *testing.T, g *rig) {
				a, ca, peer := g.caller("a")
				require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "blur"}))
				synctest.Wait()
				a.room.do(func() { a.room.lineState(a.seat, pipeline.Active, "") })
				heard[FilterState](ca)
				if ends {
					peer.up.end()
					synctest.Wait()
					told := heard[FilterState](ca)
					require.Len(t, told, 1, "nothing is filtered any more")
					require.Equal(t, pipeline.Starting, told[0].State)
				}
				before := peer.up
				peer.up = newFakeUp()
				peer.h.Camera(peer.up)
				before.end()
				synctest.Wait()
				told := heard[FilterState](ca)
				if ends {
					require.Empty(t, told)
					return
				}
				require.Len(t, told, 1)
				require.Equal(t, pipeline.Starting, told[0].State)
			})
		})
	}
}

func TestABrokenLaterOfferMakesRoomForAnother(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, before := g.caller("a")
		_, err := a.Offer(t.Context(), "broken")
		require.ErrorIs(t, err, &Error{Code: CodeBadSDP})
		require.False(t, before.isClosed(), "nothing has changed")
		_, err = a.Offer(t.Context(), "broken within")
		require.ErrorIs(t, err, &Error{Code: CodeBadSDP})
		synctest.Wait()
		require.True(t, before.isClosed())
		_, err = a.Offer(t.Context(), "sdp")
		require.NoError(t, err)
		require.NotSame(t, before, g.peers[a.ID()])
	})
}

func TestACameraThatBeginsAgainAndAgainLosesItsConnection(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, peer := g.caller("a")
		for range 100 { // such as by another codec in each packet
			before := peer.up
			peer.up = newFakeUp()
			peer.h.Camera(peer.up)
			before.end()
			synctest.Wait()
		}
		require.Less(t, len(g.filters), 20)
		require.True(t, peer.isClosed())
		_, err := a.Offer(t.Context(), "sdp")
		require.NoError(t, err, "it may begin anew")
	})
}
