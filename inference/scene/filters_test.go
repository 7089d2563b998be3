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
	require.Equal(t, "#93c0ea", f.Moods["neutral"].Sky[0].String())
}

func TestParseFiltersRefuses(t *testing.T) {
	for name, c := range map[string]struct{ from, to, says string }{
		"unknown key":      {"fade_s:", "fade:", "field fade not found"},
		"bad colour":       {`"#93c0ea"`, `"#93c0eg"`, "colour"},
		"short colour":     {`"#93c0ea"`, `"#93c"`, "not #rrggbb"},
		"too few colours":  {`["#93c0ea", "#e2ebf1"]`, `["#93c0ea"]`, "array"},
		"range":            {"spread: 0.55", "spread: 1.55", "moods.neutral.spread"},
		"not a number":     {"spread: 0.55", "spread: .nan", "moods.neutral.spread"},
		"no neutral":       {"  neutral:", "  calm:", "neutral is missing"},
		"weak blur":        {"light: 0.035", "light: 0.01", "blur.light"},
		"weaker strong":    {"strong: 0.08", "strong: 0.03", "blur.strong"},
		"no radius":        {"  strong: 0.08", "", "blur.strong"},
		"old key":          {"  light: 0.035", "  radius: 0.05", "field radius not found"},
		"no kind":          {"kind: rain", "kind: snow", `moods.sad.scene.kind: no scene is called "snow"`},
		"no scene":         {"    scene: {kind: daylight", "    # {kind: daylight", "moods.neutral.scene.kind"},
		"amount":           {`"#c3d6ea", amount: 1`, `"#c3d6ea", amount: 3`, "moods.sad.scene.amount"},
		"size":             {"size: 1", "size: 0", "moods.neutral.scene.size"},
		"speed of scene":   {"size: 1, speed: 1", "size: 1, speed: -1", "moods.neutral.scene.speed"},
		"key of scene":     {"size: 1, speed: 1", "size: 1, pace: 1", "field pace not found"},
		"light":            {"amount: 0.02", "amount: 0.5", "moods.neutral.light.amount"},
		"gain":             {"gain: 1.01", "gain: 2", "moods.neutral.light.gain"},
		"wrap":             {"wrap: 0.24", "wrap: .inf", "moods.neutral.light.wrap"},
		"tint of the room": {"tint_room: 0.55", "tint_room: 1.1", "tint_room"},
		"double picture":   {"id: window", "id: studio", "occurs twice"},
		"bad picture id":   {"id: window", "id: ../x", "lower-case"},
		"no painter":       {"painter: sea", "painter: nobody", "no painter is called"},
		"no korean":        {"ko: 평온, ", "", "ko and en"},
		"other version":    {"version: 2", "version: 1", "version 1 is not 2"},
		"colour no string": {`"#93c0ea"`, `[1]`, "unmarshal"},
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
