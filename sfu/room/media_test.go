package room

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
)

func TestMediaIsJoined(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, pa := g.caller("a")
		require.Equal(t, 1, g.line(a).Stats().Viewers, "the mirror")
		b, _, pb := g.caller("b")
		require.Equal(t, 2, g.line(a).Stats().Viewers)
		require.Equal(t, 2, g.line(b).Stats().Viewers)
		require.Equal(t, 1, pa.camera.attached)
		require.Equal(t, 1, pb.mirror.attached)
		require.Equal(t, Peer(pb), pa.hears())
		require.Equal(t, Peer(pa), pb.hears())

		b.Leave()
		synctest.Wait()
		require.Equal(t, 1, g.line(a).Stats().Viewers)
		require.Nil(t, pa.hears())
		require.True(t, pb.isClosed())
	})
}

func TestCameraThatBeginsAgainGetsANewLine(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, pa := g.caller("a")
		_, _, pb := g.caller("b")
		first := g.line(a)
		pa.up.end()
		pa.up = newFakeUp()
		pa.h.Camera(pa.up)
		synctest.Wait()
		require.NotSame(t, first, g.line(a))
		require.Equal(t, 2, g.line(a).Stats().Viewers)
		require.Equal(t, 2, pb.camera.attached, "the viewer's track is told of the new source")
		require.Equal(t, uint64(1), g.Snapshot().Past.Lines)
	})
}

func TestBrokenOfferIsNotFatal(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _ := g.person("a")
		require.ErrorIs(t, a.Candidate(webrtc.ICECandidateInit{}), &Error{Code: CodeBadCandidate})
		_, err := a.Offer(t.Context(), "broken")
		require.ErrorIs(t, err, &Error{Code: CodeBadSDP})
		require.ErrorIs(t, err, errBroken)
		synctest.Wait()
		require.True(t, g.peers[a.ID()].isClosed(), "the useless connection is gone")
		answer, err := a.Offer(t.Context(), "good")
		require.NoError(t, err)
		require.Equal(t, "answer to good", answer)
		require.NoError(t, a.Candidate(webrtc.ICECandidateInit{Candidate: "x"}))

		kept := g.peers[a.ID()]
		_, err = a.Offer(t.Context(), "broken")
		require.ErrorIs(t, err, &Error{Code: CodeBadSDP})
		synctest.Wait()
		require.False(t, kept.isClosed(), "a bad restart does not end the call")
	})
}

func TestKeyframeRequestsFindTheirLine(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		_, _, pa := g.caller("a")
		_, _, pb := g.caller("b")
		a, b := pa.up.asked(), pb.up.asked()
		pa.h.Keyframe(pa.Camera()) // a's view of b
		synctest.Wait()
		require.Equal(t, b+1, pb.up.asked())
		require.Equal(t, a, pa.up.asked())
		pa.h.Keyframe(pa.Mirror())
		synctest.Wait()
		require.Equal(t, a+1, pa.up.asked())
		for range 10_000 { // a flood leaves room for other events
			pa.h.Keyframe(pa.Mirror())
		}
		synctest.Wait()
		require.Zero(t, g.Snapshot().Totals.EventsLost)
		pb.h.Connected()
		synctest.Wait()
		require.Greater(t, pb.up.asked(), b+1)
	})
}

func TestTheNarrowerWayDecides(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, pa := g.caller("a")
		_, _, pb := g.caller("b")
		pa.h.Estimate(2_064_000)
		pb.h.Estimate(1_064_000)
		pb.h.Estimate(864_000)
		synctest.Wait()
		got := map[string]int64{}
		for _, p := range g.Snapshot().Rooms[0].Participants {
			got[p.ID] = p.Estimate
		}
		require.Equal(t, int64(2_064_000), got[a.ID()])
		each := int64(0)
		a.room.do(func() { each = a.room.share() })
		require.Equal(t, int64(400_000), each)
	})
}

func TestConnectionThatEndsByItself(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca, pa := g.caller("a")
		pa.h.Closed(errors.New("gone"))
		synctest.Wait()
		require.True(t, pa.isClosed())
		require.Empty(t, ca.bye(), "the socket stays")
		_, err := a.Offer(t.Context(), "anew")
		require.NoError(t, err)
		require.NotSame(t, pa, g.peers[a.ID()])
		pa.h.Camera(newFakeUp()) // a late word of the old connection
		synctest.Wait()
		require.Nil(t, g.line(a))
	})
}

func TestFilterStateIsToldToBoth(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca, _ := g.caller("a")
		_, cb, _ := g.caller("b")
		heard[FilterState](ca)
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "picture", Picture: "beach"}))
		want := FilterState{ParticipantID: a.ID(), Mode: "picture", Picture: "beach", State: pipeline.Starting}
		require.Equal(t, []FilterState{want}, heard[FilterState](cb))
		require.Equal(t, []FilterState{want}, heard[FilterState](ca))
		require.Equal(t, "beach", g.filters[0].look().choice.Picture)

		// What the line says goes to both.
		synctest.Wait()
		a.room.do(func() {
			a.room.lineState(a.seat, pipeline.Active, "")
			a.room.lineState(a.seat, pipeline.Failed, pipeline.ReasonInferenceFailed)
			a.room.lineState(a.seat, pipeline.Failed, pipeline.ReasonInferenceFailed)
		})
		for _, c := range []*fakeConn{ca, cb} {
			told := heard[FilterState](c)
			require.Len(t, told, 2)
			require.Equal(t, pipeline.Failed, told[1].State)
			require.Equal(t, "inference_failed", told[1].Reason)
		}
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "off", Picture: "beach", Strength: "light"}))
		off := FilterState{ParticipantID: a.ID(), Mode: "off", State: pipeline.Off}
		require.Equal(t, []FilterState{off}, heard[FilterState](cb))
	})
}

func TestFilterThatCannotBeMadeIsSaid(t *testing.T) {
	broken := func(c *Config) {
		c.NewFilter = func() (Filter, error) { return nil, errors.New("no model") }
	}
	inBubble(t, broken, func(t *testing.T, g *rig) {
		a, ca := g.person("a")
		require.NoError(t, a.SetFilter(t.Context(), FilterWish{Mode: "blur"}))
		require.Equal(t, pipeline.Starting, heard[FilterState](ca)[0].State)
		_, err := a.Offer(t.Context(), "sdp")
		require.NoError(t, err)
		peer := g.peers[a.ID()]
		peer.h.Camera(peer.up)
		synctest.Wait()
		told := heard[FilterState](ca)
		require.Len(t, told, 1)
		require.Equal(t, pipeline.Failed, told[0].State)
		require.Equal(t, "inference_failed", told[0].Reason)
		require.Equal(t, uint64(1), g.Snapshot().Totals.FiltersFailed)
	})
}

func TestRefusedCameraIsSaid(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		_, ca, pa := g.caller("a")
		heard[FilterState](ca)
		pa.h.Refused()
		synctest.Wait()
		told := heard[FilterState](ca)
		require.Len(t, told, 1)
		require.Equal(t, "codec_unsupported", told[0].Reason)
	})
}

func TestStatsGoToTheOwner(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _, pa := g.caller("a")
		_, pb := g.person("b")
		time.Sleep(4300 * time.Millisecond)
		stats := pa.received(t, "stats")
		require.Len(t, stats, 3, "at once, then one in 2 s")
		require.Equal(t, a.ID(), stats[0]["participant_id"])
		require.Empty(t, heard[Chat](pb))
	})
}
