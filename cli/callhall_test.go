package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// The hall does not remember everybody who ever sat somewhere, and nobody less who still does.
func TestCallHallForgets(t *testing.T) {
	h := openHouse(t, "sqlite")
	hall := newCallHall(h.sfu, h.iceServers)
	stays := handler.UserKey(1)
	_, err := hall.Reserve(social.FaceChat{ID: 1}, handler.Guest{Key: stays, Name: "Ada"})
	require.NoError(t, err)
	for id := range int64(3 * fewSitters) {
		seat, err := hall.Reserve(social.FaceChat{ID: 2}, handler.Guest{Key: handler.UserKey(id + 2), Name: "Bo"})
		require.NoError(t, err)
		hall.Leave(2, seat)
	}
	require.Equal(t, []int64{1}, hall.RoomsOf(stays))
	require.Less(t, len(hall.seats), 2*fewSitters)
}
