package workflowtest

import (
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// unseen are texts of which nothing shows.
var unseen = []string{"", " \t", "\u200b\u2060", "\u200d", "\u2800\u2800", "\u0301", "\u00a0\u00ad\ufe0f"}

// unseenScenarios are reasons that must be said and of which nobody would see
// anything (S1: why is told to the person).
var unseenScenarios = map[string]func(*World){
	"reasons that must be given": func(w *World) {
		s := w.stage()
		asked := w.candidacy(w.weak("Karel", "Kandidaat"), w.Number)
		for _, reason := range unseen {
			w.unchanged(func() {
				for name, err := range map[string]error{
					"refuse":      second(w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: refs(s.request), Reason: reason})),
					"vacate":      second(w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: reason})),
					"refuse GAP":  second(w.Svc.RefuseGAP(w.Ctx, Staff(), accessmgmt.RefuseGAP{Enterprise: w.Acme, Request: asked.ID, Reason: reason})),
					"suspend":     second(w.Svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: reason})),
					"move a unit": second(w.Svc.MoveUnit(w.Ctx, Staff(), accessmgmt.MoveUnit{From: w.Acme, To: w.Number, Reason: reason})),
				} {
					require.Contains(w, w.problems(err), "reason required", "%s: %+q", name, reason)
				}
			})
		}
	},
	"one visible character is enough": func(w *World) {
		s := w.stage()
		results, err := w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{s.request.Ref()}, Reason: "\u200b?"})
		require.NoError(w, one(results, err))
		require.Equal(w, invitation.Refused, results[0].Value.State)
	},
	"evidence that must be given": func(w *World) {
		c := w.requestingFor(Person("Karel", "Kandidaat"), w.Number)
		for _, text := range unseen {
			c.Evidence = text
			require.Contains(w, w.problems(second(w.Svc.RequestGAP(w.Ctx, Staff(), c))), "evidence required", "%+q", text)
		}
	},
	"what staff says is recorded as it shows": func(w *World) {
		staff := Staff()
		staff.OnBehalfOf, staff.Reason = "\u200bfile 12", "asked\u2060 by telephone"
		_, err := w.Svc.VacateGAP(w.Ctx, staff, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		var last accessmgmt.AuditRecord
		for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
			require.NoError(w, err)
			for key, value := range r.Details {
				require.True(w, invitation.Visible(value), "%s of %s says nothing", key, r.Event)
			}
			last = r
		}
		require.Equal(w, map[string]string{"reason": "left", "on_behalf_of": "file 12", "operator_reason": "asked by telephone"}, last.Details)
	},
}
