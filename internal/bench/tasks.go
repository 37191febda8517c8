package main

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// tasks reads a page of the requests that wait in a large enterprise, and then
// the page that a manager sees, with names and what was asked for.
func tasks(b *bench) ([]result, error) {
	pageByHand, err := b.hand.pageOfRequests(b.ctx)
	if err != nil {
		return nil, err
	}
	found, err := b.against("task page: store.FindRequests", 2*b.rounds, false, goal{}, b.pageSide(b.ctx, b.world.large), func(n int) (func() error, error) {
		of, after := somePage(b.world.large, n)
		return func() error {
			page, err := pageByHand(of.ent.ID, after.RequestedAt, after.ID.UUID, pageOfTasks)
			return enough(len(page), pageOfTasks, err)
		}, nil
	})
	if err != nil {
		return nil, err
	}
	byHand, err := b.hand.pageOfTasks(b.ctx)
	if err != nil {
		return nil, err
	}
	seen, err := b.against("task page: svc.OpenTasksPage", 2*b.rounds, false, goal{}, func(n int) (func() error, error) {
		of, _ := somePage(b.world.large, n)
		query := accessmgmt.TaskQuery{Enterprise: of.ent.ID, Paging: accessmgmt.Paging{Limit: pageOfTasks}}
		return func() error {
			page, err := b.svc.OpenTasksPage(b.ctx, of.gap(), query)
			return enough(len(page.Items), pageOfTasks, err)
		}, nil
	}, func(n int) (func() error, error) {
		of, _ := somePage(b.world.large, n)
		return func() error {
			_, page, err := byHand(of.account, of.ent.ID)
			return enough(len(page), pageOfTasks+1, err)
		}, nil
	})
	return []result{found, seen}, err
}

// pageSide reads a page of the requests that wait in some enterprises.
func (p *place) pageSide(ctx context.Context, of []*company) side {
	return func(n int) (func() error, error) {
		c, after := somePage(of, n)
		filter := accessmgmt.RequestFilter{Enterprises: []accessmgmt.EnterpriseID{c.ent.ID}, States: []invitation.RequestState{invitation.Pending}, At: later}
		page := accessmgmt.Page{Limit: pageOfTasks, After: accessmgmt.PageKey{At: after.RequestedAt, ID: after.ID.UUID}}
		want := min(pageOfTasks, len(c.pending)-1)
		return func() error {
			found, err := p.store.FindRequests(ctx, filter, page)
			return enough(len(found), want, err)
		}, nil
	}
}

// somePage returns an enterprise and the request that a page comes after, another
// each time, which leaves a whole page if there is one.
func somePage(of []*company, n int) (*company, invitation.Request) {
	c := of[n*7919%len(of)]
	return c, c.pending[n*31%max(1, len(c.pending)-pageOfTasks)]
}
