package workflowtest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The roles of an application in which some need two managers.
const (
	dualApp   roles.ApplicationCode = "dual"
	plain     roles.Code            = "dual.plain"
	signer    roles.Code            = "dual.signer" // needs two
	dualActed roles.Action          = "act"
)

// dual is that application. needed says whether signer needs two managers.
func dual(needed bool) roles.Application {
	label := roles.Labels{EN: "x"}
	role := func(code roles.Code, fourEyes bool) roles.Role {
		return roles.Role{Code: code, Labels: label, Actions: roles.Actions(dualActed), FourEyes: fourEyes}
	}
	return roles.Application{Code: dualApp, Labels: label, Actions: []roles.ActionDefinition{{Action: dualActed, Labels: label}},
		Roles: []roles.Role{role(plain, false), role(signer, needed)}}
}

func catalogueOf(apps ...roles.Application) *roles.Catalogue {
	c, err := roles.NewCatalogue(apps...)
	if err != nil {
		panic(err)
	}
	return c
}

// cora is the co-GAP of the worlds below.
var cora = Person("Cora", "CoGAP")

// FourEyes plays the roles that two managers must agree to, and the policy that
// nobody gives himself a role.
func FourEyes(t *testing.T, open Open) {
	for _, name := range sortedNames(fourEyesScenarios) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := WithGAP(t, open, func(o *accessmgmt.Options) { o.Catalogue, o.Application = catalogueOf(dual(true)), dualApp })
			w.nameCoGAP(cora)
			w.Deliver()
			w.Mailbox.Clear()
			fourEyesScenarios[name](w)
			w.RequireIntact()
		})
	}
	t.Run("nobody gives himself a role", func(t *testing.T) { selfApproval(t, open) })
}

// nameCoGAP has the GAP name somebody co-GAP, from today without end.
func (w *World) nameCoGAP(a accessmgmt.Actor) accessmgmt.Manager {
	m, err := w.Svc.NameManager(w.Ctx, w.GAP, accessmgmt.NameManager{Enterprise: w.Acme, Kind: accessmgmt.CoGAP, Manager: assignee(a), Period: roles.From(w.Svc.Today())})
	require.NoError(w, err)
	return m
}

// with changes the world's options, for the calls from now on.
func (w *World) with(change func(*accessmgmt.Options)) {
	change(&w.Options)
	w.Svc = w.Service(w.Options)
}

func (w *World) approval(by accessmgmt.Actor, r invitation.Request) (accessmgmt.Approval, error) {
	results, err := w.Svc.Approve(w.Ctx, by, accessmgmt.Approve{Requests: refs(r)})
	require.NoError(w, err)
	return results[0].Value, results[0].Err
}

// askDirectly gives somebody directly what needs two managers.
func (w *World) askDirectly(a accessmgmt.Actor, l invitation.Line) (invitation.Request, error) {
	results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{l}, Persons: []accessmgmt.Assignee{assignee(a)}})
	require.NoError(w, err)
	require.Zero(w, results[0].Value.Assignment)
	return results[0].Value.Request, results[0].Err
}

func (w *World) mayAct(a accessmgmt.Actor) bool { return w.May(a, dualActed).Allowed }

var fourEyesScenarios = map[string]func(*World){
	"two managers approve a request": func(w *World) {
		anne := Person("Anne", "Dubois")
		r := w.Request(anne, w.Line(signer))
		require.Equal(w, invitation.RequestTerms{FourEyes: true}, r.Terms)
		first, err := w.approval(w.GAP, r)
		require.NoError(w, err)
		require.Zero(w, first.Assignment)
		require.Equal(w, invitation.Pending, first.Request.State)
		require.Equal(w, invitation.Endorsement{At: w.Clock.Now(), By: w.ID(w.GAP)}, first.Request.Endorsement)
		require.Equal(w, first.Request, w.storedRequest(r))
		require.False(w, w.mayAct(anne), "one is not enough")
		w.unchanged(func() {
			_, err = w.approval(w.GAP, r)
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSecondManager)
		})
		second, err := w.approval(cora, r)
		require.NoError(w, err)
		require.Equal(w, invitation.Approved, second.Request.State)
		require.Equal(w, w.ID(cora), second.Request.DecidedBy)
		require.Equal(w, first.Request.Endorsement, second.Request.Endorsement)
		require.Equal(w, accessmgmt.AsCoGAP, second.Assignment.GivenAs)
		require.True(w, w.mayAct(anne))
		for _, by := range []accessmgmt.Actor{w.GAP, cora} {
			_, err = w.approval(by, r)
			require.ErrorIs(w, err, accessmgmt.ErrState)
		}
	},
	"both in one bulk is one of them": func(w *World) {
		r := w.Request(Person("Anne", "Dubois"), w.Line(signer))
		results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(r, r)})
		require.NoError(w, err)
		require.NoError(w, results[0].Err)
		w.requireFails(results[1].Err, accessmgmt.ErrDenied, accessmgmt.CodeSecondManager)
	},
	"both at once": func(w *World) {
		for range 5 {
			anne := Person("Anne", string(rune('A'+w.Count())))
			r := w.Request(anne, w.Line(signer))
			errs := w.race(w.approving(w.GAP, r), w.approving(cora, r))
			require.NoError(w, errs[0])
			require.NoError(w, errs[1])
			require.Equal(w, invitation.Approved, w.storedRequest(r).State, "one endorsed, the other approved")
			require.True(w, w.mayAct(anne))
			require.Len(w, w.held(anne), 1)
		}
	},
	"given directly is asking": func(w *World) {
		anne := Person("Anne", "Dubois")
		r, err := w.askDirectly(anne, w.Line(signer))
		require.NoError(w, err)
		require.Equal(w, w.ID(w.GAP), r.RequestedBy)
		require.Equal(w, w.ID(w.GAP), r.Endorsement.By)
		require.Equal(w, r, w.storedRequest(r))
		require.False(w, w.mayAct(anne))
		w.unchanged(func() {
			_, err := w.askDirectly(anne, w.Line(signer))
			w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyAsked)
			_, err = w.approval(w.GAP, r)
			w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSecondManager)
		})
		w.Deliver()
		require.ElementsMatch(w, []string{Address(w.GAP.Identity).String(), "direction@acme.example", Address(cora.Identity).String()}, w.toldTo(accessmgmt.MessageSecondApproval))
		done, err := w.approval(cora, r)
		require.NoError(w, err)
		require.Equal(w, w.ID(cora), done.Assignment.GivenBy)
		require.Equal(w, r.ID, done.Assignment.Request)
		require.True(w, w.mayAct(anne))
	},
	"asked for and refused, withdrawn, lapsed": func(w *World) {
		anne := Person("Anne", "Dubois")
		refused, err := w.askDirectly(anne, w.Line(signer))
		require.NoError(w, err)
		require.NoError(w, one(w.Svc.Refuse(w.Ctx, cora, accessmgmt.Refuse{Requests: refs(refused), Reason: "no"})))
		withdrawn, err := w.askDirectly(anne, w.Line(signer))
		require.NoError(w, err, "what was refused may be asked for again")
		require.NoError(w, one(w.Svc.Withdraw(w.Ctx, anne, accessmgmt.Withdraw{Requests: refs(withdrawn)})), "it is hers")
		lapsed, err := w.askDirectly(anne, w.Line(signer))
		require.NoError(w, err)
		w.Clock.Set(lapsed.LapsesAt)
		for _, r := range []invitation.Request{refused, withdrawn, lapsed} {
			_, err := w.approval(cora, r)
			require.ErrorIs(w, err, accessmgmt.ErrState)
		}
		require.Empty(w, w.held(anne))
	},
	"in place of another": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, w.Line(plain))
		replace := accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: w.Line(signer)}
		asked, err := w.Svc.Replace(w.Ctx, w.GAP, replace)
		require.NoError(w, err)
		require.Zero(w, asked.Ended)
		require.Zero(w, asked.Given)
		require.Equal(w, invitation.ReplaceRole, asked.Request.Kind)
		require.Equal(w, old, w.stored(old), "nothing has changed yet")
		_, err = w.Svc.Replace(w.Ctx, w.GAP, replace)
		w.requireFails(err, accessmgmt.ErrState, accessmgmt.CodeAlreadyAsked)
		w.Clock.Advance(24 * time.Hour) // the first day has begun by now: it takes effect at approval (D27)
		done, err := w.approval(cora, asked.Request)
		require.NoError(w, err)
		require.Equal(w, done.Assignment.ID, w.stored(old).ReplacedBy)
		require.Equal(w, w.Clock.Now(), w.stored(old).EndedAt)
		require.Equal(w, w.Clock.Now(), done.Assignment.Window.From)
		require.Equal(w, old.ID, done.Assignment.Replaces)
		require.Equal(w, map[roles.Code]bool{signer: true}, w.held(anne))
	},
	"in place of one that was ended meanwhile": func(w *World) {
		anne := Person("Anne", "Dubois")
		old := w.give(anne, w.Line(plain))
		asked, err := w.Svc.Replace(w.Ctx, w.GAP, accessmgmt.Replace{Enterprise: w.Acme, Assignment: old.ID, Line: w.Line(signer)})
		require.NoError(w, err)
		require.NoError(w, w.ending(old)())
		w.unchanged(func() {
			_, err = w.approval(cora, asked.Request)
			require.ErrorIs(w, err, accessmgmt.ErrState)
		})
		require.Empty(w, w.held(anne), "what was taken away isn't given again")
	},
	"for longer (c-42)": func(w *World) {
		anne := Person("Anne", "Dubois")
		asked, err := w.askDirectly(anne, w.days(signer, 10))
		require.NoError(w, err)
		done, err := w.approval(cora, asked)
		require.NoError(w, err)
		a := done.Assignment
		results, err := w.extending(day("2026-04-30"), a)
		require.NoError(w, err)
		require.NoError(w, results[0].Err)
		r := results[0].Value.Request
		require.Zero(w, results[0].Value.Assignment)
		require.Equal(w, invitation.ExtendRole, r.Kind)
		require.Equal(w, a, w.stored(a))
		_, err = w.approval(w.GAP, r)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSecondManager)
		longer, err := w.approval(cora, r)
		require.NoError(w, err)
		require.Equal(w, a.ID, longer.Assignment.ID)
		require.Equal(w, roles.Between(day("2026-03-02"), day("2026-04-30")), w.stored(a).Period)
		// To let it lapse and ask anew needs two as well.
		w.at("2026-05-02 12:00")
		require.False(w, w.mayAct(anne))
		_, err = w.askDirectly(anne, w.days(signer, 10))
		require.NoError(w, err)
		require.Empty(w, w.held(anne))
	},
	"for longer, of what ended meanwhile": func(w *World) {
		anne := Person("Anne", "Dubois")
		asked, err := w.askDirectly(anne, w.days(signer, 10))
		require.NoError(w, err)
		done, err := w.approval(cora, asked)
		require.NoError(w, err)
		results, err := w.extending(roles.Date{}, done.Assignment)
		require.NoError(w, err)
		require.NoError(w, w.ending(done.Assignment)())
		w.unchanged(func() {
			_, err = w.approval(cora, results[0].Value.Request)
			require.ErrorIs(w, err, accessmgmt.ErrState)
		})
	},
	"never for oneself, as the first or the second (c-29)": func(w *World) {
		_, err := w.askDirectly(w.GAP, w.Line(signer))
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
		results, err := w.Svc.Assign(w.Ctx, cora, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{w.Line(signer), w.Line(plain)}, Persons: []accessmgmt.Assignee{{Person: w.ID(w.GAP)}}})
		require.NoError(w, err)
		require.NoError(w, results[1].Err, "of a role that needs one, he may")
		_, err = w.approval(w.GAP, results[0].Value.Request)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
		r := w.Request(cora, w.Line(signer)) // invited by the GAP
		_, err = w.approval(cora, r)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
		_, err = w.approval(w.GAP, r)
		require.NoError(w, err)
		_, err = w.approval(cora, r)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
	},
	"the rule of the day it was asked for, or today's if stricter (c-31)": func(w *World) {
		before := w.Request(Person("Anne", "Dubois"), w.Line(signer))
		w.with(func(o *accessmgmt.Options) { o.Catalogue = catalogueOf(dual(false)) })
		first, err := w.approval(w.GAP, before)
		require.NoError(w, err)
		require.Zero(w, first.Assignment, "loosened since: it still needs two")
		loose := w.Request(Person("Bert", "Claes"), w.Line(signer))
		require.Zero(w, loose.Terms)
		w.with(func(o *accessmgmt.Options) { o.Catalogue = catalogueOf(dual(true)) })
		first, err = w.approval(w.GAP, loose)
		require.NoError(w, err)
		require.Zero(w, first.Assignment, "tightened since: it needs two now")
		for _, r := range []invitation.Request{before, loose} {
			done, err := w.approval(cora, r)
			require.NoError(w, err)
			require.NotZero(w, done.Assignment)
		}
		// A role that the catalogue has no more is approved by nobody.
		gone := w.Request(Person("Carl", "Maes"), w.Line(signer))
		w.with(func(o *accessmgmt.Options) {
			app := dual(true)
			app.Roles = app.Roles[:1]
			o.Catalogue = catalogueOf(app)
		})
		_, err = w.approval(w.GAP, gone)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeRoleNotGrantable)
	},
	"the first approval of one who lost his office since counts no more": func(w *World) {
		r := w.Request(Person("Anne", "Dubois"), w.Line(signer))
		_, err := w.approval(cora, r)
		require.NoError(w, err)
		overview, err := w.Svc.Managers(w.Ctx, w.GAP, w.Acme)
		require.NoError(w, err)
		_, err = w.Svc.RemoveManager(w.Ctx, w.GAP, accessmgmt.RemoveManager{Enterprise: w.Acme, Manager: overview.Managers[0].Term.ID})
		require.NoError(w, err)
		_, err = w.approval(cora, r)
		require.ErrorIs(w, err, accessmgmt.ErrNotFound)
		done, err := w.approval(w.GAP, r)
		require.NoError(w, err)
		require.Zero(w, done.Assignment, "his is the first now")
		require.Equal(w, w.ID(w.GAP), w.storedRequest(r).Endorsement.By)
		w.nameCoGAP(Person("Next", "CoGAP"))
		done, err = w.approval(Person("Next", "CoGAP"), r)
		require.NoError(w, err)
		require.NotZero(w, done.Assignment)
	},
}

// toldTo returns the addresses that a message went to.
func (w *World) toldTo(event accessmgmt.MessageEvent) []string {
	var all []string
	for _, m := range w.Mailbox.All() {
		if m.Event == event {
			all = append(all, m.To.Email.String())
		}
	}
	return all
}

// selfPaths are all ways in which a manager could give a role to a person; each
// returns the error of that one item. prepare runs before the policy changes.
var selfPaths = map[string]struct {
	prepare func(w *World, to accessmgmt.Actor) any
	give    func(w *World, by, to accessmgmt.Actor, prepared any) error
}{
	"invite by name": {nil, func(w *World, by, to accessmgmt.Actor, _ any) error {
		c := w.Invitation(to, w.Line(roles.Editor))
		c.Recipients[0].Person = w.ID(to)
		return toAll(w.Svc.Invite(w.Ctx, by, c))
	}},
	"invite by name in bulk": {nil, func(w *World, by, to accessmgmt.Actor, _ any) error {
		c := w.Invitation(Person("Other", w.Number.Digits()), w.Line(roles.Editor))
		c.Recipients = append(c.Recipients, w.Invitation(to).Recipients...)
		c.Recipients[1].Person = w.ID(to)
		done, err := w.Svc.Invite(w.Ctx, by, c)
		require.NoError(w, err)
		require.NoError(w, done.Results[0].Err, "the other isn't held up")
		return done.Results[1].Err
	}},
	"approve": {func(w *World, to accessmgmt.Actor) any { return w.Request(to, w.Line(roles.Editor)) },
		func(w *World, by, _ accessmgmt.Actor, r any) error { return w.approving(by, r.(invitation.Request))() }},
	"approve in bulk": {func(w *World, to accessmgmt.Actor) any { return w.Request(to, w.Line(roles.Editor)) },
		func(w *World, by, _ accessmgmt.Actor, r any) error {
			other := w.Request(Person("Other", w.Number.Digits()), w.Line(roles.Editor))
			results, err := w.Svc.Approve(w.Ctx, by, accessmgmt.Approve{Requests: refs(other, r.(invitation.Request))})
			require.NoError(w, err)
			require.NoError(w, results[0].Err, "the other's isn't held up")
			return results[1].Err
		}},
	"assign by id": {nil, func(w *World, by, to accessmgmt.Actor, _ any) error {
		return one(w.Svc.Assign(w.Ctx, by, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{{Person: w.ID(to)}}, Lines: []invitation.Line{w.Line(roles.Editor)}}))
	}},
	"assign by number": {nil, func(w *World, by, to accessmgmt.Actor, _ any) error {
		return one(w.Svc.Assign(w.Ctx, by, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(to)}, Lines: []invitation.Line{w.Line(roles.Editor)}}))
	}},
	"replace": {func(w *World, to accessmgmt.Actor) any { return w.give(to, w.Line(roles.Reader)) },
		func(w *World, by, _ accessmgmt.Actor, a any) error {
			return second(w.Svc.Replace(w.Ctx, by, accessmgmt.Replace{Enterprise: w.Acme, Assignment: a.(accessmgmt.RoleAssignment).ID, Line: w.Line(roles.Editor)}))
		}},
	"extend": {func(w *World, to accessmgmt.Actor) any { return w.give(to, w.days(roles.Reader, 5)) },
		func(w *World, by, _ accessmgmt.Actor, a any) error {
			return one(w.Svc.Extend(w.Ctx, by, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.(accessmgmt.RoleAssignment).ID}, Unlimited: true}))
		}},
}

// selfApproval plays every path, to oneself and to another, under each policy,
// by one account and by a second account of the same person (c-29).
func selfApproval(t *testing.T, open Open) {
	for _, name := range sortedNames(selfPaths) {
		for _, policy := range []accessmgmt.SelfApproval{accessmgmt.AllowSelf, accessmgmt.ForbidSelf} {
			for _, self := range []bool{false, true} {
				for account, by := range map[string]func(accessmgmt.Actor) accessmgmt.Actor{"": func(a accessmgmt.Actor) accessmgmt.Actor { return a }, " by another account": another} {
					t.Run(name+" "+string(policy)+map[bool]string{true: " to oneself"}[self]+account, func(t *testing.T) {
						t.Parallel()
						w := WithGAP(t, open)
						to := w.GAP
						if !self {
							to = Person("Anne", "Dubois")
							w.give(to, w.days(roles.Owner, 1))
						}
						path := selfPaths[name]
						var prepared any
						if path.prepare != nil {
							prepared = path.prepare(w, to)
						}
						w.with(func(o *accessmgmt.Options) { o.Policy.SelfApproval = policy })
						err := path.give(w, by(w.GAP), to, prepared)
						if self && policy == accessmgmt.ForbidSelf {
							w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
							require.False(w, w.May(to, roles.Sign).Allowed)
							return
						}
						require.NoError(w, err)
					})
				}
			}
		}
	}
	t.Run("nor more of the right he acts by (c-30)", func(t *testing.T) {
		t.Parallel()
		for _, policy := range []accessmgmt.SelfApproval{accessmgmt.AllowSelf, accessmgmt.ForbidSelf} {
			label := roles.Labels{EN: "x"}
			app := roles.Application{Code: "app", Labels: label, Actions: []roles.ActionDefinition{{Action: "act", Labels: label}}, Roles: []roles.Role{
				{Code: "app.admin", Labels: label, Actions: roles.Actions("act"), Manages: "app", GrantedBy: roles.ByGAP | roles.ByManagingRole},
				{Code: "app.user", Labels: label, Actions: roles.Actions("act"), GrantedBy: roles.ByManagingRole}}}
			w := WithGAP(t, open, func(o *accessmgmt.Options) {
				o.Catalogue, o.Policy.SelfApproval = catalogueOf(app), policy
			})
			admin, user := Person("Ada", "Admin"), Person("Ursula", "User")
			right := w.give(admin, w.days("app.admin", 10))
			require.NoError(t, one(w.Svc.Assign(w.Ctx, admin, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(user)}, Lines: []invitation.Line{w.Line("app.user")}})))
			err := one(w.Svc.Extend(w.Ctx, admin, accessmgmt.Extend{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{right.ID}, Unlimited: true}))
			if policy == accessmgmt.ForbidSelf {
				w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
			} else {
				require.NoError(t, err)
			}
			require.NoError(t, w.ending(right)())
			err = one(w.Svc.Assign(w.Ctx, admin, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(user)}, Lines: []invitation.Line{w.Line("app.user")}}))
			require.ErrorIs(t, err, accessmgmt.ErrNotFound, "with the role goes the right")
		}
	})
	t.Run("asked for while it was forbidden (c-31)", func(t *testing.T) {
		t.Parallel()
		w := WithGAP(t, open)
		w.with(func(o *accessmgmt.Options) { o.Policy.SelfApproval = accessmgmt.ForbidSelf })
		r := w.Request(w.GAP, w.Line(roles.Editor))
		w.with(func(o *accessmgmt.Options) { o.Policy.SelfApproval = accessmgmt.AllowSelf })
		_, err := w.approval(w.GAP, r)
		w.requireFails(err, accessmgmt.ErrDenied, accessmgmt.CodeSelfApproval)
	})
}

// another is a second account of the same person, known by his number.
func another(a accessmgmt.Actor) accessmgmt.Actor {
	a.Identity.Issuer = "https://other.example"
	a.Identity.Subject = "second account"
	return a
}

// dualCommands are those of a role that needs two managers, for the table.
var dualCommands = map[string]func(*World) command{
	"approve, the first of two": func(w *World) command {
		anne := w.person("Anne")
		r := w.asked(anne, w.Line(signer))
		return command{act: accessmgmt.ActApprove, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.Approve(ctx, by, accessmgmt.Approve{Requests: refs(r)}))
			},
			audit: []audited{{accessmgmt.EventEndorsed, accessmgmt.AsGAP, &anne, "request"}},
			mails: tell(accessmgmt.MessageSecondApproval, toGAP, toContact)}
	},
	"assign what needs two": func(w *World) command {
		anne := w.person("Anne")
		w.given(anne, w.Line(roles.Reader))
		return command{act: accessmgmt.ActAssign, by: w.GAP,
			run: func(ctx context.Context, svc *accessmgmt.Service, by accessmgmt.Actor) error {
				return one(svc.Assign(ctx, by, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{{Person: w.ID(anne)}}, Lines: []invitation.Line{w.Line(signer)}}))
			},
			audit: []audited{{accessmgmt.EventRequested, accessmgmt.AsGAP, &anne, "request"}},
			mails: tell(accessmgmt.MessageSecondApproval, toGAP, toContact)}
	},
}
