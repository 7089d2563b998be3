package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// site is a server of its own with made-up data: a process on the first core.
type site struct {
	dir     string
	cmd     *exec.Cmd
	addr    string
	drained chan struct{} // closed when the server's log has ended
}

// openSite makes the data up and starts a server over it.
func openSite(ctx context.Context) (_ *site, err error) {
	s := &site{drained: make(chan struct{})}
	if s.dir, err = os.MkdirTemp("", "ppenter-bench-"); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	if err := errors.Join(s.fill(ctx), ctx.Err()); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// command is this program as another process, which sees nothing of the configuration here.
func (s *site) command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	args = pinned("0", append([]string{self}, args...))
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PPENTER_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "GOMAXPROCS=1", "PPENTER_DATA_DIR="+s.dir, "PPENTER_HTTP_ADDR=127.0.0.1:0",
		"PPENTER_ADMIN_ADDR=127.0.0.1:0", "PPENTER_RTC_UDP_PORT=0", "PPENTER_TURN_ADDR=",
		"PPENTER_DEMO_ENABLED=false")
	// It is asked to end before it is made to.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd, nil
}

func (s *site) fill(ctx context.Context) error {
	cmd, err := s.command(ctx, "seed", "--password", "of-nobody")
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make data up: %w: %s", err, lastLine(string(out)))
	}
	return nil
}

// start waits until the server listens.
func (s *site) start(ctx context.Context) error {
	cmd, err := s.command(ctx, "serve")
	if err != nil {
		return err
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		return fmt.Errorf("read the server's log: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	s.cmd = cmd
	listens := make(chan string, 1)
	go func() {
		defer close(s.drained)
		readLog(log, listens)
	}()
	select {
	case s.addr = <-listens:
		return nil
	case <-s.drained:
		return errors.New("the server ended")
	case <-time.After(30 * time.Second):
		return errors.New("the server does not listen")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readLog tells where the server listens and reads the rest, so that it never waits for its log.
func readLog(log io.Reader, listens chan<- string) {
	in := bufio.NewReader(log)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var entry struct {
			Msg      string `json:"msg"`
			Listener string `json:"listener"`
			Addr     string `json:"addr"`
		}
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" && entry.Listener == "http" {
			listens <- entry.Addr
			break
		}
	}
	_, _ = io.Copy(io.Discard, in) // ends with the server
}

// worked is how much processor time the server has used.
func (s *site) worked() (time.Duration, error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/stat")
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	// The name, in brackets, may hold spaces; after it user and system time are the 12th and 13th.
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
	const user, tick = 11, 10 * time.Millisecond
	if len(fields) < user+2 {
		return 0, errors.New("read processor time: too short")
	}
	u, err1 := strconv.Atoi(fields[user])
	k, err2 := strconv.Atoi(fields[user+1])
	return time.Duration(u+k) * tick, errors.Join(err1, err2)
}

// close ends the server and removes its data.
func (s *site) close() error {
	var err error
	if s.cmd != nil {
		err = s.cmd.Process.Signal(syscall.SIGTERM)
		kill := time.AfterFunc(15*time.Second, func() { _ = s.cmd.Process.Kill() }) // it had its time
		<-s.drained
		err = errors.Join(err, s.cmd.Wait())
		kill.Stop()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}
