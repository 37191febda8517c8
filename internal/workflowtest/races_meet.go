package workflowtest

import (
	"context"
	"sync"

	"github.com/egovroles/egovroles/accessmgmt"
)

// race runs functions as callers of as many processes would run them, each with
// a service of its own on the world's store, and returns their errors. It sees to
// it that every one of them has read before any writes: before its first commit
// each waits until all others are about to commit too, or came to nothing. Then
// they commit in their order, the next time in the opposite one, and the third
// time at once.
func (w *World) race(fs ...func() error) []error {
	direct, order := w.Svc, w.Count()%3
	defer func() { w.Svc = direct }()
	errs := make([]error, len(fs))
	racers := make([]*racer, len(fs))
	var meeting, done sync.WaitGroup
	meeting.Add(len(fs))
	for i := range fs {
		racers[i] = &racer{Store: w.Store, meeting: &meeting, arrived: make(chan struct{}), committed: make(chan struct{})}
		switch {
		case order == 1 && i > 0:
			racers[i].after = racers[i-1]
		case order == 2 && i > 0:
			racers[i-1].after = racers[i]
		}
	}
	for i, f := range fs {
		r := racers[i]
		w.Svc = w.through(r)
		done.Add(1)
		go func() {
			defer done.Done()
			defer r.finish()
			errs[i] = f()
		}()
		<-r.arrived // the next one changes w.Svc
	}
	done.Wait()
	return errs
}

// raceMany is race with one function n times.
func (w *World) raceMany(n int, f func() error) []error {
	fs := make([]func() error, n)
	for i := range fs {
		fs[i] = f
	}
	return w.race(fs...)
}

// racer is the store of one of those who race.
type racer struct {
	accessmgmt.Store
	meeting            *sync.WaitGroup
	arriving, leaving  sync.Once
	arrived, committed chan struct{}
	after              *racer // whose first commit comes before; nil: nobody's
}

func (r *racer) arrive() {
	close(r.arrived)
	r.meeting.Done()
}

// finish tells the others not to wait for one who came to nothing.
func (r *racer) finish() {
	r.arriving.Do(r.arrive)
	r.leaving.Do(func() { close(r.committed) })
}

// Commit waits, the first time, for the others.
func (r *racer) Commit(ctx context.Context, c accessmgmt.Changes) error {
	r.arriving.Do(func() {
		r.arrive()
		r.meeting.Wait()
		if r.after != nil {
			<-r.after.committed
		}
	})
	err := r.Store.Commit(ctx, c)
	r.leaving.Do(func() { close(r.committed) })
	return err
}
