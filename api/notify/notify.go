// Package notify brings a user's own events to all pages that they have open, over a socket.
package notify
