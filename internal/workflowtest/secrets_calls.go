package workflowtest

import (
	"context"
	"reflect"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// secretCalls is a world in which each method is called once, with people named
// by their national numbers, and what each returned when it was last called.
type secretCalls struct {
	*World
	seen                  *seen
	rep, gap              accessmgmt.Actor
	gina, hugo, ines, jan accessmgmt.Actor
	got                   map[string]any
	token                 accessmgmt.Token
	tokens                []accessmgmt.Token
	called                map[string]bool
	branchNumber          accessmgmt.EnterpriseNumber
	unit                  accessmgmt.Unit
	assignment            accessmgmt.RoleAssignment
	recipient             invitation.Recipient
	request               invitation.Request
	template              invitation.Template
	candidacy             accessmgmt.GAPRequest
}

// step is a method with its arguments but for the context, and what is kept of
// its first result.
type step struct {
	method string
	args   func(*secretCalls) []any
	keep   func(s *secretCalls, got any)
}

func first[T any](got any) T {
	results := got.([]accessmgmt.Result[T])
	return results[0].Value
}

// inviting invites one of the people, whose token the next steps use.
func inviting(who func(*secretCalls) accessmgmt.Actor, role roles.Code) step {
	return step{"Invite", func(s *secretCalls) []any { return []any{s.gap, s.Invitation(who(s), s.Line(role))} }, func(s *secretCalls, got any) {
		s.recipient = got.(accessmgmt.Invited).Results[0].Value
		s.newToken()
	}}
}

func accepting(who func(*secretCalls) accessmgmt.Actor) step {
	return step{"Accept", func(s *secretCalls) []any {
		return []any{who(s), s.token, accessmgmt.Accept{Email: Address(who(s).Identity)}}
	},
		func(s *secretCalls, got any) { s.request = got.(accessmgmt.Acceptance).Requests[0] }}
}

func (s *secretCalls) newToken() {
	s.token = s.LastToken(s.recipient.Invitee.Email)
	s.tokens = append(s.tokens, s.token)
}

func gina(s *secretCalls) accessmgmt.Actor { return s.gina }
func hugo(s *secretCalls) accessmgmt.Actor { return s.hugo }

func ofRequest(s *secretCalls) []accessmgmt.RequestRef {
	return []accessmgmt.RequestRef{s.request.Ref()}
}

func (s *secretCalls) question() accessmgmt.Question {
	return accessmgmt.Question{Person: s.ID(s.gap), Enterprise: s.Acme, Action: roles.Sign}
}

// secretSteps call every method of the service, in an order in which each
// succeeds.
var secretSteps = []step{
	{"Catalogue", nil, nil},
	{"Today", nil, nil},
	{"DesignateGAP", func(s *secretCalls) []any { return []any{s.rep, s.Designation(s.Number, s.gap)} }, nil},
	{"Identify", func(s *secretCalls) []any { return []any{s.gap.Identity} }, nil},
	{"Capabilities", func(s *secretCalls) []any { return []any{s.gap, s.Acme} }, nil},
	{"Offices", func(s *secretCalls) []any { return []any{s.gap} }, nil},
	{"WhoIsMyGAP", func(s *secretCalls) []any { return []any{s.gap, s.Acme} }, nil},
	{"EnterpriseByNumber", func(s *secretCalls) []any { return []any{s.gap, s.Number} }, nil},
	{"GAPs", func(s *secretCalls) []any { return []any{s.gap, s.Acme} }, nil},
	{"Members", func(s *secretCalls) []any { return []any{s.gap, s.Acme, []accessmgmt.PersonID{s.ID(s.gap)}} }, nil},
	{"AddUnit", func(s *secretCalls) []any { return []any{s.gap, s.adding(UnitNumber(900), "Annexe")} }, func(s *secretCalls, got any) { s.unit = got.(accessmgmt.Unit) }},
	{"Units", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.UnitQuery{Enterprise: s.Acme}} }, nil},
	{"UnitsPage", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.UnitQuery{Enterprise: s.Acme}} }, nil},
	{"SaveTemplate", func(s *secretCalls) []any { return []any{s.gap, s.World.template("secret", s.Line(roles.Reader))} },
		func(s *secretCalls, got any) { s.template = got.(invitation.Template) }},
	{"Template", func(s *secretCalls) []any { return []any{s.gap, s.Acme, s.template.ID} }, nil},
	{"Templates", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TemplateQuery{}} }, nil},
	{"TemplatesPage", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TemplateQuery{}} }, nil},
	{"RenameTemplate", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.RenameTemplate{Enterprise: s.Acme, Template: s.template.ID, Name: "other"}}
	}, nil},
	{"RetireTemplate", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.RetireTemplate{Enterprise: s.Acme, Template: s.template.ID}}
	}, nil},
	{"ValidateInvite", func(s *secretCalls) []any {
		return []any{s.gap, s.Invitation(s.gina, s.Line(roles.Editor)), invitation.StepSummary}
	}, nil},
	inviting(gina, roles.Editor),
	{"Resend", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.Resend{Enterprise: s.Acme, Recipient: s.recipient.ID}}
	}, func(s *secretCalls, _ any) { s.newToken() }},
	{"Inspect", func(s *secretCalls) []any { return []any{s.token} }, nil},
	accepting(gina),
	{"OpenTasks", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TaskQuery{}} }, nil},
	{"OpenTasksPage", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TaskQuery{}} }, nil},
	{"CountTasks", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TaskQuery{}} }, nil},
	{"Approve", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.Approve{Requests: ofRequest(s)}} },
		func(s *secretCalls, got any) { s.assignment = first[accessmgmt.Approval](got).Assignment }},
	inviting(gina, roles.Manager), accepting(gina),
	{"Refuse", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.Refuse{Requests: ofRequest(s), Reason: "no"}}
	}, nil},
	inviting(gina, roles.Writer), accepting(gina),
	{"Withdraw", func(s *secretCalls) []any { return []any{s.gina, accessmgmt.Withdraw{Requests: ofRequest(s)}} }, nil},
	{"HandledTasks", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TaskQuery{}} }, nil},
	{"HandledTasksPage", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TaskQuery{}} }, nil},
	{"CountHandledTasks", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.TaskQuery{}} }, nil},
	inviting(hugo, roles.Editor),
	{"Decline", func(s *secretCalls) []any { return []any{s.hugo, s.token, accessmgmt.Decline{Reason: "not me"}} }, nil},
	inviting(hugo, roles.Writer),
	{"Revoke", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.Revoke{Enterprise: s.Acme, Recipients: []accessmgmt.RecipientID{s.recipient.ID}}}
	}, nil},
	{"Invitations", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.InvitationQuery{}} }, nil},
	{"InvitationsPage", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.InvitationQuery{}} }, nil},
	{"CountInvitations", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.InvitationQuery{}} }, nil},
	{"Replace", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.Replace{Enterprise: s.Acme, Assignment: s.assignment.ID, Line: s.Line(roles.Owner)}}
	},
		func(s *secretCalls, got any) { s.assignment = got.(accessmgmt.Replacement).Given }},
	{"End", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.End{Enterprise: s.Acme, Assignments: []accessmgmt.AssignmentID{s.assignment.ID}}}
	}, nil},
	{"Assign", func(s *secretCalls) []any {
		until := invitation.Line{Role: roles.Reader, Period: roles.Between(s.Svc.Today(), s.Svc.Today().AddDays(10))}
		return []any{s.gap, accessmgmt.Assign{Enterprise: s.Acme, Lines: []invitation.Line{until}, Persons: []accessmgmt.Assignee{assignee(s.ines)}}}
	}, func(s *secretCalls, got any) { s.assignment = first[accessmgmt.Assigned](got).Assignment }},
	{"Extend", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.Extend{Enterprise: s.Acme, Assignments: []accessmgmt.AssignmentID{s.assignment.ID}, Unlimited: true}}
	}, nil},
	{"Assignments", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.AssignmentQuery{}} }, nil},
	{"AssignmentsPage", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.AssignmentQuery{}} }, nil},
	{"CountAssignments", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.AssignmentQuery{}} }, nil},
	{"FindPersons", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.PersonQuery{Enterprise: s.Acme}} }, nil},
	{"FindPersonsPage", func(s *secretCalls) []any { return []any{s.gap, accessmgmt.PersonQuery{Enterprise: s.Acme}} }, nil},
	{"Check", func(s *secretCalls) []any { return []any{s.question()} }, nil},
	{"CheckEach", func(s *secretCalls) []any { return []any{[]accessmgmt.Question{s.question(), s.question()}} }, nil},
	{"Revision", func(s *secretCalls) []any { return []any{s.Acme} }, nil},
	{"Explain", func(s *secretCalls) []any { return []any{s.question()} }, nil},
	{"RolesOf", func(s *secretCalls) []any {
		return []any{accessmgmt.RolesQuery{Person: s.ID(s.ines), Enterprise: s.Acme}}
	}, nil},
	{"RolesOfPage", func(s *secretCalls) []any {
		return []any{accessmgmt.RolesQuery{Person: s.ID(s.ines), Enterprise: s.Acme}}
	}, nil},
	{"EnterprisesOfPage", func(s *secretCalls) []any { return []any{accessmgmt.EnterprisesQuery{Person: s.ID(s.ines)}} }, nil},
	{"PersonsWhoPage", func(s *secretCalls) []any {
		return []any{accessmgmt.PersonsQuery{Enterprise: s.Acme, Action: roles.Sign}}
	}, nil},
	{"ActionsOf", func(s *secretCalls) []any {
		return []any{accessmgmt.ActionsQuery{Person: s.ID(s.ines), Enterprise: s.Acme}}
	}, nil},
	{"EnterprisesOf", func(s *secretCalls) []any { return []any{accessmgmt.EnterprisesQuery{Person: s.ID(s.ines)}} }, nil},
	{"PersonsWho", func(s *secretCalls) []any {
		return []any{accessmgmt.PersonsQuery{Enterprise: s.Acme, Action: roles.Sign}}
	}, nil},
	{"GiveBack", func(s *secretCalls) []any {
		return []any{s.ines, accessmgmt.GiveBack{Enterprise: s.Acme, Assignments: []accessmgmt.AssignmentID{s.assignment.ID}}}
	}, nil},
	{"NameManager", func(s *secretCalls) []any {
		return []any{s.gap, s.naming(s.jan, accessmgmt.CoGAP, "", roles.From(s.Svc.Today()))}
	}, nil},
	{"Managers", func(s *secretCalls) []any { return []any{s.gap, s.Acme} }, nil},
	{"RemoveManager", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.RemoveManager{Enterprise: s.Acme, Manager: s.got["NameManager"].(accessmgmt.Manager).ID, Reason: "moved"}}
	}, nil},
	{"EndAll", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.EndAll{Enterprise: s.Acme, Person: s.ID(s.gina), Reason: "left"}}
	}, nil},
	{"Suspend", func(s *secretCalls) []any {
		return []any{Staff(), accessmgmt.Suspend{Enterprise: s.Acme, Reason: "fraud"}}
	}, nil},
	{"Resume", func(s *secretCalls) []any {
		return []any{Staff(), accessmgmt.Resume{Enterprise: s.Acme, Reason: "none"}}
	}, nil},
	{"MoveUnit", func(s *secretCalls) []any {
		return []any{Staff(), accessmgmt.MoveUnit{From: s.Acme, Unit: s.unit.ID, To: s.branchNumber, Reason: "sold"}}
	}, nil},
	{"AddUnit", func(s *secretCalls) []any { return []any{s.gap, s.adding(UnitNumber(901), "Siège")} }, func(s *secretCalls, got any) { s.unit = got.(accessmgmt.Unit) }},
	{"CloseUnit", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.CloseUnit{Enterprise: s.Acme, Unit: s.unit.ID, Reason: "closed"}}
	}, nil},
	{"RequestGAP", func(s *secretCalls) []any { return []any{Staff(), s.requestingFor(s.hugo, s.Number)} },
		func(s *secretCalls, got any) { s.candidacy = got.(accessmgmt.GAPRequest) }},
	{"Candidacies", func(*secretCalls) []any { return []any{Staff(), accessmgmt.CandidacyQuery{}} }, nil},
	{"CandidaciesPage", func(*secretCalls) []any { return []any{Staff(), accessmgmt.CandidacyQuery{}} }, nil},
	{"RefuseGAP", func(s *secretCalls) []any {
		return []any{Staff(), accessmgmt.RefuseGAP{Enterprise: s.Acme, Request: s.candidacy.ID, Reason: "no"}}
	}, nil},
	{"RequestGAP", func(s *secretCalls) []any { return []any{Staff(), s.requestingFor(s.jan, s.Number)} },
		func(s *secretCalls, got any) { s.candidacy = got.(accessmgmt.GAPRequest) }},
	{"ResignGAP", func(s *secretCalls) []any {
		return []any{s.gap, accessmgmt.ResignGAP{Enterprise: s.Acme, Reason: "tired"}}
	}, nil},
	{"ApproveGAP", func(s *secretCalls) []any { return []any{Staff(), s.approvingGAP(s.candidacy)} }, nil},
	{"Preview", nil, func(s *secretCalls, got any) { s.previews(got.(*accessmgmt.Preview)) }},
	{"Within", func(s *secretCalls) []any { return []any{s.Store} }, func(s *secretCalls, got any) { s.within(got.(*accessmgmt.Within)) }},
	{"VacateGAP", func(s *secretCalls) []any {
		return []any{s.rep, accessmgmt.VacateGAP{Enterprise: s.Acme, Reason: "empty"}}
	}, nil},
	{"Audit", func(s *secretCalls) []any { return []any{Staff(), accessmgmt.AuditQuery{Enterprise: s.Acme}} }, nil},
	{"AuditPage", func(s *secretCalls) []any { return []any{Staff(), accessmgmt.AuditQuery{Enterprise: s.Acme}} }, nil},
	{"VerifyAudit", func(s *secretCalls) []any { return []any{Staff(), s.Acme} }, nil},
	{"ExportPerson", func(s *secretCalls) []any { return []any{Staff(), accessmgmt.ExportPerson{Person: s.ID(s.hugo)}} }, nil},
	{"ErasePerson", func(s *secretCalls) []any { return []any{Staff(), accessmgmt.ErasePerson{Person: s.ID(s.hugo)}} }, nil},
	{"DispatchOnce", func(*secretCalls) []any { return nil }, nil},
	{"Outbox", func(*secretCalls) []any { return nil }, nil},
	{"ForgetMessages", func(*secretCalls) []any { return nil }, nil},
	{"DeadMessages", func(*secretCalls) []any { return []any{Staff(), accessmgmt.DeadQuery{}} }, nil},
	{"DeadMessagesPage", func(*secretCalls) []any { return []any{Staff(), accessmgmt.DeadQuery{}} }, nil},
	{"RetryMessages", func(*secretCalls) []any { return []any{Staff(), accessmgmt.DeadSelection{All: true}} }, nil},
	{"DropMessages", func(*secretCalls) []any { return []any{Staff(), accessmgmt.DeadSelection{All: true}} }, nil},
	{"Sweep", func(*secretCalls) []any { return nil }, nil},
}

// callEverything calls every method of the service rightly, and before that by
// nobody, by somebody weak and by a stranger, shows what each returned, and
// returns the tokens there were. A method that isn't among the steps fails it.
func (w *World) callEverything(seen *seen, people []accessmgmt.Actor, rep, gap accessmgmt.Actor) []accessmgmt.Token {
	s := &secretCalls{World: w, seen: seen, rep: rep, gap: gap, gina: people[0], hugo: people[1], ines: people[2], jan: people[3], got: map[string]any{}, called: map[string]bool{"Run": true}} // which returns nothing, and not before its context ends
	s.branchNumber, _ = w.another()
	for _, step := range secretSteps {
		w.Clock.Advance(time.Minute)
		var args []any
		if step.args != nil {
			args = step.args(s)
		}
		s.wrongly(step.method, args)
		got, err := s.call(step.method+" by who may", step.method, args)
		require.NoError(w, err, step.method)
		s.got[step.method] = got
		if step.keep != nil {
			step.keep(s, got)
		}
		s.called[step.method] = true
	}
	for _, of := range []reflect.Type{reflect.TypeOf(w.Svc), reflect.TypeOf(&accessmgmt.Preview{})} {
		for i := range of.NumMethod() {
			require.True(w, s.called[of.Method(i).Name], "%s is called nowhere", of.Method(i).Name)
		}
	}
	return s.tokens
}

// wrongly calls a method by those whom it refuses.
func (s *secretCalls) wrongly(method string, args []any) {
	for i, arg := range args {
		by, is := arg.(accessmgmt.Actor)
		if !is {
			continue
		}
		weak := by
		weak.Identity.Assurance = accessmgmt.AssuranceNone
		others := map[string]accessmgmt.Actor{"nobody": {}, "somebody weak": weak}
		if !calls[method].own {
			others["a stranger"] = s.rep
			if method == "DesignateGAP" || method == "VacateGAP" {
				others["a stranger"] = s.hugo
			}
		}
		for who, other := range others {
			wrong := append([]any{}, args...)
			wrong[i] = other
			_, err := s.call(method+" by "+who, method, wrong)
			if who != "a stranger" {
				require.Error(s, err, "%s by %s", method, who)
			}
		}
	}
}

// call calls a method of the service and shows what it returns: the items of a
// list one by one, and what is behind an error.
func (s *secretCalls) call(where, method string, args []any) (got any, err error) {
	m := reflect.ValueOf(s.Svc).MethodByName(method)
	require.True(s, m.IsValid(), "there is no %s", method)
	var in []reflect.Value
	if m.Type().NumIn() > 0 && m.Type().In(0) == reflect.TypeFor[context.Context]() {
		in = append(in, reflect.ValueOf(s.Ctx))
	}
	for _, arg := range args {
		if _, store := arg.(accessmgmt.Store); !store {
			s.seen.show(where+": argument", arg)
		}
		in = append(in, reflect.ValueOf(arg))
	}
	show := func(v reflect.Value) {
		switch v := v.Interface().(type) {
		case nil:
		case *accessmgmt.Preview, *accessmgmt.Within: // their methods are called for themselves
		case error:
			err = v
			s.seen.showError(where, v)
		default:
			s.seen.show(where, v)
		}
	}
	for i, out := range m.Call(in) {
		if out.Kind() == reflect.Func {
			for item, failed := range out.Seq2() {
				show(item)
				show(failed)
			}
			continue
		}
		if i == 0 {
			got = out.Interface()
		}
		show(out)
	}
	if _, alone := got.(error); alone {
		got = nil
	}
	return got, err
}

// previews tries a command out and shows what it would write and send.
func (s *secretCalls) previews(p *accessmgmt.Preview) {
	_, err := p.Assign(s.Ctx, s.jan, accessmgmt.Assign{Enterprise: s.Acme, Lines: []invitation.Line{s.Line(roles.Editor)}, Persons: []accessmgmt.Assignee{assignee(s.hugo)}})
	require.NoError(s, err)
	require.NotEmpty(s, p.Changes())
	require.NotEmpty(s, p.Mails())
	for _, c := range p.Changes() {
		s.seen.show("what a preview would write", c)
	}
	for _, m := range p.Mails() {
		s.seen.showMail(m, s.Words(m))
	}
	s.called["Changes"], s.called["Mails"] = true, true
}

// within does a command in a transaction of the portal's.
func (s *secretCalls) within(in *accessmgmt.Within) {
	given, err := in.Assign(s.Ctx, s.jan, accessmgmt.Assign{Enterprise: s.Acme, Lines: []invitation.Line{s.Line(roles.Reader)}, Persons: []accessmgmt.Assignee{assignee(s.hugo)}})
	require.NoError(s, err)
	s.seen.show("what was given within a transaction", given)
	in.Committed()
	in.RolledBack()
	for _, method := range []string{"Writing", "Written", "Committed", "RolledBack"} {
		s.called[method] = true
	}
}
