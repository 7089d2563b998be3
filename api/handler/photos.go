package handler

import (
	"errors"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Photos answers for pictures: their rows and their bytes.
type Photos struct {
	DB *store.DB
}

// Check reports a part that is missing.
func (p *Photos) Check() error {
	if p.DB == nil {
		return errors.New("photos: a part is missing")
	}
	return nil
}

// photoStatus is the status of a refusal of this resource; 0: the code is another's.
func photoStatus(code social.Code) int {
	switch code {
	default:
		return 0
	}
}
