package roles

import (
	"encoding/json"
	"fmt"
	"time"
)

// Period is how long a role is given for, as the guides' form has it
// (S1 §3.2.1 step 10): a first and a last day, both included, or a first day
// and « illimité ». The zero Period is neither, and is refused: forgetting the
// dates never means "for ever".
type Period struct {
	start, end Date
	unlimited  bool
}

// From returns the period that starts on a day and has no end.
func From(start Date) Period { return Period{start: start, unlimited: true} }

// Between returns the period from start to end, both days included.
func Between(start, end Date) Period { return Period{start: start, end: end} }

// Start returns the first day.
func (p Period) Start() Date { return p.start }

// End returns the last day, and false when the period has no end.
func (p Period) End() (Date, bool) { return p.end, !p.unlimited }

// Unlimited reports whether the period has no end.
func (p Period) Unlimited() bool { return p.unlimited }

// IsZero reports whether p is the zero Period.
func (p Period) IsZero() bool { return p == Period{} }

// Days returns how many days the period covers, both ends included, and 0 when
// it has no end or isn't valid: ask [Period.Unlimited] before comparing it with
// a limit.
func (p Period) Days() int {
	if p.unlimited || len(p.Validate()) > 0 {
		return 0
	}
	const day = 24 * 60 * 60 // not by time.Duration, which ends at 292 years
	return int((p.end.Start(time.UTC).Unix()-p.start.Start(time.UTC).Unix())/day) + 1
}

// StartingAt returns p with another first day and the same end.
func (p Period) StartingAt(start Date) Period {
	p.start = start
	return p
}

// Validate returns what is wrong with the period in itself: a missing day, a
// day the calendar lacks, an end before the start, an end on 9999-12-31 (what
// other systems write for « illimité », and a day with no next one). Fields:
// "start", "end".
func (p Period) Validate() Problems {
	var problems Problems
	switch {
	case p.start.IsZero():
		problems.Add("start", ProblemRequired, "the first day is missing")
	case !p.start.Valid():
		problems.Add("start", ProblemMalformed, "the calendar has no such first day")
	}
	if p.unlimited {
		return problems
	}
	switch {
	case p.end.IsZero():
		problems.Add("end", ProblemRequired, "the last day is missing, and the period isn't said to be unlimited")
	case !p.end.Valid():
		problems.Add("end", ProblemMalformed, "the calendar has no such last day")
	case p.start.Valid() && p.end.Before(p.start):
		problems.Add("end", ProblemOrder, "the last day is before the first")
	case !p.end.AddDays(1).Valid():
		problems.Add("end", ProblemTooFar, "the last day is the calendar's last; a period without an end is written as unlimited")
	}
	return problems
}

// Window returns the instants, in UTC, that the period covers in loc: from the
// first instant of the first day to the first instant of the day after the
// last. A period that isn't valid gives the zero Window, which is empty.
func (p Period) Window(loc *time.Location) Window {
	if len(p.Validate()) > 0 {
		return Window{}
	}
	w := Window{From: p.start.Start(loc).UTC()}
	if !p.unlimited {
		w.To = p.end.AddDays(1).Start(loc).UTC()
	}
	return w
}

// Overlaps reports whether some day is in both periods. One that isn't valid
// has no days.
func (p Period) Overlaps(other Period) bool {
	if len(p.Validate()) > 0 || len(other.Validate()) > 0 {
		return false
	}
	return p.reaches(other.start) && other.reaches(p.start)
}

// reaches reports whether the period ends on a day or later.
func (p Period) reaches(day Date) bool { return p.unlimited || !p.end.Before(day) }

// String returns "2026-01-01..2026-12-31", or "2026-01-01.." without an end.
func (p Period) String() string { return p.start.String() + ".." + p.end.String() }

type periodJSON struct {
	Start     Date `json:"start"`
	End       Date `json:"end,omitzero"`
	Unlimited bool `json:"unlimited,omitempty"`
}

// MarshalJSON writes {"start":…,"end":…} or {"start":…,"unlimited":true}.
func (p Period) MarshalJSON() ([]byte, error) {
	return json.Marshal(periodJSON{p.start, p.end, p.unlimited})
}

// UnmarshalJSON reads what MarshalJSON writes. A period with both an end and
// "unlimited" is refused.
func (p *Period) UnmarshalJSON(data []byte) error {
	var in periodJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	if in.Unlimited && !in.End.IsZero() {
		return fmt.Errorf("roles: a period can't be unlimited and end on %s", in.End)
	}
	*p = Period{in.Start, in.End, in.Unlimited}
	return nil
}

// Window is a stretch of time, half open: From is in it, To isn't. A zero To
// means that it has no end; a zero From that it has no beginning and holds no
// instant at all, so that a window somebody forgot never means for ever.
// Nothing here rounds: who writes an instant down keeps it to the microsecond,
// which is what databases keep.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Contains reports whether the instant is in the window.
func (w Window) Contains(at time.Time) bool {
	return !w.From.IsZero() && !at.Before(w.From) && (w.To.IsZero() || at.Before(w.To))
}

// Empty reports whether no instant is in the window.
func (w Window) Empty() bool {
	return w.From.IsZero() || !w.To.IsZero() && !w.From.Before(w.To)
}

// Overlaps reports whether some instant is in both windows. Two that meet,
// one's To the other's From, don't overlap.
func (w Window) Overlaps(other Window) bool {
	if w.Empty() || other.Empty() {
		return false
	}
	return (w.To.IsZero() || other.From.Before(w.To)) && (other.To.IsZero() || w.From.Before(other.To))
}

// NotBefore returns the window cut so that it starts at the instant at the
// earliest: a role whose first day has begun is given from now (D27). When the
// instant is its To or later, nothing is left and the window is empty.
func (w Window) NotBefore(at time.Time) Window {
	if !w.From.IsZero() && w.From.Before(at) {
		w.From = at
	}
	return w
}
