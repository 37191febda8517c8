package verify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/sqlstore"
	"github.com/egovroles/egovroles/storage/postgres"
)

// sqliteError is what modernc's driver returns: a result code, and a text.
type sqliteError struct {
	code int
	text string
}

func (e sqliteError) Error() string { return e.text }
func (e sqliteError) Code() int     { return e.code }

// mattnError is what mattn's returns: the code in a field.
type mattnError struct {
	Code         int
	ExtendedCode int
}

func (mattnError) Error() string { return "database is locked" }

// nth returns a function that answers an error for the nth statement that
// starts with some text, counted from 1, and its count.
func nth(n int, start string, err error) (before func(string) error, count *int) {
	count = new(int)
	return func(text string) error {
		if !strings.HasPrefix(text, start) {
			return nil
		}
		*count++
		if n == 0 || *count == n {
			return err
		}
		return nil
	}, count
}

func TestBusyReadsAreTriedAgain(t *testing.T) {
	db, spy := openSpied(t, dsn(file(t)))
	store := migrated(t, db, nil)
	c := registered(1)
	require.NoError(t, store.Commit(ctx, c))
	for _, read := range []func() error{
		func() error { _, err := store.Enterprise(ctx, c.Enterprise.ID); return err },
		func() error {
			_, err := store.Access(ctx, c.Enterprise.ID, c.Command.Actor, accessmgmt.UnitID{})
			return err
		},
		func() error { return store.Ready(ctx) },
	} {
		before, count := nth(1, "SELECT", sqliteError{5, "locked"})
		spy.before = before
		require.NoError(t, read())
		assert.Equal(t, 2, *count)
	}
}

func TestBusyForGood(t *testing.T) {
	db, spy := openSpied(t, dsn(file(t)))
	store := migrated(t, db, nil)
	c := registered(1)
	require.NoError(t, store.Commit(ctx, c))

	before, count := nth(0, "UPDATE", sqliteError{5, "locked"})
	spy.before = before
	began := time.Now()
	err := store.Commit(ctx, next(c.Enterprise))
	var failed *sqlstore.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "sqlite: commit: busy (5)", err.Error())
	assert.Equal(t, 30, *count, "it is tried thirty times")
	assert.Less(t, time.Since(began), 5*time.Second)

	deadline, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	began = time.Now()
	require.Error(t, store.Commit(deadline, next(c.Enterprise)))
	assert.Less(t, time.Since(began), time.Second, "and no longer than the caller waits")
}

func TestFailedGuardIsNotTriedAgain(t *testing.T) {
	db, spy := openSpied(t, dsn(file(t)))
	store := migrated(t, db, nil)
	c := registered(1)
	require.NoError(t, store.Commit(ctx, c))
	stale := next(next(c.Enterprise).Enterprise)
	before, count := nth(-1, "UPDATE", nil)
	spy.before = before
	require.ErrorIs(t, store.Commit(ctx, stale), accessmgmt.ErrConflict)
	assert.Equal(t, 1, *count)

	taken := registered(1)
	taken.Enterprise.Number = c.Enterprise.Number
	spy.before, count = nth(-1, "INSERT INTO egovroles_enterprise", nil)
	require.ErrorIs(t, store.Commit(ctx, taken), accessmgmt.ErrConflict)
	assert.Equal(t, 1, *count)
}

// TestErrorsRepeatNoValues has the driver quote what it was given, as MySQL's
// does.
func TestErrorsRepeatNoValues(t *testing.T) {
	db, spy := openSpied(t, dsn(file(t)))
	store := migrated(t, db, nil)
	c := registered(1)
	for _, cause := range []error{
		sqliteError{10, "disk I/O error at 'direction@example.be'"}, sqliteError{2067, "UNIQUE failed: 'direction@example.be'"},
		sqliteError{1299, "NOT NULL failed: 'direction@example.be'"}, mattnError{19, 275},
	} {
		spy.before, _ = nth(0, "INSERT", cause)
		err := store.Commit(ctx, c)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "direction")
		var driver interface{ Error() string }
		require.True(t, errors.As(err, &driver))
	}
	spy.before, _ = nth(0, "SELECT", sqliteError{11, "malformed near 'direction@example.be'"})
	_, err := store.Enterprise(ctx, c.Enterprise.ID)
	assert.EqualError(t, err, "sqlite: enterprise: damaged database (11)")
	_, err = store.Access(ctx, c.Enterprise.ID, c.Command.Actor, accessmgmt.UnitID{})
	assert.EqualError(t, err, "sqlite: access: damaged database (11)")
	spy.before = nil

	require.NoError(t, store.Commit(ctx, c))
	_, err = db.Exec("UPDATE egovroles_enterprise SET contact = 'secret', number = '0000000000'")
	require.NoError(t, err)
	_, err = store.Enterprise(ctx, c.Enterprise.ID)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "secret")
	assert.NotContains(t, err.Error(), "0000000000")
}

// TestCommitIsNotTorn cancels the caller at each statement in turn: what is
// answered is what happened.
func TestCommitIsNotTorn(t *testing.T) {
	db, spy := openSpied(t, dsn(file(t)))
	store := migrated(t, db, nil)
	e := registered(1).Enterprise
	require.NoError(t, store.Commit(ctx, accessmgmt.Changes{Enterprise: e, Command: command()}))
	for n := 1; n < 50; n++ {
		c := next(e)
		leaving, cancel := context.WithCancel(ctx)
		count, last := 0, ""
		spy.before = func(text string) error {
			if count++; count == n {
				cancel()
				last = text
			}
			return nil
		}
		err := store.Commit(leaving, c)
		spy.before = nil
		cancel()
		got, readErr := store.Enterprise(ctx, e.ID)
		require.NoError(t, readErr)
		switch {
		case count < n: // past the last statement
			require.NoError(t, err)
			assert.Empty(t, spy.interruptible, "a write that SQLite is at isn't interrupted: it would undo the whole transaction")
			return
		case last == "COMMIT":
			require.NoError(t, err, "a COMMIT on its way is seen through")
			require.Equal(t, c.Enterprise, got)
			e = got
		default:
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, e, got)
		}
	}
	t.Error("there is no end of statements")
}

// TestErrorsOfDriversKeepValues has a driver fail by itself: what can't be sent is
// quoted in what it says, and in nothing that the store says.
func TestErrorsOfDriversKeepValues(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, _ []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		encoding := errors.New(`failed to encode args[3]: unable to encode "Anne Dubois" into binary format for int8 (OID 20)`)
		for _, at := range []string{"UPDATE", "SELECT", "COMMIT"} {
			spy.before, _ = nth(0, at, encoding)
			for _, err := range []error{
				store.Commit(ctx, next(c.Enterprise)),
				func() error { _, err := store.Enterprise(ctx, c.Enterprise.ID); return err }(),
			} {
				if err == nil || errors.Is(err, accessmgmt.ErrConflict) {
					continue
				}
				assert.NotContains(t, fmt.Sprintf("%s %+v %#q", err, err, err.Error()), "Anne", at)
				assert.Contains(t, err.Error(), "failed in the driver (*", at)
				if !errors.Is(err, accessmgmt.ErrOutcomeUnknown) {
					assert.ErrorIs(t, err, encoding, "it is there for who unwraps it")
				}
			}
			spy.before = nil
		}
	})
}

// TestUnencodable has pgx be given a number that its column has no room for, which
// it says with the number, before anything is sent.
func TestUnencodable(t *testing.T) {
	t.Parallel()
	db := openPostgres(t, pgx, newSchema(t))
	store, err := postgres.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(ctx))
	_, err = db.Exec("ALTER TABLE egovroles_enterprise ALTER managers TYPE smallint")
	require.NoError(t, err)
	c := registered(1)
	c.Enterprise.Managers = 8_675_309_000_000
	err = store.Commit(ctx, c)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "8675309")
	assert.ErrorContains(t, errors.Unwrap(err), "8675309", "or this test shows nothing")
}
