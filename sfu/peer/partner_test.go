package peer_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/peer"
	"github.com/pp-enter/pp-enter/sfu/sfutest"
)

func TestPartnerChangeKeepsStreamsContinuous(t *testing.T) {
	f := newFactory(t, nil)
	viewer := join(t, f, sfutest.Config{Decode: true})
	sources := []*side{
		join(t, f, sfutest.Config{Source: pattern(t, 60), Microphone: true}),
		join(t, f, sfutest.Config{Source: pattern(t, 180), Microphone: true}),
	}
	camera, audio := viewer.browser.Track(sfutest.TrackCamera), viewer.browser.Track(sfutest.TrackAudio)
	for round := range 4 {
		here, other := sources[round%2], sources[1-round%2]
		other.sendCameraTo(nil)
		other.peer.ForwardAudioTo(nil)
		here.sendCameraTo(viewer.peer.Camera())
		here.peer.ForwardAudioTo(viewer.peer)
		pictures, packets := camera.Stats().Pictures, audio.Stats().Packets
		want := []float64{60, 180}[round%2]
		eventually(t, "the new partner", func() bool {
			luma := camera.MeanLuma()
			return camera.Stats().Pictures > pictures+10 && audio.Stats().Packets > packets+10 &&
				luma > want-6 && luma < want+6
		})
	}
	for name, s := range map[string]sfutest.StreamStats{"camera": camera.Stats(), "audio": audio.Stats()} {
		require.Equal(t, 1, s.SSRCs, name)
		require.Zero(t, s.Missing, name)
		require.Zero(t, s.Duplicates, name)
		require.Zero(t, s.Backwards, name)
	}
	// The timestamps follow the clock over the changes: no leap of more than the test's patience.
	for name, hs := range map[string][]rtp.Header{"camera": camera.Headers(), "audio": audio.Headers()} {
		const leap = uint32(90000 * patience / time.Second)
		for i := 1; i < len(hs); i++ {
			require.Less(t, hs[i].Timestamp-hs[i-1].Timestamp, leap, "%s packet %d", name, i)
		}
	}
}

func TestViewersRequestsReachTheHandler(t *testing.T) {
	f := newFactory(t, nil)
	viewer := join(t, f, sfutest.Config{})
	source := join(t, f, sfutest.Config{Source: pattern(t, 100)})
	source.sendCameraTo(viewer.peer.Camera())
	track := viewer.browser.Track(sfutest.TrackCamera)
	eventually(t, "pictures", func() bool { return track.Stats().Packets > 0 })
	require.NoError(t, viewer.browser.RequestKeyframe(sfutest.TrackCamera))
	require.NoError(t, viewer.browser.SendRTCP(&rtcp.FullIntraRequest{
		MediaSSRC: track.Stats().SSRC, FIR: []rtcp.FIREntry{{SSRC: track.Stats().SSRC}},
	}))
	eventually(t, "both requests", func() bool {
		viewer.mu.Lock()
		defer viewer.mu.Unlock()
		return len(viewer.wanted) >= 2
	})
	viewer.mu.Lock()
	defer viewer.mu.Unlock()
	for _, d := range viewer.wanted {
		require.Same(t, viewer.peer.Camera(), d)
	}
}

func TestMirrorIsItsOwnTrack(t *testing.T) {
	f := newFactory(t, nil)
	s := join(t, f, sfutest.Config{Source: pattern(t, 90), Decode: true})
	s.sendCameraTo(s.peer.Mirror())
	mirror := s.browser.Track(sfutest.TrackMirror)
	eventually(t, "the mirror", func() bool { return mirror.Stats().Pictures > 10 })
	require.Zero(t, s.browser.Track(sfutest.TrackCamera).Stats().Packets)
}

func TestPublisherIsAskedSparingly(t *testing.T) {
	f := newFactory(t, nil)
	s := join(t, f, sfutest.Config{Source: pattern(t, 100)})
	eventually(t, "the camera", func() bool { return s.peer.Stats().CameraIn.Packets > 0 })
	s.mu.Lock()
	up := s.cameras[0]
	s.mu.Unlock()
	begin := time.Now()
	before := s.peer.Stats().KeyframesAsked
	for time.Since(begin) < 450*time.Millisecond {
		up.RequestKeyframe()
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	asked := s.peer.Stats().KeyframesAsked - before
	require.GreaterOrEqual(t, asked, uint64(1))
	require.LessOrEqual(t, asked, uint64(6), "at most one each 100 ms")
	eventually(t, "the requests at the browser", func() bool { return s.browser.KeyframesAsked() >= int(asked) })
}

func TestH264(t *testing.T) {
	allow := func(c *peer.Config) { c.H264 = true }
	h264First := []frame.Codec{frame.H264, frame.VP8, frame.VP9}
	for _, c := range []struct {
		name   string
		change func(*peer.Config)
		offers []frame.Codec
		want   frame.Codec
	}{
		{"off, preferred", nil, h264First, frame.VP8},
		{"on, preferred", allow, h264First, frame.H264},
		{"on, not preferred", allow, nil, frame.VP8},
		{"on, not offered", allow, []frame.Codec{frame.VP9}, frame.VP9},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := sfutest.Config{Codecs: c.offers}
			if c.want == frame.VP9 {
				cfg.Publish = frame.VP9
			}
			s := join(t, newFactory(t, c.change), cfg)
			require.Equal(t, c.want, s.peer.Camera().Codec())
			require.Equal(t, c.want, s.peer.Mirror().Codec())
		})
	}
}

func TestH264FromAPublisherIsRefused(t *testing.T) {
	f := newFactory(t, func(c *peer.Config) { c.H264 = true })
	s := join(t, f, sfutest.Config{
		Source: &sfutest.Noise{Codec: frame.H264, Every: 20 * time.Millisecond, Bytes: 3000}, Publish: frame.H264,
	})
	eventually(t, "the refusal", func() bool { return s.peer.Stats().RefusedPackets > 20 })
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Empty(t, s.cameras)
	require.Equal(t, []string{"video/H264"}, s.refused, "said once")
}

func TestUseRelabelsTheTrack(t *testing.T) {
	f := newFactory(t, nil)
	viewer := join(t, f, sfutest.Config{Decode: true})
	vp9, err := sfutest.NewPattern(frame.VP9, 320, 240, 30, 140)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vp9.Close()) })
	source := join(t, f, sfutest.Config{Source: vp9, Publish: frame.VP9})
	d := viewer.peer.Camera()
	require.Equal(t, frame.VP8, d.Codec())
	require.True(t, d.Supports(frame.VP9))
	require.ErrorIs(t, d.Use(frame.H264), peer.ErrNotNegotiated)
	require.NoError(t, d.Use(frame.VP9))
	source.sendCameraTo(d)
	track := viewer.browser.Track(sfutest.TrackCamera)
	eventually(t, "VP9 pictures", func() bool { return track.Stats().Pictures > 10 })
	require.Equal(t, frame.VP9, track.Stats().Codec)
}

func TestUndeclaredStreamsAreCountedAndDropped(t *testing.T) {
	f := newFactory(t, nil)
	s := prepare(t, f, sfutest.Config{Source: pattern(t, 100), Microphone: true})
	offer, err := s.browser.CreateOffer()
	require.NoError(t, err)
	lie := changeSSRCs(offer)
	require.NotEqual(t, offer, lie)
	s.negotiate(lie, nil)
	eventually(t, "strays", func() bool { return s.peer.Stats().StrayPackets > 40 })
	require.Zero(t, s.peer.Stats().CameraIn.Packets)
	require.Zero(t, s.peer.Stats().AudioIn.Packets)
	s.mu.Lock()
	require.Empty(t, s.cameras)
	s.mu.Unlock()
}

// changeSSRCs makes an offer declare other SSRCs than the browser will use.
func changeSSRCs(offer string) string {
	digits := regexp.MustCompile(`(?m)^a=ssrc(-group:FID \d+|:\d+)`)
	lines := strings.Split(offer, "\r\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "a=ssrc-group") })
	seen := map[string]bool{}
	var out []string
	line := -1
	for _, l := range lines {
		if strings.HasPrefix(l, "m=") {
			line++
			seen = map[string]bool{}
		}
		if digits.MatchString(l) {
			if len(seen) > 0 {
				continue
			}
			seen[l] = true
			l = "a=ssrc:" + []string{"11", "12", "13", "14", "15"}[line] + " cname:page"
		}
		out = append(out, l)
	}
	return strings.Join(out, "\r\n")
}

func TestCameraBeginsAgainWithALaterOffer(t *testing.T) {
	f := newFactory(t, nil)
	s := prepare(t, f, sfutest.Config{Source: pattern(t, 100)})
	offer, err := s.browser.CreateOffer()
	s.negotiate(changeSSRCs(offer), err)
	eventually(t, "strays", func() bool { return s.peer.Stats().StrayPackets > 10 })
	s.negotiate(s.browser.RestartICE())
	eventually(t, "the camera", func() bool { return s.peer.Stats().CameraIn.Packets > 10 })

	// Withdrawn again: the packets are strays, and the track of the former offer ends.
	offer, err = s.browser.RestartICE()
	s.negotiate(changeSSRCs(offer), err)
	s.pumps.Wait()
	strays := s.peer.Stats().StrayPackets
	eventually(t, "more strays", func() bool { return s.peer.Stats().StrayPackets > strays+10 })

	s.negotiate(s.browser.RestartICE())
	eventually(t, "the camera again", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.cameras) == 2
	})
}

func TestSSRCsStayOverICERestart(t *testing.T) {
	f := newFactory(t, nil)
	source := join(t, f, sfutest.Config{Source: pattern(t, 100)})
	viewer := prepare(t, f, sfutest.Config{Decode: true, Source: pattern(t, 50)})
	viewer.onWanted = source.requestKeyframe
	viewer.connect()
	eventually(t, "the viewer's own camera", func() bool { return viewer.peer.Stats().CameraIn.Packets > 0 })
	source.sendCameraTo(viewer.peer.Camera())
	track := viewer.browser.Track(sfutest.TrackCamera)
	eventually(t, "pictures", func() bool { return track.Stats().Pictures > 5 })
	viewer.negotiate(viewer.browser.RestartICE())
	before := track.Stats().Pictures
	eventually(t, "pictures after the restart", func() bool { return track.Stats().Pictures > before+30 })
	require.Equal(t, 1, track.Stats().SSRCs)
	viewer.mu.Lock()
	defer viewer.mu.Unlock()
	require.Len(t, viewer.cameras, 1, "the camera did not begin again")
}

func TestDataChannel(t *testing.T) {
	f := newFactory(t, nil)
	s := prepare(t, f, sfutest.Config{})
	require.NoError(t, s.peer.Send([]byte(`{"type":"mood"}`)))
	require.Equal(t, uint64(1), s.peer.Stats().DataDropped, "not open yet")
	s.connect()
	eventually(t, "the channel", func() bool {
		require.NoError(t, s.peer.Send([]byte(`{"type":"mood"}`)))
		all, _ := s.browser.Messages()
		return len(all) > 0 && string(all[0]) == `{"type":"mood"}`
	})
	eventually(t, "the browser's end", func() bool { return s.browser.SendMessage("hello") == nil })
	eventually(t, "the message", func() bool { return s.peer.Stats().DataIgnored == 1 })

	big := make([]byte, 60<<10)
	dropped := s.peer.Stats().DataDropped
	for range 64 {
		require.NoError(t, s.peer.Send(big))
	}
	require.Greater(t, s.peer.Stats().DataDropped, dropped, "the buffer is bounded")
}

func TestEstimateFollowsTheConnection(t *testing.T) {
	var start, limit int
	f := newFactory(t, func(c *peer.Config) { start, limit = c.StartBitrate, c.MaxBitrate })
	viewer := join(t, f, sfutest.Config{})
	source := join(t, f, sfutest.Config{Source: pattern(t, 100)})
	source.sendCameraTo(viewer.peer.Camera())
	eventually(t, "an estimate", func() bool {
		viewer.mu.Lock()
		defer viewer.mu.Unlock()
		return len(viewer.estimates) > 0
	})
	eventually(t, "feedback of the viewer that moves the target", func() bool {
		return viewer.peer.Stats().TargetBPS != start
	})
	viewer.mu.Lock()
	defer viewer.mu.Unlock()
	for _, bps := range viewer.estimates {
		require.Positive(t, bps)
		require.LessOrEqual(t, bps, limit)
	}
}

func TestLostPacketsAreRepaired(t *testing.T) {
	f := newFactory(t, nil)
	down := sfutest.NewNetwork(7)
	up := sfutest.NewNetwork(8)
	source := join(t, f, sfutest.Config{Source: pattern(t, 100), Network: up})
	viewer := prepare(t, f, sfutest.Config{Decode: true, Network: down})
	viewer.onWanted = source.requestKeyframe
	viewer.connect()
	source.sendCameraTo(viewer.peer.Camera())
	track := viewer.browser.Track(sfutest.TrackCamera)
	eventually(t, "pictures", func() bool { return track.Stats().Pictures > 5 })
	down.Lose(0, 0.08)
	up.Lose(0.08, 0)
	up.Reorder(0.05)
	before := track.Stats().Pictures
	eventually(t, "pictures in spite of loss", func() bool { return track.Stats().Pictures > before+60 })
	down.Lose(0, 0)
	up.Lose(0, 0)
	lostDown, _ := down.Counts()
	lostUp, _ := up.Counts()
	require.Positive(t, lostDown)
	require.Positive(t, lostUp)
	packets := track.Stats().Packets
	eventually(t, "a while without loss", func() bool { return track.Stats().Packets > packets+60 })
	require.Less(t, track.Stats().Missing, lostDown/2, "most of what was lost came again")
}

func TestRemoteCloseIsReported(t *testing.T) {
	f := newFactory(t, nil)
	s := join(t, f, sfutest.Config{Source: pattern(t, 100)})
	eventually(t, "the camera", func() bool { return s.peer.Stats().CameraIn.Packets > 0 })
	require.NoError(t, s.browser.Close())
	eventually(t, "the end", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.over) > 0
	})
	s.pumps.Wait() // the uplink has ended
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Equal(t, []error{peer.ErrRemoteClosed}, s.over)
	require.Equal(t, peer.StateClosed, s.states[len(s.states)-1])
}

func TestCandidates(t *testing.T) {
	f := newFactory(t, nil)
	s := prepare(t, f, sfutest.Config{})
	good := webrtc.ICECandidateInit{Candidate: "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host"}
	require.NoError(t, s.peer.AddCandidate(good), "before the offer")
	s.connect()
	require.NoError(t, s.peer.AddCandidate(good))
	require.NoError(t, s.peer.AddCandidate(webrtc.ICECandidateInit{}), "the end of candidates")
	var refusal *peer.Error
	require.ErrorAs(t, s.peer.AddCandidate(webrtc.ICECandidateInit{Candidate: "candidate:nonsense"}), &refusal)
	require.Equal(t, peer.CodeBadCandidate, refusal.Code)
	require.NoError(t, s.peer.Close())
	require.ErrorIs(t, s.peer.AddCandidate(good), peer.ErrClosed)
}
