package frame

import "image"

// Image is the picture in RGB, opaque, by the matrix of ITU-R BT.601 in studio range, which is how browsers
// show the video of a call. Each chroma sample stands for its two by two pixels.
func (f *Frame) Image() *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, f.Width, f.Height))
	for y := range f.Height {
		luma := f.Y[y*f.StrideY:][:f.Width]
		us, vs := f.U[y/2*f.StrideUV:], f.V[y/2*f.StrideUV:]
		row := out.Pix[y*out.Stride:][:4*f.Width]
		for x, l := range luma {
			// In 1/65536: 255/219 for luma, 255/224 of the matrix's rows for chroma.
			c, d, e := 76309*(int32(l)-16), int32(us[x/2])-128, int32(vs[x/2])-128
			p := row[4*x:][:4]
			p[0] = clamp(c + 104597*e)
			p[1] = clamp(c - 25675*d - 53279*e)
			p[2] = clamp(c + 132201*d)
			p[3] = 255
		}
	}
	return out
}

// clamp rounds v, in 1/65536, to a byte.
func clamp(v int32) byte { return byte(min(max((v+1<<15)>>16, 0), 255)) }
