package sfu_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

func inverted(luma float64) float64 { return 251 - luma }

func state(id, mode, state string) func(map[string]any) bool {
	return func(m map[string]any) bool {
		return m["participant_id"] == id && m["mode"] == mode && m["state"] == state
	}
}

func TestCall(t *testing.T) {
	h := openHouse(t, nil)
	a := h.call("a", 60)
	a.sees(sfutest.TrackMirror, 60)
	b := h.call("b", 100)
	a.waitFor("peer_joined", nil)
	a.sees(sfutest.TrackCamera, 100)
	b.sees(sfutest.TrackCamera, 60)
	b.sees(sfutest.TrackMirror, 100)
	a.hears()
	b.hears()

	a.say(signal.Chat{Type: "chat", ID: "1", Text: "안녕"})
	require.Equal(t, "안녕", b.waitFor("chat", nil)["text"])
	require.Equal(t, a.id, a.waitFor("chat", nil)["from"])

	// The filter comes and goes on the same tracks.
	for range 2 {
		a.say(signal.Filter{Type: "filter", Mode: "blur"})
		b.waitFor("filter_state", state(a.id, "blur", "active"))
		b.sees(sfutest.TrackCamera, inverted(60))
		a.sees(sfutest.TrackMirror, inverted(60))
		a.say(signal.Filter{Type: "filter", Mode: "off"})
		b.waitFor("filter_state", state(a.id, "off", "off"))
		b.sees(sfutest.TrackCamera, 60)
		a.sees(sfutest.TrackMirror, 60)
	}
	b.sees(sfutest.TrackMirror, 100)
	a.unbroken(sfutest.TrackCamera, sfutest.TrackMirror, sfutest.TrackAudio)
	b.unbroken(sfutest.TrackCamera, sfutest.TrackMirror, sfutest.TrackAudio)

	// b goes and comes again; a's tracks go on.
	b.leave()
	require.Equal(t, "left", a.waitFor("peer_left", nil)["reason"])
	b = h.call("b", 180)
	a.waitFor("peer_joined", nil)
	a.sees(sfutest.TrackCamera, 180)
	b.sees(sfutest.TrackCamera, 60)
	a.hears()
	a.unbroken(sfutest.TrackCamera, sfutest.TrackMirror, sfutest.TrackAudio)
}

func TestLostSocketAndSecondTab(t *testing.T) {
	h := openHouse(t, nil)
	a, b := h.call("a", 60), h.call("b", 100)
	a.sees(sfutest.TrackCamera, 100)
	b.vanish()
	require.Equal(t, b.id, a.waitFor("peer_away", nil)["participant_id"])
	_, err := h.Reserve(theRoom(), room.Person{Key: "c"})
	require.ErrorIs(t, err, room.ErrFull, "the seat is kept")
	again := h.call("b", 140)
	require.Equal(t, b.id, again.id)
	a.waitFor("peer_joined", func(m map[string]any) bool { return m["peer"].(map[string]any)["id"] == b.id })
	a.sees(sfutest.TrackCamera, 140)

	tab := h.call("b", 200)
	require.Equal(t, "replaced", again.waitFor("bye", nil)["code"])
	<-again.done
	a.sees(sfutest.TrackCamera, 200)
	tab.sees(sfutest.TrackCamera, 60)
	a.unbroken(sfutest.TrackCamera, sfutest.TrackMirror, sfutest.TrackAudio)
	require.Equal(t, 2, h.Present(theRoom().ID))
}

func TestMoodOverTheDataChannel(t *testing.T) {
	h := openHouse(t, nil)
	a, b := h.call("a", 60), h.call("b", 100)
	yes, no := true, false
	a.say(signal.Filter{Type: "filter", Mode: "mood"})
	require.Equal(t, "consent_required", a.waitFor("error", nil)["code"])
	a.say(signal.Consent{Type: "consent", Mood: &yes, Version: 1})
	a.say(signal.Filter{Type: "filter", Mode: "mood"})
	b.waitFor("filter_state", state(a.id, "mood", "active"))
	data := func(g *guest, kind string) bool {
		all, _ := g.browser.Messages()
		for _, m := range all {
			if strings.Contains(string(m), `"type":"`+kind+`"`) && strings.Contains(string(m), a.id) {
				return true
			}
		}
		return false
	}
	require.Eventually(t, func() bool { return data(a, "mood") && data(a, "stats") }, patience, beat)
	require.False(t, data(b, "mood"), "nobody shared it")
	a.say(signal.ShareMood{Type: "share_mood", On: &yes})
	require.Equal(t, true, b.waitFor("peer_mood", nil)["shared"])
	require.Eventually(t, func() bool { return data(b, "mood") }, patience, beat)
	a.say(signal.Consent{Type: "consent", Mood: &no, Version: 1})
	require.Equal(t, false, b.waitFor("peer_mood", nil)["shared"])
	b.waitFor("filter_state", state(a.id, "blur", "active"))
}

// A filter that fails, or panics, leaves the call as it would be without.
func TestBrokenFilter(t *testing.T) {
	for name, broken := range map[string]*inverter{"error": {fails: true}, "panic": {panic: true}} {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t, func(c *sfu.Config) {
				c.NewFilter = func() (room.Filter, error) { return broken, nil }
			})
			a, b := h.call("a", 60), h.call("b", 100)
			b.sees(sfutest.TrackCamera, 60)
			a.say(signal.Filter{Type: "filter", Mode: "blur"})
			for _, g := range []*guest{a, b} {
				m := g.waitFor("filter_state", state(a.id, "blur", "failed"))
				require.Equal(t, "inference_failed", m["reason"])
			}
			before := b.browser.Track(sfutest.TrackCamera).Stats().Pictures
			require.Eventually(t, func() bool {
				return b.browser.Track(sfutest.TrackCamera).Stats().Pictures > before+10
			}, patience, beat, "the picture goes on")
			b.sees(sfutest.TrackCamera, 60)
			b.unbroken(sfutest.TrackCamera)
		})
	}
}

func TestThirdPersonAndBadTickets(t *testing.T) {
	h := openHouse(t, nil)
	a := h.enter("a")
	h.enter("b")
	_, err := h.Reserve(theRoom(), room.Person{Key: "c"})
	require.ErrorIs(t, err, room.ErrFull)
	gone := h.ticket("b")
	h.Leave(theRoom().ID, strings.TrimPrefix(gone, "b "))
	a.waitFor("peer_left", nil)
	for ticket, code := range map[string]string{"forged": "ticket_invalid", gone: "ticket_expired"} {
		g := h.come(ticket)
		m := g.waitFor("error", nil)
		require.Equal(t, code, m["code"])
		require.Equal(t, true, m["fatal"])
		<-g.done
	}
	h.CloseRoom(theRoom().ID)
	require.Equal(t, "closed", a.waitFor("bye", nil)["code"])
	<-a.done
	require.Zero(t, h.Present(theRoom().ID))
}

func TestBrokenOffersOverTheSocket(t *testing.T) {
	h := openHouse(t, nil)
	a := h.enter("a")
	for _, sdp := range []string{"rubbish", "v=0\r\n", strings.Repeat("a=x\r\n", 5_000)} {
		a.say(signal.Offer{Type: "offer", SDP: sdp})
		m := a.waitFor("error", nil)
		require.Equal(t, "bad_sdp", m["code"])
		require.Equal(t, "offer", m["ref"])
		require.Equal(t, false, m["fatal"])
	}
	a.dial(60) // and then a good one
	a.sees(sfutest.TrackMirror, 60)
}

func TestICERestartKeepsTheCall(t *testing.T) {
	h := openHouse(t, nil)
	a, b := h.call("a", 60), h.call("b", 100)
	b.sees(sfutest.TrackCamera, 60)
	offer, err := a.browser.RestartICE()
	require.NoError(t, err)
	a.say(signal.Offer{Type: "offer", SDP: offer})
	require.NoError(t, a.browser.SetAnswer(a.waitFor("answer", nil)["sdp"].(string)))
	before := b.browser.Track(sfutest.TrackCamera).Stats().Pictures
	require.Eventually(t, func() bool {
		return b.browser.Track(sfutest.TrackCamera).Stats().Pictures > before+25
	}, patience, beat)
	b.unbroken(sfutest.TrackCamera, sfutest.TrackAudio)
}

func TestShutdownSaysGoodbye(t *testing.T) {
	h := openHouse(t, nil)
	a, b := h.call("a", 60), h.enter("b")
	a.sees(sfutest.TrackMirror, 60)
	require.NoError(t, h.Close(t.Context()))
	for _, g := range []*guest{a, b} {
		require.Equal(t, "shutdown", g.waitFor("bye", nil)["code"])
		<-g.done
	}
	_, err := h.Reserve(theRoom(), room.Person{Key: "c"})
	require.ErrorIs(t, err, room.ErrClosed)
}

func TestHandlerRefusesOtherVersions(t *testing.T) {
	h := openHouse(t, nil)
	resp, err := http.Get(h.http.URL)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
}
