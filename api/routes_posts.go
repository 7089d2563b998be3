package api

import "github.com/pp-enter/pp-enter/api/handler"

// postRows are posts, their likes and favourites, the feeds and the search.
func (s *server) postRows() []row {
	return append(s.feedRows(), s.reactionRows()...)
}

// feedRows are posts and their lists.
func (s *server) feedRows() []row {
	const base = "/api/posts"
	p := s.cfg.Posts
	return []row{
		on(p.Feed, operation{
			method: "GET", path: base + "/posts/", id: "latestPosts", access: Public, status: 200,
			errors: []int{400, 422}, summary: "List the latest posts",
		}),
		on(p.Create, operation{
			method: "POST", path: base + "/create/", id: "createPost", access: User, status: 201,
			errors: []int{404, 413, 415, 422, 503}, summary: "Post a screenshot, an upload or the picture sent along",
			body: s.cfg.UploadLimit, form: handler.FormBody[handler.PostBody],
		}),
		on(p.Show, operation{
			method: "GET", path: base + "/posts/{id}/", id: "post", access: Public, status: 200,
			errors: []int{404}, summary: "Show a post",
		}),
		on(p.Edit, operation{
			method: "PUT", path: base + "/posts/{id}/", id: "editPost", access: User, status: 200,
			errors: []int{404, 422}, summary: "Change a post of yours",
		}),
		on(p.Delete, operation{
			method: "DELETE", path: base + "/posts/{id}/", id: "deletePost", access: User, status: 204,
			errors: []int{404, 422}, summary: "Delete a post of yours",
		}),
		on(p.Feed, operation{
			method: "GET", path: base + "/posts_main_list/", id: "feed", access: Public, status: 200,
			errors: []int{400, 422}, summary: "List posts, the newest first",
		}),
		on(p.FeedOf, operation{
			method: "GET", path: base + "/posts_detail_list/{user_id}/", id: "feedOfUser", access: Public, status: 200,
			errors: []int{400, 404, 422}, summary: "List one user's posts",
		}),
		on(p.FeedByPhoto, operation{
			method: "GET", path: base + "/posts_main_list_search/{photo_name}/", id: "feedByPhoto", access: Public,
			status: 200, errors: []int{400, 422}, summary: "Find posts by the names of their photos",
		}),
		on(p.FeedOfByPhoto, operation{
			method: "GET", path: base + "/posts_detail_list_search/{photo_name}/", id: "feedOfUserByPhoto",
			access: Public, status: 200, errors: []int{400, 404, 422},
			summary: "Find one user's posts by the names of their photos",
		}),
		on(p.Find, operation{
			method: "GET", path: base + "/search/", id: "search", access: Public, status: 200,
			errors: []int{400, 422}, summary: "Find posts, people and tags",
		}),
	}
}

// reactionRows are likes and favourites.
func (s *server) reactionRows() []row {
	const base = "/api/posts"
	p := s.cfg.Posts
	return []row{
		on(p.Like, operation{
			method: "POST", path: base + "/likes/", id: "like", access: User, status: 201,
			errors: []int{404, 422}, summary: "Like a post; 200 where you do already",
		}),
		on(p.Unlike, operation{
			method: "DELETE", path: base + "/likes/{id}/", id: "unlike", access: User, status: 204,
			errors: []int{404}, summary: "Take a like back",
		}),
		on(p.Keep, operation{
			method: "POST", path: base + "/favorites/", id: "addFavorite", access: User, status: 201,
			errors: []int{404, 422}, summary: "Make a post a favourite; 200 where it is one already",
		}),
		on(p.Drop, operation{
			method: "DELETE", path: base + "/favorites/{id}/", id: "dropFavorite", access: User, status: 204,
			errors: []int{404}, summary: "Take a favourite back",
		}),
		on(p.Favorites, operation{
			method: "GET", path: base + "/favorites/", id: "listFavorites", access: User, status: 200,
			errors: []int{400, 422}, summary: "List your favourites",
		}),
	}
}
