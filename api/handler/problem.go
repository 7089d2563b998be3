package handler

import (
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pp-enter/pp-enter/api/auth"
	"github.com/pp-enter/pp-enter/api/social"
)

// Codes of refusals that come from HTTP itself and not from the domain.
const (
	CodeBadRequest  social.Code = "bad_request"
	CodeValidation  social.Code = "validation_failed"
	CodeNotFound    social.Code = "not_found"
	CodeMethod      social.Code = "method_not_allowed"
	CodeTooLarge    social.Code = "body_too_large"
	CodeMediaType   social.Code = "unsupported_media_type"
	CodeCrossOrigin social.Code = "cross_origin"
	CodeRateLimited social.Code = "rate_limited"
	CodeInternal    social.Code = "internal"
)

// Problem is an error as clients see it (RFC 9457, application/problem+json).
type Problem struct {
	Type   string              `json:"type" doc:"Always about:blank: the code says which problem it is"`
	Title  string              `json:"title" doc:"The status in words"`
	Status int                 `json:"status" doc:"The HTTP status"`
	Code   social.Code         `json:"code" doc:"A stable name for programs" example:"room_full"`
	Detail string              `json:"detail" doc:"A sentence for people, in English"`
	Errors []*huma.ErrorDetail `json:"errors,omitempty" doc:"Which parts of the request are wrong"`

	header http.Header
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders adds what HTTP asks for beside a status, for huma.
func (p *Problem) GetHeaders() http.Header {
	if p.Status != http.StatusUnauthorized {
		return p.header
	}
	h := http.Header{"Www-Authenticate": {"Bearer"}}
	maps.Copy(h, p.header)
	return h
}

// withCookies is p with cookies that the client shall take.
func (p *Problem) withCookies(cookies []http.Cookie) *Problem {
	with := *p
	with.header = http.Header{}
	for i := range cookies {
		with.header.Add("Set-Cookie", cookies[i].String())
	}
	return &with
}

// TooMany is the answer to who asks too often: 429, and after how long to come again.
func TooMany(wait time.Duration) *Problem {
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	detail := "Too many requests: try again in " + seconds + " s."
	p := NewProblem(http.StatusTooManyRequests, CodeRateLimited, detail)
	p.header = http.Header{"Retry-After": {seconds}}
	return p
}

// ContentType is the media type of a problem, for huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// NewProblem makes a problem; an empty detail is filled with the status in words.
func NewProblem(status int, code social.Code, detail string) *Problem {
	title := http.StatusText(status)
	if detail == "" {
		detail = title
	}
	return &Problem{Type: "about:blank", Title: title, Status: status, Code: code, Detail: detail}
}

// StatusProblem makes a problem for a status that no code of the domain stands behind.
func StatusProblem(status int, detail string) *Problem {
	switch status {
	case http.StatusNotFound:
		return NewProblem(status, CodeNotFound, detail)
	case http.StatusMethodNotAllowed:
		return NewProblem(status, CodeMethod, detail)
	case http.StatusRequestEntityTooLarge:
		return NewProblem(status, CodeTooLarge, detail)
	case http.StatusUnsupportedMediaType:
		return NewProblem(status, CodeMediaType, detail)
	case http.StatusUnprocessableEntity:
		return NewProblem(status, CodeValidation, detail)
	case http.StatusTooManyRequests:
		return NewProblem(status, CodeRateLimited, detail)
	}
	if status >= http.StatusInternalServerError {
		return NewProblem(status, CodeInternal, "Something went wrong on the server.")
	}
	return NewProblem(status, CodeBadRequest, detail)
}

// ProblemOf is the one table from errors to answers. Text of an error that is not meant for the caller never
// leaves; known is false for such an error, which the caller of ProblemOf should log.
func ProblemOf(err error) (p *Problem, known bool) {
	if errors.As(err, &p) {
		return p, true
	}
	var refusal *social.Error
	switch {
	case errors.As(err, &refusal):
		return NewProblem(statusOf(refusal.Code), refusal.Code, refusal.Detail), true
	case errors.Is(err, auth.ErrTicketExpired):
		return NewProblem(http.StatusUnauthorized, social.CodeTicketExpired, "The ticket has expired."), true
	case errors.Is(err, auth.ErrTicketInvalid):
		return NewProblem(http.StatusUnauthorized, social.CodeTicketInvalid, "The ticket is not a valid one."), true
	}
	return StatusProblem(http.StatusInternalServerError, ""), false
}

// statusOf is the status of a refusal.
func statusOf(code social.Code) int {
	switch code {
	case social.CodeCursor:
		return http.StatusBadRequest
	case social.CodeTicketMissing, social.CodeTicketInvalid, social.CodeTicketExpired, social.CodeLoginFailed,
		social.CodeLoginRequired, social.CodeTokenInvalid, social.CodeTokenExpired, social.CodeTokenReused,
		social.CodeSessionEnded:
		return http.StatusUnauthorized
	case social.CodeInstantOff, social.CodeGuestsNotAllowed, social.CodeDemoOff, social.CodeTicketOtherRoom,
		social.CodePasswordWrong, social.CodeStaffOnly, social.CodeCSRF, social.CodeRegistrationOff,
		social.CodeAccountDisabled, social.CodeMoodOff:
		return http.StatusForbidden
	case social.CodeRoomNotFound, social.CodeUserNotFound, social.CodePhotoNotFound, social.CodeRequestNotFound,
		social.CodeNotFriends, social.CodeSessionNotFound, social.CodeReportNotFound, social.CodeTargetNotFound:
		return http.StatusNotFound
	case social.CodeRoomFull, social.CodeNotInRoom, social.CodeUsernameTaken, social.CodeEmailTaken,
		social.CodeAlreadyFriends, social.CodeRequestExists, social.CodeBlocking, social.CodeReportExists:
		return http.StatusConflict
	case social.CodeNameInvalid, social.CodeTitleInvalid, social.CodePasswordLength, social.CodePasswordCommon,
		social.CodeUsernameInvalid, social.CodeEmailInvalid, social.CodeNicknameInvalid, social.CodeBioInvalid,
		social.CodeTextInvalid, social.CodeSelf, social.CodeReportInvalid, social.CodeConsentVersion,
		social.CodePictureInvalid:
		return http.StatusUnprocessableEntity
	case social.CodeTooManyRooms, social.CodeStopping, social.CodeBusy:
		return http.StatusServiceUnavailable
	default:
		return statusOfNoun(code)
	}
}

// statusOfNoun asks the resources that keep the statuses of their own codes beside their handlers.
func statusOfNoun(code social.Code) int {
	for _, status := range []func(social.Code) int{
		roomStatus, ringStatus, postStatus, commentStatus, tagStatus, photoStatus, captureStatus, adminStatus,
	} {
		if s := status(code); s != 0 {
			return s
		}
	}
	return http.StatusInternalServerError
}
