package social

// The codes of what the staff may not do.
const (
	CodeActReason   Code = "reason_invalid"
	CodeTargetStaff Code = "target_is_staff"
)

// What the staff may not do.
var (
	ErrActReason   = &Error{CodeActReason, "Say why, in 1 to 500 characters."}
	ErrTargetStaff = &Error{CodeTargetStaff, "This is an account of the staff. Demote it at the console first."}
)
