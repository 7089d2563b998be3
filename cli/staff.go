package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// staffCmd says who belongs to the staff. It works beside a server that runs, which needs no restart.
type staffCmd struct {
	Promote promoteCmd `cmd:"" help:"Make somebody staff: they may use the pages under /admin/."`
	Demote  demoteCmd  `cmd:"" help:"Make somebody staff no more."`
	List    staffList  `cmd:"" help:"List who is staff."`
}

type promoteCmd struct {
	configured
	User string `arg:"" help:"Username or e-mail address."`
}

type demoteCmd struct {
	configured
	User string `arg:"" help:"Username or e-mail address."`
}

type staffList struct{ configured }

// Run makes somebody staff.
func (c *promoteCmd) Run(ctx context.Context, p *Process) error {
	return c.withDatabase(ctx, p, func(db *store.DB) error {
		return setRole(ctx, p, db, c.User, social.RoleStaff)
	})
}

// Run makes somebody staff no more.
func (c *demoteCmd) Run(ctx context.Context, p *Process) error {
	return c.withDatabase(ctx, p, func(db *store.DB) error {
		return setRole(ctx, p, db, c.User, social.RoleUser)
	})
}

// Run lists who is staff.
func (c *staffList) Run(ctx context.Context, p *Process) error {
	return c.withDatabase(ctx, p, func(db *store.DB) error {
		staff, err := db.Admin.Staff(ctx)
		if err != nil {
			return err
		}
		if len(staff) == 0 {
			p.say("Nobody is staff yet. Make somebody so with: pp-enter admin promote USER\n")
			return nil
		}
		table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		for _, u := range staff {
			mark := ""
			if !u.Disabled.IsZero() {
				mark = "\tdisabled"
			}
			// Nothing helps where standard output is closed.
			_, _ = fmt.Fprintf(table, "%s\t%s%s\n", u.Username, u.Email, mark)
		}
		return table.Flush()
	})
}

// setRole changes what somebody may do, and says so.
func setRole(ctx context.Context, p *Process, db *store.DB, login string, role social.Role) error {
	who, err := db.Users.Credentials(ctx, login)
	if errors.Is(err, social.ErrUserNotFound) {
		return fmt.Errorf("no account has the username or e-mail address %q", login)
	}
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	changed, err := db.Admin.SetRole(ctx, social.Act{}, who.UserID, role)
	if err != nil {
		return fmt.Errorf("change role: %w", err)
	}
	user, err := db.Users.ByID(ctx, who.UserID)
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	word, when := "staff", "now"
	if role == social.RoleUser {
		word = "no staff"
	}
	if !changed {
		when = "already"
	}
	p.say("%s (%s) is %s %s.\n", user.Username, user.Email, word, when)
	return nil
}

// withDatabase gives fn the configured database in its newest state.
func (c *configured) withDatabase(ctx context.Context, p *Process, fn func(db *store.DB) error) (err error) {
	cfg, _, err := c.load(p)
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	db, err := openDatabase(ctx, &cfg, newLog(cfg.Log, p.Stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return fn(db)
}
