package verify_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// lostErrors are what drivers and the network make of a connection that is gone.
// A bad connection is one on which nothing was run: database/sql runs the
// statement again.
func lostErrors() map[string]error {
	return map[string]error{
		"a bad connection": driver.ErrBadConn,
		"an end of file":   fmt.Errorf("read: %w", io.ErrUnexpectedEOF),
		"a reset":          fmt.Errorf("driver: %w", &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}),
	}
}

// grown is a commit of each kind of row that a step of the workflow writes.
func grown(e accessmgmt.Enterprise) accessmgmt.Changes {
	c := next(e)
	c.Assignments = []accessmgmt.RoleAssignment{assignment(c.Enterprise.ID, c.Command.Actor)}
	c.Messages = []accessmgmt.Message{message(c.Enterprise.ID)}
	return c
}

// requireOnce holds that a changeset is in the store, and once.
func requireOnce(t *testing.T, store accessmgmt.Store, c accessmgmt.Changes, why ...any) {
	t.Helper()
	got, err := store.Access(ctx, c.Enterprise.ID, c.Command.Actor, accessmgmt.UnitID{})
	require.NoError(t, err, why...)
	require.Equal(t, c.Enterprise, got.Enterprise, why...)
	require.Len(t, got.Assignments, 1, why...)
	records, err := store.Audit(ctx, c.Enterprise.ID, accessmgmt.AuditPosition{Seq: c.Enterprise.Epoch - 1, Ordinal: 1 << 30}, 10)
	require.NoError(t, err, why...)
	require.Len(t, records, 1, why...)
}

// atNth returns a hook that answers an error at the nth statement, counted from 1,
// and its count.
func atNth(n int, err error) (hook func(string) error, count *int, text *string) {
	count, text = new(int), new(string)
	return func(statement string) error {
		if *count++; *count == n {
			*text = statement
			return err
		}
		return nil
	}, count, text
}

// TestLostConnection loses the connection at each statement of a commit in turn,
// before it is run and after: each time the commit is done, once.
func TestLostConnection(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, _ []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		require.NoError(t, store.Commit(ctx, grown(c.Enterprise)))
		c.Enterprise.Epoch++
		for name, lost := range lostErrors() {
			for _, ran := range []bool{false, true} {
				if ran && errors.Is(lost, driver.ErrBadConn) {
					continue
				}
				atCommit := false
				for n := 1; ; n++ {
					require.Less(t, n, 50, "there is no end of statements")
					c = grown(c.Enterprise)
					hook, count, text := atNth(n, lost)
					if ran {
						spy.after = hook
					} else {
						spy.before = hook
					}
					err := store.Commit(ctx, c)
					spy.before, spy.after = nil, nil
					require.NoError(t, err, "%s at statement %d, %s, run: %t", name, n, *text, ran)
					requireOnce(t, store, c, "%s at statement %d, %s, run: %t", name, n, *text, ran)
					atCommit = atCommit || *text == "COMMIT"
					if *count < n { // past the last statement
						break
					}
				}
				assert.True(t, atCommit, "the COMMIT was among them")
			}
		}
		claimed, err := store.ClaimMessages(ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now.Add(time.Minute), Limit: 1000})
		require.NoError(t, err)
		assert.Len(t, claimed, int(c.Enterprise.Epoch)-1, "a message for each commit, and no more")
	})
}

// TestLostReads loses the connection at reads: they are asked again.
func TestLostReads(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, _ []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		for name, lost := range lostErrors() {
			for method, read := range map[string]func() error{
				"Enterprise": func() error { _, err := store.Enterprise(ctx, c.Enterprise.ID); return err },
				"Access": func() error {
					_, err := store.Access(ctx, c.Enterprise.ID, c.Command.Actor, accessmgmt.UnitID{})
					return err
				},
				"Ready": func() error { return store.Ready(ctx) },
			} {
				hook, count, _ := atNth(1, lost)
				spy.before = hook
				require.NoError(t, read(), "%s, %s", method, name)
				assert.GreaterOrEqual(t, *count, 2)
				spy.before = nil
			}
		}
	})
}

// TestOutcomeUnknown loses the connection at a COMMIT, and every other that asks
// what became of it: the caller is told that nobody knows, whatever happened.
func TestOutcomeUnknown(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, _ []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		for _, happened := range []bool{true, false} {
			c = grown(c.Enterprise)
			down := false
			fail := func(text string) error {
				if down = down || text == "COMMIT"; down {
					return driver.ErrBadConn
				}
				return nil
			}
			if happened {
				spy.after = fail
			} else {
				spy.before = fail
			}
			waiting, cancel := context.WithTimeout(ctx, time.Second)
			err := store.Commit(waiting, c)
			cancel()
			spy.before, spy.after = nil, nil
			require.ErrorIs(t, err, accessmgmt.ErrOutcomeUnknown)
			require.ErrorIs(t, err, accessmgmt.ErrUnavailable)
			_, err = store.Command(ctx, c.Enterprise.ID, c.Command.ID)
			if happened {
				require.NoError(t, err)
				requireOnce(t, store, c)
				require.ErrorIs(t, store.Commit(ctx, c), accessmgmt.ErrConflict, "sent again it does nothing")
			} else {
				require.ErrorIs(t, err, accessmgmt.ErrNotFound)
				require.NoError(t, store.Commit(ctx, c))
			}
		}
	})
}

// TestRefusedCommitIsNotAskedAfter has the database itself refuse a COMMIT. What
// it says is not believed either until its command was looked for.
func TestRefusedCommitIsNotAskedAfter(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, _ []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		c = grown(c.Enterprise)
		refused := errors.New("disk full")
		spy.before = func(text string) error {
			if text == "COMMIT" {
				return refused
			}
			return nil
		}
		err := store.Commit(ctx, c)
		spy.before = nil
		require.ErrorIs(t, err, refused)
		require.NotErrorIs(t, err, accessmgmt.ErrOutcomeUnknown, "it was looked for, and isn't there")
		_, err = store.Command(ctx, c.Enterprise.ID, c.Command.ID)
		require.ErrorIs(t, err, accessmgmt.ErrNotFound)

		spy.after = func(text string) error {
			if text == "COMMIT" {
				return refused
			}
			return nil
		}
		require.NoError(t, store.Commit(ctx, c), "it is there, whatever was said")
		spy.after = nil
		requireOnce(t, store, c)
	})
}

// TestOutcomeStillOpen loses the connection at a COMMIT that isn't there when it is
// asked about, and no later attempt gets through. It may be on its way still, for
// instance to a server that waits for its disk.
func TestOutcomeStillOpen(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, passing []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		c = grown(c.Enterprise)
		lost := false
		spy.before = func(text string) error {
			switch {
			case text == "COMMIT" && !lost:
				lost = true
				return io.ErrUnexpectedEOF
			case lost && strings.HasPrefix(text, "UPDATE"):
				return passing[0]
			}
			return nil
		}
		err := store.Commit(ctx, c)
		spy.before = nil
		require.ErrorIs(t, err, accessmgmt.ErrOutcomeUnknown)
		require.NotErrorIs(t, err, accessmgmt.ErrConflict)
		require.NoError(t, store.Commit(ctx, c), "sent again it is done")
		requireOnce(t, store, c)
	})
}

// TestWithinATransactionThatIsGone has a changeset refused, and then the engine
// unable to undo it alone, as MariaDB is after a deadlock: that is no conflict to
// decide anew on, and nothing more may be done there.
func TestWithinATransactionThatIsGone(t *testing.T) {
	for _, fails := range []string{"ROLLBACK TO", "RELEASE"} {
		t.Run(fails, func(t *testing.T) {
			db, spy := openSpied(t, dsn(file(t)))
			store := migrated(t, db, nil)
			c := registered(1)
			require.NoError(t, store.Commit(ctx, c))
			tx, err := db.BeginTx(ctx, nil)
			require.NoError(t, err)
			defer func() { _ = tx.Rollback() }()
			in := store.In(tx)
			gone := errors.New("there is no such savepoint")
			spy.before = func(text string) error {
				if strings.HasPrefix(text, fails) {
					return gone
				}
				return nil
			}
			stale := next(c.Enterprise)
			stale.Enterprise.Epoch++
			err = in.Commit(ctx, stale)
			require.ErrorIs(t, err, gone)
			require.NotErrorIs(t, err, accessmgmt.ErrConflict)
			spy.before = nil
			require.ErrorIs(t, in.Commit(ctx, next(c.Enterprise)), gone, "nothing more is done in it")
		})
	}
}
