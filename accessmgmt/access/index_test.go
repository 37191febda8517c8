package access_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// spied is a store of which a test counts and delays calls.
type spied struct {
	accessmgmt.Store
	mu     sync.Mutex
	calls  map[string]int
	err    error
	before func(method string) // nil: nothing
}

func (s *spied) call(method string) error {
	s.mu.Lock()
	s.calls[method]++
	err, before := s.err, s.before
	s.mu.Unlock()
	if before != nil {
		before(method)
	}
	return err
}

func (s *spied) set(f func()) { s.mu.Lock(); defer s.mu.Unlock(); f() }

// count returns how many calls there were since the last time.
func (s *spied) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		n += c
	}
	clear(s.calls)
	return n
}

func (s *spied) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	if err := s.call("Enterprise"); err != nil {
		return accessmgmt.Enterprise{}, err
	}
	return s.Store.Enterprise(ctx, id)
}

func (s *spied) Stamps(ctx context.Context, ids []accessmgmt.EnterpriseID) (map[accessmgmt.EnterpriseID]accessmgmt.Stamp, error) {
	if err := s.call("Stamps"); err != nil {
		return nil, err
	}
	epochs, err := s.Store.Stamps(ctx, ids)
	if err == nil {
		err = s.call("Stamps answered")
	}
	return epochs, err
}

func (s *spied) Grants(ctx context.Context, q accessmgmt.GrantQuery) ([]roles.Assignment, error) {
	if err := s.call("Grants"); err != nil {
		return nil, err
	}
	rows, err := s.Store.Grants(ctx, q)
	if err == nil {
		err = s.call("Grants answered")
	}
	return rows, err
}

func (s *spied) Access(ctx context.Context, e accessmgmt.EnterpriseID, p accessmgmt.PersonID, u accessmgmt.UnitID) (accessmgmt.Access, error) {
	if err := s.call("Access"); err != nil {
		return accessmgmt.Access{}, err
	}
	return s.Store.Access(ctx, e, p, u)
}

// stage is a world whose service tells an index of its commits, and an index of
// another process on the same store.
type stage struct {
	*accesstest.World
	own, other           *access.Index
	ownStore, otherStore *spied
}

func newStage(t *testing.T, change ...func(*access.Options)) *stage {
	return newStageOn(t, memory.New(), change...)
}

func newStageOn(t *testing.T, store accessmgmt.Store, change ...func(*access.Options)) *stage {
	s := &stage{}
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	o := access.Options{Catalogue: roles.MonEspace(), Now: func() time.Time {
		if s.World == nil {
			return start
		}
		return s.Clock.Now()
	}}
	o.Elapsed = func() time.Duration { return o.Now().Sub(start) }
	for _, c := range change {
		c(&o)
	}
	s.ownStore = &spied{Store: store, calls: map[string]int{}}
	s.otherStore = &spied{Store: store, calls: map[string]int{}}
	var err error
	s.own, err = access.New(s.ownStore, o)
	require.NoError(t, err)
	s.other, err = access.New(s.otherStore, o)
	require.NoError(t, err)
	s.World = accesstest.New(t, accesstest.Options{Store: store, Start: start, Catalogue: o.Catalogue, Application: o.Application,
		Change: func(o *accessmgmt.Options) { o.Watcher = s.own }})
	return s
}

func (s *stage) question(who accessmgmt.Actor, action roles.Action) accessmgmt.Question {
	return accessmgmt.Question{Person: s.ID(who), Enterprise: s.Enterprise, Action: action}
}

// ask fails unless a checker answers like the service.
func (s *stage) ask(t *testing.T, c accessmgmt.Checker, q accessmgmt.Question, reason roles.Reason) {
	t.Helper()
	got, err := c.Check(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, reason, got.Reason)
	require.Equal(t, reason == roles.ReasonAllowed, got.Allowed)
}

func (s *stage) same(t *testing.T, c accessmgmt.Checker, q accessmgmt.Question) {
	t.Helper()
	want, err := s.Service.Check(t.Context(), q)
	require.NoError(t, err)
	got, err := c.Check(t.Context(), q)
	require.NoError(t, err)
	if len(want.Assignments) == 0 {
		want.Assignments = nil
	}
	require.Equal(t, want, got)
}

func TestOwnWritesAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	given := s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.own, q, roles.ReasonAllowed)
	s.same(t, s.own, q)
	s.ownStore.count()
	s.ask(t, s.own, q, roles.ReasonAllowed)
	require.Zero(t, s.ownStore.count(), "what is fresh is answered from memory")
	s.End(given)
	s.ask(t, s.own, q, roles.ReasonEnded)
	s.same(t, s.own, q)
	given = s.Give(anne, roles.Editor)
	s.ask(t, s.own, q, roles.ReasonAllowed)
	results, err := s.Service.Replace(t.Context(), s.GAP, accessmgmt.Replace{Enterprise: s.Enterprise, Assignment: given.ID, Line: invitation.Line{Role: roles.Reader, Period: roles.From(s.Today())}})
	require.NoError(t, err)
	require.NotZero(t, results)
	s.ask(t, s.own, q, roles.ReasonEnded)
	s.Suspend()
	s.ask(t, s.own, q, accessmgmt.ReasonSuspended)
}

func TestAnotherProcessSeesItWithinTheBound(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	given := s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.Clock.Advance(time.Second / 2)
	s.End(given)
	s.Clock.Advance(time.Second/2 - 1)
	s.ask(t, s.other, q, roles.ReasonAllowed) // that it may is what the bound says
	s.Clock.Advance(1)
	s.ask(t, s.other, q, roles.ReasonEnded)

	given = s.Give(anne, roles.Editor)
	s.Clock.Advance(time.Second)
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.End(given)
	require.NoError(t, s.other.Poll(t.Context()))
	s.ask(t, s.other, q, roles.ReasonEnded)
}

// The bound counts from before the question was sent, however long the answer
// takes.
func TestSlowAnswersAreOld(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	given := s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.otherStore.set(func() {
		s.otherStore.before = func(method string) {
			if method == "Stamps" {
				s.otherStore.set(func() { s.otherStore.before = nil })
				s.Clock.Advance(900 * time.Millisecond) // the question is on its way
			}
		}
	})
	require.NoError(t, s.other.Poll(t.Context()))
	s.End(given)
	s.Clock.Advance(100 * time.Millisecond)
	s.ask(t, s.other, q, roles.ReasonEnded)
}

// A reader that was overtaken never puts back what he read.
func TestAnOldReadIsNeverPutBack(t *testing.T) {
	t.Parallel()
	for i, own := range []bool{true, false, true, false} {
		at := []string{"Grants answered", "Stamps answered"}[i/2]
		s := newStage(t)
		anne := s.Person("Anne Dubois")
		given := s.Give(anne, roles.Editor)
		q := s.question(anne, roles.Sign)
		ix, store := s.other, s.otherStore
		if own {
			ix, store = s.own, s.ownStore
		}
		store.set(func() {
			store.before = func(method string) {
				if method == at { // read, and not yet put in place
					store.set(func() { store.before = nil })
					s.End(given)
					if !own {
						s.ask(t, ix, q, roles.ReasonEnded)
					}
				}
			}
		})
		done := make(chan struct{})
		go func() { // in its own flight, or the check within would wait for itself
			defer close(done)
			_ = ix.Load(context.Background(), nil)
		}()
		<-done
		s.ask(t, ix, q, roles.ReasonEnded)
	}
}

func TestAnswersInATransactionAreTheStores(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.own, q, roles.ReasonAllowed)
	s.own.Writing(s.Enterprise)
	s.ownStore.count()
	s.ask(t, s.own, q, roles.ReasonAllowed)
	require.Equal(t, 1, s.ownStore.calls["Access"])
	require.NoError(t, s.own.Poll(t.Context()))
	s.ownStore.count()
	s.ask(t, s.own, q, roles.ReasonAllowed)
	require.Equal(t, 1, s.ownStore.calls["Access"], "a poll doesn't make it believed")
	s.own.Written(s.Enterprise, true)
	s.ask(t, s.own, q, roles.ReasonAllowed)
	s.ownStore.count()
	s.ask(t, s.own, q, roles.ReasonAllowed)
	require.Zero(t, s.ownStore.count())
}

func TestNoAnswerNoAccess(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	for _, ask := range []bool{false, true} {
		s := newStage(t, func(o *access.Options) { o.AskStore = ask })
		anne := s.Person("Anne Dubois")
		s.Give(anne, roles.Editor)
		q := s.question(anne, roles.Sign)
		s.ask(t, s.other, q, roles.ReasonAllowed)
		s.otherStore.set(func() { s.otherStore.err = gone })
		s.Clock.Advance(time.Second - 1)
		s.ask(t, s.other, q, roles.ReasonAllowed)
		s.Clock.Advance(1)
		for range 2 {
			d, err := s.other.Check(t.Context(), q)
			require.ErrorIs(t, err, accessmgmt.ErrUnavailable)
			require.ErrorIs(t, err, gone)
			require.Zero(t, d)
			require.Equal(t, accessmgmt.CodeUnavailable, accessmgmt.Code(err))
		}
		require.ErrorIs(t, s.other.Poll(t.Context()), gone)
		s.otherStore.set(func() { s.otherStore.err = nil })
		s.ask(t, s.other, q, roles.ReasonAllowed)
		s.Clock.Advance(-time.Hour)
		s.otherStore.count()
		s.ask(t, s.other, q, roles.ReasonNotYet)
		require.NotZero(t, s.otherStore.count(), "a clock that goes back makes nothing fresh")
	}
}

func TestStrictAsksEachTime(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *access.Options) { o.Strict = true })
	anne := s.Person("Anne Dubois")
	given := s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.otherStore.count()
	s.ask(t, s.other, q, roles.ReasonAllowed)
	require.Equal(t, 2, s.otherStore.count(), "the epoch alone, asked and answered")
	s.End(given)
	s.ask(t, s.other, q, roles.ReasonEnded)
}

func TestAtLeastARevision(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	s.Give(anne, roles.Reader)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.other, q, roles.ReasonNotThisAction)
	s.Give(anne, roles.Editor)
	s.ask(t, s.other, q, roles.ReasonNotThisAction)
	seen, err := s.Service.Revision(t.Context(), s.Enterprise)
	require.NoError(t, err)
	q.AtLeast = seen
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.ask(t, s.Service, q, roles.ReasonAllowed)
	q.AtLeast++
	for _, c := range []accessmgmt.Checker{s.other, s.own, s.Service} {
		_, err = c.Check(t.Context(), q)
		require.ErrorIs(t, err, accessmgmt.ErrUnavailable)
	}
}

func TestTheClockAlone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	given := s.Give(anne, roles.Editor, accesstest.From(s.Day(1)), accesstest.Until(s.Day(2)))
	q := s.question(anne, roles.Sign)
	for _, at := range []struct {
		at     time.Time
		reason roles.Reason
	}{
		{given.Window.From.Add(-1), roles.ReasonNotYet}, {given.Window.From, roles.ReasonAllowed},
		{given.Window.To.Add(-1), roles.ReasonAllowed}, {given.Window.To, roles.ReasonEnded},
	} {
		s.Clock.Set(at.at)
		s.ask(t, s.own, q, at.reason)
		s.same(t, s.own, q)
	}
	q.At = given.Window.From
	s.ask(t, s.own, q, roles.ReasonAllowed) // a past instant is the store's
	for name, wrong := range map[string]accessmgmt.Question{
		"action":      {Person: q.Person, Enterprise: q.Enterprise, Action: "sing"},
		"application": {Person: q.Person, Enterprise: q.Enterprise, Action: roles.Sign, Application: "none"},
	} {
		_, want := s.Service.Check(t.Context(), wrong)
		_, err := s.own.Check(t.Context(), wrong)
		require.Equal(t, want, err, name)
	}
	s.ask(t, s.own, accessmgmt.Question{Person: q.Person, Enterprise: accessmgmt.EnterpriseID{UUID: uuid.New()}, Action: roles.Sign}, accessmgmt.ReasonUnknownEnterprise)
}

func TestChecksAllocateNothing(t *testing.T) {
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	s.Give(anne, roles.Reader)
	s.Give(anne, roles.Manager)
	s.Give(anne, roles.Owner)
	s.Give(anne, roles.Editor, accesstest.From(s.Day(9)))
	for _, action := range []roles.Action{roles.Read, roles.Sign, roles.ManageSpace} {
		q := s.question(anne, action)
		s.same(t, s.own, q)
		require.Zero(t, testing.AllocsPerRun(200, func() {
			if _, err := s.own.Check(t.Context(), q); err != nil {
				panic(err)
			}
		}), action)
	}
	unknown := s.question(anne, roles.Sign)
	unknown.Person = accessmgmt.PersonID{UUID: uuid.New()}
	require.Zero(t, testing.AllocsPerRun(200, func() { _, _ = s.own.Check(t.Context(), unknown) }))
}

func TestLoadingAndForgetting(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *access.Options) { o.MaxAssignments = 20 })
	q := map[accessmgmt.EnterpriseID]accessmgmt.Question{}
	anne := s.Person("Anne Dubois")
	for range 12 {
		w := s.AddEnterprise("Other SA", s.GAP)
		for range 4 {
			w.Give(w.Person("Somebody "+uuid.NewString()), roles.Reader)
		}
		w.Give(anne, roles.Editor)
		q[w.Enterprise] = accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Enterprise, Action: roles.Sign}
	}
	require.NoError(t, s.other.Load(t.Context(), nil))
	for range 3 {
		for _, one := range q {
			s.ask(t, s.other, one, roles.ReasonAllowed)
			require.LessOrEqual(t, s.other.Size().Assignments, 20)
		}
		require.NoError(t, s.other.Poll(t.Context()))
	}
	var last access.Progress
	whole, err := access.New(s.otherStore.Store, access.Options{Catalogue: roles.MonEspace(), Now: s.Clock.Now})
	require.NoError(t, err)
	require.NoError(t, whole.Load(t.Context(), func(p access.Progress) { last = p }))
	require.Equal(t, access.Progress{Enterprises: 13, Assignments: 60}, last)
	require.Equal(t, access.Size{Enterprises: 13, Assignments: 60}, whole.Size())
	for _, one := range q {
		s.ask(t, whole, one, roles.ReasonAllowed)
	}
}
