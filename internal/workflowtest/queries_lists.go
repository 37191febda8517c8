package workflowtest

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// archive is a world with something of every kind and state in three
// enterprises: two of one GAP, one of another, each also of one former GAP.
type archive struct {
	*World
	enterprises                 []accessmgmt.EnterpriseID
	former, other, anne, bert   accessmgmt.Actor
	recipients                  []invitation.Recipient
	requests                    []invitation.Request
	assignments                 []accessmgmt.RoleAssignment
	offices                     map[accessmgmt.EnterpriseID]accessmgmt.Actor
	acme, second, gamma, nobody accessmgmt.EnterpriseID
}

// fill fills the archive and lets three days pass, so that something has lapsed
// and expired.
func fill(w *World) *archive {
	ar := &archive{World: w, former: Person("Fien", "Former"), other: Person("Gus", "Other"), anne: Person("Anne", "Dubois"), bert: Person("Bert", "Claes")}
	_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, ar.former))
	require.NoError(w, err)
	_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
	require.NoError(w, err)
	ar.acme = w.Acme
	_, ar.second = w.another()
	_, ar.gamma = w.anotherOf(ar.other)
	ar.nobody = accessmgmt.EnterpriseID{UUID: uuid.New()}
	ar.enterprises = []accessmgmt.EnterpriseID{ar.acme, ar.second, ar.gamma}
	ar.offices = map[accessmgmt.EnterpriseID]accessmgmt.Actor{ar.acme: w.GAP, ar.second: w.GAP, ar.gamma: ar.other}
	for _, id := range ar.enterprises {
		of := w.in(id)
		of.GAP = ar.offices[id]
		fillOne(of, ar.anne, ar.bert)
		w.Clock.Advance(time.Minute)
	}
	w.Clock.Advance(72 * time.Hour)
	ar.refresh()
	return ar
}

func fillOne(w *World, anne, bert accessmgmt.Actor) {
	today := w.Svc.Today()
	short := func(code roles.Code) invitation.Line {
		return invitation.Line{Role: code, Period: roles.Between(today, today.AddDays(1))}
	}
	w.Invite(Person("Dora", "Open"), w.Line(roles.Owner))
	_, token := w.Invite(bert, w.Line(roles.Owner))
	require.NoError(w, w.Svc.Decline(w.Ctx, bert, token, accessmgmt.Decline{}))
	gone, _ := w.Invite(Person("Rob", "Revoked"), w.Line(roles.Owner))
	require.NoError(w, one(w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{gone.ID}})))
	expiring := w.Invitation(Person("Elsa", "Expired"), w.Line(roles.Owner))
	expiring.Expires = today
	err := toAll(w.Svc.Invite(w.Ctx, w.GAP, expiring))
	require.NoError(w, err)
	w.Clock.Advance(time.Second)

	ended := w.Give(anne, w.Line(roles.Manager)) // approved, given, ended
	require.NoError(w, w.ending(ended)())
	w.Request(anne, w.Line(roles.Owner))            // pending
	w.Request(anne, short(roles.Writer))            // lapses
	refused := w.Request(bert, w.Line(roles.Owner)) // refused
	require.NoError(w, one(w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: refs(refused), Reason: "no"})))
	withdrawn := w.Request(bert, w.Line(roles.Manager))
	require.NoError(w, one(w.Svc.Withdraw(w.Ctx, bert, accessmgmt.Withdraw{Requests: refs(withdrawn)})))
	w.Clock.Advance(time.Second)

	w.give(anne, short(roles.Reader)) // expires
	w.give(bert, invitation.Line{Role: roles.Writer, Period: roles.From(today.AddDays(30))})
	old := w.give(bert, w.Line(roles.Reader))
	_, err = w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: w.Line(roles.Editor)})
	require.NoError(w, err)
	named := w.Invitation(bert, invitation.Line{Role: roles.Writer, Period: roles.Between(today, today.AddDays(29))}) // somebody known is named
	named.Recipients[0].Person = w.ID(bert)
	err = toAll(w.Svc.Invite(w.Ctx, w.GAP, named))
	require.NoError(w, err)
	w.Deliver()
}

// refresh reads all rows from the store, the oldest first.
func (ar *archive) refresh() {
	page := accessmgmt.Page{Limit: 10_000}
	var err error
	ar.recipients, err = ar.Store.FindRecipients(ar.Ctx, accessmgmt.RecipientFilter{Enterprises: ar.enterprises}, page)
	require.NoError(ar, err)
	ar.requests, err = ar.Store.FindRequests(ar.Ctx, accessmgmt.RequestFilter{Enterprises: ar.enterprises}, page)
	require.NoError(ar, err)
	ar.assignments, err = ar.Store.FindAssignments(ar.Ctx, accessmgmt.AssignmentFilter{Enterprises: ar.enterprises}, page)
	require.NoError(ar, err)
}

// entry is a row of a list, as the test knows it.
type entry struct {
	id         uuid.UUID
	at         time.Time
	enterprise accessmgmt.EnterpriseID
	of         []accessmgmt.PersonID // whose own it is
}

// asking is what all lists can be asked.
type asking struct {
	enterprise accessmgmt.EnterpriseID
	mine       bool
	accessmgmt.Paging
}

// listing is one of the lists that go over enterprises, asked in one way.
type listing struct {
	page func(*accessmgmt.Service, *World, accessmgmt.Actor, asking) ([]uuid.UUID, accessmgmt.Cursor, error)
	walk func(*accessmgmt.Service, *World, accessmgmt.Actor, asking) iter.Seq2[uuid.UUID, error]
	// entries are all there are, in any order.
	entries func(*archive) []entry
}

func idsIn[T any](list accessmgmt.List[T], err error, id func(T) uuid.UUID) ([]uuid.UUID, accessmgmt.Cursor, error) {
	var ids []uuid.UUID
	for _, item := range list.Items {
		ids = append(ids, id(item))
	}
	return ids, list.Next, err
}

func idsAlong[T any](seq iter.Seq2[T, error], id func(T) uuid.UUID) iter.Seq2[uuid.UUID, error] {
	return func(yield func(uuid.UUID, error) bool) {
		for item, err := range seq {
			found := uuid.Nil
			if err == nil {
				found = id(item)
			}
			if !yield(found, err) {
				return
			}
		}
	}
}

func taskEntries(open bool) func(*archive) []entry {
	return func(ar *archive) []entry {
		var found []entry
		for _, r := range ar.requests {
			if (r.StateAt(ar.Clock.Now()) == invitation.Pending) == open {
				found = append(found, entry{r.ID.UUID, r.RequestedAt, r.Enterprise, []accessmgmt.PersonID{r.Person}})
			}
		}
		return found
	}
}

var listings = map[string]listing{
	"open tasks": {
		page: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) ([]uuid.UUID, accessmgmt.Cursor, error) {
			list, err := s.OpenTasksPage(w.Ctx, a, accessmgmt.TaskQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging})
			return idsIn(list, err, taskID)
		},
		walk: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) iter.Seq2[uuid.UUID, error] {
			return idsAlong(s.OpenTasks(w.Ctx, a, accessmgmt.TaskQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging}), taskID)
		},
		entries: taskEntries(true),
	},
	"handled tasks": {
		page: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) ([]uuid.UUID, accessmgmt.Cursor, error) {
			list, err := s.HandledTasksPage(w.Ctx, a, accessmgmt.TaskQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging})
			return idsIn(list, err, taskID)
		},
		walk: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) iter.Seq2[uuid.UUID, error] {
			return idsAlong(s.HandledTasks(w.Ctx, a, accessmgmt.TaskQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging}), taskID)
		},
		entries: taskEntries(false),
	},
	"invitations": {
		page: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) ([]uuid.UUID, accessmgmt.Cursor, error) {
			list, err := s.InvitationsPage(w.Ctx, a, accessmgmt.InvitationQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging})
			return idsIn(list, err, invitationItemID)
		},
		walk: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) iter.Seq2[uuid.UUID, error] {
			return idsAlong(s.Invitations(w.Ctx, a, accessmgmt.InvitationQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging}), invitationItemID)
		},
		entries: func(ar *archive) []entry {
			var found []entry
			for _, r := range ar.recipients {
				found = append(found, entry{r.ID.UUID, r.CreatedAt, r.Enterprise, []accessmgmt.PersonID{r.Answer.Person, r.Invitee.Person}})
			}
			return found
		},
	},
	"assignments": {
		page: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) ([]uuid.UUID, accessmgmt.Cursor, error) {
			list, err := s.AssignmentsPage(w.Ctx, a, accessmgmt.AssignmentQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging})
			return idsIn(list, err, assignmentItemID)
		},
		walk: func(s *accessmgmt.Service, w *World, a accessmgmt.Actor, q asking) iter.Seq2[uuid.UUID, error] {
			return idsAlong(s.Assignments(w.Ctx, a, accessmgmt.AssignmentQuery{Enterprise: q.enterprise, Mine: q.mine, Paging: q.Paging}), assignmentItemID)
		},
		entries: func(ar *archive) []entry {
			var found []entry
			for _, a := range ar.assignments {
				found = append(found, entry{a.ID.UUID, a.GivenAt, a.Enterprise, []accessmgmt.PersonID{a.Person}})
			}
			return found
		},
	},
}

func taskID(t accessmgmt.Task) uuid.UUID                     { return t.Request.ID.UUID }
func invitationItemID(i accessmgmt.InvitationItem) uuid.UUID { return i.Recipient.ID.UUID }
func assignmentItemID(a accessmgmt.AssignmentItem) uuid.UUID { return a.Assignment.ID.UUID }

// ordered returns the ids of entries, the oldest first or the newest.
func orderedIDs(entries []entry, newest bool) []uuid.UUID {
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(a.at.Compare(b.at), bytes.Compare(a.id[:], b.id[:])) })
	var ids []uuid.UUID
	for _, e := range entries {
		ids = append(ids, e.id)
	}
	if newest {
		slices.Reverse(ids)
	}
	return ids
}

// visible returns what an actor is to see: the test's own opinion.
func (ar *archive) visible(l listing, a accessmgmt.Actor, q asking) ([]uuid.UUID, error) {
	person, _ := ar.Svc.Identify(ar.Ctx, a.Identity)
	if !q.mine && !q.enterprise.IsZero() && ar.offices[q.enterprise] != a {
		if a.Capacity == accessmgmt.AsOperator && q.enterprise != ar.nobody {
			return nil, accessmgmt.ErrDenied
		}
		return nil, accessmgmt.ErrNotFound
	}
	var found []entry
	for _, e := range l.entries(ar) {
		own := slices.Contains(e.of, person) && !person.IsZero() && a.Capacity == accessmgmt.AsUser
		managed := ar.offices[e.enterprise] == a
		if (q.enterprise.IsZero() || e.enterprise == q.enterprise) && (q.mine && own || !q.mine && managed) {
			found = append(found, e)
		}
	}
	return orderedIDs(found, q.Newest), nil
}
