package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/pp-enter/pp-enter/api/social"
)

// Users are the accounts.
type Users struct{ c conn }

type userModel struct {
	bun.BaseModel `bun:"table:users,alias:u"`

	ID         int64 `bun:",pk,autoincrement"`
	Username   string
	Email      string
	Password   string
	Role       social.Role
	DisabledAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// userRow is an account with its profile.
type userRow struct {
	Email      string
	Role       social.Role
	DisabledAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Bio        string
	Person     personRow `bun:"embed:person_"`
}

func (r *userRow) user() social.User {
	p := r.Person.person()
	return social.User{
		ID: p.ID, Username: p.Username, Email: r.Email, Role: r.Role, Disabled: utc(r.DisabledAt),
		Created: r.CreatedAt.UTC(), Updated: r.UpdatedAt.UTC(), Profile: social.Profile{Person: p, Bio: r.Bio},
	}
}

// accounts selects userRows.
func (s *Users) accounts() *bun.SelectQuery {
	q := s.c.r.NewSelect().TableExpr("users AS u").Join("JOIN profiles AS f ON f.user_id = u.id").
		ColumnExpr("u.email, u.role, u.disabled_at, u.created_at, u.updated_at, f.bio")
	return withPerson(q, "person", "u.id")
}

// Create makes an account with its profile. It fails with what Clean says, social.ErrUsernameTaken or
// social.ErrEmailTaken.
func (s *Users) Create(ctx context.Context, n social.NewUser) (u social.User, err error) {
	if err := n.Clean(); err != nil {
		return u, err
	}
	err = s.c.inTx(ctx, func(ctx context.Context, c conn) error {
		now := c.now()
		m := userModel{
			Username: n.Username, Email: n.Email, Password: n.PasswordHash, Role: n.Role,
			CreatedAt: now, UpdatedAt: now,
		}
		if _, err := c.w.NewInsert().Model(&m).Exec(ctx); err != nil {
			switch {
			case duplicate(err, "users", "username"):
				return social.ErrUsernameTaken
			case duplicate(err, "users", "email"):
				return social.ErrEmailTaken
			}
			return fmt.Errorf("add user: %w", err)
		}
		f := profileModel{
			UserID: m.ID, Nickname: n.Nickname, Bigrams: social.Bigrams(n.Username, n.Nickname), UpdatedAt: now,
		}
		if _, err := c.w.NewInsert().Model(&f).Exec(ctx); err != nil {
			return fmt.Errorf("add profile: %w", err)
		}
		u = social.User{
			ID: m.ID, Username: n.Username, Email: n.Email, Role: n.Role, Created: now, Updated: now,
			Profile: social.Profile{Person: social.Person{ID: m.ID, Username: n.Username, Nickname: n.Nickname}},
		}
		return nil
	})
	return u, err
}

// ByID finds an account, also a disabled one.
func (s *Users) ByID(ctx context.Context, id int64) (social.User, error) {
	return s.one(ctx, s.accounts().Where("u.id = ?", id))
}

// ByUsername finds an account by its name in any spelling of case, also a disabled one.
func (s *Users) ByUsername(ctx context.Context, name string) (social.User, error) {
	name, err := social.CleanUsername(name)
	if err != nil {
		return social.User{}, social.ErrUserNotFound
	}
	return s.one(ctx, s.accounts().Where("u.username = ?", name))
}

func (s *Users) one(ctx context.Context, q *bun.SelectQuery) (social.User, error) {
	var row userRow
	if err := q.Scan(ctx, &row); err != nil {
		return social.User{}, orNotFound(err, social.ErrUserNotFound)
	}
	return row.user(), nil
}

// Credentials finds what a log-in by username or e-mail address is checked against.
func (s *Users) Credentials(ctx context.Context, login string) (social.Credentials, error) {
	q := s.c.r.NewSelect().Model((*userModel)(nil)).Column("id", "password", "disabled_at")
	if strings.Contains(login, "@") { // which no username has
		email, err := social.CleanEmail(login)
		if err != nil {
			return social.Credentials{}, social.ErrUserNotFound
		}
		q = q.Where("email = ?", email)
	} else {
		name, err := social.CleanUsername(login)
		if err != nil {
			return social.Credentials{}, social.ErrUserNotFound
		}
		q = q.Where("username = ?", name)
	}
	return credentials(ctx, q)
}

// CredentialsByID is Credentials for somebody who is logged in.
func (s *Users) CredentialsByID(ctx context.Context, id int64) (social.Credentials, error) {
	return credentials(ctx, s.c.r.NewSelect().Model((*userModel)(nil)).Column("id", "password", "disabled_at").
		Where("id = ?", id))
}

func credentials(ctx context.Context, q *bun.SelectQuery) (social.Credentials, error) {
	var m userModel
	if err := q.Scan(ctx, &m); err != nil {
		return social.Credentials{}, orNotFound(err, social.ErrUserNotFound)
	}
	return social.Credentials{UserID: m.ID, PasswordHash: m.Password, Disabled: m.DisabledAt != nil}, nil
}

// SetPassword changes an account's password hash. Ending its sessions is another step, in the same
// transaction: Sessions.EndAll.
func (s *Users) SetPassword(ctx context.Context, id int64, hash string) error {
	return s.set(ctx, id, "password = ?", hash)
}

func (s *Users) set(ctx context.Context, id int64, what string, to any) error {
	n, err := affected(s.c.w.NewUpdate().Model((*userModel)(nil)).Set(what, to).Set("updated_at = ?", s.c.now()).
		Where("id = ?", id).Exec(ctx))
	if err != nil {
		return fmt.Errorf("change user: %w", err)
	}
	if n == 0 {
		return social.ErrUserNotFound
	}
	return nil
}

// List is all accounts for the staff, the newest first.
func (s *Users) List(
	ctx context.Context, f social.UserFilter, page social.Page,
) ([]social.User, string, error) {
	q := s.accounts()
	if f.Text != "" {
		email, pattern := s.c.containing("u.email", strings.ToLower(f.Text))
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return s.c.matching(q, profileSearch(), f.Text).WhereOr(email, pattern)
		})
	}
	if f.Disabled {
		q = q.Where("u.disabled_at IS NOT NULL")
	}
	if f.Staff {
		q = q.Where("u.role = ?", social.RoleStaff)
	}
	rows, next, err := fetch(ctx, q, page, keyset{kind: "users", column: "u.id"},
		func(r *userRow) int64 { return value(r.Person.ID) })
	return each(rows, (*userRow).user), next, err
}

// Count is how many accounts there are.
func (s *Users) Count(ctx context.Context) (int, error) {
	return s.c.r.NewSelect().Model((*userModel)(nil)).Count(ctx)
}
