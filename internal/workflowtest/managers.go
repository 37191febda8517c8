package workflowtest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Managers plays those who manage beside the GAP: named, in office, removed;
// what they see and touch; and what about them should worry somebody.
func Managers(t *testing.T, open Open) {
	t.Run("naming", func(t *testing.T) { play(t, open, namingScenarios) })
	t.Run("removing", func(t *testing.T) { play(t, open, removingScenarios) })
	t.Run("in office", func(t *testing.T) { play(t, open, inOfficeScenarios) })
	t.Run("without a GAP", func(t *testing.T) { play(t, open, withoutGAPScenarios) })
	t.Run("overview", func(t *testing.T) { play(t, open, overviewScenarios) })
	t.Run("domains", func(t *testing.T) { playDomains(t, open) })
	t.Run("who may", func(t *testing.T) { whoMayManage(t, open) })
}

// requireExisting fails unless an error names what stands in the way.
func (w *World) requireExisting(err error, code string, existing uuid.UUID, why ...any) {
	w.Helper()
	w.requireFails(err, accessmgmt.ErrState, code, why...)
	var e *accessmgmt.Error
	require.ErrorAs(w, err, &e, why...)
	require.Equal(w, existing, e.Existing, why...)
}

var namingScenarios = map[string]func(*World){
	"a co-GAP whom nobody knows yet": func(w *World) {
		cora, at := Person("Cora", "Named"), w.at("2026-03-05 14:00")
		c := w.naming(cora, accessmgmt.CoGAP, "", roles.From(day("2026-03-05")))
		c.Manager.Language, c.Manager.GivenName = roles.Dutch, " Cora "
		term, err := w.Svc.NameManager(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		require.Equal(w, accessmgmt.Manager{ID: term.ID, Enterprise: w.Acme, Person: w.ID(cora), Kind: accessmgmt.CoGAP, Period: c.Period,
			Window: roles.Window{From: at}, NamedBy: w.ID(w.GAP), NamedAt: at, Version: 1}, term, "a first day that has begun takes effect now")
		require.Equal(w, []accessmgmt.Manager{term}, w.managerTerms())
		require.Equal(w, 1, w.enterprise().Managers)
		m := w.member(term.Person)
		require.Equal(w, "Cora Named", m.Name())
		require.Equal(w, roles.Dutch, m.Language)
		require.NoError(w, w.mayInvite(cora), "he is recognised by his number when he first logs in")
	},
	"an access manager whom the enterprise knows": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.known(anne)
		before := w.member(id)
		c := accessmgmt.NameManager{Enterprise: w.Acme, Kind: accessmgmt.AccessManager, Domain: "monespace", Manager: accessmgmt.Assignee{Person: id},
			Period: roles.Between(day("2026-04-01"), day("2026-04-30"))}
		term, err := w.Svc.NameManager(w.Ctx, w.GAP, c)
		require.NoError(w, err)
		require.Equal(w, roles.Window{From: time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC), To: time.Date(2026, 4, 30, 22, 0, 0, 0, time.UTC)}, term.Window)
		require.Equal(w, roles.DomainCode("monespace"), term.Domain)
		require.Equal(w, before, w.member(id), "what the enterprise knows of her stays")
	},
	"everything wrong at once": func(w *World) {
		today := w.Svc.Today()
		for want, c := range map[string]accessmgmt.NameManager{
			"kind required|manager.person required|period.start required|period.end required": {},
			"kind unknown":     {Kind: "boss", Manager: assignee(w.GAP), Period: roles.From(today)},
			"domain malformed": {Kind: accessmgmt.CoGAP, Domain: "monespace", Manager: assignee(w.GAP), Period: roles.From(today)},
			"domain required":  {Kind: accessmgmt.AccessManager, Manager: assignee(w.GAP), Period: roles.From(today)},
			"domain unknown":   {Kind: accessmgmt.AccessManager, Domain: "Monespace", Manager: assignee(w.GAP), Period: roles.From(today)},
			"domain unknown|manager.given_name required|manager.family_name required|manager.email required|manager.language unknown|period.start in_the_past": {
				Kind: accessmgmt.AccessManager, Domain: "taxes", Manager: accessmgmt.Assignee{Number: SSIN("x"), Language: "es"}, Period: roles.From(today.AddDays(-1))},
			"manager malformed":           {Kind: accessmgmt.CoGAP, Manager: accessmgmt.Assignee{Person: w.ID(w.GAP), Number: SSIN("x")}, Period: roles.From(today)},
			"period.end end_before_start": {Kind: accessmgmt.CoGAP, Manager: assignee(w.GAP), Period: roles.Between(today.AddDays(2), today.AddDays(1))},
		} {
			w.unchanged(func() {
				c.Enterprise = w.Acme
				_, err := w.Svc.NameManager(w.Ctx, w.GAP, c)
				require.Equal(w, strings.Split(want, "|"), w.problems(err))
				_, err = w.Svc.NameManager(w.Ctx, Person("Stan", "Stranger"), c)
				w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "a stranger isn't told what is wrong")
			})
		}
	},
	"a number of somebody of another name": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.known(anne)
		c := w.naming(anne, accessmgmt.CoGAP, "", roles.From(w.Svc.Today()))
		c.Manager.FamilyName = "Claes"
		w.unchanged(func() {
			_, err := w.Svc.NameManager(w.Ctx, w.GAP, c)
			require.Equal(w, []string{"manager.family_name other_name"}, w.problems(err))
		})
	},
	"a person whom only another enterprise knows": func(w *World) {
		_, elsewhere := w.another()
		bert := w.in(elsewhere).known(Person("Bert", "Claes"))
		w.unchanged(func() {
			for _, id := range []accessmgmt.PersonID{bert, {UUID: uuid.New()}} {
				_, err := w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Kind: accessmgmt.CoGAP,
					Manager: accessmgmt.Assignee{Person: id}, Period: roles.From(w.Svc.Today())})
				w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
		})
	},
	"the same office twice": func(w *World) {
		cora := Person("Cora", "Named")
		naming := func(kind accessmgmt.ManagerKind, domain roles.DomainCode, first, last string) error {
			p := roles.From(day(first))
			if last != "" {
				p = roles.Between(day(first), day(last))
			}
			return second(w.Svc.NameManager(w.Ctx, w.GAP, w.naming(cora, kind, domain, p)))
		}
		require.NoError(w, naming(accessmgmt.CoGAP, "", "2026-04-01", "2026-04-30"))
		april := w.managerTerms()[0]
		for first, last := range map[string]string{"2026-04-30": "", "2026-03-02": "2026-04-01", "2026-04-10": "2026-04-12", "2026-03-03": "2027-01-01"} {
			w.unchanged(func() {
				w.requireExisting(naming(accessmgmt.CoGAP, "", first, last), accessmgmt.CodeAlreadyManager, april.ID.UUID, first)
			})
		}
		require.NoError(w, naming(accessmgmt.CoGAP, "", "2026-05-01", ""), "one follows the other")
		require.NoError(w, naming(accessmgmt.CoGAP, "", "2026-03-02", "2026-03-31"), "or comes before")
		require.NoError(w, naming(accessmgmt.AccessManager, "monespace", "2026-04-01", ""), "another office is another matter")
		require.NoError(w, w.removing(w.GAP, april)())
		require.NoError(w, naming(accessmgmt.CoGAP, "", "2026-04-05", "2026-04-30"), "what was ended is out of the way")
		require.Equal(w, 5, w.enterprise().Managers, "it counts those who ever were")
	},
	"an expired term is no obstacle": func(w *World) {
		cora := Person("Cora", "Named")
		w.name(cora, accessmgmt.CoGAP, "", roles.Between(day("2026-03-02"), day("2026-03-10")))
		w.at("2026-03-11 00:00")
		w.coGAP(cora)
	},
	"the GAP himself": func(w *World) {
		w.unchanged(func() {
			for _, c := range []accessmgmt.NameManager{
				w.naming(w.GAP, accessmgmt.CoGAP, "", roles.From(w.Svc.Today())),
				w.naming(w.GAP, accessmgmt.AccessManager, "monespace", roles.From(w.Svc.Today().AddDays(400))),
			} {
				_, err := w.Svc.NameManager(w.Ctx, w.GAP, c)
				w.requireExisting(err, accessmgmt.CodeAlreadyManager, w.enterprise().Designation.UUID)
			}
		})
	},
	"he who becomes GAP stays co-GAP": func(w *World) {
		cora := Person("Cora", "Named")
		w.coGAP(cora)
		w.designate(w.Designation(w.Number, cora))
		got, err := w.Svc.Capabilities(w.Ctx, cora, w.Acme)
		require.NoError(w, err)
		require.Equal(w, []accessmgmt.Capacity{accessmgmt.AsGAP, accessmgmt.AsCoGAP}, got.Capacities)
		w.designate(w.Designation(w.Number, w.GAP))
		got, err = w.Svc.Capabilities(w.Ctx, cora, w.Acme)
		require.NoError(w, err)
		require.Equal(w, []accessmgmt.Capacity{accessmgmt.AsCoGAP}, got.Capacities, "the GAP's office went, his own stayed")
	},
	"told in words": func(w *World) {
		w.name(Person("Cora", "Named"), accessmgmt.CoGAP, "", roles.Between(day("2026-03-02"), day("2026-12-31")))
		w.accessManager(Person("Anne", "Dubois"), "monespace")
		w.Deliver()
		said := map[string]bool{}
		for _, m := range w.Mailbox.All() {
			require.Equal(w, accessmgmt.MessageManagerNamed, m.Event)
			for _, line := range strings.Split(w.Words(m).Text, "\n") {
				if fact, is := strings.CutPrefix(line, "  "); is {
					said[fact] = true
				}
			}
		}
		require.Equal(w, map[string]bool{
			"Fonction\u00a0: co-Gestionnaire d'Accès Principal, du 2 mars 2026 au 31 décembre 2026 inclus": true,
			"Fonction\u00a0: Gestionnaire d'Accès, domaine monespace, à partir du 2 mars 2026, illimité":   true,
			"Personne\u00a0: Cora Named": true, "Personne\u00a0: Anne Dubois": true, "Par\u00a0: Luc Maes": true}, said)
		require.Len(w, w.Mailbox.All(), 6, "the manager, the GAP and the office each time")
	},
}

// mayInvite tries to invite somebody, and returns why it can't be done.
func (w *World) mayInvite(by accessmgmt.Actor) error {
	return toAll(w.Svc.Preview().Invite(w.Ctx, by, w.Invitation(Person("Ivo", "Invitee"), w.Line(roles.Reader))))
}

// theRest is one manager for each way of not being in office any more, or yet.
var removingScenarios = map[string]func(*World){
	"by the GAP": func(w *World) {
		cora := Person("Cora", "Named")
		term := w.coGAP(cora)
		at := w.at("2026-03-10 09:00")
		require.NoError(w, w.mayInvite(cora))
		require.NoError(w, w.removing(w.GAP, term)())
		w.requireFails(w.mayInvite(cora), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "from now on")
		stored := w.managerTerms()[0]
		require.Equal(w, at, stored.EndedAt)
		require.Equal(w, w.ID(w.GAP), stored.EndedBy)
		require.Equal(w, "moved\non", stored.Reason)
		require.EqualValues(w, 2, stored.Version)
		require.Equal(w, roles.Ended, stored.StateAt(at))
		require.True(w, stored.InOfficeAt(at.Add(-time.Microsecond)))
		require.False(w, stored.InOfficeAt(at))
		require.Equal(w, accessmgmt.AsGAP, w.lastEvent(accessmgmt.EventManagerRemoved).Capacity)
		w.unchanged(func() { w.requireWrongState(w.removing(w.GAP, term)(), string(roles.Ended)) })
	},
	"by himself": func(w *World) {
		cora, anne := Person("Cora", "Named"), Person("Anne", "Dubois")
		first, second, both := w.coGAP(cora), w.accessManager(anne, "monespace"), w.accessManager(cora, "monespace")
		require.NoError(w, w.removing(anne, second)())
		require.Equal(w, accessmgmt.AsAccessManager, w.lastEvent(accessmgmt.EventManagerRemoved).Capacity)
		require.NoError(w, w.removing(cora, both)())
		require.Equal(w, accessmgmt.AsAccessManager, w.lastEvent(accessmgmt.EventManagerRemoved).Capacity, "of the office that he gives up")
		require.NoError(w, w.removing(cora, first)())
		require.Equal(w, accessmgmt.AsCoGAP, w.lastEvent(accessmgmt.EventManagerRemoved).Capacity)
		require.Equal(w, w.ID(cora), w.managerTerms()[0].EndedBy)
	},
	"nobody else's": func(w *World) {
		cora, carl, anne := Person("Cora", "Named"), Person("Carl", "Other"), Person("Anne", "Dubois")
		own, theirs, hers := w.coGAP(cora), w.coGAP(carl), w.accessManager(anne, "monespace")
		w.unchanged(func() {
			w.requireFails(w.removing(cora, theirs)(), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
			w.requireFails(w.removing(cora, hers)(), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
			w.requireFails(w.removing(anne, own)(), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
			w.requireFails(w.removing(w.Rep, own)(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			w.requireFails(w.removing(Staff(), own)(), accessmgmt.ErrDenied, accessmgmt.CodeNotManager)
		})
	},
	"what isn't there": func(w *World) {
		_, elsewhere := w.another()
		theirs := w.in(elsewhere).coGAP(Person("Cora", "Named"))
		w.coGAP(Person("Cora", "Named"))
		w.unchanged(func() {
			for _, term := range []accessmgmt.Manager{theirs, {}, {ID: w.enterprise().Designation}} {
				w.requireFails(w.removing(w.GAP, term)(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
		})
	},
	"one to come never begins": func(w *World) {
		cora := Person("Cora", "Named")
		term := w.name(cora, accessmgmt.CoGAP, "", roles.From(day("2026-04-01")))
		w.requireFails(w.removing(cora, term)(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "she is nothing here yet")
		require.NoError(w, w.removing(w.GAP, term)())
		w.at("2026-05-01 00:00")
		stored := w.managerTerms()[0]
		require.True(w, stored.InForce().Empty())
		require.Equal(w, roles.Ended, stored.StateAt(w.Clock.Now()))
		require.Error(w, w.mayInvite(cora))
	},
	"one that is over": func(w *World) {
		term := w.name(Person("Cora", "Named"), accessmgmt.CoGAP, "", roles.Between(day("2026-03-02"), day("2026-03-10")))
		w.at("2026-03-11 00:00")
		w.unchanged(func() { w.requireWrongState(w.removing(w.GAP, term)(), string(roles.Expired)) })
	},
	"a reason is looked at": func(w *World) {
		term := w.coGAP(Person("Cora", "Named"))
		for reason, want := range map[string]string{strings.Repeat("x", 1001): "reason too_long", "a\x00b": "reason malformed"} {
			_, err := w.Svc.RemoveManager(w.Ctx, w.GAP, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: term.ID, Reason: reason})
			require.Equal(w, []string{want}, w.problems(err))
		}
		_, err := w.Svc.RemoveManager(w.Ctx, w.GAP, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: term.ID})
		require.NoError(w, err, "it may be empty")
	},
	"while the enterprise is suspended": func(w *World) {
		term := w.coGAP(Person("Cora", "Named"))
		_, err := w.Svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: "fraud"})
		require.NoError(w, err)
		_, err = w.Svc.NameManager(w.Ctx, w.GAP, w.naming(Person("Carl", "Other"), accessmgmt.CoGAP, "", roles.From(w.Svc.Today())))
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeSuspended, "nobody is named")
		require.NoError(w, w.removing(w.GAP, term)(), "and whoever is can be removed")
	},
	"what he gave stands": func(w *World) {
		cora, anne := Person("Cora", "Named"), Person("Anne", "Dubois")
		term := w.coGAP(cora)
		require.NoError(w, one(assign(w, cora, anne, roles.Editor)))
		require.NoError(w, w.removing(w.GAP, term)())
		require.True(w, w.May(anne, roles.Sign).Allowed)
	},
	"the last one is told": func(w *World) {
		cora, carl, anne := Person("Cora", "Named"), Person("Carl", "Other"), Person("Anne", "Dubois")
		a, b, c := w.coGAP(cora), w.coGAP(carl), w.accessManager(anne, "monespace")
		coming := w.name(Person("Cleo", "Coming"), accessmgmt.CoGAP, "", roles.From(day("2027-01-01")))
		last := func(do func() error) []string {
			w.Deliver()
			w.Mailbox.Clear()
			require.NoError(w, do())
			w.Deliver()
			var to []string
			for _, m := range w.Mailbox.All() {
				for _, item := range m.Items() {
					if item.Event == accessmgmt.MessageLastManager {
						to = append(to, string(item.As)+" "+m.To.Email.String()+" "+item.Data[accessmgmt.DataPerson])
					}
				}
			}
			slices.Sort(to)
			slices.Reverse(to) // a person before the contact address
			return to
		}
		require.Empty(w, last(w.removing(w.GAP, a)), "two are left")
		require.Equal(w, []string{"gap Luc.Maes@acme.example Luc Maes", "contact direction@acme.example Luc Maes"}, last(w.removing(carl, b)))
		require.Empty(w, last(w.removing(w.GAP, c)), "one was left before, and told")
		require.Empty(w, last(w.removing(w.GAP, coming)), "so was he")
		w.coGAP(cora)
		require.Equal(w, []string{"manager Cora.Named@acme.example Cora Named", "contact direction@acme.example Cora Named"},
			last(func() error { w.vacate(w.Rep); return nil }), "a co-GAP alone")
		w.designate(w.Designation(w.Number, w.GAP))
		require.Equal(w, []string{"gap Cora.Named@acme.example Cora Named", "contact direction@acme.example Cora Named"},
			last(func() error { w.designate(w.Designation(w.Number, cora)); return nil }), "the co-GAP becomes GAP")
		require.Empty(w, last(func() error { w.designate(w.Designation(w.Number, w.GAP)); return nil }), "two again")
		w.designate(w.Designation(w.Number, carl))
		require.Empty(w, last(func() error { w.designate(w.Designation(w.Number, w.GAP)); return nil }), "one GAP for another")
	},
	"a leaver leaves his offices, and the last one is told": func(w *World) {
		cora := Person("Cora", "Named")
		w.coGAP(cora)
		w.accessManager(cora, "monespace")
		w.Deliver()
		w.Mailbox.Clear()
		done, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(cora), Reason: "gone"})
		require.NoError(w, err)
		require.Len(w, done.Removed, 2)
		w.requireToldOnce(Address(w.GAP.Identity), accessmgmt.MessageManagerRemoved, accessmgmt.MessageManagerRemoved, accessmgmt.MessageLastManager)
		require.Error(w, w.mayInvite(cora))
	},
	"of a leaver's terms the one to come never begins, and those that are over stay as they ended": func(w *World) {
		cora := Person("Cora", "Named")
		removed := w.coGAP(cora)
		require.NoError(w, w.removing(w.GAP, removed)())
		w.name(cora, accessmgmt.AccessManager, "monespace", roles.Between(w.Svc.Today(), w.Svc.Today()))
		w.at("2026-03-11 09:00")
		coming := w.name(cora, accessmgmt.CoGAP, "", roles.From(day("2027-01-01")))
		before := w.managerTerms()
		done, err := w.Svc.EndAll(w.Ctx, w.GAP, accessmgmt.EndAll{Enterprise: w.Acme, Person: w.ID(cora)})
		require.NoError(w, err)
		require.Len(w, done.Removed, 1)
		require.Equal(w, coming.ID, done.Removed[0].ID)
		after := w.managerTerms()
		require.Equal(w, before[:2], after[:2])
		require.False(w, after[2].EndedAt.IsZero())
	},
}
