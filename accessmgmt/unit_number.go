package accessmgmt

import (
	"errors"
	"strings"
)

// EstablishmentUnitNumber is the number of an establishment unit, a place
// where an enterprise works, in the Crossroads Bank for Enterprises: ten
// digits, the first from 2 to 8, the last two check digits. It is comparable.
// The zero EstablishmentUnitNumber is no number.
//
// A unit can move to another enterprise and keeps its number then (decision
// D8), so the number alone doesn't say whose it is.
type EstablishmentUnitNumber struct{ digits string }

// ParseEstablishmentUnitNumber reads a number in one of its spellings:
//
//	2147812701    2.147.812.701    2 147 812 701
//
// Separators stand in all three places or in none; each may be a dot or a
// space. White space around the whole is cut off. The error tells when s is an
// enterprise number instead.
func ParseEstablishmentUnitNumber(s string) (EstablishmentUnitNumber, error) {
	digits, reason := unitDigits(s)
	if reason == "" {
		return EstablishmentUnitNumber{digits}, nil
	}
	if _, other := enterpriseDigits(s); other == "" {
		reason = "it is the number of an enterprise"
	}
	return EstablishmentUnitNumber{}, errors.New("accessmgmt: not an establishment unit number: " + reason)
}

// MustParseEstablishmentUnitNumber is [ParseEstablishmentUnitNumber] for tests
// and examples; it panics where that returns an error.
func MustParseEstablishmentUnitNumber(s string) EstablishmentUnitNumber {
	n, err := ParseEstablishmentUnitNumber(s)
	if err != nil {
		panic(err)
	}
	return n
}

// IsZero reports whether n is no number.
func (n EstablishmentUnitNumber) IsZero() bool { return n.digits == "" }

// String returns the number as people read it, "2.147.812.701"; "" for zero.
func (n EstablishmentUnitNumber) String() string {
	if n.IsZero() {
		return ""
	}
	return n.digits[:1] + "." + n.digits[1:4] + "." + n.digits[4:7] + "." + n.digits[7:]
}

// Digits returns the ten digits alone, "2147812701", which is the form for
// storage and exchange; "" for zero.
func (n EstablishmentUnitNumber) Digits() string { return n.digits }

// Compare orders by the digits; zero comes first.
func (n EstablishmentUnitNumber) Compare(other EstablishmentUnitNumber) int {
	return strings.Compare(n.digits, other.digits)
}

// MarshalText writes [EstablishmentUnitNumber.Digits], as the federal JSON
// property establishmentUnitNumber wants it.
func (n EstablishmentUnitNumber) MarshalText() ([]byte, error) { return []byte(n.digits), nil }

// UnmarshalText reads what [ParseEstablishmentUnitNumber] reads; no text is
// zero.
func (n *EstablishmentUnitNumber) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*n = EstablishmentUnitNumber{}
		return nil
	}
	parsed, err := ParseEstablishmentUnitNumber(string(text))
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}

// unitDigits returns the ten digits of an establishment unit number, or why s
// isn't one.
func unitDigits(s string) (digits, reason string) {
	digits, ok := digitsOf(plainSpaces(s), "0000000000", "0.000.000.000")
	switch {
	case !ok:
		return "", "it isn't written like 2.147.812.701"
	case digits[0] < '2' || digits[0] > '8':
		return "", "its first digit isn't from 2 to 8"
	case !modulo97(digits):
		return "", "its check digits are wrong"
	}
	return digits, ""
}
