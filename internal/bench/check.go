package main

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// checkGoal is that of a check straight from SQL.
var checkGoal = goal{most: 1.2}

// check asks for what a check needs, and for its whole answer, against the one
// query of it.
func check(b *bench) ([]result, error) {
	byHand, err := b.hand.accessing(b.ctx)
	if err != nil {
		return nil, err
	}
	hand := func(n int) (func() error, error) {
		e, person := b.world.someone(n)
		return func() error {
			found, err := byHand(e, person)
			return enough(len(found.given), perPerson, err)
		}, nil
	}
	access, err := b.against("check: store.Access", 10*b.rounds, false, checkGoal, b.accessSide(b.ctx, b.world), hand)
	if err != nil {
		return nil, err
	}
	decision, err := b.against("check: svc.Check", 10*b.rounds, false, checkGoal, func(n int) (func() error, error) {
		e, person := b.world.someone(n)
		return func() error {
			d, err := b.svc.Check(b.ctx, accessmgmt.Question{Person: person, Enterprise: e, Action: roles.Read})
			if err == nil && !d.Allowed {
				err = fmt.Errorf("denied: %s", d.Reason)
			}
			return err
		}, nil
	}, hand)
	return []result{access, decision}, err
}

// accessSide reads what a check needs, each time of another person.
func (p *place) accessSide(ctx context.Context, w *world) side {
	return func(n int) (func() error, error) {
		e, person := w.someone(n)
		return func() error {
			found, err := p.store.Access(ctx, e, person, accessmgmt.UnitID{})
			return enough(len(found.Assignments), perPerson, err)
		}, nil
	}
}

// someone returns a person of a world, another each time: of a small enterprise
// and of a large one in turn.
func (w *world) someone(n int) (accessmgmt.EnterpriseID, accessmgmt.PersonID) {
	of := w.small
	if n/2%2 == 1 {
		of = w.large
	}
	return anyone(of, n)
}

// anyone returns a person of one of some enterprises. The steps are long primes,
// so that two in a row share neither an enterprise nor a page.
func anyone(of []*company, n int) (accessmgmt.EnterpriseID, accessmgmt.PersonID) {
	c := of[n*7919%len(of)]
	return c.ent.ID, c.persons[n*104_729%len(c.persons)]
}

// enough says that fewer were found than there are: a fast answer that is wrong
// is none.
func enough(have, want int, err error) error {
	if err == nil && have != want {
		err = fmt.Errorf("%d found, not %d", have, want)
	}
	return err
}
