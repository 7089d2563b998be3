package social

import "time"

// NewSession is what a session is made from.
type NewSession struct {
	UserID    int64
	UserAgent string
	Address   string
	TokenHash []byte    // of the first refresh token
	Expires   time.Time // of the token, and of the session until it is rotated
}

// Session is a log-in: one family of refresh tokens.
type Session struct {
	ID        int64
	UserID    int64
	UserAgent string
	Address   string
	Created   time.Time
	Used      time.Time // when it was rotated last
	Expires   time.Time
	Ended     time.Time // zero: it has not been ended
	EndReason EndReason
}

// EndReason says why a session was ended.
type EndReason string

// The reasons.
const (
	EndLogout   EndReason = "logout"
	EndPassword EndReason = "password"
	EndReuse    EndReason = "reuse"
	EndStaff    EndReason = "staff"
	EndRevoked  EndReason = "revoked"
)

// Rotation is a refresh token to be exchanged for a new one.
type Rotation struct {
	OldHash []byte
	NewHash []byte
	Expires time.Time // of the new token
	// Grace: the token that was exchanged so short a time ago, and whose successor nobody used yet, comes from a
	// race of the same client, not from a thief. It is refused, and the session goes on. 0: there is no grace.
	Grace time.Duration
}

// RotationState is what came of a rotation.
type RotationState string

// What can come of a rotation. Only RotationOK stores the new token.
const (
	RotationOK      RotationState = "ok"
	RotationRaced   RotationState = "raced"   // see Rotation.Grace
	RotationReused  RotationState = "reused"  // the session has been ended by this
	RotationExpired RotationState = "expired" // token or session is too old
	RotationEnded   RotationState = "ended"   // the session was ended before, or the account is disabled
	RotationUnknown RotationState = "unknown" // there is no such token
)

// Rotated is the result of a rotation; UserID, Role and SessionID are 0 or empty for an unknown token.
type Rotated struct {
	State     RotationState
	SessionID int64
	UserID    int64
	Role      Role
}

// SessionState is what the bearer of an access token is, as the database knows it.
type SessionState struct {
	UserID int64
	Role   Role
	Live   bool // neither ended nor expired, and the account is not disabled
}

// Consent is what a person said to the analysis of their own face.
type Consent struct {
	Version int  // of the text that they read; 0: they were never asked
	Mood    bool // may the face be analysed?
	Share   bool // may the other one be shown the mood as text?
	At      time.Time
}
