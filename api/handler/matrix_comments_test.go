package handler_test

import "fmt"

// commentCells are about comments: one of the owner's, on a post of theirs that everybody may see.
func commentCells() []matrixRow {
	mine := func(body string) func(*world) shot {
		return func(w *world) shot {
			ada := w.as(owner)
			id := ada.comment(w.t, ada.post(w.t, "public", "post"), 0, "comment")
			return shot{path: commentsPath + jsonNumber(id) + "/", body: body}
		}
	}
	return []matrixRow{
		{id: "listComments", want: "blocked 404 post_not_found, others 200", make: func(w *world) shot {
			ada := w.as(owner)
			post := ada.post(w.t, "public", "post")
			ada.comment(w.t, post, ada.comment(w.t, post, 0, "comment"), "reply")
			ada.comment(w.t, post, 0, "comment")
			return shot{path: listPath(post) + "&cursor=&limit=10"}
		}},
		{
			id: "listComments", about: "for friends", want: "owner friend 200, others 404 post_not_found",
			make: func(w *world) shot {
				ada := w.as(owner)
				post := ada.post(w.t, "friends", "post")
				return shot{path: listPath(post) + "&parent=" + jsonNumber(ada.comment(w.t, post, 0, "comment"))}
			},
		},
		{id: "comment", want: "blocked 404 post_not_found, users 201", make: func(w *world) shot {
			ada := w.as(owner)
			post := ada.post(w.t, "public", "post")
			parent := jsonNumber(ada.comment(w.t, post, 0, "comment"))
			return shot{path: commentsPath, body: commentBody(post, parent, "comment")}
		}},
		{
			id: "editComment", want: "owner 200, blocked 404 comment_not_found, users 403 comment_not_yours",
			make: mine(`{"content":"comment"}`),
		},
		{
			id: "deleteComment", want: "owner staff 204, blocked 404 comment_not_found, users 403 comment_not_yours",
			once: true, make: mine(""),
		},
	}
}

// tagCells are about tags of the owner's, and those on the owner's pictures.
func tagCells() []matrixRow {
	const page = "?cursor=&limit=10"
	some := func(path string) func(*world) shot {
		return func(w *world) shot {
			w.as(owner).tag(w.t, "sea")
			w.as(owner).tag(w.t, "seaside")
			return shot{path: path}
		}
	}
	put := func(w *world, photo int64, tag string) answer {
		return w.as(owner).ok(201, "POST", photoTagsPath, fmt.Sprintf(`{"photo":%d,"tag":%q}`, photo, tag))
	}
	return []matrixRow{
		{id: "listTags", want: "others 200", make: some(tagsPath + page + "&order=use")},
		{id: "createTag", want: "users 201", make: with(tagsPath, `{"name":"sea"}`)},
		{id: "searchTags", want: "others 200", make: some(tagsPath + "search/" + page + "&q=sea")},
		{id: "deleteTag", want: "owner staff 204, users 403 tag_not_yours", once: true, make: func(w *world) shot {
			return shot{path: tagsPath + w.as(owner).tag(w.t, "sea") + "/"}
		}},
		{id: "listPhotoTags", want: "owner 200, users 404 photo_not_found", make: func(w *world) shot {
			photo := w.as(owner).photo(w.t)
			put(w, photo, "sea")
			put(w, photo, "night")
			return shot{path: photoTagsPath + page + "&photo=" + jsonNumber(photo)}
		}},
		{id: "tagPhoto", want: "owner 201, users 404 photo_not_found", make: func(w *world) shot {
			return shot{path: photoTagsPath, body: fmt.Sprintf(`{"photo":%d,"tag":"sea"}`, w.as(owner).photo(w.t))}
		}},
		{id: "untagPhoto", want: "owner 204, users 404 photo_tag_not_found", once: true, make: func(w *world) shot {
			return shot{path: photoTagsPath + numberOf(w.t, put(w, w.as(owner).photo(w.t), "sea"), "id") + "/"}
		}},
	}
}
