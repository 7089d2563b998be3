package convert

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// Versions of the file format and of the operators' set.
const (
	irVersion = 8
	opset     = 17
)

// message is a protobuf message under construction; the field numbers in this file are those of onnx.proto.
type message []byte

func (m *message) integer(field int, v int64) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3)
	*m = binary.AppendUvarint(*m, uint64(v))
}

func (m *message) bytes(field int, v []byte) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|2)
	*m = binary.AppendUvarint(*m, uint64(len(v)))
	*m = append(*m, v...)
}

func (m *message) text(field int, v string) { m.bytes(field, []byte(v)) }

// graph collects the parts of a GraphProto.
type graph struct {
	nodes, initialisers, inputs, outputs message
}

// attributes of a node: int, []int or string.
type attributes map[string]any

// node adds a NodeProto with one output. An empty input name is an input that is left out.
func (g *graph) node(op string, inputs []string, output string, attrs attributes) {
	var n message
	for _, in := range inputs {
		n.text(1, in)
	}
	n.text(2, output)
	n.text(3, output) // the node's name
	n.text(4, op)
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		n.bytes(5, attribute(name, attrs[name]))
	}
	g.nodes.bytes(1, n)
}

// attribute is an AttributeProto.
func attribute(name string, value any) message {
	const kind, kindInt, kindString, kindInts = 20, 2, 3, 7
	var a message
	a.text(1, name)
	switch v := value.(type) {
	case int:
		a.integer(3, int64(v))
		a.integer(kind, kindInt)
	case string:
		a.text(4, v)
		a.integer(kind, kindString)
	case []int:
		for _, i := range v {
			a.integer(8, int64(i))
		}
		a.integer(kind, kindInts)
	}
	return a
}

// Element types of TensorProto.
const (
	typeFloat = 1
	typeInt64 = 7
)

func (g *graph) floats(name string, dims []int, values []float32) {
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	g.initialiser(name, typeFloat, dims, raw)
}

func (g *graph) ints(name string, values []int) {
	raw := make([]byte, 0, 8*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	g.initialiser(name, typeInt64, []int{len(values)}, raw)
}

// initialiser adds a TensorProto.
func (g *graph) initialiser(name string, elements int64, dims []int, raw []byte) {
	var t message
	for _, d := range dims {
		t.integer(1, int64(d))
	}
	t.integer(2, elements)
	t.text(8, name)
	t.bytes(9, raw)
	g.initialisers.bytes(5, t)
}

func (g *graph) input(name string, shape []int)  { g.inputs.bytes(11, valueInfo(name, shape)) }
func (g *graph) output(name string, shape []int) { g.outputs.bytes(12, valueInfo(name, shape)) }

// valueInfo is the ValueInfoProto of a float tensor; the first size is the free batch "N".
func valueInfo(name string, shape []int) message {
	var sizes, tensor, kind, v message
	for i, size := range shape {
		var d message
		if i == 0 {
			d.text(2, "N")
		} else {
			d.integer(1, int64(size))
		}
		sizes.bytes(1, d)
	}
	tensor.integer(1, typeFloat)
	tensor.bytes(2, sizes)
	kind.bytes(1, tensor)
	v.text(1, name)
	v.bytes(2, kind)
	return v
}

// model is the ModelProto around the graph.
func (g *graph) model() []byte {
	var all, set, m message
	all = append(all, g.nodes...)
	all.text(2, "main")
	all = append(all, g.initialisers...)
	all = append(all, g.inputs...)
	all = append(all, g.outputs...)
	m.integer(1, irVersion)
	m.text(2, "pp-enter")
	m.bytes(7, all)
	set.text(1, "") // the standard operators
	set.integer(2, opset)
	m.bytes(8, set)
	return m
}
