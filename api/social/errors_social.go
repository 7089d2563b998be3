package social

// The codes of people and what stands between them.
const (
	CodeCursor          Code = "cursor_invalid"
	CodeUserNotFound    Code = "user_not_found"
	CodeUsernameInvalid Code = "username_invalid"
	CodeUsernameTaken   Code = "username_taken"
	CodeEmailInvalid    Code = "email_invalid"
	CodeEmailTaken      Code = "email_taken"
	CodeNicknameInvalid Code = "nickname_invalid"
	CodeBioInvalid      Code = "bio_invalid"
	CodeTextInvalid     Code = "text_invalid"
	CodePhotoNotFound   Code = "photo_not_found"
	CodeSelf            Code = "not_with_yourself"
	CodeAlreadyFriends  Code = "already_friends"
	CodeRequestExists   Code = "friend_request_exists"
	CodeRequestNotFound Code = "friend_request_not_found"
	CodeNotFriends      Code = "not_friends"
	CodeBlocking        Code = "you_block_them"
	CodeSessionNotFound Code = "session_not_found"
	CodeReportExists    Code = "report_exists"
	CodeReportNotFound  Code = "report_not_found"
	CodeReportInvalid   Code = "report_invalid"
	CodeTargetNotFound  Code = "target_not_found"
)

// The refusals of people and what stands between them. Who is blocked by somebody gets the same answer as for
// somebody who does not exist.
var (
	ErrCursor          = &Error{CodeCursor, "This cursor is not one of this list. Begin without one."}
	ErrUserNotFound    = &Error{CodeUserNotFound, "There is no such person."}
	ErrUsernameInvalid = &Error{
		CodeUsernameInvalid, "A username has 2 to 30 letters, digits, dots, dashes or underscores.",
	}
	ErrUsernameTaken   = &Error{CodeUsernameTaken, "This username is taken."}
	ErrEmailInvalid    = &Error{CodeEmailInvalid, "This is not an e-mail address."}
	ErrEmailTaken      = &Error{CodeEmailTaken, "This e-mail address has an account."}
	ErrNicknameInvalid = &Error{CodeNicknameInvalid, "A nickname has 1 to 40 characters."}
	ErrBioInvalid      = &Error{CodeBioInvalid, "An introduction has at most 500 characters."}
	ErrTextInvalid     = &Error{CodeTextInvalid, "The text is too long, or holds what cannot be shown."}
	ErrPhotoNotFound   = &Error{CodePhotoNotFound, "There is no such picture."}
	ErrSelf            = &Error{CodeSelf, "This cannot be done with yourself."}
	ErrAlreadyFriends  = &Error{CodeAlreadyFriends, "You are friends already."}
	ErrRequestExists   = &Error{CodeRequestExists, "You have asked already."}
	ErrRequestNotFound = &Error{CodeRequestNotFound, "There is no such friend request, or it has been answered."}
	ErrNotFriends      = &Error{CodeNotFriends, "You are not friends."}
	ErrBlocking        = &Error{CodeBlocking, "You block this person. Unblock them first."}
	ErrSessionNotFound = &Error{CodeSessionNotFound, "There is no such session."}
	ErrReportExists    = &Error{CodeReportExists, "You have reported this already."}
	ErrReportNotFound  = &Error{CodeReportNotFound, "There is no such report, or it has been dealt with."}
	ErrReportInvalid   = &Error{CodeReportInvalid, "A report needs what it is about, and a reason."}
	ErrTargetNotFound  = &Error{CodeTargetNotFound, "What this is about does not exist."}
)
