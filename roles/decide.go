package roles

import "time"

// Question is what is asked of a person's assignments in one enterprise.
type Question struct {
	Application ApplicationCode
	Action      Action
	// Unit is the establishment unit the act is about; zero: the enterprise
	// as such, which a unit's assignment doesn't answer (D24).
	Unit UnitID
	At   time.Time
}

// Reason says why a decision is what it is, as a stable word to translate.
type Reason string

// The reasons that assignments give. accessmgmt adds those of the enterprise.
// Where several hold, the decision has the nearest miss, the last one of this
// list: the assignment that would allow if the one thing named were otherwise.
// An assignment that misses in two ways counts for nothing.
const (
	ReasonAllowed       Reason = "allowed"
	ReasonNoAssignment  Reason = "no_assignment"   // no role of this application here and now
	ReasonNotThisAction Reason = "not_this_action" // roles in force, none with this action
	ReasonWrongUnit     Reason = "wrong_unit"      // allowed for another establishment unit, not for what was asked
	ReasonEnded         Reason = "ended"           // its end is past, or it was taken away, be it before it began
	ReasonNotYet        Reason = "not_yet"         // will be allowed; the start lies ahead
)

// Decision is the answer to a [Question].
type Decision struct {
	Allowed bool
	Reason  Reason
	// Assignments are those that give the right or, when it is denied, the
	// nearest misses that the reason is about.
	Assignments []AssignmentID
}

// nearness orders the reasons of a denial; the nearest miss wins.
var nearness = map[Reason]int{
	ReasonNoAssignment:  0,
	ReasonNotThisAction: 1,
	ReasonWrongUnit:     2,
	ReasonEnded:         3,
	ReasonNotYet:        4,
	ReasonAllowed:       5,
}

// Decide answers a question from the assignments of one person in one
// enterprise: allowed when at that instant one of them is in force, covers the
// unit, and has a role of the application that allows the action. Roles that
// the catalogue doesn't know, and actions that the application doesn't list,
// give nothing.
func (c *Catalogue) Decide(assignments []Assignment, q Question) Decision {
	d := Decision{Reason: ReasonNoAssignment}
	app := c.byApp[q.Application]
	for _, a := range assignments {
		reason := c.weigh(app, a, q)
		switch {
		case nearness[reason] > nearness[d.Reason]:
			d.Reason = reason
			d.Assignments = append(d.Assignments[:0], a.ID)
		case reason == d.Reason && reason != ReasonNoAssignment:
			d.Assignments = append(d.Assignments, a.ID)
		}
	}
	d.Allowed = d.Reason == ReasonAllowed
	return d
}

// weigh says what one assignment alone would answer.
func (c *Catalogue) weigh(app *application, a Assignment, q Question) Reason {
	r := c.byCode[a.Role]
	if r == nil || app == nil || r.app != app {
		return ReasonNoAssignment
	}
	bit, known := app.bits[q.Action]
	gives := known && r.actions&(1<<bit) != 0
	state := a.StateAt(q.At)
	switch {
	case !gives && state == Active && a.Covers(q.Unit):
		return ReasonNotThisAction
	case !gives:
		return ReasonNoAssignment
	case !a.Covers(q.Unit):
		return wrongUnit(state)
	case state == Active:
		return ReasonAllowed
	case state == Scheduled && !a.InForce().Empty():
		return ReasonNotYet
	default: // over, or taken away before its start, so that waiting won't help
		return ReasonEnded
	}
}

func wrongUnit(state AssignmentState) Reason {
	if state == Active {
		return ReasonWrongUnit
	}
	return ReasonNoAssignment
}

// ActionsOf returns every action of an application that the assignments allow
// at an instant for a unit: the union of the roles in force.
func (c *Catalogue) ActionsOf(assignments []Assignment, app ApplicationCode, unit UnitID, at time.Time) ActionSet {
	var names []Action
	for _, a := range assignments {
		r := c.byCode[a.Role]
		if r == nil || r.app.Code != app || !a.Covers(unit) || a.StateAt(at) != Active {
			continue
		}
		names = append(names, r.Actions.names...)
	}
	return Actions(names...)
}
