package signal

import (
	"context"
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/room"
)

// TestAWishHoldsUpNothing: while somebody's own picture is loaded, what they say next is heard.
func TestAWishHoldsUpNothing(t *testing.T) {
	loaded := make(chan struct{})
	rooms, err := room.NewRegistry(room.Config{
		NewPeer: func(string, room.PeerHandlers) (room.Peer, error) { return nil, errNoMedia },
		Encoder: codec.DefaultEncoderConfig(),
		Filters: room.Filters{Modes: []string{"off", "blur", "picture"}},
		OwnPicture: func(ctx context.Context, _ room.Person, _ int64) (image.Image, error) {
			select {
			case <-loaded:
				return image.NewGray(image.Rect(0, 0, 4, 3)), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rooms.Close(context.Background())) })
	d := open(t, func(c *Config) { c.Rooms = rooms })
	d.rooms = rooms
	a := d.join("a")
	a.raw([]byte(`{"type":"filter","mode":"picture","picture":"own:1"}`))
	a.raw([]byte(`{"type":"filter","mode":"blur"}`))
	a.raw([]byte(`{"type":"ping","t":1}`))
	require.Equal(t, "pong", a.hear()["type"])
	for range wishesLen {
		a.raw([]byte(`{"type":"filter","mode":"blur"}`))
	}
	require.Equal(t, "filter", a.refused(room.CodeRateLimited, false)["ref"], "so many wait for none")
	close(loaded)
	require.Equal(t, "own:1", a.hear()["picture"])
	require.Equal(t, "blur", a.hear()["mode"], "wishes keep their order")
}

// TestAWishEndsWithItsSocket: who goes while a picture is loaded leaves nothing behind.
func TestAWishEndsWithItsSocket(t *testing.T) {
	rooms, err := room.NewRegistry(room.Config{
		NewPeer: func(string, room.PeerHandlers) (room.Peer, error) { return nil, errNoMedia },
		Encoder: codec.DefaultEncoderConfig(),
		Filters: room.Filters{Modes: []string{"off", "picture"}},
		OwnPicture: func(ctx context.Context, _ room.Person, _ int64) (image.Image, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	})
	require.NoError(t, err)
	d := open(t, func(c *Config) { c.Rooms = rooms })
	d.rooms = rooms
	a := d.join("a")
	a.raw([]byte(`{"type":"filter","mode":"picture","picture":"own:1"}`))
	time.Sleep(20 * time.Millisecond)
	began := time.Now()
	a.raw([]byte(`{"type":"leave"}`))
	a.ended()
	require.Less(t, time.Since(began), 2*time.Second)
	require.NoError(t, rooms.Close(t.Context()))
}
