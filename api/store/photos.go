package store

import (
	"time"

	"github.com/uptrace/bun"
)

// Photos are the rows of pictures, and the keys of their bytes in the blob store.
type Photos struct{ c conn }

type photoModel struct {
	bun.BaseModel `bun:"table:photos,alias:ph"`

	ID          int64 `bun:",pk,autoincrement"`
	OwnerID     int64
	FacechatID  *int64
	Kind        string
	Name        string
	Alt         string
	Blob        string
	ContentType string
	Size        int64
	Width       int
	Height      int
	Blurhash    string
	Bigrams     string
	CreatedAt   time.Time
}

type blobOrphanModel struct {
	bun.BaseModel `bun:"table:blob_orphans,alias:bo"`

	ID        int64 `bun:",pk,autoincrement"`
	Blob      string
	CreatedAt time.Time
}
