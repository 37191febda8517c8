package verify_test

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// This is a second account of what the library does, taken from its documentation
// and its decisions (D1 to D36) and not from its code: plain lists, everything
// looked through each time, one thing after the other, no store. It is there to be
// held against the service; see TestModel.

// modelRole is a role as this model knows it.
type modelRole struct {
	code     roles.Code
	app      int // monEspace or calista
	actions  []roles.Action
	by       []string // who may give it
	maxDays  int
	fourEyes bool
	gated    bool // by a role of Mon Espace
	manages  bool // the roles of CALISTA
}

const (
	monEspace = iota
	calista
)

var modelApps = []roles.ApplicationCode{roles.MonEspaceApplication, roles.CalistaApplication}

var (
	byManagers    = []string{"gap", "co", "am"}
	byEveryone    = []string{"gap", "co", "am", "mr"}
	modelReader   = &modelRole{code: roles.Reader, app: monEspace, actions: []roles.Action{roles.Read}, by: byManagers}
	modelEditor   = &modelRole{code: roles.Editor, app: monEspace, actions: []roles.Action{roles.Read, roles.Sign}, by: byManagers, maxDays: 60}
	modelOwner    = &modelRole{code: roles.Owner, app: monEspace, actions: []roles.Action{roles.Read, roles.Sign}, by: byManagers, fourEyes: true}
	modelAdmin    = &modelRole{code: roles.LocalAdministrator, app: calista, actions: []roles.Action{roles.ReadCase}, by: []string{"gap", "co"}, gated: true, manages: true}
	modelLector   = &modelRole{code: roles.CalistaReader, app: calista, actions: []roles.Action{roles.ReadCase}, by: byEveryone}
	modelValidate = &modelRole{code: roles.CalistaValidator, app: calista, actions: []roles.Action{roles.ReadCase, roles.ValidateCase}, by: byEveryone}
	modelRoles    = []*modelRole{modelReader, modelEditor, modelOwner, modelAdmin, modelLector, modelValidate}
)

// modelCatalogue is the shipped catalogue, with a longest validity and a role that
// needs two.
func modelCatalogue() *roles.Catalogue {
	mon, cal := roles.MonEspaceRoles(), roles.CalistaRoles()
	for i := range mon.Roles {
		switch mon.Roles[i].Code {
		case roles.Editor:
			mon.Roles[i].MaxDays = modelEditor.maxDays
		case roles.Owner:
			mon.Roles[i].FourEyes = true
		default: // as it is
		}
	}
	c, err := roles.NewCatalogue(mon, cal)
	if err != nil {
		panic(err)
	}
	return c
}

// The persons are numbered; these are some of them.
const (
	representative = 6
	modelPersons   = 7
	// Actors who are no persons of their own.
	staff  = 7
	feeble = 8 // the first person, who has proved too weakly who he is
	actors = 9

	vacant = -1
	// forever is the last day of what has none.
	forever = 1 << 20
)

// span is a stretch of time: from is in it, to isn't; a zero to is never.
type span struct{ from, to time.Time }

func (s span) holds(at time.Time) bool {
	return !at.Before(s.from) && (s.to.IsZero() || at.Before(s.to))
}

func (s span) none() bool { return !s.to.IsZero() && !s.from.Before(s.to) }

func (s span) meets(o span) bool {
	return !s.none() && !o.none() && (s.to.IsZero() || o.from.Before(s.to)) && (o.to.IsZero() || s.from.Before(o.to))
}

// cut is s until an instant at the latest; a zero one cuts nothing.
func (s span) cut(at time.Time) span {
	if !at.IsZero() && (s.to.IsZero() || at.Before(s.to)) {
		s.to = at
	}
	return s
}

// firm is an enterprise.
type firm struct {
	number      accessmgmt.EnterpriseNumber
	id          accessmgmt.EnterpriseID // zero: not registered yet
	gap         int
	resigned    bool
	gaps        []span // the terms of office, whosever they were
	terms       []*term
	suspensions []span
	units       []*place
	members     map[int]bool
	given       []*grantedRole
	asked       []*askedRole
	invited     []*invitee
	templates   []*savedInvitation
}

// term is a term of office of a co-GAP, or of the access manager of a domain.
type term struct {
	id     accessmgmt.DesignationID
	person int
	domain int // that of an access manager; vacant: a co-GAP
	served span
	ended  time.Time
}

// place is an establishment unit.
type place struct {
	id       accessmgmt.UnitID
	firm     *firm
	number   int
	open     span
	from, to *firm // where it came from and went
}

// offer is one line: a role, for a unit or the whole enterprise, on some days.
type offer struct {
	role        *modelRole
	unit        *place // nil: the whole enterprise
	first, last int
}

func (o offer) alike(p offer) bool { return o.role == p.role && o.unit == p.unit }

func (o offer) meets(p offer) bool { return o.alike(p) && o.first <= p.last && p.first <= o.last }

// grantedRole is an assignment.
type grantedRole struct {
	offer
	id     accessmgmt.AssignmentID
	person int
	served span
	ended  time.Time
	made   time.Time
}

// invitee is a recipient.
type invitee struct {
	id         accessmgmt.RecipientID
	firm       *firm
	lines      []offer
	to         int  // whose address it is
	named      bool // only he may answer
	state      string
	answered   int // by whom; vacant: nobody
	expires    time.Time
	generation int
	made       time.Time
}

// askedRole is a request.
type askedRole struct {
	offer
	id       accessmgmt.RequestID
	firm     *firm
	person   int
	kind     string // "", "replace" or "extend"
	target   *grantedRole
	fourEyes bool
	noSelf   bool
	endorsed int // by whom; vacant: nobody
	state    string
	lapses   time.Time
	made     time.Time
}

// savedInvitation is a template: how many days after the sending each line begins,
// and how many it lasts.
type savedInvitation struct {
	id      accessmgmt.TemplateID
	lines   []offer
	retired bool
	made    time.Time
}

// model is everything there is.
type model struct {
	firms []*firm
	known map[int]bool // persons whom the store has
	now   time.Time
	zone  *time.Location
	// The policy.
	forbidSelf, cancel          bool
	invitationDays, requestDays int
	made                        []uuid.UUID // ids that the service gave to what a deed makes, in order
	visited                     []time.Time // instants at which something was done
}

// day returns the number of the civil day of an instant, counted from the first of
// all, in the policy's zone.
func (m *model) day(at time.Time) int {
	y, month, d := at.In(m.zone).Date()
	return int(time.Date(y, month, d, 0, 0, 0, 0, time.UTC).Sub(modelFirstDay) / (24 * time.Hour))
}

// modelFirstDay is four weeks before the clocks change.
var modelFirstDay = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

// midnight is when a day begins.
func (m *model) midnight(day int) time.Time {
	return time.Date(2026, time.March, 2+day, 0, 0, 0, 0, m.zone).UTC()
}

func (m *model) today() int { return m.day(m.now) }

// days returns the instants of some days, from now on at the earliest.
func (m *model) days(first, last int) span {
	s := span{from: m.midnight(first)}
	if last != forever {
		s.to = m.midnight(last + 1)
	}
	if s.from.Before(m.now) {
		s.from = m.now
	}
	return s
}

// next returns the id that the service gave to what is made.
func (m *model) next() uuid.UUID {
	if len(m.made) == 0 {
		return uuid.Nil
	}
	id := m.made[0]
	m.made = m.made[1:]
	return id
}

func (g *grantedRole) inForce() span { return g.served.cut(g.ended) }

// state is a word for where something with an end stands.
func stateOf(served span, ended, at time.Time) string {
	s := served.cut(ended)
	switch {
	case s.holds(at):
		return "active"
	case s.to.IsZero() || at.Before(s.to):
		return "scheduled"
	case s.to.Equal(ended):
		return "ended"
	}
	return "expired"
}

func (g *grantedRole) state(at time.Time) string { return stateOf(g.served, g.ended, at) }

func (g *grantedRole) runs(at time.Time) bool {
	s := g.state(at)
	return s == "active" || s == "scheduled"
}

func (t *term) state(at time.Time) string { return stateOf(t.served, t.ended, at) }

func (i *invitee) stateAt(at time.Time) string {
	if i.state == "invited" && !at.Before(i.expires) {
		return "expired"
	}
	return i.state
}

func (r *askedRole) stateAt(at time.Time) string {
	if r.state == "pending" && !at.Before(r.lapses) {
		return "lapsed"
	}
	return r.state
}

func (f *firm) isSuspended(at time.Time) bool {
	return slices.ContainsFunc(f.suspensions, func(s span) bool { return s.holds(at) })
}

// led reports whether there is a GAP or a co-GAP at an instant (D9).
func (f *firm) led(at time.Time) bool {
	return slices.ContainsFunc(f.gaps, func(s span) bool { return s.holds(at) }) ||
		slices.ContainsFunc(f.terms, func(t *term) bool { return t.domain == vacant && t.served.cut(t.ended).holds(at) })
}

// opens reports whether what gates a role is there at an instant (D15, D25).
func (f *firm) opens(g *grantedRole, at time.Time) bool {
	return !g.role.gated || slices.ContainsFunc(f.given, func(o *grantedRole) bool {
		return o.person == g.person && o.role.app == monEspace && o.inForce().holds(at) && (o.unit == nil || o.unit == g.unit)
	})
}

// right is what somebody may manage in an enterprise, and as what.
type right struct {
	as   string
	apps []int
}

var allApps = []int{monEspace, calista}

// rights are those of a person at this instant, the strongest first (D14, D16).
func (m *model) rights(f *firm, person int) []right {
	var all []right
	if f.gap == person {
		all = append(all, right{"gap", allApps})
	}
	for _, kind := range []string{"co", "am"} {
		for _, t := range f.terms {
			switch {
			case t.person != person || !t.served.cut(t.ended).holds(m.now) || (t.domain == vacant) != (kind == "co"):
			case kind == "co":
				all = append(all, right{kind, allApps})
			default:
				all = append(all, right{kind, []int{t.domain}})
			}
		}
	}
	if f.led(m.now) && !f.isSuspended(m.now) && slices.ContainsFunc(f.given, func(g *grantedRole) bool {
		return g.person == person && g.role.manages && g.unit == nil && g.inForce().holds(m.now) && f.opens(g, m.now)
	}) {
		all = append(all, right{"mr", []int{calista}})
	}
	return all
}

// permitted says who may do what (D14).
var permitted = map[string][]string{
	"vacate": {"rep", "staff"}, "resign": {"gap"}, "name": {"gap"}, "remove": {"gap", "co", "am"},
	"add unit": {"gap", "co"}, "close unit": {"gap", "co"}, "move unit": {"staff"}, "suspend": {"staff"}, "resume": {"staff"},
	"accept": {"invitee"}, "decline": {"invitee"}, "withdraw": {"user"}, "give back": {"user"},
	"invite": byEveryone, "resend": byEveryone, "revoke": byEveryone, "approve": byEveryone, "refuse": byEveryone, "assign": byEveryone,
	"replace": byEveryone, "extend": byEveryone, "end": byEveryone, "end all": byEveryone, "save": byEveryone, "retire": byEveryone, "list": byEveryone,
}

// giving are the acts that a suspension stops (c-24).
var giving = []string{"invite", "resend", "accept", "approve", "assign", "replace", "extend", "save", "name", "add unit"}

// standings are all as what somebody may act in an enterprise.
func (m *model) standings(f *firm, actor int, also ...string) []string {
	if actor == staff {
		return []string{"staff"}
	}
	if m.known[actor] && !f.id.IsZero() {
		for _, r := range m.rights(f, actor) {
			also = append(also, r.as)
		}
	}
	return also
}

// leave says why an actor may not do something at all; "" when he may. To somebody
// who has nothing to do with the enterprise there is none.
func (m *model) leave(f *firm, actor int, act string, also ...string) string {
	if actor == feeble {
		return accessmgmt.CodeAssurance
	}
	if f.id.IsZero() {
		return accessmgmt.CodeNotFound
	}
	is := m.standings(f, actor, also...)
	for _, as := range permitted[act] {
		if slices.Contains(is, as) {
			if actor != staff && f.isSuspended(m.now) && slices.Contains(giving, act) {
				return accessmgmt.CodeSuspended
			}
			return ""
		}
	}
	switch may := permitted[act]; {
	case len(is) == 0:
		return accessmgmt.CodeNotFound
	case may[0] == "rep":
		return accessmgmt.CodeNotRepresentative
	case may[0] == "staff":
		return accessmgmt.CodeStaffOnly
	}
	return accessmgmt.CodeNotManager
}

// mayGive says why an actor may not give, take or refuse a role; "" when he may.
// Of a role that isn't his to see there is no such thing (c-7).
func mayGive(rights []right, role *modelRole) string {
	code := accessmgmt.CodeNotFound
	for _, r := range rights {
		if !slices.Contains(r.apps, role.app) {
			continue
		}
		if slices.Contains(role.by, r.as) {
			return ""
		}
		code = accessmgmt.CodeRoleNotGrantable
	}
	return code
}

// sees reports whether an actor sees the roles of an application.
func sees(rights []right, app int) bool {
	return slices.ContainsFunc(rights, func(r right) bool { return slices.Contains(r.apps, app) })
}
