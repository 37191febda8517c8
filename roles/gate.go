package roles

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ProblemCycle is a gate that leads back to its own application.
const ProblemCycle = "cycle"

// GateOpen reports whether an assignment's role has no gate, or an open one
// (D15): among the assignments is one of the same person and enterprise, of
// the gate's application, in force at the instant for the whole enterprise or
// for the very unit of the gated one (D25), and not itself behind a gate that
// is shut. A role that the catalogue doesn't know has no open gate and opens
// none; a retired one opens what it opened. The assignment's own period isn't
// looked at.
func (c *Catalogue) GateOpen(assignments []Assignment, a Assignment, at time.Time) bool {
	r := c.byCode[a.Role]
	g := gates{c: c, assignments: assignments, at: at}
	return r != nil && g.open(r, a)
}

// Managed returns the applications whose roles the assignments give the right
// to manage at an instant (D16): by a role that manages one, in force, for the
// whole enterprise, its gate open. They are sorted and without repeats. As for
// [Catalogue.Decide], pass all assignments of one person in one enterprise.
func (c *Catalogue) Managed(assignments []Assignment, at time.Time) []ApplicationCode {
	var managed []ApplicationCode
	g := gates{c: c, assignments: assignments, at: at}
	for _, a := range assignments {
		r := c.byCode[a.Role]
		if r != nil && r.Manages != "" && a.Unit.IsZero() && a.InForce().Contains(at) && g.open(r, a) {
			managed = append(managed, r.Manages)
		}
	}
	slices.Sort(managed)
	return slices.Compact(managed)
}

// gates looks for what opens gates among some assignments at an instant.
type gates struct {
	c           *Catalogue
	assignments []Assignment
	at          time.Time
	shut        []gate // found shut before, so that gates behind gates aren't searched over and over
}

type gate struct {
	app        ApplicationCode
	person     PersonID
	enterprise EnterpriseID
	unit       UnitID
}

// open reports whether the gate of an assignment with this role is open. It
// ends because a catalogue has no cycle of gates.
func (g *gates) open(r *role, a Assignment) bool {
	if r.Gate == "" {
		return true
	}
	key := gate{r.Gate, a.Person, a.Enterprise, a.Unit}
	if slices.Contains(g.shut, key) {
		return false
	}
	for _, other := range g.assignments {
		if other.Person != a.Person || other.Enterprise != a.Enterprise || !other.Covers(a.Unit) {
			continue
		}
		opener := g.c.byCode[other.Role]
		if opener != nil && opener.app.Code == r.Gate && other.InForce().Contains(g.at) && g.open(opener, other) {
			return true
		}
	}
	g.shut = append(g.shut, key)
	return false
}

// gateCycles finds the gates that lead back to their own application by way of
// others, each told once, at the role that closes the cycle.
func gateCycles(apps []Application) (problems Problems) {
	type gated struct {
		field string
		to    ApplicationCode
	}
	gatesOf := map[ApplicationCode][]gated{}
	for i, app := range apps {
		for j, r := range app.Roles {
			if r.Gate != "" && r.Gate != app.Code {
				gatesOf[app.Code] = append(gatesOf[app.Code], gated{fmt.Sprintf("applications[%d].roles[%d].gate", i, j), r.Gate})
			}
		}
	}
	done := map[ApplicationCode]bool{}
	var path []string
	var walk func(app ApplicationCode)
	walk = func(app ApplicationCode) {
		path = append(path, string(app))
		for _, next := range gatesOf[app] {
			if at := slices.Index(path, string(next.to)); at >= 0 {
				problems.Add(next.field, ProblemCycle, "gates go in a circle: "+strings.Join(append(path[at:len(path):len(path)], string(next.to)), ", "))
			} else if !done[next.to] {
				walk(next.to)
			}
		}
		path = path[:len(path)-1]
		done[app] = true
	}
	for _, app := range apps {
		if !done[app.Code] {
			walk(app.Code)
		}
	}
	return problems
}
