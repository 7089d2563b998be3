package convert

import (
	"errors"
	"fmt"
)

// need is an error when the node has another number of inputs.
func (n *node) need(inputs int) error {
	if len(n.inputs) != inputs {
		return fmt.Errorf("%d inputs instead of %d", len(n.inputs), inputs)
	}
	return nil
}

// picture is the NCHW shape of the i-th input.
func (c *converter) picture(n *node, i int) ([]int, error) {
	s := c.shapes[n.inputs[i]]
	if len(s) != 4 {
		return nil, fmt.Errorf("input %q has shape %v, not that of a picture", n.inputs[i], s)
	}
	return s, nil
}

// floats is the i-th input, a constant of the given rank; rank -1 is any.
func (c *converter) floats(n *node, i, rank int) (constant, error) {
	w, ok := c.consts[n.inputs[i]]
	if !ok || len(w.floats) == 0 || (rank >= 0 && len(w.dims) != rank) {
		return constant{}, fmt.Errorf("input %q is no constant of floats of rank %d", n.inputs[i], rank)
	}
	return w, nil
}

// ints is the i-th input, a constant of count whole numbers; count -1 is any.
func (c *converter) ints(n *node, i, count int) ([]int, error) {
	w, ok := c.consts[n.inputs[i]]
	if !ok || len(w.ints) == 0 || (count >= 0 && len(w.ints) != count) {
		return nil, fmt.Errorf("input %q is no constant of %d whole numbers", n.inputs[i], count)
	}
	return w.ints, nil
}

// initialiser writes a constant once under name and returns the name.
func (c *converter) initialiser(name string, w constant) string {
	if !c.written[name] {
		c.written[name] = true
		if w.ints != nil {
			c.graph.ints(name, w.ints)
		} else {
			c.graph.floats(name, w.dims, w.floats)
		}
	}
	return name
}

// operand is the name of an elementwise operation's input beside a tensor of the given rank. A constant must
// be a number, or beside a picture one number for each channel.
func (c *converter) operand(name string, rank int) (string, error) {
	w, ok := c.consts[name]
	if !ok {
		return name, nil
	}
	count := len(w.floats)
	switch {
	case count == 1:
		return c.initialiser(name+"_scalar", constant{floats: w.floats}), nil
	case count > 1 && rank == 4 && w.dims[len(w.dims)-1] == count:
		return c.initialiser(name+"_channels", constant{dims: []int{1, count, 1, 1}, floats: w.floats}), nil
	default:
		return "", fmt.Errorf("constant %q of shape %v does not spread over rank %d", name, w.dims, rank)
	}
}

// window is how a kernel moves over one axis.
type window struct{ size, stride, dilation int }

// over gives the output's size and the padding at both ends for an input of n. With SAME padding the output
// has ceil(n/stride) elements and an odd one of padding goes to the end, TensorFlow's rule.
func (w window) over(n int, same bool) (out, begin, end int, err error) {
	reach := (w.size-1)*w.dilation + 1
	if same {
		out = (n + w.stride - 1) / w.stride
		total := max((out-1)*w.stride+reach-n, 0)
		return out, total / 2, total - total/2, nil
	}
	if n < reach {
		return 0, 0, 0, errors.New("kernel is larger than the picture")
	}
	return (n-reach)/w.stride + 1, 0, 0, nil
}

// slide is window.over for height and width: the output's sizes and the padding in ONNX's order (top, left,
// bottom, right), with the attributes that a convolution or pooling needs.
func slide(picture []int, vertical, horizontal window, same bool) (h, w int, attrs attributes, err error) {
	h, top, bottom, err := vertical.over(picture[2], same)
	if err != nil {
		return 0, 0, nil, err
	}
	w, left, right, err := horizontal.over(picture[3], same)
	return h, w, attributes{
		"kernel_shape": []int{vertical.size, horizontal.size},
		"strides":      []int{vertical.stride, horizontal.stride},
		"pads":         []int{top, left, bottom, right},
	}, err
}
