package sfu_test

import (
	"encoding/json"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/sfutest"
	"github.com/pp-enter/pp-enter/sfu/signal"
)

// gathered is the sum of a metric over its labels, 0 where it is missing.
func gathered(t *testing.T, h *house, name, label string) (sum float64) {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	require.NoError(t, reg.Register(h.Collector()))
	families, err := reg.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			if label == "" || m.GetLabel()[0].GetValue() == label {
				sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

func TestMetricsAndSnapshot(t *testing.T) {
	h := openHouse(t, nil)
	require.Zero(t, gathered(t, h, "ppenter_rooms", ""))
	a, b := h.call("a", 60), h.call("b", 100)
	a.say(signal.Filter{Type: "filter", Mode: "blur"})
	b.sees(sfutest.TrackCamera, inverted(60))
	a.sees(sfutest.TrackCamera, 100)

	require.InDelta(t, 1, gathered(t, h, "ppenter_rooms", ""), 0)
	require.InDelta(t, 2, gathered(t, h, "ppenter_participants", "connected"), 0)
	require.InDelta(t, 1, gathered(t, h, "ppenter_lines", "active"), 0)
	require.InDelta(t, 1, gathered(t, h, "ppenter_lines", "off"), 0)
	require.InDelta(t, 2, gathered(t, h, "ppenter_joins_total", ""), 0)
	require.Positive(t, gathered(t, h, "ppenter_line_stage_p50_ms", "encode"))
	pictures := gathered(t, h, "ppenter_line_pictures_total", "encode")
	require.Positive(t, pictures)

	body, err := json.Marshal(h.Snapshot())
	require.NoError(t, err)
	for _, want := range []string{`"stage":"decode"`, `"p95_ms"`, `"drops"`, `"waiting"`, `"camera_in"`, a.id} {
		require.Contains(t, string(body), want)
	}
	for _, secret := range []string{theRoom().Slug, "peer_joined"} {
		require.NotContains(t, string(body), `"`+secret+`"`)
	}

	a.leave()
	b.leave()
	require.Eventually(t, func() bool { return len(h.Snapshot().Rooms) == 0 }, patience, beat)
	require.Eventually(t, func() bool { return h.Snapshot().Past.Lines == 2 }, patience, beat)
	after := gathered(t, h, "ppenter_line_pictures_total", "encode")
	require.GreaterOrEqual(t, after, pictures, "a total never shrinks")
}
