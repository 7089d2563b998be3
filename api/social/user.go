package social

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Longest and shortest texts about a person, in characters; an address in bytes (RFC 5321).
const (
	MinUsername = 2
	MaxUsername = 30
	MaxEmail    = 254
	MaxBio      = 500
)

// Role is what an account may do.
type Role string

// The roles.
const (
	RoleUser  Role = "user"
	RoleStaff Role = "staff"
)

// User is an account, as its owner and the staff see it.
type User struct {
	ID       int64
	Username string // normalised by CleanUsername
	Email    string // normalised by CleanEmail
	Role     Role
	Disabled time.Time // zero: it is not
	Created  time.Time
	Updated  time.Time
	Profile  Profile
}

// NewUser is what an account is made from.
type NewUser struct {
	Username     string
	Email        string
	Nickname     string // empty: the username
	PasswordHash string
	Role         Role // empty: RoleUser
}

// Clean normalises the texts and reports what is wrong with them.
func (n *NewUser) Clean() (err error) {
	if n.Username, err = CleanUsername(n.Username); err != nil {
		return err
	}
	if n.Email, err = CleanEmail(n.Email); err != nil {
		return err
	}
	if strings.TrimSpace(n.Nickname) == "" {
		n.Nickname = n.Username
	}
	if n.Nickname, err = CleanNickname(n.Nickname); err != nil {
		return err
	}
	if n.Role == "" {
		n.Role = RoleUser
	}
	return nil
}

// Credentials are what a log-in is checked against.
type Credentials struct {
	UserID       int64
	PasswordHash string
	Disabled     bool
}

// Profile is what others see of a person.
type Profile struct {
	Person
	Bio string
}

// Person is how somebody stands beside what they made. ID 0: nobody, or an account that is gone.
type Person struct {
	ID       int64
	Username string
	Nickname string
	Picture  Picture
}

// Picture is somebody's own picture. PhotoID 0: they have none.
type Picture struct {
	PhotoID  int64
	Blob     string // key in the blob store
	Blurhash string
}

// ProfileChange changes what is not nil.
type ProfileChange struct {
	Nickname *string
	Bio      *string
	// PictureID is one of the person's own pictures; 0 takes the picture away.
	PictureID *int64
}

// Clean normalises the texts and reports what is wrong with them.
func (c *ProfileChange) Clean() error {
	if c.Nickname != nil {
		name, err := CleanNickname(*c.Nickname)
		if err != nil {
			return err
		}
		c.Nickname = &name
	}
	if c.Bio != nil {
		bio, ok := CleanText(*c.Bio, MaxBio)
		if !ok {
			return ErrBioInvalid
		}
		c.Bio = &bio
	}
	return nil
}

// ProfileView is a profile with what counts for a viewer.
type ProfileView struct {
	Profile
	Joined    time.Time
	Posts     int64 // those that the viewer may see
	Friends   int64
	Followers int64
	Following int64
	Relation  Relation // of the viewer to this person
}

// CleanUsername normalises a username (NFKC, lower case) and checks it: letters, digits, and . _ - inside.
func CleanUsername(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", ErrUsernameInvalid
	}
	s = norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.TrimSpace(s))))
	n := utf8.RuneCountInString(s)
	if n < MinUsername || n > MaxUsername || strings.ContainsAny(s[:1]+s[len(s)-1:], "._-") {
		return "", ErrUsernameInvalid
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r) {
			return "", ErrUsernameInvalid
		}
	}
	return s, nil
}

// CleanEmail normalises an address to lower case and checks its form: name@host, without a display name.
func CleanEmail(s string) (string, error) {
	if !utf8.ValidString(s) { // before lower case, which would mend it
		return "", ErrEmailInvalid
	}
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	if len(s) > MaxEmail || !printable(s) {
		return "", ErrEmailInvalid
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.ContainsAny(s, " \"<>()") {
		return "", ErrEmailInvalid
	}
	return s, nil
}

// CleanNickname trims a nickname and checks it: 1 to MaxName printable characters.
func CleanNickname(s string) (string, error) {
	s, err := CleanName(s)
	if err != nil {
		return "", ErrNicknameInvalid
	}
	return s, nil
}

// CleanText trims a text of several lines, makes its line ends \n, and tells whether it has at most limit
// characters and only such as can be shown.
func CleanText(s string, limit int) (string, bool) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if utf8.RuneCountInString(s) > limit || !printable(strings.NewReplacer("\n", "", "\t", "").Replace(s)) {
		return "", false
	}
	return s, true
}
