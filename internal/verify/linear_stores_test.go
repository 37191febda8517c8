package verify_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

// dawdling is a store whose calls let others go first now and then, since in
// memory a whole command is over before anybody else begins.
type dawdling struct {
	accessmgmt.Store
	dice *rand.Rand
}

func (s dawdling) dawdle() {
	for range s.dice.IntN(4) {
		runtime.Gosched()
	}
}

func (s dawdling) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	defer s.dawdle()
	return s.Store.Enterprise(ctx, id)
}

func (s dawdling) EnterpriseByNumber(ctx context.Context, number accessmgmt.EnterpriseNumber) (accessmgmt.Enterprise, error) {
	defer s.dawdle()
	return s.Store.EnterpriseByNumber(ctx, number)
}

func (s dawdling) Managers(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.Manager, error) {
	s.dawdle()
	return s.Store.Managers(ctx, enterprise)
}

func (s dawdling) Access(ctx context.Context, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID, unit accessmgmt.UnitID) (accessmgmt.Access, error) {
	defer s.dawdle()
	return s.Store.Access(ctx, enterprise, person, unit)
}

func (s dawdling) Commit(ctx context.Context, c accessmgmt.Changes) error {
	s.dawdle()
	defer s.dawdle()
	return s.Store.Commit(ctx, c)
}

// lossy is the store of one player that loses the answer of some commits, before
// they were made or after, and then can't be asked whether they were.
type lossy struct {
	accessmgmt.Store
	dice *rand.Rand
	lost bool
	// made is what the commit whose answer was lost made, or would have.
	made uuid.UUID
}

func (s *lossy) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if s.dice.IntN(10) > 0 {
		return s.Store.Commit(ctx, c)
	}
	if s.dice.IntN(2) == 0 {
		if err := s.Store.Commit(ctx, c); err != nil {
			return err
		}
	}
	s.lost, s.made = true, madeBy(c)
	return accessmgmt.ErrOutcomeUnknown
}

func (s *lossy) Command(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.CommandID) (accessmgmt.Command, error) {
	if s.lost {
		s.lost = false
		return accessmgmt.Command{}, errors.New("no route to the database")
	}
	return s.Store.Command(ctx, enterprise, id)
}

// madeBy is the object that a commit makes for whoever asked for it; none makes
// two.
func madeBy(c accessmgmt.Changes) uuid.UUID {
	for _, a := range c.Assignments {
		if a.Version == 1 {
			return a.ID.UUID
		}
	}
	for _, r := range c.Requests {
		if r.Version == 1 {
			return r.ID.UUID
		}
	}
	for _, r := range c.Recipients {
		if r.Version == 1 {
			return r.ID.UUID
		}
	}
	for _, m := range c.Managers {
		if m.Version == 1 {
			return m.ID.UUID
		}
	}
	return uuid.Nil
}

// lagging is a store and a replica of it that is one commit of each enterprise
// behind, as a standby is that a portal reads from.
type lagging struct {
	accessmgmt.Store
	replica accessmgmt.Store
	mu      sync.Mutex
	behind  map[accessmgmt.EnterpriseID]accessmgmt.Changes
}

func (s *lagging) Commit(ctx context.Context, c accessmgmt.Changes) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.Store.Commit(ctx, c); err != nil {
		return err
	}
	before, late := s.behind[c.Enterprise.ID]
	s.behind[c.Enterprise.ID] = c
	if late {
		before.Persons, before.Met = nil, nil // who are of all enterprises, whose commits come in another order here; checks don't read them
		return s.replica.Commit(ctx, before)
	}
	return nil
}

// readsLate is a lagging store for checks, which it answers from the replica.
type readsLate struct{ *lagging }

func (s readsLate) Access(ctx context.Context, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID, unit accessmgmt.UnitID) (accessmgmt.Access, error) {
	return s.replica.Access(ctx, enterprise, person, unit)
}
