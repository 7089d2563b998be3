package api

// postRows are posts, likes, favourites, feeds and search.
func (s *server) postRows() []row {
	return []row{}
}
