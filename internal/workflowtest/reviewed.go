package workflowtest

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// reviewedScenarios are faults that reviews of this library found, each once.
var reviewedScenarios = map[string]func(*World){
	"a weak login locks nobody out who was named by his number": func(w *World) {
		vic := Person("Vic", "Named")
		w.give(vic, w.Line(roles.Editor)) // by number, before he ever logged in
		number := Number(w.Count())
		w.Register.Add(number, "Other SA", w.Rep)
		request := w.candidacy(w.weakly(vic), number)
		require.True(w, w.May(vic, roles.Sign).Allowed, "his eID still finds him")
		given := w.held(vic)
		_, token := w.Invite(vic, w.Line(roles.Manager))
		w.Accept(vic, token) // writes down that the account is his
		require.Equal(w, given, w.held(vic))
		require.ErrorIs(w, second(w.Svc.Identify(w.Ctx, w.weakly(vic).Identity)), accessmgmt.ErrDenied, "too weak for anything else")
		require.NotZero(w, request.ID)
	},
	"a candidate who proves his number meanwhile asks again as who he is": func(w *World) {
		vic := Person("Vic", "Named")
		w.give(vic, w.Line(roles.Editor))
		request := w.candidacy(w.weakly(vic), w.Number)
		approve := w.approvingGAP(request)
		// He is staff too, and must not put himself in office under either account.
		_, err := w.Svc.ApproveGAP(w.Ctx, accessmgmt.Operator(vic.Identity, "the board", "it decided"), approve)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval, "before it is written that the account is his")
		_, token := w.Invite(vic, w.Line(roles.Manager))
		w.Accept(vic, token) // writes down that the account is his
		_, err = w.Svc.ApproveGAP(w.Ctx, accessmgmt.Operator(vic.Identity, "the board", "it decided"), approve)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
		_, err = w.Svc.ApproveGAP(w.Ctx, Staff(), approve)
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAccountMoved, "nobody could log in as him")
		again := w.candidacy(vic, w.Number)
		approve.Request = again.ID
		done, err := w.Svc.ApproveGAP(w.Ctx, Staff(), approve)
		require.NoError(w, err)
		require.Equal(w, w.ID(vic), done.GAP.Person)
	},
	"so many accounts of one person, and no more": func(w *World) {
		vic := Person("Vic", "Named")
		w.give(vic, w.Line(roles.Editor))
		decline := func(i int) error {
			strong := vic
			strong.Identity.Subject = fmt.Sprintf("vic.%d", i)
			w.candidacy(w.weakly(strong), Number(w.Count()))
			_, token := w.Invite(vic, w.Line(roles.Manager))
			return w.Svc.Decline(w.Ctx, strong, token, accessmgmt.Decline{}) // writes down that the account is his
		}
		for i := range accessmgmt.MaxFormerly {
			require.NoError(w, decline(i))
		}
		p, err := w.Store.Person(w.Ctx, w.ID(vic))
		require.NoError(w, err)
		require.Len(w, p.Formerly, accessmgmt.MaxFormerly)
		w.requireFails(decline(accessmgmt.MaxFormerly), accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
	},
	"but an account with roles of its own isn't given away": func(w *World) {
		strong := Person("Ann", "Account")
		strong.Identity.Number = accessmgmt.SSIN{} // her provider gives none
		w.Give(strong, w.Line(roles.Editor))
		w.give(Person("Other", "Owner"), w.Line(roles.Reader))
		both := strong
		both.Identity.Number = SSIN("Other Owner")
		_, err := w.Svc.Identify(w.Ctx, both.Identity)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeIdentityConflict)
	},
	"an access manager is told of the roles of his domain alone": func(w *World) {
		ada, anne := w.withCalista(), Person("Anne", "Dubois")
		done := w.invite(w.Invitation(anne, w.Line("calista.reader"), w.Line(roles.Owner)))
		token := w.LastToken(Address(anne.Identity))
		w.Mailbox.Clear()
		requests := w.Accept(anne, token)
		w.Deliver()
		for _, m := range w.Mailbox.All() {
			if m.To.Email.Same(Address(ada.Identity)) {
				require.Contains(w, m.Data[accessmgmt.DataRoles], "calista.reader")
				require.NotContains(w, m.Data[accessmgmt.DataRoles], string(roles.Owner))
			}
		}
		require.Contains(w, w.toldTo(accessmgmt.MessageAccepted), Address(ada.Identity).String())
		// Nor does he learn where another domain's request stands, or that it is there.
		foreign := requests[0]
		if foreign.Line.Role != roles.Owner {
			foreign = requests[1]
		}
		w.approve(foreign)
		_, err := w.approval(ada, foreign)
		require.ErrorIs(w, err, accessmgmt.ErrNotFound)
		require.ErrorIs(w, one(w.Svc.Refuse(w.Ctx, ada, accessmgmt.Refuse{Requests: refs(foreign), Reason: "no"})), accessmgmt.ErrNotFound)
		_, err = w.Svc.Resend(w.Ctx, ada, accessmgmt.Resend{Enterprise: w.Acme, Recipient: done.Results[0].Value.ID})
		require.ErrorIs(w, err, accessmgmt.ErrNotFound)
		_, err = w.Svc.GAPs(w.Ctx, ada, w.Acme)
		require.ErrorIs(w, err, accessmgmt.ErrDenied, "the history is others' to read")
		overview, err := w.Svc.Managers(w.Ctx, ada, w.Acme)
		require.NoError(w, err)
		require.Empty(w, overview.GAP.Term.Evidence)
	},
	"a candidate's details are for staff": func(w *World) {
		w.candidacy(w.weak("Carl", "Candidate"), w.Number)
		for who, by := range map[string]accessmgmt.Actor{"the GAP": w.GAP, "the representative": w.Rep, "staff": Staff()} {
			page, err := w.Svc.AuditPage(w.Ctx, by, accessmgmt.AuditQuery{Enterprise: w.Acme})
			require.NoError(w, err)
			last := page.Items[len(page.Items)-1]
			require.Equal(w, accessmgmt.EventGAPRequested, last.Event)
			require.Equal(w, who == "staff", last.Details != nil, who)
		}
		p := w.Svc.Preview()
		_, err := p.RequestGAP(w.Ctx, w.weak("Dora", "Candidate"), w.requestingGAP(w.weak("Dora", "Candidate"), w.Number))
		require.NoError(w, err)
		for _, m := range p.Mails() {
			require.Equal(w, accessmgmt.ToCandidate, m.To.Kind, "a stranger's preview shows no mail but his own")
		}
	},
	"that nothing could be done is an answer too": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		again := accessmgmt.Assign{ID: accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}, Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Editor)},
			Persons: []accessmgmt.Assignee{assignee(anne)}}
		first, err := w.Svc.Assign(w.Ctx, w.GAP, again)
		require.NoError(w, err)
		w.requireOverlap(first[0].Err, a.ID)
		require.NoError(w, w.ending(a)())
		w.unchanged(func() {
			late, err := w.Svc.Assign(w.Ctx, w.GAP, again)
			require.NoError(w, err)
			w.requireOverlap(late[0].Err, a.ID)
		})
		require.Empty(w, w.held(anne), "delivered late it doesn't give again what was taken away")
		id := accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		leave := accessmgmt.EndAll{ID: id, Enterprise: w.Acme, Person: w.ID(anne)}
		_, err = w.Svc.EndAll(w.Ctx, w.GAP, leave)
		require.NoError(w, err)
		w.give(anne, w.Line(roles.Reader))
		done, err := w.Svc.EndAll(w.Ctx, w.GAP, leave)
		require.NoError(w, err)
		require.Empty(w, done.Ended)
		require.NotEmpty(w, w.held(anne), "nor ends what was given since")
	},
	"a leaver's address isn't all that goes to it": func(w *World) {
		ada, ben := Person("Ada", "Shares"), Person("Ben", "Shares")
		shared := accessmgmt.MustParseEmail("info@acme.example")
		for _, a := range []accessmgmt.Actor{ada, ben} {
			_, token := w.Invite(a, w.Line(roles.Reader))
			_, err := w.Svc.Accept(w.Ctx, a, token, accessmgmt.Accept{Email: shared})
			require.NoError(w, err)
		}
		named := w.Invitation(ben, w.Line(roles.Editor))
		named.Recipients[0].Person, named.Recipients[0].Email = w.ID(ben), shared
		open := w.invite(named).Results[0].Value
		done, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(ada)})
		require.NoError(w, err)
		require.Empty(w, done.Revoked)
		require.Equal(w, open, w.recipient(open))
	},
	"days that aren't, and more than may be": func(w *World) {
		a := w.give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		_, err := w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}, On: roles.Date{Year: 9999, Month: 12, Day: 31}})
		require.Equal(w, []string{"on too_far"}, w.problems(err))
		c := w.Invitation(Person("Bert", "Claes"), w.Line(roles.Editor))
		c.ID = accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}
		w.invite(c)
		c.Expires = roles.Date{Year: 2026, Month: 2, Day: 30}
		err = toAll(w.Svc.Invite(w.Ctx, w.GAP, c))
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeCommandReused)
		c.ID, c.Lines = accessmgmt.CommandID{}, make([]invitation.Line, 51)
		err = toAll(w.Svc.Invite(w.Ctx, w.GAP, c))
		require.Equal(w, []string{"lines too_many"}, w.problems(err))
		w.unchanged(func() {
			_, err := w.Svc.GiveBack(w.Ctx, Person("Eve", "Elsewhere"), accessmgmt.GiveBack{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}})
			require.ErrorIs(w, err, accessmgmt.ErrNotFound, "no word of an enterprise to a stranger")
		})
	},
}

// weakly is a person's own account at a login without eID, which gives his
// number all the same.
func (w *World) weakly(a accessmgmt.Actor) accessmgmt.Actor {
	a.Identity.Assurance = accessmgmt.AssuranceLow
	return a
}

// withCalista puts CALISTA beside Mon Espace, and returns its access manager.
func (w *World) withCalista() accessmgmt.Actor {
	w.with(func(o *accessmgmt.Options) {
		app := roles.CalistaRoles()
		for i := range app.Roles {
			app.Roles[i].GrantedBy, app.Roles[i].Gate = 0, ""
		}
		o.Catalogue, o.Application = catalogueOf(roles.MonEspaceRoles(), app), roles.MonEspaceApplication
	})
	ada := Person("Ada", "Access")
	w.accessManager(ada, w.Svc.Catalogue().Domain("calista.reader"))
	return ada
}
