package handler

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Photos answers for pictures: their rows and their bytes.
type Photos struct {
	DB    *store.DB
	Links *auth.Links
}

// Check reports a part that is missing.
func (p *Photos) Check() error {
	if p.DB == nil || p.Links == nil {
		return errors.New("photos: a part is missing")
	}
	return nil
}

// Photo is a picture as clients see it.
type Photo struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	Alt        string    `json:"alt" doc:"What is to be seen, for who does not see it"`
	Kind       string    `json:"kind" enum:"screenshot,upload,avatar,background"`
	Width      int       `json:"width" doc:"Pixels of the largest size"`
	Height     int       `json:"height"`
	Blurhash   string    `json:"blurhash" doc:"What to show until the picture is there"`
	URL        string    `json:"url" doc:"The largest size; good for half an hour at least"`
	Thumbs     Thumbs    `json:"thumbs"`
	FaceChatID int64     `json:"facechat_id" doc:"The room where a screenshot was taken; 0: none"`
	Created    time.Time `json:"created"`
}

// Thumbs are the addresses of a picture's smaller sizes.
type Thumbs struct {
	Small  string `json:"small" doc:"At most 320 pixels on a side"`
	Medium string `json:"medium" doc:"At most 640 pixels on a side"`
	Large  string `json:"large" doc:"At most 1280 pixels on a side"`
}

// photo is a picture as the caller of ctx sees it, who must be one who may: the addresses open it without a
// token, with the caller's eyes, for an hour at most.
func (p *Photos) photo(ctx context.Context, ph social.Photo) Photo {
	caller := CallerOf(ctx).UserID
	if caller == 0 {
		return p.public(ph) // without an account one sees only what everybody sees
	}
	return newPhoto(ph, "?"+p.Links.Sign(ph.ID, caller, time.Now()))
}

// public is a picture that everybody may see: its addresses are always the same.
func (p *Photos) public(ph social.Photo) Photo { return newPhoto(ph, "") }

func newPhoto(ph social.Photo, query string) Photo {
	at := "/api/posts/photos/" + strconv.FormatInt(ph.ID, 10) + "/"
	return Photo{
		ID: ph.ID, Name: ph.Name, Alt: ph.Alt, Kind: string(ph.Kind), Width: ph.Width, Height: ph.Height,
		Blurhash: ph.Blurhash, URL: at + "original/" + query,
		Thumbs: Thumbs{
			Small: at + "small/" + query, Medium: at + "medium/" + query, Large: at + "large/" + query,
		},
		FaceChatID: ph.FaceChatID, Created: ph.Created,
	}
}

// photoStatus is the status of a refusal of this resource; 0: the code is another's.
func photoStatus(code social.Code) int {
	switch code {
	case social.CodeLinkInvalid, social.CodeLinkExpired:
		return http.StatusForbidden
	case social.CodePhotoInUse:
		return http.StatusConflict
	case social.CodePictureUnsupported:
		return http.StatusUnsupportedMediaType
	case social.CodePictureMissing, social.CodePictureTooLarge, social.CodePictureSlow, social.CodePhotoKind,
		social.CodePhotoName, social.CodePhotoAlt:
		return http.StatusUnprocessableEntity
	default:
		return 0
	}
}
