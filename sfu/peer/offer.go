package peer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// bundleSemantics names the group of m-lines that share a transport (RFC 9143).
const bundleSemantics = "BUNDLE"

// maxOfferBytes bounds an offer; a browser's is about 6 KiB.
const maxOfferBytes = 64 << 10

// The fixed m-lines of an offer, by index.
const (
	lineAudio = iota
	lineCamera
	lineMirror
	lineScreen
	lineData
	lineCount
)

// lineRule is what the m-line of an index has to be.
type lineRule struct {
	name      string
	media     string
	direction string
}

// lineRules returns the rules by index.
func lineRules() [lineCount]lineRule {
	return [lineCount]lineRule{
		lineAudio:  {"audio", "audio", sdp.AttrKeySendRecv},
		lineCamera: {"camera", "video", sdp.AttrKeySendRecv},
		lineMirror: {"mirror", "video", sdp.AttrKeyRecvOnly},
		lineScreen: {"screen", "video", sdp.AttrKeyInactive},
		lineData:   {"data channel", "application", ""},
	}
}

// offer is what the server needs to know of a valid offer.
type offer struct {
	mids  [lineCount]string
	ssrcs map[uint32]bool // every SSRC that the browser declared, retransmissions included
	down  frame.Codec     // what the viewer should get
}

// parseOffer checks an offer against the fixed m-lines of the protocol and says what it holds. It is a pure
// function of bytes from the network; every failure is an *Error.
func parseOffer(text string, h264 bool) (*offer, error) {
	if len(text) > maxOfferBytes {
		return nil, badSDP("the offer is too long", nil)
	}
	var desc sdp.SessionDescription
	if err := desc.UnmarshalString(text); err != nil {
		return nil, badSDP("the offer cannot be parsed", err)
	}
	if n := len(desc.MediaDescriptions); n != lineCount {
		return nil, badSDP(fmt.Sprintf("%d m-lines, want %d", n, lineCount), nil)
	}
	o := &offer{ssrcs: make(map[uint32]bool)}
	for i, rule := range lineRules() {
		if err := o.addLine(i, rule, &desc); err != nil {
			return nil, badSDP(fmt.Sprintf("m-line %d (%s): %v", i, rule.name, err), nil)
		}
	}
	if err := checkBundle(&desc, o.mids); err != nil {
		return nil, badSDP(err.Error(), nil)
	}
	if err := o.chooseCodecs(&desc, h264); err != nil {
		return nil, err
	}
	return o, nil
}

// addLine checks the m-line i and notes its mid and SSRCs.
func (o *offer) addLine(i int, rule lineRule, desc *sdp.SessionDescription) error {
	m := desc.MediaDescriptions[i]
	if m.MediaName.Media != rule.media {
		return fmt.Errorf("is %.20q, want %s", m.MediaName.Media, rule.media)
	}
	mid, _ := m.Attribute(sdp.AttrKeyMID)
	if mid == "" || len(mid) > 32 {
		return fmt.Errorf("mid is missing or too long")
	}
	if slices.Contains(o.mids[:i], mid) {
		return fmt.Errorf("mid occurs twice")
	}
	o.mids[i] = mid
	if i == lineData {
		return checkDataLine(m)
	}
	if got := direction(desc, m); got != rule.direction {
		return fmt.Errorf("is %s, want %s", got, rule.direction)
	}
	if i == lineScreen {
		return nil
	}
	return o.addMedia(i, m)
}

// addMedia checks an active audio or video line.
func (o *offer) addMedia(i int, m *sdp.MediaDescription) error {
	if !slices.Equal(m.MediaName.Protos, []string{"UDP", "TLS", "RTP", "SAVPF"}) {
		return fmt.Errorf("protocol is not UDP/TLS/RTP/SAVPF")
	}
	if _, bundleOnly := m.Attribute("bundle-only"); m.MediaName.Port.Value == 0 && !bundleOnly {
		return fmt.Errorf("is rejected")
	}
	for _, a := range m.Attributes {
		if a.Key == "rid" || a.Key == "simulcast" {
			return fmt.Errorf("simulcast is not served")
		}
	}
	declared, err := declaredSSRCs(m)
	if err != nil {
		return err
	}
	if i == lineMirror {
		return nil
	}
	for _, ssrc := range declared {
		if o.ssrcs[ssrc] {
			return fmt.Errorf("ssrc %d occurs twice", ssrc)
		}
		o.ssrcs[ssrc] = true
	}
	return nil
}

// declaredSSRCs lists the SSRCs of an m-line: at most one of media, with at most one of retransmissions.
func declaredSSRCs(m *sdp.MediaDescription) ([]uint32, error) {
	var all, repairs []uint32
	for _, a := range m.Attributes {
		switch a.Key {
		case sdp.AttrKeySSRC:
			field, _, _ := strings.Cut(a.Value, " ")
			n, err := strconv.ParseUint(field, 10, 32)
			if err != nil || n == 0 {
				return nil, fmt.Errorf("ssrc is not a number above 0")
			}
			if !slices.Contains(all, uint32(n)) {
				all = append(all, uint32(n))
			}
		case sdp.AttrKeySSRCGroup:
			fields := strings.Fields(a.Value)
			if len(fields) != 3 || fields[0] != sdp.SemanticTokenFlowIdentification {
				return nil, fmt.Errorf("ssrc-group is not FID of two")
			}
			n, err := strconv.ParseUint(fields[2], 10, 32)
			if err != nil {
				return nil, fmt.Errorf("ssrc-group holds no number")
			}
			repairs = append(repairs, uint32(n))
		}
		if len(repairs) > 1 || len(all) > 2 {
			return nil, fmt.Errorf("more than one stream")
		}
	}
	if len(all)-len(repairs) > 1 {
		return nil, fmt.Errorf("more than one stream")
	}
	return all, nil
}

func checkDataLine(m *sdp.MediaDescription) error {
	if !slices.Equal(m.MediaName.Protos, []string{"UDP", "DTLS", "SCTP"}) ||
		!slices.Equal(m.MediaName.Formats, []string{"webrtc-datachannel"}) {
		return fmt.Errorf("is not UDP/DTLS/SCTP webrtc-datachannel")
	}
	return nil
}

// direction is the m-line's own, else the session's, else sendrecv (RFC 8866, 6.7).
func direction(desc *sdp.SessionDescription, m *sdp.MediaDescription) string {
	dirs := []string{sdp.AttrKeySendRecv, sdp.AttrKeySendOnly, sdp.AttrKeyRecvOnly, sdp.AttrKeyInactive}
	for _, attrs := range [][]sdp.Attribute{m.Attributes, desc.Attributes} {
		for _, a := range attrs {
			if slices.Contains(dirs, a.Key) {
				return a.Key
			}
		}
	}
	return sdp.AttrKeySendRecv
}

// checkBundle: all lines share one transport, whose credentials and fingerprint the offer names.
func checkBundle(desc *sdp.SessionDescription, mids [lineCount]string) error {
	group, _ := desc.Attribute(sdp.AttrKeyGroup)
	fields := strings.Fields(group)
	if len(fields) == 0 || fields[0] != bundleSemantics {
		return fmt.Errorf("there is no BUNDLE group")
	}
	for i, mid := range mids {
		if i != lineScreen && !slices.Contains(fields[1:], mid) {
			return fmt.Errorf("m-line %d is outside the BUNDLE group", i)
		}
	}
	for _, key := range []string{"ice-ufrag", "ice-pwd", "fingerprint"} {
		_, inSession := desc.Attribute(key)
		_, inFirst := desc.MediaDescriptions[lineAudio].Attribute(key)
		if !inSession && !inFirst {
			return fmt.Errorf("%s is missing", key)
		}
	}
	return nil
}

// chooseCodecs sets what the viewer gets: VP8, unless the viewer prefers H.264 and the operator allows it, or
// has no VP8.
func (o *offer) chooseCodecs(desc *sdp.SessionDescription, h264 bool) error {
	if !slices.Contains(codecNames(desc.MediaDescriptions[lineAudio]), "opus") {
		return &Error{Code: CodeCodecUnsupported, Text: "Opus is needed for audio"}
	}
	for _, i := range []int{lineCamera, lineMirror} {
		names := codecNames(desc.MediaDescriptions[i])
		if !slices.Contains(names, "vp8") && !slices.Contains(names, "vp9") {
			return &Error{Code: CodeCodecUnsupported, Text: "VP8 or VP9 is needed for video"}
		}
	}
	for _, name := range codecNames(desc.MediaDescriptions[lineCamera]) {
		switch {
		case name == "h264" && h264:
			o.down = frame.H264
			return nil
		case name == "vp8":
			o.down = frame.VP8
			return nil
		case name == "vp9" && o.down == 0:
			o.down = frame.VP9
		}
	}
	return nil
}

// codecNames lists the codecs of an m-line in the order of preference, lower case. H.264 counts only in the
// form that the server can send: packetization mode 1.
func codecNames(m *sdp.MediaDescription) []string {
	maps, params := make(map[string]string), make(map[string]string)
	for _, a := range m.Attributes {
		pt, value, ok := strings.Cut(a.Value, " ")
		switch {
		case !ok:
		case a.Key == "rtpmap":
			name, _, _ := strings.Cut(value, "/")
			maps[pt] = strings.ToLower(name)
		case a.Key == "fmtp":
			params[pt] = value
		}
	}
	names := make([]string, 0, len(m.MediaName.Formats))
	for _, pt := range m.MediaName.Formats {
		name, ok := maps[pt]
		if ok && (name != "h264" || strings.Contains(params[pt], "packetization-mode=1")) {
			names = append(names, name)
		}
	}
	return names
}
