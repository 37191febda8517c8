package drill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/memory"
)

// replay is what should be in the stores: the changesets that the audits say
// were committed, committed anew in memory.
type replay struct {
	store    *memory.Store
	applied  map[*attempt]bool
	commands map[accessmgmt.CommandID]bool
	// persons are how often each was written or met, which is his version.
	persons  map[accessmgmt.PersonID]uint64
	messages map[accessmgmt.MessageID]bool
	faults   []string
}

// replayed finds the changesets that were committed, by the hashes of their
// last audit records, and commits them in the order of their epochs.
func (l *Ledger) replayed(ctx context.Context, chains map[accessmgmt.EnterpriseID][]accessmgmt.AuditRecord) *replay {
	r := &replay{store: memory.New(), applied: map[*attempt]bool{}, commands: map[accessmgmt.CommandID]bool{},
		persons: map[accessmgmt.PersonID]uint64{}, messages: map[accessmgmt.MessageID]bool{}}
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := map[accessmgmt.EnterpriseID][]*attempt{}
	for id, attempts := range l.attempts {
		waiting[id] = r.find(id, attempts, chains[id])
	}
	r.unmet(waiting)
	r.commit(ctx, waiting)
	return r
}

// unmet takes out who was met: that is in no order, and raises the versions of
// persons all the same. Those who are written are numbered anew without.
func (r *replay) unmet(waiting map[accessmgmt.EnterpriseID][]*attempt) {
	written := map[accessmgmt.PersonID][]*accessmgmt.Person{}
	for _, attempts := range waiting {
		for _, a := range attempts {
			for _, id := range a.changes.Met {
				r.persons[id]++
			}
			a.changes.Met, a.changes.Persons = nil, slices.Clone(a.changes.Persons)
			for i := range a.changes.Persons {
				p := &a.changes.Persons[i]
				r.persons[p.ID]++
				written[p.ID] = append(written[p.ID], p)
			}
		}
	}
	for _, all := range written {
		slices.SortFunc(all, func(p, q *accessmgmt.Person) int { return cmp.Compare(p.Version, q.Version) })
		for i, p := range all {
			p.Version = uint64(i + 1)
		}
	}
}

func (r *replay) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// find returns the attempts that are in a chain, in its order.
func (r *replay) find(id accessmgmt.EnterpriseID, attempts []*attempt, chain []accessmgmt.AuditRecord) []*attempt {
	byHash := map[accessmgmt.Digest]*attempt{}
	for _, a := range attempts {
		byHash[a.changes.Enterprise.AuditHead] = a
	}
	var found []*attempt
	for i, record := range chain {
		if i+1 < len(chain) && chain[i+1].Seq == record.Seq {
			continue // not the last of its commit
		}
		a := byHash[record.Hash]
		switch {
		case a == nil:
			r.fault("enterprise %s: what is in epoch %d nobody committed", id, record.Seq)
			continue
		case r.commands[a.changes.Command.ID]:
			r.fault("enterprise %s: command %s was done twice", id, a.changes.Command.ID)
		}
		r.applied[a] = true
		r.commands[a.changes.Command.ID] = true
		found = append(found, a)
	}
	for _, a := range attempts {
		switch {
		case a.outcome == acknowledged && !r.applied[a]:
			r.fault("enterprise %s: command %s was acknowledged at epoch %d and is lost", id, a.changes.Command.ID, a.changes.Enterprise.Epoch)
		case a.outcome == refused && r.applied[a]:
			r.fault("enterprise %s: command %s was refused at epoch %d, and is there", id, a.changes.Command.ID, a.changes.Enterprise.Epoch)
		}
	}
	return found
}

// commit commits what waits. A person is of several enterprises, so that one
// may have to wait for another.
func (r *replay) commit(ctx context.Context, waiting map[accessmgmt.EnterpriseID][]*attempt) {
	for more := true; more; {
		more = false
		for id, attempts := range waiting {
			for len(attempts) > 0 {
				err := r.store.Commit(ctx, attempts[0].changes)
				if errors.Is(err, accessmgmt.ErrConflict) {
					break
				}
				if err != nil {
					r.fault("enterprise %s: epoch %d can't be committed anew: %v", id, attempts[0].changes.Enterprise.Epoch, err)
				}
				r.note(attempts[0].changes)
				attempts, more = attempts[1:], true
			}
			waiting[id] = attempts
		}
	}
	for id, attempts := range waiting {
		if len(attempts) > 0 {
			r.fault("enterprise %s: the %d commits from epoch %d on are in no order", id, len(attempts), attempts[0].changes.Enterprise.Epoch)
		}
	}
}

func (r *replay) note(c accessmgmt.Changes) {
	for _, m := range c.Messages {
		r.messages[m.ID] = true
	}
}
