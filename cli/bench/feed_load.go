package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// asker is one connection that asks for the same page again and again. It knows as much of HTTP as that
// takes, so that it is not what is measured.
type asker struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
}

func openAsker(ctx context.Context, addr, path string) (*asker, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	request := "GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\nUser-Agent: pp-enter-bench\r\n" +
		"Accept: application/json\r\n\r\n"
	return &asker{conn, bufio.NewReaderSize(conn, 64<<10), []byte(request)}, nil
}

// ask sends the request and reads the answer; body gets what it holds, nil throws it away.
func (a *asker) ask(body io.Writer) error {
	if _, err := a.conn.Write(a.request); err != nil {
		return err
	}
	size, err := a.head()
	if err != nil {
		return err
	}
	if body == nil {
		_, err = a.in.Discard(size)
		return err
	}
	_, err = io.CopyN(body, a.in, int64(size))
	return err
}

// head reads the answer up to its body and returns the body's size.
func (a *asker) head() (size int, err error) {
	line, err := a.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return 0, fmt.Errorf("answered %q", strings.TrimSpace(string(line)))
	}
	size = -1
	for {
		if line, err = a.in.ReadSlice('\n'); err != nil {
			return 0, err
		}
		if len(line) <= len("\r\n") {
			break
		}
		const length = "content-length:"
		if len(line) > len(length) && bytes.EqualFold(line[:len(length)], []byte(length)) {
			if size, err = strconv.Atoi(string(bytes.TrimSpace(line[len(length):]))); err != nil {
				return 0, err
			}
		}
	}
	if size < 0 {
		return 0, errors.New("the answer does not say how long it is")
	}
	return size, nil
}

// askOnce asks for a page and returns it.
func askOnce(ctx context.Context, addr, path string) ([]byte, error) {
	a, err := openAsker(ctx, addr, path)
	if err != nil {
		return nil, err
	}
	defer a.conn.Close()
	if err := a.conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	var body bytes.Buffer
	err = a.ask(&body)
	return body.Bytes(), err
}

// ask lets so many clients ask for a page for a while, each anew as soon as it has the answer, and returns
// how long each answer took.
func ask(ctx context.Context, addr, path string, clients int, span time.Duration) ([]time.Duration, error) {
	end := time.Now().Add(span)
	took := make([][]time.Duration, clients)
	group, ctx := errgroup.WithContext(ctx)
	for i := range clients {
		group.Go(func() error {
			a, err := openAsker(ctx, addr, path)
			if err != nil {
				return err
			}
			defer a.conn.Close()
			if err := a.conn.SetDeadline(end.Add(10 * time.Second)); err != nil {
				return err
			}
			for start := time.Now(); start.Before(end) && ctx.Err() == nil; {
				if err := a.ask(nil); err != nil {
					return err
				}
				now := time.Now()
				took[i] = append(took[i], now.Sub(start))
				start = now
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var all []time.Duration
	for _, t := range took {
		all = append(all, t...)
	}
	if len(all) == 0 {
		return nil, errors.New("there was no answer")
	}
	return all, nil
}
