package drill

import (
	"cmp"
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// choose picks an enterprise and does something there.
func (c *caller) choose() {
	c.at = c.places[c.rng.IntN(len(c.places))]
	if c.rng.IntN(2) == 0 {
		c.at = c.places[c.rng.IntN(min(c.options.Hot, len(c.places)))]
	}
	switch n := c.rng.IntN(100); {
	case n < 3:
		_, _, in := c.at.office()
		c.do(c.designate(1 - in))
	case n < 25:
		c.do(c.invite())
	case n < 28:
		c.do(c.resend())
	case n < 48:
		c.do(c.answer(n))
	case n < 70:
		c.do(c.decide(n))
	case n < 80:
		c.do(c.assign())
	default:
		c.do(c.change(n))
	}
}

// one is the error of a bulk command with one item.
func one[T any](results []accessmgmt.Result[T], err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return results[0].Value, results[0].Err
}

// byID is the order in which things are picked from.
func byID[T any](id func(T) string) func(a, b T) int {
	return func(a, b T) int { return cmp.Compare(id(a), id(b)) }
}

func (c *caller) designate(which int) command {
	at, gap := c.at, c.at.gaps[which]
	return command{act: accessmgmt.ActDesignateGAP, run: func(ctx context.Context, id accessmgmt.CommandID) error {
		done, err := c.svc.DesignateGAP(ctx, c.rep, accessmgmt.DesignateGAP{
			ID: id, Enterprise: at.number, Contact: accessmgmt.MustParseEmail("direction@acme.example"),
			GAP: accessmgmt.Candidate{GivenName: gap.Identity.GivenName, FamilyName: gap.Identity.FamilyName,
				Number: gap.Identity.Number, Email: workflowtest.Address(gap.Identity)},
		})
		if err == nil {
			at.designated(which, done)
		}
		return err
	}}
}

// line is a role from today on, half of the time for a month.
func (c *caller) line() invitation.Line {
	role := []roles.Code{roles.Reader, roles.Writer, roles.Editor, roles.Manager, roles.Owner}[c.rng.IntN(5)]
	period := roles.From(c.svc.Today())
	if c.rng.IntN(2) == 0 {
		period = roles.Between(c.svc.Today(), c.svc.Today().AddDays(30))
	}
	return invitation.Line{Role: role, Period: period}
}

func (c *caller) guest() accessmgmt.Actor { return c.at.guests[c.rng.IntN(len(c.at.guests))] }

func (c *caller) invite() command {
	at, guest, line, manager := c.at, c.guest(), c.line(), c.at.manager()
	return command{act: accessmgmt.ActInvite, run: func(ctx context.Context, id accessmgmt.CommandID) error {
		done, err := c.svc.Invite(ctx, manager, accessmgmt.Invite{ID: id, Enterprise: at.enterprise(), Lines: []invitation.Line{line},
			Recipients: []invitation.Invitee{{GivenName: guest.Identity.GivenName, FamilyName: guest.Identity.FamilyName, Email: workflowtest.Address(guest.Identity)}}})
		if err == nil {
			var r invitation.Recipient
			if r, err = one(done.Results, nil); err == nil {
				post(at, at.recipients, r.ID, invited{r, guest})
			}
		}
		return err
	}}
}

func (c *caller) recipient() (invited, bool) {
	return pick(c.at, c.rng, c.at.recipients, byID(func(i invited) string { return i.ID.String() }))
}

func (c *caller) resend() command {
	at, manager := c.at, c.at.manager()
	r, there := c.recipient()
	if !there {
		return command{}
	}
	return command{act: accessmgmt.ActResend, run: func(ctx context.Context, id accessmgmt.CommandID) error {
		again, err := c.svc.Resend(ctx, manager, accessmgmt.Resend{ID: id, Enterprise: at.enterprise(), Recipient: r.ID})
		if err == nil {
			post(at, at.recipients, r.ID, invited{again, r.actor})
		}
		return err
	}}
}

// answer is an invitation's end: accepted most of the time, else declined or
// revoked.
func (c *caller) answer(n int) command {
	at, manager := c.at, c.at.manager()
	r, there := c.recipient()
	if !there {
		return c.invite()
	}
	token := invitation.DeriveToken(c.key, r.ID, r.Generation)
	cmd := command{moot: func() { take(at, at.recipients, r.ID) }}
	switch n % 10 {
	case 0:
		cmd.act, cmd.run = accessmgmt.ActDecline, func(ctx context.Context, id accessmgmt.CommandID) error {
			return c.svc.Decline(ctx, r.actor, token, accessmgmt.Decline{ID: id})
		}
	case 1:
		cmd.act, cmd.run = accessmgmt.ActRevoke, func(ctx context.Context, id accessmgmt.CommandID) error {
			_, err := one(c.svc.Revoke(ctx, manager, accessmgmt.Revoke{ID: id, Enterprise: at.enterprise(), Recipients: []accessmgmt.RecipientID{r.ID}}))
			return err
		}
	default:
		cmd.act, cmd.run = accessmgmt.ActAccept, func(ctx context.Context, id accessmgmt.CommandID) error {
			done, err := c.svc.Accept(ctx, r.actor, token, accessmgmt.Accept{ID: id, Email: workflowtest.Address(r.actor.Identity)})
			for _, made := range done.Requests {
				post(at, at.requests, made.ID, asked{made, r.actor})
			}
			return err
		}
	}
	return cmd
}

// decide is a request's end: approved most of the time, else refused or
// withdrawn.
func (c *caller) decide(n int) command {
	at, manager := c.at, c.at.manager()
	r, there := pick(at, c.rng, at.requests, byID(func(a asked) string { return a.ID.String() }))
	if !there {
		return c.answer(9)
	}
	refs := []accessmgmt.RequestRef{r.Ref()}
	cmd := command{moot: func() { take(at, at.requests, r.ID) }}
	switch n % 10 {
	case 0:
		cmd.act, cmd.run = accessmgmt.ActRefuse, func(ctx context.Context, id accessmgmt.CommandID) error {
			_, err := one(c.svc.Refuse(ctx, manager, accessmgmt.Refuse{ID: id, Requests: refs, Reason: "not here"}))
			return err
		}
	case 1:
		cmd.act, cmd.run = accessmgmt.ActWithdraw, func(ctx context.Context, id accessmgmt.CommandID) error {
			_, err := one(c.svc.Withdraw(ctx, r.actor, accessmgmt.Withdraw{ID: id, Requests: refs}))
			return err
		}
	default:
		cmd.act, cmd.run = accessmgmt.ActApprove, func(ctx context.Context, id accessmgmt.CommandID) error {
			done, err := one(c.svc.Approve(ctx, manager, accessmgmt.Approve{ID: id, Requests: refs}))
			if err == nil {
				post(at, at.assignments, done.Assignment.ID, held{done.Assignment, r.actor})
			}
			return err
		}
	}
	return cmd
}

func (c *caller) assign() command {
	at, guest, line, manager := c.at, c.guest(), c.line(), c.at.manager()
	return command{act: accessmgmt.ActAssign, run: func(ctx context.Context, id accessmgmt.CommandID) error {
		done, err := one(c.svc.Assign(ctx, manager, accessmgmt.Assign{ID: id, Enterprise: at.enterprise(), Lines: []invitation.Line{line},
			Persons: []accessmgmt.Assignee{{Number: guest.Identity.Number, GivenName: guest.Identity.GivenName, FamilyName: guest.Identity.FamilyName,
				Email: workflowtest.Address(guest.Identity)}}}))
		if err == nil {
			post(at, at.assignments, done.Assignment.ID, held{done.Assignment, guest})
		}
		return err
	}}
}

// change ends, replaces, extends or gives back a role.
func (c *caller) change(n int) command {
	at, manager := c.at, c.at.manager()
	a, there := pick(at, c.rng, at.assignments, byID(func(h held) string { return h.ID.String() }))
	if !there {
		return c.decide(9)
	}
	ids := []accessmgmt.AssignmentID{a.ID}
	last, bounded := a.Period.End()
	cmd := command{moot: func() { take(at, at.assignments, a.ID) }}
	switch {
	case n%10 < 3:
		line := c.line()
		cmd.act, cmd.run = accessmgmt.ActReplace, func(ctx context.Context, id accessmgmt.CommandID) error {
			done, err := c.svc.Replace(ctx, manager, accessmgmt.Replace{ID: id, Enterprise: at.enterprise(), Assignment: a.ID, Line: line})
			if err == nil {
				post(at, at.assignments, done.Given.ID, held{done.Given, a.actor})
			}
			return err
		}
	case n%10 < 5 && bounded:
		until := last.AddDays(1 + c.rng.IntN(30))
		cmd.act, cmd.run = accessmgmt.ActExtend, func(ctx context.Context, id accessmgmt.CommandID) error {
			done, err := one(c.svc.Extend(ctx, manager, accessmgmt.Extend{ID: id, Enterprise: at.enterprise(), Assignments: ids, Until: until}))
			if err == nil {
				post(at, at.assignments, a.ID, held{done.Assignment, a.actor})
			}
			return err
		}
	case n%10 < 6:
		cmd.act, cmd.run = accessmgmt.ActGiveBack, func(ctx context.Context, id accessmgmt.CommandID) error {
			_, err := one(c.svc.GiveBack(ctx, a.actor, accessmgmt.GiveBack{ID: id, Enterprise: at.enterprise(), Assignments: ids}))
			return err
		}
	default:
		cmd.act, cmd.run = accessmgmt.ActEnd, func(ctx context.Context, id accessmgmt.CommandID) error {
			_, err := one(c.svc.End(ctx, manager, accessmgmt.End{ID: id, Enterprise: at.enterprise(), Assignments: ids, Reason: "drill"}))
			return err
		}
	}
	return cmd
}
