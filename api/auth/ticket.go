package auth

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// TicketLife is how long a ticket opens the socket.
	TicketLife = 60 * time.Second
	// SeatLife is how long a ticket speaks for a seat that its owner still holds.
	SeatLife = 24 * time.Hour

	ticketIssuer   = "pp-enter"
	ticketAudience = "pp-enter/call"
	maxTicketBytes = 4096
)

// What is wrong with a ticket.
var (
	ErrTicketInvalid = errors.New("ticket is not one of ours")
	ErrTicketExpired = errors.New("ticket has expired")
)

// Ticket lets one person take one seat in one room.
type Ticket struct {
	RoomID  int64
	Slug    string
	Title   string
	Seat    string
	Key     string // the same for all visits of one person; says nothing about who that is
	Name    string // display name
	Expires time.Time
}

// Tickets signs and checks tickets (JWT, HMAC-SHA256). Safe for concurrent use.
type Tickets struct {
	key    []byte
	parser *jwt.Parser
	late   *jwt.Parser // leaves the expiry to SeatLife
}

type ticketClaims struct {
	jwt.RegisteredClaims
	Slug  string `json:"slug"`
	Title string `json:"title,omitempty"`
	Seat  string `json:"seat"`
	Name  string `json:"name"`
	Room  string `json:"room"` // decimal: a JSON number of a script loses digits
}

// NewTickets makes a signer from the server's secret.
func NewTickets(secret []byte) (*Tickets, error) {
	key, err := derive(secret, "room ticket")
	if err != nil {
		return nil, err
	}
	options := []jwt.ParserOption{
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithAudience(ticketAudience),
		jwt.WithIssuer(ticketIssuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
	}
	return &Tickets{
		key: key, parser: jwt.NewParser(options...),
		late: jwt.NewParser(append(options, jwt.WithLeeway(SeatLife))...),
	}, nil
}

// Sign issues a ticket that lives for TicketLife from now and returns when it ends; t.Expires is ignored.
func (t *Tickets) Sign(ticket Ticket) (token string, expires time.Time, err error) {
	now := time.Now().Truncate(time.Second)
	expires = now.Add(TicketLife)
	claims := ticketClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: ticketIssuer, Audience: jwt.ClaimStrings{ticketAudience}, Subject: ticket.Key,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Slug: ticket.Slug, Title: ticket.Title, Seat: ticket.Seat, Name: ticket.Name,
		Room: strconv.FormatInt(ticket.RoomID, 10),
	}
	token, err = jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(t.key)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign ticket: %w", err)
	}
	return token, expires.UTC(), nil
}

// Verify reads a ticket that opens the socket: ErrTicketExpired after TicketLife, ErrTicketInvalid for
// anything that was not signed here for this purpose.
func (t *Tickets) Verify(token string) (Ticket, error) { return t.verify(token, t.parser) }

// VerifySeat reads a ticket that its owner shows again during the call. It proves which seat is meant, up to
// SeatLife; whether that seat is still held is not for the ticket to say.
func (t *Tickets) VerifySeat(token string) (Ticket, error) { return t.verify(token, t.late) }

func (t *Tickets) verify(token string, parser *jwt.Parser) (Ticket, error) {
	if len(token) > maxTicketBytes {
		return Ticket{}, ErrTicketInvalid
	}
	var c ticketClaims
	_, err := parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return t.key, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return Ticket{}, ErrTicketExpired
	case err != nil:
		return Ticket{}, ErrTicketInvalid
	}
	room, err := strconv.ParseInt(c.Room, 10, 64)
	if err != nil || room <= 0 || c.Seat == "" || c.Subject == "" {
		return Ticket{}, ErrTicketInvalid
	}
	return Ticket{
		RoomID: room, Slug: c.Slug, Title: c.Title, Seat: c.Seat, Key: c.Subject, Name: c.Name,
		Expires: c.ExpiresAt.UTC(),
	}, nil
}
