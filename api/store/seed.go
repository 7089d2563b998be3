package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// ErrNotEmpty says that there are accounts already where made-up ones should go.
var ErrNotEmpty = errors.New("the database has accounts already")

// Seed is a made-up world for trying the program and for measuring it. What refers to something else does so
// by its place in that list, counted from 1; 0 is nothing. Texts are written as they are: they must be clean
// already. Each list is in the order of its times.
type Seed struct {
	Password      string // the hash that all people share
	Tags          []SeedTag
	People        []SeedPerson
	Photos        []SeedPhoto
	Requests      []SeedTie // friend requests that wait for an answer, From asks To
	Friends       []SeedTie
	Follows       []SeedTie // From follows To
	Posts         []SeedPost
	Likes         []SeedTie // From is a person, To a post
	Favorites     []SeedTie // the same
	Comments      []SeedComment
	Rooms         []SeedRoom
	Notifications []SeedNotification
}

// SeedTag is a tag; one that exists already is used as it is.
type SeedTag struct {
	Name    string // clean
	Creator int    // person
	Created time.Time
}

// SeedPerson is an account with its profile.
type SeedPerson struct {
	Username, Email, Nickname, Bio string
	Picture                        int // photo
	Created                        time.Time
}

// SeedPhoto is a picture whose bytes are in the blob store.
type SeedPhoto struct {
	Owner             int // person
	Kind              social.PhotoKind
	Name, Alt         string
	Blob, ContentType string
	Size              int64
	Width, Height     int
	Blurhash          string
	Created           time.Time
}

// SeedTie is what ties one to another.
type SeedTie struct {
	From, To int
	Created  time.Time
}

// SeedPost is a post.
type SeedPost struct {
	Owner, Photo   int
	Title, Content string
	Visibility     social.Visibility
	Tags           []int // each once
	Views          int
	Created        time.Time
}

// SeedComment is a comment on a post, or on an earlier comment there.
type SeedComment struct {
	Post, Author, Parent int
	Content              string
	Created              time.Time
}

// SeedRoom is a room; with Ended it is over.
type SeedRoom struct {
	Host                 int
	Slug, Title, Content string
	Visibility           social.Visibility
	AllowGuests          bool
	Tags                 []int
	Views                int
	Stays                []SeedStay // in the order in which they came
	Created, Ended       time.Time
}

// SeedStay is somebody in a room that is over.
type SeedStay struct {
	Person       int
	Joined, Left time.Time
}

// SeedNotification is what somebody is told.
type SeedNotification struct {
	Person, Actor                int
	Kind                         social.NotificationKind
	Request, Post, Comment, Room int
	Created, Read                time.Time // Read zero: not yet
}

// Rows is about how many rows the world has.
func (s *Seed) Rows() int {
	n := len(s.Tags) + 2*len(s.People) + len(s.Photos) + len(s.Requests) + len(s.Friends) + len(s.Follows) +
		len(s.Posts) + len(s.Likes) + len(s.Favorites) + len(s.Comments) + len(s.Rooms) + len(s.Notifications)
	for i := range s.Posts {
		n += len(s.Posts[i].Tags)
	}
	for i := range s.Rooms {
		n += len(s.Rooms[i].Tags) + len(s.Rooms[i].Stays)
	}
	return n
}

// Seed writes a made-up world in one transaction. In a new database the same world gets the same ids. Where
// accounts exist it fails with ErrNotEmpty. told hears now and then how many of Seed.Rows are written; nil:
// nobody.
func (db *DB) Seed(ctx context.Context, s *Seed, told func(rows int)) error {
	if told == nil {
		told = func(int) {}
	}
	return db.c.inTx(ctx, func(ctx context.Context, c conn) error {
		some, err := c.w.NewSelect().Model((*userModel)(nil)).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look for accounts: %w", err)
		}
		if some {
			return ErrNotEmpty
		}
		return (&seeder{c: c, seed: s, told: told}).run(ctx)
	})
}
