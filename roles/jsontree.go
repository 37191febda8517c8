package roles

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

type jsonKind int

const (
	jsonNothing jsonKind = iota // the zero jsonNode: no JSON at all
	jsonNull
	jsonTrue
	jsonFalse
	jsonNumber
	jsonText
	jsonList
	jsonObject
)

// jsonNode is a JSON value that has lost nothing: encoding/json would let the
// last of two equal keys win and not say where a value of the wrong type is.
type jsonNode struct {
	kind  jsonKind
	text  string     // of a text or a number
	keys  []string   // of an object, as written
	items []jsonNode // of a list, or the values of an object
}

// parseJSON reads one JSON value. It refuses what encoding/json would replace
// by U+FFFD: bytes that aren't UTF-8, and halves of surrogate pairs.
func parseJSON(data []byte) (jsonNode, error) {
	if !utf8.Valid(data) {
		return jsonNode{}, errors.New("not valid UTF-8")
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return jsonNode{}, placed(data, err)
	}
	if at := loneSurrogate(data); at >= 0 {
		return jsonNode{}, fmt.Errorf("%s: half of a surrogate pair, which is no character", lineAndColumn(data, at))
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return readNode(decoder)
}

func readNode(decoder *json.Decoder) (jsonNode, error) {
	token, err := decoder.Token()
	if err != nil {
		return jsonNode{}, err
	}
	switch v := token.(type) {
	case nil:
		return jsonNode{kind: jsonNull}, nil
	case bool:
		if v {
			return jsonNode{kind: jsonTrue}, nil
		}
		return jsonNode{kind: jsonFalse}, nil
	case json.Number:
		return jsonNode{kind: jsonNumber, text: v.String()}, nil
	case string:
		return jsonNode{kind: jsonText, text: v}, nil
	}
	n := jsonNode{kind: jsonList}
	if token == json.Delim('{') {
		n.kind = jsonObject
	}
	for decoder.More() {
		if n.kind == jsonObject {
			key, err := readNode(decoder)
			if err != nil {
				return jsonNode{}, err
			}
			n.keys = append(n.keys, key.text)
		}
		item, err := readNode(decoder)
		if err != nil {
			return jsonNode{}, err
		}
		n.items = append(n.items, item)
	}
	_, err = decoder.Token() // the closing bracket
	return n, err
}

// placed says where a syntax error is, by line and column.
func placed(data []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	at := max(0, min(int(syntax.Offset), len(data))-1)
	return fmt.Errorf("%s: %w", lineAndColumn(data, at), err)
}

// lineAndColumn counts both from 1, the column in characters.
func lineAndColumn(data []byte, offset int) string {
	before := data[:offset]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("line %d, column %d", line, column)
}

// loneSurrogate returns where valid JSON has an escape \ud800 to \udfff that
// isn't one of a pair, or -1.
func loneSurrogate(data []byte) int {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' { // backslashes stand in texts only
			continue
		}
		first, ok := escaped(data[i:])
		switch {
		case !ok:
			i++ // the character that is escaped, which may be a backslash
		case first < 0xd800 || first > 0xdfff:
			i += 5
		default:
			second, ok := escaped(data[i+6:])
			if first > 0xdbff || !ok || second < 0xdc00 || second > 0xdfff {
				return i
			}
			i += 11
		}
	}
	return -1
}

// escaped reads \uXXXX at the start of data.
func escaped(data []byte) (unit uint16, ok bool) {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	return uint16(n), err == nil
}

// appendJSONText writes s in the one way that canonical texts have: nothing is
// escaped but what must be.
func appendJSONText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
