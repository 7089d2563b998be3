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

// Comments answers for what people say to posts and to each other.
type Comments struct {
	DB     *store.DB
	Notify *Notifier
}

// Check reports a part that is missing.
func (c *Comments) Check() error {
	if c.DB == nil || c.Notify == nil {
		return errors.New("comments: a part is missing")
	}
	return nil
}

// Comment is what somebody said to a post, or to another comment there.
type Comment struct {
	ID       int64     `json:"id"`
	Post     int64     `json:"post"`
	ParentID int64     `json:"parent_id" doc:"The comment that it answers; 0: it is about the post itself"`
	Author   *Person   `json:"author,omitempty" doc:"Missing: the comment is empty"`
	Content  string    `json:"content"`
	Empty    bool      `json:"empty" doc:"Deleted, or not for the caller: it holds the place above its replies"`
	Edited   bool      `json:"edited" doc:"The author wrote it anew since"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
}

// Thread is a comment about a post with the replies under it; the next ones are listed with its id as parent.
type Thread struct {
	Comment
	Replies Items[Comment] `json:"replies" doc:"To it and to each other, the oldest first, 50 at most"`
}

// CommentRequest says something to a post.
type CommentRequest struct {
	Body struct {
		Post    int64  `json:"post" minimum:"1"`
		Content string `json:"content" doc:"1 to 2,000 characters"`
		Parent  int64  `json:"parent,omitempty" minimum:"1" doc:"The comment to answer; none: the post itself"`
	}
}

// EditCommentRequest writes a comment anew.
type EditCommentRequest struct {
	IDRequest
	Body struct {
		Content string `json:"content" doc:"1 to 2,000 characters"`
	}
}

// CommentsRequest lists comments.
type CommentsRequest struct {
	PageRequest
	Post   int64 `query:"post" minimum:"1" required:"true" doc:"The post that they are about"`
	Parent int64 `query:"parent" minimum:"1" doc:"Only the replies under this comment about the post"`
}

// CommentResponse shows a comment.
type CommentResponse struct{ Body Comment }

// CommentedResponse shows a comment that was made.
type CommentedResponse struct {
	Location string `header:"Location"`
	Body     Comment
}

// List lists what is said to a post, the oldest first: comments about it with the replies under each, or,
// with a parent, the replies under that one.
func (c *Comments) List(ctx context.Context, in *CommentsRequest) (*List[Thread], error) {
	viewer := CallerOf(ctx).UserID
	if in.Parent != 0 {
		rows, next, err := c.DB.Comments.Replies(ctx, viewer, in.Post, in.Parent, in.page())
		if err != nil {
			return nil, fmt.Errorf("list replies: %w", err)
		}
		return newList(ctx, rows, next, func(m social.Comment) Thread {
			return thread(social.Thread{Comment: m})
		}), nil
	}
	rows, next, err := c.DB.Comments.Threads(ctx, viewer, in.Post, in.page())
	if err != nil {
		return nil, fmt.Errorf("list comments: %w", err)
	}
	return newList(ctx, rows, next, thread), nil
}

// Create says something to a post, or to a comment there.
func (c *Comments) Create(ctx context.Context, in *CommentRequest) (*CommentedResponse, error) {
	author := CallerOf(ctx).UserID
	done, err := c.DB.Comments.Add(ctx, social.NewComment{
		PostID: in.Body.Post, ParentID: in.Body.Parent, AuthorID: author, Content: in.Body.Content,
	})
	if err != nil {
		return nil, fmt.Errorf("add comment: %w", err)
	}
	for _, told := range done.Told {
		c.Notify.Tell(ctx, told.UserID, told.NotificationID)
	}
	m, err := c.DB.Comments.ByID(ctx, author, done.ID)
	if err != nil {
		return nil, fmt.Errorf("find comment: %w", err)
	}
	return &CommentedResponse{
		Location: "/api/posts/comments/" + strconv.FormatInt(m.ID, 10) + "/", Body: comment(m),
	}, nil
}

// Edit writes a comment of the caller's anew.
func (c *Comments) Edit(ctx context.Context, in *EditCommentRequest) (*CommentResponse, error) {
	author := CallerOf(ctx).UserID
	if err := c.DB.Comments.Edit(ctx, author, in.ID, in.Body.Content); err != nil {
		return nil, fmt.Errorf("edit comment: %w", err)
	}
	m, err := c.DB.Comments.ByID(ctx, author, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find comment: %w", err)
	}
	return &CommentResponse{Body: comment(m)}, nil
}

// Delete deletes a comment: the caller's, one on the caller's post, or any that the staff sees.
func (c *Comments) Delete(ctx context.Context, in *IDRequest) (*Empty, error) {
	caller := CallerOf(ctx)
	if err := c.DB.Comments.Remove(ctx, caller.UserID, caller.Staff, in.ID); err != nil {
		return nil, fmt.Errorf("delete comment: %w", err)
	}
	return &Empty{}, nil
}

func comment(m social.Comment) Comment {
	out := Comment{
		ID: m.ID, Post: m.PostID, ParentID: m.ParentID, Content: m.Content, Empty: m.Empty,
		Edited: !m.Updated.Equal(m.Created), Created: m.Created, Updated: m.Updated,
	}
	if m.Author.ID != 0 {
		author := person(m.Author)
		out.Author = &author
	}
	return out
}

func thread(t social.Thread) Thread {
	out := Thread{Comment: comment(t.Comment)}
	out.Replies.Items = make([]Comment, len(t.Replies))
	for i := range t.Replies {
		out.Replies.Items[i] = comment(t.Replies[i])
	}
	out.Replies.Next = t.More
	return out
}

// commentStatus is the status of a refusal of this resource; 0: the code is another's.
func commentStatus(code social.Code) int {
	switch code {
	case social.CodeCommentNotFound:
		return http.StatusNotFound
	case social.CodeCommentNotYours:
		return http.StatusForbidden
	case social.CodeCommentInvalid:
		return http.StatusUnprocessableEntity
	default:
		return 0
	}
}
