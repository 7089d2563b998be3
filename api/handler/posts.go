package handler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
	"github.com/pp-enter/pp-enter/api/store"
)

// Posts answers for posts, their likes and favourites, the feeds and the search.
type Posts struct {
	DB     *store.DB
	Notify *Notifier
	Photos *Photos
}

// Check reports a part that is missing.
func (p *Posts) Check() error {
	if p.DB == nil || p.Notify == nil || p.Photos == nil {
		return errors.New("posts: a part is missing")
	}
	return nil
}

// Post is a picture with a title and a text, as the caller sees it.
type Post struct {
	ID            int64     `json:"id"`
	Owner         Person    `json:"owner"`
	Photo         *Photo    `json:"photo,omitempty" doc:"Missing: its picture is gone"`
	Title         string    `json:"title"`
	Content       string    `json:"content"`
	Visibility    string    `json:"visibility" enum:"public,friends,private"`
	Tags          []Tag     `json:"tags" nullable:"false"`
	ViewCount     int64     `json:"view_count" doc:"How often others than the owner looked at it"`
	LikeCount     int64     `json:"like_count"`
	FavoriteCount int64     `json:"favorite_count"`
	CommentCount  int64     `json:"comment_count"`
	LikeID        int64     `json:"like_id" doc:"The caller's own like; 0: none"`
	FavoriteID    int64     `json:"favorite_id" doc:"The caller's own favourite; 0: none"`
	Created       time.Time `json:"created"`
	Updated       time.Time `json:"updated"`
}

// PostBody is what a post is made from, beside an uploaded picture.
type PostBody struct {
	Photo      int64    `json:"photo,omitempty" minimum:"1" doc:"A screenshot or an upload of yours"`
	Title      string   `json:"title" doc:"1 to 100 characters"`
	Content    string   `json:"content,omitempty" doc:"At most 10,000 characters"`
	Visibility string   `json:"visibility,omitempty" enum:"public,friends,private" default:"public"`
	Tags       []string `json:"tags,omitempty" doc:"At most 10, of 1 to 30 characters without spaces"`
	Alt        *string  `json:"alt,omitempty" doc:"What is to be seen in the picture, for who does not see it"`
}

// CreatePostRequest makes a post: of a photo that is there, or of the picture that comes with it.
type CreatePostRequest struct{ Form Form[PostBody] }

// PostResponse shows a post.
type PostResponse struct{ Body Post }

// CreatedPostResponse shows a post that was made.
type CreatedPostResponse struct {
	Location string `header:"Location"`
	Body     Post
}

// EditPostRequest changes what it names of a post.
type EditPostRequest struct {
	IDRequest
	Body struct {
		Photo      *int64   `json:"photo,omitempty" minimum:"1" doc:"A screenshot or an upload of yours"`
		Title      *string  `json:"title,omitempty" doc:"1 to 100 characters"`
		Content    *string  `json:"content,omitempty" doc:"At most 10,000 characters"`
		Visibility *string  `json:"visibility,omitempty" enum:"public,friends,private"`
		Tags       []string `json:"tags,omitempty" doc:"All that the post has from now on"`
	}
}

// DeletePostRequest deletes a post.
type DeletePostRequest struct {
	IDRequest
	Photo bool `query:"photo" doc:"Delete its picture, too, unless another post or your profile shows it"`
}

// Show shows a post, and counts that somebody looked at it.
func (p *Posts) Show(ctx context.Context, in *IDRequest) (*PostResponse, error) {
	post, err := p.DB.Posts.ByID(ctx, CallerOf(ctx).UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find post: %w", err)
	}
	if post.Owner.ID != CallerOf(ctx).UserID {
		p.DB.Posts.Seen(post.ID)
		post.ViewCount++
	}
	return &PostResponse{Body: p.post(ctx, post)}, nil
}

// Create makes a post.
func (p *Posts) Create(ctx context.Context, in *CreatePostRequest) (*CreatedPostResponse, error) {
	wish := in.Form.Value
	n := social.NewPost{
		OwnerID: CallerOf(ctx).UserID, PhotoID: wish.Photo, Title: wish.Title, Content: wish.Content,
		Visibility: social.Visibility(wish.Visibility), Tags: wish.Tags,
	}
	about := social.PhotoChange{Alt: wish.Alt}
	// What is wrong with the texts must show before the picture is kept.
	if err := errors.Join(n.Clean(), about.Clean()); err != nil {
		return nil, err
	}
	if in.Form.Sent == (n.PhotoID != 0) {
		return nil, social.ErrPostPicture
	}
	if in.Form.Sent {
		alt := ""
		if about.Alt != nil {
			alt = *about.Alt
		}
		photo, err := p.Photos.save(ctx, n.OwnerID, social.PhotoUpload, n.Title, alt, in.Form.Picture)
		if err != nil {
			return nil, fmt.Errorf("save picture: %w", err)
		}
		n.PhotoID, about.Alt = photo.ID, nil
	}
	id, err := p.create(ctx, n, about)
	if err != nil {
		return nil, fmt.Errorf("create post: %w", err)
	}
	post, err := p.DB.Posts.ByID(ctx, n.OwnerID, id)
	if err != nil {
		return nil, fmt.Errorf("find post: %w", err)
	}
	return &CreatedPostResponse{
		Location: "/api/posts/posts/" + strconv.FormatInt(id, 10) + "/", Body: p.post(ctx, post),
	}, nil
}

// create makes a post, and changes what is said of its photo.
func (p *Posts) create(
	ctx context.Context, n social.NewPost, about social.PhotoChange,
) (id int64, err error) {
	err = p.DB.InTx(ctx, func(tx *store.DB) error {
		if id, err = tx.Posts.Create(ctx, n); err != nil || about.Alt == nil {
			return err
		}
		return tx.Photos.Update(ctx, n.OwnerID, n.PhotoID, about)
	})
	return id, err
}

// Edit changes a post of the caller's.
func (p *Posts) Edit(ctx context.Context, in *EditPostRequest) (*PostResponse, error) {
	userID := CallerOf(ctx).UserID
	change := social.PostChange{PhotoID: in.Body.Photo, Title: in.Body.Title, Content: in.Body.Content}
	if in.Body.Visibility != nil {
		visibility := social.Visibility(*in.Body.Visibility)
		change.Visibility = &visibility
	}
	if in.Body.Tags != nil {
		change.Tags = &in.Body.Tags
	}
	if err := p.DB.Posts.Update(ctx, userID, in.ID, change); err != nil {
		return nil, fmt.Errorf("change post: %w", err)
	}
	post, err := p.DB.Posts.ByID(ctx, userID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find post: %w", err)
	}
	return &PostResponse{Body: p.post(ctx, post)}, nil
}

// Delete deletes a post of the caller's.
func (p *Posts) Delete(ctx context.Context, in *DeletePostRequest) (*Empty, error) {
	if err := p.DB.Posts.Delete(ctx, CallerOf(ctx).UserID, in.ID, in.Photo); err != nil {
		return nil, fmt.Errorf("delete post: %w", err)
	}
	return &Empty{}, nil
}

// post is a post as the caller of ctx sees it, who must be one who may.
func (p *Posts) post(ctx context.Context, in social.Post) Post {
	out := Post{
		ID: in.ID, Owner: person(in.Owner), Title: in.Title, Content: in.Content,
		Visibility: string(in.Visibility), Tags: tags(in.Tags), ViewCount: in.ViewCount, LikeCount: in.LikeCount,
		FavoriteCount: in.FavoriteCount, CommentCount: in.CommentCount, LikeID: in.LikeID,
		FavoriteID: in.FavoriteID, Created: in.Created, Updated: in.Updated,
	}
	if in.Photo.ID == 0 {
		return out
	}
	var photo Photo
	if in.Visibility == social.VisiblePublic {
		photo = p.Photos.public(in.Photo)
	} else {
		photo = p.Photos.photo(ctx, in.Photo)
	}
	out.Photo = &photo
	return out
}

// postStatus is the status of a refusal of this resource; 0: the code is another's.
func postStatus(code social.Code) int {
	switch code {
	case social.CodePostNotFound, social.CodeLikeNotFound, social.CodeFavoriteNotFound:
		return http.StatusNotFound
	case social.CodePostTitle, social.CodePostContent, social.CodePostVisibility, social.CodePostPicture:
		return http.StatusUnprocessableEntity
	default:
		return 0
	}
}
