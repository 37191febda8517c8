package access_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// A strict check that found what is known out of date, and was overtaken when it
// read it anew, doesn't fall back on it, however lately it was verified.
func TestStrictBelievesNothingThatMoved(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *access.Options) { o.Strict = true })
	anne, ben := s.Person("Anne Dubois"), s.Person("Ben Claes")
	given := s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.End(given)
	s.Clock.Advance(time.Second / 2)
	s.otherStore.set(func() {
		s.otherStore.before = func(method string) {
			if method == "Grants answered" {
				s.otherStore.set(func() { s.otherStore.before = nil })
				s.Give(ben, roles.Reader) // the enterprise moves while it is read
			}
		}
	})
	s.ask(t, s.other, q, roles.ReasonEnded)
}

// failedOver is a store on two, of which the second is behind when it takes over.
type failedOver struct {
	accessmgmt.Store
	standby accessmgmt.Store
	// behind: the standby doesn't get what is committed.
	behind bool
}

func (s *failedOver) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if s.standby != nil && !s.behind {
		if err := s.standby.Commit(ctx, c); err != nil {
			return err
		}
	}
	return s.Store.Commit(ctx, c)
}

// After a failover that lost a commit the same epoch is reached by another one,
// which took a right away.
func TestAnEpochThatComesAgain(t *testing.T) {
	t.Parallel()
	for name, notice := range map[string]func(*stage, accessmgmt.Question){
		"it writes itself": nil,
		"it doesn't look":  func(*stage, accessmgmt.Question) {},
		"it polls":         func(s *stage, _ accessmgmt.Question) { _ = s.other.Poll(t.Context()) },
		"it checks":        func(s *stage, q accessmgmt.Question) { s.ask(t, s.other, q, roles.ReasonAllowed) },
	} {
		store := &failedOver{Store: memory.New(), standby: memory.New()}
		s := newStageOn(t, store)
		anne := s.Person("Anne Dubois")
		given := s.Give(anne, roles.Editor)
		q := s.question(anne, roles.Sign)
		ix := s.other
		if notice == nil {
			ix = s.own
		}
		s.ask(t, ix, q, roles.ReasonAllowed)
		store.behind = true
		s.Assign(anne, roles.Reader) // one commit, which is lost
		s.Clock.Advance(2 * time.Second)
		s.ask(t, ix, q, roles.ReasonAllowed)

		store.Store, store.standby = store.standby, nil
		s.Clock.Advance(2 * time.Second)
		if notice != nil {
			notice(s, q)
		}
		s.End(given) // the epoch that was lost, again
		s.Clock.Advance(2 * time.Second)
		d, err := ix.Check(t.Context(), q)
		require.NoError(t, err)
		require.False(t, d.Allowed, name)
	}
}

// watched counts what a watcher is told.
type watched struct{ writing, written []accessmgmt.EnterpriseID }

func (w *watched) Writing(id accessmgmt.EnterpriseID)         { w.writing = append(w.writing, id) }
func (w *watched) Written(id accessmgmt.EnterpriseID, _ bool) { w.written = append(w.written, id) }

// A command that is answered with its first answer may have been written by
// another process: whoever watches is told.
func TestARepeatIsToldToTheWatcher(t *testing.T) {
	t.Parallel()
	w := &watched{}
	s := accesstest.New(t, accesstest.Options{Change: func(o *accessmgmt.Options) { o.Watcher = w }})
	c := accessmgmt.Suspend{ID: accessmgmt.CommandID{UUID: uuid.New()}, Enterprise: s.Enterprise, Reason: "asked for"}
	for range 2 {
		w.writing, w.written = nil, nil
		_, err := s.Service.Suspend(t.Context(), s.Staff(), c)
		require.NoError(t, err)
		require.Equal(t, []accessmgmt.EnterpriseID{s.Enterprise}, w.writing)
		require.Equal(t, w.writing, w.written)
	}
}
