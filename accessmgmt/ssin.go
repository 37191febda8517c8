package accessmgmt

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"
	"unique"
)

// SSINKind is which register gave a number.
type SSINKind string

// The kinds of national numbers.
const (
	RegisterNumber SSINKind = "register" // National Register: registered residents and Belgians
	BISNumber      SSINKind = "bis"      // Crossroads Bank for Social Security: others
)

// SSIN is the number that identifies a person to Belgian authorities (NISS,
// INSZ): the National Register number, or the BIS number of those who have
// none. It is comparable. The zero SSIN is no number.
//
// It is a secret (decision D7). Only [SSIN.Reveal] and [SSIN.RevealWritten]
// show it. Printed, logged or marshalled in any way it is "[redacted]", and
// "" when zero; inside a struct that fmt takes apart it is an address. A
// debugger, and a dumper that follows unexported pointers, still see it.
//
// It can't be unmarshalled, because whether a number is right depends on the
// day: read a string and give it to [ParseSSIN].
type SSIN struct{ digits unique.Handle[string] }

const redacted = "[redacted]"

// ParseSSIN reads a number written 85073003328 or 85.07.30-033.28, where a
// space may stand for each separator; white space around it is cut off. No
// error has a digit of it.
//
// The rules are those of the federal validator (belgif rest-problem-java):
//   - The last two digits are 97 less the remainder by 97 of the nine before
//     them, or for people born from 2000 on, of a 2 and the nine. No number
//     fits both, so the fit tells the century.
//   - The month of a BIS number is 20 or 40 more.
//   - A month and a day of 00 are unknown. Where the month is, the day may be
//     anything: it counts on when the counter is full.
//   - The counter of a register number isn't 000 or 999.
//   - The birth date isn't after the day it is in Belgium at now.
func ParseSSIN(s string, now time.Time) (SSIN, error) {
	digits, ok := digitsOf(plainSpaces(s), "00000000000", "00.00.00-000.00")
	if !ok {
		return SSIN{}, errors.New("accessmgmt: not a national number: it isn't eleven digits, alone or in their five groups")
	}
	if reason := checkSSIN(digits, now); reason != "" {
		return SSIN{}, errors.New("accessmgmt: not a national number: " + reason)
	}
	return SSIN{unique.Make(digits)}, nil
}

// IsZero reports whether n is no number.
func (n SSIN) IsZero() bool { return n == SSIN{} }

// Kind returns which register gave the number; "" for zero.
func (n SSIN) Kind() SSINKind {
	switch {
	case n.IsZero():
		return ""
	case n.digits.Value()[2] >= '2':
		return BISNumber
	default:
		return RegisterNumber
	}
}

// Reveal returns the eleven digits, for a keyed hash or another authority;
// "" for zero. Don't store, log or mail them.
func (n SSIN) Reveal() string {
	if n.IsZero() {
		return ""
	}
	return n.digits.Value()
}

// RevealWritten returns the number as it stands on an identity card,
// "85.07.30-033.28", to show it to its owner; "" for zero.
func (n SSIN) RevealWritten() string {
	if n.IsZero() {
		return ""
	}
	d := n.digits.Value()
	return d[:2] + "." + d[2:4] + "." + d[4:6] + "-" + d[6:9] + "." + d[9:]
}

// String returns "[redacted]"; "" for zero.
func (n SSIN) String() string {
	if n.IsZero() {
		return ""
	}
	return redacted
}

// GoString returns what [SSIN.String] returns.
func (n SSIN) GoString() string { return n.String() }

// Format writes what [SSIN.String] returns, whatever the verb and its flags.
func (n SSIN) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, n.String()) }

// LogValue returns what [SSIN.String] returns.
func (n SSIN) LogValue() slog.Value { return slog.StringValue(n.String()) }

// MarshalText writes what [SSIN.String] returns.
func (n SSIN) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// MarshalJSON writes what [SSIN.String] returns, as a JSON string.
func (n SSIN) MarshalJSON() ([]byte, error) { return []byte(`"` + n.String() + `"`), nil }

// checkSSIN says what is wrong with eleven digits; "" when nothing is.
func checkSSIN(digits string, now time.Time) string {
	part := func(from, to int) int {
		n, _ := strconv.Atoi(digits[from:to]) // they are digits
		return n
	}
	year, marked, day, counter := part(0, 2), part(2, 4), part(4, 6), part(6, 9)
	month := marked % 20
	switch {
	case marked > 52 || month > 12:
		return "it has a month that doesn't exist"
	case marked <= 12 && (counter == 0 || counter == 999):
		return "it has a counter that isn't given out"
	case modulo97(digits):
		year += 1900
	case modulo97("2" + digits):
		year += 2000
	default:
		return "its check digits are wrong"
	}
	if month != 0 && day != 0 {
		date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if date.Day() != day {
			return "it has a day that doesn't exist"
		}
	}
	// Compared as numbers, an unknown month or day comes before every known.
	y, m, d := now.In(brussels()).Date()
	if (year*100+month)*100+day > (y*100+int(m))*100+d {
		return "its birth date is in the future"
	}
	return ""
}

// brussels is Belgium's time zone. Without a time zone database it is UTC,
// which refuses a number given out in the first hours of a birth day.
var brussels = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		return time.UTC
	}
	return loc
})
