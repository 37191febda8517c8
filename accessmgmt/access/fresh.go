package access

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// flight is a question to the store under way. What a commit of this process
// overtook is spoiled: it may be of before.
type flight struct {
	spoiled map[accessmgmt.EnterpriseID]struct{}
	done    chan struct{}
	err     error
}

func (ix *Index) depart() *flight {
	f := &flight{spoiled: map[accessmgmt.EnterpriseID]struct{}{}, done: make(chan struct{})}
	ix.flights[f] = struct{}{}
	return f
}

// writing are commits of this process under way in one enterprise.
type writing struct {
	count int
	// since is of before the first began, and next the block it left, when it was
	// alone and that is known.
	since moment
	next  *block
	// met: there were two at once. It stays so until none is under way: one may
	// begin and be over between another's commit and the moment that is told.
	met bool
}

// alone reports whether one is under way beside which there was no other.
func (w writing) alone() bool { return w.count == 1 && !w.met }

// Writing implements [accessmgmt.Watcher]: from now on nothing that is known of
// the enterprise is believed.
func (ix *Index) Writing(id accessmgmt.EnterpriseID) {
	m := ix.moment()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	w := ix.writing[id]
	if w.count == 0 {
		w.since = m
	}
	w.count, w.next, w.met = w.count+1, nil, w.count > 0
	ix.writing[id] = w
	ix.spoil(id)
}

// Written implements [accessmgmt.Watcher]. Also when the commit was refused: of
// one that nobody knows of it isn't told whether it was.
func (ix *Index) Written(id accessmgmt.EnterpriseID, committed bool) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	w := ix.writing[id]
	next := w.next
	w.next = nil
	if w.count--; w.count <= 0 {
		delete(ix.writing, id)
	} else {
		ix.writing[id] = w
	}
	ix.spoil(id)
	if b := ix.find(id); committed && next != nil && w.count == 0 && b != nil {
		next.asked.Store(b.asked.Load())
		ix.put(next, w.since)
	}
}

func (ix *Index) spoil(id accessmgmt.EnterpriseID) {
	if b := ix.find(id); b != nil {
		b.verified.Store(never)
	}
	for f := range ix.flights {
		f.spoiled[id] = struct{}{}
	}
	delete(ix.loading, id) // who asks from now on isn't answered by it
}

// verify marks a block as current since a question was sent, unless the flight that
// found out was overtaken. The lock is held.
func (ix *Index) verify(f *flight, b *block, m moment) bool {
	if _, spoiled := f.spoiled[b.id]; spoiled || ix.writing[b.id].count > 0 {
		return false
	}
	if m.order > b.order {
		b.order = m.order
		b.verified.Store(m.at)
	}
	return true
}

const maxTries = 5

// fresh returns what is known of an enterprise that is fresh, after asking the
// store if need be, and the instant to decide at.
func (ix *Index) fresh(ctx context.Context, id accessmgmt.EnterpriseID, atLeast uint64) (*block, int64, error) {
	asked := false
	for range maxTries {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		now, el := ix.now()
		us := now.UnixMicro()
		if us <= earliest || us >= latest {
			return nil, 0, errAskStore
		}
		if b := ix.find(id); b != nil && ix.believed(b, el, asked) && (b.epoch >= atLeast || asked) {
			if b.epoch < atLeast {
				return nil, 0, behind(id, b.epoch, atLeast)
			}
			ix.warm(b)
			return b, us, nil
		}
		leader, err := ix.refresh(ctx, id)
		if err != nil && !errors.Is(err, errMoved) && (leader || !isContext(err)) {
			return nil, 0, err
		}
		// What it was told of as out of date isn't what it asked about.
		asked = asked || leader && err == nil
	}
	return nil, 0, errAskStore // it changes faster than it is read
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// believed reports whether what is known is fresh enough for a check; a strict one
// believes what it has asked itself.
func (ix *Index) believed(b *block, el int64, asked bool) bool {
	return (asked || !ix.options.Strict) && uint64(el-b.verified.Load()) < uint64(ix.bound)
}

// refresh finds out what is current of an enterprise, or waits for somebody who
// does; leader says that it asked itself.
func (ix *Index) refresh(ctx context.Context, id accessmgmt.EnterpriseID) (leader bool, err error) {
	ix.mu.Lock()
	if ix.writing[id].count > 0 {
		ix.mu.Unlock()
		return true, errAskStore
	}
	if f := ix.loading[id]; f != nil {
		ix.mu.Unlock()
		select {
		case <-f.done:
			return false, f.err
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	f := ix.depart()
	ix.loading[id] = f
	ix.mu.Unlock()
	defer func() {
		ix.mu.Lock()
		delete(ix.flights, f)
		if ix.loading[id] == f {
			delete(ix.loading, id)
		}
		f.err = err
		close(f.done)
		ix.mu.Unlock()
	}()
	return true, ix.current(ctx, f, id)
}

// current asks whether what is known is current, and reads it anew when it isn't.
func (ix *Index) current(ctx context.Context, f *flight, id accessmgmt.EnterpriseID) error {
	if b := ix.find(id); b != nil {
		m := ix.moment() // before the question is sent
		stamps, err := ix.reads.Stamps(ctx, []accessmgmt.EnterpriseID{id})
		if err != nil {
			return err
		}
		if b.is(stamps[id]) {
			ix.mu.Lock()
			defer ix.mu.Unlock()
			if ix.find(id) != b || !ix.verify(f, b, m) {
				return errMoved
			}
			return nil
		}
	}
	return ix.load(ctx, f, id)
}

// load reads an enterprise. What was read is of one stamp when that was the same
// before and after.
func (ix *Index) load(ctx context.Context, f *flight, id accessmgmt.EnterpriseID) error {
	ent, err := ix.reads.Enterprise(ctx, id)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		return errAskStore
	}
	if err != nil {
		return err
	}
	read := facts{enterprise: ent}
	if err := ix.readAll(ctx, &read); err != nil {
		return err
	}
	m := ix.moment()
	stamps, err := ix.reads.Stamps(ctx, []accessmgmt.EnterpriseID{id})
	if err != nil {
		return err
	}
	if stamps[id] != ent.Stamp() {
		return errMoved
	}
	b := ix.build(&read)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if !ix.publish(f, b, m) {
		return errMoved
	}
	return nil
}

const pageSize = 5_000

func (ix *Index) readAll(ctx context.Context, f *facts) error {
	id := f.enterprise.ID
	q := accessmgmt.GrantQuery{Enterprise: id, Limit: pageSize}
	for {
		page, err := ix.reads.Grants(ctx, q)
		if err != nil {
			return err
		}
		f.assignments = append(f.assignments, page...)
		if len(page) < q.Limit {
			break
		}
		last := page[len(page)-1]
		q.After = accessmgmt.GrantKey{Enterprise: last.Enterprise, Person: last.Person, ID: last.ID}
	}
	var err error
	if f.units, err = ix.openUnits(ctx, []accessmgmt.EnterpriseID{id}); err != nil {
		return err
	}
	f.managers, err = ix.managers(ctx, &f.enterprise)
	return err
}

func (ix *Index) openUnits(ctx context.Context, of []accessmgmt.EnterpriseID) (all []accessmgmt.Unit, err error) {
	p := accessmgmt.Page{Limit: pageSize}
	for {
		page, err := ix.reads.FindUnits(ctx, accessmgmt.UnitFilter{Enterprises: of, Open: true}, p)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < p.Limit {
			return all, nil
		}
		last := page[len(page)-1]
		p.After = accessmgmt.PageKey{At: last.AddedAt, ID: last.ID.UUID}
	}
}

// managers are looked at where the office of GAP is vacant alone.
func (ix *Index) managers(ctx context.Context, ent *accessmgmt.Enterprise) ([]accessmgmt.Manager, error) {
	if !ent.GAP.IsZero() || ent.Managers == 0 {
		return nil, nil
	}
	return ix.reads.Managers(ctx, ent.ID)
}

// publish puts a block in the place of one that was verified by an earlier question;
// never of a later one's, however late who read it was. The lock is held.
func (ix *Index) publish(f *flight, b *block, m moment) bool {
	if _, spoiled := f.spoiled[b.id]; spoiled || ix.writing[b.id].count > 0 {
		return false
	}
	if there := ix.find(b.id); there != nil && there.order > m.order {
		return false
	} else if there != nil {
		b.asked.Store(there.asked.Load())
	}
	ix.put(b, m)
	return true
}

// put stores a block that was current when a question was sent. The lock is held.
func (ix *Index) put(b *block, m moment) {
	b.order = m.order
	b.verified.Store(m.at)
	t, tag := ix.table.Load(), tagOf(ix.hash(words(b.id.UUID)))
	before, ok := t.put(tag, b)
	if !ok {
		t = t.grown(ix.blocks)
		before, _ = t.put(tag, b)
		ix.table.Store(t)
	}
	ix.held += int(b.count)
	if before != nil {
		ix.held -= int(before.count)
		if before.asked.Load() != cold { // it became so meanwhile
			b.asked.Store(before.asked.Load())
		}
	} else {
		ix.blocks++
	}
	ix.evict(b)
}

// afterAll is the place behind everything of an enterprise.
func afterAll(id accessmgmt.EnterpriseID) accessmgmt.GrantKey {
	return accessmgmt.GrantKey{Enterprise: id, Person: accessmgmt.PersonID{UUID: uuid.Max}, ID: accessmgmt.AssignmentID{UUID: uuid.Max}}
}
