// Package media keeps pictures: it decodes what people send, strips it of everything but the picture, makes
// the sizes that pages need, and keeps the bytes in a blob store: a folder, or a bucket over the S3 protocol.
//
// Whatever comes in is decoded by the pure Go decoders within limits of bytes, pixels, memory and time,
// turned upright, laid over white where it is transparent, and compressed anew as WebP: no byte of what was
// sent gets out again. Every picture has all sizes; a picture is never made larger than it was.
package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/pp-enter/pp-enter/api/social"
)

// ContentType is the type of all stored pictures.
const ContentType = "image/webp"

// Config bounds what one picture, and all of them together, may cost.
type Config struct {
	MaxPixels int           // of one picture
	MaxSide   int           // pixels
	Memory    int64         // bytes that all pictures in work may take; also the most that one may
	Workers   int           // pictures in work at a time; 0: half of the cores
	Wait      time.Duration // how long a picture waits for its turn
	Decode    time.Duration // how long decoding one may take
	Quality   float32       // of WebP, 0 to 100
	Effort    int           // of WebP's encoder, 0 (fast) to 6
}

// DefaultConfig takes any picture of a good camera: 40 million pixels, and 12,000 on a side.
func DefaultConfig() Config {
	return Config{
		MaxPixels: 40_000_000, MaxSide: 12_000, Memory: 256 << 20, Wait: 10 * time.Second, Decode: 8 * time.Second,
		Quality: 85, Effort: 2,
	}
}

func (c *Config) check() error {
	if c.MaxPixels < 1 || c.MaxSide < 1 || c.Memory < 1 || c.Workers < 0 || c.Wait <= 0 || c.Decode <= 0 ||
		c.Quality < 0 || c.Quality > 100 || c.Effort < 0 || c.Effort > 6 {
		return errors.New("media: limits make no sense")
	}
	return nil
}

// Keeper turns what people send into stored pictures. Safe for concurrent use.
type Keeper struct {
	cfg    Config
	blobs  *Blobs
	jobs   *semaphore.Weighted
	memory *semaphore.Weighted
}

// NewKeeper makes a keeper over a blob store, which stays its owner's.
func NewKeeper(cfg Config, blobs *Blobs) (*Keeper, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Workers == 0 {
		// The other half of the machine is the calls'.
		cfg.Workers = max(1, runtime.GOMAXPROCS(0)/2)
	}
	return &Keeper{
		cfg: cfg, blobs: blobs, jobs: semaphore.NewWeighted(int64(cfg.Workers)),
		memory: semaphore.NewWeighted(cfg.Memory),
	}, nil
}

// Kept is a picture whose bytes are stored.
type Kept struct {
	Blob          string // the folder of its sizes
	ContentType   string
	Size          int64 // bytes of the original
	Width, Height int   // pixels of the original
	Blurhash      string
}

// Keep makes all sizes of a picture and stores them. It fails with social.ErrPictureUnsupported,
// ErrPictureInvalid, ErrPictureTooLarge, ErrPictureSlow, or ErrBusy where too many others wait. When it
// returns, either all sizes are stored or none; after a crash, RemoveStrays finds what is left over.
func (k *Keeper) Keep(ctx context.Context, data []byte) (Kept, error) {
	p, err := k.prepare(ctx, data)
	if err != nil {
		return Kept{}, err
	}
	return k.write(ctx, p)
}

func (k *Keeper) write(ctx context.Context, p prepared) (Kept, error) {
	if err := k.blobs.writeAll(ctx, p.kept.Blob, p.sizes); err != nil {
		return Kept{}, fmt.Errorf("store picture: %w", err)
	}
	return p.kept, nil
}

// prepared is a picture in all its sizes.
type prepared struct {
	kept  Kept
	sizes map[Size][]byte
}

// prepare does what costs processor and memory, within the limits of both.
func (k *Keeper) prepare(ctx context.Context, data []byte) (prepared, error) {
	h, err := readHeader(data)
	if err != nil {
		return prepared{}, err
	}
	cost, err := k.allow(h)
	if err != nil {
		return prepared{}, err
	}
	release, err := k.acquire(ctx, cost)
	if err != nil {
		return prepared{}, err
	}
	defer release()
	return aside(func() (prepared, error) {
		p, err := k.decode(ctx, data, h)
		if err != nil {
			return prepared{}, err
		}
		return k.shape(ctx, p.fit(SizeOriginal), k.cfg.Quality)
	})
}

// allow refuses a picture that is too large, and tells how many bytes of memory it will take.
func (k *Keeper) allow(h header) (cost int64, err error) {
	if h.width < 1 || h.height < 1 {
		return 0, social.ErrPictureInvalid
	}
	if h.width > k.cfg.MaxSide || h.height > k.cfg.MaxSide || h.width*h.height > k.cfg.MaxPixels {
		return 0, social.ErrPictureTooLarge
	}
	cost = int64(float64(h.width*h.height)*h.perPixel) + shapingCost
	if cost > k.cfg.Memory {
		return 0, social.ErrPictureTooLarge
	}
	return cost, nil
}

// acquire waits for the turn of a picture that takes cost bytes.
func (k *Keeper) acquire(ctx context.Context, cost int64) (release func(), err error) {
	waiting, cancel := context.WithTimeout(ctx, k.cfg.Wait)
	defer cancel()
	busy := func(err error) error {
		if ctx.Err() == nil {
			return social.ErrBusy
		}
		return fmt.Errorf("wait for a turn: %w", err)
	}
	if err := k.jobs.Acquire(waiting, 1); err != nil {
		return nil, busy(err)
	}
	if err := k.memory.Acquire(waiting, cost); err != nil {
		k.jobs.Release(1)
		return nil, busy(err)
	}
	return func() {
		k.memory.Release(cost)
		k.jobs.Release(1)
	}, nil
}

// shape compresses all sizes of a picture, of which p is the original; that one in a quality of its own.
func (k *Keeper) shape(ctx context.Context, p *planes, quality float32) (prepared, error) {
	hash := p.blurhash()
	out := prepared{sizes: map[Size][]byte{}}
	var last []byte
	for _, size := range Sizes() {
		if err := ctx.Err(); err != nil {
			return prepared{}, fmt.Errorf("compress picture: %w", err)
		}
		next := p
		if size != SizeOriginal {
			next, quality = p.fit(size), k.cfg.Quality
		}
		if next != p || last == nil {
			made, err := next.webp(quality, k.cfg.Effort)
			if err != nil {
				return prepared{}, fmt.Errorf("compress %s: %w", size, err)
			}
			last = made
		}
		out.sizes[size] = last
		p = next
		if size == SizeOriginal {
			out.kept = Kept{
				ContentType: ContentType, Size: int64(len(last)), Width: p.width, Height: p.height, Blurhash: hash,
			}
		}
	}
	out.kept.Blob = newFolder(out.sizes[SizeOriginal])
	return out, nil
}

// newFolder names the folder of a picture by its content, and so that no two pictures share one.
func newFolder(original []byte) string {
	name := Hash(original)
	return name[:2] + "/" + name + "-" + strings.ToLower(rand.Text())
}

// Hash names a content: SHA-256 in hexadecimal digits.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Tag names the content of one size of a picture, for caches.
func Tag(folder string, size Size) string {
	_, name, _ := strings.Cut(folder, "/")
	sum, _, _ := strings.Cut(name, "-")
	return sum[:min(len(sum), 32)] + "-" + string(size)
}

// Read opens one size of a stored picture.
func (k *Keeper) Read(ctx context.Context, folder string, size Size) (*Stored, error) {
	return k.blobs.open(ctx, folder, size)
}

// Discard removes a picture that nobody refers to, as far as that works: what is left is a stray.
func (k *Keeper) Discard(ctx context.Context, folder string) error {
	return k.blobs.remove(ctx, folder)
}

// patient reads data in small pieces for as long as ctx lasts: a decoder cannot be stopped otherwise.
type patient struct {
	ctx  context.Context //nolint:containedctx // it lives as long as one call of a decoder
	data *bytes.Reader
}

// Read gives a piece that is small, since a few bytes can make a decoder work for long.
func (p *patient) Read(b []byte) (int, error) {
	const piece = 512
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.data.Read(b[:min(len(b), piece)])
}
