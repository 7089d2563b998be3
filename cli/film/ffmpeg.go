package film

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// ffmpegName is the program that knows the formats that this package does not.
const ffmpegName = "ffmpeg"

// ffmpegWait is how long ffmpeg may take to end once it was told to.
const ffmpegWait = 5 * time.Second

// containers are ffmpeg's names of the formats that are read. Playlists and other texts that make ffmpeg open
// further files are none of them, whatever a file is called.
const containers = "mov,matroska,avi,flv,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,ivf,ogg,asf,gif,nut,mxf,dv"

func ffmpeg(ctx context.Context, said *bytes.Buffer, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath(ffmpegName)
	if err != nil {
		return nil, ErrNoFFmpeg
	}
	quiet := []string{"-nostdin", "-hide_banner", "-loglevel", "error"}
	cmd := exec.CommandContext(ctx, path, append(quiet, args...)...)
	cmd.Stderr, cmd.WaitDelay = said, ffmpegWait
	return cmd, nil
}

// refused is what ffmpeg said about its failure: the last two lines, of which the former tends to know more.
func refused(err error, said *bytes.Buffer) error {
	text := strings.TrimSpace(said.String())
	if text == "" {
		return fmt.Errorf("ffmpeg: %w", err)
	}
	lines := strings.Split(text, "\n")
	return fmt.Errorf("ffmpeg: %s", strings.Join(lines[max(0, len(lines)-2):], "; "))
}

// openThroughFFmpeg lets ffmpeg turn the file into YUV4MPEG2 at a constant rate.
func (f *Film) openThroughFFmpeg(ctx context.Context, name string) error {
	ctx, stop := context.WithCancel(ctx)
	var said bytes.Buffer
	cmd, err := ffmpeg(ctx, &said, "-format_whitelist", containers, "-i", "file:"+name, "-map", "0:v:0",
		"-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "pipe:1")
	if err != nil {
		stop()
		return err
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		stop()
		return fmt.Errorf("start ffmpeg: %w", err)
	}
	file := f.close
	ended := false
	wait := func() error {
		if ended {
			return nil
		}
		ended = true
		return cmd.Wait()
	}
	f.close = func() error {
		stop()
		_ = wait() // killed, or it told already why it failed
		return file()
	}
	if err := f.openY4M(out, 0); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, ErrTruncated) { // else it still waits for a reader
			if failed := wait(); failed != nil {
				err = refused(failed, &said)
			}
		}
		return err
	}
	f.Pictures = countPictures(ctx, name, f.Rate)
	inner := f.next
	f.next = func() (*frame.Frame, error) {
		p, err := inner()
		if errors.Is(err, io.EOF) || errors.Is(err, ErrTruncated) {
			if failed := wait(); failed != nil {
				return nil, refused(failed, &said)
			}
		}
		return p, err
	}
	return nil
}

// countPictures asks ffprobe, which comes with ffmpeg, how long the file is; 0 where it does not know.
func countPictures(ctx context.Context, name string, r Rate) int {
	path, err := exec.LookPath("ffprobe")
	if err != nil {
		return 0
	}
	out, err := exec.CommandContext(ctx, path, "-v", "error", "-format_whitelist", containers,
		"-show_entries", "format=duration", "-of", "csv=p=0", "file:"+name).Output()
	var seconds float64
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscanf(string(out), "%g", &seconds); err != nil || seconds <= 0 || seconds > 1e6 {
		return 0
	}
	return int(seconds*r.PerSecond() + .5)
}

// writeThroughFFmpeg lets ffmpeg choose the compression that fits the name's ending.
func writeThroughFFmpeg(ctx context.Context, name string, o Options) (*sink, error) {
	ctx, stop := context.WithCancel(ctx)
	said := &bytes.Buffer{}
	// Many encoders want even sizes; the last row or column goes.
	cmd, err := ffmpeg(ctx, said, "-y", "-f", "yuv4mpegpipe", "-i", "pipe:0", "-an",
		"-vf", "crop=floor(iw/2)*2:floor(ih/2)*2", "-pix_fmt", "yuv420p", "file:"+name)
	if err != nil {
		stop()
		return nil, err
	}
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("start ffmpeg: %w", err)
	}
	pictures := writeY4M(in, o)
	ended := false
	return &sink{
		write: func(f *frame.Frame) error {
			err := pictures.write(f)
			if err != nil && !ended { // it went away: it knows better why
				ended = true
				return refused(errors.Join(err, in.Close(), cmd.Wait()), said)
			}
			return err
		},
		finish: func() error {
			if ended {
				return errors.New("ffmpeg has ended")
			}
			ended = true
			if err := errors.Join(pictures.finish(), in.Close(), cmd.Wait()); err != nil {
				return refused(err, said)
			}
			return nil
		},
		abandon: func() {
			stop()
			if !ended {
				ended = true
				_ = in.Close()
				_ = cmd.Wait() // killed
			}
		},
	}, nil
}
