package convert

import (
	"fmt"
	"slices"
)

// rewrite changes the graph into one that computes the same, but for rounding, and suits a CPU better. The
// nodes come in the order of the data.
func (c *converter) rewrite(nodes []*node) error {
	uses := map[string]int{}
	for _, n := range nodes {
		for _, in := range n.inputs {
			uses[in]++
		}
	}
	for _, n := range nodes {
		if err := c.exchange(n, uses); err != nil {
			return err
		}
		c.gather(n, uses)
		c.share(n, uses)
	}
	return nil
}

// exchange lets what works on each pixel alone run before the enlargement of which it reads the only copy:
// there are fewer pixels. A 1x1 convolution is linear over channels, the enlargement is linear over space
// with weights that sum to 1, so that their order does not matter, nor that of a bias and the enlargement.
func (c *converter) exchange(n *node, uses map[string]int) error {
	i, ok, err := c.pointwise(n)
	if err != nil || !ok {
		return err
	}
	wide := c.nodes[n.inputs[i]]
	if wide == nil || wide.op != "ResizeBilinear" || len(wide.inputs) != 2 || uses[wide.name] != 1 {
		return nil
	}
	small := *n
	small.name, small.inputs = n.name+"_small", slices.Clone(n.inputs)
	small.inputs[i] = wide.inputs[0]
	delete(c.nodes, wide.name)
	c.nodes[small.name] = &small
	c.nodes[n.name] = &node{
		name: n.name, op: wide.op, inputs: []string{small.name, wide.inputs[1]}, attr: wide.attr,
	}
	uses[small.name] = 1
	return nil
}

// pointwise is whether n is a convolution over channels only, without an activation, or adds a constant, and
// which of its inputs is the picture.
func (c *converter) pointwise(n *node) (picture int, ok bool, err error) {
	if len(n.inputs) < 2 {
		return 0, false, nil
	}
	switch n.op {
	case "Add", "AddV2":
		picture = slices.IndexFunc(n.inputs, func(in string) bool { return len(c.consts[in].floats) == 0 })
		return picture, len(n.inputs) == 2 && picture >= 0 && len(c.consts[n.inputs[1-picture]].floats) > 0, nil
	case "Conv2D", "_FusedConv2D":
	default:
		return 0, false, nil
	}
	filter := c.consts[n.inputs[1]]
	if len(filter.dims) != 4 || filter.dims[0] != 1 || filter.dims[1] != 1 {
		return 0, false, nil
	}
	_, activation, err := n.fused()
	if err != nil {
		return 0, false, err
	}
	y, x, err := n.spatial("strides")
	return 0, activation == "" && y == 1 && x == 1, err
}

// share turns the average of a sum that nothing else reads into the sum of the averages, which are small.
func (c *converter) share(n *node, uses map[string]int) {
	if n.op != "AvgPool" || len(n.inputs) != 1 {
		return
	}
	sum := c.nodes[n.inputs[0]]
	if sum == nil || sum.op != "Add" && sum.op != "AddV2" || len(sum.inputs) != 2 || uses[sum.name] != 1 ||
		len(c.consts[sum.inputs[0]].floats)+len(c.consts[sum.inputs[1]].floats) > 0 {
		return
	}
	delete(c.nodes, sum.name)
	var averages []string
	for i, in := range sum.inputs {
		one := &node{name: fmt.Sprintf("%s_%d", n.name, i), op: n.op, inputs: []string{in}, attr: n.attr}
		c.nodes[one.name] = one
		averages = append(averages, one.name)
	}
	c.nodes[n.name] = &node{name: n.name, op: sum.op, inputs: averages}
}

// opGate is factor * relu6(picture + offset), the three inputs of one node. It is no operator of TF.
const opGate = "pp-enter/Gate"

// gather turns (factor * x) * relu6(x + offset), four nodes in TF, into x times a gate.
func (c *converter) gather(n *node, uses map[string]int) {
	if n.op != "Mul" || len(n.inputs) != 2 {
		return
	}
	for i, in := range n.inputs {
		clip, other := c.nodes[in], c.nodes[n.inputs[1-i]]
		if clip == nil || clip.op != "Relu6" || len(clip.inputs) != 1 {
			continue
		}
		sum := c.nodes[clip.inputs[0]]
		x, offset, ok := c.byNumber(sum, "Add", "AddV2")
		same, factor, scaled := c.byNumber(other, "Mul")
		once := ok && scaled && uses[clip.name] == 1 && uses[sum.name] == 1 && uses[other.name] == 1
		if !once || same != x || c.consts[factor].floats[0] <= 0 {
			continue
		}
		for _, gone := range []*node{clip, sum, other} {
			delete(c.nodes, gone.name)
		}
		gate := &node{name: n.name + "_gate", op: opGate, inputs: []string{x, offset, factor}}
		c.nodes[gate.name] = gate
		c.nodes[n.name] = &node{name: n.name, op: "Mul", inputs: []string{x, gate.name}}
		return
	}
}

// byNumber takes an operation of a tensor and a constant number apart.
func (c *converter) byNumber(n *node, ops ...string) (tensor, number string, ok bool) {
	if n == nil || !slices.Contains(ops, n.op) || len(n.inputs) != 2 {
		return "", "", false
	}
	for i, in := range n.inputs {
		if len(c.consts[in].floats) == 1 {
			return n.inputs[1-i], in, true
		}
	}
	return "", "", false
}
