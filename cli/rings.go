package cli

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/notify"
)

// openBell makes what brings events to people's pages, and what lets people call each other; from here on
// the notifier pushes.
func (h *house) openBell(
	notifier *handler.Notifier, accounts *handler.Accounts, hall *callHall, metrics prometheus.Registerer,
) (err error) {
	log := h.log.With(slog.String("part", "notify"))
	h.ringer = &handler.Ringer{DB: h.db, Notify: notifier, Seats: hall, Log: log}
	h.hub, err = notify.New(notify.Config{
		Authenticate: func(ctx context.Context, token string) (notify.Identity, error) {
			access, err := h.keys.Access.Verify(token)
			if err != nil {
				return notify.Identity{}, err
			}
			if _, err := accounts.Caller(ctx, access); err != nil {
				return notify.Identity{}, err
			}
			return notify.Identity{
				UserID: access.UserID, SessionID: access.SessionID, Expires: access.Expires,
			}, nil
		},
		Live:     h.db.Sessions.Live,
		Greeting: func(ctx context.Context, userID int64) (any, error) { return h.ringer.Greet(ctx, userID) },
		Address: func(r *http.Request) string {
			return auth.NetworkOf(handler.ClientOf(r.Context()).Address).String()
		},
		Cookie: auth.AccessCookie, AllowedOrigins: h.cfg.HTTP.Origins, Log: log,
	})
	if err != nil {
		return err
	}
	notifier.Push = h.hub
	if err := metrics.Register(h.hub.Collector()); err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	return nil
}

// closeHub says goodbye to all open pages.
func (h *house) closeHub(ctx context.Context) error {
	if h.hub == nil {
		return nil
	}
	return h.hub.Close(ctx)
}

// RoomsOf lists the rooms in which the user with that key holds a seat.
func (h *callHall) RoomsOf(key string) []int64 {
	h.mu.Lock()
	places := slices.Collect(maps.Keys(h.seats[key]))
	h.mu.Unlock()
	var rooms []int64
	for _, p := range places {
		if h.server.Holds(p.room, p.seat) { // not under mu: it calls out
			rooms = append(rooms, p.room)
		}
	}
	return rooms
}
