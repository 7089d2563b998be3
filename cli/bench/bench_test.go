package bench

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestPartsAreBounded(t *testing.T) {
	total := time.Duration(0)
	for _, p := range parts() {
		require.Regexp(t, regexp.MustCompile(`^[a-z0-9_]+$`), p.name)
		total += p.limit
	}
	require.Less(t, total, 10*time.Minute)
}

func TestUnknownPartIsRefused(t *testing.T) {
	err := RunPart(t.Context(), "everything", nil, &bytes.Buffer{})
	require.ErrorContains(t, err, "unknown part")
}

func TestFiguresSurviveTheChild(t *testing.T) {
	var b bytes.Buffer
	want := []Result{{"a_ms", 1.5, "ms"}, {"b", 2, ""}}
	for _, r := range want {
		require.NoError(t, json.NewEncoder(&b).Encode(r))
	}
	got, err := parseResults(&b)
	require.NoError(t, err)
	require.Equal(t, want, got)

	got, err = parseResults(bytes.NewBufferString(`{"name":"a","value":1,"unit":""}` + "\npanic: boom"))
	require.ErrorContains(t, err, "read figures")
	require.Len(t, got, 1, "what was measured is kept")
}

func TestFileIsAnArrayOfFigures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "bench.json")
	require.NoError(t, writeFile(path, []Result{{"a_ms", 1.5, "ms"}}))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.JSONEq(t, `[{"name":"a_ms","value":1.5,"unit":"ms"}]`, string(raw))
}

func TestScaleKeepsTheMiddleAndTheShape(t *testing.T) {
	src := frame.New(400, 300)
	for y := range src.Height {
		for x := range src.Width {
			src.Y[y*src.StrideY+x] = byte(y / 2)
		}
	}
	dst := scale(src, 1280, 720)
	require.InDelta(t, 75, dst.Y[360*dst.StrideY+640], 2, "the middle row is the middle row")
	require.InDelta(t, (300-225)/2/2, dst.Y[5*dst.StrideY+640], 2, "the top is cropped")
}

func TestPlayerRenumbersOnEachRound(t *testing.T) {
	film := &footage{pictures: [][][]byte{{make([]byte, 20)}, {make([]byte, 20), make([]byte, 20)}}}
	p := newPlayer(film)
	for range 4 {
		p.send()
	}
	require.Equal(t, uint16(6), p.sequence)
	require.Equal(t, uint32(4*frameTicks), p.timestamp)
	require.NotSame(t, &film.pictures[0][0][0], &film.clone().pictures[0][0][0])
}
