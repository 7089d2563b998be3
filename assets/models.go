package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed models.yaml
var modelsYAML []byte

// modelFiles holds assets/models; in a clean clone the converted models are missing from it.
//
//go:embed all:models
var modelFiles embed.FS

// ErrModelMissing says that the program was built before `make models` had made this model.
var ErrModelMissing = errors.New("model is not in this build: run `make models` and build again")

// ErrUnknownModel says that the manifest has no model of that name.
var ErrUnknownModel = errors.New("unknown model")

// Manifest is models.yaml.
type Manifest struct {
	Packages []Package `yaml:"packages"`
	Models   []Model   `yaml:"models"`
}

// Package is an npm package that models or libraries are taken from when the program is built.
type Package struct {
	Name      string `yaml:"name"`
	Version   string `yaml:"version"`
	File      string `yaml:"file"`      // as `npm pack` names it
	Integrity string `yaml:"integrity"` // "sha512-" and base64, of File
	Licence   string `yaml:"licence"`
}

// Model says what a model file holds and how it is fed.
type Model struct {
	Name    string   `yaml:"name"`
	About   string   `yaml:"about"`
	File    string   `yaml:"file"`   // in assets/models
	SHA256  string   `yaml:"sha256"` // of File, hexadecimal
	Licence string   `yaml:"licence"`
	Source  Source   `yaml:"source"`
	Input   Input    `yaml:"input"`
	Outputs []Output `yaml:"outputs"`
	Classes []string `yaml:"classes"` // what the numbers of an output stand for, in order
}

// Source says what a model was made from.
type Source struct {
	Package string `yaml:"package"` // name in Manifest.Packages; empty: made in this repository
	Path    string `yaml:"path"`    // in the package, else in the repository
}

// Input is a model's one float32 input.
type Input struct {
	Name   string     `yaml:"name"`
	Shape  []int64    `yaml:"shape"` // outermost first, for a batch of one
	Layout string     `yaml:"layout"`
	Colour string     `yaml:"colour"` // RGB or grey
	Range  [2]float32 `yaml:"range"`  // what black and white become
}

// Output is one float32 output of a model.
type Output struct {
	Name    string  `yaml:"name"`
	Shape   []int64 `yaml:"shape"`
	Meaning string  `yaml:"meaning"`
}

// Models returns the manifest.
func Models() (*Manifest, error) { return ParseManifest(modelsYAML) }

// ParseManifest reads a manifest; unknown keys and entries that contradict themselves are errors.
func ParseManifest(text []byte) (*Manifest, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	m := &Manifest{}
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("parse models.yaml: %w", err)
	}
	if err := d.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("parse models.yaml: more than one document")
	}
	if err := m.validate(); err != nil {
		return nil, fmt.Errorf("check models.yaml: %w", err)
	}
	return m, nil
}

// Model finds a model by its name; ErrUnknownModel else.
func (m *Manifest) Model(name string) (Model, error) {
	i := slices.IndexFunc(m.Models, func(e Model) bool { return e.Name == name })
	if i < 0 {
		return Model{}, fmt.Errorf("%w: %q", ErrUnknownModel, name)
	}
	return m.Models[i], nil
}

// Package finds a package by its name.
func (m *Manifest) Package(name string) (Package, bool) {
	i := slices.IndexFunc(m.Packages, func(p Package) bool { return p.Name == name })
	if i < 0 {
		return Package{}, false
	}
	return m.Packages[i], true
}

// LoadModel returns the manifest's entry of a model and the bytes of its file. A path that is not empty
// replaces the file: the other model must take and give the same tensors, its content is not checked here. An
// error wraps ErrUnknownModel, ErrModelMissing or that of reading the path.
func LoadModel(name, overridePath string) (Model, []byte, error) {
	manifest, err := Models()
	if err != nil {
		return Model{}, nil, err
	}
	m, err := manifest.Model(name)
	if err != nil {
		return Model{}, nil, err
	}
	if overridePath != "" {
		data, err := os.ReadFile(overridePath)
		if err != nil {
			return Model{}, nil, fmt.Errorf("read model %s: %w", name, err)
		}
		return m, data, nil
	}
	data, err := m.read(modelFiles)
	return m, data, err
}

// read takes the model's file out of files and compares its hash.
func (m Model) read(files fs.FS) ([]byte, error) {
	data, err := fs.ReadFile(files, path.Join("models", m.File))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", m.File, ErrModelMissing)
	} else if err != nil {
		return nil, fmt.Errorf("read model %s: %w", m.Name, err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != m.SHA256 {
		return nil, fmt.Errorf("read %s: sha256 is %x, not that of models.yaml: run `make models` and build again",
			m.File, sum)
	}
	return data, nil
}

func (m *Manifest) validate() error {
	for i, p := range m.Packages {
		if p.Name == "" || p.Version == "" || p.File == "" || p.Licence == "" ||
			!strings.HasPrefix(p.Integrity, "sha512-") {
			return fmt.Errorf("package %d (%q) needs name, version, file, integrity (sha512) and licence", i, p.Name)
		}
	}
	seen := map[string]bool{}
	for i, e := range m.Models {
		if err := e.validate(); err != nil {
			return fmt.Errorf("model %d (%q): %w", i, e.Name, err)
		}
		if _, ok := m.Package(e.Source.Package); !ok && e.Source.Package != "" {
			return fmt.Errorf("model %q: package %q is not listed", e.Name, e.Source.Package)
		}
		if seen[e.Name] {
			return fmt.Errorf("model %q is listed twice", e.Name)
		}
		seen[e.Name] = true
	}
	return nil
}

func (m Model) validate() error {
	sum, err := hex.DecodeString(m.SHA256)
	switch {
	case m.Name == "" || m.Licence == "" || m.Source.Path == "":
		return errors.New("name, licence and source.path are needed")
	case m.File == "" || path.Base(m.File) != m.File || path.Ext(m.File) != ".onnx":
		return fmt.Errorf("file %q is no name of an .onnx file", m.File)
	case err != nil || len(sum) != sha256.Size:
		return fmt.Errorf("sha256 %q is not 64 hexadecimal digits", m.SHA256)
	case m.Input.Layout != "NCHW" || len(m.Input.Shape) != 4:
		return errors.New("input must be NCHW with four sizes")
	case m.Input.Colour != "RGB" && m.Input.Colour != "grey":
		return fmt.Errorf("colour %q is not RGB or grey", m.Input.Colour)
	case m.Input.Range[0] >= m.Input.Range[1]:
		return fmt.Errorf("range %v is empty", m.Input.Range)
	case len(m.Outputs) == 0:
		return errors.New("no outputs")
	case len(m.Classes) == 0:
		return errors.New("no classes")
	}
	tensors := append([]Output{{Name: m.Input.Name, Shape: m.Input.Shape}}, m.Outputs...)
	for _, t := range tensors {
		if t.Name == "" || len(t.Shape) == 0 || slices.Min(t.Shape) < 1 {
			return fmt.Errorf("tensor %q needs a name and a shape of positive sizes, not %v", t.Name, t.Shape)
		}
	}
	return nil
}
