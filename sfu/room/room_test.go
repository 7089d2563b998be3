package room

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTwoPeopleMeet(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca := g.person("a")
		w := heard[Welcome](ca)
		require.Len(t, w, 1)
		require.Equal(t, a.ID(), w[0].You.ID)
		require.Nil(t, w[0].Peer)
		require.Equal(t, 20, w[0].GraceS)
		require.Equal(t, info(), w[0].Room)

		b, cb := g.person("b")
		require.Equal(t, 2, g.Present(7))
		require.Equal(t, a.ID(), heard[Welcome](cb)[0].Peer.ID)
		joined := heard[PeerJoined](ca)
		require.Len(t, joined, 1)
		require.Equal(t, b.ID(), joined[0].Peer.ID)
		require.Equal(t, "name of b", joined[0].Peer.Name)

		require.NoError(t, b.SetMedia(true, false))
		require.Equal(t, []PeerMedia{{ParticipantID: b.ID(), Audio: true}}, heard[PeerMedia](ca))
		b.Leave()
		require.Equal(t, ByeLeft, cb.bye())
		require.Equal(t, []PeerLeft{{ParticipantID: b.ID(), Reason: ReasonLeft}}, heard[PeerLeft](ca))
		require.Equal(t, 1, g.Present(7))
		require.ErrorIs(t, b.SetMedia(true, true), ErrReplaced)
	})
}

func TestThirdPersonFindsTheRoomFull(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		_, ca := g.person("a")
		_, err := g.Reserve(info(), Person{Key: "b"}) // a reservation counts
		require.NoError(t, err)
		_, err = g.Reserve(info(), Person{Key: "c"})
		require.ErrorIs(t, err, ErrFull)
		require.Equal(t, 2, g.Present(7))
		require.Empty(t, heard[PeerJoined](ca), "a reservation is nobody's news")
		require.Equal(t, uint64(1), g.Snapshot().Totals.Full)
	})
}

func TestSeatsAreGivenOnce(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		got := make(chan error, 50)
		for i := range cap(got) {
			go func() {
				_, err := g.Reserve(info(), Person{Key: string(rune('a' + i))})
				got <- err
			}()
		}
		seated := 0
		for range cap(got) {
			if err := <-got; err == nil {
				seated++
			} else {
				require.ErrorIs(t, err, ErrFull)
			}
		}
		require.Equal(t, Capacity, seated)
	})
}

func TestReservationEnds(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		seat, err := g.Reserve(info(), Person{Key: "a"})
		require.NoError(t, err)
		time.Sleep(DefaultReserve - time.Second)
		require.Equal(t, 1, g.Present(7))
		time.Sleep(2 * time.Second)
		require.Equal(t, 0, g.Present(7))
		require.Nil(t, g.find(7), "an empty room is forgotten")
		_, err = g.Take(7, seat, &fakeConn{})
		require.ErrorIs(t, err, ErrSeatGone)
		_, err = g.Take(8, seat, &fakeConn{})
		require.ErrorIs(t, err, ErrSeatGone, "a room that nobody is in")
	})
}

func TestLostSocketKeepsTheSeat(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		_, ca := g.person("a")
		b, _ := g.person("b")
		require.NoError(t, b.SetFilter(t.Context(), FilterWish{Mode: "blur"}))
		heard[PeerJoined](ca)
		b.Lost()
		require.Equal(t, []PeerAway{{ParticipantID: b.ID(), GraceS: 20}}, heard[PeerAway](ca))
		_, err := g.Reserve(info(), Person{Key: "c"})
		require.ErrorIs(t, err, ErrFull)

		time.Sleep(19 * time.Second)
		again, cb := g.person("b")
		require.Equal(t, b.ID(), again.ID())
		require.Equal(t, "blur", heard[Welcome](cb)[0].You.Filter.Mode, "what was chosen stays")
		require.Len(t, heard[PeerJoined](ca), 1)
		time.Sleep(time.Minute)
		require.Equal(t, 2, g.Present(7))

		again.Lost()
		time.Sleep(DefaultGrace + time.Second)
		require.Equal(t, []PeerLeft{{ParticipantID: b.ID(), Reason: ReasonLost}}, heard[PeerLeft](ca))
		require.Equal(t, 1, g.Present(7))
	})
}

func TestWhoComesInSeesThatTheOtherIsAway(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, _ := g.person("a")
		a.Lost()
		_, cb := g.person("b")
		require.Equal(t, []PeerAway{{ParticipantID: a.ID(), GraceS: 20}}, heard[PeerAway](cb))
	})
}

func TestSecondTabTakesTheSeatOver(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca, peer := g.caller("a")
		_, cb, _ := g.caller("b")
		heard[PeerJoined](cb)
		_, err := g.Reserve(info(), Person{Key: "a", Name: "another name"})
		require.NoError(t, err)
		again, _ := g.person("a")
		require.Equal(t, a.ID(), again.ID())
		require.Equal(t, ByeReplaced, ca.bye())
		joined := heard[PeerJoined](cb)
		require.Len(t, joined, 1)
		require.Equal(t, "name of a", joined[0].Peer.Name, "the newest name")
		require.Empty(t, heard[PeerLeft](cb))
		synctest.Wait()
		require.True(t, peer.isClosed())

		require.ErrorIs(t, a.Chat("1", "hello"), ErrReplaced)
		a.Leave() // the old tab's last word moves nobody
		a.Lost()
		require.Equal(t, 2, g.Present(7))
		_, err = a.Offer(t.Context(), "sdp")
		require.ErrorIs(t, err, ErrReplaced)
	})
}

func TestChat(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca := g.person("a")
		_, cb := g.person("b")
		require.NoError(t, a.Chat("1", "안녕"))
		for _, c := range []*fakeConn{ca, cb} {
			lines := heard[Chat](c)
			require.Len(t, lines, 1)
			require.Equal(t, "안녕", lines[0].Text)
			require.Equal(t, a.ID(), lines[0].From)
			require.Equal(t, "1", lines[0].ID)
		}
		for _, bad := range []struct {
			id, text string
			code     Code
		}{
			{"", "text", CodeBadMessage},
			{"1", " \n", CodeBadMessage},
			{"1", string(make([]rune, 2001)), CodeChatTooLong},
		} {
			require.ErrorIs(t, a.Chat(bad.id, bad.text), &Error{Code: bad.code})
		}
		refused := 0
		for range 30 {
			if err := a.Chat("2", "again"); err != nil {
				require.ErrorIs(t, err, &Error{Code: CodeRateLimited})
				refused++
			}
		}
		require.Equal(t, 21, refused, "ten at once, one of which was said before")
		require.Len(t, heard[Chat](cb), 9)
		time.Sleep(5 * time.Second)
		require.NoError(t, a.Chat("3", "later"))
	})
}

func TestCloseRoomSendsEverybodyOut(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		_, ca := g.person("a")
		_, cb := g.person("b")
		g.CloseRoom(7)
		require.Equal(t, ByeClosed, ca.bye())
		require.Equal(t, ByeClosed, cb.bye())
		require.Equal(t, 0, g.Present(7))
		_, c := g.person("a") // the link stays good
		require.Len(t, heard[Welcome](c), 1)
	})
}

func TestLeaveByHTTP(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		a, ca := g.person("a")
		g.Leave(7, "nobody's seat")
		g.Leave(8, a.ID())
		require.Equal(t, 1, g.Present(7))
		require.True(t, g.Holds(7, a.ID()))
		g.Leave(7, a.ID())
		require.False(t, g.Holds(7, a.ID()))
		require.Equal(t, ByeLeft, ca.bye())
		require.Equal(t, 0, g.Present(7))
	})
}

func TestCloseSaysGoodbye(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		_, ca, _ := g.caller("a")
		require.NoError(t, g.Close(t.Context()))
		require.Equal(t, ByeShutdown, ca.bye())
		_, err := g.Reserve(info(), Person{Key: "b"})
		require.ErrorIs(t, err, ErrClosed)
	})
}

func TestDemoPartnerDoesNotStayAlone(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		demo := Person{Key: "demo", Demo: true}
		_, _, err := g.Invite(7, demo)
		require.ErrorIs(t, err, ErrNotFound)
		a, _ := g.person("a")
		seat, fresh, err := g.Invite(7, demo)
		require.NoError(t, err)
		require.True(t, fresh)
		again, fresh, err := g.Invite(7, demo)
		require.NoError(t, err)
		require.False(t, fresh)
		require.Equal(t, seat, again)
		c := &fakeConn{}
		_, err = g.Take(7, seat, c)
		require.NoError(t, err)
		a.Leave()
		require.Equal(t, ByeClosed, c.bye())
		require.Equal(t, 0, g.Present(7))
	})
}
