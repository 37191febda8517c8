package accessmgmt

import (
	"context"
	"encoding/binary"
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// TaskQuery asks for requests: those the actor is to decide, in all the
// enterprises he manages or in one, or his own.
type TaskQuery struct {
	Enterprise EnterpriseID // zero: all
	// Mine: the requests the actor made, instead of those he may decide.
	Mine bool
	Paging
}

// Task is a request with what a manager needs to decide it: one row of « Mes
// tâches ouvertes », and who was invited beside who answered.
type Task struct {
	Request invitation.Request
	// State is where it stands now.
	State            invitation.RequestState
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
	Invited          invitation.Invitee
	Answer           invitation.Answer
	// Differences are the points on which the two differ (D10).
	Differences []invitation.Difference
}

// OpenTasks yields the requests that wait for a decision, the oldest first.
func (s *Service) OpenTasks(ctx context.Context, actor Actor, q TaskQuery) iter.Seq2[Task, error] {
	return walk(q.Paging, func(p Paging) (List[Task], error) { q.Paging = p; return s.OpenTasksPage(ctx, actor, q) })
}

// HandledTasks yields the requests that were decided or withdrawn, or lapsed.
func (s *Service) HandledTasks(ctx context.Context, actor Actor, q TaskQuery) iter.Seq2[Task, error] {
	return walk(q.Paging, func(p Paging) (List[Task], error) { q.Paging = p; return s.HandledTasksPage(ctx, actor, q) })
}

// OpenTasksPage returns one page of [Service.OpenTasks].
func (s *Service) OpenTasksPage(ctx context.Context, actor Actor, q TaskQuery) (List[Task], error) {
	return s.tasks(ctx, actor, q, invitation.Pending)
}

// HandledTasksPage returns one page of [Service.HandledTasks].
func (s *Service) HandledTasksPage(ctx context.Context, actor Actor, q TaskQuery) (List[Task], error) {
	return s.tasks(ctx, actor, q, invitation.Approved, invitation.Refused, invitation.Withdrawn, invitation.Lapsed)
}

func (s *Service) tasks(ctx context.Context, actor Actor, q TaskQuery, states ...invitation.RequestState) (List[Task], error) {
	sc, err := s.scope(ctx, actor, ActTasks, q.Enterprise, q.Mine)
	if err != nil {
		return List[Task]{}, fail(ActTasks, err)
	}
	filter := RequestFilter{Enterprises: sc.enterprises, Parts: sc.parts, Person: sc.person, States: states, At: s.now()}
	b := bind(ActTasks, sc.reader, q.Enterprise, q.Mine, states, q.Newest)
	list, err := listOf(sc, q.Paging, b,
		func(p Page) ([]invitation.Request, error) { return s.store.FindRequests(ctx, filter, p) },
		func(r invitation.Request) PageKey { return PageKey{r.RequestedAt, r.ID.UUID} },
		func(rows []invitation.Request) ([]Task, error) { return s.taskItems(ctx, rows, filter) })
	return list, fail(ActTasks, err)
}

func (s *Service) taskItems(ctx context.Context, rows []invitation.Request, f RequestFilter) ([]Task, error) {
	byEnterprise := map[EnterpriseID][]RecipientID{}
	for _, r := range rows {
		byEnterprise[r.Enterprise] = append(byEnterprise[r.Enterprise], r.Recipient)
	}
	enterprises, err := s.enterprisesByID(ctx, slices.Collect(maps.Keys(byEnterprise)))
	if err != nil {
		return nil, err
	}
	recipients := map[RecipientID]invitation.Recipient{}
	for ent, ids := range byEnterprise {
		found, err := s.store.Recipients(ctx, ent, ids)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			recipients[r.ID] = r
		}
	}
	tasks := make([]Task, len(rows))
	for i, r := range rows {
		ent, recipient := enterprises[r.Enterprise], recipients[r.Recipient]
		tasks[i] = Task{Request: r, State: r.StateAt(f.At), EnterpriseName: ent.Name, EnterpriseNumber: ent.Number,
			Invited: recipient.Invitee, Answer: recipient.Answer, Differences: recipient.Differences()}
	}
	return tasks, nil
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

// InvitationQuery asks for invitations, one row for each person invited: those
// of the enterprises the actor manages, or his own.
type InvitationQuery struct {
	Enterprise EnterpriseID // zero: all
	// Mine: the invitations that the actor answered or was named in.
	Mine bool
	// Invitation: the recipients of this one alone. Zero: of all.
	Invitation InvitationID
	// States as of now. None: all.
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
}

// Invitations yields invitations, the oldest first (« Gestion des
// invitations »). Their tokens are nowhere in it.
func (s *Service) Invitations(ctx context.Context, actor Actor, q InvitationQuery) iter.Seq2[InvitationItem, error] {
	return walk(q.Paging, func(p Paging) (List[InvitationItem], error) { q.Paging = p; return s.InvitationsPage(ctx, actor, q) })
}

// InvitationsPage returns one page of [Service.Invitations].
func (s *Service) InvitationsPage(ctx context.Context, actor Actor, q InvitationQuery) (List[InvitationItem], error) {
	sc, err := s.scope(ctx, actor, ActInvitations, q.Enterprise, q.Mine)
	if err != nil {
		return List[InvitationItem]{}, fail(ActInvitations, err)
	}
	filter := RecipientFilter{Enterprises: sc.enterprises, Parts: sc.parts, Person: sc.person, States: q.States, At: s.now()}
	if !q.Invitation.IsZero() {
		filter.Invitations = []InvitationID{q.Invitation}
	}
	b := bind(ActInvitations, sc.reader, q.Enterprise, q.Mine, q.Invitation, q.States, q.Newest)
	list, err := listOf(sc, q.Paging, b,
		func(p Page) ([]invitation.Recipient, error) { return s.store.FindRecipients(ctx, filter, p) }, recipientKey,
		func(rows []invitation.Recipient) ([]InvitationItem, error) {
			return s.invitationItems(ctx, rows, filter)
		})
	return list, fail(ActInvitations, err)
}

func (s *Service) invitationItems(ctx context.Context, rows []invitation.Recipient, f RecipientFilter) ([]InvitationItem, error) {
	byEnterprise := map[EnterpriseID][]invitation.Recipient{}
	for _, r := range rows {
		byEnterprise[r.Enterprise] = append(byEnterprise[r.Enterprise], r)
	}
	invitations := map[InvitationID]invitation.Invitation{}
	for ent, recipients := range byEnterprise {
		found, err := s.invitationsOf(ctx, ent, recipients)
		if err != nil {
			return nil, err
		}
		maps.Copy(invitations, found)
	}
	enterprises, err := s.enterprisesByID(ctx, slices.Collect(maps.Keys(byEnterprise)))
	if err != nil {
		return nil, err
	}
	items := make([]InvitationItem, len(rows))
	for i, r := range rows {
		ent := enterprises[r.Enterprise]
		items[i] = InvitationItem{invitations[r.Invitation], r, r.StateAt(f.At), ent.Name, ent.Number}
	}
	return items, nil
}

// AssignmentQuery asks for assignments: those of the enterprises the actor
// manages, or his own.
type AssignmentQuery struct {
	Enterprise EnterpriseID // zero: all
	// Mine: the actor's own (« Mes attributions de rôles »).
	Mine bool
	// Person: those of one person. Zero: of all.
	Person PersonID
	Roles  []roles.Code
	// States as of now. None: all.
	States []roles.AssignmentState
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
}

// Assignments yields assignments, the oldest first; past ones stay in it.
func (s *Service) Assignments(ctx context.Context, actor Actor, q AssignmentQuery) iter.Seq2[AssignmentItem, error] {
	return walk(q.Paging, func(p Paging) (List[AssignmentItem], error) { q.Paging = p; return s.AssignmentsPage(ctx, actor, q) })
}

// AssignmentsPage returns one page of [Service.Assignments].
func (s *Service) AssignmentsPage(ctx context.Context, actor Actor, q AssignmentQuery) (List[AssignmentItem], error) {
	sc, err := s.scope(ctx, actor, ActAssignments, q.Enterprise, q.Mine)
	if err != nil {
		return List[AssignmentItem]{}, fail(ActAssignments, err)
	}
	filter := AssignmentFilter{Enterprises: sc.enterprises, Parts: sc.parts, Roles: q.Roles, States: q.States, At: s.now()}
	switch {
	case sc.person.IsZero() && !q.Person.IsZero():
		filter.Persons = []PersonID{q.Person}
	case !sc.person.IsZero() && !q.Person.IsZero() && q.Person != sc.person:
		sc = scope{reader: sc.reader} // of his own, those of somebody else
	case !sc.person.IsZero():
		filter.Persons = []PersonID{sc.person}
	}
	b := bind(ActAssignments, sc.reader, q.Enterprise, q.Mine, q.Person, q.Roles, q.States, q.Newest)
	list, err := listOf(sc, q.Paging, b,
		func(p Page) ([]RoleAssignment, error) { return s.store.FindAssignments(ctx, filter, p) },
		func(a RoleAssignment) PageKey { return PageKey{a.GivenAt, a.ID.UUID} },
		func(rows []RoleAssignment) ([]AssignmentItem, error) { return s.assignmentItems(ctx, rows, filter) })
	return list, fail(ActAssignments, err)
}

func (s *Service) assignmentItems(ctx context.Context, rows []RoleAssignment, f AssignmentFilter) ([]AssignmentItem, error) {
	persons := map[EnterpriseID][]PersonID{}
	for _, a := range rows {
		persons[a.Enterprise] = append(persons[a.Enterprise], a.Person)
	}
	holders := map[EnterpriseID]map[PersonID]Member{}
	for ent, ids := range persons {
		members, err := s.store.Members(ctx, ent, ids)
		if err != nil {
			return nil, err
		}
		holders[ent] = membersByID(members)
	}
	enterprises, err := s.enterprisesByID(ctx, slices.Collect(maps.Keys(persons)))
	if err != nil {
		return nil, err
	}
	items := make([]AssignmentItem, len(rows))
	for i, a := range rows {
		ent := enterprises[a.Enterprise]
		items[i] = AssignmentItem{a, a.StateAt(f.At), holders[a.Enterprise][a.Person], ent.Name, ent.Number}
	}
	return items, nil
}

// AuditQuery asks for the history of one enterprise.
type AuditQuery struct {
	Enterprise EnterpriseID
	// Since leaves out the commits before this epoch: the latest hundred are
	// those since the enterprise's epoch less 99. Zero: from the start.
	Since uint64
	// Paging: Newest isn't possible; a chain is read forwards.
	Paging
}

// Audit yields everything that happened in an enterprise, in the order it
// happened. The GAP, a legal representative and the portal's staff may read it.
func (s *Service) Audit(ctx context.Context, actor Actor, q AuditQuery) iter.Seq2[AuditRecord, error] {
	return walk(q.Paging, func(p Paging) (List[AuditRecord], error) { q.Paging = p; return s.AuditPage(ctx, actor, q) })
}

// AuditPage returns one page of [Service.Audit].
func (s *Service) AuditPage(ctx context.Context, actor Actor, q AuditQuery) (List[AuditRecord], error) {
	w, err := s.viewer(ctx, actor)
	if err != nil {
		return List[AuditRecord]{}, fail(ActAudit, err)
	}
	if _, _, err := s.viewAs(ctx, w, ActAudit, q.Enterprise); err != nil {
		return List[AuditRecord]{}, fail(ActAudit, err)
	}
	if q.Newest {
		return List[AuditRecord]{}, fail(ActAudit, invalidField("newest", roles.ProblemUnknown, "an audit is read forwards"))
	}
	sc := scope{enterprises: []EnterpriseID{q.Enterprise}, reader: w.person.ID}
	list, err := listOf(sc, q.Paging, bind(ActAudit, sc.reader, []any{q.Enterprise, q.Since}),
		func(p Page) ([]AuditRecord, error) {
			after := AuditPosition{Seq: uint64(p.After.At.UnixMicro()), Ordinal: int(binary.BigEndian.Uint64(p.After.ID[8:]))}
			if p.After.IsZero() {
				after = beforeEpoch(q.Since)
			}
			return s.store.Audit(ctx, q.Enterprise, after, p.Limit)
		},
		func(r AuditRecord) PageKey {
			var key PageKey
			key.At = time.UnixMicro(int64(r.Seq)).UTC()
			binary.BigEndian.PutUint64(key.ID[8:], uint64(r.Ordinal))
			return key
		},
		func(rows []AuditRecord) ([]AuditRecord, error) { return rows, nil })
	return list, fail(ActAudit, err)
}

// beforeEpoch is the place after the last record before an epoch.
func beforeEpoch(epoch uint64) AuditPosition {
	if epoch <= 1 {
		return AuditPosition{}
	}
	return AuditPosition{Seq: epoch - 1, Ordinal: math.MaxInt32}
}
