package notify

import "github.com/prometheus/client_golang/prometheus"

// collector tells Prometheus what Totals tells; no label names a person.
type collector struct{ hub *Hub }

// Collector is what /metrics shows of the hub.
func (h *Hub) Collector() prometheus.Collector { return collector{h} }

// Describe implements prometheus.Collector; nothing is announced.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(to chan<- prometheus.Metric) {
	t := c.hub.Totals()
	for _, m := range []struct {
		name, help string
		kind       prometheus.ValueType
		value      float64
	}{
		{"sockets", "Open sockets for users' own events.", prometheus.GaugeValue, float64(t.Open)},
		{"users", "Users with such a socket.", prometheus.GaugeValue, float64(t.Users)},
		{"events_total", "Events handed to sockets.", prometheus.CounterValue, float64(t.Events)},
		{"events_lost_total", "Events that a full queue did not take.", prometheus.CounterValue, float64(t.Lost)},
	} {
		desc := prometheus.NewDesc("ppenter_notify_"+m.name, m.help, nil, nil)
		to <- prometheus.MustNewConstMetric(desc, m.kind, m.value)
	}
	closed := prometheus.NewDesc("ppenter_notify_sockets_closed_total",
		"Sockets that the server refused or closed, by cause.", []string{"cause"}, nil)
	for cause, n := range map[string]uint64{
		"too_slow": t.Overflowed, "replaced": t.Replaced, "refused": t.Refused, "crowded": t.Crowded,
		"ended": t.Ended, "bad_message": t.Bad, "dead": t.Dead,
	} {
		to <- prometheus.MustNewConstMetric(closed, prometheus.CounterValue, float64(n), cause)
	}
}
