package sqlstore

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The types below are how a field of a row takes in what a driver gives:
// (*timeColumn)(&row.CreatedAt) is a place to scan into. They cost neither
// reflection nor an allocation, copy whatever belongs to the driver, and make
// the field's zero value of NULL. Their errors never repeat the value.

// valueError is a value in the database that this package didn't write, or one
// that it can't.
type valueError struct{ want, have string }

func (e *valueError) Error() string { return fmt.Sprintf("not %s: a %s", e.want, e.have) }

func unexpected(want string, src any) error { return &valueError{want, fmt.Sprintf("%T", src)} }

// text returns what drivers give for a text: a string or bytes.
func text(src any) (string, bool) {
	switch v := src.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	case nil:
		return "", true
	}
	return "", false
}

// integer returns what drivers give for an integer. MySQL's sends digits when
// a statement isn't prepared.
func integer(src any) (int64, error) {
	switch v := src.(type) {
	case int64:
		return v, nil
	case nil:
		return 0, nil
	}
	if s, ok := text(src); ok {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, unexpected("an integer", src)
}

type textColumn string

func (c *textColumn) Scan(src any) error {
	s, ok := text(src)
	if !ok {
		return unexpected("a text", src)
	}
	*c = textColumn(s)
	return nil
}

type intColumn int

func (c *intColumn) Scan(src any) error {
	n, err := integer(src)
	*c = intColumn(n)
	return err
}

type wideColumn int64

func (c *wideColumn) Scan(src any) error {
	n, err := integer(src)
	*c = wideColumn(n)
	return err
}

type countColumn uint64

func (c *countColumn) Scan(src any) error {
	n, err := integer(src)
	*c = countColumn(n)
	return err
}

type bitsColumn uint8

func (c *bitsColumn) Scan(src any) error {
	n, err := integer(src)
	*c = bitsColumn(n)
	return err
}

type idColumn uuid.UUID

func (c *idColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = idColumn{}
		return nil
	case []byte:
		if len(v) == len(c) {
			copy(c[:], v)
			return nil
		}
	}
	if s, ok := text(src); ok {
		if id, err := uuid.Parse(s); err == nil {
			*c = idColumn(id)
			return nil
		}
	}
	return unexpected("an id", src)
}

type hashColumn [32]byte

func (c *hashColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = hashColumn{}
		return nil
	case []byte:
		if len(v) == len(c) {
			copy(c[:], v)
			return nil
		}
	}
	return unexpected("a hash", src)
}

type bytesColumn []byte

func (c *bytesColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = nil
	case []byte:
		*c = append(bytesColumn(nil), v...)
	default:
		return unexpected("bytes", src)
	}
	return nil
}

type timeColumn time.Time

func (c *timeColumn) Scan(src any) error {
	if src == nil {
		*c = timeColumn{}
		return nil
	}
	micros, err := integer(src)
	*c = timeColumn(instant(micros))
	return err
}

// instant returns the time of a number of microseconds.
func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

type dayColumn roles.Date

func (c *dayColumn) Scan(src any) error {
	n, err := integer(src)
	*c = dayColumn{int(n / 10_000), time.Month(n / 100 % 100), int(n % 100)}
	return err
}

// firstDayColumn and lastDayColumn take in a period, in this order.
type (
	firstDayColumn roles.Period
	lastDayColumn  roles.Period
)

func (c *firstDayColumn) Scan(src any) error {
	var first dayColumn
	if err := first.Scan(src); err != nil {
		return err
	}
	*c = firstDayColumn{}
	if src != nil {
		*c = firstDayColumn(roles.From(roles.Date(first)))
	}
	return nil
}

func (c *lastDayColumn) Scan(src any) error {
	if src == nil {
		return nil
	}
	var last dayColumn
	err := last.Scan(src)
	*c = lastDayColumn(roles.Between(roles.Period(*c).Start(), roles.Date(last)))
	return err
}

type mapColumn map[string]string

func (c *mapColumn) Scan(src any) error {
	*c = nil
	if src == nil {
		return nil
	}
	s, ok := text(src)
	if !ok || json.Unmarshal([]byte(s), (*map[string]string)(c)) != nil {
		return unexpected("a map in JSON", src)
	}
	return nil
}

type itemsColumn []accessmgmt.Item

func (c *itemsColumn) Scan(src any) error {
	*c = nil
	if src == nil {
		return nil
	}
	s, ok := text(src)
	if !ok || json.Unmarshal([]byte(s), (*[]accessmgmt.Item)(c)) != nil {
		return unexpected("what a message tells in JSON", src)
	}
	return nil
}

type boolColumn bool

func (c *boolColumn) Scan(src any) error {
	n, err := integer(src)
	*c = n != 0
	return err
}

// parsed returns what a text says, and the zero value for none. want says what it
// should say; the parser's own error could repeat the text.
func parsed[T any](src any, parse func(string) (T, error), want string) (value T, err error) {
	s, ok := text(src)
	if ok && s == "" {
		return value, nil
	}
	value, err = parse(s)
	if !ok || err != nil {
		return *new(T), unexpected(want, src)
	}
	return value, nil
}

type propertiesColumn roles.Properties

func (c *propertiesColumn) Scan(src any) error {
	properties, err := parsed(src, roles.ParseProperties, "properties in JSON")
	*c = propertiesColumn(properties)
	return err
}

type unitNumberColumn accessmgmt.EstablishmentUnitNumber

func (c *unitNumberColumn) Scan(src any) error {
	number, err := parsed(src, accessmgmt.ParseEstablishmentUnitNumber, "an establishment unit number")
	*c = unitNumberColumn(number)
	return err
}

type emailColumn invitation.Email

func (c *emailColumn) Scan(src any) error {
	email, err := parsed(src, invitation.ParseEmail, "an e-mail address")
	*c = emailColumn(email)
	return err
}

type assuranceColumn accessmgmt.Assurance

func (c *assuranceColumn) Scan(src any) error {
	s, ok := text(src)
	if !ok || (*accessmgmt.Assurance)(c).UnmarshalText([]byte(s)) != nil {
		return unexpected("a level of assurance", src)
	}
	return nil
}

// nowhere takes in a column that was read before.
type nowhere struct{}

func (nowhere) Scan(any) error { return nil }
