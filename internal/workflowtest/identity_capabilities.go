package workflowtest

import (
	"errors"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

var capabilityScenarios = map[string]func(*World){
	"are what the calls allow": func(w *World) {
		s := w.stage()
		former := Person("Fien", "Former")
		for _, gap := range []accessmgmt.Actor{former, w.GAP} {
			_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, gap))
			require.NoError(w, err)
		}
		manager := []accessmgmt.Act{accessmgmt.ActInvite, accessmgmt.ActResend, accessmgmt.ActRevoke, accessmgmt.ActApprove, accessmgmt.ActRefuse,
			accessmgmt.ActAssign, accessmgmt.ActReplace, accessmgmt.ActExtend, accessmgmt.ActEnd, accessmgmt.ActEndAll,
			accessmgmt.ActSaveTemplate, accessmgmt.ActEditTemplate, accessmgmt.ActNameManager, accessmgmt.ActRemoveManager,
			accessmgmt.ActAddUnit, accessmgmt.ActCloseUnit, accessmgmt.ActTasks, accessmgmt.ActInvitations, accessmgmt.ActAssignments,
			accessmgmt.ActTemplates, accessmgmt.ActFindPersons, accessmgmt.ActUnits, accessmgmt.ActManagers, accessmgmt.ActAudit, accessmgmt.ActResignGAP}
		staff := []accessmgmt.Act{accessmgmt.ActManagers, accessmgmt.ActUnits, accessmgmt.ActAudit, accessmgmt.ActVacateGAP, accessmgmt.ActCandidacies, accessmgmt.ActDecideGAP,
			accessmgmt.ActMoveUnit, accessmgmt.ActSuspend, accessmgmt.ActResume, accessmgmt.ActDeadMails, accessmgmt.ActRetryMails, accessmgmt.ActDropMails}
		for who, c := range map[string]struct {
			actor accessmgmt.Actor
			gap   bool
			acts  []accessmgmt.Act
		}{
			"GAP": {w.GAP, true, manager}, "former GAP": {former, false, nil}, "user": {s.user, false, nil},
			"stranger": {Person("Stan", "Stranger"), false, nil}, "representative": {w.Rep, false, nil},
			"operator":        {Staff(), false, staff},
			"GAP as operator": {accessmgmt.Operator(w.GAP.Identity, "x", "y"), false, staff},
		} {
			got, err := w.Svc.Capabilities(w.Ctx, c.actor, w.Acme)
			require.NoError(w, err)
			require.Equal(w, c.gap, got.GAP, who)
			require.ElementsMatch(w, c.acts, got.Acts, who)
			require.Len(w, got.Roles, map[bool]int{true: 5, false: 0}[c.gap], who)
			for name, call := range calls {
				switch {
				case call.act == accessmgmt.ActErasePerson, call.act == accessmgmt.ActExportPerson:
					continue // of persons, in no enterprise
				case call.own, call.act == accessmgmt.ActCapabilities, call.act == accessmgmt.ActOffices, call.act == accessmgmt.ActWhoIsMyGAP:
					continue // for anybody
				case who == "representative":
					continue // isn't looked at
				}
				require.Equal(w, slices.Contains(c.acts, call.act), got.May(call.act))
				refused := w.wouldRefuse(call, c.actor, s)
				require.Equal(w, !got.May(call.act), refused, "%s by %s", name, who)
			}
			nowhere, err := w.Svc.Capabilities(w.Ctx, c.actor, accessmgmt.EnterpriseID{})
			require.NoError(w, err)
			require.Zero(w, nowhere)
		}
	},
	"list the roles that may be given, and no others": func(w *World) {
		w.Options.Catalogue = authorityCatalogue(true)
		got, err := w.Service(w.Options).Capabilities(w.Ctx, w.GAP, w.Acme)
		require.NoError(w, err)
		var codes []roles.Code
		for _, r := range got.Roles {
			codes = append(codes, r.Code)
		}
		require.Equal(w, []roles.Code{open1, open2, open3, shorter, asks}, codes)
	},
	"end with the office": func(w *World) {
		_, err := w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		got, err := w.Svc.Capabilities(w.Ctx, w.GAP, w.Acme)
		require.NoError(w, err)
		require.Zero(w, got)
	},
	"who is my GAP": func(w *World) {
		s := w.stage()
		require.NoError(w, w.ending(s.assignment)()) // had a role: still one of those who work there
		bystander := Person("Bea", "Bystander")
		other := w.Number
		_, elsewhere := w.anotherOf(Person("Guy", "Elsewhere"))
		theirs := w.in(elsewhere)
		theirs.GAP, theirs.Number = Person("Guy", "Elsewhere"), other
		theirs.give(bystander, w.Line(roles.Reader))
		_, token := w.Invite(bystander, w.Line(roles.Reader))
		require.NoError(w, w.Svc.Decline(w.Ctx, bystander, token, accessmgmt.Decline{}))
		contact := accessmgmt.MustParseEmail("direction@acme.example")
		luc := accessmgmt.GAPContact{InOffice: true, GivenName: "Luc", FamilyName: "Maes", Contact: contact}
		ask := func(a accessmgmt.Actor, want accessmgmt.GAPContact, kind error) {
			w.Helper()
			got, err := w.Svc.WhoIsMyGAP(w.Ctx, a, w.Acme)
			require.Equal(w, want, got)
			require.True(w, errors.Is(err, kind), "%v", err)
		}
		ask(s.user, luc, nil)
		ask(w.GAP, luc, nil)
		ask(bystander, accessmgmt.GAPContact{}, accessmgmt.ErrNotFound) // declined; works elsewhere
		ask(Person("Inge", "Invited"), accessmgmt.GAPContact{}, accessmgmt.ErrNotFound)
		ask(w.Rep, accessmgmt.GAPContact{}, accessmgmt.ErrNotFound)
		ask(Staff(), accessmgmt.GAPContact{}, accessmgmt.ErrDenied)
		ask(accessmgmt.Operator(s.user.Identity, "x", "y"), accessmgmt.GAPContact{}, accessmgmt.ErrDenied)
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
		require.NoError(w, err)
		nora := accessmgmt.GAPContact{InOffice: true, GivenName: "Nora", FamilyName: "Next", Contact: contact}
		ask(s.user, nora, nil)
		ask(w.GAP, nora, nil) // had an office
		_, err = w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		ask(s.user, accessmgmt.GAPContact{Contact: contact}, nil)
		ask(Person("Stan", "Stranger"), accessmgmt.GAPContact{}, accessmgmt.ErrNotFound)
	},
}

// wouldRefuse reports whether a call is refused to an actor. What it writes, the
// store refuses: nothing changes.
func (w *World) wouldRefuse(c call, by accessmgmt.Actor, on stage) bool {
	store, svc := w.tap()
	store.meanwhile = func(method string) error {
		if method == "Commit" {
			return errStoreGone
		}
		return nil
	}
	err := c.do(w, svc, by, on)
	return errors.Is(err, accessmgmt.ErrDenied) || errors.Is(err, accessmgmt.ErrNotFound)
}
