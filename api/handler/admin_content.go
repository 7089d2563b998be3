package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// AdminPost is a post as the staff sees it.
type AdminPost struct {
	ID         int64     `json:"id"`
	Owner      Person    `json:"owner"`
	Title      string    `json:"title"`
	Content    string    `json:"content"`
	Visibility string    `json:"visibility" enum:"public,friends,private"`
	Photo      *Photo    `json:"photo,omitempty"`
	Comments   int64     `json:"comments"`
	Reports    int64     `json:"reports" doc:"Open ones, about the post or its picture"`
	Created    time.Time `json:"created"`
}

// AdminPostsRequest searches the posts.
type AdminPostsRequest struct {
	PageRequest
	Q        string `query:"q" doc:"Words of the post; at most 100 characters"`
	User     int64  `query:"user" minimum:"0" doc:"Only this person's"`
	Reported bool   `query:"reported" doc:"Only those with an open report"`
}

// AdminComment is a comment as the staff sees it.
type AdminComment struct {
	ID        int64     `json:"id"`
	Author    Person    `json:"author"`
	Post      int64     `json:"post"`
	PostTitle string    `json:"post_title" doc:"Empty where the post is not for the staff to see"`
	Content   string    `json:"content"`
	Reports   int64     `json:"reports" doc:"Open ones"`
	Created   time.Time `json:"created"`
}

// AdminCommentsRequest searches the comments.
type AdminCommentsRequest struct {
	PageRequest
	Q        string `query:"q" doc:"Part of the comment; at most 100 characters"`
	User     int64  `query:"user" minimum:"0" doc:"Only this person's"`
	Post     int64  `query:"post" minimum:"0" doc:"Only those to this post"`
	Reported bool   `query:"reported" doc:"Only those with an open report"`
}

// RemoveRequest removes what is in the path.
type RemoveRequest struct {
	IDRequest
	Reason string `query:"reason" doc:"For the audit: 1 to 500 characters"`
}

// AdminRoom is a live room as the staff sees it: without its link.
type AdminRoom struct {
	ID         int64     `json:"id"`
	Host       *Person   `json:"host,omitempty" doc:"Missing: a guest opened it"`
	Title      string    `json:"title" doc:"Empty where the room is not public and nobody has reported it"`
	Visibility string    `json:"visibility" enum:"public,friends,link"`
	Present    int       `json:"present" doc:"Seats that are taken"`
	Reports    int64     `json:"reports" doc:"Open ones, about the room or what was written in it"`
	Created    time.Time `json:"created"`
	Used       time.Time `json:"used" doc:"When somebody came last"`
}

// CloseRoomRequest ends a room.
type CloseRoomRequest struct {
	IDRequest
	Body struct {
		Reason string `json:"reason" doc:"For the audit: 1 to 500 characters"`
	}
}

// Posts lists the posts that the staff sees, the newest first.
func (a *Admin) Posts(ctx context.Context, in *AdminPostsRequest) (*List[AdminPost], error) {
	text, err := searched(in.Q)
	if err != nil {
		return nil, err
	}
	rows, next, err := a.DB.Admin.Posts(
		ctx, social.PostFilter{Text: text, OwnerID: in.User, Reported: in.Reported}, in.page())
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return newList(ctx, rows, next, func(p social.PostCard) AdminPost {
		return AdminPost{
			ID: p.ID, Owner: person(p.Owner), Title: p.Title, Content: p.Content, Visibility: string(p.Visibility),
			Photo: a.photo(ctx, p.Photo), Comments: p.Comments, Reports: p.Reports, Created: p.Created,
		}
	}), nil
}

// RemovePost deletes a post that the staff sees, and its picture.
func (a *Admin) RemovePost(ctx context.Context, in *RemoveRequest) (*Empty, error) {
	if err := a.DB.Admin.RemovePost(ctx, act(ctx, in.Reason), in.ID); err != nil {
		return nil, fmt.Errorf("remove post: %w", err)
	}
	return &Empty{}, nil
}

// Comments lists the comments that the staff sees, the newest first.
func (a *Admin) Comments(ctx context.Context, in *AdminCommentsRequest) (*List[AdminComment], error) {
	text, err := searched(in.Q)
	if err != nil {
		return nil, err
	}
	filter := social.CommentFilter{Text: text, AuthorID: in.User, PostID: in.Post, Reported: in.Reported}
	rows, next, err := a.DB.Admin.Comments(ctx, filter, in.page())
	if err != nil {
		return nil, fmt.Errorf("list comments: %w", err)
	}
	return newList(ctx, rows, next, func(c social.CommentCard) AdminComment {
		return AdminComment{
			ID: c.ID, Author: person(c.Author), Post: c.PostID, PostTitle: c.PostTitle, Content: c.Content,
			Reports: c.Reports, Created: c.Created,
		}
	}), nil
}

// RemoveComment deletes a comment that the staff sees.
func (a *Admin) RemoveComment(ctx context.Context, in *RemoveRequest) (*Empty, error) {
	if err := a.DB.Admin.RemoveComment(ctx, act(ctx, in.Reason), in.ID); err != nil {
		return nil, fmt.Errorf("remove comment: %w", err)
	}
	return &Empty{}, nil
}

// LiveRooms lists the rooms that have not ended, the newest first.
func (a *Admin) LiveRooms(ctx context.Context, in *PageRequest) (*List[AdminRoom], error) {
	rows, next, err := a.DB.Admin.Rooms(ctx, in.page())
	if err != nil {
		return nil, fmt.Errorf("list rooms: %w", err)
	}
	return newList(ctx, rows, next, func(r social.RoomCard) AdminRoom {
		return AdminRoom{
			ID: r.ID, Host: orNobody(r.Host), Title: r.Title, Visibility: string(r.Visibility),
			Present: a.Rooms.Present(r.ID), Reports: r.Reports, Created: r.Created, Used: r.Used,
		}
	}), nil
}

// CloseRoom ends a room for all who are in it.
func (a *Admin) CloseRoom(ctx context.Context, in *CloseRoomRequest) (*Empty, error) {
	rings, err := a.DB.Admin.CloseRoom(ctx, act(ctx, in.Body.Reason), in.ID)
	if err != nil {
		return nil, fmt.Errorf("close room: %w", err)
	}
	a.Calls.CloseRoom(in.ID)
	a.stopped(ctx, rings)
	return &Empty{}, nil
}

// photo is a picture for the staff to look at; null where there is none.
func (a *Admin) photo(ctx context.Context, ph social.Photo) *Photo {
	if ph.ID == 0 {
		return nil
	}
	return new(a.Photos.photo(ctx, ph))
}
