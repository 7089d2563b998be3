package api

// commentRows are the comments.
func (s *server) commentRows() []row {
	const base = "/api/posts/comments/"
	c := s.cfg.Comments
	return []row{
		on(c.List, operation{
			method: "GET", path: base, id: "listComments", access: Public, status: 200,
			errors: []int{400, 404, 422}, summary: "List the comments on a post, with the replies under each",
		}),
		on(c.Create, operation{
			method: "POST", path: base, id: "comment", access: User, status: 201,
			errors: []int{404, 422}, summary: "Say something to a post, or to a comment there",
		}),
		on(c.Edit, operation{
			method: "PUT", path: base + "{id}/", id: "editComment", access: User, status: 200,
			errors: []int{404, 422}, summary: "Write a comment of yours anew",
		}),
		on(c.Delete, operation{
			method: "DELETE", path: base + "{id}/", id: "deleteComment", access: User, status: 204,
			errors: []int{404}, summary: "Delete a comment of yours, or one on a post of yours",
		}),
	}
}
