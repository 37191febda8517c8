package accessmgmt

import (
	"errors"
	"strconv"
	"strings"
)

// EnterpriseNumber is the number of an enterprise in the Crossroads Bank for
// Enterprises (BCE, KBO, ZDU): ten digits, the first 0 or 1, the last two
// check digits. It is comparable. The zero EnterpriseNumber is no number.
//
// A number that parses is well formed; whether an enterprise has it, only the
// Crossroads Bank knows.
type EnterpriseNumber struct{ digits string }

// ParseEnterpriseNumber reads a number in one of its spellings:
//
//	0884303369    0884.303.369    0884 303 369
//	884303369     884.303.369     884 303 369     as written before 2003
//
// each also with BE, or BE and a space, before it, in either case. Separators
// stand in both places or in none; each may be a dot or a space. White space
// around the whole is cut off. The error tells when s is the number of an
// establishment unit instead.
func ParseEnterpriseNumber(s string) (EnterpriseNumber, error) {
	digits, reason := enterpriseDigits(s)
	if reason == "" {
		return EnterpriseNumber{digits}, nil
	}
	if _, other := unitDigits(s); other == "" {
		reason = "it is the number of an establishment unit"
	}
	return EnterpriseNumber{}, errors.New("accessmgmt: not an enterprise number: " + reason)
}

// MustParseEnterpriseNumber is [ParseEnterpriseNumber] for tests and examples;
// it panics where that returns an error.
func MustParseEnterpriseNumber(s string) EnterpriseNumber {
	n, err := ParseEnterpriseNumber(s)
	if err != nil {
		panic(err)
	}
	return n
}

// IsZero reports whether n is no number.
func (n EnterpriseNumber) IsZero() bool { return n.digits == "" }

// String returns the number as people read it, "0884.303.369"; "" for zero.
func (n EnterpriseNumber) String() string {
	if n.IsZero() {
		return ""
	}
	return n.digits[:4] + "." + n.digits[4:7] + "." + n.digits[7:]
}

// Digits returns the ten digits alone, "0884303369", which is the form for
// storage and exchange; "" for zero.
func (n EnterpriseNumber) Digits() string { return n.digits }

// VAT returns the form of a VAT number, "BE0884303369"; "" for zero. It
// doesn't say that the enterprise is liable to VAT.
func (n EnterpriseNumber) VAT() string {
	if n.IsZero() {
		return ""
	}
	return "BE" + n.digits
}

// Compare orders by the digits; zero comes first.
func (n EnterpriseNumber) Compare(other EnterpriseNumber) int {
	return strings.Compare(n.digits, other.digits)
}

// MarshalText writes [EnterpriseNumber.Digits], as the federal JSON property
// enterpriseNumber wants it.
func (n EnterpriseNumber) MarshalText() ([]byte, error) { return []byte(n.digits), nil }

// UnmarshalText reads what [ParseEnterpriseNumber] reads; no text is zero.
func (n *EnterpriseNumber) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*n = EnterpriseNumber{}
		return nil
	}
	parsed, err := ParseEnterpriseNumber(string(text))
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}

// enterpriseDigits returns the ten digits of an enterprise number, or why s
// isn't one.
func enterpriseDigits(s string) (digits, reason string) {
	s = plainSpaces(s)
	if len(s) >= 2 && strings.EqualFold(s[:2], "BE") {
		s = strings.TrimPrefix(s[2:], " ")
	}
	digits, ok := digitsOf(s, "0000000000", "0000.000.000")
	if !ok {
		if digits, ok = digitsOf(s, "000000000", "000.000.000"); !ok {
			return "", "it isn't written like 0884.303.369"
		}
		digits = "0" + digits
	}
	switch {
	case digits[0] > '1':
		return "", "its first digit isn't 0 or 1"
	case !modulo97(digits):
		return "", "its check digits are wrong"
	}
	return digits, ""
}

// plainSpaces cuts off white space around s, and makes the no-break spaces
// inside, which come with text copied from a page, plain ones.
func plainSpaces(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.TrimSpace(s))
}

// digitsOf returns the digits of s when it is written like one of the layouts.
// In a layout, 0 stands for any digit, and every other character for itself or
// a space.
func digitsOf(s string, layouts ...string) (digits string, ok bool) {
layouts:
	for _, layout := range layouts {
		if len(s) != len(layout) {
			continue
		}
		found := make([]byte, 0, len(s))
		for i := range len(s) {
			switch digit := s[i] >= '0' && s[i] <= '9'; {
			case layout[i] == '0' && digit:
				found = append(found, s[i])
			case layout[i] == '0' || s[i] != layout[i] && s[i] != ' ':
				continue layouts
			}
		}
		return string(found), true
	}
	return "", false
}

// modulo97 reports whether the last two digits of s are 97 less the rest's
// remainder by 97. They run from 01 to 97: where the remainder is 0 they are
// 97, and 00 is never right.
func modulo97(s string) bool {
	rest, err := strconv.ParseInt(s[:len(s)-2], 10, 64)
	check, err2 := strconv.ParseInt(s[len(s)-2:], 10, 64)
	return err == nil && err2 == nil && check == 97-rest%97
}
