package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/pp-enter/pp-enter/api"
	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/handler"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/notify"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/frontend"
	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/turn"
)

// keyFile holds the server's secret, in data.dir.
const keyFile = "secret.key"

// house is the whole server, built and not yet listening.
type house struct {
	cfg      configs.Config
	log      *slog.Logger
	db       *store.DB
	blobs    *media.Blobs
	photos   *handler.Photos
	composer *media.Composer
	keys     *auth.Keys
	engine   *engine
	sfu      *sfu.Server
	turn     *turn.Server // nil: no relay
	rooms    *store.RoomKeeper
	hub      *notify.Hub
	ringer   *handler.Ringer
	scenes   *sceneWatch // nil: the built-in scenes, which stay as they are
	public   http.Handler
	admin    http.Handler
	pages    fs.FS
	started  time.Time
	stopping atomic.Bool
}

// build joins the parts. The media server's port is open when it returns; close gives everything back.
func build(ctx context.Context, cfg configs.Config, log *slog.Logger) (*house, error) {
	h := &house{cfg: cfg, log: log, pages: frontend.Files(), started: time.Now()}
	if err := h.open(ctx); err != nil {
		return nil, errors.Join(err, h.close(context.WithoutCancel(ctx)), h.closeDatabase())
	}
	return h, nil
}

// open starts the parts in the order in which they need each other.
func (h *house) open(ctx context.Context) error {
	cfg := &h.cfg
	secret, err := auth.LoadKey(filepath.Join(cfg.Data.Dir, keyFile))
	if err != nil {
		return fmt.Errorf("load the server's secret: %w", err)
	}
	if h.keys, err = auth.NewKeys(secret); err != nil {
		return fmt.Errorf("prepare keys: %w", err)
	}
	if h.db, err = openDatabase(ctx, cfg, h.log); err != nil {
		return err
	}
	if err := h.openPhotos(ctx); err != nil {
		return err
	}
	h.followScenes()
	h.engine = openEngine(*cfg, h.log)
	if h.sfu, err = sfu.New(h.sfuConfig(h.keys.Tickets)); err != nil { //nolint:contextcheck // ends with Close
		return fmt.Errorf("start media server: %w", err)
	}
	if h.turn, err = openTURN(cfg.TURN, h.log); err != nil { //nolint:contextcheck // opens at once
		return err
	}
	if err := h.openRooms(ctx); err != nil {
		return err
	}
	hall := newCallHall(h.sfu, h.iceServers)
	accounts, err := h.newAccounts(hall)
	if err != nil {
		return err
	}
	return h.buildFaces(hall, accounts, &handler.FaceChats{ //nolint:contextcheck // requests bring their own
		DB: h.db, Keeper: h.rooms, SFU: hall, Calls: hall, Tickets: h.keys.Tickets, Guests: h.keys.Guests,
		Filters: func() handler.Filters { return forHandler(h.engine.offer()) }, Instant: cfg.Rooms.Instant,
	})
}

// openRooms prepares the rooms of the database. Nobody is in any of them yet, whatever the last run left
// behind.
func (h *house) openRooms(ctx context.Context) (err error) {
	open, err := h.db.Participants.CloseOpen(ctx)
	if err != nil {
		return fmt.Errorf("end calls of the last run: %w", err)
	}
	if open > 0 {
		h.log.Warn("calls were cut off when the program ended last", slog.Int64("people", open))
	}
	h.rooms, err = h.db.KeepRooms(store.RoomKeeperConfig{
		Max: h.cfg.Rooms.Max, Idle: h.cfg.Rooms.Idle, Log: h.log.With(slog.String("part", "rooms")),
		Busy: func(id int64) bool { return h.sfu.Present(id) > 0 },
	})
	if err != nil {
		return fmt.Errorf("prepare rooms: %w", err)
	}
	return nil
}

// buildFaces makes the handlers of both listeners.
func (h *house) buildFaces(hall *callHall, a *handler.Accounts, f *handler.FaceChats) (err error) {
	metrics := newMetrics(h.engine.info)
	kept := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "ppenter_rooms_kept", Help: "Rooms that can be entered by their link.",
	}, func() float64 { return float64(h.rooms.Len()) })
	if err := errors.Join(metrics.Register(kept), metrics.Register(h.sfu.Collector())); err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	h.admin = adminHandler(metrics, h.view)
	notifier := &handler.Notifier{DB: h.db, Log: a.Log}
	if err := h.openBell(notifier, a, hall, metrics); err != nil {
		return err
	}
	f.Notify, f.Rings = notifier, h.ringer
	h.public, err = api.New(api.Config{
		Version: version(), Keys: h.keys, Accounts: a, FaceChats: f,
		People: &handler.People{DB: h.db, Notify: notifier, Rings: h.ringer, Meetings: hall}, Rings: h.ringer,
		Posts:    &handler.Posts{DB: h.db, Notify: notifier, Photos: h.photos},
		Comments: &handler.Comments{DB: h.db, Notify: notifier},
		Tags:     &handler.Tags{DB: h.db}, Photos: h.photos,
		Captures: &handler.Screenshots{
			DB: h.db, Cameras: hall, Photos: h.photos, Composer: h.composer,
		},
		Admin: &handler.Admin{DB: h.db, Calls: hall, Rooms: hall, Photos: h.photos, Rings: h.ringer},
		Call:  h.sfu.Handler(), Notify: h.hub, Pages: h.pages, Ready: h.ready,
		TrustedProxies: h.cfg.HTTP.TrustedProxies, Origins: h.cfg.HTTP.Origins, BodyLimit: h.cfg.HTTP.BodyLimit,
		UploadLimit: h.cfg.HTTP.UploadLimit, RegistersPerMinute: h.cfg.Auth.RegistersPerMinute,
		JoinsPerMinute: h.cfg.HTTP.JoinsPerMinute, CreatesPerMinute: h.cfg.HTTP.CreatesPerMinute,
		UploadsPerMinute: h.cfg.HTTP.UploadsPerMinute,
		Log:              h.log.With(slog.String("part", "http")), Metrics: metrics,
	})
	return err
}

func (h *house) sfuConfig(tickets *auth.Tickets) sfu.Config {
	c := sfu.DefaultConfig()
	log := h.log.With(slog.String("part", "sfu"))
	c.Peer = peer.DefaultConfig()
	c.Peer.UDPPort, c.Peer.Loopback = h.cfg.RTC.UDPPort, h.cfg.RTC.LoopbackCandidates
	c.Peer.PublicIPs, c.Peer.H264 = h.cfg.RTC.PublicIPs, h.cfg.RTC.H264
	c.Peer.MinBitrate, c.Peer.StartBitrate = h.cfg.RTC.MinBitrate, h.cfg.RTC.StartBitrate
	c.Peer.MaxBitrate = h.cfg.RTC.MaxBitrate
	c.Encoder = codec.DefaultEncoderConfig()
	c.Encoder.Bitrate, c.Encoder.CPUUsed = h.cfg.Encoder.Bitrate, h.cfg.Encoder.CPUUsed
	c.Encoder.Threads, c.Encoder.MaxFPS = h.cfg.Encoder.Threads, h.cfg.Encoder.MaxFPS
	c.Budget, c.PaceOver = h.cfg.Filter.Budget, h.cfg.Filter.PaceOver
	if h.engine.onCPU() {
		c.Turns = pipeline.NewTurns(runtime.GOMAXPROCS(0))
	}
	c.NewFilter, c.Filters = h.engine.newFilter, h.engine.offer()
	c.OwnPicture = ownPictures(h.photos)
	c.Reserve, c.Grace = h.cfg.Rooms.Reserve, h.cfg.Rooms.Grace
	c.Events = &recorder{db: h.db, log: h.log.With(slog.String("part", "rooms"))}
	c.Verify, c.AllowedOrigins = verifier(tickets), h.cfg.HTTP.Origins
	c.Log, c.Peer.Log = log, log
	clip, err := demoClip(h.cfg.Demo)
	if err != nil {
		h.log.Warn("no demo partner", slog.Any("error", err))
	}
	c.Clip = clip
	return c
}

// demoClip is the demo partner's clip; nil where the partner is switched off.
func demoClip(cfg configs.Demo) ([]byte, error) {
	if !cfg.Enabled {
		return nil, nil
	}
	if cfg.Clip != "" {
		data, err := os.ReadFile(cfg.Clip)
		if err != nil {
			return nil, fmt.Errorf("read demo.clip: %w", err)
		}
		return data, nil
	}
	data, ok := assets.Clip()
	if !ok {
		return nil, errors.New("the program was built without a clip: run `make build`")
	}
	return data, nil
}

// ready says what works. Without models calls go unfiltered: that is degraded, not down.
func (h *house) ready() api.Readiness {
	const ok = "ok"
	r := api.Readiness{Status: api.ReadyOK, Checks: map[string]string{"inference": ok, "pages": ok, "demo": ok}}
	if h.engine.info.Error != "" {
		r.Status, r.Checks["inference"] = api.ReadyDegraded, h.engine.info.Code
	}
	if !pagesBuilt(h.pages) {
		r.Status, r.Checks["pages"] = api.ReadyDegraded, "not_built"
	}
	switch {
	case !h.cfg.Demo.Enabled:
		r.Checks["demo"] = "off"
	case !h.sfu.HasDemo():
		r.Status, r.Checks["demo"] = api.ReadyDegraded, "no_clip"
	}
	if h.stopping.Load() {
		r.Status = api.ReadyStopping
	}
	return r
}

func pagesBuilt(pages fs.FS) bool {
	_, err := fs.Stat(pages, "index.html")
	return err == nil
}

func (h *house) view() pipelineView {
	return pipelineView{
		Version: version(), At: time.Now().UTC(), UptimeS: int64(time.Since(h.started).Seconds()),
		Inference: h.engine.info, Snapshot: h.sfu.Snapshot(),
	}
}

// close says goodbye to all calls, and then gives relay and models back.
func (h *house) close(ctx context.Context) error {
	pages := make(chan error, 1)
	go func() { pages <- h.closeHub(ctx) }() // beside the calls: who does not answer must not hold them up
	var err error
	if h.sfu != nil {
		err = h.sfu.Close(ctx)
	}
	if h.turn != nil {
		err = errors.Join(err, within(ctx, h.turn.Close))
	}
	return errors.Join(err, within(ctx, h.engine.close), <-pages)
}

// closeDatabase closes what is kept, as the last step: requests in flight need it.
func (h *house) closeDatabase() error {
	var err error
	if h.blobs != nil {
		err = h.blobs.Close()
	}
	if h.db != nil {
		err = errors.Join(err, h.db.Close())
	}
	return err
}

// within waits for shut until ctx ends: a model that hangs must not keep the program from ending. What is
// left then ends with the process.
func within(ctx context.Context, shut func() error) error {
	done := make(chan error, 1)
	go func() { done <- shut() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("shut down: %w", ctx.Err())
	}
}
