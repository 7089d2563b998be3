package social

// The codes of posts, likes and favourites.
const (
	CodePostNotFound     Code = "post_not_found"
	CodePostTitle        Code = "post_title_invalid"
	CodePostContent      Code = "post_content_invalid"
	CodePostVisibility   Code = "post_visibility_invalid"
	CodePostPicture      Code = "post_picture_invalid"
	CodeLikeNotFound     Code = "like_not_found"
	CodeFavoriteNotFound Code = "favorite_not_found"
)

// The refusals of posts. A post that somebody may not see is answered like one that does not exist.
var (
	ErrPostNotFound     = &Error{CodePostNotFound, "There is no such post."}
	ErrPostTitle        = &Error{CodePostTitle, "A post's title has 1 to 100 characters."}
	ErrPostContent      = &Error{CodePostContent, "A post's text has at most 10,000 characters."}
	ErrPostVisibility   = &Error{CodePostVisibility, "A post is public, for friends or private."}
	ErrPostPicture      = &Error{CodePostPicture, "A post has one picture: an upload, or a photo of yours."}
	ErrLikeNotFound     = &Error{CodeLikeNotFound, "There is no such like of yours."}
	ErrFavoriteNotFound = &Error{CodeFavoriteNotFound, "There is no such favourite of yours."}
)
