package convert

import (
	"fmt"
	"slices"
)

// placeholder writes an input: a picture, NHWC in TF and NCHW here.
func (c *converter) placeholder(n *node) error {
	var texts []string
	for _, d := range n.attr["shape"].Shape.Dim {
		texts = append(texts, d.Size)
	}
	s, err := atoi("shape", texts)
	if err != nil {
		return err
	}
	if len(s) != 4 || slices.Min(s[1:]) < 1 {
		return fmt.Errorf("shape %v is not that of a picture", s)
	}
	c.shapes[n.name] = []int{1, s[3], s[1], s[2]}
	c.graph.input(n.name, c.shapes[n.name])
	return nil
}

// unary writes an operation that keeps the shape.
func (c *converter) unary(n *node, op string) error {
	if err := n.need(1); err != nil {
		return err
	}
	c.shapes[n.name] = c.shapes[n.inputs[0]]
	c.graph.node(op, n.inputs, n.name, nil)
	return nil
}

// relu6 writes a clip to 0..6. It is never folded with its neighbours into HardSwish: the networks multiply
// by a rounded 1/6, and the exact one moves the mask by as much as 0.02. A gate keeps theirs.
func (c *converter) relu6(n *node) error {
	if err := n.need(1); err != nil {
		return err
	}
	low := c.initialiser("relu6_low", constant{floats: []float32{0}})
	high := c.initialiser("relu6_high", constant{floats: []float32{6}})
	c.shapes[n.name] = c.shapes[n.inputs[0]]
	c.graph.node("Clip", []string{n.inputs[0], low, high}, n.name, nil)
	return nil
}

// gate writes factor * relu6(picture + offset) as clip(factor*picture + factor*offset, 0, 6*factor), and the
// product and sum in it as a convolution of each channel with one weight: the runtime joins that with the
// clip, and keeps to the blocked layout of the convolutions around it.
func (c *converter) gate(n *node) error {
	picture, err := c.picture(n, 0)
	if err != nil {
		return err
	}
	offset, factor := c.consts[n.inputs[1]].floats[0], c.consts[n.inputs[2]].floats[0]
	channels := picture[1]
	weights := constant{dims: []int{channels, 1, 1, 1}, floats: slices.Repeat([]float32{factor}, channels)}
	bias := constant{dims: []int{channels}, floats: slices.Repeat([]float32{factor * offset}, channels)}
	low := c.initialiser("relu6_low", constant{floats: []float32{0}})
	high := c.initialiser(n.name+"_high", constant{floats: []float32{6 * factor}})
	before := n.name + "_before"
	c.graph.node("Conv", []string{
		n.inputs[0], c.initialiser(n.name+"_filter", weights), c.initialiser(n.name+"_bias", bias),
	}, before, attributes{"group": channels, "kernel_shape": []int{1, 1}})
	c.graph.node("Clip", []string{before, low, high}, n.name, nil)
	c.shapes[n.name] = picture
	return nil
}

// elementwise writes a sum or product of two, spread over each other: tensors of one shape, a picture and its
// 1x1 factors, or a tensor and a constant.
func (c *converter) elementwise(n *node, op string) error {
	if err := n.need(2); err != nil {
		return err
	}
	var shape []int
	for _, in := range n.inputs {
		s, ok := c.shapes[in]
		if !ok {
			continue
		}
		if shape == nil {
			shape = s
		}
		if len(s) != len(shape) {
			return fmt.Errorf("shapes %v and %v do not fit", shape, s)
		}
		shape = slices.Clone(shape)
		for i := range s {
			if s[i] != shape[i] && s[i] != 1 && shape[i] != 1 {
				return fmt.Errorf("shapes %v and %v do not fit", shape, s)
			}
			shape[i] = max(shape[i], s[i])
		}
	}
	names := make([]string, len(n.inputs))
	for i, in := range n.inputs {
		name, err := c.operand(in, len(shape))
		if err != nil {
			return err
		}
		names[i] = name
	}
	c.shapes[n.name] = shape
	c.graph.node(op, names, n.name, nil)
	return nil
}

// resize writes a bilinear scaling.
func (c *converter) resize(n *node) error {
	if err := n.need(2); err != nil {
		return err
	}
	picture, err := c.picture(n, 0)
	if err != nil {
		return err
	}
	size, err := c.ints(n, 1, 2)
	if err != nil {
		return err
	}
	halfPixel := n.attr["half_pixel_centers"].B //nolint:misspell // TensorFlow's spelling
	if !halfPixel || n.attr["align_corners"].B || size[0] < 1 || size[1] < 1 {
		return fmt.Errorf("only half-pixel centres are known, size is %v", size)
	}
	c.shapes[n.name] = []int{1, picture[1], size[0], size[1]}
	scales := c.initialiser(n.name+"_scales", constant{dims: []int{4}, floats: []float32{
		1, 1, float32(size[0]) / float32(picture[2]), float32(size[1]) / float32(picture[3]),
	}})
	c.graph.node("Resize", []string{n.inputs[0], "", scales}, n.name, attributes{
		"mode": "linear", "coordinate_transformation_mode": "half_pixel",
	})
	return nil
}

// pad writes a padding with zeros, channels included: pairs of before and after in the order NHWC.
func (c *converter) pad(n *node) error {
	if err := n.need(2); err != nil {
		return err
	}
	picture, err := c.picture(n, 0)
	if err != nil {
		return err
	}
	p, err := c.ints(n, 1, 8)
	if err != nil {
		return err
	}
	if p[0] != 0 || p[1] != 0 || slices.Min(p) < 0 {
		return fmt.Errorf("paddings are %v", p)
	}
	c.shapes[n.name] = []int{1, picture[1] + p[6] + p[7], picture[2] + p[2] + p[3], picture[3] + p[4] + p[5]}
	pads := c.initialiser(n.name+"_pads", constant{ints: []int{0, p[6], p[2], p[4], 0, p[7], p[3], p[5]}})
	c.graph.node("Pad", []string{n.inputs[0], pads}, n.name, nil)
	return nil
}

// reshape writes the step from a picture to a list of rows; the elements must be taken in the order NHWC.
func (c *converter) reshape(n *node) error {
	if err := n.need(2); err != nil {
		return err
	}
	picture, err := c.picture(n, 0)
	if err != nil {
		return err
	}
	wanted, err := c.ints(n, 1, -1)
	if err != nil {
		return err
	}
	shape, err := fill(wanted, picture[1]*picture[2]*picture[3])
	if err != nil {
		return err
	}
	c.shapes[n.name] = shape
	c.graph.node("Transpose", n.inputs[:1], n.name+"_nhwc", attributes{"perm": []int{0, 2, 3, 1}})
	target := slices.Clone(shape)
	target[0] = 0 // ONNX: as in the input, the batch
	sizes := c.initialiser(n.name+"_shape", constant{ints: target})
	c.graph.node("Reshape", []string{n.name + "_nhwc", sizes}, n.name, nil)
	return nil
}

// fill replaces the free size (-1) of a shape with batch 1 so that the rest holds count elements.
func fill(wanted []int, count int) ([]int, error) {
	shape := slices.Clone(wanted)
	if len(shape) < 2 || len(shape) == 4 || (shape[0] != 1 && shape[0] != -1) {
		return nil, fmt.Errorf("shape %v is no batch of rows", wanted)
	}
	shape[0] = 1
	free, known := -1, 1
	for i, size := range shape {
		switch {
		case size == -1 && free < 0:
			free = i
		case size < 1:
			return nil, fmt.Errorf("shape %v has more than one free size", wanted)
		default:
			known *= size
		}
	}
	if free >= 0 {
		shape[free] = count / known
		known *= shape[free]
	}
	if known != count {
		return nil, fmt.Errorf("shape %v does not hold %d elements", wanted, count)
	}
	return shape, nil
}
