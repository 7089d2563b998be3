package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"gopkg.in/yaml.v3"
)

// Load reads the file at path over the defaults ("" for none), then the environment (as os.Environ gives it),
// and validates the whole. unknown lists the variables that begin like ours but name no key: they are no
// error, since orchestrators inject variables of their own, but worth a warning.
func Load(path string, environ []string) (cfg Config, unknown []string, err error) {
	cfg = Default()
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return cfg, nil, fmt.Errorf("read configuration: %w", err)
		}
		if err := Parse(data, &cfg); err != nil {
			return cfg, nil, fmt.Errorf("parse %s: %w", path, err)
		}
	}
	unknown, err = applyEnv(&cfg, environ)
	if err == nil {
		err = cfg.Validate()
	}
	return cfg, unknown, err
}

// Parse lays the YAML document over cfg. Keys that do not exist, keys given twice and a second document are
// errors; an empty document changes nothing.
func Parse(data []byte, cfg *Config) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(cfg); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("decode yaml: %w", err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("decode yaml: more than one document")
	}
	return nil
}
