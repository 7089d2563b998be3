// Package handlertest holds whatever stands for the media server to what the handlers rely on: the real one
// as well as the one of the handlers' own tests.
package handlertest

import (
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/social"
)

// SFU is what the handlers need of the media server.
type SFU interface {
	handler.SFU
	handler.Calls
}

// Conforms runs the suite. open makes a media server in which nobody sits and that has no demo partner, for
// one test.
func Conforms(t *testing.T, open func(t *testing.T) SFU) {
	t.Helper()
	for name, test := range map[string]func(t *testing.T, s SFU){
		"seats": seats, "leaving": leaving, "rush": rush, "calls end": callsEnd, "demo": demo, "relays": relays,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func room(id int64) social.FaceChat {
	return social.FaceChat{ID: id, Slug: social.NewSlug(), Title: "room", State: social.StateLive}
}

// keys are who sits in a room.
func keys(s SFU, id int64) []string {
	var all []string
	for _, seat := range s.Seated(id) {
		all = append(all, seat.Key)
	}
	return all
}

func seats(t *testing.T, s SFU) {
	ada, bo := handler.Guest{Key: "u1", Name: "Ada"}, handler.Guest{Key: "guest:bo", Name: "Bo"}
	require.Empty(t, s.Seated(7))
	first, err := s.Reserve(room(7), ada)
	require.NoError(t, err)
	require.NotEmpty(t, first)
	require.Equal(t, []handler.Seat{{ID: first, Key: "u1"}}, s.Seated(7))
	again, err := s.Reserve(room(7), ada)
	require.NoError(t, err)
	require.Equal(t, first, again, "the same person has the same seat")
	second, err := s.Reserve(room(7), bo)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	_, err = s.Reserve(room(7), handler.Guest{Key: "u3", Name: "Cy"})
	require.ErrorIs(t, err, social.ErrRoomFull)
	_, err = s.Reserve(room(7), bo)
	require.NoError(t, err, "a full room is not full for who is in it")
	require.ElementsMatch(t, []string{"u1", "guest:bo"}, keys(s, 7))
	_, err = s.Reserve(room(8), handler.Guest{Key: "u3", Name: "Cy"})
	require.NoError(t, err, "another room has its own seats")
}

func leaving(t *testing.T, s SFU) {
	seat, err := s.Reserve(room(7), handler.Guest{Key: "u1", Name: "Ada"})
	require.NoError(t, err)
	s.Leave(7, "nobody's")
	s.Leave(8, seat)
	require.Len(t, s.Seated(7), 1)
	s.Leave(7, seat)
	s.Leave(7, seat)
	require.Empty(t, s.Seated(7))
}

// rush is many at one door: two are in, whoever they are.
func rush(t *testing.T, s SFU) {
	const many = 50
	refusals := make(chan error, many)
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			key := "guest:" + strconv.Itoa(i)
			_, err := s.Reserve(room(7), handler.Guest{Key: key, Name: key})
			refusals <- err
		})
	}
	wg.Wait()
	close(refusals)
	in := 0
	for err := range refusals {
		if err == nil {
			in++
		} else {
			require.ErrorIs(t, err, social.ErrRoomFull)
		}
	}
	require.Equal(t, social.MaxPresent, in)
	require.Len(t, s.Seated(7), social.MaxPresent)
}

func callsEnd(t *testing.T, s SFU) {
	for id := range int64(2) {
		for _, key := range []string{"u1", "u" + strconv.FormatInt(id+2, 10)} {
			_, err := s.Reserve(room(id+1), handler.Guest{Key: key, Name: key})
			require.NoError(t, err)
		}
	}
	s.Hang("u1")
	s.Hang("u9")
	require.Equal(t, []string{"u2"}, keys(s, 1))
	require.Equal(t, []string{"u3"}, keys(s, 2))
	s.CloseRoom(1)
	s.CloseRoom(9)
	require.Empty(t, s.Seated(1))
	require.Len(t, s.Seated(2), 1)
	_, err := s.Reserve(room(1), handler.Guest{Key: "u1", Name: "Ada"})
	require.NoError(t, err)
}

func demo(t *testing.T, s SFU) {
	require.ErrorIs(t, s.StartDemo(7, "seat"), social.ErrNotInRoom)
	seat, err := s.Reserve(room(7), handler.Guest{Key: "u1", Name: "Ada"})
	require.NoError(t, err)
	require.ErrorIs(t, s.StartDemo(7, "seat"), social.ErrNotInRoom)
	require.ErrorIs(t, s.StartDemo(7, seat), social.ErrDemoOff)
	require.Len(t, s.Seated(7), 1)
}

func relays(t *testing.T, s SFU) {
	for _, server := range s.ICEServers("") {
		require.Empty(t, server.Credential, "a stranger is given no relay")
	}
}
