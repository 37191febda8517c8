package accessmgmt

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

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
	filter.During = s.days("during", q.During, &problems)
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
