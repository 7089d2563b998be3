package cli

import "github.com/pp-enter/pp-enter/api/handler"

// newPhotos is what answers for pictures.
func (h *house) newPhotos() *handler.Photos { return &handler.Photos{DB: h.db, Links: h.keys.Links} }
