package workflowtest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var (
	errDisk = errors.New("disk full")
	errLost = errors.New("connection reset by peer")
)

// Failures runs each command on a store that fails at its first call, at its
// second, and so on; where the caller gives up there; where others are faster,
// once or always; and where the answer to the commit is lost.
func Failures(t *testing.T, open Open) {
	for _, name := range sortedNames(commands) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := offices(t, open)
			w.failsAnywhere(commands[name])
			w.overtakenSometimes(commands[name])
			w.overtakenAlways(commands[name])
			w.answerLost(commands[name])
		})
	}
}

// nth returns what a store is to do before each call: then, before the n-th.
// Whether there was an n-th call is in reached.
func nth(n int, then func() error) (before func(method string) error, reached *bool) {
	reached = new(bool)
	return func(string) error {
		if n--; n != 0 {
			return nil
		}
		*reached = true
		return then()
	}, reached
}

// failsAnywhere: wherever the store fails or the caller gives up, nothing
// half-made is left and nothing is sent, so that the very same command succeeds
// in the end.
func (w *World) failsAnywhere(prepare func(*World) command) {
	c := prepare(w.office())
	requireSame := w.remember()
	for n := 1; ; n++ {
		before, reached := nth(n, func() error { return errDisk })
		err := c.run(w.Ctx, w.proxy(before), c.by)
		if !*reached {
			require.NoError(w, err)
			require.Greater(w, n, 4, "the store was hardly asked")
			return
		}
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, "call %d fails", n)
		require.ErrorIs(w, err, errDisk)
		require.NotErrorIs(w, err, accessmgmt.ErrRegister)
		requireSame()

		ctx, giveUp := context.WithCancel(w.Ctx)
		before, _ = nth(n, func() error { giveUp(); return nil })
		err = c.run(ctx, w.proxy(before), c.by)
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, "given up at call %d", n)
		require.ErrorIs(w, err, context.Canceled)
		err = c.run(ctx, w.Svc, c.by)
		w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, "given up before")
		require.ErrorIs(w, err, context.Canceled)
		requireSame()
	}
}

// overtakenSometimes: a command that others overtake is decided again and
// succeeds, with one commit.
func (w *World) overtakenSometimes(prepare func(*World) command) {
	w.Options.Jitter = withoutPauses
	for _, times := range []int{1, 5} {
		office := w.office()
		c := prepare(office)
		epoch, commits := office.enterprise().Epoch, 0
		require.NoError(w, c.run(w.Ctx, w.proxy(func(method string) error {
			if method != "Commit" {
				return nil
			}
			if commits++; commits > times {
				return nil
			}
			return accessmgmt.ErrConflict
		}), c.by))
		require.Equal(w, times+1, commits)
		if c.audit[0].event != accessmgmt.EventEnterpriseRegistered {
			require.Equal(w, epoch+1, office.enterprise().Epoch)
			office.RequireIntact()
		}
	}
}

// overtakenAlways: a command that is overtaken each time ends all the same.
func (w *World) overtakenAlways(prepare func(*World) command) {
	w.Options.Jitter = withoutPauses
	c := prepare(w.office())
	tries := 0
	w.unchanged(func() {
		err := c.run(w.Ctx, w.proxy(func(method string) error {
			if method != "Commit" {
				return nil
			}
			tries++
			return accessmgmt.ErrConflict
		}), c.by)
		w.requireFails(err, accessmgmt.ErrConflict, accessmgmt.CodeConflict)
	})
	require.Greater(w, tries, 2, "it was tried again")
	require.Less(w, tries, 50, "and not for ever")
}

// answerLost: the commit was made, and the store's answer got lost, or the
// caller gave up just then. The command asks after itself, so that nobody gives
// a role a second time to be sure.
func (w *World) answerLost(prepare func(*World) command) {
	office := w.office()
	c := prepare(office)
	w.Deliver()
	w.Mailbox.Clear()
	epoch, commits := office.enterprise().Epoch, 0
	ctx, giveUp := context.WithCancel(w.Ctx)
	lost := &proxy{Store: w.Store, before: func(string) error { return nil }, after: func(method string) error {
		if method == "Commit" {
			commits++
			giveUp()
			return errLost
		}
		return nil
	}}
	require.NoError(w, c.run(ctx, w.through(lost), c.by))
	require.Equal(w, 1, commits)
	if c.audit[0].event != accessmgmt.EventEnterpriseRegistered {
		require.Equal(w, epoch+1, office.enterprise().Epoch)
		office.RequireIntact()
	}
	w.Deliver()
	told := 0 // one mail may tell several things
	for _, m := range w.Mailbox.All() {
		told += len(m.Items())
	}
	require.Equal(w, len(c.mails), told)

	c = prepare(w.office())
	lost.before = func(method string) error {
		if method == "Command" {
			return errDisk
		}
		return nil
	}
	err := c.run(w.Ctx, w.through(lost), c.by)
	w.requireFails(err, accessmgmt.ErrUnavailable, accessmgmt.CodeUnavailable, "when nobody can say")
	require.ErrorIs(w, err, errLost)
	switch c.act {
	case accessmgmt.ActResend, accessmgmt.ActSaveTemplate: // which can be done any number of times
	case accessmgmt.ActEndAll: // which finds nothing left to end
		w.unchanged(func() { require.NoError(w, c.run(w.Ctx, w.Svc, c.by)) })
	default:
		require.Error(w, c.run(w.Ctx, w.Svc, c.by), "it was done, and isn't done twice")
	}
}
