package workflowtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Suspensions plays the suspension of an enterprise: what is refused meanwhile
// and what isn't, what the checks say of now and of then, and that nothing is
// lost.
func Suspensions(t *testing.T, open Open) {
	t.Run("suspending", func(t *testing.T) { play(t, open, suspensionScenarios) })
	t.Run("meanwhile", func(t *testing.T) { Meanwhile(t, open) })
	t.Run("races", func(t *testing.T) { playRaces(t, open, suspensionRaces) })
}

func (w *World) suspending() (accessmgmt.Suspension, error) {
	return w.Svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: "an inquiry"})
}

func (w *World) suspend() accessmgmt.Suspension {
	done, err := w.suspending()
	require.NoError(w, err)
	return done
}

func (w *World) resuming() (accessmgmt.Suspension, error) {
	return w.Svc.Resume(w.Ctx, Staff(), accessmgmt.Resume{Enterprise: w.Acme, Reason: "it is settled"})
}

func (w *World) resume() accessmgmt.Suspension {
	done, err := w.resuming()
	require.NoError(w, err)
	return done
}

func (w *World) suspensions() []accessmgmt.Suspension {
	all, err := w.Store.Suspensions(w.Ctx, w.Acme)
	require.NoError(w, err)
	return all
}

// refusedMeanwhile are the acts that give access or prepare it, in the words of
// this test. All others go on.
var refusedMeanwhile = map[accessmgmt.Act]bool{
	accessmgmt.ActInvite: true, accessmgmt.ActResend: true, accessmgmt.ActAccept: true, accessmgmt.ActApprove: true, accessmgmt.ActAssign: true,
	accessmgmt.ActReplace: true, accessmgmt.ActExtend: true, accessmgmt.ActSaveTemplate: true, accessmgmt.ActNameManager: true, accessmgmt.ActAddUnit: true,
}

// Meanwhile tries every command of the table while its enterprise is suspended:
// those that give are refused and write nothing, and succeed once it is resumed;
// those that take away succeed, and nobody gets any access by them (c-24).
func Meanwhile(t *testing.T, open Open) {
	for _, name := range sortedNames(commands) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := offices(t, open)
			office := w.office()
			c := commands[name](office)
			if c.act == accessmgmt.ActSuspend || c.act == accessmgmt.ActResume {
				return // their own scenarios
			}
			watched := office.person("Wanda")
			if !office.enterprise().GAP.IsZero() {
				office.give(watched, office.Line(roles.Owner))
			}
			office.suspend()
			if !refusedMeanwhile[c.act] {
				require.NoError(t, c.run(w.Ctx, w.Svc, c.by))
				if !office.enterprise().GAP.IsZero() && c.act != accessmgmt.ActEnd {
					require.Equal(t, accessmgmt.ReasonSuspended, checked(office, watched).Reason)
				}
				office.RequireIntact()
				return
			}
			w.unchanged(func() {
				w.requireFails(c.run(w.Ctx, w.Svc, c.by), accessmgmt.ErrState, accessmgmt.CodeSuspended)
				caps, err := w.Svc.Capabilities(w.Ctx, w.GAP, office.Acme)
				require.NoError(t, err)
				require.False(t, caps.May(c.act))
				require.Empty(t, caps.Roles)
			})
			office.resume()
			require.NoError(t, c.run(w.Ctx, w.Svc, c.by), "nothing was lost")
			office.RequireIntact()
		})
	}
}

// checked asks about somebody who may not have logged in yet.
func checked(w *World, a accessmgmt.Actor) accessmgmt.Decision {
	id, err := w.Svc.Identify(w.Ctx, a.Identity)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		id = accessmgmt.PersonID{UUID: uuid.New()}
	} else {
		require.NoError(w, err)
	}
	d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: id, Enterprise: w.Acme, Action: roles.Read})
	require.NoError(w, err)
	return d
}

var suspensionScenarios = map[string]func(*World){
	"what is written, and who is told": func(w *World) {
		at := w.at("2026-03-10 10:00")
		begun, err := w.Svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: " an\r\ninquiry "})
		require.NoError(w, err)
		staff := w.ID(accessmgmt.User(Staff().Identity))
		want := accessmgmt.Suspension{ID: begun.ID, Enterprise: w.Acme, From: at, SuspendedBy: staff, Reason: "an\ninquiry", Version: 1}
		require.Equal(w, want, begun)
		require.Equal(w, []accessmgmt.Suspension{want}, w.suspensions())
		require.Equal(w, at, w.enterprise().SuspendedAt)
		mails := w.told(accessmgmt.MessageSuspended)
		require.ElementsMatch(w, []string{key(w.GAP), "direction@acme.example"}, sortedNames(mails))
		require.Contains(w, w.Words(mails[key(w.GAP)]).Subject, "Les accès de l'entreprise sont suspendus")
		require.Contains(w, w.Words(mails[key(w.GAP)]).Text, "  > an\n  > inquiry\n")

		at = w.at("2026-03-20 10:00")
		lifted := w.resume()
		want.To, want.ResumedBy, want.Version = at, staff, 2
		require.Equal(w, want, lifted)
		require.Equal(w, []accessmgmt.Suspension{want}, w.suspensions())
		require.Zero(w, w.enterprise().SuspendedAt)
		require.ElementsMatch(w, []string{key(w.GAP), "direction@acme.example"}, sortedNames(w.told(accessmgmt.MessageResumed)))
		require.Equal(w, "it is settled", w.lastEvent(accessmgmt.EventResumed).Details["reason"])
		require.Equal(w, "an\ninquiry", w.lastEvent(accessmgmt.EventSuspended).Details["reason"])
		require.Len(w, w.Mailbox.All(), 4)
	},
	"twice, and for no reason": func(w *World) {
		w.unchanged(func() {
			_, err := w.resuming()
			w.requireWrongState(err, "not suspended")
			_, err = w.Svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: w.Acme, Reason: " "})
			require.Equal(w, []string{"reason required"}, w.problems(err))
			_, err = w.Svc.Suspend(w.Ctx, Staff(), accessmgmt.Suspend{Enterprise: accessmgmt.EnterpriseID{UUID: uuid.New()}, Reason: "an inquiry"})
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		})
		w.suspend()
		w.unchanged(func() {
			_, err := w.suspending()
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeSuspended)
			w.requireWrongState(err, "suspended")
			_, err = w.Svc.Resume(w.Ctx, Staff(), accessmgmt.Resume{Enterprise: w.Acme})
			require.Equal(w, []string{"reason required"}, w.problems(err))
		})
		w.resume()
		w.suspend()
		require.Len(w, w.suspensions(), 2)
	},
	"history: then and now": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		var spans []span
		for range 3 {
			w.Clock.Advance(time.Hour)
			s := span{from: w.suspend().From}
			w.requireAnswer(w.question(anne, roles.Sign), accessmgmt.ReasonSuspended)
			w.Clock.Advance(time.Hour)
			s.to = w.resume().To
			w.requireAnswer(w.question(anne, roles.Sign), roles.ReasonAllowed, a)
			spans = append(spans, s)
		}
		w.Clock.Advance(time.Hour)
		spans = append(spans, span{from: w.suspend().From}) // lasts
		ask := func(at time.Time) {
			q := w.question(anne, roles.Sign)
			q.At = at
			for _, s := range spans {
				if s.has(at) {
					w.requireAnswer(q, accessmgmt.ReasonSuspended)
					return
				}
			}
			w.requireAnswer(q, roles.ReasonAllowed, a)
		}
		for _, s := range spans {
			for _, at := range []time.Time{s.from, s.to} {
				if !at.IsZero() {
					ask(at.Add(-instant))
					ask(at)
					ask(at.Add(instant))
				}
			}
		}
		ask(w.Clock.Now().AddDate(1, 0, 0))
	},
	"a suspension of no time at all": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, w.Line(roles.Editor))
		w.suspend()
		w.resume()
		q := w.question(anne, roles.Sign)
		w.requireAnswer(q, roles.ReasonAllowed, a)
		q.At = w.Clock.Now()
		w.requireAnswer(q, roles.ReasonAllowed, a)
	},
	"the reason is the suspension, also without a GAP": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.give(anne, w.Line(roles.Editor))
		w.suspend()
		w.vacate(w.Rep)
		w.requireAnswer(w.question(anne, roles.Sign), accessmgmt.ReasonSuspended)
		w.designate(w.Designation(w.Number, Person("Nora", "Next")))
		w.requireAnswer(w.question(anne, roles.Sign), accessmgmt.ReasonSuspended)
		w.resume()
		require.True(w, w.May(anne, roles.Sign).Allowed)
	},
	"links are open to be looked at, and can be declined": func(w *World) {
		anne, bert := Person("Anne", "Dubois"), Person("Bert", "Claes")
		_, token := w.Invite(anne, w.Line(roles.Editor))
		_, second := w.Invite(bert, w.Line(roles.Editor))
		w.suspend()
		w.unchanged(func() {
			require.Equal(w, invitation.Invited, w.inspect(token).State)
			w.requireFails(w.accepting(anne, token)(), accessmgmt.ErrState, accessmgmt.CodeSuspended)
		})
		require.NoError(w, w.Svc.Decline(w.Ctx, bert, second, accessmgmt.Decline{}))
		w.resume()
		require.NoError(w, w.accepting(anne, token)())
	},
	"lists stay open, and nobody is listed who may": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		w.Request(anne, w.Line(roles.Reader))
		w.suspend()
		tasks, err := w.Svc.OpenTasksPage(w.Ctx, w.GAP, accessmgmt.TaskQuery{})
		require.NoError(w, err)
		require.Len(w, tasks.Items, 1)
		mine, err := w.Svc.AssignmentsPage(w.Ctx, anne, accessmgmt.AssignmentQuery{Mine: true})
		require.NoError(w, err)
		require.Len(w, mine.Items, 1)
		listed, err := any1(w.Svc.EnterprisesOf(w.Ctx, accessmgmt.EnterprisesQuery{Person: w.ID(anne)}))
		require.NoError(w, err)
		require.False(w, listed)
		listed, err = any1(w.Svc.PersonsWho(w.Ctx, accessmgmt.PersonsQuery{Enterprise: w.Acme, Action: roles.Sign}))
		require.NoError(w, err)
		require.False(w, listed)
	},
	"dates run on meanwhile": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, token := w.Invite(anne, w.Line(roles.Editor))
		lapsing := w.Request(Person("Bert", "Claes"), w.Line(roles.Editor))
		short := w.give(Person("Carl", "Wouters"), line(roles.Editor, "2026-03-02", "2026-03-31"))
		w.suspend()
		w.Clock.Set(lapsing.LapsesAt)
		w.resume()
		w.requireWrongState(w.accepting(anne, token)(), string(invitation.Expired))
		w.requireWrongState(w.approving(w.GAP, lapsing)(), string(invitation.Lapsed))
		require.Equal(w, roles.Expired, w.stored(short).StateAt(w.Clock.Now()))
		_, err := w.resending(r, roles.Date{})
		require.NoError(w, err)
	},
	"every kind of manager is told, refused and able to take away": func(w *World) {
		w.Options.Catalogue, w.Options.Application = roles.MonEspaceAndCalista(), roles.MonEspaceApplication
		w.Svc = w.Service(w.Options)
		cora, ada, carl, former := Person("Cora", "Peeters"), Person("Ada", "Maes"), Person("Carl", "Wouters"), Person("Fien", "Former")
		w.coGAP(cora)
		w.accessManager(ada, w.Options.Catalogue.Domain(roles.Editor))
		require.NoError(w, w.removing(w.GAP, w.coGAP(former))())
		w.give(carl, w.Line(roles.Reader))
		w.give(carl, w.Line(roles.LocalAdministrator)) // manages CALISTA's roles
		given := map[string]accessmgmt.RoleAssignment{}
		for i, who := range []string{"GAP", "co-GAP", "access manager", "local administrator"} {
			role := roles.Editor
			if who == "local administrator" {
				role = roles.CalistaReader
			}
			given[who] = w.give(Person("User", roman(i+1)), w.Line(role))
		}
		w.Deliver()
		w.Mailbox.Clear()
		w.suspend()
		require.ElementsMatch(w, []string{key(w.GAP), key(cora), key(ada), "direction@acme.example"}, sortedNames(w.told(accessmgmt.MessageSuspended)))
		for who, by := range map[string]accessmgmt.Actor{"GAP": w.GAP, "co-GAP": cora, "access manager": ada} {
			w.requireFails(one(assign(w, by, Person("Nobody", "Yet"), roles.Editor)), accessmgmt.ErrState, accessmgmt.CodeSuspended, who)
			require.NoError(w, one(w.Svc.End(w.Ctx, by, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{given[who].ID}})), who)
		}
		// A role that manages gives nothing while no role gives anything (D16).
		end := func() error {
			return one(w.Svc.End(w.Ctx, carl, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{given["local administrator"].ID}}))
		}
		w.requireFails(end(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
		w.resume()
		require.NoError(w, end())
	},
	"another enterprise goes on": func(w *World) {
		_, branch := w.another()
		anne := Person("Anne", "Dubois")
		w.in(branch).give(anne, w.Line(roles.Editor))
		w.suspend()
		require.True(w, w.in(branch).May(anne, roles.Sign).Allowed)
		r := w.in(branch).Request(Person("Bert", "Claes"), w.Line(roles.Editor))
		require.NoError(w, w.approving(w.GAP, r)())
	},
	"bulk decisions over several enterprises": func(w *World) {
		_, branch := w.another()
		there := w.in(branch)
		here, far := w.Request(Person("Anne", "Dubois"), w.Line(roles.Editor)), there.Request(Person("Bert", "Claes"), w.Line(roles.Editor))
		w.suspend()
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(here, far)})
		require.NoError(w, err)
		w.requireFails(results[0].Err, accessmgmt.ErrState, accessmgmt.CodeSuspended)
		require.NoError(w, results[1].Err)
	},
	"staff alone may": func(w *World) {
		user := Person("Ursula", "User")
		w.give(user, w.Line(roles.Owner))
		for range 2 {
			w.unchanged(func() {
				for name, by := range map[string]accessmgmt.Actor{"GAP": w.GAP, "representative": w.Rep, "user": user, "stranger": Person("Stan", "Stranger")} {
					kind, code := accessmgmt.ErrNotFound, accessmgmt.CodeNotFound
					if name == "GAP" {
						kind, code = accessmgmt.ErrDenied, accessmgmt.CodeStaffOnly
					}
					_, err := w.Svc.Suspend(w.Ctx, by, accessmgmt.Suspend{Enterprise: w.Acme, Reason: "mine"})
					w.requireFails(err, kind, code, name)
					_, err = w.Svc.Resume(w.Ctx, by, accessmgmt.Resume{Enterprise: w.Acme, Reason: "mine"})
					w.requireFails(err, kind, code, name)
				}
			})
			if w.enterprise().SuspendedAt.IsZero() {
				w.suspend()
			}
		}
	},
}

var suspensionRaces = map[string]func(*World, int){
	"suspended by many": func(w *World, _ int) {
		requireOneWins(w, w.raceMany(4, func() error { return second(w.suspending()) }))
		requireOneWins(w, w.raceMany(4, func() error { return second(w.resuming()) }))
		last := w.suspensions()[len(w.suspensions())-1]
		require.False(w, last.To.IsZero())
	},
	"suspend and approve": func(w *World, round int) {
		anne := Person("Anne", "Suspended-"+roman(round+1))
		r := w.Request(anne, w.Line(roles.Editor))
		errs := w.race(func() error { return second(w.suspending()) }, w.approving(w.GAP, r))
		require.NoError(w, errs[0])
		if errs[1] != nil {
			w.requireFails(errs[1], accessmgmt.ErrState, accessmgmt.CodeSuspended)
		}
		require.Equal(w, accessmgmt.ReasonSuspended, w.May(anne, roles.Sign).Reason)
		w.resume()
		require.Equal(w, errs[1] == nil, w.May(anne, roles.Sign).Allowed)
	},
	"suspend and accept": func(w *World, round int) {
		anne := Person("Anne", "Invited-"+roman(round+1))
		_, token := w.Invite(anne, w.Line(roles.Editor))
		errs := w.race(func() error { return second(w.suspending()) }, w.accepting(anne, token))
		require.NoError(w, errs[0])
		if errs[1] != nil {
			w.requireFails(errs[1], accessmgmt.ErrState, accessmgmt.CodeSuspended)
			w.resume()
			require.NoError(w, w.accepting(anne, token)())
			return
		}
		w.resume()
	},
}

// suspensionCommands are those of the staff, for the table.
var suspensionCommands = map[string]func(*World) command{
	"suspend": func(w *World) command {
		return command{act: accessmgmt.ActSuspend, by: Staff(),
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.Suspend(ctx, by, accessmgmt.Suspend{Enterprise: w.Acme, Reason: "an inquiry"}))
			},
			audit: []audited{{accessmgmt.EventSuspended, accessmgmt.AsOperator, nil, "suspension"}},
			mails: tell(accessmgmt.MessageSuspended, toGAP, toContact)}
	},
	"resume": func(w *World) command {
		w.suspend()
		return command{act: accessmgmt.ActResume, by: Staff(),
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return second(svc.Resume(ctx, by, accessmgmt.Resume{Enterprise: w.Acme, Reason: "it is settled"}))
			},
			audit: []audited{{accessmgmt.EventResumed, accessmgmt.AsOperator, nil, "suspension"}},
			mails: tell(accessmgmt.MessageResumed, toGAP, toContact)}
	},
}
