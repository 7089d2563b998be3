package social

// The codes of pictures, beside CodePhotoNotFound and CodePictureInvalid.
const (
	CodePictureMissing     Code = "picture_missing"
	CodePictureTooLarge    Code = "picture_too_large"
	CodePictureUnsupported Code = "picture_type_unsupported"
	CodePictureSlow        Code = "picture_too_complex"
	CodePhotoInUse         Code = "photo_in_use"
	CodePhotoKind          Code = "photo_kind_invalid"
	CodePhotoName          Code = "photo_name_invalid"
	CodePhotoAlt           Code = "photo_alt_invalid"
	CodeLinkInvalid        Code = "link_invalid"
	CodeLinkExpired        Code = "link_expired"
)

// The refusals of pictures.
var (
	ErrPictureMissing  = &Error{CodePictureMissing, "Send the picture as the field picture of a form."}
	ErrPictureTooLarge = &Error{
		CodePictureTooLarge, "The picture has too many pixels: at most 40 million, and 12,000 on a side.",
	}
	ErrPictureUnsupported = &Error{
		CodePictureUnsupported, "Pictures are taken as JPEG, PNG, GIF, or WebP that does not move.",
	}
	ErrPictureSlow = &Error{CodePictureSlow, "It takes too long to read this picture."}
	ErrPhotoInUse  = &Error{CodePhotoInUse, "A post shows this picture. Delete the post first."}
	ErrPhotoKind   = &Error{CodePhotoKind, "There is no such kind of picture."}
	ErrPhotoName   = &Error{CodePhotoName, "A picture's name has at most 100 characters, in one line."}
	ErrPhotoAlt    = &Error{CodePhotoAlt, "An alternative text has at most 1,000 characters."}
	ErrLinkInvalid = &Error{CodeLinkInvalid, "This address was not made here."}
	ErrLinkExpired = &Error{CodeLinkExpired, "This address has expired. Ask for a new one."}
)
