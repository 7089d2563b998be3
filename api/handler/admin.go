package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Admin answers for /api/admin, which is the staff's. What is done there stands in the audit.
type Admin struct {
	DB     *store.DB
	Calls  Calls
	Rooms  Presence
	Photos *Photos
	Rings  Rings // nil: nobody is rung
}

// Presence tells how full rooms are.
type Presence interface {
	// Present is how many people are in a room.
	Present(roomID int64) int
}

// Check reports a part that is missing.
func (a *Admin) Check() error {
	if a.DB == nil || a.Calls == nil || a.Rooms == nil || a.Photos == nil {
		return errors.New("admin: a part is missing")
	}
	return nil
}

// adminStatus is the status of a refusal of this resource; 0: the code is another's.
func adminStatus(code social.Code) int {
	switch code {
	case social.CodeActReason:
		return http.StatusUnprocessableEntity
	case social.CodeTargetStaff:
		return http.StatusForbidden
	default:
		return 0
	}
}

// maxSearch is the longest text that the staff searches for, in characters.
const maxSearch = 100

// act is what the caller does, and why.
func act(ctx context.Context, reason string) social.Act {
	return social.Act{ActorID: CallerOf(ctx).UserID, Reason: reason}
}

// searched is a text as it is searched for.
func searched(text string) (string, error) {
	clean, ok := social.CleanText(text, maxSearch)
	if !ok {
		return "", social.ErrTextInvalid
	}
	return clean, nil
}

// AdminUser is an account as the staff sees it.
type AdminUser struct {
	Person
	Email    string     `json:"email"`
	Staff    bool       `json:"staff"`
	Disabled *time.Time `json:"disabled" nullable:"true" doc:"Since when nobody can log in; null: they can"`
	Created  time.Time  `json:"created"`
}

// AdminUserCard is an account with what the staff should know before it acts.
type AdminUserCard struct {
	AdminUser
	Bio      string `json:"bio"`
	Posts    int64  `json:"posts"`
	Comments int64  `json:"comments"`
	Sessions int64  `json:"sessions" doc:"Where they are logged in"`
	Reports  int64  `json:"reports" doc:"Open ones, about them and what they made"`
}

// AdminUserResponse shows an account to the staff.
type AdminUserResponse struct{ Body AdminUserCard }

// AdminUsersRequest searches the accounts.
type AdminUsersRequest struct {
	PageRequest
	Q        string `query:"q" doc:"Part of a username, a nickname or an e-mail address; at most 100 characters"`
	Disabled bool   `query:"disabled" doc:"Only those that are disabled"`
	Staff    bool   `query:"staff" doc:"Only those of the staff"`
}

// DisableRequest locks an account.
type DisableRequest struct {
	IDRequest
	Body struct {
		Reason string `json:"reason" doc:"For the audit: 1 to 500 characters"`
	}
}

// EnableRequest unlocks an account.
type EnableRequest struct {
	IDRequest
	Body *struct {
		Reason string `json:"reason,omitempty" doc:"For the audit: at most 500 characters"`
	}
}

// Users lists the accounts, the newest first.
func (a *Admin) Users(ctx context.Context, in *AdminUsersRequest) (*List[AdminUser], error) {
	text, err := searched(in.Q)
	if err != nil {
		return nil, err
	}
	filter := social.UserFilter{Text: text, Disabled: in.Disabled, Staff: in.Staff}
	rows, next, err := a.DB.Users.List(ctx, filter, in.page())
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return newList(ctx, rows, next, adminUser), nil
}

// User shows one account.
func (a *Admin) User(ctx context.Context, in *IDRequest) (*AdminUserResponse, error) {
	card, err := a.DB.Admin.User(ctx, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find user: %w", err)
	}
	return &AdminUserResponse{Body: AdminUserCard{
		AdminUser: adminUser(card.User), Bio: card.Profile.Bio, Posts: card.Posts, Comments: card.Comments,
		Sessions: card.Sessions, Reports: card.Reports,
	}}, nil
}

// Disable locks an account: its sessions end at once, and so do its calls.
func (a *Admin) Disable(ctx context.Context, in *DisableRequest) (*AdminUserResponse, error) {
	rings, err := a.DB.Admin.Disable(ctx, act(ctx, in.Body.Reason), in.ID)
	if err != nil {
		return nil, fmt.Errorf("disable user: %w", err)
	}
	// From here on no token of theirs gives a seat any more.
	a.Calls.Hang(UserKey(in.ID))
	a.stopped(ctx, rings)
	return a.User(ctx, &in.IDRequest)
}

// Enable unlocks an account, which has to log in anew.
func (a *Admin) Enable(ctx context.Context, in *EnableRequest) (*AdminUserResponse, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	if err := a.DB.Admin.Enable(ctx, act(ctx, reason), in.ID); err != nil {
		return nil, fmt.Errorf("enable user: %w", err)
	}
	return a.User(ctx, &in.IDRequest)
}

// stopped tells the screens of rings that they are over.
func (a *Admin) stopped(ctx context.Context, rings []int64) {
	if a.Rings != nil && len(rings) > 0 {
		a.Rings.Stopped(ctx, rings)
	}
}

func adminUser(u social.User) AdminUser {
	return AdminUser{
		Person: person(u.Profile.Person), Email: u.Email, Staff: u.Role == social.RoleStaff,
		Disabled: orNull(u.Disabled), Created: u.Created,
	}
}

// orNobody is null for nobody.
func orNobody(p social.Person) *Person {
	if p.ID == 0 {
		return nil
	}
	return new(person(p))
}
