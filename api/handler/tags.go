package handler

import (
	"errors"
	"net/http"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Tags answers for tags, and for those on photos.
type Tags struct {
	DB *store.DB
}

// Tag is a word that posts, rooms and pictures share.
type Tag struct {
	ID   int64  `json:"id"`
	Name string `json:"name" doc:"Lower case, without #"`
}

// tags are tags as clients see them; never null.
func tags(in []social.Tag) []Tag {
	out := make([]Tag, len(in))
	for i, t := range in {
		out[i] = tag(t)
	}
	return out
}

func tag(t social.Tag) Tag { return Tag{ID: t.ID, Name: t.Name} }

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
	case social.CodeTagNotFound, social.CodePhotoTagNotFound:
		return http.StatusNotFound
	case social.CodeTagNotYours:
		return http.StatusForbidden
	case social.CodeTagInUse, social.CodeTooManyTags:
		return http.StatusConflict
	case social.CodeTagInvalid:
		return http.StatusUnprocessableEntity
	default:
		return 0
	}
}
