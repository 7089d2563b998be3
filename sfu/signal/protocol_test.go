package signal

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/pipeline"
	"github.com/pp-enter/pp-enter/sfu/room"
)

// clientExamples are one message of each type that a client sends. The front end's tests read the same files.
func clientExamples() map[string]any {
	yes, mid, line, t := true, "0", uint16(0), 12.5
	candidate := webrtc.ICECandidateInit{
		Candidate: "candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host", SDPMid: &mid, SDPMLineIndex: &line,
	}
	return map[string]any{
		"hello":         Hello{"hello", "signed.room.ticket"},
		"offer":         Offer{"offer", "v=0\r\n"},
		"candidate":     Candidate{"candidate", &candidate},
		"candidate_end": Candidate{"candidate", nil},
		"filter":        Filter{"filter", "picture", "beach", ""},
		"filter_own":    Filter{"filter", "picture", "own:42", ""},
		"filter_blur":   Filter{"filter", "blur", "", room.StrengthLight},
		"motion":        Motion{"motion", &yes},
		"consent":       Consent{"consent", &yes, 1},
		"share_mood":    ShareMood{"share_mood", &yes},
		"media":         Media{"media", &yes, &yes},
		"chat":          Chat{"chat", "c-1", "안녕하세요"},
		"ping":          Ping{"ping", &t},

		"capture_answer": CaptureAnswer{"capture_answer", "C5WXQ7ZV2M4K3JRT", room.AllowCall},
		"capture_allow":  CaptureAllow{"capture_allow", &yes},

		"leave": Leave{"leave"},
	}
}

// serverExamples are one message of each type that the server sends, on the socket and on the data channel.
func serverExamples() map[string]room.Message {
	a := room.ParticipantInfo{
		ID: "K3JQ7ZV2M5WXC4RT", Name: "지민", Audio: true, Video: true,
		Filter: room.FilterInfo{Mode: "mood", State: pipeline.Active}, MoodShared: true,
	}
	b := room.ParticipantInfo{
		ID: "B6YH2NQ4LD3FS7UA", Name: "Demo", Demo: true,
		Filter: room.FilterInfo{Mode: "picture", Picture: "beach", State: pipeline.Starting},
	}
	filters := room.Filters{
		Modes: []string{"off", "blur", "picture", "mood", "tint"},
		Pictures: []room.Picture{{
			ID: "beach", Name: map[string]string{"ko": "바닷가", "en": "Beach"},
			Colours: []string{"#8fd6f2", "#f6dfa6", "#5fc9e8"},
		}},
		Moods:       []string{"angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"},
		MoodEnabled: true, ConsentVersion: 1,
	}
	in := room.Info{ID: 42, Slug: "q7d2m4x9", Title: "Lunch"}
	welcome := room.Welcome{Protocol: 1, You: a, Peer: &b, Room: in, Filters: filters, GraceS: 20}
	alone := welcome
	alone.Peer = nil
	at := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	return map[string]room.Message{
		"welcome": welcome, "welcome_alone": alone,
		"answer":      Answer{SDP: "v=0\r\n"},
		"peer_joined": room.PeerJoined{Peer: b},
		"peer_away":   room.PeerAway{ParticipantID: b.ID, GraceS: 20},
		"peer_left":   room.PeerLeft{ParticipantID: b.ID, Reason: room.ReasonLost},
		"peer_media":  room.PeerMedia{ParticipantID: b.ID, Audio: true},
		"filter_state": room.FilterState{
			ParticipantID: a.ID, Mode: "picture", Picture: "beach", State: pipeline.Failed,
			Reason: pipeline.ReasonInferenceFailed,
		},
		"filter_state_blur": room.FilterState{
			ParticipantID: a.ID, Mode: "blur", Strength: room.StrengthLight, State: pipeline.Active,
		},
		"filter_state_own": room.FilterState{
			ParticipantID: b.ID, Mode: "picture", Picture: "own", State: pipeline.Active,
		},
		"filters":   room.FiltersChanged{Filters: filters},
		"peer_mood": room.PeerMood{ParticipantID: b.ID, Shared: true},
		"chat":      room.Chat{ID: "c-1", From: a.ID, Name: a.Name, Text: "안녕하세요", At: at},
		"capture_ask": room.CaptureAsk{
			ID: "C5WXQ7ZV2M4K3JRT", From: b.ID, Layout: room.LayoutBoth, Filtered: true, ExpiresS: 20,
		},
		"capture_result": room.CaptureResult{
			ID: "C5WXQ7ZV2M4K3JRT", By: b.ID, Layout: room.LayoutBoth, Filtered: true,
			Reason: room.CodeCaptureRefused,
		},
		"pong":  Pong{T: 12.5},
		"error": Error{Code: room.CodeConsentRequired, Message: "the mode mood needs a consent", Ref: "filter"},
		"bye":   room.Bye{Code: room.ByeReplaced},
		"mood":  room.Mood{ParticipantID: a.ID, Label: "happy", Confidence: 0.75, Scene: "happy"},
		"stats": room.Stats{ParticipantID: a.ID, FPS: 29.9, MS: 8.2, Dropped: 3},
	}
}

var update = flag.Bool("update", false, "write testdata/messages anew")

// The files are the wire format as others see it: a change of one is a change of the protocol.
func TestExamplesOnTheWire(t *testing.T) {
	files := map[string][]byte{}
	for name, m := range clientExamples() {
		body, err := json.Marshal(m)
		require.NoError(t, err)
		files["client_"+name+".json"] = body
	}
	for name, m := range serverExamples() {
		body, err := room.Encode(m)
		require.NoError(t, err)
		files["server_"+name+".json"] = body
	}
	dir := filepath.Join("testdata", "messages")
	for name, body := range files {
		path := filepath.Join(dir, name)
		if *update {
			require.NoError(t, os.WriteFile(path, append(body, '\n'), 0o600))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, strings.TrimSpace(string(want)), string(body), name)
	}
	there, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range there {
		require.Contains(t, files, f.Name(), "a file without a message")
	}
}

func TestEveryExampleOfAClientIsUnderstood(t *testing.T) {
	kinds := map[string]bool{}
	for name, m := range clientExamples() {
		body, err := json.Marshal(m)
		require.NoError(t, err)
		got, kind, err := Decode(body)
		require.NoError(t, err, name)
		again, err := json.Marshal(got)
		require.NoError(t, err)
		require.JSONEq(t, string(body), string(again))
		kinds[kind] = true
	}
	require.Len(t, kinds, len(requests()), "each type has an example")
}

// The tables of PROTOCOL.md and the code name the same types, and the same error codes.
func TestProtocolPageAgreesWithTheCode(t *testing.T) {
	page, err := os.ReadFile("PROTOCOL.md")
	require.NoError(t, err)
	clients := make([]string, 0, len(requests()))
	for kind := range requests() {
		clients = append(clients, kind)
	}
	require.ElementsMatch(t, clients, tableTypes(t, string(page), "### Client to server"))

	onSocket := tableTypes(t, string(page), "### Server to client")
	onChannel := tableTypes(t, string(page), "### The data channel")
	var servers []string
	for _, m := range serverExamples() {
		if !slices.Contains(servers, m.Kind()) {
			servers = append(servers, m.Kind())
		}
	}
	require.ElementsMatch(t, servers, append(onSocket, onChannel...))

	codes := section(t, string(page), "### Error codes")
	for _, c := range errorCodes() {
		require.Contains(t, codes, "`"+string(c)+"`")
	}
	require.Len(t, regexp.MustCompile("`[a-z_]+`").FindAllString(codes, -1), len(errorCodes()))
}

func errorCodes() []room.Code {
	return []room.Code{
		room.CodeRoomFull, room.CodeTicketExpired, room.CodeBadSDP, room.CodeCodecUnsupported,
		room.CodeBadCandidate, room.CodeConsentRequired, room.CodeMoodDisabled, room.CodeUnknownMode,
		room.CodeUnknownPicture, room.CodeUnknownStrength, room.CodeChatTooLong, room.CodeRateLimited,
		room.CodeReplaced, room.CodeBadMessage, room.CodeInternal, room.CodeRoomNotFound,
		room.CodeCaptureAlone, room.CodeCaptureBusy, room.CodeCaptureRefused, room.CodeCaptureUnanswered,
		room.CodeCaptureFailed, room.CodeCaptureOver,
		CodeUnknownType, CodeMessageTooBig, CodeHelloExpected, CodeTicketInvalid,
	}
}

// section is the text from a heading to the next one.
func section(t *testing.T, page, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, heading+"\n")
	require.True(t, ok, heading)
	text, _, _ := strings.Cut(rest, "\n#")
	return text
}

// tableTypes reads the first column of the section's table.
func tableTypes(t *testing.T, page, heading string) (types []string) {
	t.Helper()
	row := regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")
	for _, m := range row.FindAllStringSubmatch(section(t, page, heading), -1) {
		types = append(types, m[1])
	}
	require.NotEmpty(t, types)
	return types
}
