package sfu_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

// clip is the real clip where the program is built with one, else a small made one.
func clip(t *testing.T) []byte {
	t.Helper()
	for _, path := range []string{"../assets/clips/demo.webm", "demo/testdata/small.webm"} {
		if data, err := os.ReadFile(path); err == nil {
			return data
		}
	}
	require.FailNow(t, "no clip")
	return nil
}

func TestDemoPartner(t *testing.T) {
	h := openHouse(t, func(c *sfu.Config) { c.Clip = clip(t) })
	require.True(t, h.HasDemo())
	require.ErrorIs(t, h.StartDemo(t.Context(), theRoom().ID), room.ErrNotFound)
	a := h.call("a", 60)
	require.NoError(t, h.StartDemo(t.Context(), theRoom().ID))
	require.NoError(t, h.StartDemo(t.Context(), theRoom().ID), "it is there already")
	peer := a.waitFor("peer_joined", nil)["peer"].(map[string]any)
	require.Equal(t, true, peer["demo"])
	id := peer["id"].(string)
	a.waitFor("peer_mood", nil)
	a.waitFor("filter_state", state(id, "mood", "active"))
	s := a.browser.Track(sfutest.TrackCamera)
	require.Eventually(t, func() bool { return s.Stats().Pictures > 30 }, patience, beat)
	a.unbroken(sfutest.TrackCamera, sfutest.TrackMirror)

	_, err := h.Reserve(theRoom(), room.Person{Key: "b"})
	require.ErrorIs(t, err, room.ErrFull)
	a.leave()
	require.Zero(t, h.Present(theRoom().ID), "it does not stay alone")
}

func TestDemoPartnerFindsTheRoomFull(t *testing.T) {
	h := openHouse(t, func(c *sfu.Config) { c.Clip = clip(t) })
	h.enter("a")
	h.enter("b")
	require.ErrorIs(t, h.StartDemo(t.Context(), theRoom().ID), room.ErrFull)
}

func TestWithoutAClip(t *testing.T) {
	h := openHouse(t, nil)
	require.False(t, h.HasDemo())
	require.ErrorIs(t, h.StartDemo(t.Context(), theRoom().ID), sfu.ErrNoDemo)
	cfg := sfu.DefaultConfig()
	cfg.Clip = []byte("no clip")
	_, err := sfu.New(cfg)
	require.ErrorContains(t, err, "read clip")
}
