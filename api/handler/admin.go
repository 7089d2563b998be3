package handler

import (
	"errors"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Admin answers for /api/admin, which is the staff's.
type Admin struct {
	DB    *store.DB
	Calls Calls
}

// Check reports a part that is missing.
func (a *Admin) Check() error {
	if a.DB == nil || a.Calls == nil {
		return errors.New("admin: a part is missing")
	}
	return nil
}

// adminStatus is the status of a refusal of this resource; 0: the code is another's.
func adminStatus(code social.Code) int {
	switch code {
	default:
		return 0
	}
}
