package auth

// Keys are all signers and recognisers that live on the server's secret.
type Keys struct {
	Access  *AccessTokens
	Refresh *RefreshTokens
	CSRF    *CSRF
	Tickets *Tickets
	Guests  *Guests
	Links   *Links
}

// NewKeys makes them from the server's secret.
func NewKeys(secret []byte) (*Keys, error) {
	access, err := NewAccessTokens(secret)
	if err != nil {
		return nil, err
	}
	refresh, err := NewRefreshTokens(secret)
	if err != nil {
		return nil, err
	}
	csrf, err := NewCSRF(secret)
	if err != nil {
		return nil, err
	}
	tickets, err := NewTickets(secret)
	if err != nil {
		return nil, err
	}
	guests, err := NewGuests(secret)
	if err != nil {
		return nil, err
	}
	links, err := NewLinks(secret)
	if err != nil {
		return nil, err
	}
	return &Keys{
		Access: access, Refresh: refresh, CSRF: csrf, Tickets: tickets, Guests: guests, Links: links,
	}, nil
}
