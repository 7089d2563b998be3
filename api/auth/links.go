package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

const (
	// LinkLife is how long a signed address is good at most, and half of it at least: addresses of the same
	// half hour are the same, so that browsers find in their cache what they have shown before.
	LinkLife = time.Hour

	linkStep  = LinkLife / 2
	linkBytes = 16 // of the signature
)

// Link is what a signed address proves: that somebody may fetch a thing with this person's eyes, without
// showing a token. Whether that person may see the thing is asked anew at each visit.
type Link struct {
	PhotoID int64
	Viewer  int64
	Expires time.Time
}

// Links signs and checks addresses of pictures (HMAC-SHA256), which stand in pages where no header can be
// sent. Safe for concurrent use.
type Links struct{ key []byte }

// NewLinks makes a signer from the server's secret.
func NewLinks(secret []byte) (*Links, error) {
	key, err := derive(secret, "picture link")
	if err != nil {
		return nil, err
	}
	return &Links{key: key}, nil
}

// Sign returns the query that opens all sizes of a picture to viewer, for LinkLife at most.
func (l *Links) Sign(photo, viewer int64, now time.Time) string {
	step := int64(linkStep.Seconds())
	expires := (now.Unix()/step + 2) * step
	query := url.Values{
		"e": {strconv.FormatInt(expires, 10)}, "v": {strconv.FormatInt(viewer, 10)},
		"s": {l.signature(photo, viewer, expires)},
	}
	return query.Encode()
}

// Check reports social.ErrLinkInvalid for a signature that was not made here for this, and
// social.ErrLinkExpired for one that was.
func (l *Links) Check(link Link, signature string, now time.Time) error {
	want := l.signature(link.PhotoID, link.Viewer, link.Expires.Unix())
	switch {
	case !hmac.Equal([]byte(want), []byte(signature)):
		return social.ErrLinkInvalid
	case !now.Before(link.Expires):
		return social.ErrLinkExpired
	}
	return nil
}

func (l *Links) signature(photo, viewer, expires int64) string {
	mac := hmac.New(sha256.New, l.key)
	text := strconv.AppendInt(nil, photo, 10)
	text = strconv.AppendInt(append(text, '.'), viewer, 10)
	text = strconv.AppendInt(append(text, '.'), expires, 10)
	mac.Write(text)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:linkBytes])
}
