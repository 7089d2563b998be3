package cli

import "github.com/pp-enter/pp-enter/api/handler"

// newRinger lets people call each other.
func (h *house) newRinger(notifier *handler.Notifier) *handler.Ringer {
	return &handler.Ringer{DB: h.db, Notify: notifier}
}
