package handler_test

import "github.com/pp-enter/pp-enter/api/social"

// twoPosts makes two posts of each visibility, the owner's.
func (w *world) twoPosts() (public, friends, private int64) {
	w.t.Helper()
	ada := w.as(owner)
	for range 2 {
		public = ada.post(w.t, social.VisiblePublic, "public post")
		friends = ada.post(w.t, social.VisibleFriends, "friends' post")
		private = ada.post(w.t, social.VisiblePrivate, "private post")
	}
	return public, friends, private
}

// onPost is a request about a post of that visibility: at, its id, and then. A body has the id for %.
func onPost(visibility social.Visibility, at, then string) func(*world) shot {
	return func(w *world) shot {
		return shot{path: at + jsonNumber(w.as(owner).post(w.t, visibility, "post")) + then}
	}
}

// postCells are about posts, their lists, likes and favourites. Who may not see a post finds none.
func postCells() []matrixRow {
	const (
		base = "/api/posts"
		edit = `{"title":"New","content":"Newer","visibility":"public","tags":["one","two"]}`
		none = "others 404 post_not_found"
		// Of two public posts, two for friends and two private ones.
		listed = "owner 200 #6, friend 200 #4, blocked 200 #0, others 200 #2"
		ofUser = "owner 200 #6, friend 200 #4, blocked 404 user_not_found, others 200 #2"
	)
	posts := func(path string) func(*world) shot {
		return func(w *world) shot {
			w.twoPosts()
			return shot{path: path}
		}
	}
	return []matrixRow{
		{id: "latestPosts", want: listed, make: posts(base + "/posts/")},
		{id: "feed", want: listed, make: posts(base + "/posts_main_list/")},
		{id: "feedOfUser", want: ofUser, make: func(w *world) shot {
			w.twoPosts()
			return toOwner(base + "/posts_detail_list/")(w)
		}},
		{id: "feedByPhoto", want: listed, make: posts(base + "/posts_main_list_search/pic/")},
		{id: "feedOfUserByPhoto", want: ofUser, make: func(w *world) shot {
			w.twoPosts()
			return shot{path: base + "/posts_detail_list_search/pic/?user=" + jsonNumber(w.as(owner).id)}
		}},
		{id: "search", want: "others 200", make: posts(searchPath + "?cursor=&limit=10&kind=posts&q=post")},
		{
			id: "post", about: "public", want: "blocked 404 post_not_found, others 200",
			make: onPost(social.VisiblePublic, base+"/posts/", "/"),
		},
		{
			id: "post", about: "friends", want: "owner friend 200, " + none,
			make: onPost(social.VisibleFriends, base+"/posts/", "/"),
		},
		{
			id: "post", about: "private", want: "owner 200, " + none,
			make: onPost(social.VisiblePrivate, base+"/posts/", "/"),
		},
		{id: "createPost", want: "owner 201, others 404 photo_not_found", make: func(w *world) shot {
			return shot{path: base + "/create/", body: `{"photo":` + jsonNumber(w.as(owner).photo(w.t)) +
				`,"title":"Title","content":"Text","visibility":"public","tags":["one","two"],"alt":"A cat"}`}
		}},
		{id: "editPost", want: "owner 200, " + none, make: func(w *world) shot {
			s := onPost(social.VisiblePublic, base+"/posts/", "/")(w)
			s.body = edit
			return s
		}},
		{
			id: "deletePost", want: "owner 204, " + none, once: true,
			make: onPost(social.VisiblePublic, base+"/posts/", "/?photo=true"),
		},
		{id: "like", want: "blocked 404 post_not_found, users 201", make: reacting("likes", social.VisiblePublic)},
		{
			id: "like", about: "friends", want: "owner friend 201, " + none,
			make: reacting("likes", social.VisibleFriends),
		},
		{id: "like", about: "private", want: "owner 201, " + none, make: reacting("likes", social.VisiblePrivate)},
		{
			id: "addFavorite", want: "blocked 404 post_not_found, users 201",
			make: reacting("favorites", social.VisiblePublic),
		},
		{
			id: "addFavorite", about: "friends", want: "owner friend 201, " + none,
			make: reacting("favorites", social.VisibleFriends),
		},
		{
			id: "unlike", want: "stranger 204, others 404 like_not_found", by: stranger, once: true,
			make: reacted("likes", stranger),
		},
		{
			id: "dropFavorite", want: "stranger 204, others 404 favorite_not_found", by: stranger, once: true,
			make: reacted("favorites", stranger),
		},
		{id: "listFavorites", want: "owner 200 #2, users 200 #0", make: func(w *world) shot {
			reacted("favorites", owner)(w)
			reacted("favorites", owner)(w)
			return shot{path: base + "/favorites/"}
		}},
	}
}

// reacting is a request to like or keep a post of the owner's.
func reacting(what string, visibility social.Visibility) func(*world) shot {
	return func(w *world) shot {
		return shot{path: "/api/posts/" + what + "/", body: `{"post":` +
			jsonNumber(w.as(owner).post(w.t, visibility, "post")) + `}`}
	}
}

// reacted is about the like or favourite of somebody's for a post of the owner's.
func reacted(what string, by caller) func(*world) shot {
	return func(w *world) shot {
		s := reacting(what, social.VisiblePublic)(w)
		s.path += numberOf(w.t, w.as(by).ok(201, "POST", s.path, s.body), "id") + "/"
		s.body = ""
		return s
	}
}

// commented makes a post of the owner's with a comment of somebody's.
func (w *world) commented(by caller, visibility social.Visibility) (post, comment string) {
	w.t.Helper()
	id := w.as(owner).post(w.t, visibility, "post")
	w.as(by).comment(w.t, id, 0, "first")
	return jsonNumber(id), jsonNumber(w.as(by).comment(w.t, id, 0, "second"))
}
