package verify_test

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// find asks for pages, and counts, by filters of all sorts.
func (p *pair) find(rt *rapid.T) {
	p.T = rt
	page := accessmgmt.Page{Limit: rapid.IntRange(1, 4).Draw(rt, "limit"), Newest: p.chance(50)}
	if p.chance(50) {
		page.After = accessmgmt.PageKey{At: p.instant(), ID: p.row(one[byte](p, 'a', 'r', 'q', 'g', 'u', 't'), p.enterprise())}
	}
	enterprises, parts := some(p, p.enterprise), some(p, p.part)
	if p.chance(60) {
		parts = nil
	}
	var person accessmgmt.PersonID
	if p.chance(40) {
		person = p.person()
	}
	p.findRecipients(accessmgmt.RecipientFilter{Enterprises: enterprises, Parts: parts, Person: person}, page)
	recipients := accessmgmt.RecipientFilter{Enterprises: enterprises, Parts: parts, Person: person, At: p.instant(), Roles: p.codes(), Units: p.units(), Name: p.words(),
		States: some(p, func() invitation.RecipientState { return one(p, invitation.RecipientStates()...) })}
	if p.chance(30) {
		recipients.EmailKeys = []string{"ben.0@example.be", "ben.1@example.be"}[:rapid.IntRange(1, 2).Draw(rt, "emails")]
	}
	if p.chance(30) {
		recipients.Created = roles.Window{From: p.finer(), To: one(p, time.Time{}, p.finer(), p.finer())}
	}
	recipients.Invitations = some(p, func() accessmgmt.InvitationID { return accessmgmt.InvitationID{UUID: p.row('i', p.enterprise())} })
	p.findRecipients(recipients, page)

	requests := accessmgmt.RequestFilter{Enterprises: enterprises, Parts: parts, Person: person, At: p.instant(), Roles: p.codes(), Units: p.units(), Name: p.words(),
		States: some(p, func() invitation.RequestState { return one(p, invitation.RequestStates()...) })}
	if p.chance(30) {
		requests.Requested = roles.Window{From: p.finer(), To: one(p, time.Time{}, p.finer(), p.finer())}
	}
	ask(p, "FindRequests", func(s accessmgmt.Store) ([]invitation.Request, error) { return s.FindRequests(ctx, requests, page) })
	ask(p, "CountRequests", func(s accessmgmt.Store) (int, error) { return s.CountRequests(ctx, requests) })

	during := roles.Window{From: p.finer(), To: one(p, time.Time{}, p.finer(), p.finer())}
	p.findAssignments(accessmgmt.AssignmentFilter{Enterprises: everywhere(), During: during}, accessmgmt.Page{Limit: 100})
	p.findAssignments(accessmgmt.AssignmentFilter{Enterprises: everywhere(), EndsBefore: p.finer()}, accessmgmt.Page{Limit: 100})
	assignments := accessmgmt.AssignmentFilter{Enterprises: enterprises, Parts: parts, Persons: some(p, p.person), At: p.instant(), Roles: p.codes(), Units: p.units(),
		Name: p.words(), States: some(p, func() roles.AssignmentState { return one(p, roles.Scheduled, roles.Active, roles.Expired, roles.Ended) })}
	if p.chance(30) {
		assignments.EndsBefore = p.finer()
	}
	if p.chance(30) {
		assignments.During = during
	}
	p.findAssignments(assignments, page)

	grants := accessmgmt.GrantQuery{Person: person, Limit: page.Limit}
	if len(enterprises) > 0 {
		grants.Enterprise = enterprises[0]
	}
	if p.chance(50) {
		e := p.enterprise()
		grants.After = accessmgmt.GrantKey{Enterprise: e, Person: p.person(), ID: roles.AssignmentID{UUID: p.row('a', e)}}
	}
	if grants.Person.IsZero() && p.chance(50) {
		grants.Enterprise, grants.Through = accessmgmt.EnterpriseID{}, p.enterprise()
	}
	ask(p, "Grants", func(s accessmgmt.Store) ([]roles.Assignment, error) { return s.Grants(ctx, grants) })

	after := p.enterprise()
	ask(p, "EnterprisesAfter", func(s accessmgmt.Store) ([]accessmgmt.Enterprise, error) {
		return s.EnterprisesAfter(ctx, after, page.Limit)
	})

	gaps := accessmgmt.GAPFilter{Enterprises: enterprises, Persons: some(p, p.person), States: some(p, func() accessmgmt.GAPState {
		return one(p, accessmgmt.GAPRequested, accessmgmt.GAPRefused, accessmgmt.GAPActive, "unknown")
	})}
	ask(p, "FindGAPs", func(s accessmgmt.Store) ([]accessmgmt.GAP, error) { return s.FindGAPs(ctx, gaps, page) })
	units := accessmgmt.UnitFilter{Enterprises: enterprises, Open: p.chance(50), Numbers: some(p, p.unitNumber)}
	ask(p, "FindUnits", func(s accessmgmt.Store) ([]accessmgmt.Unit, error) { return s.FindUnits(ctx, units, page) })
	templates := accessmgmt.TemplateFilter{Enterprises: enterprises, Parts: parts, Retired: p.chance(50)}
	ask(p, "FindTemplates", func(s accessmgmt.Store) ([]invitation.Template, error) { return s.FindTemplates(ctx, templates, page) })

	members := accessmgmt.MemberFilter{Enterprise: p.enterprise(), Name: p.words()}
	if page.After = (accessmgmt.PageKey{}); p.chance(50) {
		page.After.ID = p.id('p')
	}
	ask(p, "FindMembers", func(s accessmgmt.Store) ([]accessmgmt.Member, error) { return s.FindMembers(ctx, members, page) })
}

func (p *pair) findRecipients(f accessmgmt.RecipientFilter, page accessmgmt.Page) {
	ask(p, "FindRecipients", func(s accessmgmt.Store) ([]invitation.Recipient, error) { return s.FindRecipients(ctx, f, page) })
	ask(p, "CountRecipients", func(s accessmgmt.Store) (int, error) { return s.CountRecipients(ctx, f) })
}

func (p *pair) findAssignments(f accessmgmt.AssignmentFilter, page accessmgmt.Page) {
	ask(p, "FindAssignments", func(s accessmgmt.Store) ([]accessmgmt.RoleAssignment, error) { return s.FindAssignments(ctx, f, page) })
	ask(p, "CountAssignments", func(s accessmgmt.Store) (int, error) { return s.CountAssignments(ctx, f) })
}

// everywhere returns all enterprises there can be.
func everywhere() []accessmgmt.EnterpriseID {
	all := make([]accessmgmt.EnterpriseID, few)
	for i := range few {
		all[i].UUID = small('e', i)
	}
	return all
}

// part is of one of few enterprises, and often of one that another part has
// too.
func (p *pair) part() accessmgmt.Part {
	return accessmgmt.Part{Enterprise: p.enterprise(), Applications: some(p, func() roles.ApplicationCode {
		return one[roles.ApplicationCode](p, "a", "b", "ab", "A", "a.one", "")
	})}
}

func (p *pair) codes() []roles.Code {
	if p.chance(60) {
		return nil
	}
	return some(p, p.code)
}

func (p *pair) units() []accessmgmt.UnitID {
	if p.chance(60) {
		return nil
	}
	return some(p, func() accessmgmt.UnitID { return p.unit(p.enterprise()) })
}

// words are looked for in names, some of them not folded as they should be.
func (p *pair) words() []string {
	if p.chance(60) {
		return nil
	}
	return some(p, func() string { return one(p, "a", "A", "ann", "\u00e1", "%", "_", "!", "'h", "x y", "") })
}

// finer is an instant that stores cut.
func (p *pair) finer() time.Time {
	return p.instant().Add(time.Duration(rapid.IntRange(0, 1).Draw(p.T, "finer")) * 400 * time.Nanosecond)
}

// compare reads everything there can be, after each step.
func (p *pair) compare(rt *rapid.T) {
	p.T = rt
	all := everywhere()
	for i := range few {
		person := accessmgmt.PersonID{UUID: small('p', i)}
		ask(p, "Person", func(s accessmgmt.Store) (accessmgmt.Person, error) { return s.Person(ctx, person) })
		ask(p, "Offices", func(s accessmgmt.Store) ([]accessmgmt.EnterpriseID, error) { return s.Offices(ctx, person) })
		ask(p, "ManagerTerms", func(s accessmgmt.Store) ([]accessmgmt.Manager, error) { return s.ManagerTerms(ctx, person) })
		p.compareEnterprise(all[i], person)
	}
	everything := accessmgmt.Page{Limit: 100}
	ask(p, "FindRecipients", func(s accessmgmt.Store) ([]invitation.Recipient, error) {
		return s.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: all}, everything)
	})
	ask(p, "FindRequests", func(s accessmgmt.Store) ([]invitation.Request, error) {
		return s.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: all}, everything)
	})
	ask(p, "FindAssignments", func(s accessmgmt.Store) ([]accessmgmt.RoleAssignment, error) {
		return s.FindAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: all}, everything)
	})
	ask(p, "FindGAPs", func(s accessmgmt.Store) ([]accessmgmt.GAP, error) {
		return s.FindGAPs(ctx, accessmgmt.GAPFilter{}, everything)
	})
	ask(p, "FindUnits", func(s accessmgmt.Store) ([]accessmgmt.Unit, error) {
		return s.FindUnits(ctx, accessmgmt.UnitFilter{Enterprises: all}, everything)
	})
	ask(p, "FindTemplates", func(s accessmgmt.Store) ([]invitation.Template, error) {
		return s.FindTemplates(ctx, accessmgmt.TemplateFilter{Enterprises: all, Retired: true}, everything)
	})
	for _, subject := range []string{"x", "X", "x "} {
		ask(p, "PersonByIdentity", func(s accessmgmt.Store) (accessmgmt.Person, error) {
			return s.PersonByIdentity(ctx, accessmgmt.IdentityRef{Issuer: "i", Subject: subject})
		})
	}
	ask(p, "PersonByNumber", func(s accessmgmt.Store) (accessmgmt.Person, error) {
		return s.PersonByNumber(ctx, []accessmgmt.NumberHash{{KeyID: "k", Hash: accessmgmt.Digest{1: 'x'}}, {KeyID: "k", Hash: accessmgmt.Digest{1: 'X'}}})
	})
	for n := range byte(3) {
		ask(p, "RecipientByToken", func(s accessmgmt.Store) (invitation.Recipient, error) {
			return s.RecipientByToken(ctx, link(all[0], 1, n))
		})
	}
}

// compareEnterprise reads what one enterprise has, a person's access in it, and
// the last command.
func (p *pair) compareEnterprise(e accessmgmt.EnterpriseID, person accessmgmt.PersonID) {
	ask(p, "Enterprise", func(s accessmgmt.Store) (accessmgmt.Enterprise, error) { return s.Enterprise(ctx, e) })
	ask(p, "Audit", func(s accessmgmt.Store) ([]accessmgmt.AuditRecord, error) {
		return s.Audit(ctx, e, accessmgmt.AuditPosition{}, 100)
	})
	ask(p, "Command", func(s accessmgmt.Store) (accessmgmt.Command, error) {
		return s.Command(ctx, e, accessmgmt.CommandID{UUID: small('c', p.serial)})
	})
	ask(p, "FindMembers", func(s accessmgmt.Store) ([]accessmgmt.Member, error) {
		return s.FindMembers(ctx, accessmgmt.MemberFilter{Enterprise: e}, accessmgmt.Page{Limit: 100})
	})
	ask(p, "GAPs", func(s accessmgmt.Store) ([]accessmgmt.GAP, error) { return s.GAPs(ctx, e) })
	ask(p, "Managers", func(s accessmgmt.Store) ([]accessmgmt.Manager, error) { return s.Managers(ctx, e) })
	ask(p, "Suspensions", func(s accessmgmt.Store) ([]accessmgmt.Suspension, error) { return s.Suspensions(ctx, e) })
	ids := make([]uuid.UUID, few)
	for i := range few {
		ids[i] = small('i', i)
		ids[i][14] = e.UUID[15]
	}
	ask(p, "Invitations", func(s accessmgmt.Store) ([]invitation.Invitation, error) {
		found, err := s.Invitations(ctx, e, []accessmgmt.InvitationID{{UUID: ids[0]}, {UUID: ids[1]}})
		slices.SortFunc(found, func(a, b invitation.Invitation) int { return slices.Compare(a.ID.UUID[:], b.ID.UUID[:]) })
		return found, err
	})
	for _, unit := range []accessmgmt.UnitID{{}, {UUID: small('u', 0)}, {UUID: small('u', 1)}} {
		if !unit.IsZero() {
			unit.UUID[14] = e.UUID[15]
		}
		ask(p, "Access", func(s accessmgmt.Store) (accessmgmt.Access, error) {
			access, err := s.Access(ctx, e, person, unit)
			slices.SortFunc(access.Assignments, func(a, b roles.Assignment) int { return slices.Compare(a.ID.UUID[:], b.ID.UUID[:]) })
			return access, err
		})
	}
}
