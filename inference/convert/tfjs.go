package convert

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// modelJSON is the part of model.json that matters here. Protobuf's JSON form writes 64-bit integers as
// strings and byte strings as base64.
type modelJSON struct {
	Format        string `json:"format"`
	ModelTopology struct {
		Node []nodeJSON `json:"node"`
	} `json:"modelTopology"`
	WeightsManifest []struct {
		Paths   []string     `json:"paths"`
		Weights []weightJSON `json:"weights"`
	} `json:"weightsManifest"`
}

type nodeJSON struct {
	Name  string              `json:"name"`
	Op    string              `json:"op"`
	Input []string            `json:"input"`
	Attr  map[string]attrJSON `json:"attr"`
}

type attrJSON struct {
	S     string `json:"s"`
	B     bool   `json:"b"`
	Shape struct {
		Dim []struct {
			Size string `json:"size"`
		} `json:"dim"`
	} `json:"shape"`
	List struct {
		I []string `json:"i"`
		S []string `json:"s"`
	} `json:"list"`
}

type weightJSON struct {
	Name         string `json:"name"`
	Shape        []int  `json:"shape"`
	Dtype        string `json:"dtype"`
	Quantization *struct {
		Dtype string `json:"dtype"`
	} `json:"quantization"`
}

// model is a parsed graph model.
type model struct {
	nodes   []*node
	weights []weightGroup
}

// weightGroup is a run of tensors that lie one after the other in the joined files.
type weightGroup struct {
	paths   []string
	tensors []weightJSON
}

// node is one TF operation; inputs are the names of nodes, control inputs left out.
type node struct {
	name, op string
	inputs   []string
	attr     map[string]attrJSON
}

func parseModel(text []byte) (*model, error) {
	var j modelJSON
	if err := json.Unmarshal(text, &j); err != nil {
		return nil, fmt.Errorf("parse model: %w", err)
	}
	if j.Format != "graph-model" {
		return nil, fmt.Errorf("parse model: format %q is not graph-model", j.Format)
	}
	m := &model{}
	for _, n := range j.ModelTopology.Node {
		m.nodes = append(m.nodes, &node{name: n.Name, op: n.Op, inputs: inputNames(n.Input), attr: n.Attr})
	}
	for _, g := range j.WeightsManifest {
		m.weights = append(m.weights, weightGroup{paths: g.Paths, tensors: g.Weights})
	}
	return m, nil
}

// inputNames drops the output index of each input ("name:0": all known operators have one output) and the
// control inputs ("^name").
func inputNames(inputs []string) []string {
	var names []string
	for _, in := range inputs {
		if !strings.HasPrefix(in, "^") {
			name, _, _ := strings.Cut(in, ":")
			names = append(names, name)
		}
	}
	return names
}

// ints is an attribute that lists whole numbers.
func (n *node) ints(attr string) ([]int, error) {
	return atoi(attr, n.attr[attr].List.I)
}

func atoi(attr string, texts []string) ([]int, error) {
	numbers := make([]int, len(texts))
	for i, text := range texts {
		v, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("read attribute %s: %w", attr, err)
		}
		numbers[i] = v
	}
	return numbers, nil
}

// text is a string attribute.
func (n *node) text(attr string) (string, error) { return decode(attr, n.attr[attr].S) }

// texts is an attribute that lists strings.
func (n *node) texts(attr string) ([]string, error) {
	var all []string
	for _, coded := range n.attr[attr].List.S {
		s, err := decode(attr, coded)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func decode(attr, coded string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(coded)
	if err != nil {
		return "", fmt.Errorf("read attribute %s: %w", attr, err)
	}
	return string(b), nil
}

// spatial is an attribute with one number for each size of NHWC, of which only height and width may differ
// from 1. A missing attribute is 1, 1.
func (n *node) spatial(attr string) (h, w int, err error) {
	v, err := n.ints(attr)
	switch {
	case err != nil:
		return 0, 0, err
	case len(v) == 0:
		return 1, 1, nil
	case len(v) != 4 || v[0] != 1 || v[3] != 1 || v[1] < 1 || v[2] < 1:
		return 0, 0, fmt.Errorf("attribute %s is %v", attr, v)
	}
	return v[1], v[2], nil
}

// same reports whether the padding attribute is SAME; it is an error if it is neither SAME nor VALID, or if
// the layout is not NHWC.
func (n *node) same() (bool, error) {
	if layout, err := n.text("data_format"); err != nil || (layout != "" && layout != "NHWC") {
		return false, errors.Join(err, fmt.Errorf("layout %q is not NHWC", layout))
	}
	padding, err := n.text("padding")
	if err != nil {
		return false, err
	}
	if padding != "SAME" && padding != "VALID" {
		return false, fmt.Errorf("padding %q is not SAME or VALID", padding)
	}
	return padding == "SAME", nil
}
