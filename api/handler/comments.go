package handler

import (
	"errors"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Comments answers for what people say to posts and to each other.
type Comments struct {
	DB     *store.DB
	Notify *Notifier
}

// Check reports a part that is missing.
func (c *Comments) Check() error {
	if c.DB == nil || c.Notify == nil {
		return errors.New("comments: a part is missing")
	}
	return nil
}

// commentStatus is the status of a refusal of this resource; 0: the code is another's.
func commentStatus(code social.Code) int {
	switch code {
	default:
		return 0
	}
}
