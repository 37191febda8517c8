package accessmgmt

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// work is one command being decided: what was read, in which standing, and the
// changeset as it grows. A command reads the enterprise, decides, and commits
// at the epoch it read; when somebody else was faster, all of it is done again.
type work struct {
	*Service
	ctx  context.Context
	now  time.Time
	act  Act
	once once
	who  who
	auth authorisation
	// as is the capacity in which the role of the item at hand may be given or
	// taken away; empty when no role was asked for.
	as Capacity
	// sealed, when set, is told when the changeset is complete: the enterprise
	// has its epoch and the head of its audit then.
	sealed func()
	// ent is the enterprise as it will be; its epoch is still the one read.
	ent     Enterprise
	changes Changes
	members map[PersonID]Member
	// units holds the establishment units read; the zero Unit stands for one
	// that isn't the enterprise's.
	units map[UnitID]Unit
	// given holds the assignments read of each person with the changes of
	// this command, so that the items of one bulk see each other.
	given map[PersonID][]RoleAssignment
	// written says where in changes the assignments of each person are, and
	// numbered what number the persons made by this command have: a bulk of
	// 10,000 doesn't look through all before it for each.
	written  map[PersonID][]int
	numbered map[NumberHash]Person
	// persons holds the persons read by their numbers, and introduced those whom
	// this changeset writes because the enterprise meets them.
	persons    map[PersonID]Person
	introduced map[PersonID]bool
	// full are the addresses that get no more mails with a link today, and posted
	// those that this command sends one.
	full   map[Digest]bool
	posted []Digest
	// wordless keeps an operator's words, why he does it and for whom, out of the
	// audit: they may name somebody who is erased.
	wordless bool
	// failed counts the items of a bulk that couldn't be done, and firstFailed is
	// why the first of them couldn't.
	failed      int
	firstFailed error
}

// command runs one command on an enterprise: resolve the actor, read the
// enterprise, authorise, decide, commit; again when overtaken. more adds
// capacities that the store doesn't give; nil adds none.
func (s *Service) command(ctx context.Context, actor Actor, act Act, o once, enterprise EnterpriseID, more []Capacity, decide func(*work) error) error {
	return s.run(ctx, actor, act, o, enterprise.UUID[:], func(w *work) error {
		ent, err := s.enterprise(ctx, enterprise)
		if err != nil {
			return err
		}
		w.ent = ent
		if answered, err := w.answered(); answered || err != nil {
			return err
		}
		if err := w.authorise(more...); err != nil {
			return err
		}
		return decide(w)
	})
}

// authorise asks the choke point for leave to do the command in the enterprise
// that was read.
func (w *work) authorise(more ...Capacity) error {
	st, err := w.standing(w.ctx, w.who, w.ent, w.now, more...)
	if err != nil {
		return err
	}
	if w.auth, err = authorise(w.act, st); err == nil {
		err = w.notReused()
	}
	return err
}

// enterprise reads an enterprise. That there is none sounds the same as that
// it isn't for this actor to know.
func (s *Service) enterprise(ctx context.Context, id EnterpriseID) (Enterprise, error) {
	ent, err := s.store.Enterprise(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Enterprise{}, notFound()
	}
	return ent, err
}

// run is command without an enterprise read yet. Each try waits for the turn of
// what it is about; see turns.
func (s *Service) run(ctx context.Context, actor Actor, act Act, o once, about []byte, decide func(*work) error) error {
	var ent EnterpriseID
	var by who
	err := s.again(ctx, func() error {
		giveUp, err := s.turns.take(ctx, about)
		if err != nil {
			return err
		}
		defer giveUp()
		w := s.newWork(ctx, act, o)
		if w.who, err = s.resolve(ctx, actor, act, w.now); err != nil {
			return err
		}
		by = w.who
		err = decide(w)
		ent = w.ent.ID
		if err != nil {
			return err
		}
		return w.commit()
	})
	if err != nil {
		return s.turnedDown(ctx, act, ent, by, err)
	}
	return nil
}

func (s *Service) newWork(ctx context.Context, act Act, o once) *work {
	return &work{Service: s, ctx: ctx, now: s.now(), act: act, once: o, members: map[PersonID]Member{}, units: map[UnitID]Unit{}, given: map[PersonID][]RoleAssignment{},
		full: map[Digest]bool{}, written: map[PersonID][]int{}, numbered: map[NumberHash]Person{}, persons: map[PersonID]Person{}, introduced: map[PersonID]bool{}}
}

// commit seals the changeset and writes it. A decision that came to nothing
// (every item of a bulk failed) writes nothing but its answer, when the caller
// gave the command an id.
func (w *work) commit() error {
	if len(w.changes.Audit) == 0 {
		if !w.keepsNothing() {
			if w.failed > 0 {
				w.logRefused(w.ctx, w.act, w.ent.ID, w.who, w.firstFailed)
			}
			return nil
		}
		// The answer under a caller's id is kept even when it is that nothing
		// could be done: sent again later, the command must not do it after all.
		if err := w.record(event{event: EventNothingDone, data: map[string]string{"act": string(w.act)}}); err != nil {
			return err
		}
	}
	w.changes.Messages = grouped(w.changes.Messages)
	if w.who.changed {
		w.changes.Persons = append(w.changes.Persons, w.who.person)
	}
	if w.who.loses != nil {
		w.changes.Persons = append(w.changes.Persons, *w.who.loses)
	}
	w.ent.Epoch++
	for i := range w.changes.Audit {
		record := &w.changes.Audit[i]
		record.Enterprise, record.Seq, record.Ordinal = w.ent.ID, w.ent.Epoch, i
		record.Prev = w.ent.AuditHead
		record.Hash = record.digest()
		w.ent.AuditHead = record.Hash
	}
	w.changes.Enterprise = w.ent
	if w.sealed != nil {
		w.sealed()
	}
	if err := w.number(); err != nil {
		return err
	}
	if w.preview != nil {
		w.preview.keep(w)
		return nil
	}
	if err := w.write(); err != nil {
		return err
	}
	if len(w.posted) > 0 {
		tellLimiter(w.ctx, w.limiter, w.log, w.now, w.posted)
	}
	attrs := []slog.Attr{slog.String("act", string(w.act)), slog.String("enterprise", w.ent.ID.String()), slog.Uint64("epoch", w.ent.Epoch),
		slog.Int("events", len(w.changes.Audit)), slog.Int("messages", len(w.changes.Messages))}
	if w.failed > 0 {
		attrs = append(attrs, slog.Int("failed", w.failed))
	}
	line := "committed"
	if _, within := w.watcher.(*Within); within {
		line = "written"
	}
	w.log.LogAttrs(w.ctx, slog.LevelInfo, line, attrs...)
	return nil
}

// askAfter is how long a command asks whether it was committed.
const askAfter = 5 * time.Second

// committed asks after a commit that failed in the store, since it may have
// been made and only the answer got lost. Deciding anew would tell the caller
// that somebody else did what he did; his trying again could give a role again
// that was taken away meanwhile. A store that says that nobody knows has asked
// itself, or knows that what it would see is not to be relied on.
func (w *work) committed(err error) bool {
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrRepeated) || errors.Is(err, ErrOutcomeUnknown) { // an answer
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), askAfter)
	defer cancel()
	_, err = w.store.Command(ctx, w.ent.ID, w.changes.Command.ID)
	return err == nil
}

// assignmentsOf returns a person's assignments here, with what this command
// has done to them so far.
func (w *work) assignmentsOf(person PersonID) ([]RoleAssignment, error) {
	if given, ok := w.given[person]; ok {
		return given, nil
	}
	given, err := w.allRunning(AssignmentFilter{Persons: []PersonID{person}})
	if err != nil {
		return nil, err
	}
	given = w.withWritten(person, given)
	w.given[person] = given
	return given, nil
}

// readAssignments reads the assignments of persons, so that assignmentsOf needs
// not read them one by one.
func (w *work) readAssignments(persons []PersonID) error {
	for some := range slices.Chunk(persons, pageSize) {
		found, err := w.allRunning(AssignmentFilter{Persons: some})
		if err != nil {
			return err
		}
		of := map[PersonID][]RoleAssignment{}
		for _, a := range found {
			of[a.Person] = append(of[a.Person], a)
		}
		for _, person := range some {
			w.given[person] = w.withWritten(person, of[person])
		}
	}
	return nil
}

// withWritten lays what this command has done so far over a person's assignments.
func (w *work) withWritten(person PersonID, given []RoleAssignment) []RoleAssignment {
	for _, i := range w.written[person] {
		given = withAssignment(given, w.changes.Assignments[i])
	}
	return given
}

// putAssignment adds an assignment to the changeset.
func (w *work) putAssignment(a RoleAssignment) {
	if given, read := w.given[a.Person]; read {
		w.given[a.Person] = withAssignment(given, a)
	}
	w.written[a.Person] = append(w.written[a.Person], len(w.changes.Assignments))
	w.changes.Assignments = append(w.changes.Assignments, a)
}

func withAssignment(given []RoleAssignment, a RoleAssignment) []RoleAssignment {
	for i, there := range given {
		if there.ID == a.ID {
			given[i] = a
			return given
		}
	}
	return append(given, a)
}

// overlapping refuses a second assignment of one role for one scope in a time
// that another covers, naming the other (D26).
func (w *work) overlapping(a roles.Assignment) error {
	given, err := w.assignmentsOf(a.Person)
	if err != nil {
		return err
	}
	for _, there := range given {
		if there.ID != a.ID && there.Role == a.Role && there.Unit == a.Unit && there.InForce().Overlaps(a.InForce()) {
			return &Error{Kind: ErrState, Code: CodeOverlap, Existing: there.ID.UUID,
				Err: &invitation.StateError{Object: "role", From: "given for that time already", Event: "give"}}
		}
	}
	return nil
}
