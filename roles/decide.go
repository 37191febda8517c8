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
// An assignment that misses in two ways counts for nothing; of one that lies
// ahead, the gate is looked at on the day it begins.
const (
	ReasonAllowed       Reason = "allowed"
	ReasonNoAssignment  Reason = "no_assignment"   // no role of this application here and now
	ReasonNotThisAction Reason = "not_this_action" // roles in force, none with this action
	ReasonWrongUnit     Reason = "wrong_unit"      // allowed for another establishment unit, not for what was asked
	ReasonEnded         Reason = "ended"           // its end is past, or it was taken away, be it before it began
	ReasonNotYet        Reason = "not_yet"         // will be allowed; the start lies ahead
	ReasonGateMissing   Reason = "gate_missing"    // in force, but no role that it needs beside it is (D15)
)

// Decision is the answer to a [Question].
type Decision struct {
	Allowed bool
	Reason  Reason
	// Assignments are those that give the right or, when it is denied, the
	// nearest misses that the reason is about.
	Assignments []AssignmentID
	// Properties are those of the Assignments that give the right, at the same
	// places; nil when it is denied, or when none of them has any.
	Properties []Properties
}

// add appends an assignment that the decision's reason is about.
func (d *Decision) add(a Assignment) {
	d.Assignments = append(d.Assignments, a.ID)
	if d.Reason != ReasonAllowed || d.Properties == nil && a.Properties.IsZero() {
		return
	}
	for len(d.Properties) < len(d.Assignments)-1 { // those before had none
		d.Properties = append(d.Properties, Properties{})
	}
	d.Properties = append(d.Properties, a.Properties)
}

// nearness orders the reasons of a denial; the nearest miss wins.
var nearness = map[Reason]int{
	ReasonNoAssignment:  0,
	ReasonNotThisAction: 1,
	ReasonWrongUnit:     2,
	ReasonEnded:         3,
	ReasonNotYet:        4,
	ReasonGateMissing:   5,
	ReasonAllowed:       6,
}

// Nearer returns the one of two reasons that tells of the nearer miss; of a reason
// that isn't one of this package's, the other. [ReasonAllowed] is nearest.
func Nearer(a, b Reason) Reason {
	if nearness[b] > nearness[a] {
		return b
	}
	return a
}

// Decide answers a question from the assignments of one person in one
// enterprise: allowed when at that instant one of them is in force, covers the
// unit, and has a role of the application that allows the action, whose gate is
// open. Roles that the catalogue doesn't know, and actions that the application
// doesn't list, give nothing.
//
// Pass all assignments, those of other applications too: one of them may open
// the gate of another ([Catalogue.GateOpen]).
func (c *Catalogue) Decide(assignments []Assignment, q Question) Decision {
	d := Decision{Reason: ReasonNoAssignment}
	app := c.byApp[q.Application]
	g := gates{c: c, assignments: assignments, at: q.At}
	for _, a := range assignments {
		reason := g.weigh(app, a, q)
		switch {
		case Nearer(d.Reason, reason) != d.Reason:
			d.Reason, d.Assignments = reason, d.Assignments[:0]
			d.add(a)
		case reason == d.Reason && reason != ReasonNoAssignment:
			d.add(a)
		}
	}
	d.Allowed = d.Reason == ReasonAllowed
	return d
}

// weigh says what one assignment alone would answer, the others doing nothing
// but opening its gate.
func (g *gates) weigh(app *application, a Assignment, q Question) Reason {
	r := g.c.byCode[a.Role]
	if r == nil || app == nil || r.app != app {
		return ReasonNoAssignment
	}
	bit, known := app.bits[q.Action]
	gives := known && r.actions&(1<<bit) != 0
	state := a.StateAt(q.At)
	if state == Scheduled && !a.InForce().Empty() {
		// What is promised is the day it begins, so the gate of that day counts.
		begun := gates{c: g.c, assignments: g.assignments, at: a.InForce().From}
		if gives && a.Covers(q.Unit) && begun.open(r, a) {
			return ReasonNotYet
		}
		return ReasonNoAssignment
	}
	open := g.open(r, a)
	switch {
	case gives && state == Active && a.Covers(q.Unit):
		if !open {
			return ReasonGateMissing
		}
		return ReasonAllowed
	case !open: // two misses
		return ReasonNoAssignment
	case gives && state == Active:
		return ReasonWrongUnit
	case gives && a.Covers(q.Unit): // over, or taken away before its start, so that waiting won't help
		return ReasonEnded
	case state == Active && a.Covers(q.Unit):
		return ReasonNotThisAction
	default:
		return ReasonNoAssignment
	}
}

// ActionsOf returns every action of an application that the assignments allow
// at an instant for a unit: the union of the roles in force whose gates are
// open. As for [Catalogue.Decide], pass all assignments.
func (c *Catalogue) ActionsOf(assignments []Assignment, app ApplicationCode, unit UnitID, at time.Time) ActionSet {
	var names []Action
	g := gates{c: c, assignments: assignments, at: at}
	for _, a := range assignments {
		r := c.byCode[a.Role]
		if r == nil || r.app.Code != app || !a.Covers(unit) || a.StateAt(at) != Active || !g.open(r, a) {
			continue
		}
		names = append(names, r.Actions.names...)
	}
	return Actions(names...)
}
