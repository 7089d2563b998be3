package api

// tagRows are the tags.
func (s *server) tagRows() []row {
	return []row{}
}
