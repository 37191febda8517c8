package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// figure is something to measure on an engine.
type figure struct {
	name string
	run  func(*bench) ([]result, error)
}

// growth is the figure that fills stores of its own, up to the whole size.
const growth = "growth"

// figures are all there are, in the order of the table.
var figures = []figure{
	{"check", check},
	{"tasks", tasks},
	{"approve", approve},
	{"together", together},
	{"invite", invite},
	{"outbox", outbox},
	{"index", fromMemory},
	{growth, grow},
}

// result is a row of the table.
type result struct {
	figure, engine string
	// ours and byHand are medians. For growth they are those of a full and of a
	// small store, for callers at once those of one and of several.
	ours, byHand time.Duration
	// floor is the median of an fdatasync in the same rounds; 0: it doesn't
	// matter.
	floor time.Duration
	// gain: the ratio is how many times as fast it is, not as slow.
	gain bool
	goal goal
	// absent is why there is no figure.
	absent string
}

// goal is what a ratio must be: at most, or at least; the zero goal is none.
type goal struct{ most, least float64 }

// ratio is ours to by hand, or the other way round where more is better.
func (r result) ratio() float64 {
	if r.gain {
		return r.byHand.Seconds() / r.ours.Seconds()
	}
	return r.ours.Seconds() / r.byHand.Seconds()
}

// bench is what the figures of one engine share.
type bench struct {
	config
	*place
	ctx   context.Context
	world *world
	// opened returns another empty place on the same engine.
	opened func() (*place, error)
	say    func(string)
}

// measure runs the figures on each engine. An engine that isn't there has a row
// that says so.
func measure(ctx context.Context, c config, say func(string)) (all []result, err error) {
	for _, e := range c.engines {
		found, err := measureOn(ctx, c, e, say)
		var absent *absentError
		if errors.As(err, &absent) {
			say(absent.Error())
			all = append(all, result{figure: "all", engine: e.name, absent: absent.Error()})
			continue
		}
		all = append(all, found...)
		if err != nil {
			return all, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return all, nil
}

func measureOn(ctx context.Context, c config, e *engine, say func(string)) (all []result, err error) {
	open := func() (*place, error) { return e.place(ctx) }
	p, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	b := &bench{config: c, place: p, ctx: ctx, opened: open, say: say}
	for _, f := range c.figures {
		if b.world == nil && f.name != growth {
			say(fmt.Sprintf("%s: filling with %d assignments", e.name, c.size))
			if b.world, err = b.fill(c.size); err != nil {
				return all, err
			}
		}
		say(e.name + ": " + f.name)
		found, err := f.run(b)
		if err != nil {
			return all, fmt.Errorf("%s: %w", f.name, err)
		}
		for _, r := range found {
			r.engine = e.name
			all = append(all, r)
		}
	}
	return all, nil
}

// against runs one figure of two sides. A durable one has the floor of the disk
// beside it, measured in the same rounds.
func (b *bench) against(name string, rounds int, durable bool, g goal, ours, byHand side) (result, error) {
	sides := []side{ours, byHand}
	if durable {
		disk, done, err := floor()
		if err != nil {
			return result{}, err
		}
		defer done()
		sides = append(sides, disk)
	}
	medians, err := inTurns(b.ctx, rounds, sides...)
	if err != nil {
		return result{}, err
	}
	r := result{figure: name, ours: medians[0], byHand: medians[1], goal: g}
	if durable {
		r.floor = medians[2]
	}
	return r, nil
}
