package sqlstore

import (
	"context"
	"errors"
	"fmt"
)

// Group commit, for an engine that has one writer at a time and for which the
// COMMIT is most of the work: whoever leads the queue does his write and, in the
// same transaction, those of the others who wait, and commits for all.
//
// Nobody is told anything before the COMMIT. Even a refusal may be about the
// write of somebody in the same transaction, which nobody else sees yet.

// together runs a function in a transaction that it may share with others.
func (s *Store) together(ctx context.Context, statements int, run func(*writer) error) error {
	p := &waiter{ctx: ctx, run: run, statements: statements, told: make(chan verdict, 1)}
	err := s.serve(p)
	var undone *apart
	if errors.As(err, &undone) {
		p.alone, p.err = true, nil
		err = s.serve(p)
	}
	return err
}

// serve waits until a write is done, or does it.
func (s *Store) serve(p *waiter) error {
	v := s.queue.join(p)
	if !v.lead {
		return v.err
	}
	defer s.queue.next()
	b := &batch{store: s, first: p, statements: p.statements, err: errGone}
	defer b.tell()
	return b.do()
}

// batch is a transaction of several writes.
type batch struct {
	store *Store
	first *waiter
	with  []*waiter
	// statements is how many there are in all.
	statements int
	// careful has each follower's write in a savepoint. That takes a third of the
	// time, and is for nothing nearly always: who is refused is so at the first
	// statement, which compares the epoch, and has written nothing. So it is done
	// when somebody was refused later, from the start.
	careful bool
	// sealed is set when all is done but the COMMIT; err is what came of it all.
	sealed bool
	err    error
}

// apart is the error of a write that was undone together with others, for what
// may be the fault of one of them. It is tried again alone.
type apart struct{ err error }

func (a *apart) Error() string { return "undone with others: " + a.err.Error() }
func (a *apart) Unwrap() error { return a.err }

var (
	// errWrote is why a batch is begun anew: one that was refused had written
	// something already.
	errWrote = errors.New("refused after it wrote")
	// errGone is what came of a COMMIT that panicked.
	errGone = &unsettled{Plain("whoever was at it is gone")}
)

// do does the writes and returns what came of the first.
func (b *batch) do() error {
	err := b.store.transact(b.first.ctx, b.run)
	if errors.Is(err, errWrote) {
		b.careful = true
		err = b.store.transact(b.first.ctx, b.run)
	}
	b.err = err
	return err
}

// run does the first's write, which takes SQLite's lock for all, and then those of
// others while there are any.
func (b *batch) run(w *writer) error {
	if err := w.whole(b.first.run); err != nil {
		return err
	}
	for i := 0; !b.first.alone; i++ {
		if i == len(b.with) {
			f := b.store.queue.take(len(b.with), b.statements)
			if f == nil {
				break
			}
			b.with = append(b.with, f)
			b.statements += f.statements
		}
		if err := b.follow(w, b.with[i]); err != nil {
			return err
		}
	}
	b.sealed = true
	return nil
}

// follow does a follower's write, and keeps it when he is refused. The error is
// one that may have undone what others wrote, or that leaves some of his.
func (b *batch) follow(w *writer, f *waiter) (err error) {
	defer func() {
		if p := recover(); p != nil { // its own caller gets it, when he tries alone
			err = &apart{fmt.Errorf("panic: %v", p)}
		}
	}()
	theirs := &writer{Store: b.store, ctx: f.ctx, tx: w.tx}
	if b.careful {
		f.err = theirs.savepoint(f.run)
	} else {
		f.err = theirs.whole(f.run)
	}
	var undone *unusable
	switch {
	case f.err == nil:
		return nil
	case errors.As(f.err, &undone) || !ours(f.err) && b.store.failure(f.err).Kind != Duplicate && !f.left(f.err):
		// SQLite undoes the whole transaction after some errors, and only the
		// statement after others; none is trusted.
		return &apart{f.err}
	case theirs.touched && !b.careful:
		return errWrote
	}
	f.err = b.store.refusal(f.err)
	return nil
}

// left reports whether a write came to nothing because its caller has left.
func (f *waiter) left(err error) bool { return err != nil && errors.Is(err, f.ctx.Err()) }

// tell answers the followers, in any event: after a panic too.
func (b *batch) tell() {
	for _, f := range b.with {
		f.told <- verdict{err: b.answer(f)}
	}
}

func (b *batch) answer(f *waiter) error {
	switch {
	case f.left(f.err):
		return f.err
	case !b.sealed:
		return &apart{b.err}
	case b.err == nil:
		return f.err
	case f.err != nil: // what it was refused for may not be there
		return &apart{b.err}
	}
	return b.err
}
