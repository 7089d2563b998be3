// Package sfu is the media server: it joins the media connections, the rooms, the socket and the demo partner
// from one configuration. It knows rooms by number and people by an opaque key; who may enter is decided
// elsewhere and arrives as a signed ticket, and what a filter paints arrives as a factory of filters.
package sfu

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"net/http"
	"time"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/demo"
	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// Config is everything that a Server needs. Start from DefaultConfig; Verify is required.
type Config struct {
	// Peer says how browsers reach the server.
	Peer peer.Config
	// Encoder is the template of every line's encoder.
	Encoder codec.EncoderConfig
	// Budget is how long a filter may take for a picture, PaceOver the span over which its packets are sent.
	Budget, PaceOver time.Duration
	// Turns orders the pictures of all calls on the cores; nil: the operating system does.
	Turns *pipeline.Turns
	// NewFilter makes the filter of a camera; nil: cameras are only forwarded.
	NewFilter room.FilterFactory
	// Filters is what people may choose from, until SetFilters; it must fit what NewFilter's filters can do.
	Filters room.Filters
	// OwnPicture finds one of somebody's own pictures; see room.Config.
	OwnPicture func(ctx context.Context, who room.Person, id int64) (image.Image, error)
	// Reserve is how long a seat waits for its socket, Grace for a person whose socket is lost.
	Reserve, Grace time.Duration
	// Verify checks a room ticket; see signal.Config.
	Verify func(token string) (signal.Ticket, error)
	// AllowedOrigins are the other hosts whose pages may open the socket.
	AllowedOrigins []string
	// Events hears who comes, goes and says what; see room.Config.
	Events room.Events
	// Clip is the WebM file that the demo partner plays; empty: there is no demo partner.
	Clip []byte
	Log  *slog.Logger
}

// DefaultConfig is a server without filters on a free UDP port.
func DefaultConfig() Config {
	return Config{
		Peer: peer.DefaultConfig(), Encoder: codec.DefaultEncoderConfig(),
		Budget: 33 * time.Millisecond, PaceOver: 8 * time.Millisecond,
		Reserve: room.DefaultReserve, Grace: room.DefaultGrace,
	}
}

// ErrNoDemo says that the server has no clip to play.
var ErrNoDemo = errors.New("there is no demo partner")

// Server is a running media server. Its methods are safe for concurrent use.
type Server struct {
	log    *slog.Logger
	peers  *peer.Factory
	rooms  *room.Registry
	signal *signal.Server
	demo   *demo.Partner // nil without a clip
}

// New starts a server; Close ends it.
func New(cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Peer.Log == nil {
		cfg.Peer.Log = cfg.Log
	}
	s := &Server{log: cfg.Log}
	var clip *demo.Clip
	if len(cfg.Clip) > 0 {
		var err error
		if clip, err = demo.ReadClip(cfg.Clip); err != nil {
			return nil, fmt.Errorf("create media server: %w", err)
		}
	}
	var err error
	if s.peers, err = peer.NewFactory(cfg.Peer); err != nil {
		return nil, fmt.Errorf("create media server: %w", err)
	}
	if err := s.join(cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("create media server: %w", err), s.peers.Close())
	}
	if clip != nil {
		s.demo = demo.New(s.rooms, clip, cfg.Filters)
	}
	return s, nil
}

// join makes rooms and socket on the media connections.
func (s *Server) join(cfg Config) (err error) {
	s.rooms, err = room.NewRegistry(room.Config{
		NewPeer: room.WebRTC(s.peers), NewFilter: cfg.NewFilter, Filters: cfg.Filters, Encoder: cfg.Encoder,
		Budget: cfg.Budget, PaceOver: cfg.PaceOver, Reserve: cfg.Reserve, Grace: cfg.Grace, Events: cfg.Events,
		OwnPicture: cfg.OwnPicture, Turns: cfg.Turns, Log: cfg.Log,
	})
	if err != nil {
		return err
	}
	s.signal, err = signal.New(signal.Config{
		Verify: cfg.Verify, Rooms: s.rooms, AllowedOrigins: cfg.AllowedOrigins, Log: cfg.Log,
	})
	return err
}

// Handler serves the socket, GET /ws/call/.
func (s *Server) Handler() http.Handler { return s.signal }

// Port is the UDP port on which all media arrives.
func (s *Server) Port() int { return s.peers.Port() }

// Reserve keeps a seat for p and returns its id, which is also the participant's. The same person gets the
// same seat again. room.ErrFull: two other people sit there.
func (s *Server) Reserve(info room.Info, p room.Person) (seat string, err error) {
	return s.rooms.Reserve(info, p)
}

// Present counts the seats of a room that are taken or reserved.
func (s *Server) Present(roomID int64) int { return s.rooms.Present(roomID) }

// Seated lists who has a seat in a room, taken or reserved.
func (s *Server) Seated(roomID int64) []room.Seated { return s.rooms.Seated(roomID) }

// Holds reports whether a seat is still somebody's: a ticket may outlive it.
func (s *Server) Holds(roomID int64, seat string) bool { return s.rooms.Holds(roomID, seat) }

// Leave frees a seat, if it is there.
func (s *Server) Leave(roomID int64, seat string) { s.rooms.Leave(roomID, seat) }

// CloseRoom sends everybody out.
func (s *Server) CloseRoom(roomID int64) { s.rooms.CloseRoom(roomID) }

// SetFilters replaces what people may choose from, and tells those who are in a call.
func (s *Server) SetFilters(f room.Filters) { s.rooms.SetFilters(f) }

// Capture takes a picture of a call; see room.Registry.
func (s *Server) Capture(ctx context.Context, roomID int64, key string, w room.Wish) ([]room.Still, error) {
	return s.rooms.Capture(ctx, roomID, key, w)
}

// HasDemo reports whether there is a demo partner.
func (s *Server) HasDemo() bool { return s.demo != nil }

// StartDemo lets the demo partner into a room where someone sits; it stays as long as somebody does. The
// errors are ErrNoDemo, room.ErrFull and room.ErrNotFound.
func (s *Server) StartDemo(ctx context.Context, roomID int64) error {
	if s.demo == nil {
		return ErrNoDemo
	}
	return s.demo.Join(ctx, roomID)
}

// Close says goodbye to everybody and waits until all connections are gone, or ctx ends.
func (s *Server) Close(ctx context.Context) error {
	return errors.Join(s.rooms.Close(ctx), s.signal.Close(ctx), s.peers.Close())
}

// Snapshot is the server at one moment, for an operator.
type Snapshot struct {
	room.Snapshot
	Sockets signal.Totals `json:"sockets"`
}

// Snapshot returns what every room, line and connection does.
func (s *Server) Snapshot() Snapshot {
	return Snapshot{Snapshot: s.rooms.Snapshot(), Sockets: s.signal.Totals()}
}
