package api

// tagRows are the tags, and those on pictures.
func (s *server) tagRows() []row {
	const base = "/api/posts"
	t := s.cfg.Tags
	return []row{
		on(t.List, operation{
			method: "GET", path: base + "/tags/", id: "listTags", access: Public, status: 200,
			errors: []int{400, 422}, summary: "List tags by their names, or the most used first",
		}),
		on(t.Create, operation{
			method: "POST", path: base + "/tags/", id: "createTag", access: User, status: 201,
			again: 200, errors: []int{422}, summary: "Make a tag; 200 where it is there already",
		}),
		on(t.Search, operation{
			method: "GET", path: base + "/tags/search/", id: "searchTags", access: Public, status: 200,
			errors: []int{400, 422}, summary: "Find tags by parts of their names",
		}),
		on(t.Delete, operation{
			method: "DELETE", path: base + "/tags/{id}/", id: "deleteTag", access: User, status: 204,
			errors: []int{404, 409}, summary: "Delete a tag of yours that nobody else uses",
		}),
		on(t.OnPhoto, operation{
			method: "GET", path: base + "/photo_tags/", id: "listPhotoTags", access: User, status: 200,
			errors: []int{400, 404, 422}, summary: "List the tags on a picture of yours",
		}),
		on(t.PutOnPhoto, operation{
			method: "POST", path: base + "/photo_tags/", id: "tagPhoto", access: User, status: 201,
			again: 200, errors: []int{404, 409, 422},
			summary: "Put a tag on a picture of yours; 200 where it is there already",
		}),
		on(t.TakeOffPhoto, operation{
			method: "DELETE", path: base + "/photo_tags/{id}/", id: "untagPhoto", access: User, status: 204,
			errors: []int{404}, summary: "Take a tag off a picture of yours",
		}),
	}
}
