package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Me is one's own account.
type Me struct {
	Person
	Email   string    `json:"email"`
	Bio     string    `json:"bio"`
	Staff   bool      `json:"staff"`
	Created time.Time `json:"created"`
	Unread  int       `json:"unread" doc:"Notifications that were not read yet"`
}

// MeResponse shows one's own account.
type MeResponse struct{ Body Me }

// ProfileBody is what can be changed of a profile; what is missing stays.
type ProfileBody struct {
	Nickname      *string `json:"nickname,omitempty" doc:"1 to 40 characters"`
	Bio           *string `json:"bio,omitempty" doc:"At most 500 characters"`
	RemovePicture bool    `json:"remove_picture,omitempty"`
}

// ProfileRequest changes one's own profile.
type ProfileRequest struct{ Form Form[ProfileBody] }

// PasswordRequest changes one's own password.
type PasswordRequest struct {
	Body struct {
		OldPassword string `json:"old_password"`
		NewPassword string `json:"new_password" doc:"8 to 128 characters, none that everybody tries first"`
	}
}

// DeleteMeRequest deletes one's own account.
type DeleteMeRequest struct {
	Body struct {
		Password string `json:"password"`
	}
}

// Me shows one's own account.
func (a *Accounts) Me(ctx context.Context, _ *struct{}) (*MeResponse, error) {
	me, err := a.me(ctx, CallerOf(ctx).UserID)
	if err != nil {
		return nil, err
	}
	return &MeResponse{Body: me}, nil
}

func (a *Accounts) me(ctx context.Context, userID int64) (Me, error) {
	user, err := a.DB.Users.ByID(ctx, userID)
	if err != nil {
		return Me{}, fmt.Errorf("find user: %w", err)
	}
	unread, err := a.DB.Notifications.Unread(ctx, userID)
	if err != nil {
		return Me{}, fmt.Errorf("count notifications: %w", err)
	}
	return Me{
		Person: person(user.Profile.Person), Email: user.Email, Bio: user.Profile.Bio,
		Staff: user.Role == social.RoleStaff, Created: user.Created, Unread: unread,
	}, nil
}

// Update changes one's own profile.
func (a *Accounts) Update(ctx context.Context, in *ProfileRequest) (*MeResponse, error) {
	userID, wish := CallerOf(ctx).UserID, in.Form.Value
	change := social.ProfileChange{Nickname: wish.Nickname, Bio: wish.Bio}
	if err := change.Clean(); err != nil {
		return nil, err
	}
	switch {
	case in.Form.Sent && wish.RemovePicture:
		return nil, NewProblem(http.StatusUnprocessableEntity, CodeValidation,
			"Give a picture or take it away, not both.")
	case in.Form.Sent:
		id, err := a.Pictures.SaveAvatar(ctx, userID, in.Form.Picture)
		if err != nil {
			return nil, fmt.Errorf("save picture: %w", err)
		}
		change.PictureID = &id
	case wish.RemovePicture:
		change.PictureID = new(int64)
	}
	if err := a.DB.Profiles.Update(ctx, userID, change); err != nil {
		if in.Form.Sent { // what nobody wears is in the way
			err = errors.Join(err, a.DB.Photos.Delete(context.WithoutCancel(ctx), userID, *change.PictureID))
		}
		return nil, fmt.Errorf("change profile: %w", err)
	}
	return a.Me(ctx, nil)
}

// Password changes one's own password and ends all other sessions: whoever got in with the old one is out.
func (a *Accounts) Password(ctx context.Context, in *PasswordRequest) (*Empty, error) {
	caller := CallerOf(ctx)
	user, err := a.prove(ctx, in.Body.OldPassword)
	if err != nil {
		return nil, err
	}
	if err := a.Policy.Check(in.Body.NewPassword, user.Username, user.Email, user.Profile.Nickname); err != nil {
		return nil, err
	}
	hash, err := a.Passwords.Hash(ctx, in.Body.NewPassword)
	if err != nil {
		return nil, err
	}
	err = a.DB.InTx(ctx, func(tx *store.DB) error {
		if err := tx.Users.SetPassword(ctx, caller.UserID, hash); err != nil {
			return err
		}
		_, err := tx.Sessions.EndAll(ctx, caller.UserID, caller.Session, social.EndPassword)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("change password: %w", err)
	}
	return &Empty{}, nil
}

// Delete deletes one's own account and what belongs to it, and hangs up.
func (a *Accounts) Delete(ctx context.Context, in *DeleteMeRequest) (*CookieResponse, error) {
	user, err := a.prove(ctx, in.Body.Password)
	if err != nil {
		return nil, err
	}
	done, err := a.DB.Users.Delete(ctx, user.ID)
	if err != nil {
		return nil, fmt.Errorf("delete user: %w", err)
	}
	// From here on no token of theirs gives a seat any more.
	a.Calls.Hang(UserKey(user.ID))
	for _, room := range done.RoomIDs {
		a.Calls.CloseRoom(room)
	}
	return &CookieResponse{SetCookie: auth.LogoutCookies(ClientOf(ctx).Secure)}, nil
}

// prove asks the caller for the password once more. Wrong ones count like those of a login.
func (a *Accounts) prove(ctx context.Context, password string) (social.User, error) {
	user, err := a.DB.Users.ByID(ctx, CallerOf(ctx).UserID)
	if err != nil {
		return user, fmt.Errorf("find user: %w", err)
	}
	attempt, wait := a.Throttle.Try(user.Username, ClientOf(ctx).Address)
	if wait > 0 {
		return user, TooMany(wait)
	}
	who, err := a.DB.Users.CredentialsByID(ctx, user.ID)
	if err != nil {
		return user, fmt.Errorf("find credentials: %w", err)
	}
	ok, _, err := a.Passwords.Verify(ctx, password, who.PasswordHash)
	if err != nil {
		return user, err
	}
	if !ok {
		return user, social.ErrPasswordWrong
	}
	attempt.Succeeded()
	return user, nil
}

// ExportResponse is everything that is kept about somebody.
type ExportResponse struct {
	Disposition string `header:"Content-Disposition"`
	Body        map[string][]map[string]any
}

// Export gives the caller everything that is kept about them.
func (a *Accounts) Export(ctx context.Context, _ *struct{}) (*ExportResponse, error) {
	all, err := a.DB.Users.Export(ctx, CallerOf(ctx).UserID)
	if err != nil {
		return nil, fmt.Errorf("export account: %w", err)
	}
	return &ExportResponse{Disposition: `attachment; filename="pp-enter.json"`, Body: all}, nil
}
