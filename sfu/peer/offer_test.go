package peer

import (
	_ "embed"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// goodOffer holds the fixed m-lines, written by hand in the manner of Chromium's offers (credentials in each
// line, FID groups, red beside Opus) with the attributes that count. It is no recording of a browser.
//
//go:embed testdata/offer.sdp
var goodOffer string

// crlf gives a description the line ends that SDP wants, whatever the checkout did to them.
func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

func TestParseOffer(t *testing.T) {
	o, err := parseOffer(crlf(goodOffer), false)
	require.NoError(t, err)
	require.Equal(t, [lineCount]string{"0", "1", "2", "3", "4"}, o.mids)
	require.Equal(t, map[uint32]bool{3016245231: true, 2231627014: true, 632943048: true}, o.ssrcs)
	require.Equal(t, frame.VP8, o.down)
}

func TestParseOfferRefuses(t *testing.T) {
	replace := func(old, with string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, with, 1) }
	}
	replaceAll := func(old, with string) func(string) string {
		return func(s string) string { return strings.ReplaceAll(s, old, with) }
	}
	cut := func(from string) func(string) string {
		return func(s string) string { before, _, _ := strings.Cut(s, from); return before }
	}
	for _, c := range []struct {
		name   string
		change func(string) string
		code   string
		text   string
	}{
		{"empty", func(string) string { return "" }, CodeBadSDP, "0 m-lines"},
		{"no SDP", func(string) string { return "hello" }, CodeBadSDP, "parsed"},
		{"too long", func(s string) string {
			return s + strings.Repeat("a=x\r\n", maxOfferBytes/5)
		}, CodeBadSDP, "long"},
		{"no data channel", cut("m=application"), CodeBadSDP, "4 m-lines"},
		{"another video", func(s string) string {
			videos := s[strings.Index(s, "m=video"):strings.Index(s, "m=application")]
			return s + strings.Replace(videos, "mid:1", "mid:9", 1)
		}, CodeBadSDP, "m-lines"},
		{"video first", func(s string) string {
			return strings.Replace(strings.Replace(s, "m=audio", "m=video", 1), "opus/48000/2", "VP8/90000", 1)
		}, CodeBadSDP, "want audio"},
		{"audio sendonly", replace("a=sendrecv", "a=sendonly"), CodeBadSDP, "is sendonly"},
		{"camera recvonly", func(s string) string {
			i := strings.Index(s, "m=video")
			return s[:i] + strings.Replace(s[i:], "a=sendrecv", "a=recvonly", 1)
		}, CodeBadSDP, "is recvonly"},
		{"mirror sendrecv", replace("a=recvonly", "a=sendrecv"), CodeBadSDP, "is sendrecv"},
		{"screen active", replace("a=inactive", "a=sendonly"), CodeBadSDP, "is sendonly"},
		{"mid twice", replace("a=mid:1", "a=mid:0"), CodeBadSDP, "mid occurs twice"},
		{"no mid", replace("a=mid:2\r\n", ""), CodeBadSDP, "mid is missing"},
		{"long mid", replace("a=mid:2", "a=mid:"+strings.Repeat("2", 33)), CodeBadSDP, "too long"},
		{"rejected", replace("m=video 9", "m=video 0"), CodeBadSDP, "rejected"},
		{"plain RTP", replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), CodeBadSDP, "protocol"},
		{"simulcast", replace("a=mid:1\r\n", "a=mid:1\r\na=rid:h send\r\n"), CodeBadSDP, "simulcast"},
		{
			"two cameras in one", replace("a=ssrc:2231627014 cname:", "a=ssrc:1 cname:a\r\na=ssrc:2231627014 cname:"),
			CodeBadSDP, "more than one stream",
		},
		{"ssrc of nothing", replace("a=ssrc:2231627014 cname:", "a=ssrc:x cname:"), CodeBadSDP, "ssrc"},
		{"ssrc zero", replace("a=ssrc:2231627014 cname:", "a=ssrc:0 cname:"), CodeBadSDP, "ssrc"},
		{"ssrc of the other line", replaceAll("3016245231", "2231627014"), CodeBadSDP, "occurs twice"},
		{"group of three", replace("FID 2231627014", "FID 7 2231627014"), CodeBadSDP, "ssrc-group"},
		{"simulcast group", replace("group:FID", "group:SIM"), CodeBadSDP, "ssrc-group"},
		{"no bundle", replace("a=group:BUNDLE 0 1 2 3 4\r\n", ""), CodeBadSDP, "BUNDLE"},
		{"outside the bundle", replace("BUNDLE 0 1 2 3 4", "BUNDLE 0 1 3 4"), CodeBadSDP, "outside"},
		{"no fingerprint", replaceAll("a=fingerprint:", "a=finger:"), CodeBadSDP, "fingerprint"},
		{"no ufrag", replaceAll("a=ice-ufrag:", "a=frag:"), CodeBadSDP, "ice-ufrag"},
		{"SCTP of old", replace("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000"), CodeBadSDP, "data channel"},
		{"no Opus", replaceAll("opus/48000/2", "PCMU/8000"), CodeCodecUnsupported, "Opus"},
		{"no VP8 or VP9", func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "VP8/90000", "AV1/90000"), "VP9/90000", "H265/90000")
		}, CodeCodecUnsupported, "VP8 or VP9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := crlf(goodOffer)
			broken := c.change(text)
			require.NotEqual(t, text, broken, "the change did nothing")
			_, err := parseOffer(broken, true)
			var refusal *Error
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, c.code, refusal.Code)
			require.Contains(t, refusal.Error(), c.text)
		})
	}
}

func TestParseOfferChoosesTheViewersCodec(t *testing.T) {
	h264First := strings.ReplaceAll(crlf(goodOffer), "96 97 98 99 103 104", "103 104 98 99 96 97")
	mode0 := strings.ReplaceAll(h264First, "packetization-mode=1", "packetization-mode=0")
	onlyVP9 := strings.ReplaceAll(crlf(goodOffer), "VP8/90000", "AV1/90000")
	for _, c := range []struct {
		name, text string
		h264       bool
		want       frame.Codec
	}{
		{"H.264 preferred and on", h264First, true, frame.H264},
		{"H.264 preferred and off", h264First, false, frame.VP8},
		{"H.264 in a form that is not sent", mode0, true, frame.VP8},
		{"H.264 possible", crlf(goodOffer), true, frame.VP8},
		{"VP9 only", onlyVP9, false, frame.VP9},
	} {
		o, err := parseOffer(c.text, c.h264)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, o.down, c.name)
	}
}

// FuzzParseOffer: whatever comes, it is a valid offer or an *Error, and never a panic.
func FuzzParseOffer(f *testing.F) {
	f.Add(crlf(goodOffer), false)
	f.Add(crlf(goodOffer), true)
	f.Add("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 111\r\na=ssrc:\r\n", false)
	f.Fuzz(func(t *testing.T, text string, h264 bool) {
		o, err := parseOffer(text, h264)
		var refusal *Error
		switch {
		case err == nil:
			require.LessOrEqual(t, len(o.ssrcs), 4)
			require.NotZero(t, o.down)
			require.NotContains(t, o.mids, "")
		case !errors.As(err, &refusal):
			t.Fatalf("%v is no *Error", err)
		}
	})
}

func TestPayload(t *testing.T) {
	header := func(first byte, rest ...byte) []byte {
		return append(append([]byte{first}, make([]byte, 11)...), rest...)
	}
	for _, c := range []struct {
		name   string
		packet []byte
		want   []byte
	}{
		{"empty", nil, nil},
		{"too short", make([]byte, 11), nil},
		{"no payload", header(0x80), nil},
		{"plain", header(0x80, 1, 2), []byte{1, 2}},
		{"one source", header(0x81, 9, 9, 9, 9, 1), []byte{1}},
		{"sources cut off", header(0x8f, 9, 9), nil},
		{"extension", header(0x90, 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 1), []byte{1}},
		{"extension cut off", header(0x90, 0xbe, 0xde), nil},
		{"extension longer than the packet", header(0x90, 0xbe, 0xde, 0xff, 0xff, 1), nil},
		{"padding", header(0xa0, 1, 2, 0, 2), []byte{1, 2}},
		{"only padding", header(0xa0, 0, 2), nil},
		{"padding longer than the packet", header(0xa0, 1, 255), nil},
	} {
		require.Equal(t, c.want, payload(c.packet), c.name)
	}
}
