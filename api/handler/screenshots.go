package handler

import (
	"context"
	"errors"
	"fmt"
	"image"
	"net/http"
	"strings"

	"github.com/pp-enter/pp-enter/api/media"
	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Cameras take pictures of calls.
type Cameras interface {
	// Capture takes a picture of the call in a room, on the wish of who sits there under key, once everybody in
	// it agrees; that may take a while. The first still is the own one, where it is in the picture. It fails
	// with social.ErrNotInRoom and the social.ErrCapture... refusals.
	Capture(ctx context.Context, roomID int64, key string, w social.CaptureWish) ([]Still, error)
}

// Still is one person's part of a picture of a call.
type Still struct {
	Name      string
	Mood      string      // a mood's code; empty: it is not known, or its owner shows it to nobody
	Image     image.Image // nil: the camera was off
	Timestamp uint32      // which picture of the video it is, by its RTP timestamp
}

// Screenshots answers for pictures of calls.
type Screenshots struct {
	DB       *store.DB
	Cameras  Cameras
	Photos   *Photos
	Composer *media.Composer
}

// Check reports a part that is missing.
func (s *Screenshots) Check() error {
	if s.DB == nil || s.Cameras == nil || s.Photos == nil || s.Composer == nil {
		return errors.New("screenshots: a part is missing")
	}
	return nil
}

// ScreenshotRequest takes a picture of the call that the caller is in.
type ScreenshotRequest struct {
	IDRequest

	Body struct {
		Layout   string `json:"layout" enum:"both,other,me" doc:"Whom the picture shows, side by side"`
		Filtered *bool  `json:"filtered,omitempty" default:"true" doc:"As in the call, or as cameras sent it"`
		Names    bool   `json:"names,omitempty" doc:"Write the names into the picture"`
		Language string `json:"language,omitempty" enum:"ko,en" default:"ko" doc:"Of what is suggested as texts"`
	}
}

// Screenshot is a picture of a call, and what a post of it could say.
type Screenshot struct {
	Photo Photo            `json:"photo"`
	Draft Draft            `json:"draft"`
	Parts []ScreenshotPart `json:"parts" nullable:"false" doc:"From left to right"`
}

// ScreenshotPart is one person's part of a picture of a call.
type ScreenshotPart struct {
	Name      string `json:"name"`
	Shown     bool   `json:"shown" doc:"False: the camera was off"`
	Timestamp uint32 `json:"timestamp" doc:"The RTP timestamp that the sender gave the picture"`
}

// Draft is a post that could be made of a picture.
type Draft struct {
	Title string   `json:"title"`
	Tags  []string `json:"tags" nullable:"false"`
	Alt   string   `json:"alt"`
}

// ScreenshotResponse shows a picture that was taken.
type ScreenshotResponse struct {
	Location string `header:"Location"`
	Body     Screenshot
}

// Take takes a picture of the call and keeps it as the caller's own.
func (s *Screenshots) Take(ctx context.Context, in *ScreenshotRequest) (*ScreenshotResponse, error) {
	caller := CallerOf(ctx).UserID
	room, err := s.DB.FaceChats.ByID(ctx, caller, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find room: %w", err)
	}
	wish := social.CaptureWish{
		Layout: social.CaptureLayout(in.Body.Layout), Filtered: in.Body.Filtered == nil || *in.Body.Filtered,
	}
	stills, err := s.Cameras.Capture(ctx, room.ID, UserKey(caller), wish)
	if err != nil {
		return nil, fmt.Errorf("capture call: %w", err)
	}
	parts, told := make([]media.Part, len(stills)), make([]ScreenshotPart, len(stills))
	for i, still := range stills {
		parts[i].Image = still.Image
		told[i] = ScreenshotPart{Name: still.Name, Shown: still.Image != nil, Timestamp: still.Timestamp}
		if in.Body.Names {
			parts[i].Name = still.Name
		}
	}
	texts := wordsIn(in.Body.Language)
	draft := texts.draft(room, stills)
	n := social.NewPhoto{
		OwnerID: caller, FaceChatID: room.ID, Kind: social.PhotoScreenshot, Name: draft.Title, Alt: draft.Alt,
	}
	ph, err := s.Photos.keep(ctx, n, func() (media.Kept, error) {
		return s.Photos.Media.KeepStill(ctx, s.Composer, parts...)
	})
	if err != nil {
		return nil, fmt.Errorf("keep picture: %w", err)
	}
	return &ScreenshotResponse{
		Location: photoAddress(ph.ID),
		Body:     Screenshot{Photo: s.Photos.photo(ctx, ph), Draft: draft, Parts: told},
	}, nil
}

// words are what is suggested in a language.
type words struct {
	untitled string
	between  string            // two names
	picture  string            // who; a picture of a call
	titled   string            // the picture, the room's title
	moods    map[string]string // by code
}

func wordsIn(language string) words {
	if language == "en" {
		return words{
			untitled: "Video call", between: " and ", picture: "%s in a video call", titled: "%s: “%s”",
			moods: map[string]string{
				"angry": "angry", "disgust": "disgusted", "fear": "scared", "happy": "happy", "sad": "sad",
				"surprise": "surprised", "neutral": "calm",
			},
		}
	}
	return words{
		untitled: "영상 통화", between: ", ", picture: "영상 통화 중인 %s", titled: "%s – ‘%s’",
		moods: map[string]string{
			"angry": "화남", "disgust": "불쾌", "fear": "두려움", "happy": "행복", "sad": "슬픔",
			"surprise": "놀람", "neutral": "차분함",
		},
	}
}

// draft is made of what is known: names, the room's title and tags, and moods that their owners show.
func (w words) draft(room social.FaceChat, stills []Still) Draft {
	names := make([]string, len(stills))
	for i, s := range stills {
		names[i] = s.Name
		if mood := w.moods[s.Mood]; mood != "" {
			names[i] += " (" + mood + ")"
		}
	}
	d := Draft{Title: room.Title, Tags: []string{}, Alt: fmt.Sprintf(w.picture, strings.Join(names, w.between))}
	if room.Title == "" {
		d.Title = w.untitled
	} else {
		d.Alt = fmt.Sprintf(w.titled, d.Alt, room.Title)
	}
	for _, t := range room.Tags {
		d.Tags = append(d.Tags, t.Name)
	}
	return d
}

// captureStatus is the status of a refusal of this resource; 0: the code is another's.
func captureStatus(code social.Code) int {
	switch code {
	case social.CodeCaptureRefused:
		return http.StatusForbidden
	case social.CodeCaptureAlone, social.CodeCaptureBusy, social.CodeCaptureUnanswered:
		return http.StatusConflict
	case social.CodeCaptureFailed:
		return http.StatusServiceUnavailable
	default:
		return 0
	}
}
