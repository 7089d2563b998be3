package handler

import (
	"context"
	"strconv"
	"strings"

	"github.com/pp-enter/pp-enter/api/auth"
)

// Caller is who sent a request, as far as that was proved. The zero Caller is anybody.
type Caller struct {
	UserID  int64        // 0: nobody is logged in
	Session int64        // the login that speaks
	Staff   bool         // may use what is behind /api/admin/
	Ticket  *auth.Ticket // the room ticket that was shown instead of an access token; nil: none
}

type callerKey struct{}

// WithCaller attaches c to the request's context.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf is who sent the request; zero outside of one, and for whom the request's row in the table of
// routes lets in unseen.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// UserKeyPrefix begins the keys of users, as opposed to those of guests.
const UserKeyPrefix = "u"

// UserKey is a user's key for seats in rooms: the same for all visits of one person.
func UserKey(userID int64) string { return UserKeyPrefix + strconv.FormatInt(userID, 10) }

// UserOfKey is the user whose key it is; 0: a guest's.
func UserOfKey(key string) int64 {
	number, ok := strings.CutPrefix(key, UserKeyPrefix)
	id, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || id < 1 {
		return 0
	}
	return id
}
