package convert

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// modelText is a graph model of the given nodes (JSON objects) with the weights "w" [1,1,3,2] and "n" [2].
func modelText(nodes ...string) []byte {
	const weights = `[{"paths":["w.bin"],"weights":[` +
		`{"name":"w","shape":[1,1,3,2],"dtype":"float32"},{"name":"n","shape":[2],"dtype":"int32"}]}]`
	nodes = append([]string{`{"name":"w","op":"Const"}`, `{"name":"n","op":"Const"}`}, nodes...)
	return []byte(`{"format":"graph-model","weightsManifest":` + weights +
		`,"modelTopology":{"node":[` + strings.Join(nodes, ",") + `]}}`)
}

func weightBytes(string) ([]byte, error) { return make([]byte, 4*6+4*2), nil }

const (
	input = `{"name":"x","op":"Placeholder","attr":{"shape":{"shape":{"dim":` +
		`[{"size":"-1"},{"size":"5"},{"size":"4"},{"size":"3"}]}}}}`
	same = `"padding":{"s":"U0FNRQ=="}`
	conv = `{"name":"y","op":"Conv2D","input":["x:0","w","^x"],"attr":{` + same + `}}`
)

func TestConvertSmallModel(t *testing.T) {
	onnx, err := Convert(modelText(input, conv), weightBytes)
	require.NoError(t, err)
	for _, part := range []string{"Conv", "w_filter", "kernel_shape", "pads", "strides"} {
		require.Contains(t, string(onnx), part)
	}
}

func TestConvertRefuses(t *testing.T) {
	node := func(op, inputs, attrs string) []string {
		return []string{input, `{"name":"y","op":"` + op + `","input":` + inputs + `,"attr":{` + attrs + `}}`}
	}
	loop := func(in string) string { return `{"name":"z","op":"Relu","input":["` + in + `"]}` }
	stride := func(values string) []string {
		return node("Conv2D", `["x","w"]`, same+`,"strides":{"list":{"i":`+values+`}}`)
	}
	for name, c := range map[string]struct {
		nodes []string
		text  string
	}{
		"nothing":           {nil, "no outputs"},
		"unknown operator":  {node("Cos", `["x"]`, ""), "operator is not known"},
		"node twice":        {[]string{input, conv, conv}, "occurs twice"},
		"missing node":      {node("Relu", `["z"]`, ""), `no node "z"`},
		"all in a loop":     {append(node("Relu", `["z"]`, ""), loop("y")), "no outputs"},
		"loop beside":       {append(node("Relu", `["z"]`, ""), loop("z")), "feeds itself"},
		"no inputs":         {node("Relu", `[]`, ""), "0 inputs instead of 1"},
		"no shape":          {[]string{`{"name":"x","op":"Placeholder"}`, conv}, "not that of a picture"},
		"layout NCHW":       {node("Conv2D", `["x","w"]`, same+`,"data_format":{"s":"TkNIVw=="}`), "NCHW"},
		"padding EXPLICIT":  {node("Conv2D", `["x","w"]`, `"padding":{"s":"RVhQTElDSVQ="}`), "EXPLICIT"},
		"padding no base64": {node("Conv2D", `["x","w"]`, `"padding":{"s":"*"}`), "read attribute padding"},
		"stride of batch":   {stride(`["2","1","1","1"]`), "strides"},
		"stride zero":       {stride(`["1","0","1","1"]`), "strides"},
		"stride no number":  {stride(`["a"]`), "read attribute strides"},
		"whole filter":      {node("Conv2D", `["x","n"]`, same), "no constant of floats"},
		"fused unknown":     {node("_FusedConv2D", `["x","w"]`, `"fused_ops":{"list":{"s":["RWx1"]}}`), "Elu"},
		"average of a part": {node("AvgPool", `["x"]`, ""), "does not cover"},
		"resize of corners": {node("ResizeBilinear", `["x","n"]`, ""), "half-pixel"},
		"short paddings":    {node("Pad", `["x","n"]`, ""), "8 whole numbers"},
		"reshape to zero":   {node("Reshape", `["x","n"]`, ""), "no batch of rows"},
		"sum with filter":   {node("AddV2", `["x","w"]`, ""), "does not spread"},
		"sum of three":      {node("AddN", `["x","x","x"]`, ""), "3 inputs instead of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Convert(modelText(c.nodes...), weightBytes)
			require.ErrorContains(t, err, c.text)
		})
	}
}

func TestConvertRefusesOtherFiles(t *testing.T) {
	_, err := Convert([]byte("{"), weightBytes)
	require.ErrorContains(t, err, "parse model")
	_, err = Convert([]byte(`{"format":"layers-model"}`), weightBytes)
	require.ErrorContains(t, err, "layers-model")
	absent := errors.New("absent")
	_, err = Convert(modelText(input, conv), func(string) ([]byte, error) { return nil, absent })
	require.ErrorIs(t, err, absent)
	for name, size := range map[string]int{"are left over": 33, "are left": 31} {
		_, err = Convert(modelText(input, conv), func(string) ([]byte, error) { return make([]byte, size), nil })
		require.ErrorContains(t, err, name)
	}
}

func TestWeightShapesAreChecked(t *testing.T) {
	for _, w := range []string{
		`{"shape":[-1],"dtype":"float32"}`,
		`{"shape":[99999999,99999999,99999999],"dtype":"float32"}`,
		`{"shape":[1],"dtype":"string"}`,
		`{"shape":[1],"dtype":"float32","quantization":{"dtype":"uint8"}}`,
	} {
		var j weightJSON
		require.NoError(t, json.Unmarshal([]byte(w), &j))
		_, _, err := j.decode(make([]byte, 16))
		require.Error(t, err, w)
	}
}

func TestWidenIsExact(t *testing.T) {
	for half, want := range map[uint16]float32{
		0x0000: 0, 0x0001: 0x1p-24, 0x03ff: 0x3ffp-24, 0x0400: 0x1p-14,
		0x3555: 0x1.554p-2, 0x3c00: 1, 0x7bff: 65504,
		0x7c00: float32(math.Inf(1)), 0x8001: -0x1p-24, 0xc000: -2, 0xfc00: float32(math.Inf(-1)),
	} {
		require.Equal(t, want, widen(half), "%#x", half)
	}
	require.True(t, math.Signbit(float64(widen(0x8000))))
	require.True(t, math.IsNaN(float64(widen(0x7e00))))
}

func TestPermute(t *testing.T) {
	c := constant{dims: []int{2, 1, 3}, floats: []float32{0, 1, 2, 3, 4, 5}}
	require.Equal(t, constant{dims: []int{3, 2, 1}, floats: []float32{0, 3, 1, 4, 2, 5}}, c.permute(2, 0, 1))
	require.Equal(t, c, c.permute(0, 1, 2))
}

func TestSamePaddingPutsTheOddPixelLast(t *testing.T) {
	for _, c := range []struct {
		w               window
		n               int
		same            bool
		out, begin, end int
	}{
		{window{3, 2, 1}, 256, true, 128, 0, 1},
		{window{3, 1, 1}, 7, true, 7, 1, 1},
		{window{5, 2, 1}, 7, true, 4, 2, 2},
		{window{3, 1, 2}, 9, true, 9, 2, 2},
		{window{1, 2, 1}, 8, true, 4, 0, 0},
		{window{3, 2, 1}, 8, false, 3, 0, 0},
	} {
		out, begin, end, err := c.w.over(c.n, c.same)
		require.NoError(t, err)
		require.Equal(t, []int{c.out, c.begin, c.end}, []int{out, begin, end}, "%+v", c)
	}
	_, _, _, err := window{9, 1, 1}.over(8, false)
	require.Error(t, err)
}

func TestFillShape(t *testing.T) {
	shape, err := fill([]int{-1, 512, 16}, 512*16)
	require.NoError(t, err)
	require.Equal(t, []int{1, 512, 16}, shape)
	shape, err = fill([]int{1, -1, 16}, 512*16)
	require.NoError(t, err)
	require.Equal(t, []int{1, 512, 16}, shape)
	for _, bad := range [][]int{{1}, {2, 8}, {1, -1, -1}, {1, 0}, {1, 7}, {1, 2, 2, 2}, {1, -1, 3}} {
		_, err = fill(bad, 8)
		require.Error(t, err, "%v", bad)
	}
}

func TestAttributesAreSorted(t *testing.T) {
	attrs := attributes{"b": 1, "a": []int{1, 2}, "d": "text", "c": 0}
	first := graph{}
	first.node("Op", []string{"x"}, "y", attrs)
	for range 20 {
		again := graph{}
		again.node("Op", []string{"x"}, "y", attrs)
		require.Equal(t, first.nodes, again.nodes)
	}
}

func TestVarints(t *testing.T) {
	var m message
	m.integer(20, 300)
	key, n := binary.Uvarint(m)
	require.Equal(t, uint64(160), key)
	value, _ := binary.Uvarint(m[n:])
	require.Equal(t, uint64(300), value)
}
