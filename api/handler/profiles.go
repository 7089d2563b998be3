package handler

import (
	"context"
	"fmt"
	"time"

	"github.com/pp-enter/pp-enter/api/social"
)

// Profile is a person as the caller may see them.
type Profile struct {
	Person
	Bio       string    `json:"bio"`
	Joined    time.Time `json:"joined"`
	Posts     int64     `json:"posts" doc:"Those that the caller may see"`
	Friends   int64     `json:"friends"`
	Followers int64     `json:"followers"`
	Following int64     `json:"following"`
	// Relation is how the caller stands to the person: requested, the caller asked; incoming, they asked.
	Relation  string `json:"relation" enum:"none,self,friends,requested,incoming,blocked"`
	RequestID int64  `json:"request_id" doc:"The friend request that is pending between the two; 0: none"`
	Follows   bool   `json:"follows" doc:"The caller follows them"`
	FollowsMe bool   `json:"follows_me" doc:"They follow the caller"`
}

// ProfileResponse shows a person.
type ProfileResponse struct{ Body Profile }

// SearchRequest looks for something.
type SearchRequest struct {
	PageRequest
	Query string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"A part of the name"`
}

// Profile shows a person. Who is blocked by them sees nobody; who blocks them sees who it is.
func (p *People) Profile(ctx context.Context, in *IDRequest) (*ProfileResponse, error) {
	view, err := p.DB.Profiles.View(ctx, CallerOf(ctx).UserID, in.ID)
	if err != nil {
		return nil, fmt.Errorf("find profile: %w", err)
	}
	return &ProfileResponse{Body: profile(view)}, nil
}

func profile(v social.ProfileView) Profile {
	return Profile{
		Person: person(v.Person), Bio: v.Bio, Joined: v.Joined, Posts: v.Posts, Friends: v.Friends,
		Followers: v.Followers, Following: v.Following, Relation: relation(v.Relation),
		RequestID: max(v.Relation.Sent, v.Relation.Received),
		Follows:   v.Relation.Following, FollowsMe: v.Relation.FollowedBy,
	}
}

// relation is the strongest of what stands between two people, in a word.
func relation(r social.Relation) string {
	switch {
	case r.Self:
		return "self"
	case r.Blocking:
		return "blocked"
	case r.Friend:
		return "friends"
	case r.Sent != 0:
		return "requested"
	case r.Received != 0:
		return "incoming"
	}
	return "none"
}

// Search finds people by a part of username or nickname.
func (p *People) Search(ctx context.Context, in *SearchRequest) (*List[Person], error) {
	rows, next, err := p.DB.Profiles.Search(ctx, CallerOf(ctx).UserID, in.Query, in.page())
	if err != nil {
		return nil, fmt.Errorf("search people: %w", err)
	}
	return newList(ctx, rows, next, func(p social.Profile) Person { return person(p.Person) }), nil
}
