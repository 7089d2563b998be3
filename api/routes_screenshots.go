package api

// screenshotRows are the pictures of calls.
func (s *server) screenshotRows() []row {
	return []row{
		on(s.cfg.Captures.Take, operation{
			method: "POST", path: "/api/facechats/{id}/screenshots/", id: "takeScreenshot", access: User, status: 201,
			errors:  []int{404, 409, 422, 429, 503},
			summary: "Take a picture of the call that you are in; the other person is asked",
		}),
	}
}
