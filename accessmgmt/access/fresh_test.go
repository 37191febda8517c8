package access_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/memory"
)

// A clock that is set back, or stands still, lengthens no bound: freshness has one
// of its own.
func TestTheBoundHasAClockOfItsOwn(t *testing.T) {
	t.Parallel()
	var elapsed atomic.Int64
	s := newStage(t, func(o *access.Options) {
		o.Elapsed = func() time.Duration { return time.Duration(elapsed.Load()) }
	})
	anne := s.Person("Anne Dubois")
	given := s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.End(given)
	elapsed.Store(int64(time.Second) - 1)
	s.ask(t, s.other, q, roles.ReasonAllowed)
	elapsed.Store(int64(time.Second)) // the other stands still
	s.ask(t, s.other, q, roles.ReasonEnded)

	given = s.Give(anne, roles.Editor)
	elapsed.Add(int64(time.Second))
	s.ask(t, s.other, q, roles.ReasonAllowed)
	s.Clock.Advance(time.Hour)
	s.End(given)
	s.Clock.Advance(-time.Hour / 2)
	elapsed.Add(int64(time.Second))
	d, err := s.other.Check(t.Context(), q)
	require.NoError(t, err)
	require.True(t, d.Allowed, "it is read anew, and ends half an hour from now")
}

// By default both are one reading, and it is a bound of real time.
func TestTheBoundByDefault(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *access.Options) { o.Now, o.Elapsed, o.MaxStaleness = nil, nil, time.Nanosecond })
	anne := s.Person("Anne Dubois")
	s.Clock.Set(time.Now())
	given := s.Give(anne, roles.Editor)
	q := s.question(anne, roles.Sign)
	d, err := s.other.Check(t.Context(), q)
	require.True(t, errors.Is(err, accessmgmt.ErrUnavailable) || err == nil && d.Allowed, "no answer is so fresh: %v", err)
	s.End(given)
	d, err = s.other.Check(t.Context(), q)
	require.True(t, err != nil || !d.Allowed)
}

// One enterprise that can't be read keeps no other from being polled.
func TestAPollGoesOn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	worlds := []*stage{s}
	for range 4 {
		worlds = append(worlds, &stage{World: s.AddEnterprise("Other SA", s.GAP), own: s.own, other: s.other, ownStore: s.ownStore, otherStore: s.otherStore})
	}
	var questions []accessmgmt.Question
	for _, w := range worlds {
		given := w.Give(anne, roles.Editor)
		q := w.question(anne, roles.Sign)
		s.ask(t, s.other, q, roles.ReasonAllowed)
		w.End(given)
		questions = append(questions, q)
	}
	gone, failing := errors.New("gone"), 1
	s.otherStore.set(func() {
		s.otherStore.before = func(method string) {
			if method == "Enterprise" && failing > 0 {
				failing--
				s.otherStore.err = gone
			} else {
				s.otherStore.err = nil
			}
		}
	})
	err := s.other.Poll(t.Context())
	require.ErrorIs(t, err, gone)
	denied := 0
	for _, q := range questions {
		if d, err := s.other.Check(t.Context(), q); err == nil && !d.Allowed {
			denied++
		}
	}
	require.GreaterOrEqual(t, denied, len(questions)-1)
}

// An index that nobody polls, and that forgets, keeps no list of all it ever saw.
func TestWithoutPollsNothingGrows(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *access.Options) { o.MaxAssignments = 10 })
	anne := s.Person("Anne Dubois")
	var questions []accessmgmt.Question
	for range 12 {
		w := s.AddEnterprise("Other SA", s.GAP)
		w.Give(anne, roles.Editor)
		questions = append(questions, accessmgmt.Question{Person: w.ID(anne), Enterprise: w.Enterprise, Action: roles.Sign})
	}
	for range 200 {
		for _, q := range questions {
			s.ask(t, s.other, q, roles.ReasonAllowed)
		}
	}
	size := s.other.Size()
	require.LessOrEqual(t, size.Hot, 2*size.Enterprises+501)
	require.LessOrEqual(t, size.Assignments+4*size.Enterprises, 10, "enterprises count too")
}

// Enterprises without anything count: a million of them would fill memory too.
func TestEmptyEnterprisesCount(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *access.Options) { o.MaxAssignments = 20 })
	for range 30 {
		w := s.AddEnterprise("Empty SA", s.GAP)
		_, err := s.other.Check(t.Context(), accessmgmt.Question{Person: accessmgmt.PersonID{UUID: uuid.New()}, Enterprise: w.Enterprise, Action: roles.Sign})
		require.NoError(t, err)
	}
	require.LessOrEqual(t, s.other.Size().Enterprises, 5)
}

// Many questions are answered as of one instant.
func TestCheckEachReadsTheClockOnce(t *testing.T) {
	t.Parallel()
	readings := 0
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	store := memory.New()
	s := newStageOn(t, store)
	anne := s.Person("Anne Dubois")
	s.Give(anne, roles.Editor)
	ix, err := access.New(store, access.Options{Catalogue: roles.MonEspace(), Now: func() time.Time {
		readings++
		at = at.Add(time.Microsecond)
		return at
	}})
	require.NoError(t, err)
	q := s.question(anne, roles.Sign)
	at = s.Clock.Now()
	_, err = ix.Check(t.Context(), q)
	require.NoError(t, err)
	readings = 0
	results, err := ix.CheckEach(t.Context(), []accessmgmt.Question{q, q, s.question(anne, roles.ManageSpace), q})
	require.NoError(t, err)
	require.Equal(t, 1, readings)
	for i, want := range []bool{true, true, false, true} {
		require.NoError(t, results[i].Err)
		require.Equal(t, want, results[i].Value.Allowed)
		require.Equal(t, results[0].Value.At, results[i].Value.At)
	}
}

// A record that can't be written is told of, and the log needs no clock.
func TestALogThatFails(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anne := s.Person("Anne Dubois")
	s.Give(anne, roles.Editor)
	var lost []slog.Record
	full := errors.New("disk full")
	log := &access.ADL{Handler: failing{full}, Failed: func(_ context.Context, r slog.Record, err error) {
		require.ErrorIs(t, err, full)
		lost = append(lost, r)
	}}
	d, err := access.Logged(s.own, log).Check(t.Context(), s.question(anne, roles.Sign))
	require.NoError(t, err)
	require.True(t, d.Allowed, "the check isn't told")
	require.Len(t, lost, 1)
	require.False(t, lost[0].Time.IsZero())
	log.Failed = nil
	_, err = access.Logged(s.own, log).Check(t.Context(), s.question(anne, roles.Sign))
	require.NoError(t, err)
}

// failing is a handler that writes nothing.
type failing struct{ err error }

func (f failing) Enabled(context.Context, slog.Level) bool  { return true }
func (f failing) Handle(context.Context, slog.Record) error { return f.err }
func (f failing) WithAttrs([]slog.Attr) slog.Handler        { return f }
func (f failing) WithGroup(string) slog.Handler             { return f }
