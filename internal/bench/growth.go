package main

import (
	"errors"
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
)

// growGoal is flat: what a store does takes as long when a thousand times as much
// is in it.
var growGoal = goal{most: 1.5}

// sizes are those that growth is looked at, from the smallest to the one asked
// for.
func sizes(least, most int) (all []int) {
	for size := least; size < most; size *= 10 {
		all = append(all, size)
	}
	return append(all, most)
}

// grown is a store filled to a size.
type grown struct {
	*bench
	size int
}

// grow fills one store to each size and measures all of them in turns, ours and
// by hand, against the smallest.
func grow(b *bench) (all []result, err error) {
	var stores []*grown
	defer func() {
		for _, g := range stores {
			err = errors.Join(err, g.close())
		}
	}()
	for _, size := range sizes(b.smallest, b.size) {
		b.say(fmt.Sprintf("%s: filling with %d assignments", b.name, size))
		p, err := b.opened()
		if err != nil {
			return nil, err
		}
		g := &grown{bench: &bench{config: b.config, place: p, ctx: b.ctx}, size: size}
		stores = append(stores, g)
		if g.world, err = g.fill(size); err != nil {
			return nil, err
		}
	}
	for _, f := range []struct {
		name   string
		rounds int
		sides  func(*grown) (ours, byHand side, err error)
	}{
		{"check, enterprises of 20", 10 * b.rounds, func(g *grown) (side, side, error) { return g.checks(g.world.small) }},
		{"check, enterprises of 5,000", 10 * b.rounds, func(g *grown) (side, side, error) { return g.checks(g.world.large) }},
		{"task page, enterprises of 5,000", b.rounds, (*grown).pages},
		{"approve, enterprises of 20", b.rounds, func(g *grown) (side, side, error) { return g.approvals(g.world.small) }},
		{"approve, enterprises of 5,000", b.rounds, func(g *grown) (side, side, error) { return g.approvals(g.world.large) }},
	} {
		b.say(b.name + ": growth: " + f.name)
		found, err := b.compare(f.name, f.rounds, stores, f.sides)
		if err != nil {
			return all, fmt.Errorf("%s: %w", f.name, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// compare measures one figure on all stores in turns, and returns what each takes
// against the smallest: ours, and the same by hand, which is what the engine does.
func (b *bench) compare(name string, rounds int, stores []*grown, sides func(*grown) (ours, byHand side, err error)) ([]result, error) {
	var all []side
	for _, g := range stores {
		ours, byHand, err := sides(g)
		if err != nil {
			return nil, err
		}
		all = append(all, ours, byHand)
	}
	medians, err := inTurns(b.ctx, rounds, all...)
	if err != nil {
		return nil, err
	}
	var found []result
	for i, g := range stores {
		if i == 0 {
			continue
		}
		found = append(found,
			result{figure: fmt.Sprintf("%s: %d of %d", name, g.size, stores[0].size), ours: medians[2*i], byHand: medians[0], goal: growGoal},
			result{figure: fmt.Sprintf("%s: %d of %d, by hand", name, g.size, stores[0].size), ours: medians[2*i+1], byHand: medians[1]})
	}
	return found, nil
}

func (g *grown) checks(of []*company) (ours, byHand side, err error) {
	read, err := g.hand.accessing(g.ctx)
	return func(n int) (func() error, error) {
			e, person := anyone(of, n)
			return func() error {
				found, err := g.store.Access(g.ctx, e, person, accessmgmt.UnitID{})
				return enough(len(found.Assignments), perPerson, err)
			}, nil
		}, func(n int) (func() error, error) {
			e, person := anyone(of, n)
			return func() error {
				found, err := read(e, person)
				return enough(len(found.given), perPerson, err)
			}, nil
		}, err
}

func (g *grown) pages() (ours, byHand side, err error) {
	read, err := g.hand.pageOfRequests(g.ctx)
	return g.pageSide(g.ctx, g.world.large), func(n int) (func() error, error) {
		of, after := somePage(g.world.large, n)
		return func() error {
			page, err := read(of.ent.ID, after.RequestedAt, after.ID.UUID, pageOfTasks)
			return enough(len(page), pageOfTasks, err)
		}, nil
	}, err
}

// approvals take a few enterprises of all, far from each other.
func (g *grown) approvals(of []*company) (ours, byHand side, err error) {
	const few = 25
	var some []*company
	for i := 0; i < len(of); i += 1 + len(of)/few {
		some = append(some, of[i])
	}
	if err := g.askEach(some, 2*g.rounds); err != nil {
		return nil, nil, err
	}
	commit, err := g.hand.approving(g.ctx, 2)
	return approving(g.ctx, some, g.store.Commit), approving(g.ctx, some, commit), err
}
