package main

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// approveGoal is that of approving one request, all of it.
var approveGoal = goal{most: 1.3}

// approve commits an approval (the enterprise, the command, the request, the
// assignment, one audit record, two messages), and then approves, which reads
// first.
func approve(b *bench) ([]result, error) {
	byHand, err := b.hand.approving(b.ctx, 2)
	if err != nil {
		return nil, err
	}
	half := len(b.world.small) / 2
	mine, theirs := b.world.small[:half], b.world.small[half:]
	if err := b.askEach(mine, 2*b.rounds); err != nil {
		return nil, err
	}
	if err := b.askEach(theirs, 2*b.rounds); err != nil {
		return nil, err
	}
	committed, err := b.against("approve: store.Commit", b.rounds, true, approveGoal, approving(b.ctx, mine, b.store.Commit), approving(b.ctx, theirs, byHand))
	if err != nil {
		return nil, err
	}
	whole, err := b.hand.approver(b.ctx, newID)
	if err != nil {
		return nil, err
	}
	done, err := b.against("approve: svc.Approve", b.rounds, true, approveGoal, b.approveSide(b.ctx, mine), func(n int) (func() error, error) {
		of := theirs[n%len(theirs)]
		r := of.take()
		return func() error {
			of.ent.Epoch++
			return whole(b.ctx, of.account, r.Enterprise, r.ID)
		}, nil
	})
	return []result{committed, done}, err
}

// askEach adds requests to enterprises until all have so many together.
func (b *bench) askEach(of []*company, n int) error {
	for _, c := range of {
		if err := b.world.ask(c, n/len(of)+1, func(c accessmgmt.Changes) error { return b.store.Commit(b.ctx, c) }); err != nil {
			return err
		}
	}
	return nil
}

// approving commits approvals, of one enterprise after the other.
func approving(ctx context.Context, of []*company, commit committer) side {
	return func(n int) (func() error, error) {
		c := of[n%len(of)]
		changes := c.approveNext()
		return func() error { return commit(ctx, changes) }, nil
	}
}

// approval returns the changeset that approves a request.
func approval(e accessmgmt.Enterprise, r invitation.Request) accessmgmt.Changes {
	c := next(e, accessmgmt.ActApprove)
	a := assignment(c.Enterprise, r.Person, roles.Editor)
	r = approved(r, &a)
	r.Version++
	c.Requests, c.Assignments = []invitation.Request{r}, []accessmgmt.RoleAssignment{a}
	c.Audit = []accessmgmt.AuditRecord{record(c.Enterprise, accessmgmt.EventApproved, 0)}
	c.Messages = []accessmgmt.Message{message(e.ID, r.Person, accessmgmt.MessageApproved), message(e.ID, e.GAP, accessmgmt.MessageApproved)}
	c.Enterprise.AuditHead = c.Audit[0].Hash
	return c
}

// approveSide approves by the service.
func (p *place) approveSide(ctx context.Context, of []*company) side {
	return func(n int) (func() error, error) {
		c := of[n%len(of)]
		r := c.take()
		return func() error {
			c.ent.Epoch++
			done, err := p.svc.Approve(ctx, c.gap(), accessmgmt.Approve{Requests: []accessmgmt.RequestRef{{Enterprise: r.Enterprise, Request: r.ID}}})
			if err == nil {
				err = done[0].Err
			}
			return err
		}, nil
	}
}
