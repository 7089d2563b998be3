package api

// adminRows are the staff's.
func (s *server) adminRows() []row {
	return []row{}
}
