package verify_test

import (
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
)

// What the model says of the acts on invitations, requests and templates.

// invitation is what a manager sends: to whom, of whom some are named by their ids.
type sending struct {
	lines    []offer
	to       []int
	named    bool
	template *savedInvitation // nil: none
	days     int              // to answer; negative: as many as the policy says
}

// invite says what becomes of each recipient, or of the whole.
func (m *model) invite(f *firm, actor int, in sending) []string {
	if no := m.leave(f, actor, "invite"); no != "" {
		return codes(no)
	}
	rights := m.rights(f, actor)
	lines := in.lines
	if in.template != nil {
		if no := m.usable(f, rights, in.template); no != "" {
			return codes(no)
		}
		if len(lines) == 0 {
			lines = m.dated(in.template)
		}
	}
	if no := m.mayOffer(actor, rights, lines, nil, false); no != "" {
		return codes(no)
	}
	for i, o := range lines {
		if m.fits(f, o) != "" || slices.ContainsFunc(lines[:i], o.meets) {
			return codes(accessmgmt.CodeInvalid)
		}
	}
	days := in.days
	if days < 0 {
		days = m.invitationDays
	}
	if days > 365 || len(lines) == 0 {
		return codes(accessmgmt.CodeInvalid)
	}
	var each []string
	for _, to := range in.to {
		no := m.mayOffer(actor, rights, lines, []int{to}, in.named)
		if no == "" && m.invitedAlready(f, to, lines, nil) {
			no = accessmgmt.CodeAlreadyInvited
		}
		if no == "" {
			no = m.mayBeNamed(f, to, in.named, lines)
		}
		if no == "" {
			f.invited = append(f.invited, &invitee{id: accessmgmt.RecipientID{UUID: m.next()}, firm: f, lines: lines, to: to, named: in.named,
				state: "invited", answered: vacant, expires: m.midnight(m.today() + days + 1), generation: 1, made: m.now})
		}
		each = append(each, no)
	}
	return each
}

// dated returns what a template offers today.
func (m *model) dated(t *savedInvitation) []offer {
	lines := slices.Clone(t.lines)
	for i := range lines {
		length := lines[i].last
		lines[i].first += m.today()
		if length != forever {
			lines[i].last = lines[i].first + length - 1
		}
	}
	return lines
}

// usable says why a template can't be used by an actor.
func (m *model) usable(f *firm, rights []right, t *savedInvitation) string {
	switch {
	case !slices.Contains(f.templates, t) || slices.ContainsFunc(t.lines, func(o offer) bool { return !sees(rights, o.role.app) }):
		return accessmgmt.CodeNotFound
	case t.retired:
		return accessmgmt.CodeState
	}
	return ""
}

// mayOffer says why an actor may not offer lines to some persons.
func (m *model) mayOffer(actor int, rights []right, lines []offer, to []int, named bool) string {
	for _, o := range lines {
		if no := mayGive(rights, o.role); no != "" {
			return no
		}
		if named && m.forbidSelf && slices.Contains(to, actor) {
			return accessmgmt.CodeSelfApproval
		}
	}
	return ""
}

// invitedAlready reports whether an address has an open invitation for some of the
// lines, besides one (D26).
func (m *model) invitedAlready(f *firm, to int, lines []offer, but *invitee) bool {
	return slices.ContainsFunc(f.invited, func(i *invitee) bool {
		return i != but && i.to == to && i.stateAt(m.now) == "invited" && slices.ContainsFunc(i.lines, func(o offer) bool {
			return slices.ContainsFunc(lines, o.meets)
		})
	})
}

// mayBeNamed says why somebody can't be invited by his id.
func (m *model) mayBeNamed(f *firm, person int, named bool, lines []offer) string {
	switch {
	case !named:
		return ""
	case !f.members[person]:
		return accessmgmt.CodeInvalid
	}
	return m.notYet(f, person, lines)
}

// notYet says whether somebody has, or waits for, one of the roles.
func (m *model) notYet(f *firm, person int, lines []offer) string {
	for _, o := range lines {
		switch served := m.days(o.first, o.last); {
		case served.none():
		case f.overlapped(person, o, served, nil):
			return accessmgmt.CodeOverlap
		case m.awaited(f, person, "", nil, o):
			return accessmgmt.CodeAlreadyAsked
		}
	}
	return ""
}

// answerable says why an actor can't answer an invitation at all.
func (m *model) answerable(i *invitee, actor, generation int, act string) string {
	switch {
	case actor == feeble:
		return accessmgmt.CodeAssurance
	case generation != i.generation:
		return accessmgmt.CodeTokenUnknown
	}
	if no := m.leave(i.firm, actor, act, "invitee"); no != "" {
		return no
	}
	if i.named && i.to != actor {
		return accessmgmt.CodeNotInvitee
	}
	if i.stateAt(m.now) != "invited" {
		return accessmgmt.CodeState
	}
	return ""
}

func (m *model) accept(i *invitee, actor, generation int) string {
	if no := m.answerable(i, actor, generation, "accept"); no != "" {
		return no
	}
	f := i.firm
	if m.shutOut(i.lines) {
		return accessmgmt.CodeUnitClosed
	}
	if no := m.notYet(f, actor, i.lines); no != "" {
		return no
	}
	if !m.stillWorth(i.lines) {
		return accessmgmt.CodePeriodOver
	}
	i.state, i.answered = "accepted", actor
	m.join(f, actor)
	for _, o := range i.lines {
		if _, open := m.lapse(o); open {
			m.ask(f, actor, o, "", nil, vacant)
		}
	}
	return ""
}

// shutOut reports whether one of the lines is for a unit that is closed.
func (m *model) shutOut(lines []offer) bool {
	return slices.ContainsFunc(lines, func(o offer) bool { return o.unit != nil && !o.unit.isOpen() })
}

// stillWorth reports whether some of the lines isn't over.
func (m *model) stillWorth(lines []offer) bool {
	return slices.ContainsFunc(lines, func(o offer) bool { _, open := m.lapse(o); return open })
}

func (m *model) decline(i *invitee, actor, generation int) string {
	if no := m.answerable(i, actor, generation, "decline"); no != "" {
		return no
	}
	m.known[actor] = true
	i.state, i.answered = "declined", actor
	return ""
}

func (m *model) revoke(f *firm, actor int, all []*invitee) []string {
	if no := m.leave(f, actor, "revoke"); no != "" {
		return []string{no}
	}
	rights := m.rights(f, actor)
	var codes []string
	for _, i := range all {
		no := accessmgmt.CodeNotFound
		if i.firm == f {
			no = mayTake(rights, i.lines)
		}
		if s := i.stateAt(m.now); no == "" && s != "invited" && s != "expired" {
			no = accessmgmt.CodeState
		}
		if no == "" {
			i.state = "revoked"
		}
		codes = append(codes, no)
	}
	return codes
}

func (m *model) resend(f *firm, actor int, i *invitee) string {
	if no := m.leave(f, actor, "resend"); no != "" {
		return no
	}
	rights := m.rights(f, actor)
	if i.firm != f || slices.ContainsFunc(i.lines, func(o offer) bool { return !sees(rights, o.role.app) }) {
		return accessmgmt.CodeNotFound
	}
	if no := m.mayOffer(actor, rights, i.lines, []int{i.to}, i.named); no != "" {
		return no
	}
	s := i.stateAt(m.now)
	switch {
	case m.shutOut(i.lines):
		return accessmgmt.CodeUnitClosed
	case s != "invited" && s != "expired":
		return accessmgmt.CodeState
	case !m.stillWorth(i.lines):
		return accessmgmt.CodePeriodOver
	case m.invitedAlready(f, i.to, i.lines, i):
		return accessmgmt.CodeAlreadyInvited
	}
	if no := m.mayBeNamed(f, i.to, i.named, i.lines); no != "" {
		return no
	}
	i.state, i.expires, i.generation = "invited", m.midnight(m.today()+m.invitationDays+1), i.generation+1
	return ""
}

// decide is what approve, refuse and withdraw have in common: requests of several
// enterprises, each of which is asked for leave by itself.
func (m *model) decide(actor int, act string, all []*askedRole, where []*firm, one func(f *firm, rights []right, r *askedRole) string) []string {
	if actor == feeble {
		return []string{accessmgmt.CodeAssurance}
	}
	leave, rights := map[*firm]string{}, map[*firm][]right{}
	for _, f := range where {
		if leave[f] = m.leave(f, actor, act, map[string][]string{"withdraw": {"user"}}[act]...); leave[f] == "" && actor != staff {
			rights[f] = m.rights(f, actor)
		}
	}
	var codes []string
	for n, r := range all {
		f := where[n]
		no := leave[f]
		if no == "" && r.firm != f {
			no = accessmgmt.CodeNotFound
		}
		if no == "" {
			no = one(f, rights[f], r)
		}
		codes = append(codes, no)
	}
	return codes
}

func (m *model) approve(actor int, all []*askedRole, where []*firm) []string {
	return m.decide(actor, "approve", all, where, func(f *firm, rights []right, r *askedRole) string {
		switch {
		case !sees(rights, r.role.app):
			return accessmgmt.CodeNotFound
		case r.stateAt(m.now) != "pending":
			return accessmgmt.CodeState
		}
		if no := mayGive(rights, r.role); no != "" {
			return no
		}
		two := r.fourEyes || r.role.fourEyes
		switch {
		case m.shutOut([]offer{r.offer}):
			return accessmgmt.CodeUnitClosed
		case r.person == actor && (two || r.noSelf || m.forbidSelf):
			return accessmgmt.CodeSelfApproval
		case two && r.endorsed == actor:
			return accessmgmt.CodeSecondManager
		case two && (r.endorsed == vacant || mayGive(m.rights(f, r.endorsed), r.role) != ""):
			r.endorsed = actor // the first of the two
			return ""
		}
		return m.approved(f, rights, r)
	})
}

// approved does what a request asks for.
func (m *model) approved(f *firm, rights []right, r *askedRole) (no string) {
	if r.kind != "" {
		if no = m.running(f, rights, r.target); no != "" {
			return no
		}
	}
	switch r.kind {
	case "replace":
		no = m.replaced(f, r.target, r.offer)
	case "extend":
		if no = m.extendable(f, r.target, r.last); no == "" {
			no = m.extended(f, r.target, r.last)
		}
	default:
		served := m.days(r.first, r.last)
		if f.overlapped(r.person, r.offer, served, nil) {
			return accessmgmt.CodeOverlap
		}
		m.give(f, r.person, r.offer, served)
	}
	if no == "" {
		r.state = "approved"
	}
	return no
}

func (m *model) refuse(actor int, all []*askedRole, where []*firm) []string {
	return m.decide(actor, "refuse", all, where, func(_ *firm, rights []right, r *askedRole) string {
		if no := mayGive(rights, r.role); no != "" {
			return no
		}
		return m.settle(r, "refused")
	})
}

func (m *model) withdraw(actor int, all []*askedRole, where []*firm) []string {
	return m.decide(actor, "withdraw", all, where, func(_ *firm, _ []right, r *askedRole) string {
		if r.person != actor {
			return accessmgmt.CodeNotFound
		}
		return m.settle(r, "withdrawn")
	})
}

func (m *model) settle(r *askedRole, as string) string {
	if r.stateAt(m.now) != "pending" {
		return accessmgmt.CodeState
	}
	r.state = as
	return ""
}

// save makes a template of lines.
func (m *model) save(f *firm, actor int, lines []offer) string {
	if no := m.leave(f, actor, "save"); no != "" {
		return no
	}
	if no := m.mayOffer(actor, m.rights(f, actor), lines, nil, false); no != "" {
		return no
	}
	t := &savedInvitation{made: m.now}
	for i, o := range lines {
		if m.fits(f, o) != "" || slices.ContainsFunc(lines[:i], o.meets) {
			return accessmgmt.CodeInvalid
		}
		if o.last != forever {
			o.last = o.last - o.first + 1
		}
		o.first -= m.today()
		t.lines = append(t.lines, o)
	}
	t.id = accessmgmt.TemplateID{UUID: m.next()}
	f.templates = append(f.templates, t)
	return ""
}

func (m *model) retire(f *firm, actor int, t *savedInvitation) string {
	if no := m.leave(f, actor, "retire"); no != "" {
		return no
	}
	rights := m.rights(f, actor)
	no := m.usable(f, rights, t)
	if no == accessmgmt.CodeNotFound {
		return no
	}
	if not := mayTake(rights, t.lines); not != "" {
		return not
	}
	if no == "" {
		t.retired = true
	}
	return no
}
