package roles

import "time"

// Assignment is one role given to one person for one enterprise, with what a
// decision needs to know of it. The history of how it came about is in
// accessmgmt.RoleAssignment.
type Assignment struct {
	ID         AssignmentID `json:"id"`
	Person     PersonID     `json:"person"`
	Enterprise EnterpriseID `json:"enterprise"`
	// Unit is the establishment unit it is given for; zero: the whole
	// enterprise with all its units (D8, D24).
	Unit UnitID `json:"unit,omitzero"`
	Role Code   `json:"role"`
	// Properties is what was answered to the role's properties; the zero
	// value: nothing.
	Properties Properties `json:"properties,omitzero"`
	// Period is what was written on the form, Window the instants it came to
	// when the role was given.
	Period Period `json:"period"`
	Window Window `json:"window"`
	// EndedAt is the instant from which an act (ended, replaced) took the
	// role away; zero when none did. It may lie ahead.
	EndedAt time.Time `json:"ended_at,omitzero"`
}

// InForce returns the window in which the assignment gives its role: the one
// given, cut where an act ended it.
func (a Assignment) InForce() Window {
	w := a.Window
	if !a.EndedAt.IsZero() && (w.To.IsZero() || a.EndedAt.Before(w.To)) {
		w.To = a.EndedAt
	}
	return w
}

// AssignmentState is where an assignment stands at an instant.
type AssignmentState string

// The states of an assignment. All are functions of the clock and of the
// instant an act ended it; none waits for a job to run.
const (
	Scheduled AssignmentState = "scheduled" // given, not begun
	Active    AssignmentState = "active"    // in force
	Expired   AssignmentState = "expired"   // its last day is over, and no act had ended it by then
	Ended     AssignmentState = "ended"     // taken away, or replaced, by the end of its last day
)

// StateAt returns where the assignment stands at an instant. One that an act
// ended before its first day goes from scheduled to ended, and one that has no
// window is never active.
func (a Assignment) StateAt(at time.Time) AssignmentState {
	w := a.InForce()
	switch {
	case w.Contains(at):
		return Active
	case w.To.IsZero() || at.Before(w.To):
		return Scheduled
	case w.To.Equal(a.EndedAt):
		return Ended
	default:
		return Expired
	}
}

// Covers reports whether the assignment answers questions about unit: an
// enterprise-wide one answers all, a unit's only those that name it (D24).
func (a Assignment) Covers(unit UnitID) bool { return a.Unit.IsZero() || a.Unit == unit }
