package workflowtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Refusals has each command tried by everybody who may not, and looks that each
// is answered as documented and that nothing is written.
func Refusals(t *testing.T, open Open) {
	for _, name := range sortedNames(commands) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := offices(t, open)
			office := w.office()
			c := commands[name](office)
			tried := office.whoMayNot(c)
			w.unchanged(func() {
				for _, who := range sortedNames(tried) {
					r := tried[who]
					w.requireFails(c.run(w.Ctx, w.Svc, r.actor), r.kind, r.code, who)
				}
			})
			require.NoError(t, c.run(w.Ctx, w.Svc, c.by), "none of them stood in the way of the one who may")
		})
	}
	t.Run("what is another enterprise's", func(t *testing.T) {
		t.Parallel()
		w := WithGAP(t, open)
		w.foreignObjects()
		w.RequireIntact()
	})
}

// refused is an actor, and what he is answered.
type refused struct {
	actor accessmgmt.Actor
	kind  error
	code  string
}

func (w *World) whoMayNot(c command) map[string]refused {
	change := func(change func(*accessmgmt.Actor)) accessmgmt.Actor {
		actor := c.by
		change(&actor)
		return actor
	}
	noIdentity := func(a accessmgmt.Actor) refused { return refused{a, accessmgmt.ErrDenied, accessmgmt.CodeNoIdentity} }
	weak := func(a accessmgmt.Assurance) refused {
		return refused{change(func(b *accessmgmt.Actor) { b.Identity.Assurance = a }), accessmgmt.ErrDenied, accessmgmt.CodeAssurance}
	}
	idle := func(behalf, reason string) refused {
		return refused{accessmgmt.Operator(Staff().Identity, behalf, reason), accessmgmt.ErrDenied, accessmgmt.CodeNotOperator}
	}
	all := map[string]refused{
		"nobody":              noIdentity(accessmgmt.Actor{}),
		"without an account":  noIdentity(change(func(a *accessmgmt.Actor) { a.Identity.Subject = "" })),
		"without an issuer":   noIdentity(change(func(a *accessmgmt.Actor) { a.Identity.Issuer = "" })),
		"without a capacity":  noIdentity(change(func(a *accessmgmt.Actor) { a.Capacity = "" })),
		"a made-up capacity":  noIdentity(change(func(a *accessmgmt.Actor) { a.Capacity = accessmgmt.AsGAP })),
		"no assurance":        weak(accessmgmt.AssuranceNone),
		"weak assurance":      weak(accessmgmt.AssuranceSubstantial),
		"made-up assurance":   weak(9),
		"staff for nobody":    idle("", "because"),
		"staff for no reason": idle("somebody", ""),
	}
	w.othersWhoMayNot(c, all)
	return all
}

// othersWhoMayNot adds those who are somebody, and have no say in this.
func (w *World) othersWhoMayNot(c command, all map[string]refused) {
	w.Register.Add(Number(300_000), "Elsewhere SA", w.Rep)
	w.Enterprise(Number(300_000), w.Rep, Person("Guy", "Elsewhere"))
	strangers := map[string]accessmgmt.Actor{"a stranger": w.person("Stan"), "the former GAP": Person("Fien", "Former"), "the GAP of another": Person("Guy", "Elsewhere")}
	staff := map[string]accessmgmt.Actor{"staff": Staff(), "himself as staff": accessmgmt.Operator(c.by.Identity, "himself", "because")}
	if ent := w.enterprise(); !ent.GAP.IsZero() && ent.SuspendedAt.IsZero() { // else nobody can give her a role
		strangers["a user"] = w.person("Ursula")
		w.given(strangers["a user"], w.Line(roles.Owner))
	}
	kind, code := accessmgmt.ErrNotFound, accessmgmt.CodeNotFound
	switch c.act {
	case accessmgmt.ActDesignateGAP:
		kind, code = accessmgmt.ErrDenied, accessmgmt.CodeNotRepresentative
		all["staff"], all["himself as staff"] = refused{staff["staff"], kind, code}, refused{staff["himself as staff"], kind, code}
		strangers["the GAP"], staff = w.GAP, nil
	case accessmgmt.ActSuspend, accessmgmt.ActResume, accessmgmt.ActDecideGAP:
		all["the GAP"], staff = refused{w.GAP, accessmgmt.ErrDenied, accessmgmt.CodeStaffOnly}, nil
		strangers["the representative"] = w.Rep
	case accessmgmt.ActRequestGAP:
		staff = nil
		if c.by.Capacity == accessmgmt.AsOperator {
			kind, code = accessmgmt.ErrDenied, accessmgmt.CodeNotOperator // for others, nobody else
			break
		}
		strangers = nil // for himself, anybody
		delete(all, "weak assurance")
		all["staff"] = refused{Staff(), accessmgmt.ErrInvalid, accessmgmt.CodeInvalid}
	case accessmgmt.ActVacateGAP:
		all["the GAP"], staff = refused{w.GAP, accessmgmt.ErrDenied, accessmgmt.CodeNotRepresentative}, nil
	case accessmgmt.ActAccept, accessmgmt.ActDecline:
		strangers = nil // whoever holds the link may: BindOnAccept
	case accessmgmt.ActWithdraw:
		strangers["the GAP"], strangers["the representative"] = w.GAP, w.Rep
	default:
		strangers["the representative"] = w.Rep
	}
	for name, actor := range strangers {
		all[name] = refused{actor, kind, code}
	}
	for name, actor := range staff {
		all[name] = refused{actor, accessmgmt.ErrDenied, accessmgmt.CodeNotManager}
	}
}

// foreignObjects has the GAP of one enterprise name the objects of another.
func (w *World) foreignObjects() {
	guy, anne := Person("Guy", "Elsewhere"), Person("Anne", "Dubois")
	_, elsewhere := w.anotherOf(guy)
	r, _ := w.Invite(anne, w.Line(roles.Reader))
	request, a := w.Request(anne, w.Line(roles.Editor)), w.Give(anne, w.Line(roles.Manager))
	named := accessmgmt.RequestRef{Enterprise: elsewhere, Request: request.ID}
	id := w.ID(anne)
	w.unchanged(func() {
		for name, do := range map[string]func() error{
			"resend": func() error {
				_, err := w.Svc.Resend(w.Ctx, guy, accessmgmt.Resend{Enterprise: elsewhere, Recipient: r.ID})
				return err
			},
			"revoke": func() error {
				return one(w.Svc.Revoke(w.Ctx, guy, accessmgmt.Revoke{Enterprise: elsewhere, Recipients: []accessmgmt.RecipientID{r.ID}}))
			},
			"approve": func() error {
				return one(w.Svc.Approve(w.Ctx, guy, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{named}}))
			},
			"refuse": func() error {
				return one(w.Svc.Refuse(w.Ctx, guy, accessmgmt.Refuse{Requests: []accessmgmt.RequestRef{named}, Reason: "no"}))
			},
			"withdraw": func() error {
				return one(w.Svc.Withdraw(w.Ctx, anne, accessmgmt.Withdraw{Requests: []accessmgmt.RequestRef{named}}))
			},
			"assign": func() error {
				return one(w.Svc.Assign(w.Ctx, guy, accessmgmt.Assign{Enterprise: elsewhere, Persons: []accessmgmt.Assignee{{Person: id}}, Lines: []invitation.Line{w.Line(roles.Owner)}}))
			},
			"replace": func() error {
				_, err := w.Svc.Replace(w.Ctx, guy, accessmgmt.Replace{Enterprise: elsewhere, Assignment: a.ID, Line: w.Line(roles.Owner)})
				return err
			},
			"end": func() error {
				return one(w.Svc.End(w.Ctx, guy, accessmgmt.End{Enterprise: elsewhere, Assignments: []accessmgmt.AssignmentID{a.ID}}))
			},
			"resign nowhere": func() error {
				_, err := w.Svc.ResignGAP(w.Ctx, guy, accessmgmt.ResignGAP{Enterprise: accessmgmt.EnterpriseID(id)})
				return err
			},
			"vacate nowhere": func() error {
				_, err := w.Svc.VacateGAP(w.Ctx, Staff(), accessmgmt.VacateGAP{Reason: "he left"})
				return err
			},
			"invite nowhere": func() error {
				return toAll(w.Svc.Invite(w.Ctx, guy, accessmgmt.Invite{Lines: []invitation.Line{w.Line(roles.Owner)}, Recipients: w.Invitation(anne).Recipients}))
			},
		} {
			w.requireFails(do(), accessmgmt.ErrNotFound, accessmgmt.CodeNotFound, name)
		}
	})
}
