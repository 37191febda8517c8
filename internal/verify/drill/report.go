package drill

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Report is what a drill found.
type Report struct {
	Tally
	// Commits, Records and Messages are what was found in the stores, in so
	// many Views of them.
	Commits, Records, Messages, Views int
	// Missing counts the commits that were acknowledged and aren't there.
	Missing int
	// Overtaken counts the changesets that were refused since another came
	// before, and which were then decided anew.
	Overtaken int
	// Transactions counts those begun for commits, where the driver is watched,
	// and Lost the COMMITs without an answer, of which so many had happened.
	Transactions, Lost, LostHad int
	// Unknown counts the commits whose outcome the store itself didn't know,
	// of which so many had happened.
	Unknown, UnknownHad int
	// Stale counts the reads, of so many, that didn't see what had been
	// acknowledged before they began.
	Stale, Reads int
	// SentTwice counts the messages that were sent again since the answer that
	// they were noted as sent was lost.
	SentTwice int
	// Faults are what may not be. None: nothing acknowledged was lost, nothing
	// was doubled, and all rows are those that the audits tell of.
	Faults []string
}

// figures counts what the ledger noted.
func (r *Report) figures(d *Drill, want *replay) {
	d.ledger.mu.Lock()
	defer d.ledger.mu.Unlock()
	r.Commits = len(want.applied)
	r.Stale, r.Reads = int(d.ledger.stale.Load()), int(d.ledger.reads.Load())
	for _, attempts := range d.ledger.attempts {
		for _, a := range attempts {
			if a.outcome == acknowledged && !want.applied[a] {
				r.Missing++
			}
			r.Transactions += int(a.trace.Begun.Load())
			if a.conflict {
				r.Overtaken++
			}
			if a.outcome == unknown {
				r.Unknown++
				if want.applied[a] {
					r.UnknownHad++
				}
			}
			if lost := int(a.trace.Lost.Load()); lost > 0 {
				r.Lost += lost
				// One that had happened needed no other that was answered.
				if want.applied[a] && a.trace.Committed.Load() == 0 {
					r.LostHad++
				}
			}
		}
	}
	if r.Stale > 0 {
		r.fault("%d of %d reads didn't see what was acknowledged before they began", r.Stale, r.Reads)
	}
}

// mostFaults is how many are told; the rest is like them.
const mostFaults = 6

// String is the report in lines.
func (r *Report) String() string {
	steps := 0
	var acts, codes []string
	for _, act := range slices.Sorted(maps.Keys(r.Done)) {
		steps += r.Done[act]
		acts = append(acts, fmt.Sprintf("%s %d", act, r.Done[act]))
	}
	refused := 0
	for _, code := range slices.Sorted(maps.Keys(r.Refused)) {
		refused += r.Refused[code]
		codes = append(codes, fmt.Sprintf("%s %d", code, r.Refused[code]))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "steps acknowledged     %d: %s\n", steps, strings.Join(acts, ", "))
	fmt.Fprintf(&b, "steps refused          %d: %s\n", refused, strings.Join(codes, ", "))
	fmt.Fprintf(&b, "steps without answer   %d, asked about: done %d, not done %d; sent again under their ids\n", r.Unanswered, r.Had, r.Hadnt)
	fmt.Fprintf(&b, "steps given up         %d\n", r.GaveUp)
	fmt.Fprintf(&b, "longest gap            %s\n", r.Gap.Round(time.Millisecond))
	fmt.Fprintf(&b, "commits in the store   %d, with %d audit records and %d messages, the same on %d nodes\n", r.Commits, r.Records, r.Messages, r.Views)
	fmt.Fprintf(&b, "decided anew           %d, overtaken by another commit\n", r.Overtaken)
	if r.Transactions > 0 {
		fmt.Fprintf(&b, "transactions           %d begun for them; COMMITs without answer %d: done %d, not done %d\n", r.Transactions, r.Lost, r.LostHad, r.Lost-r.LostHad)
	}
	fmt.Fprintf(&b, "unknown to the store   %d: done %d, not done %d\n", r.Unknown, r.UnknownHad, r.Unknown-r.UnknownHad)
	fmt.Fprintf(&b, "stale reads            %d of %d\n", r.Stale, r.Reads)
	fmt.Fprintf(&b, "messages sent twice    %d\n", r.SentTwice)
	fmt.Fprintf(&b, "faults                 %d\n", len(r.Faults))
	for i, fault := range r.Faults {
		if i == mostFaults {
			fmt.Fprintf(&b, "  and %d more\n", len(r.Faults)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", fault)
	}
	return b.String()
}
