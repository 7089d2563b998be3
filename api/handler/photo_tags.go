package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pp-enter/pp-enter/api/social"
)

// TagRef names a tag, by its id as a number or by its name as a text.
type TagRef social.TagRef

// Schema describes both ways, for huma.
func (TagRef) Schema(huma.Registry) *huma.Schema {
	least := 1.0
	return &huma.Schema{
		Description: "The id of a tag, or its name: one that does not exist yet is made",
		OneOf: []*huma.Schema{
			{Type: huma.TypeInteger, Format: "int64", Minimum: &least},
			{Type: huma.TypeString},
		},
	}
}

// UnmarshalJSON reads a number as an id and a text as a name.
func (r *TagRef) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, &r.Name)
	}
	return json.Unmarshal(text, &r.ID)
}

// PhotoTag is a tag on a picture of the caller's.
type PhotoTag struct {
	ID      int64     `json:"id" doc:"What takes it off again"`
	Photo   int64     `json:"photo"`
	Tag     Tag       `json:"tag"`
	Created time.Time `json:"created"`
}

// PhotoTagRequest puts a tag on a picture.
type PhotoTagRequest struct {
	Body struct {
		Photo int64  `json:"photo" minimum:"1"`
		Tag   TagRef `json:"tag"`
	}
}

// PhotoTagsRequest lists the tags on a picture.
type PhotoTagsRequest struct {
	PageRequest
	Photo int64 `query:"photo" minimum:"1" required:"true"`
}

// PhotoTagResponse shows a tag on a picture.
type PhotoTagResponse struct {
	Status int // 201: it is new there
	Body   PhotoTag
}

// OnPhoto lists the tags on a picture of the caller's.
func (t *Tags) OnPhoto(ctx context.Context, in *PhotoTagsRequest) (*List[PhotoTag], error) {
	rows, next, err := t.DB.PhotoTags.List(ctx, CallerOf(ctx).UserID, in.Photo, in.page())
	if err != nil {
		return nil, fmt.Errorf("list tags on photo: %w", err)
	}
	return newList(ctx, rows, next, photoTag), nil
}

// PutOnPhoto puts a tag on a picture of the caller's. One that is there already is answered as it is.
func (t *Tags) PutOnPhoto(ctx context.Context, in *PhotoTagRequest) (*PhotoTagResponse, error) {
	made, fresh, err := t.DB.PhotoTags.Add(
		ctx, CallerOf(ctx).UserID, in.Body.Photo, social.TagRef(in.Body.Tag))
	if err != nil {
		return nil, fmt.Errorf("tag photo: %w", err)
	}
	return &PhotoTagResponse{Status: madeStatus(fresh), Body: photoTag(made)}, nil
}

// TakeOffPhoto takes a tag off a picture of the caller's.
func (t *Tags) TakeOffPhoto(ctx context.Context, in *IDRequest) (*Empty, error) {
	if err := t.DB.PhotoTags.Remove(ctx, CallerOf(ctx).UserID, in.ID); err != nil {
		return nil, fmt.Errorf("take tag off photo: %w", err)
	}
	return &Empty{}, nil
}

func photoTag(t social.PhotoTag) PhotoTag {
	return PhotoTag{ID: t.ID, Photo: t.PhotoID, Tag: tag(t.Tag), Created: t.Created}
}
