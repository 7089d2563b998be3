package media

// Size names one of the sizes in which every picture is stored.
type Size string

// The sizes: how many pixels the longer side has at most. SizeAvatar is a square from the middle.
const (
	SizeOriginal Size = "original" // 2048
	SizeLarge    Size = "large"    // 1280
	SizeMedium   Size = "medium"   // 640
	SizeSmall    Size = "small"    // 320
	SizeAvatar   Size = "avatar"   // 128, square
)

const (
	originalSide = 2048
	largeSide    = 1280
	mediumSide   = 640
	smallSide    = 320
	avatarSide   = 128
	hashSide     = 32
)

// Sizes lists all sizes, the largest first.
func Sizes() []Size { return []Size{SizeOriginal, SizeLarge, SizeMedium, SizeSmall, SizeAvatar} }

// Valid tells whether there is such a size.
func (s Size) Valid() bool { return s.side() > 0 }

func (s Size) side() int {
	switch s {
	case SizeOriginal:
		return originalSide
	case SizeLarge:
		return largeSide
	case SizeMedium:
		return mediumSide
	case SizeSmall:
		return smallSide
	case SizeAvatar:
		return avatarSide
	}
	return 0
}

// fit is the picture in that size; the picture itself where it is small enough.
func (p *planes) fit(s Size) *planes {
	if s == SizeAvatar {
		p = p.square()
	}
	return p.within(s.side())
}

// within is the picture with its longer side at most side; the picture itself where it is.
func (p *planes) within(side int) *planes {
	w, h := bounded(p.width, p.height, side)
	if w == p.width && h == p.height {
		return p
	}
	return p.scaled(w, h)
}

// bounded is the size of a picture that is made to fit into a square.
func bounded(w, h, side int) (int, int) {
	longer := max(w, h)
	if longer <= side {
		return w, h
	}
	shrink := func(n int) int { return max(1, (n*side+longer/2)/longer) }
	return shrink(w), shrink(h)
}
