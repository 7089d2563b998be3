package cli

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/configs"
	"github.com/pp-enter/pp-enter/sfu"
	"github.com/pp-enter/pp-enter/sfu/room"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// run is the program with that command line; environ comes on top of a free data folder and free ports.
func run(t *testing.T, args []string, environ ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	environ = append([]string{
		"PPENTER_DATA_DIR=" + t.TempDir(), "PPENTER_HTTP_ADDR=127.0.0.1:0", "PPENTER_ADMIN_ADDR=127.0.0.1:0",
		"PPENTER_RTC_UDP_PORT=0",
	}, environ...)
	status = Main(t.Context(), args, &Process{Stdout: &out, Stderr: &errs, Environ: environ})
	return status, out.String(), errs.String()
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args           []string
		status         int
		stdout, stderr string
	}{
		{[]string{"version"}, 0, "pp-enter ", ""},
		{[]string{"--help"}, 0, "serve", ""},
		{[]string{"serve", "--help"}, 0, "--config", ""},
		{nil, 2, "", "expected one of"},
		{[]string{"dance"}, 2, "", "dance"},
		{[]string{"serve", "--port", "1"}, 2, "", "--port"},
		{[]string{"serve", "--config", "/nowhere.yaml"}, 1, "", "/nowhere.yaml"},
	} {
		status, stdout, stderr := run(t, c.args)
		require.Equal(t, c.status, status, "%v: %s", c.args, stderr)
		require.Contains(t, stdout, c.stdout, "%v", c.args)
		require.Contains(t, stderr, c.stderr, "%v", c.args)
	}
}

func TestServeRefusesWhatCannotWork(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("no webm"), 0o600))
	for name, c := range map[string]struct{ variable, want string }{
		"bad setting":     {"PPENTER_PROFILE=party", "profile must be one of"},
		"port is taken":   {"PPENTER_HTTP_ADDR=" + taken.Addr().String(), "listen on http.addr"},
		"admin is taken":  {"PPENTER_ADMIN_ADDR=" + taken.Addr().String(), "listen on admin.addr"},
		"no data folder":  {"PPENTER_DATA_DIR=" + file + "/below", "secret"},
		"clip is no clip": {"PPENTER_DEMO_CLIP=" + file, "start media server"},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, stderr := run(t, []string{"serve"}, c.variable)
			require.Equal(t, 1, status)
			require.Contains(t, stderr, c.want)
		})
	}
}

func TestDoctor(t *testing.T) {
	status, stdout, _ := run(t, []string{"doctor"}, "PPENTER_INFERENCE_LIBRARY=/nowhere.so", "PPENTER_TYPO=1")
	require.Equal(t, 1, status)
	for _, want := range []string{
		"NO   configuration    no such settings: PPENTER_TYPO",
		"NO   runtime library  ort_library_not_found",
		"yes  data folder",
		"yes  model            emotion",
		"NO   filters",
	} {
		require.Contains(t, stdout, want)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(stdout), "\n") {
		require.Regexp(t, `^(yes|NO ) {2}\S`, line)
	}

	taken, err := net.ListenPacket("udp", ":0")
	require.NoError(t, err)
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.LocalAddr().String())
	require.NoError(t, err)
	_, stdout, _ = run(t, []string{"doctor"}, "PPENTER_RTC_UDP_PORT="+port)
	require.Contains(t, stdout, "NO   rtc.udp_port")
}

func TestWorkProfileHasNoMood(t *testing.T) {
	cfg := configs.Default()
	cfg.Profile = configs.ProfileWork
	e := openEngine(cfg, newLog(cfg.Log, t.Output()))
	defer func() { require.NoError(t, e.close()) }()
	require.Empty(t, e.info.Error, "the models are made by `make setup`")
	require.False(t, e.filters.MoodEnabled)
	require.NotContains(t, e.filters.Modes, room.ModeMood)
	require.Contains(t, e.filters.Modes, room.ModeBlur)
}

func TestMissingMoodModelCostsOnlyTheMood(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.onnx")
	require.NoError(t, os.WriteFile(broken, []byte("no model"), 0o600))
	for name, change := range map[string]func(*configs.Inference){
		"missing":       func(c *configs.Inference) { c.EmotionModel = "/nowhere.onnx" },
		"broken":        func(c *configs.Inference) { c.EmotionModel = broken },
		"broken finder": func(c *configs.Inference) { c.FaceModel = broken },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := configs.Default()
			change(&cfg.Inference)
			e := openEngine(cfg, newLog(cfg.Log, t.Output()))
			defer func() { require.NoError(t, e.close()) }()
			require.Empty(t, e.info.Error, "the models are made by `make setup`")
			require.NotEmpty(t, e.info.MoodError)
			require.False(t, e.filters.MoodEnabled)
			require.Contains(t, e.filters.Modes, room.ModeBlur)
			require.NotNil(t, e.newFilter)
		})
	}
}

// TestHangingPartDoesNotKeepTheProgram: closing the models waits for pictures in work, which may never end.
func TestHangingPartDoesNotKeepTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.NoError(t, within(ctx, func() error { return nil }))
		require.ErrorIs(t, within(ctx, func() error { return os.ErrClosed }), os.ErrClosed)
		hang := make(chan struct{})
		defer close(hang)
		err := within(ctx, func() error {
			<-hang
			return nil
		})
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// The parts have defaults of their own; what the operator reads in default.yaml must be the same.
func TestDefaultsAreThoseOfTheParts(t *testing.T) {
	h := &house{cfg: configs.Default(), log: newLog(configs.Log{}, t.Output()), engine: &engine{}}
	got, want := h.sfuConfig(nil), sfu.DefaultConfig()
	require.Equal(t, want.Encoder, got.Encoder)
	require.Equal(t, want.Budget, got.Budget)
	require.Equal(t, want.PaceOver, got.PaceOver)
	require.Equal(t, want.Reserve, got.Reserve)
	require.Equal(t, want.Grace, got.Grace)
	require.Equal(t, want.Peer.MinBitrate, got.Peer.MinBitrate)
	require.Equal(t, want.Peer.StartBitrate, got.Peer.StartBitrate)
	require.Equal(t, want.Peer.MaxBitrate, got.Peer.MaxBitrate)
	require.Equal(t, want.Peer.AnswerTimeout, got.Peer.AnswerTimeout)
	require.Equal(t, 10_000, got.Peer.UDPPort)
}

func TestICEServers(t *testing.T) {
	cfg := configs.Default()
	require.Empty(t, (&house{cfg: cfg}).iceServers("k"))
	cfg.TURN.Addr, cfg.TURN.PublicIP = "127.0.0.1:0", "127.0.0.1"
	cfg.TURN.STUNServers = []string{"stun:a.example"}
	relay, err := openTURN(cfg.TURN, newLog(cfg.Log, t.Output()))
	require.NoError(t, err)
	defer func() { require.NoError(t, relay.Close()) }()
	h := &house{cfg: cfg, turn: relay}
	require.Len(t, h.iceServers(""), 2, "a stranger gets no credentials")
	servers := h.iceServers("guest:k")
	require.Len(t, servers, 3)
	require.Equal(t, []string{"stun:a.example"}, servers[0].URLs)
	require.Regexp(t, `^turn:127\.0\.0\.1:\d+\?transport=udp$`, servers[2].URLs[0])
	require.Contains(t, servers[2].Username, ":guest:k")
	require.NotEmpty(t, servers[2].Credential)
}

func TestRefusals(t *testing.T) {
	for in, want := range map[error]error{
		nil:              nil,
		room.ErrFull:     social.ErrRoomFull,
		room.ErrNotFound: social.ErrNotInRoom,
		room.ErrClosed:   social.ErrStopping,
		sfu.ErrNoDemo:    social.ErrDemoOff,
		os.ErrExist:      os.ErrExist,
	} {
		require.Equal(t, want, refusal(in))
	}
}

func TestTicketsOfTheSocket(t *testing.T) {
	tickets, err := auth.NewTickets(bytes.Repeat([]byte{1}, auth.KeySize))
	require.NoError(t, err)
	verify := verifier(tickets)
	token, expires, err := tickets.Sign(auth.Ticket{
		RoomID: 7, Slug: "s", Title: "t", Seat: "seat", Key: "k", Name: "n",
	})
	require.NoError(t, err)
	got, err := verify(token)
	require.NoError(t, err)
	require.Equal(t, signal.Ticket{
		RoomID: 7, Slug: "s", Title: "t", Seat: "seat", Expires: expires, Person: room.Person{Key: "k", Name: "n"},
	}, got)
	_, err = verify(token + "x")
	require.ErrorIs(t, err, signal.ErrTicketInvalid)
}
