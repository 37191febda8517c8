package workflowtest

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// everybody is one actor for each thing that somebody can be in an enterprise,
// and each thing that he was, will be, or is elsewhere.
func (w *World) everybody() map[string]accessmgmt.Actor {
	all := map[string]accessmgmt.Actor{
		"GAP": w.GAP, "representative": w.Rep, "staff": Staff(), "stranger": Person("Stan", "Stranger"), "weak stranger": w.weak("Will", "Weak"),
		"GAP as staff": accessmgmt.Operator(w.GAP.Identity, "somebody", "because"),
	}
	today := w.Svc.Today()
	add := func(name string, kind accessmgmt.ManagerKind, domain roles.DomainCode, p roles.Period) accessmgmt.Manager {
		all[name] = Person(strings.ReplaceAll(name, " ", "-"), "Manager")
		return w.name(all[name], kind, domain, p)
	}
	add("co-GAP", accessmgmt.CoGAP, "", roles.From(today))
	add("access manager", accessmgmt.AccessManager, "monespace", roles.From(today))
	add("scheduled co-GAP", accessmgmt.CoGAP, "", roles.From(today.AddDays(9)))
	add("expired co-GAP", accessmgmt.CoGAP, "", roles.Between(today, today))
	removed := add("removed co-GAP", accessmgmt.CoGAP, "", roles.From(today))
	require.NoError(w, w.removing(w.GAP, removed)())
	all["managing role"], all["user"] = Person("Mara", "Local"), Person("Ursula", "User")
	w.give(all["managing role"], w.Line(roles.Reader))
	w.give(all["managing role"], w.Line(roles.LocalAdministrator))
	w.give(all["user"], w.Line(roles.Owner))
	all["former GAP"] = Person("Fien", "Former")
	w.designate(w.Designation(w.Number, all["former GAP"]))
	w.designate(w.Designation(w.Number, w.GAP))
	all["candidate"] = w.weak("Cato", "Candidate")
	w.candidacy(all["candidate"], w.Number)
	strong := Person("Cato", "Candidate")
	strong.Identity.Number = accessmgmt.SSIN{}
	all["candidate with an eID"] = strong
	_, elsewhere := w.anotherOf(Person("Guy", "Elsewhere"))
	all["GAP of another"] = Person("Guy", "Elsewhere")
	theirs := w.in(elsewhere)
	theirs.GAP = all["GAP of another"]
	all["co-GAP of another"] = Person("Gust", "Elsewhere")
	theirs.coGAP(all["co-GAP of another"])
	w.at("2026-03-03 09:00")
	return all
}

// whoMayManage plays every capacity against every command and question about
// managers and candidacies. What isn't in the table is refused as to a stranger.
func whoMayManage(t *testing.T, open Open) {
	t.Parallel()
	w := WithGAP(t, open, func(o *accessmgmt.Options) { o.Catalogue = roles.MonEspaceAndCalista() })
	all := w.everybody()
	waiting := w.terms()[0]
	require.Equal(t, accessmgmt.GAPRequested, waiting.State)
	byName := map[string]accessmgmt.Manager{}
	for _, term := range w.managerTerms() {
		for name, a := range all {
			if id, err := w.Svc.Identify(w.Ctx, a.Identity); err == nil && id == term.Person && name != "candidate" {
				byName[name] = term
			}
		}
	}
	removing := func(svc *accessmgmt.Service, by accessmgmt.Actor, term accessmgmt.Manager) error {
		return second(svc.RemoveManager(w.Ctx, by, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: term.ID}))
	}
	const (
		ok       = ""
		notMgr   = accessmgmt.CodeNotManager
		notStaff = accessmgmt.CodeStaffOnly
		weak     = accessmgmt.CodeAssurance
	)
	staff := map[string]string{"staff": ok, "GAP as staff": ok, "GAP": notStaff, "co-GAP": notStaff, "access manager": notStaff, "managing role": notStaff}
	managing := func(by map[string]string) map[string]string { // who is something here is told that he may not
		for _, name := range []string{"staff", "GAP as staff", "co-GAP", "access manager", "managing role"} {
			if _, set := by[name]; !set {
				by[name] = notMgr
			}
		}
		return by
	}
	seeing := map[string]string{"GAP": ok, "co-GAP": ok, "access manager": ok, "representative": ok, "staff": ok, "GAP as staff": ok, "managing role": accessmgmt.CodeNotRepresentative}
	reading := maps.Clone(seeing) // who reads the history
	reading["access manager"] = accessmgmt.CodeNotRepresentative
	table := map[string]struct {
		do   func(svc *accessmgmt.Service, by accessmgmt.Actor, name string) error
		want map[string]string
	}{
		"name a co-GAP": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return second(svc.NameManager(w.Ctx, by, w.naming(Person("Nele", "New"), accessmgmt.CoGAP, "", roles.From(w.Svc.Today()))))
		}, managing(map[string]string{"GAP": ok})},
		"name an access manager": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return second(svc.NameManager(w.Ctx, by, w.naming(Person("Nele", "New"), accessmgmt.AccessManager, "calista", roles.From(w.Svc.Today()))))
		}, managing(map[string]string{"GAP": ok})},
		"remove the co-GAP": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return removing(svc, by, byName["co-GAP"])
		},
			managing(map[string]string{"GAP": ok, "co-GAP": ok})},
		"remove the access manager": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return removing(svc, by, byName["access manager"])
		}, managing(map[string]string{"GAP": ok, "access manager": ok})},
		"remove the scheduled co-GAP": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return removing(svc, by, byName["scheduled co-GAP"])
		}, managing(map[string]string{"GAP": ok})},
		"remove oneself": {func(svc *accessmgmt.Service, by accessmgmt.Actor, name string) error {
			return removing(svc, by, byName[name])
		},
			managing(map[string]string{"GAP": accessmgmt.CodeNotFound, "co-GAP": ok, "access manager": ok})},
		"who manages": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return second(svc.Managers(w.Ctx, by, w.Acme))
		}, seeing},
		"the terms": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return second(svc.GAPs(w.Ctx, by, w.Acme))
		}, reading},
		"approve a candidacy": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return second(svc.ApproveGAP(w.Ctx, by, accessmgmt.ApproveGAP{Enterprise: w.Acme, Request: waiting.ID, Replaces: w.enterprise().Designation}))
		}, staff},
		"refuse a candidacy": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return second(svc.RefuseGAP(w.Ctx, by, accessmgmt.RefuseGAP{Enterprise: w.Acme, Request: waiting.ID, Reason: "no"}))
		}, staff},
		"the candidacies": {func(svc *accessmgmt.Service, by accessmgmt.Actor, _ string) error {
			return second(svc.CandidaciesPage(w.Ctx, by, accessmgmt.CandidacyQuery{}))
		}, map[string]string{"staff": ok, "GAP as staff": ok}},
	}
	cases := 0
	w.unchanged(func() {
		for what, row := range table {
			for name, by := range all {
				cases++
				want, listed := row.want[name]
				switch {
				case by.Identity.Assurance < accessmgmt.AssuranceHigh:
					want = weak
				case !listed:
					want = accessmgmt.CodeNotFound
				}
				err := row.do(w.Svc.Preview().Service, by, name)
				require.Equal(t, want, accessmgmt.Code(err), "%s by %s: %v", what, name, err)
			}
		}
		cases += w.whoMayAsk(all)
	})
	t.Logf("%d cases of act × capacity", cases)
}

// whoMayAsk: anybody asks to become GAP, but the GAP and who has asked; for
// somebody else staff alone.
func (w *World) whoMayAsk(all map[string]accessmgmt.Actor) (cases int) {
	waiting := map[string]bool{"candidate": true, "candidate with an eID": true}
	for name, by := range all {
		cases += 2
		own := second(w.Svc.Preview().RequestGAP(w.Ctx, by, w.requestingGAP(by, w.Number)))
		other := second(w.Svc.Preview().RequestGAP(w.Ctx, by, w.requestingFor(Person("Nele", "New"), w.Number)))
		switch {
		case by.Capacity == accessmgmt.AsOperator:
			require.Equal(w, []string{"self malformed", "gap.number required"}, w.problems(own), name)
			require.NoError(w, other, name)
			continue
		case name == "GAP":
			w.requireFails(own, accessmgmt.ErrState, accessmgmt.CodeAlreadyGAP, name)
		case waiting[name]:
			w.requireFails(own, accessmgmt.ErrState, accessmgmt.CodeAlreadyAsked, name)
		default:
			require.NoError(w, own, name)
		}
		w.requireFails(other, accessmgmt.ErrDenied, accessmgmt.CodeNotOperator, name)
	}
	return cases
}

// managesNothing fails unless an actor has no say in the enterprise and knows
// nothing of it, by every way of asking.
func (w *World) managesNothing(a accessmgmt.Actor, why string) {
	w.Helper()
	w.requireManages(a, false, why)
	_, err := w.Svc.WhoIsMyGAP(w.Ctx, a, w.Acme)
	require.True(w, errors.Is(err, accessmgmt.ErrNotFound), "%s: %v", why, err)
	_, err = w.Svc.GAPs(w.Ctx, a, w.Acme)
	require.ErrorIs(w, err, accessmgmt.ErrNotFound, why)
	_, err = w.Svc.EnterpriseByNumber(w.Ctx, a, w.Number)
	require.ErrorIs(w, err, accessmgmt.ErrNotFound, why)
	for _, mine := range []bool{false, true} {
		invitations, err := w.Svc.InvitationsPage(w.Ctx, a, accessmgmt.InvitationQuery{Mine: mine})
		require.NoError(w, err)
		require.Empty(w, invitations.Items, why)
	}
	id, err := w.Svc.Identify(w.Ctx, a.Identity)
	if err != nil {
		return
	}
	require.False(w, w.mayAs(id), why)
	require.Zero(w, w.member(id), why)
}

func (w *World) mayAs(id accessmgmt.PersonID) bool {
	d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: id, Enterprise: w.Acme, Action: roles.Read, Application: roles.MonEspaceApplication})
	require.NoError(w, err)
	return d.Allowed
}
