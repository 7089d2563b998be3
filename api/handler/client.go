package handler

import (
	"context"
	"net/url"
)

// Client is what the listener knows about who sent a request.
type Client struct {
	RequestID string // names the request in the log
	Secure    bool   // the request came over TLS, here or at a trusted proxy
	Address   string // where the request came from, as far as trusted proxies tell
	Agent     string // what the client calls itself (User-Agent)
	URL       url.URL
}

type clientKey struct{}

// WithClient attaches c to the request's context.
func WithClient(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientOf is the client of a request; zero outside of one.
func ClientOf(ctx context.Context) Client {
	c, _ := ctx.Value(clientKey{}).(Client)
	return c
}
