package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"

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

// Tag is a word that posts, rooms and pictures share.
type Tag struct {
	ID   int64  `json:"id"`
	Name string `json:"name" doc:"Lower case, without #"`
}

// TagView is a tag by itself.
type TagView struct {
	Tag
	PostCount int64 `json:"post_count" doc:"How many posts have it that everybody may see"`
	Mine      bool  `json:"mine" doc:"The caller made it, and may delete it while nobody else uses it"`
}

// TagsRequest lists tags.
type TagsRequest struct {
	PageRequest
	Order string `query:"order" enum:"name,use" default:"name" doc:"By their names, or the most used first"`
}

// TagSearchRequest finds tags.
type TagSearchRequest struct {
	PageRequest
	Q string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"A part of the name"`
}

// CreateTagRequest makes a tag.
type CreateTagRequest struct {
	Body struct {
		Name string `json:"name" doc:"1 to 30 characters without spaces and commas"`
	}
}

// TagResponse shows a tag.
type TagResponse struct {
	Status int // 201: it is new
	Body   TagView
}

// List lists tags.
func (t *Tags) List(ctx context.Context, in *TagsRequest) (*List[TagView], error) {
	rows, next, err := t.DB.Tags.List(ctx, CallerOf(ctx).UserID, social.TagOrder(in.Order), in.page())
	if err != nil {
		return nil, fmt.Errorf("list tags: %w", err)
	}
	return newList(ctx, rows, next, tagFor(ctx)), nil
}

// Search finds tags by parts of their names.
func (t *Tags) Search(ctx context.Context, in *TagSearchRequest) (*List[TagView], error) {
	rows, next, err := t.DB.Tags.Search(ctx, CallerOf(ctx).UserID, in.Q, in.page())
	if err != nil {
		return nil, fmt.Errorf("search tags: %w", err)
	}
	return newList(ctx, rows, next, tagFor(ctx)), nil
}

// Create makes a tag, for everybody to see and use. One that is there already is answered as it is.
func (t *Tags) Create(ctx context.Context, in *CreateTagRequest) (*TagResponse, error) {
	userID := CallerOf(ctx).UserID
	id, fresh, err := t.DB.Tags.Create(ctx, userID, in.Body.Name)
	if err != nil {
		return nil, fmt.Errorf("create tag: %w", err)
	}
	view, err := t.DB.Tags.ByID(ctx, userID, id)
	if err != nil {
		return nil, fmt.Errorf("find tag: %w", err)
	}
	return &TagResponse{Status: madeStatus(fresh), Body: tagFor(ctx)(view)}, nil
}

// Delete takes a tag away from all that has it: the caller's own while nobody else uses it, the staff any.
func (t *Tags) Delete(ctx context.Context, in *IDRequest) (*Empty, error) {
	caller := CallerOf(ctx)
	if err := t.DB.Tags.Delete(ctx, caller.UserID, caller.Staff, in.ID); err != nil {
		return nil, fmt.Errorf("delete tag: %w", err)
	}
	return &Empty{}, nil
}

// madeStatus is the status of an answer to who makes something that may be there already.
func madeStatus(fresh bool) int {
	if fresh {
		return http.StatusCreated
	}
	return http.StatusOK
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

// tagFor turns tags into what the caller sees.
func tagFor(ctx context.Context) func(social.TagView) TagView {
	userID := CallerOf(ctx).UserID
	return func(t social.TagView) TagView {
		return TagView{Tag: tag(t.Tag), PostCount: t.Posts, Mine: userID != 0 && t.CreatorID == userID}
	}
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
