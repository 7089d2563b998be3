package store

import (
	"time"

	"github.com/uptrace/bun"
)

// photoModel is the row of a picture, with the key of its bytes in the blob store.
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
