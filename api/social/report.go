package social

import (
	"strings"
	"time"
	"unicode/utf8"
)

// MaxReason and MaxReport are the longest texts of a report, in characters.
const (
	MaxReason = 100
	MaxReport = 2000
)

// TargetKind says what a report or an act of the staff is about.
type TargetKind string

// The kinds of targets.
const (
	TargetUser     TargetKind = "user"
	TargetPost     TargetKind = "post"
	TargetComment  TargetKind = "comment"
	TargetPhoto    TargetKind = "photo"
	TargetFaceChat TargetKind = "facechat"
	TargetMessage  TargetKind = "message"
	TargetReport   TargetKind = "report"
)

// ReportState is where a report is in its life.
type ReportState string

// The states of a report.
const (
	ReportOpen      ReportState = "open"
	ReportResolved  ReportState = "resolved"
	ReportDismissed ReportState = "dismissed"
)

// NewReport is what a report is made from.
type NewReport struct {
	ReporterID int64
	Kind       TargetKind
	TargetID   int64
	Reason     string // a word: spam, abuse, ...
	Content    string // more, where the person wants to say more
}

// Clean trims the texts and reports what is wrong with them.
func (n *NewReport) Clean() error {
	switch n.Kind {
	case TargetUser, TargetPost, TargetComment, TargetPhoto, TargetFaceChat, TargetMessage:
	default:
		return ErrReportInvalid
	}
	n.Reason = strings.TrimSpace(n.Reason)
	if n.Reason == "" || utf8.RuneCountInString(n.Reason) > MaxReason || !printable(n.Reason) || n.TargetID < 1 {
		return ErrReportInvalid
	}
	content, ok := CleanText(n.Content, MaxReport)
	if !ok {
		return ErrTextInvalid
	}
	n.Content = content
	return nil
}

// Report is something that a person told the staff.
type Report struct {
	ID       int64
	Reporter Person
	Kind     TargetKind
	TargetID int64
	Reason   string
	Content  string
	State    ReportState
	Resolver Person
	Created  time.Time
	Resolved time.Time // zero: it is open
}

// NewAuditEntry is what an act of the staff is kept as.
type NewAuditEntry struct {
	ActorID  int64
	Action   string // user.disable, post.remove, ...
	Kind     TargetKind
	TargetID int64
	Detail   string
}

// AuditEntry is an act of the staff.
type AuditEntry struct {
	ID        int64
	ActorID   int64  // 0: the account is gone, or it was done at the console
	ActorName string // as it was then
	Action    string
	Kind      TargetKind
	TargetID  int64
	Name      string // the username of a target that is an account, as it is now
	Detail    string
	Created   time.Time
}
