package storagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var managingCases = []testCase{
	{"managers are the earliest named first", managersInOrder},
	{"a person's terms are in the order of (enterprise, id)", managerTermsInOrder},
	{"a person's terms follow updates", managerTermsFollow},
	{"managers are one enterprise's", managersOfOne},
	{"suspensions are the earliest first", suspensionsInOrder},
	{"every word of every kind comes back", everyWord},
	{"what a request was made under comes back", everyTerm},
}

func (s *suite) managersOf(e accessmgmt.EnterpriseID) []accessmgmt.Manager {
	s.t.Helper()
	rows, err := s.Managers(s.ctx, e)
	s.ok(err, "Managers reads")
	return rows
}

func (s *suite) termsOf(person accessmgmt.PersonID) []accessmgmt.Manager {
	s.t.Helper()
	rows, err := s.ManagerTerms(s.ctx, person)
	s.ok(err, "ManagerTerms reads")
	return rows
}

func managersInOrder(s *suite) {
	e := s.registered()
	c := s.next(e)
	for _, hours := range []int{5, 1, 9, 1, 3} {
		m := s.manager(e, s.personID())
		m.NamedAt = after(time.Duration(hours) * hour)
		m.Window.From = after(time.Duration(-hours) * hour) // when the term begins is another matter
		c.Managers = append(c.Managers, m)
	}
	s.commit(c)
	want := []accessmgmt.Manager{c.Managers[1], c.Managers[3], c.Managers[4], c.Managers[0], c.Managers[2]}
	s.same(want, s.managersOf(e.ID), "managers come the earliest named first, those of one instant in the order of their ids; past, present and future terms alike")

	moved := want[0]
	moved.NamedAt, moved.EndedAt, moved.Version = after(4*hour), after(-hour), 2
	c = s.next(c.Enterprise)
	c.Managers = []accessmgmt.Manager{moved}
	s.commit(c)
	s.same([]accessmgmt.Manager{want[1], want[2], moved, want[3], want[4]}, s.managersOf(e.ID), "managers come the earliest named first, each once, after an update too")
}

func managerTermsInOrder(s *suite) {
	crowd, anne := s.crowd(), s.personID()
	var want []accessmgmt.Manager
	var changes []accessmgmt.Changes
	for i, e := range crowd.enterprises {
		c := s.next(e)
		for n := range 3 {
			m := s.manager(e, anne)
			m.NamedAt = after(time.Duration(-n-10*i) * hour) // not the order
			want = append(want, m)
			c.Managers = append([]accessmgmt.Manager{m, s.manager(e, s.personID())}, c.Managers...)
		}
		changes = append(changes, c)
	}
	for _, i := range []int{2, 0, 1} {
		s.commit(changes[i])
	}
	s.same(want, s.termsOf(anne), "a person's terms come in the order of (enterprise, id), in all enterprises, and nobody else's")
	require.Empty(s.t, s.termsOf(s.personID()), "a person whom nobody named has no terms")
	require.Empty(s.t, s.termsOf(accessmgmt.PersonID{}), "the zero person has no terms")
}

func managerTermsFollow(s *suite) {
	e, anne, ben := s.registered(), s.personID(), s.personID()
	m := s.manager(e, anne)
	c := s.next(e)
	c.Managers = []accessmgmt.Manager{m}
	s.commit(c)
	m.EndedAt, m.EndedBy, m.Reason, m.Version = after(hour), ben, "left", 2
	c = s.next(c.Enterprise)
	c.Managers = []accessmgmt.Manager{m}
	s.commit(c)
	s.same([]accessmgmt.Manager{m}, s.termsOf(anne), "a term that was ended is there, as it is now, once")
	m.Person, m.Version = ben, 3
	c = s.next(c.Enterprise)
	c.Managers = []accessmgmt.Manager{m}
	s.commit(c)
	require.Empty(s.t, s.termsOf(anne), "a term is whose it is now")
	s.same([]accessmgmt.Manager{m}, s.termsOf(ben), "a term is whose it is now")

	stale := s.next(c.Enterprise)
	m.Person = anne
	stale.Managers = []accessmgmt.Manager{m}
	s.refused(stale, accessmgmt.ErrConflict, "a term of version 3 is there")
	require.Empty(s.t, s.termsOf(anne), "a changeset that was refused gives nobody a term")
}

func managersOfOne(s *suite) {
	one, two := s.registered(), s.registered()
	mine, theirs := s.manager(one, s.personID()), s.manager(two, s.personID())
	stop, other := s.suspension(one), s.suspension(two)
	c := s.next(one)
	c.Managers, c.Suspensions = []accessmgmt.Manager{mine}, []accessmgmt.Suspension{stop}
	s.commit(c)
	c = s.next(two)
	c.Managers, c.Suspensions = []accessmgmt.Manager{theirs}, []accessmgmt.Suspension{other}
	s.commit(c)
	s.same([]accessmgmt.Manager{mine}, s.managersOf(one.ID), "managers are one enterprise's")
	s.same([]accessmgmt.Manager{theirs}, s.managersOf(two.ID), "managers are one enterprise's")
	found, err := s.Suspensions(s.ctx, two.ID)
	s.ok(err, "Suspensions reads")
	s.same([]accessmgmt.Suspension{other}, found, "suspensions are one enterprise's")
	require.Empty(s.t, s.managersOf(accessmgmt.EnterpriseID{UUID: s.id()}), "an enterprise that isn't there has no managers")
}

func suspensionsInOrder(s *suite) {
	e := s.registered()
	c := s.next(e)
	for _, hours := range []int{5, 1, 9, 1, 3} {
		row := s.suspension(e)
		row.From, row.To = after(time.Duration(hours)*hour), after(time.Duration(hours+1)*hour)
		c.Suspensions = append(c.Suspensions, row)
	}
	s.commit(c)
	want := []accessmgmt.Suspension{c.Suspensions[1], c.Suspensions[3], c.Suspensions[4], c.Suspensions[0], c.Suspensions[2]}
	got, err := s.Suspensions(s.ctx, e.ID)
	s.ok(err, "Suspensions reads")
	s.same(want, got, "suspensions come the earliest first, those of one instant in the order of their ids")

	moved := want[4]
	moved.From, moved.To, moved.Version = after(2*hour), time.Time{}, 2
	c = s.next(c.Enterprise)
	c.Suspensions = []accessmgmt.Suspension{moved}
	s.commit(c)
	got, err = s.Suspensions(s.ctx, e.ID)
	s.ok(err, "Suspensions reads")
	s.same([]accessmgmt.Suspension{want[0], want[1], moved, want[2], want[3]}, got, "suspensions come the earliest first, each once, after an update too")
}

// everyWord writes each value that the library gives to a field of words, for
// stores that keep them as numbers or look at what they are.
func everyWord(s *suite) {
	e := s.registered()
	c := s.next(e)
	for _, state := range gapStates {
		for _, procedure := range []accessmgmt.Procedure{accessmgmt.Standard, accessmgmt.Exceptional} {
			g := s.gap(e, s.personID())
			g.State, g.Procedure = state, procedure
			c.GAPs = append(c.GAPs, g)
		}
	}
	for _, kind := range []accessmgmt.ManagerKind{accessmgmt.CoGAP, accessmgmt.AccessManager} {
		m := s.manager(e, s.personID())
		m.Kind = kind
		c.Managers = append(c.Managers, m)
	}
	for _, kind := range invitation.RequestKinds() {
		for _, state := range []invitation.RequestState{invitation.Pending, invitation.Approved, invitation.Refused, invitation.Withdrawn} {
			r := s.request(e, s.personID())
			r.Kind, r.State = kind, state
			c.Requests = append(c.Requests, r)
		}
	}
	for _, ending := range []accessmgmt.Ending{"", accessmgmt.EndedByManager, accessmgmt.EndedByReplace, accessmgmt.EndedByHolder, accessmgmt.EndedByUnitGone, accessmgmt.EndedByErasure} {
		a := s.assignment(e, s.personID())
		a.Ending = ending
		c.Assignments = append(c.Assignments, a)
	}
	for _, as := range []accessmgmt.Capacity{
		accessmgmt.AsUser, accessmgmt.AsOperator, accessmgmt.AsRepresentative, accessmgmt.AsGAP, accessmgmt.AsCoGAP, accessmgmt.AsAccessManager,
		accessmgmt.AsManagingRole, accessmgmt.AsInvitee,
	} {
		a := s.assignment(e, s.personID())
		a.GivenAs = as
		c.Assignments = append(c.Assignments, a)
		r := s.record(c, len(c.Audit))
		r.Capacity = as
		c.Audit = append(c.Audit, r)
	}
	for as := roles.ByGAP; as < 2*roles.ByManagingRole; as++ {
		offer, template := s.invitation(e), s.template(e)
		offer.InvitedAs, template.CreatedAs = as, as
		c.Invitations, c.Templates = append(c.Invitations, offer), append(c.Templates, template)
	}
	s.commit(c)
	why := "every word that the library writes comes back"
	s.same(c.Managers, s.managersOf(e.ID), why)
	terms, err := s.GAPs(s.ctx, e.ID)
	s.ok(err, why)
	s.same(c.GAPs, terms, why)
	p := map[string]any{}
	s.pictureRows(p, c)
	for method, want := range map[string]any{"Requests": c.Requests, "Assignments": c.Assignments, "Invitations": c.Invitations, "Templates": c.Templates, "Audit": c.Audit} {
		s.same(want, p[method+" "+e.ID.String()], why)
	}
}

func everyTerm(s *suite) {
	e := s.registered()
	c := s.next(e)
	all := []invitation.RequestTerms{{}, {FourEyes: true}, {NoSelfApproval: true}, {FourEyes: true, NoSelfApproval: true}}
	for n, terms := range all {
		r := s.request(e, s.personID())
		r.Terms = terms
		if n%2 > 0 {
			r.Endorsement = invitation.Endorsement{At: after(hour), By: s.personID()}
		}
		c.Requests = append(c.Requests, r)
	}
	s.commit(c)
	for turn := range all {
		for _, want := range c.Requests {
			got, err := s.Requests(s.ctx, e.ID, []accessmgmt.RequestID{want.ID})
			s.ok(err, "Requests reads")
			s.same([]invitation.Request{want}, got, "each term comes back by itself")
		}
		before := c.Requests
		c = s.next(c.Enterprise)
		for n, r := range before {
			r.Terms, r.Endorsement, r.Version = all[(n+turn)%len(all)], invitation.Endorsement{}, r.Version+1
			c.Requests = append(c.Requests, r)
		}
		s.commit(c)
	}
}
