package handler

import (
	"errors"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Tags answers for tags, and for those on photos.
type Tags struct {
	DB *store.DB
}

// Check reports a part that is missing.
func (t *Tags) Check() error {
	if t.DB == nil {
		return errors.New("tags: a part is missing")
	}
	return nil
}

// tagStatus is the status of a refusal of this resource; 0: the code is another's.
func tagStatus(code social.Code) int {
	switch code {
	default:
		return 0
	}
}
