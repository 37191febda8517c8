package sqlstore

import (
	"slices"
	"strings"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// cond is a condition with its arguments.
type cond struct {
	text string
	args []any
}

// anyOf adds that at least one of some conditions holds.
func (w *where) anyOf(conds []cond) {
	c := disjunction(conds)
	w.and(c.text, c.args...)
}

// disjunction is the condition that at least one of some holds, none of which
// has a bare OR.
func disjunction(conds []cond) cond {
	switch len(conds) {
	case 0:
		return cond{text: "1 = 0"}
	case 1: // bare, for an index to be used
		return conds[0]
	}
	var texts []string
	var args []any
	for _, c := range conds {
		texts, args = append(texts, c.text), append(args, c.args...)
	}
	return cond{"(" + chain(texts, " OR ") + ")", args}
}

// chain joins terms by an operator whose order makes no difference, many of them
// in groups: engines bound how deep an expression is, and each operator of a
// plain chain is one deeper.
func chain(terms []string, operator string) string {
	const group = 50
	for len(terms) > group {
		var groups []string
		for part := range slices.Chunk(terms, group) {
			groups = append(groups, "("+strings.Join(part, operator)+")")
		}
		terms = groups
	}
	return strings.Join(terms, operator)
}

// deadline describes a state that the clock ends: a row stored as open counts
// as over from the instant in a column on. The others stay as they are stored.
type deadline[S ~string] struct {
	open, over S
	column     string
	others     []S
}

var (
	answerable = deadline[invitation.RecipientState]{invitation.Invited, invitation.Expired, "expires_at",
		[]invitation.RecipientState{invitation.Accepted, invitation.Declined, invitation.Revoked}}
	decidable = deadline[invitation.RequestState]{invitation.Pending, invitation.Lapsed, "lapses_at",
		[]invitation.RequestState{invitation.Approved, invitation.Refused, invitation.Withdrawn}}
)

// stateAt adds that a row is in one of the states at an instant; no states are
// any. The words go into the statement, since an index of the pending rows
// alone serves nothing less; they are ours, never the caller's.
func stateAt[S ~string](w *where, states []S, d deadline[S], at time.Time) {
	if len(states) == 0 {
		return
	}
	var stored []string
	for _, other := range d.others {
		if slices.Contains(states, other) {
			stored = append(stored, "'"+string(other)+"'")
		}
	}
	var conds []cond
	isOpen := "state = '" + string(d.open) + "'"
	switch open, over := slices.Contains(states, d.open), slices.Contains(states, d.over); {
	case open && over:
		conds = append(conds, cond{text: isOpen})
	case open:
		conds = append(conds, cond{isOpen + " AND " + d.column + " > ?", []any{at.UnixMicro()}})
	case over:
		conds = append(conds, cond{isOpen + " AND " + d.column + " <= ?", []any{at.UnixMicro()}})
	}
	if len(stored) > 0 {
		conds = append(conds, cond{text: "state IN (" + strings.Join(stored, ", ") + ")"})
	}
	w.anyOf(conds)
}

// assignmentStates say in SQL what roles.Assignment.StateAt says: the window
// in force ends at to_at or where an act cut it, whichever comes first, and one
// without from_at is never active.
var assignmentStates = []struct {
	state roles.AssignmentState
	cond  string
}{
	{roles.Scheduled, "(to_at IS NULL OR to_at > ?) AND (ended_at IS NULL OR ended_at > ?) AND (from_at IS NULL OR from_at > ?)"},
	{roles.Active, "(to_at IS NULL OR to_at > ?) AND (ended_at IS NULL OR ended_at > ?) AND from_at <= ?"},
	{roles.Ended, "ended_at <= ? AND (to_at IS NULL OR ended_at <= to_at)"},
	{roles.Expired, "to_at <= ? AND (ended_at IS NULL OR ended_at > to_at)"},
}

// inForceDuring adds what roles.Window.Overlaps says of a window and the one an
// assignment is in force. The zero window is any.
func inForceDuring(w *where, during roles.Window) {
	if during == (roles.Window{}) {
		return
	}
	kept := roles.Window{From: cut(during.From), To: cut(during.To)}
	if kept.Empty() {
		w.none = true
		return
	}
	from := kept.From.UnixMicro()
	w.and("from_at IS NOT NULL AND (to_at IS NULL OR to_at > from_at AND to_at > ?) AND (ended_at IS NULL OR ended_at > from_at AND ended_at > ?)", from, from)
	if !kept.To.IsZero() {
		w.and("from_at < ?", kept.To.UnixMicro())
	}
}

// cut returns an instant as a column would give it back.
func cut(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return instant(at.UnixMicro())
}

// assignmentStateAt is stateAt for assignments, none of whose states is stored.
func assignmentStateAt(w *where, states []roles.AssignmentState, at time.Time) {
	if len(states) == 0 {
		return
	}
	var conds []cond
	for _, s := range assignmentStates {
		if !slices.Contains(states, s.state) {
			continue
		}
		c := cond{text: s.cond}
		for range strings.Count(s.cond, "?") {
			c.args = append(c.args, at.UnixMicro())
		}
		conds = append(conds, c)
	}
	if len(conds) < len(assignmentStates) {
		w.anyOf(conds)
	}
}
