package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pp-enter/pp-enter/configs"
)

// Limits of one connection to a listener. Sockets are taken over by the call and have their own.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
)

type serveCmd struct{ configured }

// Run serves until ctx ends, then lets calls and requests end.
func (c *serveCmd) Run(ctx context.Context, p *Process) error {
	cfg, unknown, err := c.load(p)
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	log := newLog(cfg.Log, p.Stderr)
	for _, name := range unknown {
		log.Warn("environment variable is not a setting", slog.String("name", name))
	}
	return serve(ctx, cfg, log)
}

func serve(ctx context.Context, cfg configs.Config, log *slog.Logger) (err error) {
	public, err := listen(ctx, cfg.HTTP.Addr)
	if err != nil {
		return fmt.Errorf("listen on http.addr: %w", err)
	}
	defer public.Close()
	admin, err := listen(ctx, cfg.Admin.Addr)
	if err != nil {
		return fmt.Errorf("listen on admin.addr: %w", err)
	}
	defer admin.Close()
	h, err := build(ctx, cfg, log)
	if err != nil {
		return err
	}
	secure, err := withTLS(public, cfg.HTTP)
	if err != nil {
		return errors.Join(err, h.close(ctx), h.closeDatabase())
	}
	log.Info("listening", slog.String("listener", "http"), slog.String("addr", public.Addr().String()))
	log.Info("listening", slog.String("listener", "admin"), slog.String("addr", admin.Addr().String()))
	log.Info("listening", slog.String("listener", "rtc"), slog.String("network", "udp"),
		slog.String("addr", net.JoinHostPort("", strconv.Itoa(h.sfu.Port()))))
	if h.turn != nil {
		log.Info("listening", slog.String("listener", "turn"), slog.String("network", "udp and tcp"),
			slog.String("addr", net.JoinHostPort("", strconv.Itoa(h.turn.Port()))))
	}
	return h.serve(ctx, secure, admin)
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(ctx, "tcp", addr)
}

// withTLS puts TLS on the listener where a certificate is configured.
func withTLS(l net.Listener, cfg configs.HTTP) (net.Listener, error) {
	if cfg.TLSCert == "" {
		return l, nil
	}
	cert, err := tls.LoadX509KeyPair(cfg.TLSCert, cfg.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("load http.tls_cert: %w", err)
	}
	// The socket's upgrade is HTTP/1.1, so HTTP/2 is not offered.
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}), nil
}

func newHTTPServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// serve runs both listeners until ctx ends or one of them fails, and then closes everything.
func (h *house) serve(ctx context.Context, public, admin net.Listener) error {
	site, inside := newHTTPServer(h.public, h.log), newHTTPServer(h.admin, h.log)
	inside.WriteTimeout = 0 // a profile takes as long as it was asked for
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return untilClosed(site.Serve(public)) })
	group.Go(func() error { return untilClosed(inside.Serve(admin)) })
	group.Go(func() error { return h.sweep(ctx) })
	group.Go(func() error {
		h.ringer.Run(ctx)
		return nil
	})
	group.Go(func() error {
		h.rooms.Run(ctx)
		return nil
	})
	group.Go(func() error {
		h.watchScenes(ctx)
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		return h.stop(context.WithoutCancel(ctx), site, inside)
	})
	return group.Wait()
}

// stop ends calls and requests, and gives them http.shutdown_timeout for it.
func (h *house) stop(ctx context.Context, site, inside *http.Server) error {
	h.stopping.Store(true)
	h.log.Info("stopping", slog.String("within", h.cfg.HTTP.ShutdownTimeout.String()))
	ctx, cancel := context.WithTimeout(ctx, h.cfg.HTTP.ShutdownTimeout)
	defer cancel()
	var group errgroup.Group
	group.Go(func() error { return h.close(ctx) })
	group.Go(func() error { return closeServer(ctx, site) })
	group.Go(func() error { return closeServer(ctx, inside) })
	err := errors.Join(group.Wait(), h.closeDatabase())
	h.log.Info("stopped")
	return err
}

// closeServer waits for requests under way, and cuts them off when ctx ends.
func closeServer(ctx context.Context, s *http.Server) error {
	if err := s.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("finish requests: %w", err), s.Close())
	}
	return nil
}

func untilClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve http: %w", err)
}
