package handler

import (
	"errors"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Posts answers for posts, their likes and favourites, the feeds and the search.
type Posts struct {
	DB     *store.DB
	Notify *Notifier
	Photos *Photos
}

// Check reports a part that is missing.
func (p *Posts) Check() error {
	if p.DB == nil || p.Notify == nil || p.Photos == nil {
		return errors.New("posts: a part is missing")
	}
	return nil
}

// postStatus is the status of a refusal of this resource; 0: the code is another's.
func postStatus(code social.Code) int {
	switch code {
	default:
		return 0
	}
}
