package workflowtest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// inOfficeScenarios: a term of office is one from its first to its last
// instant, and nothing outside them.
var inOfficeScenarios = map[string]func(*World){
	"from the first to the last instant": func(w *World) {
		for kind, domain := range map[accessmgmt.ManagerKind]roles.DomainCode{accessmgmt.CoGAP: "", accessmgmt.AccessManager: "monespace"} {
			cora := Person("Cora", string(kind))
			w.at("2026-03-02 09:00")
			term := w.name(cora, kind, domain, roles.Between(day("2026-03-10"), day("2026-03-28")))
			for at, in := range map[string]bool{"2026-03-02 09:00": false, "2026-03-09 23:59": false, "2026-03-10 00:00": true, "2026-03-28 23:59": true, "2026-03-29 00:00": false, "2026-04-01 00:00": false} {
				w.at(at)
				w.requireManages(cora, in, at)
			}
			w.Clock.Set(term.Window.From.Add(-time.Microsecond))
			w.requireManages(cora, false, "before the first instant")
			w.Clock.Set(term.Window.From)
			w.requireManages(cora, true, "the first instant")
			w.Clock.Set(term.Window.To.Add(-time.Microsecond))
			w.requireManages(cora, true, "the last instant")
			w.Clock.Set(term.Window.To)
			w.requireManages(cora, false, "over")
		}
	},
	"until removed": func(w *World) {
		cora := Person("Cora", "Named")
		term := w.coGAP(cora)
		w.requireManages(cora, true, "in office")
		w.Clock.Advance(time.Hour)
		w.requireManages(cora, true, "in office")
		require.NoError(w, w.removing(w.GAP, term)())
		w.requireManages(cora, false, "removed")
	},
	"a co-GAP does all that the GAP does, but for naming": func(w *World) {
		cora, anne := Person("Cora", "Named"), Person("Anne", "Dubois")
		w.coGAP(cora)
		w.Deliver()
		luc := w.GAP
		w.GAP = cora // from now on every step is hers
		a := w.Give(anne, w.Line(roles.Editor))
		require.Equal(w, accessmgmt.AsCoGAP, a.GivenAs)
		require.Equal(w, w.ID(cora), a.GivenBy)
		require.NoError(w, w.refusing(w.Request(anne, w.Line(roles.Manager)))())
		replaced := w.replace(a, w.Line(roles.Writer))
		require.NoError(w, w.ending(replaced.Given)())
		r, _ := w.Invite(anne, w.Line(roles.Owner))
		_, err := w.Svc.Resend(w.Ctx, cora, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
		require.NoError(w, err)
		w.revoke(r)
		require.NoError(w, one(assign(w, cora, cora, roles.Owner)), "a role for herself too (D2)")
		for event, capacity := range map[accessmgmt.AuditEvent]accessmgmt.Capacity{accessmgmt.EventInvited: accessmgmt.AsCoGAP, accessmgmt.EventApproved: accessmgmt.AsCoGAP,
			accessmgmt.EventRefused: accessmgmt.AsCoGAP, accessmgmt.EventReplaced: accessmgmt.AsCoGAP, accessmgmt.EventEnded: accessmgmt.AsCoGAP,
			accessmgmt.EventResent: accessmgmt.AsCoGAP, accessmgmt.EventRevoked: accessmgmt.AsCoGAP, accessmgmt.EventAssigned: accessmgmt.AsCoGAP} {
			require.Equal(w, capacity, w.lastEvent(event).Capacity, event)
		}
		report, err := w.Svc.VerifyAudit(w.Ctx, cora, w.Acme)
		require.NoError(w, err)
		require.True(w, report.Intact())
		w.unchanged(func() {
			w.requireFails(second(w.Svc.NameManager(w.Ctx, cora, w.naming(anne, accessmgmt.CoGAP, "", roles.From(w.Svc.Today())))), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
			w.requireFails(second(w.Svc.ResignGAP(w.Ctx, cora, accessmgmt.ResignGAP{Enterprise: w.Acme})), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
			w.requireFails(second(w.Svc.VacateGAP(w.Ctx, cora, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "x"})), accessmgmt.ErrDenied, accessmgmt.CodeNotRepresentative)
			w.requireFails(second(w.Svc.DesignateGAP(w.Ctx, cora, w.Designation(w.Number, cora))), accessmgmt.ErrDenied, accessmgmt.CodeNotRepresentative)
		})
		w.GAP = luc
	},
	"open tasks are told to co-GAPs and the domain's access managers (D29)": func(w *World) {
		cora, anne := Person("Cora", "Named"), Person("Anne", "Dubois")
		w.coGAP(cora)
		w.accessManager(anne, "monespace")
		w.name(Person("Cleo", "Coming"), accessmgmt.CoGAP, "", roles.From(day("2027-01-01")))
		_, token := w.Invite(Person("Bert", "Claes"), w.Line(roles.Editor))
		w.Mailbox.Clear()
		w.Accept(Person("Bert", "Claes"), token)
		w.Deliver()
		told := map[string]accessmgmt.AddresseeKind{}
		for _, m := range w.Mailbox.All() {
			require.Equal(w, accessmgmt.MessageAccepted, m.Event)
			told[m.To.Email.String()] = m.To.Kind
		}
		require.Equal(w, map[string]accessmgmt.AddresseeKind{"Luc.Maes@acme.example": accessmgmt.ToGAP, "direction@acme.example": accessmgmt.ToContact,
			"Cora.Named@acme.example": accessmgmt.ToManager, "Anne.Dubois@acme.example": accessmgmt.ToManager}, told)
	},
	"several offices at once": func(w *World) {
		cora := Person("Cora", "Named")
		anne := w.accessManager(cora, "monespace")
		co := w.coGAP(cora)
		got, err := w.Svc.Capabilities(w.Ctx, cora, w.Acme)
		require.NoError(w, err)
		require.Equal(w, []accessmgmt.Capacity{accessmgmt.AsCoGAP, accessmgmt.AsAccessManager}, got.Capacities, "the strongest first, whichever came first")
		require.NoError(w, one(assign(w, cora, Person("Bert", "Claes"), roles.Reader)))
		require.Equal(w, accessmgmt.AsCoGAP, w.lastEvent(accessmgmt.EventAssigned).Capacity)
		require.NoError(w, w.removing(w.GAP, co)())
		require.NoError(w, one(assign(w, cora, Person("Bert", "Claes"), roles.Writer)))
		require.Equal(w, accessmgmt.AsAccessManager, w.lastEvent(accessmgmt.EventAssigned).Capacity)
		require.NoError(w, w.removing(w.GAP, anne)())
		w.requireManages(cora, false, "nothing is left")
	},
	"offices of several enterprises": func(w *World) {
		cora := Person("Cora", "Named")
		number, elsewhere := w.another()
		w.coGAP(cora)
		w.in(elsewhere).accessManager(cora, "monespace")
		gone := w.in(second2(w.another()))
		require.NoError(w, gone.removing(w.GAP, gone.coGAP(cora))())
		found, err := w.Svc.Offices(w.Ctx, cora)
		require.NoError(w, err)
		require.Len(w, found, 2)
		require.ElementsMatch(w, []accessmgmt.EnterpriseNumber{w.Number, number}, []accessmgmt.EnterpriseNumber{found[0].Number, found[1].Number})
		w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.in(elsewhere).Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		gone.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		tasks, err := w.Svc.OpenTasksPage(w.Ctx, cora, accessmgmt.TaskQuery{})
		require.NoError(w, err)
		require.Len(w, tasks.Items, 2, "of all enterprises she manages, and no other")
	},
}

func second2[A, B any](_ A, b B) B { return b }

// requireManages fails unless an actor manages the enterprise, or doesn't, by
// every way of asking.
func (w *World) requireManages(a accessmgmt.Actor, manages bool, why string) {
	w.Helper()
	got, err := w.Svc.Capabilities(w.Ctx, a, w.Acme)
	require.NoError(w, err, why)
	offices, err := w.Svc.Offices(w.Ctx, a)
	require.NoError(w, err, why)
	_, tasks := w.Svc.OpenTasksPage(w.Ctx, a, accessmgmt.TaskQuery{Enterprise: w.Acme})
	_, managers := w.Svc.Managers(w.Ctx, a, w.Acme)
	errs := map[string]error{"tasks": tasks, "managers": managers, "invite": w.mayInvite(a),
		"assign": one(w.Svc.Preview().Assign(w.Ctx, a, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(roles.Reader)}, Persons: []accessmgmt.Assignee{assignee(Person("Ivo", "Invitee"))}}))}
	if manages {
		require.NotEmpty(w, got.Acts, why)
		require.NotEmpty(w, got.Roles, why)
		require.Len(w, offices, 1, why)
		for what, err := range errs {
			require.NoError(w, err, "%s: %s", why, what)
		}
		return
	}
	require.Zero(w, got, why)
	require.Empty(w, offices, why)
	for what, err := range errs {
		w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "%s: %s", why, what)
	}
}

// withoutGAPScenarios: a co-GAP in office stands in for the GAP whose office is
// vacant (D9); an access manager doesn't.
var withoutGAPScenarios = map[string]func(*World){
	"a co-GAP averts it": func(w *World) {
		cora, anne := Person("Cora", "Named"), Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		request := w.Request(anne, w.Line(roles.Manager))
		term := w.name(cora, accessmgmt.CoGAP, "", roles.Between(day("2026-03-02"), day("2026-03-20")))
		vacated := w.at("2026-03-10 09:00")
		w.vacate(w.Rep)
		require.True(w, w.May(anne, roles.Sign).Allowed)
		listed, err := any1(w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne)}))
		require.NoError(w, err)
		require.True(w, listed)
		require.NoError(w, w.approving(cora, request)(), "and she manages")
		w.requireFails(second(w.Svc.NameManager(w.Ctx, cora, w.naming(anne, accessmgmt.CoGAP, "", roles.From(w.Svc.Today())))), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
		w.requireManages(w.GAP, false, "he left")

		w.Clock.Set(term.Window.To.Add(-time.Microsecond))
		require.True(w, w.May(anne, roles.Sign).Allowed)
		w.Clock.Set(term.Window.To)
		d := w.May(anne, roles.Sign)
		require.False(w, d.Allowed, "her term is over")
		require.Equal(w, accessmgmt.ReasonNoGAP, d.Reason)
		listed, err = any1(w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne)}))
		require.NoError(w, err)
		require.False(w, listed)
		w.at("2026-04-01 09:00")
		for at, allowed := range map[time.Time]bool{vacated.Add(-time.Second): true, vacated: true, term.Window.To.Add(-time.Microsecond): true, term.Window.To: false} {
			d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Action: roles.Sign, At: at})
			require.NoError(w, err)
			require.Equal(w, allowed, d.Allowed, "%s, looked at later", at)
			e, err := w.Svc.Explain(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Action: roles.Sign, At: at})
			require.NoError(w, err)
			require.Equal(w, d, e.Decision)
		}
	},
	"removed, it falls": func(w *World) {
		cora, anne := Person("Cora", "Named"), Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		term := w.coGAP(cora)
		w.vacate(Staff())
		require.True(w, w.May(anne, roles.Sign).Allowed)
		w.Clock.Advance(time.Minute)
		require.NoError(w, w.removing(cora, term)(), "she resigns")
		require.Equal(w, accessmgmt.ReasonNoGAP, w.May(anne, roles.Sign).Reason)
	},
	"an access manager doesn't avert it": func(w *World) {
		cora, anne := Person("Cora", "Named"), Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		w.accessManager(cora, "monespace")
		w.name(Person("Cleo", "Coming"), accessmgmt.CoGAP, "", roles.From(day("2026-03-03")))
		w.vacate(w.Rep)
		require.Equal(w, accessmgmt.ReasonNoGAP, w.May(anne, roles.Sign).Reason)
		w.at("2026-03-03 00:00")
		require.True(w, w.May(anne, roles.Sign).Allowed, "the co-GAP's term begins, and no job has run")
	},
	"a new GAP finds them in office": func(w *World) {
		cora, nora := Person("Cora", "Named"), Person("Nora", "Next")
		term := w.coGAP(cora)
		w.vacate(w.Rep)
		w.designate(w.Designation(w.Number, nora))
		require.Equal(w, []accessmgmt.Manager{term}, w.managerTerms())
		require.NoError(w, w.mayInvite(cora))
		require.NoError(w, w.removing(nora, term)(), "who may end her term")
	},
}
