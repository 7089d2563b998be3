package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/assets"
)

func shipped(t testing.TB) Filters {
	t.Helper()
	f, err := ParseFilters(assets.Filters())
	require.NoError(t, err)
	return f
}

func TestShippedFilters(t *testing.T) {
	f := shipped(t)
	for _, mood := range []string{"angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"} {
		require.Contains(t, f.Moods, mood)
	}
	require.Len(t, f.Moods, 7)
	require.GreaterOrEqual(t, len(f.Pictures), 4)
	require.Equal(t, "기쁨", f.Moods["happy"].Name.KO)
	require.Equal(t, "#b9d6f0", f.Moods["neutral"].Sky[0].String())
}

func TestParseFiltersRefuses(t *testing.T) {
	for name, c := range map[string]struct{ from, to, says string }{
		"unknown key":      {"fade_s:", "fade:", "field fade not found"},
		"bad colour":       {`"#b9d6f0"`, `"#b9d6fg"`, "colour"},
		"short colour":     {`"#b9d6f0"`, `"#b9d"`, "not #rrggbb"},
		"too few colours":  {`["#b9d6f0", "#f2efe6"]`, `["#b9d6f0"]`, "array"},
		"range":            {"spread: 0.55", "spread: 1.55", "moods.neutral.spread"},
		"not a number":     {"spread: 0.55", "spread: .nan", "moods.neutral.spread"},
		"no neutral":       {"  neutral:", "  calm:", "neutral is missing"},
		"weak blur":        {"radius: 0.05", "radius: 0.01", "blur.radius"},
		"double picture":   {"id: window", "id: studio", "occurs twice"},
		"bad picture id":   {"id: window", "id: ../x", "lower-case"},
		"no painter":       {"painter: sea", "painter: nobody", "no painter is called"},
		"no korean":        {"ko: 평온, ", "", "ko and en"},
		"other version":    {"version: 1", "version: 2", "version 2"},
		"colour no string": {`"#b9d6f0"`, `[1]`, "unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(string(assets.Filters()), c.from, c.to, 1)
			require.NotEqual(t, string(assets.Filters()), text)
			_, err := ParseFilters([]byte(text))
			require.ErrorContains(t, err, c.says)
		})
	}
}

func FuzzParseFilters(f *testing.F) {
	f.Add(assets.Filters())
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := ParseFilters(data); err == nil {
			require.Contains(t, got.Moods, "neutral")
		}
	})
}
