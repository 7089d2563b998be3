package handler

import (
	"errors"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Ringer lets people call each other.
type Ringer struct {
	DB     *store.DB
	Notify *Notifier
}

// Check reports a part that is missing.
func (r *Ringer) Check() error {
	if r.DB == nil || r.Notify == nil {
		return errors.New("ringer: a part is missing")
	}
	return nil
}

// ringStatus is the status of a refusal of this resource; 0: the code is another's.
func ringStatus(code social.Code) int {
	switch code {
	default:
		return 0
	}
}
