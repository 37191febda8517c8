package workflowtest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) vacate(by accessmgmt.Actor) accessmgmt.GAP {
	left, err := w.Svc.VacateGAP(w.Ctx, by, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: " he left "})
	require.NoError(w, err)
	return left
}

// officeScenarios are about resigning from the office and emptying it.
var officeScenarios = map[string]func(*World){
	"who resigns stays in office": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		at := w.at("2026-03-10 09:00")
		before := w.enterprise()
		resigned, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: " another\njob "})
		require.NoError(w, err)
		require.Equal(w, []accessmgmt.GAP{resigned}, w.terms())
		require.Equal(w, accessmgmt.GAPActive, resigned.State)
		require.Equal(w, at, resigned.ResignedAt)
		require.Equal(w, "another\njob", resigned.Reason)
		require.Zero(w, resigned.To)
		after := w.enterprise()
		require.Equal(w, before.GAP, after.GAP)
		require.Equal(w, before.Epoch+1, after.Epoch)
		require.True(w, w.May(anne, roles.Sign).Allowed, "access goes on (D9)")
		w.Invite(Person("Bert", "Claes"), w.Line(roles.Reader))
	},
	"resigning twice": func(w *World) {
		resign := func() error {
			_, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme})
			return err
		}
		require.NoError(w, resign())
		w.unchanged(func() { w.requireWrongState(resign(), "resigning") })
		w.designate(w.Designation(w.Number, Person("Nora", "Next")))
		w.requireFails(resign(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		w.designate(w.Designation(w.Number, w.GAP))
		require.NoError(w, resign(), "of another term he can resign again")
	},
	"the reason of resigning stays with the term": func(w *World) {
		at := w.at("2026-03-10 09:00")
		_, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: "another job"})
		require.NoError(w, err)
		w.at("2026-03-20 09:00")
		done := w.designate(w.Designation(w.Number, Person("Nora", "Next")))
		require.Equal(w, "another job", done.Replaced.Reason)
		require.Equal(w, at, done.Replaced.ResignedAt)
		require.Equal(w, accessmgmt.GAPReplaced, w.terms()[0].State)
		require.Zero(w, done.GAP.ResignedAt, "the new GAP didn't resign")
		require.Empty(w, done.GAP.Reason)
	},
	"vacating has a reason of its own": func(w *World) {
		_, err := w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: "another job"})
		require.NoError(w, err)
		require.Equal(w, "he left", w.vacate(w.Rep).Reason)
	},
	"an office that is vacant gives no access at once": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.Give(anne, w.Line(roles.Editor))
		at := w.at("2026-03-10 09:00")
		left := w.vacate(w.Rep)
		require.Equal(w, []accessmgmt.GAP{left}, w.terms())
		require.Equal(w, accessmgmt.GAPVacated, left.State)
		require.Equal(w, at, left.To)
		require.Equal(w, w.ID(w.Rep), left.EndedBy)
		require.Zero(w, w.enterprise().GAP)
		require.Zero(w, w.enterprise().Designation)
		d := w.May(anne, roles.Sign)
		require.False(w, d.Allowed)
		require.Equal(w, accessmgmt.ReasonNoGAP, d.Reason)
		require.Equal(w, w.enterprise().Epoch, d.Revision)
		for access, err := range w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne)}) {
			require.Fail(w, "nobody may act here", "%v %v", access, err)
		}
		require.Equal(w, a, w.stored(a), "the role itself is as it was")
		w.requireFails(one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}})),
			accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "who left manages nothing")
		w.at("2026-03-20 09:00")
		done := w.designate(w.Designation(w.Number, w.GAP))
		require.Nil(w, done.Replaced)
		require.True(w, w.May(anne, roles.Sign).Allowed, "with a GAP the same role gives access again")
		between, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Action: roles.Sign, At: at})
		require.NoError(w, err)
		require.Equal(w, accessmgmt.ReasonNoGAP, between.Reason, "and in history it didn't meanwhile")
	},
	"vacated by staff": func(w *World) {
		asked := w.Register.Asked()
		w.Register.Down(true)
		left := w.vacate(Staff())
		require.Equal(w, asked, w.Register.Asked(), "staff needs no register")
		require.Equal(w, w.ID(Staff()), left.EndedBy)
		r := w.lastEvent(accessmgmt.EventGAPVacated)
		require.Equal(w, accessmgmt.AsOperator, r.Capacity)
		require.Equal(w, map[string]string{"reason": "he left", "on_behalf_of": "file 1234", "operator_reason": "asked by telephone"}, r.Details)
	},
	"vacated twice": func(w *World) {
		w.vacate(w.Rep)
		w.unchanged(func() {
			for _, by := range []accessmgmt.Actor{w.Rep, Staff()} {
				_, err := w.Svc.VacateGAP(w.Ctx, by, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "again"})
				w.requireWrongState(err, "vacant")
			}
		})
	},
	"vacating while the register is down": func(w *World) {
		w.Register.Down(true)
		w.unchanged(func() {
			_, err := w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "he left"})
			w.requireFails(err, accessmgmt.ErrRegister, accessmgmt.CodeRegister)
		})
	},
	"reasons are looked at": func(w *World) {
		w.unchanged(func() {
			for reason, want := range map[string]string{"": "reason required", " \n ": "reason required", strings.Repeat("x", 1001): "reason too_long", "a\x00b": "reason malformed"} {
				_, err := w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: reason})
				require.Equal(w, []string{want}, w.problems(err))
				if strings.HasSuffix(want, "required") {
					continue
				}
				_, err = w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: reason})
				require.Equal(w, []string{want}, w.problems(err))
			}
		})
	},
	"invitations and tasks are the enterprise's (D5)": func(w *World) {
		anne, bert, carl := Person("Anne", "Dubois"), Person("Bert", "Claes"), Person("Carl", "Direct")
		request := w.Request(anne, w.Line(roles.Editor))
		_, token := w.Invite(bert, w.Line(roles.Editor))
		r, _ := w.Invite(carl, w.Line(roles.Editor))
		before := w.Snapshot()
		w.vacate(w.Rep)
		accepted := w.Accept(bert, token)
		nora := Person("Nora", "Next")
		w.designate(w.Designation(w.Number, nora))
		require.Equal(w, before["requests"].([]invitation.Request)[0], w.storedRequest(request), "untouched")
		require.Equal(w, r, w.recipient(r))
		tasks, err := w.Svc.OpenTasksPage(w.Ctx, nora, accessmgmt.TaskQuery{Enterprise: w.Acme})
		require.NoError(w, err)
		require.Len(w, tasks.Items, 2)
		results, err := w.Svc.Approve(w.Ctx, nora, accessmgmt.Approve{Requests: refs(request, accepted[0])})
		require.NoError(w, err)
		for i, a := range []accessmgmt.Actor{anne, bert} {
			require.NoError(w, results[i].Err)
			require.True(w, w.May(a, roles.Sign).Allowed)
		}
		_, err = w.Svc.Resend(w.Ctx, nora, accessmgmt.Resend{Enterprise: w.Acme, Recipient: r.ID})
		require.NoError(w, err)
		require.NoError(w, one(w.Svc.Revoke(w.Ctx, nora, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}})))
	},
	"the office is held at every instant but when vacant": func(w *World) {
		gaps := []accessmgmt.Actor{Person("Ada", "One"), Person("Bea", "Two"), Person("Cleo", "Three")}
		for _, gap := range gaps {
			w.Clock.Advance(time.Hour)
			w.designate(w.Designation(w.Number, gap))
		}
		vacant := w.Clock.Now().Add(time.Hour)
		w.Clock.Set(vacant)
		w.vacate(w.Rep)
		w.Clock.Advance(time.Hour)
		w.designate(w.Designation(w.Number, w.GAP))
		for at := Start; at.Before(w.Clock.Now().Add(time.Hour)); at = at.Add(30 * time.Minute) {
			for _, at := range []time.Time{at.Add(-time.Microsecond), at} {
				held := 0
				for _, term := range w.terms() {
					if term.InOfficeAt(at) {
						held++
					}
				}
				empty := at.Before(Start) || !at.Before(vacant) && at.Before(vacant.Add(time.Hour))
				require.Equal(w, !empty, held == 1, "at %s it is held by %d", at, held)
			}
		}
	},
}
