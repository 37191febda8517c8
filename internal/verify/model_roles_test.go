package verify_test

import (
	"slices"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// What the model says of the acts on roles. One on several things returns a code
// for each; one that is refused as a whole, that code alone.

// fits says what is wrong with a line that is given or offered today; "" when
// nothing is.
func (m *model) fits(f *firm, o offer) string {
	switch {
	case o.first < m.today(), o.last < o.first:
		return accessmgmt.CodeInvalid
	case o.unit != nil && (o.unit.firm != f || !o.unit.isOpen()):
		return accessmgmt.CodeInvalid
	case o.role.maxDays > 0 && o.last-o.first+1 > o.role.maxDays:
		return accessmgmt.CodeInvalid
	}
	return ""
}

// overlapped reports whether somebody has a role for some of a time already,
// besides one (D26).
func (f *firm) overlapped(person int, o offer, served span, but *grantedRole) bool {
	return slices.ContainsFunc(f.given, func(g *grantedRole) bool {
		return g != but && g.person == person && g.alike(o) && g.inForce().meets(served)
	})
}

// awaited reports whether a request for the same waits.
func (m *model) awaited(f *firm, person int, kind string, target *grantedRole, o offer) bool {
	return slices.ContainsFunc(f.asked, func(r *askedRole) bool {
		return r.person == person && r.kind == kind && r.target == target && r.meets(o) && r.stateAt(m.now) == "pending"
	})
}

func (m *model) give(f *firm, person int, o offer, served span) *grantedRole {
	g := &grantedRole{offer: o, id: accessmgmt.AssignmentID{UUID: m.next()}, person: person, served: served, made: m.now}
	f.given = append(f.given, g)
	return g
}

// lapse is when a request for a line can't be decided any more (D6), and whether
// it can now.
func (m *model) lapse(o offer) (time.Time, bool) {
	lapses := m.midnight(m.today() + m.requestDays + 1)
	if o.last != forever && m.midnight(o.last+1).Before(lapses) {
		lapses = m.midnight(o.last + 1)
	}
	return lapses, m.now.Before(lapses)
}

func (m *model) ask(f *firm, person int, o offer, kind string, target *grantedRole, by int) {
	lapses, _ := m.lapse(o)
	f.asked = append(f.asked, &askedRole{offer: o, id: accessmgmt.RequestID{UUID: m.next()}, firm: f, person: person, kind: kind, target: target,
		fourEyes: o.role.fourEyes, noSelf: m.forbidSelf, endorsed: by, state: "pending", lapses: lapses, made: m.now})
}

func (m *model) assign(f *firm, actor int, to []somebody, lines []offer) []string {
	if no := m.leave(f, actor, "assign"); no != "" {
		return []string{no}
	}
	rights := m.rights(f, actor)
	var codes []string
	for _, who := range to {
		for _, o := range lines {
			codes = append(codes, m.assignOne(f, actor, rights, who, o))
		}
	}
	return codes
}

func (m *model) assignOne(f *firm, actor int, rights []right, who somebody, o offer) string {
	if no := mayGive(rights, o.role); no != "" {
		return no
	}
	if no := m.fits(f, o); no != "" {
		return no
	}
	if no := f.recognised(who); no != "" {
		return no
	}
	served := m.days(o.first, o.last)
	switch {
	case who.person == actor && m.forbidSelf:
		return accessmgmt.CodeSelfApproval
	case f.overlapped(who.person, o, served, nil):
		return accessmgmt.CodeOverlap
	case o.role.fourEyes && who.person == actor:
		return accessmgmt.CodeSelfApproval
	case o.role.fourEyes && m.awaited(f, who.person, "", nil, o):
		return accessmgmt.CodeAlreadyAsked
	}
	m.join(f, who.person)
	if o.role.fourEyes {
		m.ask(f, who.person, o, "", nil, actor)
	} else {
		m.give(f, who.person, o, served)
	}
	return ""
}

// running says why a role can't be changed by an actor.
func (m *model) running(f *firm, rights []right, g *grantedRole) string {
	if !slices.Contains(f.given, g) {
		return accessmgmt.CodeNotFound
	}
	if no := mayGive(rights, g.role); no != "" {
		return no
	}
	if !g.runs(m.now) {
		return accessmgmt.CodeState
	}
	return ""
}

func (m *model) replace(f *firm, actor int, old *grantedRole, o offer) string {
	if no := m.leave(f, actor, "replace"); no != "" {
		return no
	}
	rights := m.rights(f, actor)
	if no := m.running(f, rights, old); no != "" {
		return no
	}
	if no := mayGive(rights, o.role); no != "" {
		return no
	}
	if m.forbidSelf && old.person == actor {
		return accessmgmt.CodeSelfApproval
	}
	if no := m.fits(f, o); no != "" {
		return no
	}
	switch {
	case !o.role.fourEyes:
		return m.replaced(f, old, o)
	case old.person == actor:
		return accessmgmt.CodeSelfApproval
	case !old.ended.IsZero():
		return accessmgmt.CodeState
	case m.awaited(f, old.person, "replace", old, o):
		return accessmgmt.CodeAlreadyAsked
	}
	m.ask(f, old.person, o, "replace", old, actor)
	return ""
}

// replaced puts a line in the place of a role: one ends when the other begins (D1,
// D27).
func (m *model) replaced(f *firm, old *grantedRole, o offer) string {
	served := m.days(o.first, o.last)
	switch {
	case !old.ended.IsZero():
		return accessmgmt.CodeState
	case served.none():
		return accessmgmt.CodePeriodOver
	}
	if f.overlapped(old.person, o, served, old) {
		return accessmgmt.CodeOverlap
	}
	old.ended = served.from
	m.give(f, old.person, o, served)
	return ""
}

func (m *model) extend(f *firm, actor int, all []*grantedRole, last int) []string {
	if no := m.leave(f, actor, "extend"); no != "" {
		return []string{no}
	}
	rights := m.rights(f, actor)
	var codes []string
	for _, g := range all {
		codes = append(codes, m.extendOne(f, actor, rights, g, last))
	}
	return codes
}

func (m *model) extendOne(f *firm, actor int, rights []right, g *grantedRole, last int) string {
	if no := m.running(f, rights, g); no != "" {
		return no
	}
	if m.forbidSelf && g.person == actor {
		return accessmgmt.CodeSelfApproval
	}
	if no := m.extendable(f, g, last); no != "" {
		return no
	}
	longer := g.offer
	longer.last = last
	switch {
	case g.role.fourEyes && g.person == actor:
		return accessmgmt.CodeSelfApproval
	case g.role.fourEyes && m.awaited(f, g.person, "extend", g, longer):
		return accessmgmt.CodeAlreadyAsked
	case g.role.fourEyes:
		m.ask(f, g.person, longer, "extend", g, actor)
		return ""
	}
	return m.extended(f, g, last)
}

// extendable says why a role can't last until a day: it is to end sooner by an act,
// it lasts that long, or it couldn't be given anew for what is left.
func (m *model) extendable(f *firm, g *grantedRole, last int) string {
	if !g.ended.IsZero() {
		return accessmgmt.CodeState
	}
	if g.last >= last {
		return accessmgmt.CodeInvalid
	}
	anew := g.offer
	anew.first, anew.last = max(g.first, m.today()), last
	return m.fits(f, anew)
}

func (m *model) extended(f *firm, g *grantedRole, last int) string {
	served := g.served
	if served.to = (time.Time{}); last != forever {
		served.to = m.midnight(last + 1)
	}
	if f.overlapped(g.person, g.offer, served, g) {
		return accessmgmt.CodeOverlap
	}
	g.last, g.served = last, served
	return ""
}

// end takes roles away now, or with a day; forever stands for now.
func (m *model) end(f *firm, actor int, all []*grantedRole, on int) []string {
	if no := m.leave(f, actor, "end"); no != "" {
		return []string{no}
	}
	at := m.now
	if on != forever {
		if on < m.today() {
			return []string{accessmgmt.CodeInvalid}
		}
		at = m.midnight(on + 1)
	}
	rights := m.rights(f, actor)
	var codes []string
	for _, g := range all {
		no := m.running(f, rights, g)
		switch {
		case no != "":
		case !g.served.to.IsZero() && !at.Before(g.served.to):
			no = accessmgmt.CodeInvalid
		case !g.ended.IsZero() && !at.Before(g.ended):
			no = accessmgmt.CodeState
		default:
			g.ended = at
		}
		codes = append(codes, no)
	}
	return codes
}

func (m *model) giveBack(f *firm, actor int, all []*grantedRole) []string {
	if no := m.leave(f, actor, "give back", "user"); no != "" {
		return []string{no}
	}
	if !f.members[actor] {
		return []string{accessmgmt.CodeNotFound}
	}
	var codes []string
	for _, g := range all {
		switch {
		case !slices.Contains(f.given, g) || g.person != actor:
			codes = append(codes, accessmgmt.CodeNotFound)
		case !g.runs(m.now):
			codes = append(codes, accessmgmt.CodeState)
		default:
			g.ended = m.now
			codes = append(codes, "")
		}
	}
	return codes
}

// endAll takes all from somebody who leaves, as far as the actor may (c-22).
func (m *model) endAll(f *firm, actor, person int) string {
	if no := m.leave(f, actor, "end all"); no != "" {
		return no
	}
	if !f.members[person] {
		return accessmgmt.CodeNotFound
	}
	rights := m.rights(f, actor)
	for _, g := range f.given {
		if g.person == person && g.runs(m.now) && mayGive(rights, g.role) == "" {
			g.ended = m.now
		}
	}
	for _, r := range f.asked {
		if r.person == person && r.stateAt(m.now) == "pending" && mayGive(rights, r.role) == "" {
			r.state = "refused"
		}
	}
	for _, i := range f.invited {
		if i.to == person && i.stateAt(m.now) == "invited" && mayTake(rights, i.lines) == "" {
			i.state = "revoked"
		}
	}
	if f.gap != actor {
		return ""
	}
	for _, t := range f.terms {
		if s := t.state(m.now); t.person == person && (s == "active" || s == "scheduled") {
			t.ended = m.now
		}
	}
	return ""
}

// mayTake is mayGive for all roles of an invitation.
func mayTake(rights []right, lines []offer) string {
	for _, o := range lines {
		if no := mayGive(rights, o.role); no != "" {
			return no
		}
	}
	return ""
}
