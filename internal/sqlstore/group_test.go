package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

// nothing is a database that does nothing, and says what it was told.
type nothing struct {
	mu   sync.Mutex
	told []string
}

func (n *nothing) tell(what string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told = append(n.told, what)
	return nil
}

func (n *nothing) Connect(context.Context) (driver.Conn, error) { return n, nil }
func (n *nothing) Driver() driver.Driver                        { return nil }
func (n *nothing) Close() error                                 { return nil }
func (n *nothing) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (n *nothing) Begin() (driver.Tx, error)                    { return n, n.tell("BEGIN") }
func (n *nothing) Commit() error                                { return n.tell("COMMIT") }
func (n *nothing) Rollback() error                              { return n.tell("ROLLBACK") }
func (n *nothing) ExecContext(_ context.Context, text string, _ []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), n.tell(text)
}

// queueing returns a store over nothing.
func queueing(t *testing.T) (*Store, *nothing) {
	n := &nothing{}
	db := sql.OpenDB(n)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := New(db, Dialect{Name: "none", Local: true, OneWriter: true, Classify: func(error) Failure { return Failure{} }}, "")
	require.NoError(t, err)
	return s, n
}

// says returns a write of one statement.
func says(what string) func(*writer) error {
	return func(w *writer) error {
		_, err := w.exec(what, nil)
		return err
	}
}

// start runs a function in a goroutine that is waited for.
func start(all *sync.WaitGroup, run func()) {
	all.Add(1)
	go func() {
		defer all.Done()
		run()
	}()
}

// behind starts writes that wait behind the one that calls it, one after the
// other, and gives each a goroutine of its own.
func behind(s *Store, all *sync.WaitGroup, runs ...func(*writer) error) (errs []error) {
	errs = make([]error, len(runs))
	for i, run := range runs {
		start(all, func() {
			errs[i] = errors.New("it never returned")
			defer func() {
				if p := recover(); p != nil {
					errs[i] = p.(error)
				}
			}()
			errs[i] = s.together(context.Background(), 1, run)
		})
		for waiting := 0; waiting != i+1; runtime.Gosched() {
			s.queue.mu.Lock()
			waiting = len(s.queue.waiting)
			s.queue.mu.Unlock()
		}
	}
	return errs
}

// TestPanics has a write panic in a transaction of several. It is its own
// caller's; the others' are done, and somebody leads when the next comes.
func TestPanics(t *testing.T) {
	mine := errors.New("mine")
	for name, bad := range map[string]func(*writer) error{
		"a panic":   func(*writer) error { panic(mine) },
		"after one": func(w *writer) error { _ = says("bad")(w); panic(mine) },
	} {
		s, n := queueing(t)
		all := new(sync.WaitGroup)
		var errs []error
		start(all, func() {
			assert.NoError(t, s.together(context.Background(), 1, func(w *writer) error {
				if errs == nil {
					errs = behind(s, all, says("a"), bad, says("b"))
				}
				return says("first")(w)
			}), name)
		})
		all.Wait()
		require.NoError(t, errs[0], name)
		require.Equal(t, mine, errs[1], name)
		require.NoError(t, errs[2], name)
		assert.False(t, s.queue.led, name)
		require.NoError(t, s.together(context.Background(), 1, says("after")))
		begun, ended := 0, 0
		for _, what := range n.told {
			switch what {
			case "BEGIN":
				begun++
			case "COMMIT", "ROLLBACK":
				ended++
			}
		}
		assert.Equal(t, begun, ended, name)
	}
}

// TestLeaderPanics has the first of several panic, or end its goroutine.
func TestLeaderPanics(t *testing.T) {
	mine := errors.New("mine")
	for _, end := range []func(){func() { panic(mine) }, runtime.Goexit} {
		s, _ := queueing(t)
		all := new(sync.WaitGroup)
		var errs []error
		start(all, func() {
			defer func() { _ = recover() }()
			_ = s.together(context.Background(), 1, func(*writer) error {
				errs = behind(s, all, says("a"), says("b"))
				end()
				return nil
			})
		})
		all.Wait()
		assert.Equal(t, []error{nil, nil}, errs)
		assert.False(t, s.queue.led)
	}
}

// TestQueueIsInOrder has the lead handed on to whoever waited longest, past those
// who left, also when he has left by then.
func TestQueueIsInOrder(t *testing.T) {
	s, n := queueing(t)
	all := new(sync.WaitGroup)
	var errs []error
	leaving, leave := context.WithCancel(context.Background())
	var left error
	start(all, func() {
		assert.ErrorIs(t, s.together(context.Background(), mostStatements, func(*writer) error {
			errs = behind(s, all, says("a"), says("b"))
			start(all, func() { left = s.together(leaving, 1, says("c")) })
			leave()
			return accessmgmt.ErrConflict
		}), accessmgmt.ErrConflict)
	})
	all.Wait()
	assert.Equal(t, []error{nil, nil}, errs)
	assert.ErrorIs(t, left, context.Canceled)
	assert.Equal(t, []string{"BEGIN", "ROLLBACK", "BEGIN", "a", "b", "COMMIT"}, n.told)
}
