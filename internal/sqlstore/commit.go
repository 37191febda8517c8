package sqlstore

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Commit implements [accessmgmt.Store].
func (s *Store) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &plan{store: s, enterprise: c.Enterprise.ID}
	p.step(s.bump(c.Enterprise))
	putCommand(p, c.Enterprise.ID, c.Command, c.Enterprise.Epoch)
	putPersons(p, c.Persons)
	meet(p, c.Met)
	put(p, members, c.Members)
	put(p, gaps, c.GAPs)
	put(p, managers, c.Managers)
	put(p, units, c.Units)
	put(p, suspensions, c.Suspensions)
	put(p, templates, c.Templates)
	put(p, invitations, c.Invitations)
	put(p, recipients, c.Recipients)
	put(p, requests, c.Requests)
	put(p, assignments, c.Assignments)
	insert(p, audits, c.Audit)
	insert(p, messages, c.Messages)
	erase(p, c.Erase)
	err := s.write(ctx, job{
		op: "commit", kept: p.kept(), statements: len(p.steps), run: p.run,
		happened: func(ctx context.Context) (bool, error) { return s.committed(ctx, c) },
	})
	if errors.Is(err, errNumberTaken) && c.Enterprise.Epoch > 1 {
		// The epoch was right. The command's id was yet to be looked for, and
		// comes before the number.
		if _, found := s.command(ctx, c.Enterprise.ID, c.Command.ID); found == nil {
			return accessmgmt.ErrRepeated
		}
	}
	return err
}

// committed reports whether a changeset is what the store has: its command is
// there, at its epoch, which no other commit of the enterprise has.
func (s *Store) committed(ctx context.Context, c accessmgmt.Changes) (bool, error) {
	there, err := s.Command(ctx, c.Enterprise.ID, c.Command.ID)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		return false, nil
	}
	return err == nil && there.Epoch == c.Enterprise.Epoch, err
}

// errNumberTaken is a bump that failed on the enterprise's number, not on its
// epoch.
var errNumberTaken = conflict("the enterprise's number is another's already")

// plan is a commit as a list of steps, put together before the transaction
// opens. Run again after a lock was in the way, it does the same.
type plan struct {
	store      *Store
	enterprise accessmgmt.EnterpriseID
	steps      []step
	// err is what can't be written, whatever the database says. It counts
	// only when the epoch and the command's id are right.
	err error
}

// step is one statement with what must come of it.
type step struct {
	text string
	args []any
	// rows is how many rows it must write, or anyRows; fewer are a conflict,
	// and guard says of what.
	rows  int64
	guard string
	// taken is the error when a key of it is there already; nil: a conflict.
	taken error
	// bulk is set for long statements, which come in runs of the same text.
	bulk bool
}

const anyRows = -1

func (p *plan) step(s step) { p.steps = append(p.steps, s) }

// kept returns the statements to be prepared for good.
func (p *plan) kept() []string {
	var texts []string
	for _, s := range p.steps {
		if !s.bulk && !slices.Contains(texts, s.text) {
			texts = append(texts, s.text)
		}
	}
	return texts
}

// put adds the steps that write rows of one kind: those of version 1 must be
// new, each other replaces the version before its own.
func put[T any](p *plan, t *table[T], rows []T) {
	if twice(t, rows) {
		p.fail(conflict("a row twice for " + t.name))
	}
	var added []T
	for i := range rows {
		if t.version(&rows[i]) == 1 {
			added = append(added, rows[i])
		}
	}
	insert(p, t, added)
	if len(added) == len(rows) {
		return
	}
	for i := range rows {
		version := t.version(&rows[i])
		if version == 1 {
			continue
		}
		b := p.store.binder(len(t.columns) + 1)
		bind(p, b, t, &rows[i])
		args := slices.Concat(b.args[t.keys:], b.args[:t.keys])
		p.step(step{text: t.update, args: append(args, int64(version-1)), rows: 1, guard: "another version in " + t.name})
	}
}

// twice reports whether a row is there twice, whatever its versions.
func twice[T any](t *table[T], rows []T) bool {
	if len(rows) < 2 {
		return false
	}
	seen := make(map[uuid.UUID]bool, len(rows))
	for i := range rows {
		id := t.id(&rows[i])
		if seen[id] {
			return true
		}
		seen[id] = true
	}
	return false
}

// insert adds the steps that add rows of one kind.
func insert[T any](p *plan, t *table[T], rows []T) {
	size := min(p.store.dialect.Rows, p.store.dialect.Variables/len(t.columns))
	var text string
	for part := range slices.Chunk(rows, size) {
		if len(part) < size || text == "" {
			text = t.insert(len(part))
		}
		b := p.store.binder(len(part) * len(t.columns))
		for i := range part {
			bind(p, b, t, &part[i])
		}
		p.step(step{text: text, args: b.args, rows: int64(len(part)), guard: "a row in " + t.name, bulk: len(part) > few})
	}
}

// errOwner is a mistake of the caller, which trying again wouldn't mend.
const errOwner = Plain("a row belongs to another enterprise, whose epoch this commit doesn't raise")

// bind adds a row's arguments to a binder.
func bind[T any](p *plan, b *binder, t *table[T], row *T) {
	if t.owner != nil && t.owner(row) != p.enterprise {
		p.fail(errOwner)
	}
	t.bind(b, row)
	p.fail(b.err)
}

// fail keeps the first error of making the plan.
func (p *plan) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// ordered is how many steps come first whatever else is wrong: the bump and the
// command's id.
const ordered = 2

// run does the steps in a transaction.
func (p *plan) run(w *writer) error {
	for i, s := range p.steps {
		if i == ordered && p.err != nil {
			return p.err
		}
		exec := w.exec
		if s.bulk {
			exec = w.execBulk
		}
		n, err := exec(s.text, s.args)
		if err != nil && s.taken != nil && w.dialect.Classify(err).Kind == Duplicate {
			return s.taken
		}
		if err != nil {
			return err
		}
		if s.rows != anyRows && n != s.rows {
			return conflict(s.guard)
		}
	}
	return p.err
}
