package api

import "github.com/pp-enter/pp-enter/api/handler"

// photoRows are the pictures.
func (s *server) photoRows() []row {
	const (
		photos      = "/api/posts/photos"
		backgrounds = "/api/facechats/backgrounds/"
	)
	p := s.cfg.Photos
	return []row{
		on(p.List, operation{
			method: "GET", path: photos + "/", id: "listPhotos", access: User, status: 200,
			errors: []int{400, 422}, summary: "List your own pictures",
		}),
		on(p.Upload, operation{
			method: "POST", path: photos + "/", id: "uploadPhoto", access: User, status: 201,
			errors: []int{413, 415, 422, 503}, summary: "Keep a picture", body: s.cfg.UploadLimit,
			form: handler.FormBody[handler.PhotoBody],
		}),
		on(p.Photo, operation{
			method: "GET", path: photos + "/{id}/", id: "showPhoto", access: Public, status: 200,
			errors: []int{404}, summary: "Show a picture's data",
		}),
		on(p.Edit, operation{
			method: "PUT", path: photos + "/{id}/", id: "editPhoto", access: User, status: 200,
			errors: []int{404, 422}, summary: "Change what is said of a picture",
		}),
		on(p.Delete, operation{
			method: "DELETE", path: photos + "/{id}/", id: "deletePhoto", access: User, status: 204,
			errors: []int{404, 409}, summary: "Delete a picture that no post shows",
		}),
		on(p.Bytes, operation{
			method: "GET", path: photos + "/{id}/{size}/", id: "readPhoto", access: Public, status: 200,
			errors: []int{403, 404}, summary: "Get one size of a picture",
		}),
		on(p.DefaultAvatar, operation{
			method: "GET", path: "/api/accounts/avatar/", id: "defaultAvatar", access: Blind, status: 200,
			summary: "Get the picture of who has none",
		}),
		on(p.Backgrounds, operation{
			method: "GET", path: backgrounds, id: "listBackgrounds", access: User, status: 200,
			errors: []int{400, 422}, summary: "List your own pictures for behind you in calls",
		}),
		on(p.AddBackground, operation{
			method: "POST", path: backgrounds, id: "addBackground", access: User, status: 201,
			errors: []int{413, 415, 422, 503}, summary: "Keep a picture for behind you in calls",
			body: s.cfg.UploadLimit, form: handler.FormBody[handler.PhotoBody],
		}),
	}
}
