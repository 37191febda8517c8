package workflowtest

import (
	"errors"
	"reflect"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// stage is an enterprise with one of everything that a call can be about.
type stage struct {
	enterprise accessmgmt.EnterpriseID
	number     accessmgmt.EnterpriseNumber
	recipient  invitation.Recipient
	token      accessmgmt.Token
	request    invitation.Request
	assignment accessmgmt.RoleAssignment
	limited    accessmgmt.RoleAssignment // has a last day
	manager    accessmgmt.Manager        // a co-GAP's term, to come
	candidacy  accessmgmt.GAPRequest     // waits for staff
	user       accessmgmt.Actor          // who made the request and has the role
	unit       accessmgmt.Unit
	template   invitation.Template
}

func (w *World) stage() stage {
	s := stage{enterprise: w.Acme, number: w.Number, user: Person("Ursula", "User")}
	s.assignment = w.Give(s.user, w.Line(roles.Reader))
	s.limited = w.Give(s.user, w.days(roles.Manager, 30))
	s.request = w.Request(s.user, w.Line(roles.Writer))
	s.unit = w.unit("Liège")
	s.template = w.saved(w.template("x", w.Line(roles.Editor)))
	s.recipient, s.token = w.Invite(Person("Inge", "Invited"), w.Line(roles.Owner))
	s.manager = w.name(Person("Cleo", "Coming"), accessmgmt.CoGAP, "", roles.From(w.Svc.Today().AddDays(1000)))
	s.candidacy = w.candidacy(w.weak("Cato", "Candidate"), w.Number)
	return s
}

// call is a method that takes an actor, called rightly for a stage. It returns
// the error of the call or of its one item.
type call struct {
	act accessmgmt.Act
	do  func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error
	// own: it is done by whoever holds the link or made the request.
	own bool
}

// holder is who has the role, and elsewhere somebody who isn't there.
func (on stage) holder() accessmgmt.PersonID {
	if on.enterprise != on.assignment.Enterprise {
		return accessmgmt.PersonID{UUID: uuid.Max}
	}
	return on.assignment.Person
}

// calls are all methods of the service that take an actor, by name.
var calls = merged(commandCalls, templateCalls)

var commandCalls = map[string]call{
	"DesignateGAP": {act: accessmgmt.ActDesignateGAP, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.DesignateGAP(w.Ctx, by, w.Designation(on.number, Person("Nora", "Next"))))
	}},
	"ResignGAP": {act: accessmgmt.ActResignGAP, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.ResignGAP(w.Ctx, by, accessmgmt.ResignGAP{Enterprise: on.enterprise}))
	}},
	"VacateGAP": {act: accessmgmt.ActVacateGAP, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.VacateGAP(w.Ctx, by, accessmgmt.VacateGAP{Enterprise: on.enterprise, Reason: "left"}))
	}},
	"NameManager": {act: accessmgmt.ActNameManager, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.NameManager(w.Ctx, by, accessmgmt.NameManager{Enterprise: on.enterprise, Kind: accessmgmt.CoGAP,
			Manager: assignee(Person("Cora", "Named")), Period: roles.From(w.Svc.Today())}))
	}},
	"RemoveManager": {act: accessmgmt.ActRemoveManager, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.RemoveManager(w.Ctx, by, accessmgmt.RemoveManager{Enterprise: on.enterprise, Manager: on.manager.ID}))
	}},
	"RequestGAP": {own: true, act: accessmgmt.ActRequestGAP, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		c := w.requestingGAP(by, on.number)
		if by.Capacity == accessmgmt.AsOperator {
			c = w.requestingFor(Person("Cleo", "Candidate"), on.number)
		}
		return second(svc.RequestGAP(w.Ctx, by, c))
	}},
	"ApproveGAP": {act: accessmgmt.ActDecideGAP, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.ApproveGAP(w.Ctx, by, accessmgmt.ApproveGAP{Enterprise: on.enterprise, Request: on.candidacy.ID, Replaces: w.enterprise().Designation}))
	}},
	"RefuseGAP": {act: accessmgmt.ActDecideGAP, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.RefuseGAP(w.Ctx, by, accessmgmt.RefuseGAP{Enterprise: on.enterprise, Request: on.candidacy.ID, Reason: "no"}))
	}},
	"Candidacies": {act: accessmgmt.ActCandidacies, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.Candidacies(w.Ctx, by, accessmgmt.CandidacyQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"CandidaciesPage": {act: accessmgmt.ActCandidacies, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.CandidaciesPage(w.Ctx, by, accessmgmt.CandidacyQuery{Enterprise: on.enterprise}))
	}},
	"DeadMessages": {act: accessmgmt.ActDeadMails, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.DeadMessages(w.Ctx, by, accessmgmt.DeadQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"DeadMessagesPage": {act: accessmgmt.ActDeadMails, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.DeadMessagesPage(w.Ctx, by, accessmgmt.DeadQuery{Enterprise: on.enterprise}))
	}},
	"RetryMessages": {act: accessmgmt.ActRetryMails, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.RetryMessages(w.Ctx, by, accessmgmt.DeadSelection{All: true, Enterprise: on.enterprise}))
	}},
	"DropMessages": {act: accessmgmt.ActDropMails, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.DropMessages(w.Ctx, by, accessmgmt.DeadSelection{All: true, Enterprise: on.enterprise}))
	}},
	"Managers": {act: accessmgmt.ActManagers, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		o, err := svc.Managers(w.Ctx, by, on.enterprise)
		require.Equal(w, err != nil, len(o.Managers) == 0 && o.GAP == accessmgmt.GAPItem{}, "an error shows nobody")
		return err
	}},
	"ValidateInvite": {act: accessmgmt.ActInvite, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return svc.ValidateInvite(w.Ctx, by, w.in(on.enterprise).Invitation(Person("Ivo", "Invitee"), w.Line(roles.Editor)), invitation.StepSummary)
	}},
	"Invite": {act: accessmgmt.ActInvite, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return toAll(svc.Invite(w.Ctx, by, w.in(on.enterprise).Invitation(Person("Ivo", "Invitee"), w.Line(roles.Editor))))
	}},
	"Resend": {act: accessmgmt.ActResend, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.Resend(w.Ctx, by, accessmgmt.Resend{Enterprise: on.enterprise, Recipient: on.recipient.ID}))
	}},
	"Revoke": {act: accessmgmt.ActRevoke, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.Revoke(w.Ctx, by, accessmgmt.Revoke{Enterprise: on.enterprise, Recipients: []accessmgmt.RecipientID{on.recipient.ID}}))
	}},
	"Accept": {own: true, act: accessmgmt.ActAccept, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.Accept(w.Ctx, by, on.token, accessmgmt.Accept{Email: accessmgmt.MustParseEmail("typed@home.example")}))
	}},
	"Decline": {own: true, act: accessmgmt.ActDecline, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return svc.Decline(w.Ctx, by, on.token, accessmgmt.Decline{})
	}},
	"Approve": {act: accessmgmt.ActApprove, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.Approve(w.Ctx, by, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{{Enterprise: on.enterprise, Request: on.request.ID}}}))
	}},
	"Refuse": {act: accessmgmt.ActRefuse, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.Refuse(w.Ctx, by, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{{Enterprise: on.enterprise, Request: on.request.ID}}, Reason: "no"}))
	}},
	"Withdraw": {own: true, act: accessmgmt.ActWithdraw, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.Withdraw(w.Ctx, by, accessmgmt.Withdraw{Requests: []accessmgmt.RequestRef{{Enterprise: on.enterprise, Request: on.request.ID}}}))
	}},
	"Assign": {act: accessmgmt.ActAssign, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.Assign(w.Ctx, by, accessmgmt.Assign{Enterprise: on.enterprise, Lines: []invitation.Line{w.Line(roles.Owner)}, Persons: []accessmgmt.Assignee{assignee(Person("Ada", "Assigned"))}}))
	}},
	"Replace": {act: accessmgmt.ActReplace, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.Replace(w.Ctx, by, accessmgmt.Replace{Enterprise: on.enterprise, Assignment: on.assignment.ID, Line: w.Line(roles.Editor)}))
	}},
	"End": {act: accessmgmt.ActEnd, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.End(w.Ctx, by, accessmgmt.End{Enterprise: on.enterprise, Assignments: []accessmgmt.AssignmentID{on.assignment.ID}}))
	}},
	"Extend": {act: accessmgmt.ActExtend, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.Extend(w.Ctx, by, accessmgmt.Extend{Enterprise: on.enterprise, Assignments: []accessmgmt.AssignmentID{on.limited.ID}, Unlimited: true}))
	}},
	"EndAll": {act: accessmgmt.ActEndAll, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.EndAll(w.Ctx, by, accessmgmt.EndAll{Enterprise: on.enterprise, Person: on.assignment.Person}))
	}},
	"GiveBack": {own: true, act: accessmgmt.ActGiveBack, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return one(svc.GiveBack(w.Ctx, by, accessmgmt.GiveBack{Enterprise: on.enterprise, Assignments: []accessmgmt.AssignmentID{on.assignment.ID}}))
	}},
	"AddUnit": {act: accessmgmt.ActAddUnit, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.AddUnit(w.Ctx, by, accessmgmt.AddUnit{Enterprise: on.enterprise, Number: UnitNumber(77), Name: "Namur"}))
	}},
	"CloseUnit": {act: accessmgmt.ActCloseUnit, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.CloseUnit(w.Ctx, by, accessmgmt.CloseUnit{Enterprise: on.enterprise, Unit: on.unit.ID, Reason: "gone"}))
	}},
	"MoveUnit": {act: accessmgmt.ActMoveUnit, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.MoveUnit(w.Ctx, by, accessmgmt.MoveUnit{From: on.enterprise, Unit: on.unit.ID, To: Number(77), Reason: "taken over"}))
	}},
	"Suspend": {act: accessmgmt.ActSuspend, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.Suspend(w.Ctx, by, accessmgmt.Suspend{Enterprise: on.enterprise, Reason: "an inquiry"}))
	}},
	"ErasePerson": {act: accessmgmt.ActErasePerson, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.ErasePerson(w.Ctx, by, accessmgmt.ErasePerson{Person: on.holder()}))
	}},
	"ExportPerson": {act: accessmgmt.ActExportPerson, own: true, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.ExportPerson(w.Ctx, by, accessmgmt.ExportPerson{Person: on.holder()}), toTheEnd))
	}},
	"Resume": {act: accessmgmt.ActResume, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.Resume(w.Ctx, by, accessmgmt.Resume{Enterprise: on.enterprise, Reason: "settled"}))
	}},
	"UnitsPage": {act: accessmgmt.ActUnits, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.UnitsPage(w.Ctx, by, accessmgmt.UnitQuery{Enterprise: on.enterprise}))
	}},
	"Units": {act: accessmgmt.ActUnits, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.Units(w.Ctx, by, accessmgmt.UnitQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"OpenTasksPage": {act: accessmgmt.ActTasks, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.OpenTasksPage(w.Ctx, by, accessmgmt.TaskQuery{Enterprise: on.enterprise}))
	}},
	"OpenTasks": {act: accessmgmt.ActTasks, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.OpenTasks(w.Ctx, by, accessmgmt.TaskQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"HandledTasksPage": {act: accessmgmt.ActTasks, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.HandledTasksPage(w.Ctx, by, accessmgmt.TaskQuery{Enterprise: on.enterprise}))
	}},
	"HandledTasks": {act: accessmgmt.ActTasks, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.HandledTasks(w.Ctx, by, accessmgmt.TaskQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"InvitationsPage": {act: accessmgmt.ActInvitations, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.InvitationsPage(w.Ctx, by, accessmgmt.InvitationQuery{Enterprise: on.enterprise}))
	}},
	"Invitations": {act: accessmgmt.ActInvitations, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.Invitations(w.Ctx, by, accessmgmt.InvitationQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"AssignmentsPage": {act: accessmgmt.ActAssignments, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.AssignmentsPage(w.Ctx, by, accessmgmt.AssignmentQuery{Enterprise: on.enterprise}))
	}},
	"Assignments": {act: accessmgmt.ActAssignments, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.Assignments(w.Ctx, by, accessmgmt.AssignmentQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"AuditPage": {act: accessmgmt.ActAudit, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.AuditPage(w.Ctx, by, accessmgmt.AuditQuery{Enterprise: on.enterprise}))
	}},
	"Audit": {act: accessmgmt.ActAudit, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(collect(w, svc.Audit(w.Ctx, by, accessmgmt.AuditQuery{Enterprise: on.enterprise}), toTheEnd))
	}},
	"VerifyAudit": {act: accessmgmt.ActAudit, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.VerifyAudit(w.Ctx, by, on.enterprise))
	}},
	"WhoIsMyGAP": {act: accessmgmt.ActWhoIsMyGAP, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.WhoIsMyGAP(w.Ctx, by, on.enterprise))
	}},
	"EnterpriseByNumber": {act: accessmgmt.ActManagers, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		ent, err := svc.EnterpriseByNumber(w.Ctx, by, on.number)
		require.Equal(w, err != nil, ent == accessmgmt.Enterprise{}, "an error shows nothing")
		return err
	}},
	"GAPs": {act: accessmgmt.ActManagers, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.GAPs(w.Ctx, by, on.enterprise))
	}},
	"Members": {act: accessmgmt.ActManagers, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		members, err := svc.Members(w.Ctx, by, on.enterprise, []accessmgmt.PersonID{on.assignment.Person})
		require.Equal(w, err != nil, len(members) == 0, "an error shows nobody")
		return err
	}},
	"Offices": {act: accessmgmt.ActOffices, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, _ stage) error {
		return second(svc.Offices(w.Ctx, by))
	}},
	"Capabilities": {act: accessmgmt.ActCapabilities, do: func(w *World, svc *accessmgmt.Service, by accessmgmt.Actor, on stage) error {
		return second(svc.Capabilities(w.Ctx, by, on.enterprise))
	}},
}

// requireAllCalls fails when the service has a method with an actor that the
// table lacks: a new one can't be forgotten.
func requireAllCalls(w *World) {
	actor := reflect.TypeOf(accessmgmt.Actor{})
	service := reflect.TypeOf(w.Svc)
	for i := range service.NumMethod() {
		m := service.Method(i)
		for n := range m.Type.NumIn() {
			if m.Type.In(n) == actor {
				require.Contains(w, calls, m.Name)
			}
		}
	}
}

// outcome is an error as a caller can tell it from another, or "done".
func outcome(err error) string {
	if err == nil {
		return "done"
	}
	text := err.Error()
	for _, kind := range []error{accessmgmt.ErrNotFound, accessmgmt.ErrInvalid, accessmgmt.ErrState, accessmgmt.ErrDenied, accessmgmt.ErrConflict, accessmgmt.ErrUnavailable} {
		if errors.Is(err, kind) {
			text += " is " + kind.Error()
		}
	}
	var own *accessmgmt.Error
	if errors.As(err, &own) {
		text += " " + string(own.Act) + " " + own.Code + " " + own.Existing.String()
	}
	return text
}

// elsewhere is a stage that isn't there: the same objects in an enterprise that
// nobody registered.
func (on stage) elsewhere() stage {
	on.enterprise, on.number = accessmgmt.EnterpriseID{UUID: uuid.New()}, Number(99)
	return on
}
