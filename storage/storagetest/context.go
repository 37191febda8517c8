package storagetest

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var contextCases = []testCase{
	{"a call whose context was cancelled does nothing", func(s *suite) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		doneContext(s, ctx)
	}},
	{"a call whose deadline was past does nothing", func(s *suite) {
		ctx, cancel := context.WithDeadline(context.Background(), base.Add(-30*365*24*time.Hour))
		defer cancel()
		doneContext(s, ctx)
	}},
	{"the caller gets no rows with an error", noRowsWithError},
}

// calls is one call of each method of the contract, each with something to
// find, and each with the context given.
func (s *suite) calls(c, more accessmgmt.Changes, held accessmgmt.Message, claim accessmgmt.ClaimID) map[string]func(context.Context) (any, error) {
	id, page := c.Enterprise.ID, accessmgmt.Page{Limit: 10}
	in := []accessmgmt.EnterpriseID{id}
	person, a := c.Persons[0], c.Assignments[0]
	type call = func(context.Context) (any, error)
	return map[string]call{
		"Enterprise":         func(ctx context.Context) (any, error) { return s.Enterprise(ctx, id) },
		"EnterpriseByNumber": func(ctx context.Context) (any, error) { return s.EnterpriseByNumber(ctx, c.Enterprise.Number) },
		"EnterprisesAfter": func(ctx context.Context) (any, error) {
			return s.EnterprisesAfter(ctx, accessmgmt.EnterpriseID{}, 10)
		},
		"Enterprises":      func(ctx context.Context) (any, error) { return s.Enterprises(ctx, in) },
		"Stamps":           func(ctx context.Context) (any, error) { return s.Stamps(ctx, in) },
		"Command":          func(ctx context.Context) (any, error) { return s.Command(ctx, id, c.Command.ID) },
		"Person":           func(ctx context.Context) (any, error) { return s.Person(ctx, person.ID) },
		"PersonByIdentity": func(ctx context.Context) (any, error) { return s.PersonByIdentity(ctx, person.Identities[0]) },
		"PersonByNumber":   func(ctx context.Context) (any, error) { return s.PersonByNumber(ctx, person.Numbers) },
		"Members":          func(ctx context.Context) (any, error) { return s.Members(ctx, id, []accessmgmt.PersonID{person.ID}) },
		"GAPs":             func(ctx context.Context) (any, error) { return s.GAPs(ctx, id) },
		"FindGAPs":         func(ctx context.Context) (any, error) { return s.FindGAPs(ctx, accessmgmt.GAPFilter{}, page) },
		"Managers":         func(ctx context.Context) (any, error) { return s.Managers(ctx, id) },
		"ManagerTerms":     func(ctx context.Context) (any, error) { return s.ManagerTerms(ctx, c.Managers[0].Person) },
		"Suspensions":      func(ctx context.Context) (any, error) { return s.Suspensions(ctx, id) },
		"Units":            func(ctx context.Context) (any, error) { return s.Units(ctx, id, mapped(c.Units, unitID)) },
		"Templates":        func(ctx context.Context) (any, error) { return s.Templates(ctx, id, mapped(c.Templates, templateID)) },
		"FindMembers": func(ctx context.Context) (any, error) {
			return s.FindMembers(ctx, accessmgmt.MemberFilter{Enterprise: id, Erased: true}, page)
		},
		"FindUnits": func(ctx context.Context) (any, error) {
			return s.FindUnits(ctx, accessmgmt.UnitFilter{Enterprises: in}, page)
		},
		"FindTemplates": func(ctx context.Context) (any, error) {
			return s.FindTemplates(ctx, accessmgmt.TemplateFilter{Enterprises: in, Retired: true}, page)
		},
		"CountRecipients": func(ctx context.Context) (any, error) {
			return s.CountRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: in, At: base})
		},
		"CountRequests": func(ctx context.Context) (any, error) {
			return s.CountRequests(ctx, accessmgmt.RequestFilter{Enterprises: in, At: base})
		},
		"CountAssignments": func(ctx context.Context) (any, error) {
			return s.CountAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: in, At: base})
		},
		"Offices": func(ctx context.Context) (any, error) { return s.Offices(ctx, c.Enterprise.GAP) },
		"Invitations": func(ctx context.Context) (any, error) {
			return s.Invitations(ctx, id, []invitation.ID{c.Invitations[0].ID})
		},
		"Requests": func(ctx context.Context) (any, error) {
			return s.Requests(ctx, id, []invitation.RequestID{c.Requests[0].ID})
		},
		"Assignments": func(ctx context.Context) (any, error) { return s.Assignments(ctx, id, []accessmgmt.AssignmentID{a.ID}) },
		"Recipients": func(ctx context.Context) (any, error) {
			return s.Recipients(ctx, id, mapped(c.Recipients, recipientID))
		},
		"RecipientByToken": func(ctx context.Context) (any, error) { return s.RecipientByToken(ctx, c.Recipients[0].TokenHash) },
		"FindRecipients": func(ctx context.Context) (any, error) {
			return s.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: in, At: base}, page)
		},
		"FindRequests": func(ctx context.Context) (any, error) {
			return s.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: in, At: base}, page)
		},
		"FindAssignments": func(ctx context.Context) (any, error) {
			return s.FindAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: in, At: base}, page)
		},
		"Due": func(ctx context.Context) (any, error) {
			return s.Due(ctx, accessmgmt.DueQuery{Kind: accessmgmt.DueInvitation, Told: roles.ToldSoon, Until: base.AddDate(9, 0, 0), Limit: 10})
		},
		"Access": func(ctx context.Context) (any, error) { return s.Access(ctx, id, a.Person, c.Units[0].ID) },
		"Grants": func(ctx context.Context) (any, error) {
			return s.Grants(ctx, accessmgmt.GrantQuery{Enterprise: id, Limit: 10})
		},
		"Answers": func(ctx context.Context) (any, error) { return s.Answers(ctx, id, []uint64{c.Enterprise.Epoch}) },
		"Traces": func(ctx context.Context) (any, error) {
			return s.Traces(ctx, accessmgmt.Trace{Person: a.Person, Limit: 10})
		},
		"Messages": func(ctx context.Context) (any, error) { return s.Messages(ctx, id, accessmgmt.MessageID{}, 10) },
		"Audit":    func(ctx context.Context) (any, error) { return s.Audit(ctx, id, accessmgmt.AuditPosition{}, 10) },
		"Commit":   func(ctx context.Context) (any, error) { return nil, s.Commit(ctx, more) },
		"Ready":    func(ctx context.Context) (any, error) { return nil, s.Ready(ctx) },
		"ClaimMessages": func(ctx context.Context) (any, error) {
			return s.ClaimMessages(ctx, accessmgmt.Claim{ID: claim, Now: after(100 * hour), Until: after(200 * hour), Limit: 10})
		},
		"FinishMessage": func(ctx context.Context) (any, error) {
			o := accessmgmt.Outcome{State: accessmgmt.MessageSent, At: after(100 * hour)}
			return nil, s.FinishMessage(ctx, held.Enterprise, held.ID, claim, o)
		},
		"CountMessages": func(ctx context.Context) (any, error) { return s.CountMessages(ctx) },
		"DeadMessages":  func(ctx context.Context) (any, error) { return s.DeadMessages(ctx, id, page) },
		"ResolveMessages": func(ctx context.Context) (any, error) {
			return s.ResolveMessages(ctx, []accessmgmt.MessageRef{refTo(c.Messages[len(c.Messages)-1])}, accessmgmt.Outcome{State: accessmgmt.MessageDropped, At: base})
		},
		"ForgetMessages": func(ctx context.Context) (any, error) {
			return s.ForgetMessages(ctx, accessmgmt.Forget{Before: after(200 * hour), At: base, Limit: 10})
		},
	}
}

// prepared is a store with a row of each kind, one message that a claim holds
// and one that none does.
func (s *suite) prepared() (c, more accessmgmt.Changes, calls map[string]func(context.Context) (any, error)) {
	s.t.Helper()
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c = w.changes(s, 1)
	m := s.message(c.Enterprise)
	m.CreatedAt, m.Attempts = after(9*hour), 100
	c.Messages = append(c.Messages, m, s.dead(c.Enterprise, base))
	s.commit(c)
	more = w.changes(s, 2)
	claim, got := s.claim(after(20*hour), after(300*hour), 1)
	require.Len(s.t, got, 1)
	calls = s.calls(c, more, got[0], claim)

	var methods, called []string
	contract := reflect.TypeFor[accessmgmt.Store]()
	for i := range contract.NumMethod() {
		methods = append(methods, contract.Method(i).Name)
	}
	for name := range calls {
		called = append(called, name)
	}
	slices.Sort(called)
	require.Equal(s.t, methods, called, "the suite calls every method of the contract; add the new ones to context.go")
	return c, more, calls
}

func doneContext(s *suite, ctx context.Context) {
	c, more, calls := s.prepared()
	before, dead := s.picture(c, more), s.deadNow(c.Enterprise.ID)
	for name, call := range calls {
		_, err := call(ctx)
		s.fails(err, ctx.Err(), name+" returns the error of a context that was done before it began")
	}
	s.same(before, s.picture(c, more), "a call whose context was done before it began writes nothing")
	s.same(dead, s.deadNow(c.Enterprise.ID), "nor does it resolve or erase a message")
	s.forget(2, after(100*hour), 10)
	_, got := s.claim(after(100*hour), after(200*hour), 10)
	require.Equal(s.t, ids(c.Messages[1:2]), ids(got), "a claim whose context was done holds nothing, and leaves what others hold")
	require.Len(s.t, s.claimable(), 2, "a finish whose context was done finishes nothing")

	for _, name := range []string{"Access", "Commit", "Ready"} {
		_, err := calls[name](s.ctx)
		s.ok(err, name+" works again with a context that isn't done")
	}
}

// noRowsWithError looks at what comes along with the error: a caller that
// forgets to look at the error must not find an answer.
func noRowsWithError(s *suite) {
	_, _, calls := s.prepared()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, call := range calls {
		rows, err := call(ctx)
		require.Error(s.t, err)
		if rows != nil {
			require.Empty(s.t, rows, "%s returns nothing beside an error", name)
		}
	}
}
