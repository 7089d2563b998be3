package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/frontend"
	"github.com/pp-enter/pp-enter/inference/ort"
)

type doctorCmd struct{ configured }

// examination prints one line a question and remembers whether any answer was no.
type examination struct {
	out    io.Writer
	failed bool
}

func (e *examination) say(what, found string, err error) {
	mark := "yes"
	if err != nil {
		mark, found, e.failed = "NO ", strings.ReplaceAll(err.Error(), "\n", "; "), true
	}
	// Nothing helps where standard output is closed.
	_, _ = fmt.Fprintf(e.out, "%s  %-16s %s\n", mark, what, found)
}

// Run checks every need of the server and fails when one is not met.
func (c *doctorCmd) Run(ctx context.Context, p *Process) error {
	e := &examination{out: p.Stdout}
	cfg, unknown, err := c.load(p)
	if err == nil && len(unknown) > 0 {
		err = fmt.Errorf("no such settings: %s", strings.Join(unknown, ", "))
	}
	e.say("configuration", "valid", err)
	e.folder(cfg.Data.Dir)
	e.ports(ctx, cfg)
	e.models(cfg)
	if pagesBuilt(frontend.Files()) {
		e.say("front end", "built in", nil)
	} else {
		e.say("front end", "", errors.New("not built: run `make build`"))
	}
	e.demo(cfg.Demo)
	if e.failed {
		return errFailed
	}
	return nil
}

// folder checks that the data folder can be written.
func (e *examination) folder(dir string) {
	path, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(path, 0o700)
	}
	var f *os.File
	if err == nil {
		if f, err = os.CreateTemp(path, ".doctor-*"); err == nil {
			name := f.Name()
			f.Close()
			err = os.Remove(name)
		}
	}
	e.say("data folder", path+" can be written", err)
}

// ports checks that every port is free; a server that runs already holds them.
func (e *examination) ports(ctx context.Context, cfg configs.Config) {
	tcp := func(key, addr string) {
		listener, err := listen(ctx, addr)
		if err == nil {
			err = listener.Close()
		}
		e.say(key, addr+" is free (TCP)", err)
	}
	tcp("http.addr", cfg.HTTP.Addr)
	tcp("admin.addr", cfg.Admin.Addr)
	addr := net.JoinHostPort("", strconv.Itoa(cfg.RTC.UDPPort))
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(ctx, "udp", addr)
	if err == nil {
		err = conn.Close()
	}
	e.say("rtc.udp_port", addr+" is free (UDP)", err)
}

// models checks library, provider and each model, and then all of them together.
func (e *examination) models(cfg configs.Config) {
	quiet := slog.New(slog.DiscardHandler)
	runtime, err := ort.Open(ort.Config{
		Library: cfg.Inference.Library, Provider: cfg.Inference.Provider, Log: quiet,
	})
	if err != nil {
		e.say("runtime library", "", err)
	} else {
		e.say("runtime library", fmt.Sprintf("ONNX Runtime %s in %s", runtime.Version(), runtime.Library()), nil)
		e.say("provider", runtime.Provider()+": "+runtime.Why(), nil)
		defer func() { _ = runtime.Close() }()
	}
	for _, m := range []struct{ name, path string }{
		{segmentModel, cfg.Inference.SegmentModel},
		{faceModel, cfg.Inference.FaceModel},
		{emotionModel, cfg.Inference.EmotionModel},
	} {
		model, err := loadModel(m.name, m.path)
		e.say("model", fmt.Sprintf("%s, %d KiB", m.name, len(model.Data)>>10), err)
	}
	inner, moodErr, err := startEngine(cfg, quiet)
	if err != nil {
		e.say("filters", "", err)
		return
	}
	defer func() { _ = inner.Close() }()
	info := inner.Info()
	e.say("filters", fmt.Sprintf("modes %s; %d pictures; %d workers",
		strings.Join(info.Modes, ", "), len(info.Pictures), info.Workers), moodErr)
	if !cfg.MoodAllowed() {
		e.say("profile", "work: moods are never read", nil)
	}
}

func (e *examination) demo(cfg configs.Demo) {
	if !cfg.Enabled {
		e.say("demo partner", "switched off", nil)
		return
	}
	clip, err := demoClip(cfg)
	e.say("demo partner", fmt.Sprintf("a clip of %d KiB", len(clip)>>10), err)
}
