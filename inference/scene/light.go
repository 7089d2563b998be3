package scene

// Light is what a background does to the person before it. It has the shape of composite.Light.
type Light struct {
	U, V int8    // added to the person's chroma
	Gain float32 // of the person's luma above black; 1 changes nothing
	Wrap float32 // how much of the background shines around the person's outline, 0..1
}

// Light is the light of a still picture.
func (c Canvas) Light() Light { return Light{Gain: 1} }
