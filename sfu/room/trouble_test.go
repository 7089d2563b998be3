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
				require.NoError(t, a.SetFilter("blur", ""))
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
