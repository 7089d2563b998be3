package cli

import (
	"bytes"
	_ "embed" // the page
	"errors"
	"fmt"
	"html/template"
	"image"
	"image/jpeg"
	"os"

	"golang.org/x/image/draw"

	"github.com/pp-enter/pp-enter/inference"
	"github.com/pp-enter/pp-enter/inference/scene"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// galleryCell is one way of filtering a clip.
type galleryCell struct {
	File  string // without its ending
	Name  scene.Name
	Group scene.Name // its heading

	choice inference.Choice
	mood   string // whose scene is shown; "": none
	then   string // the mood that it changes to; "": it stays
	still  bool   // with reduced motion
}

// set brings a filter to the cell's beginning.
func (c *galleryCell) set(probe *inference.Probe) error {
	err := probe.Choose(c.choice)
	probe.SetReducedMotion(c.still)
	if c.mood != "" {
		err = errors.Join(err, probe.Pretend(c.mood))
	}
	if err != nil {
		return fmt.Errorf("make %s: %w", c.File, err)
	}
	return nil
}

// galleryCells are all ways, in the order of the page: what there is without a face, then the moods. Reduced
// motion and changes of mood, which look the same in each room, are shown where all is wanted.
func galleryCells(info inference.Info, filters scene.Filters, all bool) []galleryCell {
	plain := scene.Name{KO: "방과 그림", EN: "Room and pictures"}
	cells := []galleryCell{
		{File: "off", Name: scene.Name{KO: "원본", EN: "As it came"}, choice: inference.Choice{Mode: inference.Off}},
		{
			File: "blur-light", Name: scene.Name{KO: "흐림, 약하게", EN: "Blur, light"},
			choice: inference.Choice{Mode: inference.Blur, Strength: scene.BlurLight},
		},
		{
			File: "blur-strong", Name: scene.Name{KO: "흐림, 강하게", EN: "Blur, strong"},
			choice: inference.Choice{Mode: inference.Blur, Strength: scene.BlurStrong},
		},
	}
	for _, p := range info.Pictures {
		cells = append(cells, galleryCell{
			File: "picture-" + p.ID, Name: p.Name, choice: inference.Choice{Mode: inference.Picture, Picture: p.ID},
		})
	}
	for i := range cells {
		cells[i].Group = plain
	}
	for _, g := range []struct {
		file  string
		name  scene.Name
		mode  string
		still bool
	}{
		{"mood", scene.Name{KO: "기분 장면", EN: "Scenes of the moods"}, inference.Mood, false},
		{"tint", scene.Name{KO: "내 방에 기분의 빛", EN: "The room, in the mood's light"}, inference.Tint, false},
		{"still", scene.Name{KO: "움직임 줄이기", EN: "Reduced motion"}, inference.Mood, true},
	} {
		if g.still && !all {
			continue
		}
		for _, mood := range info.Moods {
			cells = append(cells, galleryCell{
				File: g.file + "-" + mood, Name: filters.Moods[mood].Name, Group: g.name,
				choice: inference.Choice{Mode: g.mode}, mood: mood, still: g.still,
			})
		}
	}
	if len(info.Moods) > 0 && all {
		cells = append(cells, changes(filters)...)
	}
	return cells
}

// changes are cells in which one mood follows another.
func changes(filters scene.Filters) (cells []galleryCell) {
	for _, c := range [][2]string{{"neutral", "happy"}, {"happy", "sad"}, {"sad", "angry"}} {
		a, b := filters.Moods[c[0]].Name, filters.Moods[c[1]].Name
		cells = append(cells, galleryCell{
			File: "change-" + c[0] + "-" + c[1], Name: scene.Name{KO: a.KO + " → " + b.KO, EN: a.EN + " → " + b.EN},
			Group:  scene.Name{KO: "기분이 바뀔 때", EN: "A change of mood"},
			choice: inference.Choice{Mode: inference.Mood}, mood: c[0], then: c[1],
		})
	}
	return cells
}

// A strip shows motion on paper: so many pictures of the clip side by side, evenly spread over it.
const (
	stripPictures = 5
	stripWidth    = 400
	stripHeight   = 300
	stripGap      = 8 // between two pictures
)

type strip struct {
	img   *image.RGBA
	count int // pictures of the clip
}

func newStrip(count int) *strip {
	s := &strip{img: image.NewRGBA(image.Rect(0, 0, stripPictures*(stripWidth+stripGap)-stripGap, stripHeight))}
	draw.Draw(s.img, s.img.Rect, image.White, image.Point{}, draw.Src)
	s.count = count
	return s
}

// add takes picture i of the clip where it is one of those shown.
func (s *strip) add(i int, f *frame.Frame) {
	for n := range stripPictures {
		if i == n*(s.count-1)/(stripPictures-1) {
			img := f.Image()
			to := image.Rect(0, 0, stripWidth, stripHeight).Add(image.Pt(n*(stripWidth+stripGap), 0))
			draw.CatmullRom.Scale(s.img, to, img, img.Rect, draw.Src, nil)
		}
	}
}

func (s *strip) write(name string) error {
	var b bytes.Buffer
	err := jpeg.Encode(&b, s.img, &jpeg.Options{Quality: 88})
	if err == nil {
		err = os.WriteFile(name, b.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write strip: %w", err)
	}
	return nil
}

//go:embed gallery.html
var galleryHTML string

// gallerySection is all of one room.
type gallerySection struct {
	Room  *galleryRoom
	Cells []galleryCell
}

// Groups are the section's cells under their headings, in order.
func (s gallerySection) Groups() (groups []galleryGroup) {
	for _, c := range s.Cells {
		if n := len(groups); n == 0 || groups[n-1].Name != c.Group {
			groups = append(groups, galleryGroup{Name: c.Group})
		}
		last := &groups[len(groups)-1]
		last.Cells = append(last.Cells, c)
	}
	return groups
}

type galleryGroup struct {
	Name  scene.Name
	Cells []galleryCell
}

type galleryPage struct{ Sections []gallerySection }

func (p galleryPage) write(name string) error {
	page, err := template.New("gallery").Parse(galleryHTML)
	var b bytes.Buffer
	if err == nil {
		err = page.Execute(&b, p)
	}
	if err == nil {
		err = os.WriteFile(name, b.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write page of the gallery: %w", err)
	}
	return nil
}
