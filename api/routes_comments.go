package api

// commentRows are the comments.
func (s *server) commentRows() []row {
	return []row{}
}
