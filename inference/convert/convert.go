// Package convert turns a TensorFlow.js graph model into an ONNX file. It knows the operators of the two
// MediaPipe networks that the project uses and refuses every other one: a model either converts exactly or
// not at all. The same model always gives the same bytes, so that a hash can pin the result.
//
// TF.js keeps pictures as NHWC, ONNX as NCHW. The converter transposes the weights once and works in NCHW
// inside; only where a network leaves the picture behind (Reshape in a detector's head) is the data
// transposed back. Inputs and outputs of rank 4 of the made file are NCHW, and the first size of every tensor
// is a free batch, "N". A few nodes change places or are joined where that gives the same numbers, but for
// rounding, in less time (rewrite.go): the selfie network takes 17 % less of it.
package convert

import (
	"fmt"
	"slices"
)

// Convert makes the bytes of an ONNX file (IR 8, opset 17) from a graph model: model is its model.json,
// weights returns the content of a weight file that model.json names. Outputs are all tensors that nothing
// consumes, sorted by name. A model with an operator, attribute or shape that is not known is an error.
func Convert(model []byte, weights func(path string) ([]byte, error)) ([]byte, error) {
	m, err := parseModel(model)
	if err != nil {
		return nil, err
	}
	consts, err := m.readWeights(weights)
	if err != nil {
		return nil, err
	}
	c := &converter{
		nodes:   make(map[string]*node, len(m.nodes)),
		consts:  consts,
		shapes:  map[string][]int{},
		visited: map[string]visit{},
		written: map[string]bool{},
	}
	used := map[string]bool{}
	for _, n := range m.nodes {
		if c.nodes[n.name] != nil {
			return nil, fmt.Errorf("convert model: node %q occurs twice", n.name)
		}
		c.nodes[n.name] = n
		for _, in := range n.inputs {
			used[in] = true
		}
	}
	if err := c.rewrite(m.nodes); err != nil {
		return nil, fmt.Errorf("convert model: %w", err)
	}
	var outputs []string
	for _, n := range m.nodes {
		if !used[n.name] && n.op != "Const" && n.op != "Placeholder" {
			outputs = append(outputs, n.name)
		}
	}
	slices.Sort(outputs)
	for _, name := range outputs {
		if err := c.visit(name); err != nil {
			return nil, fmt.Errorf("convert model: %w", err)
		}
		c.graph.output(name, c.shapes[name])
	}
	if len(outputs) == 0 {
		return nil, fmt.Errorf("convert model: no outputs among %d nodes", len(m.nodes))
	}
	return c.graph.model(), nil
}

// converter walks one model and writes its graph.
type converter struct {
	nodes   map[string]*node
	consts  map[string]constant
	shapes  map[string][]int // of each tensor so far; NCHW where the rank is 4, the batch taken as 1
	visited map[string]visit
	written map[string]bool // names of initialisers in graph
	graph   graph
}

// visit is how far a node of the depth-first walk is.
type visit uint8

const (
	unvisited visit = iota
	open
	done
)

// visit writes what the node needs, then the node: ONNX wants its nodes in this order.
func (c *converter) visit(name string) error {
	switch c.visited[name] {
	case done:
		return nil
	case open:
		return fmt.Errorf("node %q feeds itself", name)
	case unvisited:
	}
	n := c.nodes[name]
	if n == nil {
		return fmt.Errorf("no node %q", name)
	}
	c.visited[name] = open
	for _, in := range n.inputs {
		if err := c.visit(in); err != nil {
			return err
		}
	}
	c.visited[name] = done
	if err := c.write(n); err != nil {
		return fmt.Errorf("%s %q: %w", n.op, n.name, err)
	}
	return nil
}

// write adds the ONNX nodes of one TF node and notes its shape.
func (c *converter) write(n *node) error {
	switch n.op {
	case "Const":
		return nil // written where it is used, in the layout of its use
	case "Placeholder":
		return c.placeholder(n)
	case "Conv2D", "_FusedConv2D":
		return c.conv(n, false)
	case "DepthwiseConv2dNative":
		return c.conv(n, true)
	case "Conv2DBackpropInput":
		return c.convTranspose(n)
	case "Add", "AddV2", "AddN":
		return c.elementwise(n, "Add")
	case "Mul":
		return c.elementwise(n, "Mul")
	case "Relu", "Sigmoid", "Identity":
		return c.unary(n, n.op)
	case "Relu6":
		return c.relu6(n)
	case opGate:
		return c.gate(n)
	case "AvgPool":
		return c.globalAverage(n)
	case "MaxPool":
		return c.maxPool(n)
	case "ResizeBilinear":
		return c.resize(n)
	case "Pad":
		return c.pad(n)
	case "Reshape":
		return c.reshape(n)
	default:
		return fmt.Errorf("operator is not known")
	}
}
