package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/store"
	"github.com/pp-enter/pp-enter/cli/seed"
	"github.com/pp-enter/pp-enter/configs"
)

type seedCmd struct {
	configured

	Users    int       `default:"1000" help:"People to make up."`
	Posts    int       `default:"10000" help:"Posts to make up."`
	Comments int       `default:"50000" help:"Comments to make up."`
	Seed     uint64    `default:"1" help:"The same number makes the same people and posts."`
	Until    time.Time `default:"2026-11-01T00:00:00Z" placeholder:"TIME" help:"Nothing made up is younger."`
	Password string    `placeholder:"TEXT" help:"What all made-up people log in with; made up by default."`
}

// Run fills an empty database with made-up people and what they do; see package seed.
func (c *seedCmd) Run(ctx context.Context, p *Process) (err error) {
	cfg, _, err := c.load(p)
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	world := seed.Config{
		People: c.Users, Posts: c.Posts, Comments: c.Comments, Seed: c.Seed, Until: c.Until.UTC(),
	}
	if err := world.Check(); err != nil {
		return err
	}
	db, err := openDatabase(ctx, &cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// Before the work, for a quick answer; Seed looks again.
	switch n, err := db.Users.Count(ctx); {
	case err != nil:
		return err
	case n > 0:
		return notEmpty(store.ErrNotEmpty)
	}
	if c.Password == "" {
		c.Password = rand.Text()[:12]
	}
	if world.Password, err = hashOf(ctx, cfg.Auth, c.Password); err != nil {
		return err
	}
	blobs, err := openBlobs(ctx, &cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, blobs.Close()) }()
	if err := keepPictures(ctx, blobs, &world); err != nil {
		return err
	}
	return c.fill(ctx, p, db, world)
}

// keepPictures paints what the world shows, and keeps it. What it keeps before it fails, or before the world
// is not written, is swept like all that has no row.
func keepPictures(ctx context.Context, blobs *media.Blobs, world *seed.Config) error {
	keeper, err := media.NewKeeper(media.DefaultConfig(), blobs)
	if err != nil {
		return err
	}
	paintings, err := seed.Paint(world.Seed)
	if err != nil {
		return err
	}
	for _, p := range paintings {
		kept, err := keeper.Keep(ctx, p.JPEG)
		if err != nil {
			return fmt.Errorf("keep picture: %w", err)
		}
		picture := seed.Picture{
			Theme: p.Theme, Blob: kept.Blob, ContentType: kept.ContentType, Size: kept.Size, Width: kept.Width,
			Height: kept.Height, Blurhash: kept.Blurhash,
		}
		if p.Theme == "" {
			world.Faces = append(world.Faces, picture)
		} else {
			world.Pictures = append(world.Pictures, picture)
		}
	}
	return nil
}

// fill makes the world up, writes it and tells about it.
func (c *seedCmd) fill(ctx context.Context, p *Process, db *store.DB, cfg seed.Config) error {
	start := time.Now()
	world, err := seed.Make(cfg)
	if err != nil {
		return err
	}
	all, last := world.Rows(), -1
	err = db.Seed(ctx, world, func(rows int) {
		if percent := 100 * rows / all; percent/10 != last {
			last = percent / 10
			_, _ = fmt.Fprintf(p.Stderr, "seed: %d%% of %d rows\n", percent, all) // nothing helps where it is closed
		}
	})
	if err != nil {
		return notEmpty(err)
	}
	p.say("%d people, %d posts, %d comments, %d likes in %.1f s\n", len(world.People), len(world.Posts),
		len(world.Comments), len(world.Likes), time.Since(start).Seconds())
	p.say("Log in as %s, or any of the others, with the password %s\n", world.People[0].Username, c.Password)
	return nil
}

// notEmpty says what to do about accounts that are there already.
func notEmpty(err error) error {
	if !errors.Is(err, store.ErrNotEmpty) {
		return err
	}
	return fmt.Errorf("%w: made-up people go into a new one, e.g. of another data.dir (PPENTER_DATA_DIR)", err)
}

// hashOf is the hash of a password that may be simpler than people's own must be.
func hashOf(ctx context.Context, cfg configs.Auth, password string) (string, error) {
	passwords, err := newPasswords(cfg)
	if err != nil {
		return "", err
	}
	return passwords.Hash(ctx, password)
}

// newPasswords is the configured hashing.
func newPasswords(cfg configs.Auth) (*auth.Passwords, error) {
	hashing := auth.DefaultPasswordsConfig()
	hashing.MemoryKiB, hashing.Iterations = cfg.HashMemory, cfg.HashPasses
	hashing.Concurrency = cfg.HashConcurrency
	passwords, err := auth.NewPasswords(hashing)
	if err != nil {
		return nil, fmt.Errorf("prepare passwords: %w", err)
	}
	return passwords, nil
}
