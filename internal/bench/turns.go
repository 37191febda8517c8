package main

import (
	"context"
	"runtime"
	"slices"
	"time"
)

// side is one way of doing a figure's work. Called with a number that no other
// call of any side gets, it readies one time, which isn't measured, and returns
// what is.
type side func(n int) (do func() error, err error)

// inTurns does the work of each side so many times, one side after the other, and
// returns the median time of each. Each goes first in turn: what comes later
// finds the disk and the caches warm.
func inTurns(ctx context.Context, rounds int, sides ...side) ([]time.Duration, error) {
	runtime.GC() // what came before isn't ours to clear away
	times := make([][]time.Duration, len(sides))
	for n := range rounds {
		for turn := range sides {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			i := (turn + n) % len(sides)
			do, err := sides[i](n*len(sides) + i)
			if err != nil {
				return nil, err
			}
			began := time.Now()
			err = do()
			took := time.Since(began)
			if err != nil {
				return nil, err
			}
			times[i] = append(times[i], took)
		}
	}
	medians := make([]time.Duration, len(sides))
	for i, all := range times {
		slices.Sort(all)
		medians[i] = all[len(all)/2]
	}
	return medians, nil
}
