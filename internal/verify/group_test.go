package verify_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/sqlite"
)

// crew is a store whose writes are put into one transaction on purpose: the first
// is held at its first statement until all others wait behind it.
type crew struct {
	*sqlite.Store
	spy *spy
	// enterprises are of as many callers, each at the epoch it has.
	enterprises []accessmgmt.Enterprise
}

// assemble returns a crew of n.
func assemble(t testing.TB, n int) *crew {
	k, db := assembleOn(t, n)
	db.SetMaxOpenConns(0)
	return k
}

// assembleOn returns a crew of n and its database, which has one connection.
func assembleOn(t testing.TB, n int) (*crew, *sql.DB) {
	db, spy := openSpied(t, dsn(file(t)))
	db.SetMaxOpenConns(1)
	k := &crew{Store: migrated(t, db, nil), spy: spy}
	for i := range n {
		c := registered(i)
		require.NoError(t, k.Commit(ctx, c))
		k.enterprises = append(k.enterprises, c.Enterprise)
	}
	k.prepare(t)
	return k, db
}

// prepare does everything once: who has to prepare a statement waits for more
// than his turn.
func (k *crew) prepare(t testing.TB) {
	for _, c := range []func() accessmgmt.Changes{
		func() accessmgmt.Changes { return k.step(0) },
		func() accessmgmt.Changes { return bulk(k.enterprises[0], 1) },
		func() accessmgmt.Changes { return bulk(k.enterprises[0], 8) },
	} {
		c := c()
		require.NoError(t, k.Commit(ctx, c))
		k.enterprises[0] = c.Enterprise
	}
}

// step is the next changeset of a caller's enterprise.
func (k *crew) step(i int) accessmgmt.Changes {
	c := next(k.enterprises[i])
	c.Assignments = []accessmgmt.RoleAssignment{assignment(c.Enterprise.ID, c.Command.Actor)}
	c.Messages = []accessmgmt.Message{message(c.Enterprise.ID)}
	return c
}

// steps are one of each caller.
func (k *crew) steps() (changes []accessmgmt.Changes) {
	for i := range k.enterprises {
		changes = append(changes, k.step(i))
	}
	return changes
}

// queued is a context that says when somebody waits for its end, which who writes
// does first when he has a place in the queue.
type queued struct {
	context.Context
	waits func()
}

func (q queued) Done() <-chan struct{} { q.waits(); return q.Context.Done() }

// call is a commit that is under way.
type call struct {
	accessmgmt.Changes
	ctx  context.Context
	done chan error
}

// calls returns the commits of changesets, none of which is under way yet.
func calls(changes []accessmgmt.Changes) []*call {
	all := make([]*call, len(changes))
	for i, c := range changes {
		all[i] = &call{Changes: c, ctx: ctx, done: make(chan error, 1)}
	}
	return all
}

// hold starts the first, which gets no further than its first statement, and has
// the others wait behind it in their order, until it is let go. Then before is
// asked for each statement of the transaction that follows, that one included.
func (k *crew) hold(all []*call, before func(text string) error) (release func()) {
	held, free := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	var once sync.Once
	k.spy.before = func(text string) error {
		once.Do(func() {
			close(held)
			<-free
		})
		if before == nil {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		return before(text)
	}
	go func() { all[0].done <- k.Commit(all[0].ctx, all[0].Changes) }()
	<-held
	for _, c := range all[1:] {
		waits, once := make(chan struct{}), new(sync.Once)
		behind := queued{c.ctx, func() { once.Do(func() { close(waits) }) }}
		go func() { c.done <- k.Commit(behind, c.Changes) }()
		<-waits
	}
	return func() { close(free) }
}

// run has the calls in one transaction, and returns what each was answered.
func (k *crew) run(all []*call, before func(text string) error) []error {
	k.hold(all, before)()
	errs := make([]error, len(all))
	for i, c := range all {
		errs[i] = <-c.done
	}
	k.spy.mu.Lock()
	defer k.spy.mu.Unlock()
	k.spy.before = nil
	return errs
}

// check compares what is in the store with what was answered: all of a changeset
// that was acknowledged, nothing of another.
func (k *crew) check(t *testing.T, all []*call, errs []error) {
	for i, c := range all {
		e, err := k.Enterprise(ctx, c.Enterprise.ID)
		require.NoError(t, err)
		_, commandErr := k.Command(ctx, c.Enterprise.ID, c.Command.ID)
		access, err := k.Access(ctx, c.Enterprise.ID, c.Command.Actor, accessmgmt.UnitID{})
		require.NoError(t, err)
		records, err := k.Audit(ctx, c.Enterprise.ID, accessmgmt.AuditPosition{Seq: c.Enterprise.Epoch}, 10)
		require.NoError(t, err)
		if errs[i] == nil {
			require.Equal(t, c.Enterprise, e, "call %d", i)
			require.NoError(t, commandErr, "call %d", i)
			require.Len(t, access.Assignments, 1, "call %d", i)
			k.enterprises[i] = e
			continue
		}
		require.Equal(t, k.enterprises[i], e, "call %d: %v", i, errs[i])
		require.ErrorIs(t, commandErr, accessmgmt.ErrNotFound, "call %d: %v", i, errs[i])
		require.Empty(t, access.Assignments, "call %d: %v", i, errs[i])
		require.Empty(t, records, "call %d: %v", i, errs[i])
	}
}

// TestGroupCommit puts writes into one transaction: one COMMIT, and no savepoint,
// which each would take as long as a statement.
func TestGroupCommit(t *testing.T) {
	k := assemble(t, 5)
	all := calls(k.steps())
	k.spy.take()
	errs := k.run(all, nil)
	assert.Equal(t, map[string]int{"COMMIT": 1}, k.count("COMMIT", "SAVEPOINT", "ROLLBACK"))
	for _, err := range errs {
		require.NoError(t, err)
	}
	k.check(t, all, errs)
}

// count counts the statements that start with some words, since the last time.
func (k *crew) count(starts ...string) map[string]int {
	counts := map[string]int{}
	for _, r := range k.spy.take() {
		for _, start := range starts {
			if strings.HasPrefix(r.text, start) {
				counts[start]++
			}
		}
	}
	return counts
}

// TestGroupBounds has more wait than one serves, and a large write among them.
func TestGroupBounds(t *testing.T) {
	const callers = 100
	k := assemble(t, callers)
	all := calls(k.steps())
	k.spy.take()
	errs := k.run(all, nil)
	assert.Equal(t, map[string]int{"COMMIT": 2}, k.count("COMMIT"), "64 and 36")
	k.check(t, all, errs)

	all = calls(k.steps()[:4])
	all[2].Changes = bulk(k.enterprises[2], 4000)
	commits, rows := 0, make([]int, 4)
	errs = k.run(all, func(text string) error {
		if text == "COMMIT" {
			commits++
		}
		if strings.HasPrefix(text, "UPDATE egovroles_enterprise") {
			rows[commits]++
		}
		return nil
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Equal(t, []int{2, 1, 1, 0}, rows, "nobody whose own is done waits for a large one")
}

// TestGroupErrors has one statement of a transaction fail, each in turn, for
// reasons after which SQLite undoes the transaction or doesn't. Only who is at it
// alone may hear of it.
func TestGroupErrors(t *testing.T) {
	for _, failure := range []error{
		sqliteError{5, "busy"}, sqliteError{7, "no memory"}, sqliteError{9, "interrupted"}, sqliteError{10, "I/O"}, sqliteError{13, "full"},
		sqliteError{1299, "NOT NULL"}, sqliteError{2067, "UNIQUE"}, mattnError{10, 266}, errors.New("the driver's own"),
	} {
		for _, undoes := range []bool{false, true} {
			t.Run(fmt.Sprintf("%T %v, undoes=%v", failure, failure, undoes), func(t *testing.T) {
				k := assemble(t, 3)
				k.spy.undoes = undoes
				for n := 1; n < 100; n++ {
					all := calls(k.steps())
					count, at := 0, ""
					errs := k.run(all, func(text string) error {
						if count++; count != n {
							return nil
						}
						at = text
						return failure
					})
					k.check(t, all, errs)
					if at == "" { // past the last statement
						require.Greater(t, n, 3*6)
						return
					}
					for i, err := range errs {
						switch {
						case err == nil:
						case at == "COMMIT":
						default:
							require.Zero(t, i, "only the first is ever at it alone: %s: %v", at, err)
						}
					}
				}
				t.Error("there is no end of statements")
			})
		}
	}
}

// TestGroupErrorAgain has a changeset fail for good at the statement of its rows. The
// others are not kept from theirs, wherever in the queue it is.
func TestGroupErrorAgain(t *testing.T) {
	for _, c := range []struct {
		err   error
		want  string
		alone bool
	}{
		{sqliteError{13, "full"}, "sqlite: commit: disk full (13)", true}, // SQLite says to roll back
		{sqliteError{2067, "UNIQUE"}, "meanwhile: a key is another's already", false},
	} {
		for n := range 8 {
			bad := n % 4
			k := assemble(t, 4)
			k.spy.undoes = n > 3
			all := calls(k.steps())
			all[bad].Changes = bulk(k.enterprises[bad], 1) // the only one with a recipient
			commits := 0
			errs := k.run(all, func(text string) error {
				if text == "COMMIT" {
					commits++
				}
				if strings.HasPrefix(text, "INSERT INTO egovroles_recipient") {
					return c.err
				}
				return nil
			})
			if bad > 0 && (c.alone || k.spy.undoes) {
				require.Equal(t, bad+min(1, 3-bad), commits, "those before it each alone, those behind it together")
			} else {
				require.Equal(t, 1, commits)
			}
			for i, err := range errs {
				if i == bad {
					require.ErrorContains(t, err, c.want)
				} else {
					require.NoError(t, err, "caller %d beside %d", i, bad)
				}
			}
			k.check(t, all, errs)
		}
	}
}

// TestGroupFull has no room in the database for one of several. It is SQLite
// itself that says so.
func TestGroupFull(t *testing.T) {
	k, db := assembleOn(t, 4)
	all := calls(k.steps())
	all[2].Changes = bulk(k.enterprises[2], 800)
	var pages int
	require.NoError(t, db.QueryRow("PRAGMA page_count").Scan(&pages))
	require.NoError(t, db.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages+40)).Scan(&pages))
	errs := k.run(all, nil)
	for i, err := range errs {
		if i == 2 {
			require.EqualError(t, err, "sqlite: commit: disk full (13)")
		} else {
			require.NoError(t, err)
		}
	}
	k.check(t, all, errs)
}
