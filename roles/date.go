package roles

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Date is a civil date: a day on a calendar, in no time zone. It is
// comparable. The zero Date is no date; calls that need one refuse it.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate returns the date, or an error when the calendar has no such day
// (29 February of a common year) or the year isn't from 1 to 9999.
func NewDate(year int, month time.Month, day int) (Date, error) {
	d := Date{year, month, day}
	if !d.Valid() {
		return Date{}, fmt.Errorf("roles: there is no day %04d-%02d-%02d", year, int(month), day)
	}
	return d, nil
}

// DateOf returns the date that calendars in loc show at the instant t.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Date{y, m, d}
}

// errNotADate doesn't repeat the text: what people type into the wrong field
// may be a national number (D7).
var errNotADate = errors.New("roles: not a date of the years 1 to 9999 written YYYY-MM-DD")

// ParseDate reads a date written YYYY-MM-DD (ISO 8601).
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, errNotADate
	}
	d := DateOf(t, time.UTC)
	if !d.Valid() { // the year 0000, which time.Parse takes
		return Date{}, errNotADate
	}
	return d, nil
}

// IsZero reports whether d is no date at all.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether the calendar has this day.
func (d Date) Valid() bool {
	if d.Year < 1 || d.Year > 9999 {
		return false
	}
	y, m, day := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Date()
	return y == d.Year && m == d.Month && day == d.Day
}

// Compare returns -1, 0 or +1 as d is before, the same as, or after other.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports whether d is a later day than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// AddDays returns the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC), time.UTC)
}

// AddYears returns the same day n years later; 29 February becomes
// 28 February in a year that has none, so that "one year" never grows.
func (d Date) AddYears(n int) Date {
	to := Date{d.Year + n, d.Month, d.Day}
	if !to.Valid() && d.Month == time.February && d.Day == 29 {
		to.Day = 28
	}
	return to
}

// Start returns the first instant of the day in loc: midnight, or where the
// clocks skip midnight that day, the instant they skip to. Of a day that loc
// skipped whole it is the start of the next. The date must be valid.
//
// It does not trust time.Date for that: where a zone moves its clocks at
// midnight (Havana, Beirut, São Paulo) time.Date answers an instant of the day
// before, or one that is an hour late.
func (d Date) Start(loc *time.Location) time.Time {
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	// Walk the stretches of constant offset from before this day can begin: its
	// start is the first instant at which local clocks have reached it.
	at := midnight.Add(-36 * time.Hour).In(loc)
	for {
		_, offset := at.Zone()
		start := midnight.Add(-time.Duration(offset) * time.Second)
		if start.Before(at) {
			start = at
		}
		_, to := at.ZoneBounds()
		if !to.IsZero() && !to.After(at) {
			// Where a zone's rule and no longer its table decides, Go takes each
			// year for 365 days long, so that on 31 December of a leap year the
			// stretch is said to end in the past (time.tzset, go1.26).
			to = at.Truncate(24 * time.Hour).Add(24 * time.Hour)
		}
		if to.IsZero() || start.Before(to) {
			return start.In(loc)
		}
		at = to
	}
}

// String returns the date as YYYY-MM-DD, and "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes YYYY-MM-DD, and nothing for the zero Date.
func (d Date) MarshalText() ([]byte, error) {
	if !d.IsZero() && !d.Valid() {
		return nil, fmt.Errorf("roles: there is no day %04d-%02d-%02d", d.Year, int(d.Month), d.Day)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads YYYY-MM-DD; empty text gives the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
