package social

// The codes of tags.
const (
	CodeTagInvalid       Code = "tag_invalid"
	CodeTagNotFound      Code = "tag_not_found"
	CodeTagNotYours      Code = "tag_not_yours"
	CodeTagInUse         Code = "tag_in_use"
	CodeTooManyTags      Code = "too_many_tags"
	CodePhotoTagNotFound Code = "photo_tag_not_found"
)

// The refusals of tags.
var (
	ErrTagInvalid = &Error{
		CodeTagInvalid, "A tag has 1 to 30 characters without spaces and commas, and a thing at most 10 tags.",
	}
	ErrTagNotFound      = &Error{CodeTagNotFound, "There is no such tag."}
	ErrTagNotYours      = &Error{CodeTagNotYours, "Only who made this tag may do this."}
	ErrTagInUse         = &Error{CodeTagInUse, "Others use this tag."}
	ErrTooManyTags      = &Error{CodeTooManyTags, "This picture has as many tags as it can have."}
	ErrPhotoTagNotFound = &Error{CodePhotoTagNotFound, "There is no such tag on a picture of yours."}
)
