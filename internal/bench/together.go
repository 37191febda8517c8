package main

import (
	"sync"

	"github.com/egovroles/egovroles/accessmgmt"
)

// callers are those who approve at once, and each how many approvals in a round.
const (
	callers    = 8
	eachCaller = 25
)

// together has eight callers commit approvals at once, each of an enterprise of
// his own, against one who commits as many one by one.
func together(b *bench) ([]result, error) {
	rounds := max(1, b.rounds/30)
	of := b.world.small[:callers]
	if err := b.askEach(of, 2*rounds*callers*eachCaller); err != nil {
		return nil, err
	}
	commit := func(changes []accessmgmt.Changes) error {
		for _, c := range changes {
			if err := b.store.Commit(b.ctx, c); err != nil {
				return err
			}
		}
		return nil
	}
	one := func(int) (func() error, error) {
		var all []accessmgmt.Changes
		for range eachCaller {
			for _, c := range of {
				all = append(all, c.approveNext())
			}
		}
		return func() error { return commit(all) }, nil
	}
	several := func(int) (func() error, error) {
		parts := make([][]accessmgmt.Changes, len(of))
		for i, c := range of {
			for range eachCaller {
				parts[i] = append(parts[i], c.approveNext())
			}
		}
		return func() error {
			errs := make([]error, len(parts))
			var all sync.WaitGroup
			for i, part := range parts {
				all.Go(func() { errs[i] = commit(part) })
			}
			all.Wait()
			return first(errs)
		}, nil
	}
	var want goal
	if b.returning { // one writer: what callers who wait together gain is ours to give
		want = goal{least: 2}
	}
	r, err := b.against("approve: 8 callers, against one by one", rounds, true, want, several, one)
	r.gain = true
	r.ours, r.byHand = r.ours/(callers*eachCaller), r.byHand/(callers*eachCaller)
	return []result{r}, err
}

func (c *company) approveNext() accessmgmt.Changes {
	changes := approval(c.ent, c.take())
	c.ent = changes.Enterprise
	return changes
}

// first returns the first error that is one.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
