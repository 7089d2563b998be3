package api

// photoRows are the pictures.
func (s *server) photoRows() []row {
	return []row{}
}
