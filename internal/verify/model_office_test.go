package verify_test

import (
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
)

// What the model says of the acts on the offices, the units and the whole
// enterprise. Each returns "", or the code of the refusal, and changes nothing then.

// join makes a person known, to the store and to an enterprise.
func (m *model) join(f *firm, person int) {
	m.known[person], f.members[person] = true, true
}

func (m *model) designate(f *firm, actor, person int) string {
	switch {
	case actor == feeble:
		return accessmgmt.CodeAssurance
	case actor != representative:
		return accessmgmt.CodeNotRepresentative
	case f.gap == person && !f.id.IsZero():
		return accessmgmt.CodeAlreadyGAP
	}
	if id := m.next(); f.id.IsZero() {
		f.id = accessmgmt.EnterpriseID{UUID: id}
	}
	if f.gap != vacant {
		m.leaveOffice(f)
	}
	m.known[actor] = true
	m.join(f, person)
	f.gap, f.resigned = person, false
	f.gaps = append(f.gaps, span{from: m.now})
	return ""
}

// leaveOffice ends the GAP's term, and what he leaves open where the policy says so
// (D5).
func (m *model) leaveOffice(f *firm) {
	f.gap, f.resigned = vacant, false
	last := &f.gaps[len(f.gaps)-1]
	last.to = m.now
	if !m.cancel {
		return
	}
	for _, i := range f.invited {
		if i.stateAt(m.now) == "invited" {
			i.state = "revoked"
		}
	}
	for _, r := range f.asked {
		if r.stateAt(m.now) == "pending" {
			r.state = "refused"
		}
	}
}

func (m *model) vacate(f *firm, actor int) string {
	var also []string
	if actor == representative {
		also = []string{"rep"}
	}
	if no := m.leave(f, actor, "vacate", also...); no != "" {
		return no
	}
	if f.gap == vacant {
		return accessmgmt.CodeState
	}
	m.known[actor] = true
	m.leaveOffice(f)
	return ""
}

func (m *model) resign(f *firm, actor int) string {
	if no := m.leave(f, actor, "resign"); no != "" {
		return no
	}
	if f.resigned {
		return accessmgmt.CodeState
	}
	f.resigned = true
	return ""
}

// somebody is a person named by his id, or by his national number.
type somebody struct {
	person   int
	byNumber bool
	// nobodys: the id is one that nobody has, since he had none yet.
	nobodys bool
}

// recognised says why nobody is found; an id that the enterprise doesn't know is
// none.
func (f *firm) recognised(who somebody) string {
	if who.nobodys || !who.byNumber && !f.members[who.person] {
		return accessmgmt.CodeNotFound
	}
	return ""
}

func (m *model) name(f *firm, actor int, who somebody, domain, first, last int) string {
	if no := m.leave(f, actor, "name"); no != "" {
		return no
	}
	if first < m.today() || last < first {
		return accessmgmt.CodeInvalid
	}
	if no := f.recognised(who); no != "" {
		return no
	}
	served := m.days(first, last)
	if who.person == f.gap || slices.ContainsFunc(f.terms, func(t *term) bool {
		return t.person == who.person && t.domain == domain && t.served.cut(t.ended).meets(served)
	}) {
		return accessmgmt.CodeAlreadyManager
	}
	m.join(f, who.person)
	f.terms = append(f.terms, &term{id: accessmgmt.DesignationID{UUID: m.next()}, person: who.person, domain: domain, served: served})
	return ""
}

func (m *model) remove(f *firm, actor int, t *term) string {
	if no := m.leave(f, actor, "remove"); no != "" {
		return no
	}
	switch {
	case !slices.Contains(f.terms, t):
		return accessmgmt.CodeNotFound
	case f.gap != actor && t.person != actor:
		return accessmgmt.CodeNotManager
	case t.state(m.now) != "active" && t.state(m.now) != "scheduled":
		return accessmgmt.CodeState
	}
	t.ended = m.now
	return ""
}

func (m *model) suspend(f *firm, actor int) string {
	if no := m.leave(f, actor, "suspend"); no != "" {
		return no
	}
	if f.isSuspended(m.now) {
		return accessmgmt.CodeSuspended
	}
	m.known[actor] = true
	f.suspensions = append(f.suspensions, span{from: m.now})
	return ""
}

func (m *model) resume(f *firm, actor int) string {
	if no := m.leave(f, actor, "resume"); no != "" {
		return no
	}
	if !f.isSuspended(m.now) {
		return accessmgmt.CodeState
	}
	m.known[actor] = true
	f.suspensions[len(f.suspensions)-1].to = m.now
	return ""
}

// numbered returns the open unit of an enterprise with a number, nil: none.
func (m *model) numbered(f *firm, number int) *place {
	for _, u := range f.units {
		if u.number == number && u.isOpen() {
			return u
		}
	}
	return nil
}

func (u *place) isOpen() bool { return u.open.to.IsZero() }

func (m *model) addUnit(f *firm, actor, number int) string {
	if no := m.leave(f, actor, "add unit"); no != "" {
		return no
	}
	if m.numbered(f, number) != nil {
		return accessmgmt.CodeUnitExists
	}
	m.newUnit(f, number, nil)
	return ""
}

func (m *model) newUnit(f *firm, number int, from *firm) {
	f.units = append(f.units, &place{id: accessmgmt.UnitID{UUID: m.next()}, firm: f, number: number, open: span{from: m.now}, from: from})
}

func (m *model) closeUnit(f *firm, actor int, u *place) string {
	if no := m.leave(f, actor, "close unit"); no != "" {
		return no
	}
	switch {
	case u.firm != f:
		return accessmgmt.CodeNotFound
	case !u.isOpen():
		return accessmgmt.CodeUnitClosed
	}
	m.shut(u)
	return ""
}

// shut closes a unit, and all that is for it alone (D8).
func (m *model) shut(u *place) {
	f := u.firm
	u.open.to = m.now
	for _, g := range f.given {
		if g.unit == u && g.runs(m.now) {
			g.ended = m.now
		}
	}
	for _, r := range f.asked {
		if r.unit == u && r.stateAt(m.now) == "pending" {
			r.state = "refused"
		}
	}
	for _, i := range f.invited {
		if i.stateAt(m.now) == "invited" && !slices.ContainsFunc(i.lines, func(o offer) bool { return o.unit != u }) {
			i.state = "revoked"
		}
	}
}

// moveUnit moves a unit: it is closed here and added there, each unless it is done.
func (m *model) moveUnit(f *firm, actor int, u *place, to *firm) string {
	if no := m.leave(f, actor, "move unit"); no != "" {
		return no
	}
	if to.id.IsZero() || to == f {
		return accessmgmt.CodeInvalid
	}
	switch {
	case u.firm != f:
		return accessmgmt.CodeNotFound
	case !u.isOpen() && u.to != to:
		return accessmgmt.CodeUnitClosed
	}
	m.known[actor] = true
	there := func() bool {
		return slices.ContainsFunc(to.units, func(o *place) bool {
			return o.number == u.number && o.from == f && (o.isOpen() || !u.isOpen() && !o.open.from.Before(u.open.to))
		})
	}
	if !there() && m.numbered(to, u.number) != nil {
		return accessmgmt.CodeUnitExists
	}
	if u.isOpen() {
		m.shut(u)
		u.to = to
	}
	if !there() {
		m.newUnit(to, u.number, f)
	}
	return ""
}
