package handler

import (
	"strconv"

	"github.com/pp-enter/pp-enter/api/social"
)

// Person is somebody with an account, as others see them beside what they made.
type Person struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	Nickname string `json:"nickname"`
	Avatar   Avatar `json:"avatar"`
}

// Avatar is somebody's picture.
type Avatar struct {
	PhotoID  int64  `json:"photo_id" doc:"0: they chose none, and the address is that of the default picture"`
	URL      string `json:"url"`
	Blurhash string `json:"blurhash" doc:"What to show until the picture is there; empty where there is none"`
}

// person is p as clients see them.
func person(p social.Person) Person {
	return Person{ID: p.ID, Username: p.Username, Nickname: p.Nickname, Avatar: avatar(p.Picture)}
}

func avatar(p social.Picture) Avatar {
	return Avatar{PhotoID: p.PhotoID, URL: avatarURL(p.PhotoID), Blurhash: p.Blurhash}
}

// avatarURL is the address of somebody's picture in the size of a face beside a line of text; 0: the default
// one.
func avatarURL(photoID int64) string {
	if photoID == 0 {
		return "/api/accounts/avatar/"
	}
	return "/api/posts/photos/" + strconv.FormatInt(photoID, 10) + "/avatar/"
}
