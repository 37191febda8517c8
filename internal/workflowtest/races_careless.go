package workflowtest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// notByEpoch are the races that something else than the epoch decides.
var notByEpoch = map[string]string{
	"accept and expiry":                 "the clock",
	"one enterprise registered by two":  "the number is one enterprise's",
	"a new enterprise asked for by two": "the number is one enterprise's",
	"one new person in two enterprises": "the number is one person's",
}

// RacesCanFail plays the races on a store that doesn't compare what a commit was
// decided on with what is there: every one must fail, or it would never find
// anything.
func RacesCanFail(t *testing.T, open Open) {
	for set, all := range map[string]map[string]func(*World, int){"": races, "office: ": officeRaces, "leaver: ": leaverRaces, "pairs: ": pairRaces, "units: ": unitRaces, "suspension: ": suspensionRaces} {
		for _, name := range sortedNames(all) {
			t.Run(set+name, func(t *testing.T) {
				t.Parallel()
				if notByEpoch[name] != "" {
					return
				}
				failed := fails(t, func(tb testing.TB) {
					w := WithGAP(t, open)
					w.TB, w.Store = tb, &careless{Store: w.Store}
					w.Svc = w.Service(w.Options)
					for round := range 6 {
						all[name](w, round)
					}
				})
				assert.True(t, failed, "two who both decided on the same went unnoticed")
			})
		}
	}
}

// fails reports whether a test fails.
func fails(t *testing.T, test func(testing.TB)) bool {
	tb := &trial{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				tb.Errorf("%v", r)
			}
		}()
		test(tb)
	}()
	<-done
	return tb.Failed()
}

// trial is a test that only notes whether it failed.
type trial struct {
	testing.TB
	mu     sync.Mutex
	failed bool
}

func (t *trial) Fail() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = true
}

func (t *trial) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

func (t *trial) FailNow() {
	t.Fail()
	runtime.Goexit()
}

func (t *trial) Errorf(string, ...any) { t.Fail() }

func (t *trial) Fatalf(string, ...any) { t.FailNow() }

func (t *trial) Logf(string, ...any) {}

// Careless returns a store without the guards that hold concurrent commits apart:
// it makes every commit fit, giving it the epoch and the rows the versions that
// come next, whatever they were decided on. It is for tests of tests.
func Careless(store accessmgmt.Store) accessmgmt.Store { return &careless{Store: store} }

// careless is a store that makes every commit fit: it gives it the epoch and the
// rows the versions that come next, whatever they were decided on.
type careless struct {
	accessmgmt.Store
	mu sync.Mutex
}

func (s *careless) Commit(ctx context.Context, c accessmgmt.Changes) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.Enterprise.ID
	now, err := s.Enterprise(ctx, id)
	if err != nil { // it is new
		return s.Store.Commit(ctx, c)
	}
	if now.Epoch >= c.Enterprise.Epoch {
		c.Enterprise.Epoch = now.Epoch + 1
		for i := range c.Audit {
			c.Audit[i].Seq = c.Enterprise.Epoch
		}
	}
	members := make([]accessmgmt.PersonID, len(c.Members))
	for i, m := range c.Members {
		members[i] = m.Person
	}
	err = errors.Join(
		fit(c.Persons, func(p *accessmgmt.Person) (uuid.UUID, *uint64) { return p.ID.UUID, &p.Version }, func(ids []accessmgmt.PersonID) (there []accessmgmt.Person, _ error) {
			for _, id := range ids {
				if p, err := s.Person(ctx, id); err == nil {
					there = append(there, p)
				}
			}
			return there, nil
		}),
		fit(c.Members, func(m *accessmgmt.Member) (uuid.UUID, *uint64) { return m.Person.UUID, &m.Version },
			func([]accessmgmt.PersonID) ([]accessmgmt.Member, error) { return s.Members(ctx, id, members) }),
		fit(c.GAPs, func(g *accessmgmt.GAP) (uuid.UUID, *uint64) { return g.ID.UUID, &g.Version },
			func([]accessmgmt.DesignationID) ([]accessmgmt.GAP, error) { return s.GAPs(ctx, id) }),
		fit(c.Managers, func(m *accessmgmt.Manager) (uuid.UUID, *uint64) { return m.ID.UUID, &m.Version },
			func([]accessmgmt.DesignationID) ([]accessmgmt.Manager, error) { return s.Managers(ctx, id) }),
		fit(c.Suspensions, func(x *accessmgmt.Suspension) (uuid.UUID, *uint64) { return x.ID.UUID, &x.Version },
			func([]accessmgmt.SuspensionID) ([]accessmgmt.Suspension, error) { return s.Suspensions(ctx, id) }),
		fit(c.Units, func(u *accessmgmt.Unit) (uuid.UUID, *uint64) { return u.ID.UUID, &u.Version },
			func(ids []accessmgmt.UnitID) ([]accessmgmt.Unit, error) { return s.Units(ctx, id, ids) }),
		fit(c.Templates, func(t *invitation.Template) (uuid.UUID, *uint64) { return t.ID.UUID, &t.Version },
			func(ids []accessmgmt.TemplateID) ([]invitation.Template, error) { return s.Templates(ctx, id, ids) }),
		fit(c.Recipients, func(r *invitation.Recipient) (uuid.UUID, *uint64) { return r.ID.UUID, &r.Version },
			func(ids []accessmgmt.RecipientID) ([]invitation.Recipient, error) { return s.Recipients(ctx, id, ids) }),
		fit(c.Requests, func(r *invitation.Request) (uuid.UUID, *uint64) { return r.ID.UUID, &r.Version },
			func(ids []accessmgmt.RequestID) ([]invitation.Request, error) { return s.Requests(ctx, id, ids) }),
		fit(c.Assignments, func(a *accessmgmt.RoleAssignment) (uuid.UUID, *uint64) { return a.ID.UUID, &a.Version },
			func(ids []accessmgmt.AssignmentID) ([]accessmgmt.RoleAssignment, error) {
				return s.Assignments(ctx, id, ids)
			}),
	)
	if err != nil {
		return err
	}
	return s.Store.Commit(ctx, c)
}

// fit gives rows the versions that come after those that are there.
func fit[R any, ID ~struct{ uuid.UUID }](rows []R, of func(*R) (uuid.UUID, *uint64), read func([]ID) ([]R, error)) error {
	ids := make([]ID, len(rows))
	at := map[uuid.UUID]*uint64{}
	for i := range rows {
		id, version := of(&rows[i])
		ids[i], at[id] = ID{id}, version
	}
	if len(rows) == 0 {
		return nil
	}
	there, err := read(ids)
	for i := range there {
		id, version := of(&there[i])
		if mine := at[id]; mine != nil {
			*mine = *version + 1
		}
	}
	return err
}
