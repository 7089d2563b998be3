package convert

import "fmt"

// conv writes a convolution with its fused bias and activation.
func (c *converter) conv(n *node, depthwise bool) error {
	bias, activation, err := n.fused()
	if err != nil {
		return err
	}
	inputs := 2
	if bias {
		inputs = 3
	}
	if err := n.need(inputs); err != nil {
		return err
	}
	picture, err := c.picture(n, 0)
	if err != nil {
		return err
	}
	filter, err := c.floats(n, 1, 4)
	if err != nil {
		return err
	}
	if filter.dims[2] != picture[1] {
		return fmt.Errorf("filter %v does not fit %d channels", filter.dims, picture[1])
	}
	h, w, attrs, err := n.slideFilter(picture, filter.dims)
	if err != nil {
		return err
	}
	kernel := filterNCHW(filter, depthwise)
	if depthwise {
		attrs["group"] = picture[1]
	}
	names := []string{n.inputs[0], c.initialiser(n.inputs[1]+"_filter", kernel)}
	if bias {
		b, err := c.floats(n, 2, 1)
		if err != nil {
			return err
		}
		names = append(names, c.initialiser(n.inputs[2]+"_bias", b))
	}
	c.shapes[n.name] = []int{1, kernel.dims[0], h, w}
	if activation == "" {
		c.graph.node("Conv", names, n.name, attrs)
		return nil
	}
	c.graph.node("Conv", names, n.name+"_before", attrs)
	c.graph.node(activation, []string{n.name + "_before"}, n.name, nil)
	return nil
}

// filterNCHW turns a TF filter, [h, w, in, out] or depthwise [h, w, in, multiplier], into one of ONNX, [out,
// in of one group, h, w].
func filterNCHW(filter constant, depthwise bool) constant {
	if !depthwise {
		return filter.permute(3, 2, 0, 1)
	}
	kernel := filter.permute(2, 3, 0, 1)
	kernel.dims = []int{filter.dims[2] * filter.dims[3], 1, filter.dims[0], filter.dims[1]}
	return kernel
}

// fused reads what TF's optimiser has folded into a convolution.
func (n *node) fused() (bias bool, activation string, err error) {
	ops, err := n.texts("fused_ops")
	if err != nil {
		return false, "", err
	}
	for i, op := range ops {
		switch {
		case op == "BiasAdd" && i == 0:
			bias = true
		case op == "Relu" && i == len(ops)-1:
			activation = op
		default:
			return false, "", fmt.Errorf("fused operators %v are not known", ops)
		}
	}
	return bias, activation, nil
}

// slideFilter moves a TF filter over a picture as the node's attributes say.
func (n *node) slideFilter(picture, filter []int) (h, w int, attrs attributes, err error) {
	same, err := n.same()
	if err != nil {
		return 0, 0, nil, err
	}
	strideY, strideX, err := n.spatial("strides")
	if err != nil {
		return 0, 0, nil, err
	}
	dilationY, dilationX, err := n.spatial("dilations")
	if err != nil {
		return 0, 0, nil, err
	}
	vertical := window{filter[0], strideY, dilationY}
	horizontal := window{filter[1], strideX, dilationX}
	h, w, attrs, err = slide(picture, vertical, horizontal, same)
	if err != nil {
		return 0, 0, nil, err
	}
	attrs["dilations"] = []int{dilationY, dilationX}
	return h, w, attrs, nil
}

// convTranspose writes a transposed convolution, which TF knows as the gradient of a convolution: its padding
// is that of the convolution from the output back to the input.
func (c *converter) convTranspose(n *node) error {
	if err := n.need(3); err != nil {
		return err
	}
	size, err := c.ints(n, 0, 4)
	if err != nil {
		return err
	}
	filter, err := c.floats(n, 1, 4)
	if err != nil {
		return err
	}
	picture, err := c.picture(n, 2)
	if err != nil {
		return err
	}
	output := []int{1, size[3], size[1], size[2]}
	h, w, attrs, err := n.slideFilter(output, filter.dims)
	if err != nil {
		return err
	}
	if h != picture[2] || w != picture[3] || filter.dims[2] != output[1] || filter.dims[3] != picture[1] {
		return fmt.Errorf("size %v and filter %v do not fit the input %v", size, filter.dims, picture)
	}
	c.shapes[n.name] = output
	kernel := c.initialiser(n.inputs[1]+"_filter", filter.permute(3, 2, 0, 1))
	c.graph.node("ConvTranspose", []string{n.inputs[2], kernel}, n.name, attrs)
	return nil
}

// pooled is the picture that a pooling reads, and the size of its kernel.
func (c *converter) pooled(n *node) (picture []int, kernelY, kernelX int, err error) {
	if err := n.need(1); err != nil {
		return nil, 0, 0, err
	}
	if picture, err = c.picture(n, 0); err != nil {
		return nil, 0, 0, err
	}
	kernelY, kernelX, err = n.spatial("ksize")
	return picture, kernelY, kernelX, err
}

// maxPool writes a pooling; ONNX pads it with minus infinity, as TF does.
func (c *converter) maxPool(n *node) error {
	picture, kernelY, kernelX, err := c.pooled(n)
	if err != nil {
		return err
	}
	h, w, attrs, err := n.slideFilter(picture, []int{kernelY, kernelX})
	if err != nil {
		return err
	}
	c.shapes[n.name] = []int{1, picture[1], h, w}
	c.graph.node("MaxPool", n.inputs, n.name, attrs)
	return nil
}

// globalAverage writes an average over the whole picture, the only average that is known.
func (c *converter) globalAverage(n *node) error {
	picture, kernelY, kernelX, err := c.pooled(n)
	if err != nil {
		return err
	}
	if kernelY != picture[2] || kernelX != picture[3] {
		return fmt.Errorf("kernel %dx%d does not cover the picture %v", kernelY, kernelX, picture)
	}
	c.shapes[n.name] = []int{1, picture[1], 1, 1}
	c.graph.node("GlobalAveragePool", n.inputs, n.name, nil)
	return nil
}
