package workflowtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Exceptional plays the procedure for those who have no eID: how it is asked
// for, what that gives nobody, and how staff decides.
func Exceptional(t *testing.T, open Open) {
	t.Run("asking", func(t *testing.T) { play(t, open, askScenarios) })
	t.Run("an attacker", func(t *testing.T) { play(t, open, attackScenarios) })
	t.Run("deciding", func(t *testing.T) { play(t, open, decideGAPScenarios) })
	t.Run("candidacies", func(t *testing.T) { play(t, open, candidacyScenarios) })
}

var askScenarios = map[string]func(*World){
	"for oneself": func(w *World) {
		cato := w.weak("Cato", "Candidate")
		c := w.requestingGAP(cato, w.Number)
		c.GAP.GivenName, c.GAP.Phone, c.EnterpriseName, c.Evidence = " Cato ", "0470 12 34 56", " Acme  Ltd ", " file 2026/17 "
		at := w.at("2026-03-10 09:00")
		before := w.enterprise()
		done, err := w.Svc.RequestGAP(w.Ctx, cato, c)
		require.NoError(w, err)
		account, err := w.Store.PersonByIdentity(w.Ctx, cato.Identity.Ref())
		require.NoError(w, err)
		require.Empty(w, account.Numbers)
		asked := accessmgmt.Candidacy{At: at, By: account.ID, GivenName: "Cato", FamilyName: "Candidate", Email: c.GAP.Email, Phone: c.GAP.Phone, Language: roles.German,
			Contact: c.Contact, EnterpriseName: "Acme  Ltd"}
		require.Equal(w, accessmgmt.GAPRequest{ID: done.ID, Enterprise: w.Number, Asked: asked, Evidence: "file 2026/17"}, done)
		require.Equal(w, accessmgmt.GAP{ID: done.ID, Enterprise: w.Acme, Person: account.ID, Procedure: accessmgmt.Exceptional, State: accessmgmt.GAPRequested,
			Evidence: "file 2026/17", Asked: asked, Version: 1}, w.gap(done.ID))
		after := w.enterprise()
		require.Equal(w, before.Epoch+1, after.Epoch)
		after.Epoch, after.AuditHead = before.Epoch, before.AuditHead
		require.Equal(w, before, after, "nothing else of the enterprise changed")
		r := w.lastEvent(accessmgmt.EventGAPRequested)
		require.Equal(w, accessmgmt.AsUser, r.Capacity)
		require.Equal(w, accessmgmt.AssuranceLow, r.Assurance)
		require.Equal(w, account.ID, r.Person)
		require.Equal(w, map[string]string{"procedure": "exceptional", "self": "yes"}, r.Data)
	},
	"by staff, for somebody": func(w *World) {
		cato := Person("Cato", "Candidate")
		done, err := w.Svc.RequestGAP(w.Ctx, Staff(), w.requestingFor(cato, w.Number))
		require.NoError(w, err)
		term := w.gap(done.ID)
		require.Equal(w, w.ID(cato), term.Person, "he is recognised by his number")
		require.Equal(w, w.ID(Staff()), term.Asked.By)
		r := w.lastEvent(accessmgmt.EventGAPRequested)
		require.Equal(w, accessmgmt.AsOperator, r.Capacity)
		require.Equal(w, "file 1234", r.Details["on_behalf_of"])
		require.Empty(w, r.Data["self"])
		w.managesNothing(cato, "asked for")
	},
	"an enterprise that is new": func(w *World) {
		number := Number(77)
		w.Register.Add(number, "Really SA", w.Rep)
		done, err := w.Svc.RequestGAP(w.Ctx, w.weak("Cato", "Candidate"), w.requestingGAP(w.weak("Cato", "Candidate"), number))
		require.NoError(w, err)
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, number)
		require.NoError(w, err)
		require.Equal(w, accessmgmt.Enterprise{ID: ent.ID, Number: number, Epoch: 1, Language: roles.French, CreatedAt: Start, AuditHead: ent.AuditHead}, ent,
			"under no name, with no GAP")
		own := w.in(ent.ID)
		require.Equal(w, accessmgmt.GAPRequested, own.gap(done.ID).State)
		require.Equal(w, []accessmgmt.AuditEvent{accessmgmt.EventEnterpriseRegistered, accessmgmt.EventGAPRequested}, own.Events())
		own.RequireIntact()
	},
	"everything wrong at once": func(w *World) {
		cato, long := w.weak("Cato", "Candidate"), strings.Repeat("x", 1001)
		w.unchanged(func() {
			for want, change := range map[string]func(*accessmgmt.RequestGAP){
				"enterprise required":       func(c *accessmgmt.RequestGAP) { c.Enterprise = accessmgmt.EnterpriseNumber{} },
				"enterprise_name required":  func(c *accessmgmt.RequestGAP) { c.EnterpriseName = " \n" },
				"enterprise_name malformed": func(c *accessmgmt.RequestGAP) { c.EnterpriseName = "Acme\nBcc: x" },
				"enterprise_name too_long":  func(c *accessmgmt.RequestGAP) { c.EnterpriseName = long },
				"gap.given_name required":   func(c *accessmgmt.RequestGAP) { c.GAP.GivenName = "" },
				"gap.family_name malformed": func(c *accessmgmt.RequestGAP) { c.GAP.FamilyName = "a\u202eb" },
				"gap.email required":        func(c *accessmgmt.RequestGAP) { c.GAP.Email = accessmgmt.Email{} },
				"gap.language unknown":      func(c *accessmgmt.RequestGAP) { c.GAP.Language = "es" },
				"gap.number malformed":      func(c *accessmgmt.RequestGAP) { c.GAP.Number = SSIN("Cato Candidate") },
				"gap.phone malformed":       func(c *accessmgmt.RequestGAP) { c.GAP.Phone = "0\n1" },
				"contact required":          func(c *accessmgmt.RequestGAP) { c.Contact = accessmgmt.Email{} },
				"evidence required":         func(c *accessmgmt.RequestGAP) { c.Evidence = "" },
				"evidence malformed":        func(c *accessmgmt.RequestGAP) { c.Evidence = "file\u20281" },
				"evidence too_long":         func(c *accessmgmt.RequestGAP) { c.Evidence = long },
			} {
				c := w.requestingGAP(cato, w.Number)
				change(&c)
				_, err := w.Svc.RequestGAP(w.Ctx, cato, c)
				require.Equal(w, []string{want}, w.problems(err))
			}
			_, err := w.Svc.RequestGAP(w.Ctx, cato, accessmgmt.RequestGAP{Self: true})
			require.Equal(w, []string{"enterprise required", "enterprise_name required", "gap.given_name required", "gap.family_name required", "gap.email required",
				"contact required", "evidence required"}, w.problems(err))
			_, err = w.Svc.RequestGAP(w.Ctx, Staff(), w.requestingGAP(cato, w.Number))
			require.Equal(w, []string{"self malformed", "gap.number required"}, w.problems(err))
		})
	},
	"twice": func(w *World) {
		cato := w.weak("Cato", "Candidate")
		first := w.candidacy(cato, w.Number)
		again := w.requestingGAP(cato, w.Number)
		again.Evidence = "another file"
		w.unchanged(func() {
			_, err := w.Svc.RequestGAP(w.Ctx, cato, again)
			w.requireExisting(err, accessmgmt.CodeAlreadyAsked, first.ID.UUID)
		})
		w.candidacy(w.weak("Dora", "Candidate"), w.Number)
		_, elsewhere := w.another()
		w.candidacy(cato, w.in(elsewhere).enterprise().Number)
		require.NoError(w, w.refusingGAP(first)())
		_, err := w.Svc.RequestGAP(w.Ctx, cato, again)
		require.NoError(w, err, "once it is decided he may ask again")
	},
	"by staff twice, for a person whom the account is of": func(w *World) {
		cato := Person("Cato", "Candidate")
		_, err := w.Svc.RequestGAP(w.Ctx, Staff(), w.requestingFor(cato, w.Number))
		require.NoError(w, err)
		w.unchanged(func() {
			_, err = w.Svc.RequestGAP(w.Ctx, Staff(), w.requestingFor(cato, w.Number))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyAsked)
			_, err = w.Svc.RequestGAP(w.Ctx, cato, w.requestingGAP(cato, w.Number))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyAsked, "he himself, with an eID")
		})
		w.unchanged(func() {
			_, err = w.Svc.RequestGAP(w.Ctx, Staff(), w.requestingFor(w.GAP, w.Number))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyGAP)
		})
	},
	"no more than may wait": func(w *World) {
		for i := range accessmgmt.MaxWaitingGAPs {
			w.candidacy(w.weak("Cato", fmt.Sprintf("Candidate-%d", i)), w.Number)
		}
		late := w.weak("Cato", "Late")
		w.unchanged(func() {
			_, err := w.Svc.RequestGAP(w.Ctx, late, w.requestingGAP(late, w.Number))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeTooManyRequests)
			first := w.weak("Cato", "Candidate-0")
			_, err = w.Svc.RequestGAP(w.Ctx, first, w.requestingGAP(first, w.Number))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyAsked, "he is told what is his own")
		})
		done, err := w.Svc.RequestGAP(w.Ctx, Staff(), w.requestingFor(Person("Sven", "Served"), w.Number))
		require.NoError(w, err, "staff always can")
		require.NoError(w, w.refusingGAP(done)())
		require.NoError(w, w.refusingGAP(accessmgmt.GAPRequest{ID: w.waiting()[0].ID})())
		w.candidacy(late, w.Number)
	},
	"no more than one person may have waiting": func(w *World) {
		cato := w.weak("Cato", "Candidate")
		for i := range accessmgmt.MaxOwnWaitingGAPs {
			w.candidacy(cato, Number(700+i))
		}
		w.unchanged(func() {
			_, err := w.Svc.RequestGAP(w.Ctx, cato, w.requestingGAP(cato, Number(799)))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeTooManyRequests)
		})
		_, err := w.Store.EnterpriseByNumber(w.Ctx, Number(799))
		require.ErrorIs(w, err, accessmgmt.ErrNotFound)
		w.candidacy(w.weak("Dora", "Candidate"), Number(799))
		ent, err := w.Store.EnterpriseByNumber(w.Ctx, Number(703))
		require.NoError(w, err)
		own := w.in(ent.ID)
		require.NoError(w, own.refusingGAP(accessmgmt.GAPRequest{ID: own.waiting()[0].ID})())
		w.candidacy(cato, w.Number)
	},
	"how strongly he proved who he is": func(w *World) {
		for least := accessmgmt.AssuranceNone; least <= accessmgmt.AssuranceHigh; least++ {
			options := w.Options
			options.Policy.ExceptionalAssurance = least
			want := max(least, accessmgmt.AssuranceLow) // none given: low
			svc := w.Service(options)
			for has := accessmgmt.AssuranceNone; has <= accessmgmt.AssuranceHigh+1; has++ {
				cato := w.weak("Cato", "Candidate")
				cato.Identity.Assurance = has
				_, err := svc.Preview().RequestGAP(w.Ctx, cato, w.requestingGAP(cato, w.Number))
				if has >= want && has <= accessmgmt.AssuranceHigh {
					require.NoError(w, err, "%s where %s is wanted", has, want)
				} else {
					w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeAssurance, "%s where %s is wanted", has, want)
				}
				staff := Staff()
				staff.Identity.Assurance = has
				_, err = svc.Preview().RequestGAP(w.Ctx, staff, w.requestingFor(Person("Sven", "Served"), w.Number))
				require.Equal(w, has == accessmgmt.AssuranceHigh, err == nil, "staff needs what it always does")
			}
		}
	},
}

// waiting are the requests that wait in the enterprise, the first asked for
// first.
func (w *World) waiting() []accessmgmt.GAP {
	found, err := w.Store.FindGAPs(w.Ctx, accessmgmt.GAPFilter{Enterprises: []accessmgmt.EnterpriseID{w.Acme}, States: []accessmgmt.GAPState{accessmgmt.GAPRequested}}, accessmgmt.Page{Limit: 100})
	require.NoError(w, err)
	return found
}

var attackScenarios = map[string]func(*World){
	"gets no right and learns nothing": func(w *World) {
		w.Give(Person("Anne", "Dubois"), w.Line(roles.Editor))
		w.candidacy(w.weak("Cato", "Candidate"), w.Number)
		strong := w.weak("Cato", "Candidate") // the same account, with an eID
		strong.Identity.Assurance = accessmgmt.AssuranceHigh
		w.managesNothing(strong, "asked for")
		require.NoError(w, w.refusingGAP(accessmgmt.GAPRequest{ID: w.waiting()[0].ID})())
		w.managesNothing(strong, "refused")
	},
	"can't tell a registered enterprise from another": func(w *World) {
		vacant, empty := Number(801), Number(802)
		w.Register.Add(vacant, "Vacant SA", w.Rep)
		w.in(w.Enterprise(vacant, w.Rep, Person("Guy", "Elsewhere"))).vacate(w.Rep)
		var answers, mails []string
		for i, number := range []accessmgmt.EnterpriseNumber{w.Number, vacant, empty} {
			cato := w.weak("Cato", fmt.Sprintf("Candidate-%d", i))
			w.Deliver()
			w.Mailbox.Clear()
			answers = append(answers, w.shape(w.candidacy(cato, number), number, cato))
			w.Deliver()
			for _, m := range w.Mailbox.All() {
				if m.To.Kind == accessmgmt.ToCandidate {
					m.ID, m.Enterprise, m.To.Person = accessmgmt.MessageID{}, accessmgmt.EnterpriseID{}, accessmgmt.PersonID{}
					mails = append(mails, strings.ReplaceAll(fmt.Sprint(w.Words(m).Subject, w.Words(m).Text, m.To, m.Data), number.String(), "NUMBER"))
				}
			}
			_, again := w.Svc.RequestGAP(w.Ctx, cato, w.requestingGAP(cato, number))
			answers = append(answers, accessmgmt.Code(again))
		}
		require.Len(w, mails, 3)
		for i := range 3 {
			require.Equal(w, answers[:2], answers[2*i:2*i+2])
			require.Equal(w, mails[0], mails[i])
		}
		require.NotContains(w, mails[0], "SA")
	},
	"puts no word into anybody's mail": func(w *World) {
		cato := w.weak("Cato", "Candidate")
		c := w.requestingGAP(cato, w.Number)
		c.GAP.GivenName, c.GAP.FamilyName, c.EnterpriseName, c.Evidence = "Click", "evil.example", "Win at evil.example", "evil.example/file"
		done, err := w.Svc.RequestGAP(w.Ctx, cato, c)
		require.NoError(w, err)
		require.NoError(w, w.refusingGAP(done)())
		w.Deliver()
		to := map[accessmgmt.AddresseeKind]int{}
		for _, m := range w.Mailbox.All() {
			to[m.To.Kind]++
			require.NotContains(w, w.Words(m).Subject+w.Words(m).Text+m.To.Name+fmt.Sprint(m.Data), "evil")
			require.NotContains(w, w.Words(m).Text, "Click")
		}
		require.Equal(w, map[accessmgmt.AddresseeKind]int{accessmgmt.ToCandidate: 2, accessmgmt.ToContact: 1}, to)
	},
	"isn't taken for the owner of a number that his login claims": func(w *World) {
		// Of somebody known by it, and of somebody who comes later.
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		w.Give(anne, w.Line(roles.Editor))
		for i, victim := range []accessmgmt.Actor{anne, bert, w.GAP} {
			eve := w.weak("Eve", fmt.Sprintf("Elsewhere-%d", i))
			eve.Identity.Number = victim.Identity.Number
			w.candidacy(eve, Number(810+i))
			hers, err := w.Store.PersonByIdentity(w.Ctx, eve.Identity.Ref())
			require.NoError(w, err)
			require.Empty(w, hers.Numbers)
			id, err := w.Svc.Identify(w.Ctx, victim.Identity)
			if victim == bert {
				require.ErrorIs(w, err, accessmgmt.ErrNotFound, "nobody was made of his number")
				continue
			}
			require.NoError(w, err)
			require.NotEqual(w, id, hers.ID)
			person, err := w.Store.Person(w.Ctx, id)
			require.NoError(w, err)
			require.NotContains(w, person.Identities, eve.Identity.Ref(), "her account isn't tied to the victim")
		}
	},
	"who proved enough is known by his number": func(w *World) {
		anne := Person("Anne", "Dubois")
		id := w.known(anne)
		anne.Identity.Subject = "another account of hers"
		done := w.candidacy(anne, w.Number)
		require.Equal(w, id, w.gap(done.ID).Person)
	},
	"doesn't stand in a representative's way": func(w *World) {
		squatted := Number(820)
		for i := range accessmgmt.MaxWaitingGAPs {
			w.candidacy(w.weak("Eve", fmt.Sprintf("Elsewhere-%d", i)), squatted)
		}
		w.Register.Add(squatted, "", w.Rep) // a register that gives no names
		nora := Person("Nora", "Next")
		done, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(squatted, nora))
		require.NoError(w, err)
		require.Empty(w, done.Enterprise.Name, "it doesn't go by what a stranger called it")
		require.Nil(w, done.Replaced)
		own := w.in(done.Enterprise.ID)
		require.Len(w, own.waiting(), accessmgmt.MaxWaitingGAPs, "they wait for staff all the same")
		own.requireOneOffice()
		require.NoError(w, own.mayInvite(nora))
		terms, err := w.Svc.GAPs(w.Ctx, nora, done.Enterprise.ID)
		require.NoError(w, err)
		require.Equal(w, []accessmgmt.GAP{done.GAP}, terms, "she sees the terms of office, and not who asked for one")
		_, err = w.Svc.ResignGAP(w.Ctx, nora, accessmgmt.ResignGAP{Enterprise: done.Enterprise.ID})
		require.NoError(w, err)
		own.RequireIntact()
	},
	"changes nothing at any instant": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		vacated := w.at("2026-03-10 09:00")
		w.vacate(w.Rep)
		w.candidacy(w.weak("Cato", "Candidate"), w.Number)
		w.at("2026-03-20 09:00")
		require.Equal(w, accessmgmt.ReasonNoGAP, w.May(anne, roles.Sign).Reason)
		d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Action: roles.Sign, At: vacated})
		require.NoError(w, err)
		require.Equal(w, accessmgmt.ReasonNoGAP, d.Reason, "in history too")
		e, err := w.Svc.Explain(w.Ctx, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Acme, Action: roles.Sign})
		require.NoError(w, err)
		require.Zero(w, e.GAP)
		require.Equal(w, []accessmgmt.ManagerWarning{noGAP}, w.overview(w.Rep).Warnings)
		offices, err := w.Store.Offices(w.Ctx, w.waiting()[0].Person)
		require.NoError(w, err)
		require.Empty(w, offices)
	},
	"nobody else's command is answered": func(w *World) {
		cato, eve := w.weak("Cato", "Candidate"), w.weak("Eve", "Elsewhere")
		c := w.requestingGAP(cato, w.Number)
		c.ID = accessmgmt.CommandID{UUID: uuid.New()}
		_, err := w.Svc.RequestGAP(w.Ctx, cato, c)
		require.NoError(w, err)
		w.unchanged(func() {
			got, err := w.Svc.RequestGAP(w.Ctx, eve, c)
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeCommandReused)
			require.Zero(w, got)
		})
	},
}

// shape is what an answer shows, but for what chance and the caller himself
// make different.
func (w *World) shape(r accessmgmt.GAPRequest, number accessmgmt.EnterpriseNumber, by accessmgmt.Actor) string {
	r.ID, r.Asked.By = accessmgmt.DesignationID{}, accessmgmt.PersonID{}
	data, err := json.Marshal(r)
	require.NoError(w, err)
	text := strings.ReplaceAll(string(data), number.String(), "NUMBER")
	text = strings.ReplaceAll(text, number.Digits(), "NUMBER")
	return strings.ReplaceAll(text, by.Identity.FamilyName, "NAME")
}
