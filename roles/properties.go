package roles

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"unicode/utf8"
)

// The bounds of the properties of one role or one assignment.
const (
	MaxProperties      = 32
	maxPropertiesBytes = 4 << 10 // as JSON
)

// errNotValue and those below don't repeat what was given, which people typed.
var (
	errNotValue      = errors.New("roles: a property's value is true, false, a text, or a list of texts")
	errNotProperties = errors.New("roles: properties are a JSON object of names and values")
	errPropertyName  = errors.New("roles: a property's name is 1 to 64 lower-case letters, digits and underscores, a letter first")
	errPropertyTwice = errors.New("roles: a property is there twice")
	errPropertyText  = errors.New("roles: a property's text isn't valid UTF-8")
)

// Properties is a set of named values: what an assignment has beside its role,
// scope and period. It is immutable, and comparable: == holds exactly when the
// names and values are the same. The zero value has no properties.
//
// What may be in it is for [Role.ValidateProperties] to say. The type itself
// bounds it to [MaxProperties] and 4 KiB of JSON.
type Properties struct{ text string } // canonical JSON; "" for none

// NewProperties returns the set of the values given; a zero Value is left out.
// It fails when a name isn't of the alphabet of names, a text isn't UTF-8, or
// there is more than fits.
func NewProperties(values map[string]Value) (Properties, error) {
	b := []byte{'{'}
	count := 0
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := values[name]
		switch {
		case !validName(name):
			return Properties{}, errPropertyName
		case v.IsZero():
			continue
		case !utf8.ValidString(v.text):
			return Properties{}, errPropertyText
		}
		if count++; count > 1 {
			b = append(b, ',')
		}
		b = append(appendJSONText(b, name), ':')
		b = append(b, v.text...)
	}
	b = append(b, '}')
	switch {
	case count == 0:
		return Properties{}, nil
	case count > MaxProperties:
		return Properties{}, fmt.Errorf("roles: there are at most %d properties, here %d", MaxProperties, count)
	case len(b) > maxPropertiesBytes:
		return Properties{}, fmt.Errorf("roles: properties have at most %d bytes of JSON, these %d", maxPropertiesBytes, len(b))
	}
	return Properties{string(b)}, nil
}

// MustProperties is [NewProperties] for tests and examples; it panics where
// that returns an error.
func MustProperties(values map[string]Value) Properties {
	p, err := NewProperties(values)
	if err != nil {
		panic(err)
	}
	return p
}

// ParseProperties reads what [Properties.Text] wrote, or any JSON object that
// says the same: order, spaces and repeats in a list don't count. A name that
// is there twice is refused.
func ParseProperties(s string) (Properties, error) {
	if s == "" {
		return Properties{}, nil
	}
	if len(s) > 16*maxPropertiesBytes { // before working on it; no spelling of 4 KiB is that long but for spaces
		return Properties{}, fmt.Errorf("roles: properties have at most %d bytes of JSON", maxPropertiesBytes)
	}
	n, err := parseJSON([]byte(s))
	if err != nil || n.kind != jsonObject {
		return Properties{}, errNotProperties
	}
	values := make(map[string]Value, len(n.items))
	for i, name := range n.keys {
		if _, twice := values[name]; twice {
			return Properties{}, errPropertyTwice
		}
		if values[name], err = valueOf(n.items[i]); err != nil {
			return Properties{}, err
		}
	}
	return NewProperties(values)
}

// IsZero reports whether there are no properties.
func (p Properties) IsZero() bool { return p.text == "" }

// Len returns how many properties there are.
func (p Properties) Len() int { return len(p.node().keys) }

// Get returns the value of a property, and false when there is none by that
// name.
func (p Properties) Get(name string) (Value, bool) {
	for key, v := range p.All() {
		if key == name {
			return v, true
		}
	}
	return Value{}, false
}

// All yields the properties in the order of their names.
func (p Properties) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		n := p.node()
		for i, name := range n.keys {
			v, err := valueOf(n.items[i])
			if err != nil || !yield(name, v) { // no Properties is made of anything but values
				return
			}
		}
	}
}

func (p Properties) node() jsonNode {
	if p.IsZero() {
		return jsonNode{}
	}
	n, err := parseJSON([]byte(p.text))
	if err != nil { // no Properties is made of anything else
		return jsonNode{}
	}
	return n
}

// Text returns the properties as stores keep them: JSON in one writing for one
// content, and "" for none. [ParseProperties] reads it.
func (p Properties) Text() string { return p.text }

// String returns the properties as JSON, "{}" when there are none.
func (p Properties) String() string {
	if p.IsZero() {
		return "{}"
	}
	return p.text
}

// MarshalJSON writes an object with the values by name, sorted.
func (p Properties) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads what [ParseProperties] reads; null changes nothing.
func (p *Properties) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	read, err := ParseProperties(string(data))
	if err == nil {
		*p = read
	}
	return err
}
