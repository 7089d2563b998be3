package social

// CaptureLayout says whose pictures a picture of a call shows, as the one sees them who takes it.
type CaptureLayout string

// The layouts.
const (
	CaptureBoth  CaptureLayout = "both"
	CaptureOther CaptureLayout = "other"
	CaptureMe    CaptureLayout = "me"
)

// CaptureWish is what somebody wants to take a picture of. Filtered pictures are as both see them in the
// call, the others as the cameras sent them.
type CaptureWish struct {
	Layout   CaptureLayout
	Filtered bool
}

// The codes of pictures of a call.
const (
	CodeCaptureAlone      Code = "capture_alone"
	CodeCaptureBusy       Code = "capture_busy"
	CodeCaptureRefused    Code = "capture_refused"
	CodeCaptureUnanswered Code = "capture_unanswered"
	CodeCaptureFailed     Code = "capture_failed"
)

// The refusals of pictures of a call.
var (
	ErrCaptureAlone      = &Error{CodeCaptureAlone, "Nobody else is here to be in the picture."}
	ErrCaptureBusy       = &Error{CodeCaptureBusy, "A picture is being taken already."}
	ErrCaptureRefused    = &Error{CodeCaptureRefused, "The other person does not want this picture."}
	ErrCaptureUnanswered = &Error{CodeCaptureUnanswered, "The other person has not answered."}
	ErrCaptureFailed     = &Error{CodeCaptureFailed, "No picture came in time. Is a camera on?"}
)
