package handler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// What the standard library would let pass, and mend in a way that the client does not expect.
var (
	errNotUTF8  = errors.New("it is not UTF-8")
	errHalfPair = errors.New("it holds one half of a surrogate pair")
)

// StrictJSON reads JSON as RFC 7493 (I-JSON) wants it: in UTF-8, without halves of surrogate pairs, for
// both of which the standard library would quietly put other characters, and without a name that comes
// twice in an object, of which it would take the last.
func StrictJSON(text []byte, into any) error {
	switch {
	case !utf8.Valid(text):
		return errNotUTF8
	case halfPair(text):
		return errHalfPair
	}
	if err := json.Unmarshal(text, into); err != nil {
		return err // before the names are looked at: from here on the text is well formed
	}
	return uniqueNames(text)
}

// halfPair tells whether a \u escape stands for half of a character.
func halfPair(text []byte) bool {
	open := false // the escape just before was a first half
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			if open {
				return true
			}
			continue
		}
		unit := uint64(0)
		if text[i+1] == 'u' && i+6 <= len(text) {
			// What is no number is for the decoder to refuse.
			unit, _ = strconv.ParseUint(string(text[i+2:i+6]), 16, 16)
			i += 4
		}
		i++
		second := unit >= 0xdc00 && unit < 0xe000
		if second != open {
			return true
		}
		open = unit >= 0xd800 && unit < 0xdc00
	}
	return open
}

// uniqueNames looks for a name that comes twice in an object of a text that is well formed.
func uniqueNames(text []byte) error {
	type level struct {
		names map[string]bool // nil in a list
		value bool            // a name was read, and its value comes next
	}
	var levels []level
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	for {
		token, err := dec.Token()
		if err != nil {
			return nil //nolint:nilerr // the end: the text is well formed
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			levels = levels[:len(levels)-1]
			continue
		}
		if n := len(levels); n > 0 && levels[n-1].names != nil {
			at := &levels[n-1]
			if name, ok := token.(string); ok && !at.value {
				if at.names[name] {
					return fmt.Errorf("the name %q comes twice", name)
				}
				at.names[name], at.value = true, true
				continue
			}
			at.value = false
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{names: map[string]bool{}})
		case json.Delim('['):
			levels = append(levels, level{})
		}
	}
}
