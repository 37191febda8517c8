package accessmgmt

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// InvitationQuery asks for invitations, one row for each person invited: those
// of the enterprises the actor manages, or his own. Its fields narrow the list
// together; an empty one narrows nothing.
type InvitationQuery struct {
	Enterprise EnterpriseID // zero: all
	// Mine: the invitations that the actor answered or was named in.
	Mine bool
	// Invitation: the recipients of this one alone. Zero: of all.
	Invitation InvitationID
	// Roles: the invitation offers one of them.
	Roles []roles.Code
	// Name is part of the invited person's name, as the manager wrote it: each
	// word must stand somewhere in it. Case and accents don't count.
	Name string
	// States as of now.
	States []invitation.RecipientState
	Paging
}

// InvitationItem is one person's part in an invitation.
type InvitationItem struct {
	Invitation invitation.Invitation
	Recipient  invitation.Recipient
	// State is where it stands now.
	State            invitation.RecipientState
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
	// Units are what the establishment units are called that it offers roles for.
	Units map[UnitID]UnitName
}

// Invitations yields invitations, the oldest first (« Gestion des
// invitations »). Their tokens are nowhere in it.
func (s *Service) Invitations(ctx context.Context, actor Actor, q InvitationQuery) iter.Seq2[InvitationItem, error] {
	return walk(q.Paging, func(p Paging) (List[InvitationItem], error) { q.Paging = p; return s.InvitationsPage(ctx, actor, q) })
}

// InvitationsPage returns one page of [Service.Invitations].
func (s *Service) InvitationsPage(ctx context.Context, actor Actor, q InvitationQuery) (List[InvitationItem], error) {
	sc, filter, err := s.invitationFilter(ctx, actor, q)
	if err != nil {
		return List[InvitationItem]{}, fail(ActInvitations, err)
	}
	b := bind(ActInvitations, sc.reader, q.Enterprise, q.Mine, q.Invitation, q.States, q.Newest, q.Roles, filter.Name)
	list, err := listOf(sc, q.Paging, b,
		func(p Page) ([]invitation.Recipient, error) { return s.store.FindRecipients(ctx, filter, p) }, recipientKey,
		func(rows []invitation.Recipient) ([]InvitationItem, error) {
			return s.invitationItems(ctx, rows, filter)
		})
	return list, fail(ActInvitations, err)
}

// CountInvitations returns how many rows [Service.Invitations] has.
func (s *Service) CountInvitations(ctx context.Context, actor Actor, q InvitationQuery) (int, error) {
	sc, filter, err := s.invitationFilter(ctx, actor, q)
	if err != nil || sc.empty() {
		return 0, fail(ActInvitations, err)
	}
	n, err := s.store.CountRecipients(ctx, filter)
	return n, fail(ActInvitations, err)
}

func (s *Service) invitationFilter(ctx context.Context, actor Actor, q InvitationQuery) (scope, RecipientFilter, error) {
	sc, err := s.scope(ctx, actor, ActInvitations, q.Enterprise, q.Mine)
	if err != nil {
		return sc, RecipientFilter{}, err
	}
	words, problems := searchWords(q.Name)
	problems = append(problems, tooManyOf("roles", q.Roles)...)
	filter := RecipientFilter{Enterprises: sc.enterprises, Parts: sc.parts, Person: sc.person, Roles: q.Roles, Name: words, States: q.States, At: s.now()}
	if !q.Invitation.IsZero() {
		filter.Invitations = []InvitationID{q.Invitation}
	}
	return sc, filter, invalid(problems)
}

func (s *Service) invitationItems(ctx context.Context, rows []invitation.Recipient, f RecipientFilter) ([]InvitationItem, error) {
	byEnterprise := map[EnterpriseID][]invitation.Recipient{}
	for _, r := range rows {
		byEnterprise[r.Enterprise] = append(byEnterprise[r.Enterprise], r)
	}
	invitations := map[InvitationID]invitation.Invitation{}
	units := map[EnterpriseID]map[UnitID]UnitName{}
	for ent, recipients := range byEnterprise {
		found, err := s.invitationsOf(ctx, ent, recipients)
		if err != nil {
			return nil, err
		}
		maps.Copy(invitations, found)
		var lines []invitation.Line
		for _, inv := range found {
			lines = append(lines, inv.Lines...)
		}
		if units[ent], err = s.unitNames(ctx, ent, unitsIn(lines)); err != nil {
			return nil, err
		}
	}
	enterprises, err := s.enterprisesByID(ctx, slices.Collect(maps.Keys(byEnterprise)))
	if err != nil {
		return nil, err
	}
	items := make([]InvitationItem, len(rows))
	for i, r := range rows {
		ent := enterprises[r.Enterprise]
		inv := invitations[r.Invitation]
		items[i] = InvitationItem{inv, r, r.StateAt(f.At), ent.Name, ent.Number, nil}
		for _, id := range unitsIn(inv.Lines) {
			if items[i].Units == nil {
				items[i].Units = map[UnitID]UnitName{}
			}
			items[i].Units[id] = units[r.Enterprise][id]
		}
	}
	return items, nil
}

// AssignmentQuery asks for assignments: those of the enterprises the actor
// manages, or his own. Its fields narrow the list together; an empty one narrows
// nothing.
type AssignmentQuery struct {
	Enterprise EnterpriseID // zero: all
	// Mine: the actor's own (« Mes attributions de rôles »).
	Mine bool
	// Person: those of one person. Zero: of all.
	Person PersonID
	// Name is part of the holder's name as the enterprise knows him: each word
	// must stand somewhere in it. Case and accents don't count.
	Name  string
	Roles []roles.Code
	// Units they are given for; the zero UnitID is the whole enterprise.
	Units []UnitID
	// States as of now.
	States []roles.AssignmentState
	// During: what is in force on some of these days, as far as is known now.
	During roles.Period
	// EndsBy: what is in force or to come, and ends on this day or before it.
	EndsBy roles.Date
	// AboutToEnd is EndsBy for as many days from today as Policy.WarnDays says;
	// EndsBy, when set, says otherwise.
	AboutToEnd bool
	Paging
}

// AssignmentItem is an assignment with its holder as the enterprise knows him.
type AssignmentItem struct {
	Assignment RoleAssignment
	// State is where it stands now.
	State            roles.AssignmentState
	Holder           Member
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
	// Unit is the establishment unit that it is for; zero: the whole enterprise.
	Unit UnitName
}

// Assignments yields assignments, the oldest first; past ones stay in it.
func (s *Service) Assignments(ctx context.Context, actor Actor, q AssignmentQuery) iter.Seq2[AssignmentItem, error] {
	return walk(q.Paging, func(p Paging) (List[AssignmentItem], error) { q.Paging = p; return s.AssignmentsPage(ctx, actor, q) })
}

// AssignmentsPage returns one page of [Service.Assignments].
func (s *Service) AssignmentsPage(ctx context.Context, actor Actor, q AssignmentQuery) (List[AssignmentItem], error) {
	sc, filter, err := s.assignmentFilter(ctx, actor, q)
	if err != nil {
		return List[AssignmentItem]{}, fail(ActAssignments, err)
	}
	b := bind(ActAssignments, sc.reader, q.Enterprise, q.Mine, q.Person, q.Roles, q.States, q.Newest,
		filter.Name, q.Units, q.During, q.EndsBy, q.AboutToEnd)
	list, err := listOf(sc, q.Paging, b,
		func(p Page) ([]RoleAssignment, error) { return s.store.FindAssignments(ctx, filter, p) },
		assignmentKey,
		func(rows []RoleAssignment) ([]AssignmentItem, error) { return s.assignmentItems(ctx, rows, filter) })
	return list, fail(ActAssignments, err)
}

// CountAssignments returns how many rows [Service.Assignments] has.
func (s *Service) CountAssignments(ctx context.Context, actor Actor, q AssignmentQuery) (int, error) {
	sc, filter, err := s.assignmentFilter(ctx, actor, q)
	if err != nil || sc.empty() {
		return 0, fail(ActAssignments, err)
	}
	n, err := s.store.CountAssignments(ctx, filter)
	return n, fail(ActAssignments, err)
}

func (s *Service) assignmentFilter(ctx context.Context, actor Actor, q AssignmentQuery) (scope, AssignmentFilter, error) {
	sc, err := s.scope(ctx, actor, ActAssignments, q.Enterprise, q.Mine)
	if err != nil {
		return sc, AssignmentFilter{}, err
	}
	words, problems := searchWords(q.Name)
	problems = append(problems, tooManyOf("roles", q.Roles)...)
	problems = append(problems, tooManyOf("units", q.Units)...)
	now := s.now()
	filter := AssignmentFilter{Enterprises: sc.enterprises, Parts: sc.parts, Roles: q.Roles, Units: q.Units, Name: words, States: q.States, At: now}
	if !q.During.IsZero() {
		problems.AddAll("during", q.During.Validate())
		filter.During = q.During.Window(s.policy.Location)
	}
	if by, asked := s.endsBy(q, now); asked {
		if len(roles.Between(by, by).Validate()) > 0 {
			problems.Add("ends_by", roles.ProblemMalformed, "the calendar has no such day, or none after it")
		} else {
			filter.EndsBefore = by.AddDays(1).Start(s.policy.Location).UTC()
		}
		if filter.States = among([]roles.AssignmentState{roles.Scheduled, roles.Active}, q.States); len(filter.States) == 0 {
			sc = sc.nothing()
		}
	}
	switch {
	case sc.person.IsZero() && !q.Person.IsZero():
		filter.Persons = []PersonID{q.Person}
	case !sc.person.IsZero() && !q.Person.IsZero() && q.Person != sc.person:
		sc = sc.nothing() // of his own, those of somebody else
	case !sc.person.IsZero():
		filter.Persons = []PersonID{sc.person}
	}
	return sc, filter, invalid(problems)
}

// endsBy is the last day that a query asks to end by, and whether it does.
func (s *Service) endsBy(q AssignmentQuery, now time.Time) (roles.Date, bool) {
	if q.EndsBy.IsZero() && q.AboutToEnd {
		return s.today(now).AddDays(s.policy.WarnDays), true
	}
	return q.EndsBy, !q.EndsBy.IsZero()
}

func (s *Service) assignmentItems(ctx context.Context, rows []RoleAssignment, f AssignmentFilter) ([]AssignmentItem, error) {
	persons, units := map[EnterpriseID][]PersonID{}, map[EnterpriseID][]UnitID{}
	for _, a := range rows {
		persons[a.Enterprise] = append(persons[a.Enterprise], a.Person)
		units[a.Enterprise] = append(units[a.Enterprise], a.Unit)
	}
	holders, names := map[EnterpriseID]map[PersonID]Member{}, map[EnterpriseID]map[UnitID]UnitName{}
	for ent, ids := range persons {
		members, err := s.store.Members(ctx, ent, ids)
		if err != nil {
			return nil, err
		}
		holders[ent] = membersByID(members)
		if names[ent], err = s.unitNames(ctx, ent, units[ent]); err != nil {
			return nil, err
		}
	}
	enterprises, err := s.enterprisesByID(ctx, slices.Collect(maps.Keys(persons)))
	if err != nil {
		return nil, err
	}
	items := make([]AssignmentItem, len(rows))
	for i, a := range rows {
		ent := enterprises[a.Enterprise]
		items[i] = AssignmentItem{a, a.StateAt(f.At), holders[a.Enterprise][a.Person], ent.Name, ent.Number, names[a.Enterprise][a.Unit]}
	}
	return items, nil
}
