package workflowtest

import (
	"context"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

func (w *World) designate(c accessmgmt.DesignateGAP) accessmgmt.Designation {
	done, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, c)
	require.NoError(w, err)
	return done
}

var designationScenarios = map[string]func(*World){
	"registers an enterprise that is new": func(w *World) {
		number, nora := Number(1), Person("Nora", "Next")
		w.Register.Add(number, "New SA", w.Rep)
		_, err := w.Store.EnterpriseByNumber(w.Ctx, number)
		require.ErrorIs(w, err, accessmgmt.ErrNotFound)
		done := w.designate(w.Designation(number, nora))

		stored, err := w.Store.EnterpriseByNumber(w.Ctx, number)
		require.NoError(w, err)
		require.Equal(w, stored, done.Enterprise, "what is returned is what is stored, its epoch and the head of its audit too")
		require.Equal(w, "New SA", stored.Name)
		require.EqualValues(w, 1, stored.Epoch)
		require.Equal(w, w.ID(nora), stored.GAP)
		require.Equal(w, done.GAP.ID, stored.Designation)
		require.Equal(w, accessmgmt.MustParseEmail("direction@acme.example"), stored.Contact)
		require.Equal(w, roles.French, stored.Language, "the policy's")
		require.Equal(w, Start, stored.CreatedAt)
		require.Nil(w, done.Replaced)
		require.Equal(w, accessmgmt.GAP{
			ID: done.GAP.ID, Enterprise: stored.ID, Person: w.ID(nora), Procedure: accessmgmt.Standard, State: accessmgmt.GAPActive,
			DesignatedBy: w.ID(w.Rep), Function: "director", Evidence: "consultation 1", From: Start, Version: 1,
		}, done.GAP)
		require.Equal(w, []accessmgmt.GAP{done.GAP}, w.in(stored.ID).terms())
	},
	"changes the GAP without an instant between": func(w *World) {
		nora, before := Person("Nora", "Next"), w.enterprise()
		request := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor))
		at := w.at("2026-04-01 12:00")
		done := w.designate(w.Designation(w.Number, nora))
		require.Equal(w, before.ID, done.Enterprise.ID)
		require.Equal(w, before.CreatedAt, done.Enterprise.CreatedAt)
		terms := w.terms()
		require.Len(w, terms, 2)
		require.Equal(w, &terms[0], done.Replaced)
		require.Equal(w, accessmgmt.GAPReplaced, terms[0].State)
		require.Equal(w, w.ID(w.Rep), terms[0].EndedBy)
		require.Equal(w, at, terms[0].To)
		require.Equal(w, at, terms[1].From)
		require.True(w, terms[0].InOfficeAt(at.Add(-time.Microsecond)) && !terms[0].InOfficeAt(at) && terms[1].InOfficeAt(at))
		w.requireOneOffice()
		w.requireFails(w.approving(w.GAP, request)(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, "the former GAP is a stranger")
		require.NoError(w, w.approving(nora, request)())
	},
	"the representative himself": func(w *World) {
		c := accessmgmt.DesignateGAP{Enterprise: w.Number, Self: true, Contact: accessmgmt.MustParseEmail("office@acme.example"), Language: roles.German,
			GAP: accessmgmt.Candidate{Email: accessmgmt.MustParseEmail("renee@acme.example"), Phone: "02 123 45 67", Language: roles.Dutch, GivenName: "ignored", Number: SSIN("ignored")}}
		done := w.designate(c)
		require.Equal(w, w.ID(w.Rep), done.GAP.Person)
		m := w.member(done.GAP.Person)
		require.Equal(w, "Renée Peeters", m.Name(), "as the identity provider says")
		require.Equal(w, c.GAP.Email, m.Email)
		require.Equal(w, c.GAP.Phone, m.Phone)
		require.Equal(w, roles.Dutch, m.Language)
		require.Equal(w, roles.German, done.Enterprise.Language)
		require.Equal(w, "yes", w.lastEvent(accessmgmt.EventGAPDesignated).Data["self"])
		err := toAll(w.Svc.Invite(w.Ctx, w.Rep, w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))))
		require.NoError(w, err)
	},
	"the representative named by his own number is himself": func(w *World) {
		done := w.designate(w.Designation(w.Number, w.Rep))
		require.Equal(w, w.ID(w.Rep), done.GAP.Person)
		require.Equal(w, done.GAP.DesignatedBy, done.GAP.Person, "one person, not two")
		require.Equal(w, "yes", w.lastEvent(accessmgmt.EventGAPDesignated).Data["self"])
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, accessmgmt.DesignateGAP{Enterprise: w.Number, Self: true, Contact: Address(w.Rep.Identity),
			GAP: accessmgmt.Candidate{Email: Address(w.Rep.Identity)}})
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyGAP)
	},
	"so is a new representative, in the commit that makes him a person": func(w *World) {
		rita, number := Person("Rita", "Rep"), Number(1)
		w.Register.Add(number, "New SA", rita)
		done, err := w.Svc.DesignateGAP(w.Ctx, rita, w.Designation(number, rita))
		require.NoError(w, err)
		require.Equal(w, w.ID(rita), done.GAP.Person)
		require.Equal(w, done.GAP.DesignatedBy, done.GAP.Person)
	},
	"one named by number is recognised at his first login": func(w *World) {
		nora := Person("Nora", "Next")
		done := w.designate(w.Designation(w.Number, nora))
		_, err := w.Store.PersonByIdentity(w.Ctx, nora.Identity.Ref())
		require.ErrorIs(w, err, accessmgmt.ErrNotFound, "nobody told us his account yet")
		require.Equal(w, done.GAP.Person, w.ID(nora))
		_, err = w.Store.PersonByIdentity(w.Ctx, nora.Identity.Ref())
		require.ErrorIs(w, err, accessmgmt.ErrNotFound, "Identify writes nothing")
		err = toAll(w.Svc.Invite(w.Ctx, nora, w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))))
		require.NoError(w, err)
		byAccount, err := w.Store.PersonByIdentity(w.Ctx, nora.Identity.Ref())
		require.NoError(w, err, "his first command ties the account to him")
		require.Equal(w, done.GAP.Person, byAccount.ID)
		nora.Identity.Number = accessmgmt.SSIN{}
		require.Equal(w, done.GAP.Person, w.ID(nora), "from then on without the number too")
	},
	"the GAP in office again is refused": func(w *World) {
		w.unchanged(func() {
			c := w.Designation(w.Number, w.GAP)
			c.Contact, c.GAP.GivenName = accessmgmt.MustParseEmail("else@acme.example"), "Lucas"
			_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, c)
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyGAP)
			w.requireWrongState(err, string(accessmgmt.GAPActive))
		})
	},
	"a former GAP can come back": func(w *World) {
		w.designate(w.Designation(w.Number, Person("Nora", "Next")))
		w.Clock.Advance(time.Second)
		done := w.designate(w.Designation(w.Number, w.GAP))
		require.Equal(w, w.ID(w.GAP), done.GAP.Person)
		require.Len(w, w.terms(), 3, "a term of office of its own")
		w.requireOneOffice()
	},
	"only a representative, and others learn nothing": func(w *World) {
		unknown := Number(1)
		w.unchanged(func() {
			for name, actor := range map[string]accessmgmt.Actor{"stranger": Person("Stan", "Stranger"), "GAP": w.GAP, "staff": Staff(),
				"representative as staff": accessmgmt.Operator(w.Rep.Identity, "himself", "because")} {
				_, err := w.Svc.DesignateGAP(w.Ctx, actor, w.Designation(w.Number, Person("Nora", "Next")))
				w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeNotRepresentative, name)
				_, other := w.Svc.DesignateGAP(w.Ctx, actor, w.Designation(unknown, Person("Nora", "Next")))
				require.Equal(w, err, other, "%s: registered here or not sounds the same", name)
			}
		})
		_, err := w.Svc.Identify(w.Ctx, Person("Nora", "Next").Identity)
		require.ErrorIs(w, err, accessmgmt.ErrNotFound, "nobody was made of a refused designation")
	},
	"the register can't be asked": func(w *World) {
		asked := w.Register.Asked()
		w.Register.Down(true)
		w.unchanged(func() {
			_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
			w.requireFails(err, accessmgmt.ErrRegister, accessmgmt.CodeRegister)
			require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
			require.NotErrorIs(w, err, accessmgmt.ErrDenied)
		})
		require.Equal(w, asked+1, w.Register.Asked(), "asked once")
		w.Register.Down(false)
		w.designate(w.Designation(w.Number, Person("Nora", "Next")))
	},
	"the register is asked once, even when others are faster": func(w *World) {
		asked, fails := w.Register.Asked(), 3
		p := w.proxy(func(method string) error {
			if method == "Commit" && fails > 0 {
				fails--
				return accessmgmt.ErrConflict
			}
			return nil
		})
		_, err := p.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
		require.NoError(w, err)
		require.Zero(w, fails)
		require.Equal(w, asked+1, w.Register.Asked())
	},
	"a caller who gave up while the register was asked": func(w *World) {
		ctx, cancel := context.WithCancel(w.Ctx)
		options := w.Options
		options.Representatives = accessmgmt.RepresentativesFunc(func(ctx context.Context, _ accessmgmt.Identity, _ accessmgmt.EnterpriseNumber) (accessmgmt.Representation, error) {
			cancel()
			return accessmgmt.Representation{}, ctx.Err()
		})
		w.unchanged(func() {
			_, err := w.Service(options).DesignateGAP(ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
			w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable)
			require.ErrorIs(w, err, context.Canceled)
			require.NotErrorIs(w, err, accessmgmt.ErrRegister, "the register isn't to blame")
		})
	},
	"the name follows the register": func(w *World) {
		require.Equal(w, "Acme SA", w.enterprise().Name)
		w.Register.Rename(w.Number, "Acme International SA")
		w.designate(w.Designation(w.Number, Person("Nora", "Next")))
		require.Equal(w, "Acme International SA", w.enterprise().Name)
		w.Register.Rename(w.Number, "")
		w.designate(w.Designation(w.Number, w.GAP))
		require.Equal(w, "Acme International SA", w.enterprise().Name, "a register that gives none takes none away")
	},
	"every problem with its field": func(w *World) {
		asked := w.Register.Asked()
		long := strings.Repeat("x", 101)
		other, self := w.Designation(w.Number, Person("Nora", "Next")), accessmgmt.DesignateGAP{Enterprise: w.Number, Self: true,
			GAP: accessmgmt.Candidate{Email: Address(w.Rep.Identity)}, Contact: Address(w.Rep.Identity)}
		for want, change := range map[string]func(*accessmgmt.DesignateGAP){
			"enterprise required":       func(c *accessmgmt.DesignateGAP) { c.Enterprise = accessmgmt.EnterpriseNumber{} },
			"gap.given_name required":   func(c *accessmgmt.DesignateGAP) { c.GAP.GivenName = " " },
			"gap.given_name malformed":  func(c *accessmgmt.DesignateGAP) { c.GAP.GivenName = "No\nra" },
			"gap.given_name too_long":   func(c *accessmgmt.DesignateGAP) { c.GAP.GivenName = long },
			"gap.family_name required":  func(c *accessmgmt.DesignateGAP) { c.GAP.FamilyName = "" },
			"gap.family_name malformed": func(c *accessmgmt.DesignateGAP) { c.GAP.FamilyName = "Next\u202e" },
			"gap.family_name too_long":  func(c *accessmgmt.DesignateGAP) { c.GAP.FamilyName = long },
			"gap.email required":        func(c *accessmgmt.DesignateGAP) { c.GAP.Email = accessmgmt.Email{} },
			"gap.number required":       func(c *accessmgmt.DesignateGAP) { c.GAP.Number = accessmgmt.SSIN{} },
			"gap.language unknown":      func(c *accessmgmt.DesignateGAP) { c.GAP.Language = "xx" },
			"gap.phone malformed":       func(c *accessmgmt.DesignateGAP) { c.GAP.Phone = "02\n123" },
			"gap.phone too_long":        func(c *accessmgmt.DesignateGAP) { c.GAP.Phone = long },
			"contact required":          func(c *accessmgmt.DesignateGAP) { c.Contact = accessmgmt.Email{} },
			"language unknown":          func(c *accessmgmt.DesignateGAP) { c.Language = "fr-BE" },
		} {
			for himself, c := range map[bool]accessmgmt.DesignateGAP{false: other, true: self} {
				change(&c)
				if himself && (strings.Contains(want, "_name") || strings.Contains(want, "number")) {
					continue // of these he is no source
				}
				_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, c)
				require.Equal(w, []string{want}, w.problems(err), "self: %v", himself)
			}
		}
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, accessmgmt.DesignateGAP{})
		require.Equal(w, []string{"enterprise required", "gap.given_name required", "gap.family_name required", "gap.email required", "gap.number required", "contact required"},
			w.problems(err), "all at once")
		require.Equal(w, asked, w.Register.Asked(), "a form that is wrong isn't taken to the register")
	},
	"a language chosen earlier stays": func(w *World) {
		anne := Person("Anne", "Dubois")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		_, err := w.Svc.Accept(w.Ctx, anne, token, accessmgmt.Accept{Email: Address(anne.Identity), Language: roles.Dutch})
		require.NoError(w, err)
		c := w.Designation(w.Number, anne)
		c.GAP.Language = ""
		w.designate(c)
		require.Equal(w, roles.Dutch, w.member(w.ID(anne)).Language)
		c = w.Designation(w.Number, Person("Nora", "Next"))
		c.GAP.Language = ""
		w.designate(c)
		require.Equal(w, roles.French, w.member(w.ID(Person("Nora", "Next"))).Language, "of one who chose none: the policy's")
	},
}

// lastEvent returns the last audit record of an event.
func (w *World) lastEvent(event accessmgmt.AuditEvent) accessmgmt.AuditRecord {
	var last accessmgmt.AuditRecord
	for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
		require.NoError(w, err)
		if r.Event == event {
			last = r
		}
	}
	require.NotZero(w, last, "no event %s", event)
	return last
}
