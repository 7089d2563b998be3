package turn

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

// keepTime is how long after the end of its credentials a relay that exists may still be refreshed: calls
// outlast the time in which one may join them.
const keepTime = 24 * time.Hour

// makeCredentials follows the "REST API for access to TURN services" (draft-uberti-behave-turn-rest): the
// user name is the time of expiry in seconds and the user, joined by a colon, the password is the HMAC-SHA1
// of that under the secret, in base64.
func makeCredentials(secret, user string, expires time.Time) (username, password string) {
	username = strconv.FormatInt(expires.Unix(), 10) + ":" + user
	return username, passwordOf(secret, username)
}

func passwordOf(secret, username string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(username))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// authenticator knows who may have a relay.
type authenticator struct {
	secret string
	now    func() time.Time
}

// check returns the user and the key that the request must be signed with; the library compares.
func (a authenticator) check(r *turn.RequestAttributes) (user string, key []byte, ok bool) {
	user, expires, ok := parseUsername(r.Username)
	if !ok {
		return "", nil, false
	}
	if r.Method != stun.MethodAllocate {
		expires = expires.Add(keepTime)
	}
	if a.now().After(expires) {
		return "", nil, false
	}
	return user, turn.GenerateAuthKey(r.Username, r.Realm, passwordOf(a.secret, r.Username)), true
}

// parseUsername splits expiry and user.
func parseUsername(username string) (user string, expires time.Time, ok bool) {
	digits, user, found := strings.Cut(username, ":")
	if !found || user == "" || len(username) > 256 {
		return "", time.Time{}, false
	}
	seconds, err := strconv.ParseUint(digits, 10, 40) // some 34,000 years: adding keepTime cannot overflow
	if err != nil {
		return "", time.Time{}, false
	}
	return user, time.Unix(int64(seconds), 0), true
}
