package convert

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// rewritten runs rewrite over nodes beside a few constants and returns what is left, by name.
func rewritten(t *testing.T, nodes ...*node) map[string]*node {
	t.Helper()
	c := &converter{
		nodes: map[string]*node{},
		consts: map[string]constant{
			"point":  {dims: []int{1, 1, 2, 2}, floats: make([]float32, 4)},
			"three":  {dims: []int{3, 3, 2, 2}, floats: make([]float32, 36)},
			"each":   {dims: []int{2}, floats: []float32{1, 2}},
			"offset": {floats: []float32{3}},
			"sixth":  {floats: []float32{1. / 6}},
			"minus":  {floats: []float32{-1. / 6}},
			"size":   {ints: []int{8, 8}},
		},
	}
	for _, n := range nodes {
		c.nodes[n.name] = n
	}
	require.NoError(t, c.rewrite(nodes))
	return c.nodes
}

func op(name, op string, inputs ...string) *node { return &node{name: name, op: op, inputs: inputs} }

func TestRewriteExchanges(t *testing.T) {
	wide := op("wide", "ResizeBilinear", "x", "size")
	got := rewritten(t, wide, op("y", "Conv2D", "wide", "point"), op("z", "AddV2", "each", "y"))
	require.Equal(t, []string{"x", "point"}, got["y_small"].inputs)
	require.Equal(t, []string{"each", "y_small"}, got["z_small"].inputs)
	require.Equal(t, []string{"z_small", "size"}, got["z"].inputs)
	require.Equal(t, "ResizeBilinear", got["z"].op)
	require.Len(t, got, 3)
}

func TestRewriteLeavesOrder(t *testing.T) {
	strided := op("y", "Conv2D", "wide", "point")
	var strides attrJSON
	strides.List.I = []string{"1", "2", "2", "1"}
	strided.attr = map[string]attrJSON{"strides": strides}
	relu := op("y", "_FusedConv2D", "wide", "point", "each")
	var fused attrJSON
	fused.List.S = []string{"Qmlhc0FkZA==", "UmVsdQ=="} // BiasAdd, Relu
	relu.attr = map[string]attrJSON{"fused_ops": fused}
	for name, nodes := range map[string][]*node{
		"neighbours matter":      {op("y", "Conv2D", "wide", "three")},
		"every second pixel":     {strided},
		"an activation":          {relu},
		"a second reader":        {op("y", "Conv2D", "wide", "point"), op("z", "Relu", "wide")},
		"two pictures are added": {op("y", "AddV2", "wide", "x")},
		"not enlarged":           {op("y", "Conv2D", "x", "point")},
	} {
		nodes = append([]*node{op("wide", "ResizeBilinear", "x", "size")}, nodes...)
		got := rewritten(t, nodes...)
		require.Len(t, got, len(nodes), name)
		for _, n := range nodes {
			require.Same(t, n, got[n.name], name)
		}
	}
}

// gated is x * factor * relu6(x + offset) as TF writes it.
func gated(x, factor string) []*node {
	return []*node{
		op("sum", "AddV2", "x", "offset"), op("clip", "Relu6", "sum"), op("scaled", "Mul", factor, x),
		op("y", "Mul", "scaled", "clip"),
	}
}

func TestRewriteGathers(t *testing.T) {
	got := rewritten(t, gated("x", "sixth")...)
	require.Equal(t, op("y_gate", opGate, "x", "offset", "sixth"), got["y_gate"])
	require.Equal(t, op("y", "Mul", "x", "y_gate"), got["y"])
	require.Len(t, got, 2)

	require.Len(t, rewritten(t, gated("x", "minus")...), 4, "the clip would be upside down")
	require.Len(t, rewritten(t, gated("w", "sixth")...), 4, "of two tensors")
	require.Len(t, rewritten(t, append(gated("x", "sixth"), op("z", "Relu", "clip"))...), 5, "read elsewhere")
}

func TestRewriteShares(t *testing.T) {
	got := rewritten(t, op("sum", "AddV2", "a", "b"), op("y", "AvgPool", "sum"))
	require.Equal(t, op("y", "AddV2", "y_0", "y_1"), got["y"])
	require.Equal(t, op("y_1", "AvgPool", "b"), got["y_1"])
	require.Len(t, got, 3)
	require.Len(t, rewritten(t,
		op("sum", "AddV2", "a", "b"), op("y", "AvgPool", "sum"), op("z", "Relu", "sum")), 3)
}
