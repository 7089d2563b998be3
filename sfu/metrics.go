package sfu

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/room"
)

// collector tells Prometheus what Snapshot tells an operator, summed up: no label names a room or a person.
type collector struct{ server *Server }

// Collector is what /metrics shows of the server.
func (s *Server) Collector() prometheus.Collector { return collector{s} }

// Describe implements prometheus.Collector; nothing is announced, because the stages depend on the filter.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(to chan<- prometheus.Metric) {
	snap := c.server.Snapshot()
	sum := summarise(&snap.Snapshot)
	gauge(to, "ppenter_rooms", "Rooms in which someone sits.", float64(len(snap.Rooms)))
	gauge(to, "ppenter_sockets", "Open call sockets.", float64(snap.Sockets.Open))
	labelled(to, prometheus.GaugeValue, "ppenter_participants", "Seats by presence.", "presence", sum.presence)
	labelled(to, prometheus.GaugeValue, "ppenter_lines", "Lines by state of the filter.", "state", sum.states)
	labelled(to, prometheus.CounterValue, "ppenter_line_pictures_total",
		"Pictures by stage.", "stage", sum.stages)
	labelled(to, prometheus.CounterValue, "ppenter_line_drops_total", "Drops by cause.", "cause", sum.drops)
	labelled(to, prometheus.GaugeValue, "ppenter_line_stage_p50_ms",
		"Median time of a stage, the mean of all lines.", "stage", sum.mean())
	labelled(to, prometheus.GaugeValue, "ppenter_line_stage_p95_ms",
		"95th percentile of a stage's time, of the slowest line.", "stage", sum.p95)
	counter(to, "ppenter_line_keyframes_total", "Keyframes that lines encoded.", sum.keyframes)
	counter(to, "ppenter_line_panics_total", "Panics that lines survived.", sum.panics)
	counts(to, &snap)
}

// counts sends the plain counters.
func counts(to chan<- prometheus.Metric, snap *Snapshot) {
	t, s := snap.Totals, snap.Sockets
	counter(to, "ppenter_joins_total", "Sockets that took a seat.", t.Joins)
	counter(to, "ppenter_joins_refused_full_total", "People for whom the room was full.", t.Full)
	counter(to, "ppenter_tickets_refused_total", "Hellos whose ticket or seat was not good.", s.Refused)
	counter(to, "ppenter_chat_messages_total", "Chat messages.", t.Chats)
	counter(to, "ppenter_captures_total", "Pictures taken of calls.", t.Captures)
	counter(to, "ppenter_lines_failed_total", "Lines that could not begin or ended in an error.", t.LinesFailed)
	counter(to, "ppenter_filters_failed_total", "Filters that could not be made.", t.FiltersFailed)
	counter(to, "ppenter_room_events_lost_total", "Events that a stuck room did not take.", t.EventsLost)
	counter(to, "ppenter_records_lost_total", "Events of calls that were not kept.", t.RecordsLost)
	counter(to, "ppenter_data_messages_lost_total", "Messages that a data channel did not take.", t.DataLost)
	counter(to, "ppenter_bad_messages_total", "Socket messages without sense.", s.Bad)
	counter(to, "ppenter_rate_limited_total", "Socket messages over the rate.", s.RateLimited)
	counter(to, "ppenter_sockets_overflowed_total", "Sockets closed on clients that did not read.", s.Overflowed)
	counter(to, "ppenter_sockets_dead_total", "Sockets closed on clients that did not answer.", s.Dead)
}

// summary adds up all lines, those that are over included where a total must not shrink.
type summary struct {
	presence, states   map[string]float64
	stages, drops      map[string]float64
	p50, p95, measured map[string]float64
	keyframes, panics  uint64
}

func summarise(snap *room.Snapshot) *summary {
	s := &summary{
		presence: map[string]float64{"reserved": 0, "connected": 0, "away": 0},
		states: map[string]float64{
			string(pipeline.Off): 0, string(pipeline.Starting): 0, string(pipeline.Active): 0,
			string(pipeline.Degraded): 0, string(pipeline.Failed): 0,
		},
		stages: map[string]float64{}, drops: map[string]float64{},
		p50: map[string]float64{}, p95: map[string]float64{}, measured: map[string]float64{},
		keyframes: snap.Past.Keyframes, panics: snap.Past.Panics,
	}
	for stage, n := range snap.Past.Stages {
		s.stages[stage] = float64(n)
	}
	for cause, n := range snap.Past.Drops {
		s.drops[cause] = float64(n)
	}
	for _, r := range snap.Rooms {
		for i := range r.Participants {
			p := &r.Participants[i]
			s.presence[p.Presence]++
			if p.Line != nil {
				s.add(p.Line)
			}
		}
	}
	return s
}

func (s *summary) add(line *pipeline.Stats) {
	s.states[string(line.State)]++
	s.keyframes += line.Keyframes
	s.panics += line.Panics
	for cause, n := range line.Drops {
		s.drops[cause] += float64(n)
	}
	for _, stage := range line.Stages {
		s.stages[stage.Stage] += float64(stage.Count)
		s.measure(stage)
	}
	s.measure(line.Added)
}

func (s *summary) measure(stage pipeline.StageStats) {
	if stage.Count == 0 {
		return
	}
	s.measured[stage.Stage]++
	s.p50[stage.Stage] += stage.P50
	s.p95[stage.Stage] = max(s.p95[stage.Stage], stage.P95)
}

// mean is the mean median by stage.
func (s *summary) mean() map[string]float64 {
	out := make(map[string]float64, len(s.p50))
	for stage, total := range s.p50 {
		out[stage] = total / s.measured[stage]
	}
	return out
}

func gauge(to chan<- prometheus.Metric, name, help string, v float64) {
	to <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), prometheus.GaugeValue, v)
}

func counter(to chan<- prometheus.Metric, name, help string, v uint64) {
	desc := prometheus.NewDesc(name, help, nil, nil)
	to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(v))
}

func labelled(
	to chan<- prometheus.Metric, kind prometheus.ValueType, name, help, label string, values map[string]float64,
) {
	desc := prometheus.NewDesc(name, help, []string{label}, nil)
	for value, v := range values {
		to <- prometheus.MustNewConstMetric(desc, kind, v, value)
	}
}
