package peer_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

func TestALaterOfferThatBreaksInsideSaysSo(t *testing.T) {
	s := join(t, newFactory(t, nil), sfutest.Config{Microphone: true})
	offer, err := s.browser.RestartICE()
	require.NoError(t, err)
	_, err = s.peer.Answer(t.Context(), strings.ReplaceAll(offer, "a=extmap:", "a=extmap:x"))
	require.ErrorIs(t, err, peer.ErrUnusable)
	var refusal *peer.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, peer.CodeBadSDP, refusal.Code)
}

func TestCandidatesOfAnOfferAreBounded(t *testing.T) {
	s := join(t, newFactory(t, nil), sfutest.Config{})
	line, refused := uint16(0), 0
	flood := func() {
		for i := range 200 {
			err := s.peer.AddCandidate(webrtc.ICECandidateInit{
				SDPMLineIndex: &line,
				Candidate:     "candidate:1 1 udp 2130706431 127.0.0.1 " + strconv.Itoa(20_000+i) + " typ host",
			})
			if err != nil {
				refused++
			}
		}
	}
	flood()
	require.Equal(t, 200-128, refused)
	s.negotiate(s.browser.RestartICE())
	refused = 0
	flood()
	require.Equal(t, 200-128, refused, "a new offer has its own")
}

func TestStrangeDataChannelsEndTheConnection(t *testing.T) {
	s := join(t, newFactory(t, nil), sfutest.Config{})
	for i := range 200 {
		require.NoError(t, s.browser.OpenChannel(fmt.Sprint("strange ", i)))
	}
	eventually(t, "the server has enough", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.over) == 1
	})
	require.ErrorIs(t, s.over[0], peer.ErrTooManyStreams)
}
