package roles

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Value is the answer to one property: yes or no, a text, a day, or choices.
// It is immutable and comparable; the zero Value is no answer. A day and a
// single choice are kept as their texts, so that [On] and [Words] of the same
// text are the same Value, and the [Property] says which it is.
type Value struct{ text string } // canonical JSON

// Is is the answer to a property of kind [YesNo].
func Is(yes bool) Value {
	if yes {
		return Value{"true"}
	}
	return Value{"false"}
}

// Words is the answer to a property of kind [TextProperty].
func Words(s string) Value { return Value{string(appendJSONText(nil, s))} }

// On is the answer to a property of kind [DateProperty]. The zero Date gives
// the zero Value; a day that the calendar lacks is left for
// [Role.ValidateProperties] to find.
func On(d Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Words(d.String())
}

// Choice is the answer to a property of kind [OneOf].
func Choice(option string) Value { return Words(option) }

// Choices is the answer to a property of kind [ManyOf]. The order of the
// options doesn't count, nor that one is named twice. None of them is an answer
// too: the empty choice.
func Choices(options ...string) Value {
	sorted := slices.Clone(options)
	slices.Sort(sorted)
	b := []byte{'['}
	for i, s := range slices.Compact(sorted) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSONText(b, s)
	}
	return Value{string(append(b, ']'))}
}

// IsZero reports whether v is no answer.
func (v Value) IsZero() bool { return v.text == "" }

// Bool returns what [Is] was given, and false when the value is no yes or no.
func (v Value) Bool() (yes, ok bool) {
	return v.text == "true", v.text == "true" || v.text == "false"
}

// Text returns the text of [Words], [Choice] or [On], and false for anything
// else.
func (v Value) Text() (s string, ok bool) {
	n := v.node()
	return n.text, n.kind == jsonText
}

// Date returns the day of [On], and false when the value is none.
func (v Value) Date() (Date, bool) {
	s, _ := v.Text()
	d, err := ParseDate(s)
	return d, err == nil
}

// Choices returns the options of [Choices], sorted and without repeats, and
// false for anything else.
func (v Value) Choices() (options []string, ok bool) {
	n := v.node()
	for _, item := range n.items {
		options = append(options, item.text)
	}
	return options, n.kind == jsonList
}

func (v Value) node() jsonNode {
	if v.IsZero() {
		return jsonNode{}
	}
	n, err := parseJSON([]byte(v.text))
	if err != nil { // no Value is made of anything else
		return jsonNode{}
	}
	return n
}

// String returns "true" or "false", the text, or the options with commas
// between them; "" for the zero Value.
func (v Value) String() string {
	if options, ok := v.Choices(); ok {
		return strings.Join(options, ", ")
	}
	if s, ok := v.Text(); ok {
		return s
	}
	return v.text
}

// MarshalJSON writes true or false, a string, or an array of strings; null for
// the zero Value.
func (v Value) MarshalJSON() ([]byte, error) {
	switch {
	case v.IsZero():
		return []byte("null"), nil
	case !utf8.ValidString(v.text):
		return nil, errPropertyText
	}
	return []byte(v.text), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Value) UnmarshalJSON(data []byte) error {
	n, err := parseJSON(data)
	if err != nil {
		return errNotValue
	}
	if n.kind == jsonNull {
		*v = Value{}
		return nil
	}
	read, err := valueOf(n)
	if err == nil {
		*v = read
	}
	return err
}

func valueOf(n jsonNode) (Value, error) {
	switch n.kind {
	case jsonTrue, jsonFalse:
		return Is(n.kind == jsonTrue), nil
	case jsonText:
		return Words(n.text), nil
	case jsonList:
		options := make([]string, 0, len(n.items))
		for _, item := range n.items {
			if item.kind != jsonText {
				return Value{}, errNotValue
			}
			options = append(options, item.text)
		}
		return Choices(options...), nil
	default:
		return Value{}, errNotValue
	}
}
