package social

// The codes of comments.
const (
	CodeCommentInvalid  Code = "comment_invalid"
	CodeCommentNotFound Code = "comment_not_found"
	CodeCommentNotYours Code = "comment_not_yours"
)

// The refusals of comments. One that was deleted, or that somebody may not see, is answered like one that
// does not exist.
var (
	ErrCommentInvalid  = &Error{CodeCommentInvalid, "A comment has 1 to 2,000 characters that can be shown."}
	ErrCommentNotFound = &Error{CodeCommentNotFound, "There is no such comment here."}
	ErrCommentNotYours = &Error{CodeCommentNotYours, "This is another one's comment."}
)
