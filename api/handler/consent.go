package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// ConsentRules is what can be agreed to at the moment.
type ConsentRules struct {
	Version int  // of the text that a yes refers to
	Mood    bool // may moods be read at all?
}

// Consent is what somebody said to the reading of their mood.
type Consent struct {
	Mood    bool       `json:"mood" doc:"May your face be analysed? Only while it is a yes to the current text"`
	Share   bool       `json:"share" doc:"May the other person be shown your mood as text?"`
	Version int        `json:"version" doc:"The text that was answered; 0: you were never asked"`
	At      *time.Time `json:"at" nullable:"true" doc:"When"`
	Current int        `json:"current_version" doc:"The text of today: where it is another one, ask again"`
	Enabled bool       `json:"mood_enabled" doc:"Can moods be read on this server at all?"`
}

// ConsentRequest answers.
type ConsentRequest struct {
	Body struct {
		Mood    bool `json:"mood"`
		Share   bool `json:"share,omitempty"`
		Version int  `json:"version" doc:"The text that was read"`
	}
}

// ConsentResponse shows what was answered.
type ConsentResponse struct{ Body Consent }

// ShowConsent shows what one said to the reading of one's own mood.
func (a *Accounts) ShowConsent(ctx context.Context, _ *struct{}) (*ConsentResponse, error) {
	said, err := a.DB.Consents.Get(ctx, CallerOf(ctx).UserID)
	if err != nil {
		return nil, fmt.Errorf("find consent: %w", err)
	}
	return a.consent(said), nil
}

// SetConsent keeps a yes or a no, with the text that it refers to and the time. A yes counts only for the
// text of today, and only where moods can be read; a no always counts.
func (a *Accounts) SetConsent(ctx context.Context, in *ConsentRequest) (*ConsentResponse, error) {
	wish := in.Body
	if wish.Mood && !a.Consent.Mood {
		return nil, social.ErrMoodOff
	}
	if wish.Mood && wish.Version != a.Consent.Version {
		return nil, social.ErrConsentVersion
	}
	// Who says no has been asked, whatever the text was called.
	wish.Version = max(1, min(wish.Version, a.Consent.Version))
	said, err := a.DB.Consents.Set(ctx, CallerOf(ctx).UserID, social.Consent{
		Version: wish.Version, Mood: wish.Mood, Share: wish.Mood && wish.Share,
	})
	if err != nil {
		return nil, fmt.Errorf("keep consent: %w", err)
	}
	return a.consent(said), nil
}

func (a *Accounts) consent(said social.Consent) *ConsentResponse {
	valid := said.Mood && said.Version == a.Consent.Version && a.Consent.Mood
	out := Consent{
		Mood: valid, Share: valid && said.Share, Version: said.Version, Current: a.Consent.Version,
		Enabled: a.Consent.Mood,
	}
	if said.Version > 0 {
		out.At = &said.At
	}
	return &ConsentResponse{Body: out}
}
