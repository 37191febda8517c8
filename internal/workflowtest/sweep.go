package workflowtest

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Sweeps plays what time does by itself, and who is told of it.
func Sweeps(t *testing.T, open Open) { play(t, open, sweepScenarios) }

// sweep sweeps once, which must do exactly this.
func (w *World) sweep(want accessmgmt.Swept) {
	w.Helper()
	w.Deliver()
	w.before = len(w.Mailbox.All())
	done, err := w.Svc.Sweep(w.Ctx)
	require.NoError(w, err)
	require.Equal(w, want, done)
	w.Deliver()
	if want == (accessmgmt.Swept{}) {
		require.Empty(w, w.news())
	}
}

// news are the mails since the last sweep.
func (w *World) news() []accessmgmt.Mail { return w.Mailbox.All()[w.before:] }

// heard are the addresses that were told something since the last sweep.
func (w *World) heard(event accessmgmt.MessageEvent) (all []string) {
	for _, m := range w.news() {
		for _, item := range m.Items() {
			if item.Event == event {
				all = append(all, m.To.Email.Key())
			}
		}
	}
	slices.Sort(all)
	return all
}

func keysOf(who ...accessmgmt.Actor) (all []string) {
	for _, a := range who {
		all = append(all, Address(a.Identity).Key())
	}
	slices.Sort(all)
	return all
}

// andOffice adds the GAP and the office's contact address.
func (w *World) andOffice(who ...accessmgmt.Actor) []string {
	all := append(keysOf(append(who, w.GAP)...), "direction@acme.example")
	slices.Sort(all)
	return all
}

// waits sweeps where one reminder can't be sent yet.
func (w *World) waits() {
	w.Helper()
	w.unchanged(func() { w.sweep(accessmgmt.Swept{Waiting: 1}) })
}

// bySystem returns the records of an event, which the system must have made.
func (w *World) bySystem(event accessmgmt.AuditEvent) (found []accessmgmt.AuditRecord) {
	for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
		require.NoError(w, err)
		if r.Event == event {
			require.Zero(w, r.Actor)
			require.Equal(w, accessmgmt.AsSystem, r.Capacity)
			require.Equal(w, accessmgmt.AssuranceNone, r.Assurance)
			require.Nil(w, r.Details)
			found = append(found, r)
		}
	}
	return found
}

var sweepScenarios = map[string]func(*World){
	"nothing to do": func(w *World) { w.unchanged(func() { w.sweep(accessmgmt.Swept{}) }) },
	"an invitation: a reminder a week before its last day, once": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, token := w.Invite(anne, w.Line(roles.Editor)) // until 1 April
		w.at("2026-03-24 23:59")
		w.sweep(accessmgmt.Swept{})
		w.at("2026-03-25 00:00")
		w.sweep(accessmgmt.Swept{Reminded: 1})
		require.Equal(w, keysOf(anne), w.heard(accessmgmt.MessageReminder))
		mail := w.news()[0]
		require.Equal(w, "2026-04-01", mail.Data[accessmgmt.DataExpires])
		require.True(w, token.Equal(w.LastToken(Address(anne.Identity))), "the link is the same")
		require.Len(w, w.bySystem(accessmgmt.EventReminded), 1)
		w.requireCounted("2026-03-25", 1)
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
		require.Equal(w, r.TokenHash, w.recipient(r).TokenHash)
		require.Len(w, w.Accept(anne, token), 1)
	},
	"an invitation that was answered or revoked is left alone": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		taken, _ := w.Invite(bert, w.Line(roles.Editor))
		require.NoError(w, w.Svc.Decline(w.Ctx, anne, token, accessmgmt.Decline{}))
		w.revoke(taken)
		w.at("2026-05-01 00:00")
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
	},
	"an invitation expires: who was invited and who invites are told, once": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, _ := w.Invite(anne, w.Line(roles.Editor))
		w.at("2026-03-25 00:00")
		w.sweep(accessmgmt.Swept{Reminded: 1})
		w.at("2026-04-01 23:59")
		w.sweep(accessmgmt.Swept{})
		w.at("2026-04-02 00:00")
		w.sweep(accessmgmt.Swept{Expired: 1})
		require.Equal(w, w.andOffice(anne), w.heard(accessmgmt.MessageExpired))
		require.Equal(w, invitation.Invited, w.recipient(r).State, "expired is a matter of the clock")
		require.Len(w, w.bySystem(accessmgmt.EventExpired), 1)
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })

		// Sent again it begins anew.
		_, err := w.resending(r, roles.Date{})
		require.NoError(w, err)
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
		w.at("2026-05-03 00:00")
		w.sweep(accessmgmt.Swept{Expired: 1}) // the reminder came too late
	},
	"what was sent a few days before its end isn't reminded of": func(w *World) {
		c := w.Invitation(Person("Anne", "Dubois"), w.Line(roles.Editor))
		c.Expires = w.Svc.Today().AddDays(7)
		w.invite(c)
		later := w.Invitation(Person("Bert", "Claes"), w.Line(roles.Editor))
		later.Expires = w.Svc.Today().AddDays(8)
		w.invite(later)
		w.sweep(accessmgmt.Swept{})
		w.at("2026-03-03 00:00")
		w.sweep(accessmgmt.Swept{Reminded: 1})
		require.Equal(w, keysOf(Person("Bert", "Claes")), w.heard(accessmgmt.MessageReminder))
	},
	"a reminder waits for room among the day's mails, and while the enterprise is suspended": func(w *World) {
		o := w.Options
		o.Policy.InvitationsPerDay = 2
		for range 3 {
			w.invite(w.people(1))
		}
		w.Svc = w.Service(o)
		w.at("2026-03-26 10:00")
		w.sweep(accessmgmt.Swept{Reminded: 2, Waiting: 1})
		w.waits()
		w.at("2026-03-27 10:00")
		_, err := w.Svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: "a file"})
		require.NoError(w, err)
		w.waits()
		_, err = w.Svc.Resume(w.Ctx, Staff(), accessmgmt.Resume{Enterprise: w.Acme, Reason: "settled"})
		require.NoError(w, err)
		w.sweep(accessmgmt.Swept{Reminded: 1})
	},
	"a request: those who decide a week before it lapses, the user too when it has": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.Request(anne, w.Line(roles.Editor)) // until 31 May
		decided := w.Request(Person("Bert", "Claes"), w.Line(roles.Editor))
		_, err := w.Svc.Refuse(w.Ctx, w.GAP, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{decided.Ref()}, Reason: "no"})
		require.NoError(w, err)
		w.at("2026-05-23 23:59")
		w.sweep(accessmgmt.Swept{})
		w.at("2026-05-24 00:00")
		w.sweep(accessmgmt.Swept{Lapsing: 1})
		require.Equal(w, w.andOffice(), w.heard(accessmgmt.MessageLapsing))
		require.Equal(w, "2026-05-31", w.news()[0].Data[accessmgmt.DataExpires])
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
		w.Clock.Set(r.LapsesAt.Add(-time.Microsecond))
		w.sweep(accessmgmt.Swept{})
		w.Clock.Set(r.LapsesAt)
		w.sweep(accessmgmt.Swept{Lapsed: 1})
		require.Equal(w, w.andOffice(anne), w.heard(accessmgmt.MessageLapsed))
		require.Len(w, w.bySystem(accessmgmt.EventLapsed), 1)
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
	},
	"a role: a month before its last day, and when it is over": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, invitation.Line{Role: roles.Editor, Period: roles.Between(w.Svc.Today(), day("2026-10-25"))}) // a day of 25 hours
		w.Give(Person("Bert", "Claes"), w.Line(roles.Editor))                                                      // without an end
		w.at("2026-09-24 23:59")
		w.sweep(accessmgmt.Swept{})
		w.at("2026-09-25 00:00")
		w.sweep(accessmgmt.Swept{Ending: 1})
		require.Equal(w, w.andOffice(anne), w.heard(accessmgmt.MessageEnding))
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
		w.at("2026-10-25 23:59")
		require.True(w, w.May(anne, roles.Sign).Allowed)
		w.sweep(accessmgmt.Swept{})
		w.at("2026-10-26 00:00")
		require.False(w, w.May(anne, roles.Sign).Allowed, "though no sweep ran")
		w.sweep(accessmgmt.Swept{Over: 1})
		require.False(w, w.May(anne, roles.Sign).Allowed)
		require.Equal(w, w.andOffice(anne), w.heard(accessmgmt.MessageOver))
		require.Len(w, w.bySystem(accessmgmt.EventOver), 1)
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
	},
	"a role that was ended, extended or goes on is no false alarm": func(w *World) {
		until := func(name string) accessmgmt.RoleAssignment {
			return w.Give(Person(name, "Holder"), invitation.Line{Role: roles.Editor, Period: roles.Between(w.Svc.Today(), day("2026-06-30"))})
		}
		ended, extended, goesOn := until("Anne"), until("Bert"), until("Cleo")
		_, err := w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{ended.ID}, Reason: "left"})
		require.NoError(w, err)
		w.Give(Person("Cleo", "Holder"), invitation.Line{Role: roles.Editor, Period: roles.Between(day("2026-07-01"), day("2026-12-31"))})
		w.at("2026-06-01 00:00")
		w.sweep(accessmgmt.Swept{Ending: 2})
		require.Equal(w, w.andOffice(Person("Bert", "Holder")), w.heard(accessmgmt.MessageEnding), "of one that goes on nobody is told")
		_ = goesOn
		results, err := w.Svc.Extend(w.Ctx, w.GAP, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{extended.ID}, Until: day("2026-09-30")})
		require.NoError(w, err)
		require.NoError(w, results[0].Err)
		w.at("2026-07-01 00:00")
		w.sweep(accessmgmt.Swept{Over: 1}) // Cleo's, who isn't told
		require.Empty(w, w.heard(accessmgmt.MessageOver))
		w.at("2026-08-31 00:00")
		w.sweep(accessmgmt.Swept{Ending: 1})
		require.Equal(w, w.andOffice(Person("Bert", "Holder")), w.heard(accessmgmt.MessageEnding), "of the new end")
	},
	"an office about to end, and whether anybody is left": func(w *World) {
		cora := Person("Cora", "Named")
		name := func() {
			_, err := w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Kind: accessmgmt.CoGAP,
				Manager: accessmgmt.Assignee{Number: cora.Identity.Number, GivenName: "Cora", FamilyName: "Named", Email: Address(cora.Identity)},
				Period:  roles.Between(w.Svc.Today(), w.Svc.Today().AddDays(100))})
			require.NoError(w, err)
		}
		name() // until 10 June
		w.at("2026-05-10 23:59")
		w.sweep(accessmgmt.Swept{})
		w.at("2026-05-11 00:00")
		w.sweep(accessmgmt.Swept{OfficesEnding: 1})
		require.Equal(w, w.andOffice(cora), w.heard(accessmgmt.MessageManagerEnding))
		require.Empty(w, w.news()[0].Data[accessmgmt.DataLast], "the GAP is there")
		require.NotContains(w, w.Words(w.news()[0]).Text, "Personne d'autre")
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })
		w.at("2026-06-11 00:00")
		w.sweep(accessmgmt.Swept{OfficesOver: 1})
		require.Len(w, w.bySystem(accessmgmt.EventOfficeOver), 1)
		w.unchanged(func() { w.sweep(accessmgmt.Swept{}) })

		name() // until 19 September
		_, err := w.Svc.VacateGAP(w.Ctx, w.Rep, accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		w.at("2026-09-01 10:00")
		w.sweep(accessmgmt.Swept{OfficesEnding: 1})
		require.Equal(w, "yes", w.news()[0].Data[accessmgmt.DataLast])
		require.Contains(w, w.Words(w.news()[0]).Text, "Personne d'autre")
	},
	"by many at once, each once": func(w *World) {
		for range 5 {
			w.invite(w.people(1))
		}
		w.Give(Person("Anne", "Dubois"), invitation.Line{Role: roles.Editor, Period: roles.Between(w.Svc.Today(), day("2026-04-28"))})
		w.Deliver()
		w.before = len(w.Mailbox.All())
		w.at("2026-03-30 10:00")
		var all sync.WaitGroup
		for range 4 {
			svc := w.Service(w.Options)
			all.Add(1)
			go func() {
				defer all.Done()
				_, err := svc.Sweep(w.Ctx)
				if err != nil && !errors.Is(err, accessmgmt.ErrConflict) {
					w.Errorf("sweep: %v", err)
				}
			}()
		}
		all.Wait()
		w.Svc = w.Service(w.Options)
		_, err := w.Svc.Sweep(w.Ctx)
		require.NoError(w, err)
		w.Deliver()
		require.Len(w, w.heard(accessmgmt.MessageReminder), 5)
		require.Len(w, w.bySystem(accessmgmt.EventReminded), 5)
		require.Len(w, w.heard(accessmgmt.MessageEnding), 3)
		require.Len(w, w.bySystem(accessmgmt.EventEnding), 1)
	},
	"what another did between looking and deciding isn't done again": func(w *World) {
		w.invite(w.people(1))
		w.Give(Person("Anne", "Dubois"), invitation.Line{Role: roles.Editor, Period: roles.Between(w.Svc.Today(), day("2026-04-28"))})
		w.coGAPUntil(day("2026-04-28"))
		w.Request(Person("Bert", "Claes"), invitation.Line{Role: roles.Editor, Period: roles.Between(w.Svc.Today(), day("2026-04-05"))})
		w.Deliver()
		w.before = len(w.Mailbox.All())
		w.at("2026-03-30 10:00")
		for range 2 {
			again := w.Service(w.Options)
			slow := w.proxy(func(method string) error {
				if method == "Enterprise" {
					_, err := again.Sweep(w.Ctx) // somebody else, who is through before
					require.NoError(w, err)
				}
				return nil
			})
			done, err := slow.Sweep(w.Ctx)
			require.NoError(w, err)
			require.Zero(w, done)
		}
		w.Deliver()
		require.Len(w, w.heard(accessmgmt.MessageReminder), 1)
		require.Len(w, w.heard(accessmgmt.MessageEnding), 4, "the co-GAP too")
		require.Len(w, w.heard(accessmgmt.MessageManagerEnding), 3)
		require.NotEmpty(w, w.heard(accessmgmt.MessageLapsing))
		require.Len(w, w.bySystem(accessmgmt.EventLapsing), 1)
	},
	"what ends between two looks isn't announced as if it went on": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.invite(w.Invitation(anne, w.Line(roles.Editor))) // until 1 April
		w.at("2026-04-01 23:59")
		looks := 0
		svc := w.proxy(func(method string) error {
			if method == "Due" {
				if looks++; looks == 3 { // at those to be reminded, who a moment ago weren't over
					w.at("2026-04-02 00:00")
				}
			}
			return nil
		})
		done, err := svc.Sweep(w.Ctx)
		require.NoError(w, err)
		require.Zero(w, done)
		require.Equal(w, 12, looks)
		w.sweep(accessmgmt.Swept{Expired: 1})
		require.Equal(w, w.andOffice(anne), w.heard(accessmgmt.MessageExpired))
		require.Empty(w, w.bySystem(accessmgmt.EventReminded))
	},
	"one that dies in the middle, and whose commit got lost, tells nobody twice": func(w *World) {
		for range 3 {
			w.invite(w.people(1))
		}
		w.Give(Person("Anne", "Dubois"), invitation.Line{Role: roles.Editor, Period: roles.Between(w.Svc.Today(), day("2026-04-28"))})
		w.Deliver()
		w.before = len(w.Mailbox.All())
		w.at("2026-03-30 10:00")
		for _, after := range []bool{false, true} { // before the commit, and after it
			fail := func(method string) error {
				if method == "Commit" {
					return errors.New("killed")
				}
				return nil
			}
			p := &proxy{Store: w.Store, before: func(string) error { return nil }}
			if after {
				p.after = fail
			} else {
				p.before = fail
			}
			_, err := w.through(p).Sweep(w.Ctx)
			require.Equal(w, !after, err != nil, "one that was committed is found out")
		}
		done, err := w.Service(w.Options).Sweep(w.Ctx)
		require.NoError(w, err)
		require.Zero(w, done)
		w.Deliver()
		require.Len(w, w.heard(accessmgmt.MessageReminder), 3)
		require.Len(w, w.heard(accessmgmt.MessageEnding), 3)
	},
	"an enterprise that fails holds up no other": func(w *World) {
		w.invite(w.people(1))
		w.Register.Add(accessmgmt.MustParseEnterpriseNumber("0202.239.951"), "Other SA", w.Rep)
		other := *w
		other.Acme = w.Enterprise(accessmgmt.MustParseEnterpriseNumber("0202.239.951"), w.Rep, w.GAP)
		c := other.people(1)
		c.Enterprise = other.Acme
		w.invite(c)
		w.at("2026-03-30 10:00")
		svc := w.through(&unreachable{Store: w.Store, enterprise: w.Acme})
		done, err := svc.Sweep(w.Ctx)
		require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
		require.Equal(w, accessmgmt.Swept{Reminded: 1, Failed: 1}, done)
		w.sweep(accessmgmt.Swept{Reminded: 1})
	},
	"more than a batch": func(w *World) {
		w.invite(w.people(250))
		w.at("2026-03-30 10:00")
		w.sweep(accessmgmt.Swept{Reminded: 200, More: true})
		w.sweep(accessmgmt.Swept{Reminded: 50})
		w.sweep(accessmgmt.Swept{})
		w.at("2026-04-02 00:00")
		w.sweep(accessmgmt.Swept{Expired: 200, More: true})
		require.Len(w, w.news(), 200+2, "the GAP and the office get one mail for all")
		w.sweep(accessmgmt.Swept{Expired: 50})
		require.Len(w, w.bySystem(accessmgmt.EventExpired), 250)
	},
	"a preview has nothing to try": func(w *World) {
		w.invite(w.people(1))
		w.at("2026-03-30 10:00")
		w.unchanged(func() {
			done, err := w.Svc.Preview().Sweep(w.Ctx)
			require.NoError(w, err)
			require.Zero(w, done)
		})
		w.sweep(accessmgmt.Swept{Reminded: 1})
	},
}

// coGAPUntil names a co-GAP until a day.
func (w *World) coGAPUntil(last roles.Date) {
	cora := Person("Cora", "Named")
	w.name(cora, accessmgmt.CoGAP, "", roles.Between(w.Svc.Today(), last))
}
