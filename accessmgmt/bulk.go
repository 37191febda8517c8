package accessmgmt

import (
	"errors"
	"fmt"
	"slices"

	"github.com/egovroles/egovroles/roles"
)

// MaxItems is how many things one call may be about (D28).
const MaxItems = 10_000

// Result is what became of one item of a call about several. Exactly one of
// its fields is set.
type Result[T any] struct {
	Value T
	Err   error
}

// Failed returns the errors of the items that failed as one, nil when none did:
// a bulk call itself succeeds when some of its items fail, and they are easily
// overlooked.
func Failed[T any](results []Result[T]) error {
	var errs []error
	for i, r := range results {
		if r.Err != nil {
			errs = append(errs, fmt.Errorf("item %d: %w", i, r.Err))
		}
	}
	return errors.Join(errs...)
}

// each decides item after item and goes on past those that fail: failed is
// told of them, and what they had added to the changeset is taken out again.
// A failure of the store or the context, or a conflict, ends the whole: it
// isn't the item's.
func (w *work) each(n int, decide func(i int) error, failed func(i int, err error)) error {
	for i := range n {
		before := w.mark()
		w.as = ""
		err := decide(i)
		if err == nil {
			continue
		}
		if !isAnswer(err) {
			return err
		}
		w.reset(before)
		err = fail(w.act, err)
		if w.failed++; w.failed == 1 {
			w.firstFailed = err
		}
		failed(i, err)
	}
	return nil
}

// isAnswer reports whether an error is about the item itself.
func isAnswer(err error) bool {
	for _, kind := range []error{ErrNotFound, ErrInvalid, ErrState, ErrDenied} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// mark is how long each part of the changeset was.
type mark struct {
	persons, met, members, managers, recipients, requests, assignments, audit, messages, posted int

	sentOn roles.Date
	sent   int
}

func (w *work) mark() mark {
	c := &w.changes
	return mark{len(c.Persons), len(c.Met), len(c.Members), len(c.Managers), len(c.Recipients), len(c.Requests), len(c.Assignments), len(c.Audit), len(c.Messages), len(w.posted),
		w.ent.SentOn, w.ent.Sent}
}

// reset takes out of the changeset what came after the mark, and forgets what
// was read with it laid over.
func (w *work) reset(m mark) {
	c := &w.changes
	for _, a := range c.Assignments[m.assignments:] {
		delete(w.given, a.Person)
		w.written[a.Person] = slices.DeleteFunc(w.written[a.Person], func(i int) bool { return i >= m.assignments })
	}
	for _, member := range c.Members[m.members:] {
		delete(w.members, member.Person)
	}
	for _, p := range c.Persons[m.persons:] {
		for _, hash := range p.Numbers {
			delete(w.numbered, hash)
		}
		delete(w.introduced, p.ID)
	}
	for _, id := range c.Met[m.met:] {
		delete(w.introduced, id)
	}
	c.Met = c.Met[:m.met]
	c.Persons, c.Members, c.Managers = c.Persons[:m.persons], c.Members[:m.members], c.Managers[:m.managers]
	c.Recipients, c.Requests = c.Recipients[:m.recipients], c.Requests[:m.requests]
	c.Assignments, c.Audit, c.Messages = c.Assignments[:m.assignments], c.Audit[:m.audit], c.Messages[:m.messages]
	w.posted, w.ent.SentOn, w.ent.Sent = w.posted[:m.posted], m.sentOn, m.sent
}

func tooMany(field string, n int) (problems roles.Problems) {
	switch {
	case n == 0:
		problems.Add(field, roles.ProblemRequired, "nothing is named")
	case n > MaxItems:
		problems.Add(field, roles.ProblemTooMany, fmt.Sprintf("at most %d at once", MaxItems))
	}
	return problems
}
