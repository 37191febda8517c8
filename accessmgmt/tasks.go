package accessmgmt

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// TaskQuery asks for requests: those the actor is to decide, in all the
// enterprises he manages or in one, or his own. Its fields narrow the list
// together; an empty one narrows nothing.
type TaskQuery struct {
	Enterprise EnterpriseID // zero: all
	// Mine: the requests the actor made, instead of those he may decide.
	Mine bool
	// Roles that are asked for, and Units they are asked for; the zero UnitID is
	// the whole enterprise.
	Roles []roles.Code
	Units []UnitID
	// Requested: they were asked for on one of these days.
	Requested roles.Period
	// Name is part of the person's name as the enterprise knows him: each word
	// must stand somewhere in it. Case and accents don't count.
	Name string
	// States as of now, of those that the list has: open tasks are all pending.
	States []invitation.RequestState
	Paging
}

// Task is a request with what a manager needs to decide it: one row of « Mes
// tâches ouvertes ».
type Task struct {
	Request invitation.Request
	// State is where it stands now.
	State            invitation.RequestState
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
	// Unit is the establishment unit that it is for; zero: the whole enterprise.
	Unit UnitName
	// Requester is who is to have the role, as the enterprise knows him.
	Requester Member
	// Invited is who was invited, Answer who answered, and Differences the
	// points on which they differ (D10). Zero when a manager asked for the role
	// directly.
	Invited     invitation.Invitee
	Answer      invitation.Answer
	Differences []invitation.Difference
	// RequestedBy is the name of who asked for it; EndorsedBy that of the manager
	// who gave the first of two approvals, empty before it.
	RequestedBy string
	EndorsedBy  string
	// Target is the assignment that it would replace or extend; zero when it
	// gives a role, and when the reader may not see the target's role.
	Target RoleAssignment
}

// OpenTasks yields the requests that wait for a decision, the oldest first.
func (s *Service) OpenTasks(ctx context.Context, actor Actor, q TaskQuery) iter.Seq2[Task, error] {
	return walk(q.Paging, func(p Paging) (List[Task], error) { q.Paging = p; return s.OpenTasksPage(ctx, actor, q) })
}

// HandledTasks yields the requests that were decided or withdrawn, or lapsed.
func (s *Service) HandledTasks(ctx context.Context, actor Actor, q TaskQuery) iter.Seq2[Task, error] {
	return walk(q.Paging, func(p Paging) (List[Task], error) { q.Paging = p; return s.HandledTasksPage(ctx, actor, q) })
}

var (
	openStates    = []invitation.RequestState{invitation.Pending}
	handledStates = []invitation.RequestState{invitation.Approved, invitation.Refused, invitation.Withdrawn, invitation.Lapsed}
)

// OpenTasksPage returns one page of [Service.OpenTasks].
func (s *Service) OpenTasksPage(ctx context.Context, actor Actor, q TaskQuery) (List[Task], error) {
	return s.tasks(ctx, actor, q, openStates)
}

// HandledTasksPage returns one page of [Service.HandledTasks].
func (s *Service) HandledTasksPage(ctx context.Context, actor Actor, q TaskQuery) (List[Task], error) {
	return s.tasks(ctx, actor, q, handledStates)
}

// CountTasks returns how many rows [Service.OpenTasks] has, for a badge.
func (s *Service) CountTasks(ctx context.Context, actor Actor, q TaskQuery) (int, error) {
	return s.countTasks(ctx, actor, q, openStates)
}

// CountHandledTasks returns how many rows [Service.HandledTasks] has.
func (s *Service) CountHandledTasks(ctx context.Context, actor Actor, q TaskQuery) (int, error) {
	return s.countTasks(ctx, actor, q, handledStates)
}

func (s *Service) countTasks(ctx context.Context, actor Actor, q TaskQuery, states []invitation.RequestState) (int, error) {
	sc, filter, err := s.taskFilter(ctx, actor, q, states)
	if err != nil || sc.empty() {
		return 0, fail(ActTasks, err)
	}
	n, err := s.store.CountRequests(ctx, filter)
	return n, fail(ActTasks, err)
}

func (s *Service) tasks(ctx context.Context, actor Actor, q TaskQuery, states []invitation.RequestState) (List[Task], error) {
	sc, filter, err := s.taskFilter(ctx, actor, q, states)
	if err != nil {
		return List[Task]{}, fail(ActTasks, err)
	}
	b := bind(ActTasks, sc.reader, q.Enterprise, q.Mine, states, q.Newest, q.Roles, q.Units, filter.Name, q.States, q.Requested)
	list, err := listOf(sc, q.Paging, b,
		func(p Page) ([]invitation.Request, error) { return s.store.FindRequests(ctx, filter, p) },
		requestKey,
		func(rows []invitation.Request) ([]Task, error) { return s.taskItems(ctx, rows, sc, filter) })
	return list, fail(ActTasks, err)
}

// taskFilter is what a query lets through, in the scope of the actor.
func (s *Service) taskFilter(ctx context.Context, actor Actor, q TaskQuery, states []invitation.RequestState) (scope, RequestFilter, error) {
	sc, err := s.scope(ctx, actor, ActTasks, q.Enterprise, q.Mine)
	if err != nil {
		return sc, RequestFilter{}, err
	}
	words, problems := searchWords(q.Name)
	problems = append(problems, tooManyOf("roles", q.Roles)...)
	problems = append(problems, tooManyOf("units", q.Units)...)
	if states = among(states, q.States); len(states) == 0 {
		sc = sc.nothing()
	}
	filter := RequestFilter{Enterprises: sc.enterprises, Parts: sc.parts, Person: sc.person, Roles: q.Roles, Units: q.Units,
		Requested: s.days("requested", q.Requested, &problems), Name: words, States: states, At: s.now()}
	return sc, filter, invalid(problems)
}

func (s *Service) taskItems(ctx context.Context, rows []invitation.Request, sc scope, f RequestFilter) ([]Task, error) {
	byEnterprise := map[EnterpriseID][]invitation.Request{}
	for _, r := range rows {
		byEnterprise[r.Enterprise] = append(byEnterprise[r.Enterprise], r)
	}
	enterprises, err := s.enterprisesByID(ctx, slices.Collect(maps.Keys(byEnterprise)))
	if err != nil {
		return nil, err
	}
	tasks := make(map[RequestID]Task, len(rows))
	for id, requests := range byEnterprise {
		ent := enterprises[id]
		about, err := s.aboutRequests(ctx, id, requests)
		if err != nil {
			return nil, err
		}
		for _, r := range requests {
			recipient, target := about.recipients[r.Recipient], about.targets[r.Target]
			if !sc.shows(id, target.Role) {
				target = RoleAssignment{}
			}
			requester, endorser := about.members[r.Person], about.members[r.Endorsement.By]
			tasks[r.ID] = Task{Request: r, State: r.StateAt(f.At), EnterpriseName: ent.Name, EnterpriseNumber: ent.Number, Unit: about.units[r.Line.Unit], Requester: requester,
				Invited: recipient.Invitee, Answer: recipient.Answer, Differences: recipient.Differences(),
				RequestedBy: about.members[r.RequestedBy].Name(), EndorsedBy: endorser.Name(), Target: target}
		}
	}
	items := make([]Task, len(rows))
	for i, r := range rows {
		items[i] = tasks[r.ID]
	}
	return items, nil
}

// aboutRequests is what is read besides the requests of one enterprise.
type aboutRequests struct {
	recipients map[RecipientID]invitation.Recipient
	members    map[PersonID]Member
	targets    map[AssignmentID]RoleAssignment
	units      map[UnitID]UnitName
}

func (s *Service) aboutRequests(ctx context.Context, enterprise EnterpriseID, requests []invitation.Request) (aboutRequests, error) {
	recipients, persons, targets := map[RecipientID]bool{}, map[PersonID]bool{}, map[AssignmentID]bool{}
	for _, r := range requests {
		recipients[r.Recipient], targets[r.Target] = true, true
		persons[r.Person], persons[r.RequestedBy], persons[r.Endorsement.By] = true, true, true
	}
	about := aboutRequests{recipients: map[RecipientID]invitation.Recipient{}, targets: map[AssignmentID]RoleAssignment{}}
	lines := make([]invitation.Line, len(requests))
	for i, r := range requests {
		lines[i] = r.Line
	}
	var err error
	if about.units, err = s.unitNames(ctx, enterprise, unitsIn(lines)); err != nil {
		return about, err
	}
	members, err := s.store.Members(ctx, enterprise, idsIn(persons))
	if err != nil {
		return about, err
	}
	about.members = membersByID(members)
	if ids := idsIn(recipients); len(ids) > 0 {
		found, err := s.store.Recipients(ctx, enterprise, ids)
		if err != nil {
			return about, err
		}
		for _, r := range found {
			about.recipients[r.ID] = r
		}
	}
	if ids := idsIn(targets); len(ids) > 0 {
		found, err := s.store.Assignments(ctx, enterprise, ids)
		if err != nil {
			return about, err
		}
		for _, a := range found {
			about.targets[a.ID] = a
		}
	}
	return about, nil
}

// idsIn returns the ids in a set but for the one that names nothing.
func idsIn[ID comparable](ids map[ID]bool) []ID {
	var none ID
	delete(ids, none)
	return slices.Collect(maps.Keys(ids))
}

func (s *Service) enterprisesByID(ctx context.Context, ids []EnterpriseID) (map[EnterpriseID]Enterprise, error) {
	byID := make(map[EnterpriseID]Enterprise, len(ids))
	if len(ids) == 0 {
		return byID, nil
	}
	found, err := s.store.Enterprises(ctx, ids)
	for _, e := range found {
		byID[e.ID] = e
	}
	return byID, err
}
