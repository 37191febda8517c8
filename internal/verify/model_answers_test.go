package verify_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// What the model answers to checks and lists.

// answer is a decision: why, and the roles that it is about.
type modelAnswer struct {
	reason string
	about  []accessmgmt.AssignmentID
}

// nearness is the order of the reasons for a denial, the nearest miss last; see
// [roles.Reason].
var modelNearness = []string{"no_assignment", "not_this_action", "wrong_unit", "ended", "not_yet", "gate_missing", "allowed"}

// check answers whether a person may do something at an instant; now says that it
// is this one.
func (m *model) check(f *firm, person int, action roles.Action, app int, unit *place, at time.Time, now bool) modelAnswer {
	switch {
	case f.isSuspended(at):
		return modelAnswer{reason: "suspended"}
	case !f.led(at):
		return modelAnswer{reason: "no_gap"}
	case unit != nil && (unit.firm != f || now && !unit.isOpen() || !now && !unit.open.holds(at)):
		return modelAnswer{reason: "unknown_unit"}
	}
	answer := modelAnswer{reason: modelNearness[0]}
	for _, g := range f.given {
		if g.person != person || g.role.app != app {
			continue
		}
		reason := f.nearly(g, action, unit, at)
		switch better := slices.Index(modelNearness, reason) - slices.Index(modelNearness, answer.reason); {
		case reason == modelNearness[0] || better < 0:
		case better > 0:
			answer = modelAnswer{reason, []accessmgmt.AssignmentID{g.id}}
		default:
			answer.about = append(answer.about, g.id)
		}
	}
	slices.SortFunc(answer.about, func(a, b accessmgmt.AssignmentID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	return answer
}

// nearly says what one role alone answers: what it misses when that is a single
// thing. Of one that lies ahead, the gate of its first instant counts.
func (f *firm) nearly(g *grantedRole, action roles.Action, unit *place, at time.Time) string {
	var missing []string
	if !slices.Contains(g.role.actions, action) {
		missing = append(missing, "not_this_action")
	}
	if g.unit != nil && g.unit != unit {
		missing = append(missing, "wrong_unit")
	}
	gateAt := at
	switch s := g.inForce(); {
	case s.holds(at):
	case s.none() || !s.to.IsZero() && !at.Before(s.to):
		missing = append(missing, "ended")
	default:
		missing = append(missing, "not_yet")
		gateAt = s.from
	}
	if !f.opens(g, gateAt) {
		missing = append(missing, "gate_missing")
	}
	switch len(missing) {
	case 0:
		return "allowed"
	case 1:
		return missing[0]
	}
	return modelNearness[0]
}

// sight is what an actor sees of some enterprises: which applications' rows of each.
type sight map[*firm][]int

// sight of one enterprise, or of all when f is nil; or the code of a refusal.
func (m *model) sight(f *firm, actor int) (sight, string) {
	if actor == feeble {
		return nil, accessmgmt.CodeAssurance
	}
	if f != nil {
		if no := m.leave(f, actor, "list"); no != "" {
			return nil, no
		}
	}
	seen := sight{}
	for _, g := range m.firms {
		if f != nil && f != g || actor == staff || !m.known[actor] {
			continue
		}
		for _, r := range m.rights(g, actor) {
			seen[g] = append(seen[g], r.apps...)
		}
	}
	return seen, ""
}

func (s sight) sees(f *firm, lines ...offer) bool {
	apps := s[f]
	return len(apps) > 0 && !slices.ContainsFunc(lines, func(o offer) bool { return !slices.Contains(apps, o.role.app) })
}

// row is a line of a list, with the place that it has there: lists are in the order
// in which their rows were made.
type row struct {
	made time.Time
	id   uuid.UUID
	text string
}

func inOrder(rows []row) []string {
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(a.made.Compare(b.made), bytes.Compare(a.id[:], b.id[:])) })
	texts := []string{}
	for _, r := range rows {
		texts = append(texts, r.id.String()+" "+r.text)
	}
	return texts
}

func (m *model) assignmentRows(seen func(f *firm, g *grantedRole) bool) []string {
	var rows []row
	for _, f := range m.firms {
		for _, g := range f.given {
			if seen(f, g) {
				rows = append(rows, row{g.made, g.id.UUID, fmt.Sprint(g.state(m.now), g.person, m.lineText(g.offer))})
			}
		}
	}
	return inOrder(rows)
}

func (m *model) taskRows(open bool, seen func(f *firm, r *askedRole) bool) []string {
	var rows []row
	for _, f := range m.firms {
		for _, r := range f.asked {
			if state := r.stateAt(m.now); (state == "pending") == open && seen(f, r) {
				rows = append(rows, row{r.made, r.id.UUID, fmt.Sprint(state, r.person, r.kind, r.endorsed != vacant, m.lineText(r.offer))})
			}
		}
	}
	return inOrder(rows)
}

func (m *model) invitationRows(seen func(f *firm, i *invitee) bool) []string {
	var rows []row
	for _, f := range m.firms {
		for _, i := range f.invited {
			if seen(f, i) {
				text := fmt.Sprint(i.stateAt(m.now), i.generation, i.expires)
				for _, o := range i.lines {
					text += m.lineText(o)
				}
				rows = append(rows, row{i.made, i.id.UUID, text})
			}
		}
	}
	return inOrder(rows)
}

func (m *model) templateRows(seen sight) []string {
	var rows []row
	for _, f := range m.firms {
		for _, t := range f.templates {
			if !t.retired && seen.sees(f, t.lines...) {
				rows = append(rows, row{t.made, t.id.UUID, fmt.Sprint(len(t.lines))})
			}
		}
	}
	return inOrder(rows)
}

func (m *model) managerRows(f *firm) []string {
	rows := []string{fmt.Sprint("gap ", f.gap, f.resigned)}
	for _, t := range f.terms {
		rows = append(rows, fmt.Sprint(t.id, t.person, t.domain, t.state(m.now)))
	}
	return rows
}

func (m *model) unitRows(f *firm) []string {
	rows := []string{}
	for _, u := range f.units {
		rows = append(rows, fmt.Sprint(u.id, unitNumber(u.number), u.isOpen()))
	}
	return rows
}

// date is a day as the library writes it; period the days of a line.
func (m *model) date(day int) roles.Date {
	return roles.DateOf(modelFirstDay.AddDate(0, 0, day), time.UTC)
}

func (m *model) period(first, last int) roles.Period {
	if last == forever {
		return roles.From(m.date(first))
	}
	return roles.Between(m.date(first), m.date(last))
}

func (m *model) lineText(o offer) string {
	return lineText(o.role.code, unitID(o.unit), m.period(o.first, o.last))
}

func lineText(role roles.Code, unit accessmgmt.UnitID, p roles.Period) string {
	return fmt.Sprintf(" %s/%s/%s", role, unit, p)
}

func unitID(u *place) accessmgmt.UnitID {
	if u == nil {
		return accessmgmt.UnitID{}
	}
	return u.id
}
