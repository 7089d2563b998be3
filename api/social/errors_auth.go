package social

// The codes of proving who one is.
const (
	CodePasswordLength  Code = "password_length"
	CodePasswordCommon  Code = "password_common"
	CodePasswordWrong   Code = "password_wrong"
	CodeLoginFailed     Code = "login_failed"
	CodeLoginRequired   Code = "login_required"
	CodeTokenInvalid    Code = "token_invalid"
	CodeTokenExpired    Code = "token_expired"
	CodeTokenReused     Code = "token_reused"
	CodeSessionEnded    Code = "session_ended"
	CodeStaffOnly       Code = "staff_only"
	CodeCSRF            Code = "csrf_failed"
	CodeBusy            Code = "server_busy"
	CodeRegistrationOff Code = "registration_off"
)

// The refusals of proving who one is. Wrong names and wrong passwords are refused alike: the answer must not
// tell which accounts exist.
var (
	ErrPasswordLength = &Error{CodePasswordLength, "A password has 8 to 128 characters."}
	ErrPasswordCommon = &Error{CodePasswordCommon, "This password is too well known. Choose another."}
	ErrPasswordWrong  = &Error{CodePasswordWrong, "The password is not right."}
	ErrLoginFailed    = &Error{CodeLoginFailed, "The name or the password is not right."}
	ErrLoginRequired  = &Error{CodeLoginRequired, "Log in first."}
	ErrTokenInvalid   = &Error{CodeTokenInvalid, "The token is not a valid one."}
	ErrTokenExpired   = &Error{CodeTokenExpired, "The token has expired."}
	ErrTokenReused    = &Error{
		CodeTokenReused, "This refresh token was used before, so its session has been ended. Log in again.",
	}
	ErrSessionEnded    = &Error{CodeSessionEnded, "This session has ended. Log in again."}
	ErrStaffOnly       = &Error{CodeStaffOnly, "Only staff may do this."}
	ErrCSRF            = &Error{CodeCSRF, "Repeat the cookie ppenter_csrf in the header X-CSRF-Token."}
	ErrBusy            = &Error{CodeBusy, "The server has too much to do. Try again in a moment."}
	ErrRegistrationOff = &Error{CodeRegistrationOff, "This server takes no new accounts."}
)

// The codes and refusals of what an account may do.
const (
	CodeAccountDisabled Code = "account_disabled"
	CodeMoodOff         Code = "mood_off"
	CodeConsentVersion  Code = "consent_version_invalid"
	CodePictureInvalid  Code = "picture_invalid"
)

// What an account may not do.
var (
	ErrAccountDisabled = &Error{CodeAccountDisabled, "This account has been disabled."}
	ErrMoodOff         = &Error{CodeMoodOff, "Moods are not read on this server."}
	ErrPictureInvalid  = &Error{CodePictureInvalid, "This is not a picture that can be read."}
	ErrConsentVersion  = &Error{CodeConsentVersion, "This is not the text of today. Read it again and answer."}
)
