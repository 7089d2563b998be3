package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Photos are the rows of pictures. Their bytes lie in the blob store: they are there before the row, and go
// after it.
type Photos struct{ c conn }

// photoModel is the row of a picture, with the folder of its bytes in the blob store.
type photoModel struct {
	bun.BaseModel `bun:"table:photos,alias:ph"`

	ID          int64 `bun:",pk,autoincrement"`
	OwnerID     int64
	FacechatID  *int64
	Kind        social.PhotoKind
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

func (m *photoModel) photo() social.Photo {
	return social.Photo{
		ID: m.ID, OwnerID: m.OwnerID, FaceChatID: value(m.FacechatID), Kind: m.Kind, Name: m.Name, Alt: m.Alt,
		Blob: m.Blob, ContentType: m.ContentType, Size: m.Size, Width: m.Width, Height: m.Height,
		Blurhash: m.Blurhash, Created: m.CreatedAt.UTC(),
	}
}

// photoRow is a social.Photo as withPhoto selects it; embed it with `bun:"embed:<prefix>_"`, under a prefix
// that makes no name of the row's own columns. All is NULL where there is none.
type photoRow struct {
	ID          *int64
	OwnerID     *int64
	FacechatID  *int64
	Kind        *social.PhotoKind
	Name        *string
	Alt         *string
	Blob        *string
	ContentType *string
	Size        *int64
	Width       *int
	Height      *int
	Blurhash    *string
	CreatedAt   *time.Time
}

// withPhoto joins the picture whose id is in column, under the prefix of the embedded photoRow. The joined
// table's alias is <prefix>_ph.
func withPhoto(q *bun.SelectQuery, prefix, column string) *bun.SelectQuery {
	table := bun.Ident(prefix + "_ph")
	for _, c := range []string{
		"id", "owner_id", "facechat_id", "kind", "name", "alt", "blob", "content_type", "size", "width", "height",
		"blurhash", "created_at",
	} {
		q = q.ColumnExpr("?.? AS ?", table, bun.Ident(c), bun.Ident(prefix+"_"+c))
	}
	return q.Join("LEFT JOIN photos AS ? ON ?.id = ?", table, table, bun.Safe(column))
}

// photo is the row as a social.Photo; the zero Photo where there is none.
func (r *photoRow) photo() social.Photo {
	return social.Photo{
		ID: value(r.ID), OwnerID: value(r.OwnerID), FaceChatID: value(r.FacechatID), Kind: value(r.Kind),
		Name: value(r.Name), Alt: value(r.Alt), Blob: value(r.Blob), ContentType: value(r.ContentType),
		Size: value(r.Size), Width: value(r.Width), Height: value(r.Height), Blurhash: value(r.Blurhash),
		Created: utc(r.CreatedAt),
	}
}

// Add writes the row of a picture whose bytes are kept.
func (s *Photos) Add(ctx context.Context, n social.NewPhoto) (social.Photo, error) {
	if err := n.Clean(); err != nil {
		return social.Photo{}, err
	}
	m := photoModel{
		OwnerID: n.OwnerID, FacechatID: orNil(n.FaceChatID), Kind: n.Kind, Name: n.Name, Alt: n.Alt, Blob: n.Blob,
		ContentType: n.ContentType, Size: n.Size, Width: n.Width, Height: n.Height, Blurhash: n.Blurhash,
		Bigrams: social.Bigrams(n.Name), CreatedAt: s.c.now(),
	}
	if _, err := s.c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
		if dangling(err) { // the account was deleted meanwhile
			return social.Photo{}, social.ErrUserNotFound
		}
		return social.Photo{}, fmt.Errorf("add photo: %w", err)
	}
	return m.photo(), nil
}

// Mine is somebody's own pictures, the newest first; kind empty: of all kinds.
func (s *Photos) Mine(
	ctx context.Context, owner int64, kind social.PhotoKind, page social.Page,
) ([]social.Photo, string, error) {
	q, list := s.c.r.NewSelect().Model((*photoModel)(nil)).Where("ph.owner_id = ?", owner), "photos"
	if kind != "" {
		q, list = q.Where("ph.kind = ?", kind), "photos_"+string(kind)
	}
	rows, next, err := fetch(ctx, q, page, keyset{kind: list, column: "ph.id"},
		func(m *photoModel) int64 { return m.ID })
	return each(rows, (*photoModel).photo), next, err
}

// ByID finds a picture that viewer may see: their own, one that a post shows which they may see, or
// somebody's picture of themselves. Else social.ErrPhotoNotFound.
func (s *Photos) ByID(ctx context.Context, viewer, id int64) (social.Photo, error) {
	view, err := s.View(ctx, viewer, id)
	return view.Photo, err
}

// photoViewRow is a picture, with whether everybody sees it.
type photoViewRow struct {
	photoModel
	Public bool
}

// View is ByID, and says whether everybody sees the picture. It is one query. The staff also sees the
// pictures of what it sees else, and everybody's picture of themselves.
func (s *Photos) View(ctx context.Context, viewer, id int64) (social.PhotoView, error) {
	shown := func(viewer int64) *bun.SelectQuery {
		posts := s.c.r.NewSelect().TableExpr("posts AS po").ColumnExpr("1").Where("po.photo_id = ph.id")
		return s.c.visibleTo(posts, viewer, owned{owner: "po.owner_id", level: "po.visibility"})
	}
	face := s.c.r.NewSelect().TableExpr("profiles AS f").ColumnExpr("1").Where("f.picture_id = ph.id").
		Where("NOT EXISTS (SELECT 1 FROM users AS u WHERE u.id = f.user_id AND u.disabled_at IS NOT NULL)")
	q := s.c.r.NewSelect().TableExpr("photos AS ph").
		ColumnExpr("ph.id, ph.owner_id, ph.facechat_id, ph.kind, ph.name, ph.alt, ph.blob, ph.content_type").
		ColumnExpr("ph.size, ph.width, ph.height, ph.blurhash, ph.created_at").
		ColumnExpr("(EXISTS (?) OR EXISTS (?)) AS public", face, shown(0)).
		Where("ph.id = ?", id).
		Where("(ph.owner_id = ? OR EXISTS (?) OR EXISTS (?) OR "+photoForStaff+")",
			viewer, face, shown(viewer), viewer, social.VisiblePublic)
	if viewer != 0 { // who has an address from before they were disabled is here without a session
		q = q.Where("NOT EXISTS (SELECT 1 FROM users AS me WHERE me.id = ? AND me.disabled_at IS NOT NULL)", viewer)
	}
	var row photoViewRow
	if err := q.Scan(ctx, &row); err != nil {
		return social.PhotoView{}, orNotFound(err, social.ErrPhotoNotFound)
	}
	return social.PhotoView{Photo: row.photo(), Public: row.Public}, nil
}

// Owned finds one of somebody's own pictures; else social.ErrPhotoNotFound.
func (s *Photos) Owned(ctx context.Context, owner, id int64) (social.Photo, error) {
	var m photoModel
	err := s.c.r.NewSelect().Model(&m).Where("id = ? AND owner_id = ?", id, owner).Scan(ctx)
	if err != nil {
		return social.Photo{}, orNotFound(err, social.ErrPhotoNotFound)
	}
	return m.photo(), nil
}

// Update changes the texts of one of somebody's own pictures.
func (s *Photos) Update(ctx context.Context, owner, id int64, change social.PhotoChange) error {
	if err := change.Clean(); err != nil {
		return err
	}
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		q := c.w.NewUpdate().Model((*photoModel)(nil)).Set("owner_id = owner_id").
			Where("id = ? AND owner_id = ?", id, owner)
		if change.Name != nil {
			q = q.Set("name = ?", *change.Name)
		}
		if change.Alt != nil {
			q = q.Set("alt = ?", *change.Alt)
		}
		n, err := affected(q.Exec(ctx))
		if err != nil {
			return fmt.Errorf("change photo: %w", err)
		}
		if n == 0 {
			return social.ErrPhotoNotFound
		}
		if change.Name == nil {
			return nil
		}
		return c.refreshPhotos(ctx, id)
	})
}

// Delete removes one of somebody's own pictures; its bytes wait among the orphans. While a post shows it, it
// stays: social.ErrPhotoInUse.
func (s *Photos) Delete(ctx context.Context, owner, id int64) error {
	return s.c.inTx(ctx, func(ctx context.Context, c conn) error { return c.deletePhoto(ctx, owner, id) })
}

// deletePhoto is Photos.Delete in a transaction.
func (c conn) deletePhoto(ctx context.Context, owner, id int64) error {
	q := c.w.NewSelect().Model((*photoModel)(nil)).Column("id").Where("id = ? AND owner_id = ?", id, owner)
	if c.pg {
		q = q.For("UPDATE") // a post that is being made with it comes first, or not at all
	}
	var found int64
	if err := q.Scan(ctx, &found); err != nil {
		return orNotFound(err, social.ErrPhotoNotFound)
	}
	used, err := c.w.NewSelect().TableExpr("posts").Where("photo_id = ?", id).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for posts: %w", err)
	}
	if used {
		return social.ErrPhotoInUse
	}
	if _, err := c.w.NewDelete().Model((*photoModel)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("delete photo: %w", err)
	}
	return nil
}
