package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/pp-enter/pp-enter/api/social"
)

// Subprotocol names the protocol and its version in the WebSocket handshake.
const Subprotocol = "pp-enter.notify.v1"

// Version is the number in the first message.
const Version = 1

// MaxMessage is the size of a client's longest message, in bytes: an access token fits.
const MaxMessage = 4 << 10

// The types of the messages that the hub itself makes; those of events are named by who pushes them.
const (
	KindHello = "hello"
	KindPong  = "pong"
	KindBye   = "bye"
)

// The messages of a client, one struct each. A pointer field must be present in the JSON.
type (
	// Hello shows an access token, where the cookie did not. Without one it only says that none will come.
	Hello struct {
		Type  string `json:"type"`
		Token string `json:"token,omitempty"`
	}
	// Ping asks for a Pong with the same number.
	Ping struct {
		Type string   `json:"type"`
		T    *float64 `json:"t"`
	}
)

// Pong answers a Ping.
type Pong struct {
	T float64 `json:"t"`
}

// Bye is the last message. The code is one of those below, or that of a refused token.
type Bye struct {
	Code social.Code `json:"code"`
}

// Why the hub ends a socket, where it is not the refusal of a token.
const (
	CodeShutdown      social.Code = "shutdown"
	CodeReplaced      social.Code = "replaced" // by newer sockets of the same user
	CodeOverflow      social.Code = "too_slow" // what the client did not read was too much
	CodeHelloExpected social.Code = "hello_expected"
	CodeBadMessage    social.Code = "bad_message"
	CodeMessageTooBig social.Code = "message_too_big"
	CodeRateLimited   social.Code = "rate_limited"
	CodeInternal      social.Code = "internal"

	CodeLoginRequired = social.CodeLoginRequired
	CodeTokenExpired  = social.CodeTokenExpired
	CodeSessionEnded  = social.CodeSessionEnded
)

// Why a socket is not opened; told over HTTP.
const (
	CodeProtocol       social.Code = "protocol_unsupported"
	CodeTooManySockets social.Code = "too_many_sockets"
)

// errMessage says that a client's message makes no sense.
var errMessage = errors.New("message makes no sense")

// Decode reads one message of a client, strictly: a *Hello or a *Ping with nothing but its fields.
func Decode(data []byte) (any, error) {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("%w: %w", errMessage, err)
	}
	switch head.Type {
	case "hello":
		m := &Hello{}
		return m, strict(data, m)
	case "ping":
		m := &Ping{}
		if err := strict(data, m); err != nil {
			return nil, err
		}
		if m.T == nil {
			return nil, fmt.Errorf("%w: a ping needs t", errMessage)
		}
		return m, nil
	}
	return nil, fmt.Errorf("%w: no such type", errMessage)
}

func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", errMessage, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: more than one value", errMessage)
	}
	return nil
}

// Encode makes a message of the server: body, which must be an object, with its type before its fields.
func Encode(kind string, body any) ([]byte, error) {
	fields, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	if len(fields) < 2 || fields[0] != '{' {
		return nil, fmt.Errorf("encode %s: the body is not an object", kind)
	}
	out := append([]byte(`{"type":`), strconv.Quote(kind)...)
	if len(fields) > 2 {
		out = append(out, ',')
	}
	return append(out, fields[1:]...), nil
}
