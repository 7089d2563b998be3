package handler_test

import (
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/api/social"
)

// pictured is a request with a small picture, as a form.
func pictured(path string) func(*world) shot {
	return func(w *world) shot {
		s := shot{path: path, fields: []field{
			{name: "name", content: []byte("A cat")},
			{name: "alt", content: []byte("A cat on a mat")},
			{name: "picture", file: "cat.png", content: []byte(pngOf(w.t, shades(60, 40, 90)))},
		}}
		s.body, s.contentType = form(s.fields)
		return s
	}
}

// shownBy is about a picture of the owner's that a post of that visibility shows; "": none does. then is what
// follows its id.
func shownBy(visibility social.Visibility, then string) func(*world) shot {
	return func(w *world) shot {
		ada := w.as(owner)
		id, ok := ada.upload()["id"].(float64)
		require.True(w.t, ok)
		photo := strconv.FormatFloat(id, 'f', 0, 64)
		if visibility != "" {
			ada.ok(201, "POST", "/api/posts/create/",
				`{"photo":`+photo+`,"title":"Title","visibility":"`+string(visibility)+`"}`)
		}
		return shot{path: photosPath + photo + "/" + then}
	}
}

// photoCells are about pictures. They are seen by who sees a post that shows them.
func photoCells() []matrixRow {
	const (
		backgrounds = "/api/facechats/backgrounds/"
		edit        = `{"name":"New name","alt":"New words"}`
		none        = "others 404 photo_not_found"
		public      = "blocked 404 photo_not_found, others 200"
	)
	edited := func(visibility social.Visibility) func(*world) shot {
		return func(w *world) shot {
			s := shownBy(visibility, "")(w)
			s.body = edit
			return s
		}
	}
	return []matrixRow{
		{id: "listPhotos", want: "owner 200 #2, users 200 #0", make: func(w *world) shot {
			w.as(owner).photo(w.t)
			w.as(owner).photo(w.t)
			return shot{path: photosPath}
		}},
		{id: "uploadPhoto", want: "users 201", make: pictured(photosPath)},
		{id: "showPhoto", want: "owner 200, " + none, make: shownBy("", "")},
		{id: "showPhoto", about: "public", want: public, make: shownBy(social.VisiblePublic, "")},
		{
			id: "showPhoto", about: "friends", want: "owner friend 200, " + none,
			make: shownBy(social.VisibleFriends, ""),
		},
		{id: "showPhoto", about: "private", want: "owner 200, " + none, make: shownBy(social.VisiblePrivate, "")},
		{id: "editPhoto", want: "owner 200, " + none, make: edited("")},
		{id: "editPhoto", about: "public", want: "owner 200, " + none, make: edited(social.VisiblePublic)},
		{id: "deletePhoto", want: "owner 204, " + none, once: true, make: shownBy("", "")},
		{
			id: "deletePhoto", about: "public", want: "owner 409 photo_in_use, " + none,
			make: shownBy(social.VisiblePublic, ""),
		},
		{id: "readPhoto", want: "owner 200, " + none, make: shownBy("", "small/")},
		{id: "readPhoto", about: "public", want: public, make: shownBy(social.VisiblePublic, "large/")},
		{
			id: "readPhoto", about: "friends", want: "owner friend 200, " + none,
			make: shownBy(social.VisibleFriends, "medium/"),
		},
		{
			id: "readPhoto", about: "private", want: "owner 200, " + none,
			make: shownBy(social.VisiblePrivate, "original/"),
		},
		{id: "defaultAvatar", want: "others 200", make: at("/api/accounts/avatar/")},
		{id: "listBackgrounds", want: "owner 200 #2, users 200 #0", make: func(w *world) shot {
			for range 2 {
				s := pictured(backgrounds)(w)
				require.Equal(w.t, 201, w.send(owner, "POST", s).status)
			}
			return shot{path: backgrounds}
		}},
		{id: "addBackground", want: "users 201", make: pictured(backgrounds)},
	}
}
