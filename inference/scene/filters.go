package scene

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"
)

// Filters is what a filters.yaml says: the scene of each mood, the blur and the still pictures.
type Filters struct {
	Version int `yaml:"version"`
	// FadeS is how long a change of mood takes, seconds.
	FadeS float64 `yaml:"fade_s"`
	// Least is the part (0..1) of its own colours that a barely recognised mood shows; the rest is neutral's.
	Least float64 `yaml:"least"`
	// Seed decides the shape of the clouds and where the elements are.
	Seed uint64 `yaml:"seed"`
	// TintRoom is how strongly the light of the scene lies on the room where the room is kept, 0..1.
	TintRoom float64         `yaml:"tint_room"`
	Moods    map[string]Mood `yaml:"moods"`
	Blur     BlurOptions     `yaml:"blur"`
	Pictures []Picture       `yaml:"pictures"`
}

// Name is a text in the two languages of the interface.
type Name struct {
	KO string `yaml:"ko" json:"ko"`
	EN string `yaml:"en" json:"en"`
}

// Mood is the scene of one mood: clouds, and what the kind of scene adds to them.
type Mood struct {
	Name Name `yaml:"name"`
	// Sky holds the colours at the top and at the bottom.
	Sky [2]Colour `yaml:"sky"`
	// Clouds are mixed over the sky; the first lies behind the person.
	Clouds [3]Colour `yaml:"clouds"`
	// Spread is how far the clouds reach, 0..1.
	Spread float64 `yaml:"spread"`
	// Speed is the drift in picture widths a minute.
	Speed float64 `yaml:"speed"`
	Scene Scene   `yaml:"scene"`
	Light Glow    `yaml:"light"`
}

// Scene says what there is besides the clouds. Amount, Size and Speed of 1 are the kind's own.
type Scene struct {
	// Kind is daylight, sunbeams, rain, embers, fog, sparkles or bubbles.
	Kind   string  `yaml:"kind"`
	Colour Colour  `yaml:"colour"`
	Amount float64 `yaml:"amount"` // how many elements, 0..2
	Size   float64 `yaml:"size"`   // how large they are, 0.3..3
	Speed  float64 `yaml:"speed"`  // how fast everything moves, 0..4
}

// Glow is the light of the scene on the person.
type Glow struct {
	Colour Colour  `yaml:"colour"`
	Amount float64 `yaml:"amount"` // of the colour, 0..0.2
	Gain   float64 `yaml:"gain"`   // of the person's brightness, 0.85..1.1
	Wrap   float64 `yaml:"wrap"`   // how much of the scene shines around the outline, 0..0.5
}

// BlurOptions say how the room is hidden in the mode blur: the radii of its two strengths, as parts of the
// picture's height.
type BlurOptions struct {
	Light  float64 `yaml:"light"`
	Strong float64 `yaml:"strong"`
}

// Picture is one still background.
type Picture struct {
	ID      string    `yaml:"id"`
	Name    Name      `yaml:"name"`
	Painter string    `yaml:"painter"`
	Colours [3]Colour `yaml:"colours"`
	Seed    uint64    `yaml:"seed"`
}

// Colour is red, green and blue of sRGB; in YAML it reads "#rrggbb".
type Colour [3]uint8

// UnmarshalYAML reads "#rrggbb".
func (c *Colour) UnmarshalYAML(n *yaml.Node) error {
	var s string
	if err := n.Decode(&s); err != nil {
		return err
	}
	if len(s) != 7 || s[0] != '#' {
		return fmt.Errorf("line %d: colour %q is not #rrggbb", n.Line, s)
	}
	if _, err := hex.Decode(c[:], []byte(s[1:])); err != nil {
		return fmt.Errorf("line %d: colour %q: %w", n.Line, s, err)
	}
	return nil
}

// String is the colour as #rrggbb.
func (c Colour) String() string { return "#" + hex.EncodeToString(c[:]) }

// ParseFilters reads a filters.yaml. Unknown keys, colours that are none, values out of their range and
// names that occur twice are errors.
func ParseFilters(data []byte) (Filters, error) {
	var f Filters
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return Filters{}, fmt.Errorf("parse filters: %w", err)
	}
	if err := f.validate(); err != nil {
		return Filters{}, fmt.Errorf("check filters: %w", err)
	}
	return f, nil
}

// version is that of the only format that is understood.
const version = 2

func (f *Filters) validate() error {
	if f.Version != version {
		return fmt.Errorf("version %d is not %d", f.Version, version)
	}
	if _, ok := f.Moods[Neutral]; !ok {
		return errors.New("moods: neutral is missing")
	}
	err := errors.Join(
		within("fade_s", f.FadeS, 0.1, 10),
		within("least", f.Least, 0, 1),
		within("tint_room", f.TintRoom, 0, 1),
		within("blur.light", f.Blur.Light, 0.03, 0.2),
		within("blur.strong", f.Blur.Strong, 0.03, 0.2),
	)
	if f.Blur.Strong < f.Blur.Light {
		err = errors.Join(err, errors.New("blur.strong: is less than blur.light"))
	}
	for _, id := range slices.Sorted(maps.Keys(f.Moods)) {
		err = errors.Join(err, f.Moods[id].validate("moods."+id))
	}
	return errors.Join(err, f.validatePictures())
}

func (m Mood) validate(where string) error {
	err := errors.Join(
		m.Name.validate(where),
		within(where+".spread", m.Spread, 0, 1),
		within(where+".speed", m.Speed, 0, 10),
		within(where+".scene.amount", m.Scene.Amount, 0, 2),
		within(where+".scene.size", m.Scene.Size, 0.3, 3),
		within(where+".scene.speed", m.Scene.Speed, 0, 4),
		within(where+".light.amount", m.Light.Amount, 0, 0.2),
		within(where+".light.gain", m.Light.Gain, 0.85, 1.1),
		within(where+".light.wrap", m.Light.Wrap, 0, 0.5),
	)
	if _, ok := kinds()[m.Scene.Kind]; !ok {
		err = errors.Join(err, fmt.Errorf("%s.scene.kind: no scene is called %q", where, m.Scene.Kind))
	}
	return err
}

func (f *Filters) validatePictures() error {
	word := regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)
	seen := map[string]bool{}
	var err error
	for i, p := range f.Pictures {
		where := fmt.Sprintf("pictures[%d]", i)
		if !word.MatchString(p.ID) {
			err = errors.Join(err, fmt.Errorf("%s: id %q is not a short lower-case word", where, p.ID))
		}
		if seen[p.ID] {
			err = errors.Join(err, fmt.Errorf("%s: id %q occurs twice", where, p.ID))
		}
		if _, ok := painters()[p.Painter]; !ok {
			err = errors.Join(err, fmt.Errorf("%s: no painter is called %q", where, p.Painter))
		}
		seen[p.ID] = true
		err = errors.Join(err, p.Name.validate(where))
	}
	return err
}

func (n Name) validate(where string) error {
	if n.KO == "" || n.EN == "" {
		return fmt.Errorf("%s: name needs ko and en", where)
	}
	return nil
}

func within(what string, v, lo, hi float64) error {
	if v < lo || v > hi || v != v {
		return fmt.Errorf("%s: %v is not within %v..%v", what, v, lo, hi)
	}
	return nil
}
