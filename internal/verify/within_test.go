package verify_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// sqlStore is a store that can work in a transaction of the portal's.
type sqlStore interface {
	accessmgmt.Store
	In(tx *sql.Tx) accessmgmt.Store
}

// database is an engine with transactions.
type database struct {
	name string
	// open returns an empty store, and the pool it is on.
	open func(t testing.TB) (sqlStore, *sql.DB)
	// tx are the options of a portal's transaction, as the store's In says.
	tx *sql.TxOptions
	// me asks for the number of a transaction's connection, and held for how many
	// statements wait for what that connection holds; "" where nothing tells.
	me, held string
	// tables asks for the names of the store's tables.
	tables string
}

const (
	postgresAll  = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
	mariadbAll   = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
	postgresMe   = "SELECT pg_backend_pid()"
	postgresHeld = "SELECT COUNT(*) FROM pg_stat_activity WHERE $1::int = ANY (pg_blocking_pids(pid))"
	mariadbMe    = "SELECT CONNECTION_ID()"
	mariadbHeld  = `SELECT COUNT(*) FROM information_schema.innodb_lock_waits w
		JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id WHERE b.trx_mysql_thread_id = ?`
)

var readCommitted = &sql.TxOptions{Isolation: sql.LevelReadCommitted}

// databases are all there are.
var databases = []database{
	{"sqlite", func(t testing.TB) (sqlStore, *sql.DB) {
		db := open(t, dsn(file(t))+"&_txlock=immediate")
		return migrated(t, db, nil), db
	}, nil, "", "", "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'egovroles%'"},
	{"postgres", func(t testing.TB) (sqlStore, *sql.DB) { p := throughPgx.take(t); return p.store, p.db }, nil, postgresMe, postgresHeld, postgresAll},
	{"postgres by lib-pq", func(t testing.TB) (sqlStore, *sql.DB) { p := throughPQ.take(t); return p.store, p.db }, nil, postgresMe, postgresHeld, postgresAll},
	{"mariadb", func(t testing.TB) (sqlStore, *sql.DB) { p := onMariaDB(t); return p.store, p.db }, readCommitted, mariadbMe, mariadbHeld, mariadbAll},
}

func onEachDatabase(t *testing.T, test func(t *testing.T, d database)) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			test(t, d)
		})
	}
}

// seen is a watcher that keeps what it is told.
type seen struct {
	mu   sync.Mutex
	told []string
}

func (s *seen) Writing(accessmgmt.EnterpriseID) { s.tell("writing") }

func (s *seen) Written(_ accessmgmt.EnterpriseID, committed bool) {
	if committed {
		s.tell("committed")
	} else {
		s.tell("undone")
	}
}

func (s *seen) tell(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, what)
}

func (s *seen) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.told
	s.told = nil
	return told
}

// hosted is a portal with a table of its own beside the store's.
type hosted struct {
	*workflowtest.World
	db    *sql.DB
	store sqlStore
	seen  *seen
	tx    *sql.TxOptions
}

func host(t *testing.T, d database) *hosted {
	store, db := d.open(t)
	w := workflowtest.WithGAP(t, func(testing.TB) accessmgmt.Store { return store })
	h := &hosted{World: w, db: db, store: store, seen: &seen{}, tx: d.tx}
	w.Options.Watcher = h.seen
	w.Svc = w.Service(w.Options)
	_, err := db.ExecContext(w.Ctx, "CREATE TABLE dossier (state VARCHAR(20) NOT NULL)")
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = db.ExecContext(w.Ctx, "DROP TABLE dossier") })
	return h
}

// begin opens a transaction of the portal's, and the service in it.
func (h *hosted) begin() (*sql.Tx, *accessmgmt.Within) {
	tx, err := h.db.BeginTx(h.Ctx, h.tx)
	require.NoError(h, err)
	return tx, h.Svc.Within(h.store.In(tx))
}

func (h *hosted) file(tx *sql.Tx) {
	_, err := tx.ExecContext(h.Ctx, "INSERT INTO dossier (state) VALUES ('approved')")
	require.NoError(h, err)
}

func (h *hosted) dossiers() (n int) {
	require.NoError(h, h.db.QueryRowContext(h.Ctx, "SELECT COUNT(*) FROM dossier").Scan(&n))
	return n
}

// assign gives somebody who is known by his number a role.
func (h *hosted) assign(svc *accessmgmt.Service, who accessmgmt.Actor, role roles.Code) error {
	results, err := svc.Assign(h.Ctx, h.GAP, accessmgmt.Assign{Enterprise: h.Acme, Lines: []invitation.Line{h.Line(role)}, Persons: []accessmgmt.Assignee{{
		Number: who.Identity.Number, GivenName: who.Identity.GivenName, FamilyName: who.Identity.FamilyName, Email: invitation.MustParseEmail("anne@example.be")}}})
	if err == nil {
		err = results[0].Err
	}
	return err
}

// holds returns how many roles the enterprise has given.
func (h *hosted) holds() int {
	n, err := h.store.CountAssignments(h.Ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{h.Acme}})
	require.NoError(h, err)
	return n
}

func (h *hosted) epoch() uint64 {
	e, err := h.store.Enterprise(h.Ctx, h.Acme)
	require.NoError(h, err)
	return e.Epoch
}

// TestWithin has the portal's rows and the library's come and go together.
func TestWithin(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d database) {
		h := host(t, d)
		anne, bart := workflowtest.Person("Anne", "Dubois"), workflowtest.Person("Bart", "Maes")
		epoch := h.epoch()

		tx, in := h.begin()
		require.NoError(t, h.assign(in.Service, anne, roles.Editor))
		assert.Equal(t, []string{"writing"}, h.seen.take(), "from here on nobody believes what he remembers")
		require.ErrorIs(t, h.assign(in.Service, anne, roles.Editor), accessmgmt.ErrState, "the transaction sees what it wrote, and goes on after a refusal")
		require.NoError(t, h.assign(in.Service, bart, roles.Editor), "a second command on the same enterprise")
		h.file(tx)
		require.NoError(t, tx.Commit())
		in.Committed()
		in.RolledBack()
		assert.Equal(t, []string{"committed"}, h.seen.take(), "once, however many commands")
		assert.Equal(t, 2, h.holds())
		assert.Equal(t, 1, h.dossiers())
		assert.Equal(t, epoch+2, h.epoch())

		tx, in = h.begin()
		carl := workflowtest.Person("Carl", "Claes")
		require.NoError(t, h.assign(in.Service, carl, roles.Editor))
		h.file(tx)
		require.NoError(t, tx.Rollback())
		in.RolledBack()
		assert.Equal(t, []string{"writing", "undone"}, h.seen.take())
		assert.Equal(t, 2, h.holds(), "nothing of it is there")
		assert.Equal(t, 1, h.dossiers())
		assert.Equal(t, epoch+2, h.epoch())
		require.NoError(t, h.assign(h.Svc, carl, roles.Editor))
		assert.Equal(t, []string{"writing", "committed"}, h.seen.take())
		h.RequireIntact()

		sent := len(h.Mailbox.All())
		h.Deliver()
		assert.Greater(t, len(h.Mailbox.All()), sent, "what was committed is sent")
	})
}

// TestWithinARefusedChangeset has changesets fail in the database itself, where
// PostgreSQL would refuse all that follows.
func TestWithinARefusedChangeset(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d database) {
		store, db := d.open(t)
		one, two := registered(1), registered(2)
		require.NoError(t, store.Commit(ctx, one))
		require.NoError(t, store.Commit(ctx, two))
		tx, err := db.BeginTx(ctx, d.tx)
		require.NoError(t, err)
		in := store.In(tx)
		for name, spoil := range map[string]func(*accessmgmt.Changes){
			"the number of another": func(c *accessmgmt.Changes) { c.Enterprise.Number = two.Enterprise.Number },
			"another epoch":         func(c *accessmgmt.Changes) { c.Enterprise.Epoch++ },
			"a row that is there": func(c *accessmgmt.Changes) {
				c.Assignments = []accessmgmt.RoleAssignment{assignment(c.Enterprise.ID, c.Command.Actor)}
				c.Audit = append(c.Audit, c.Audit[0])
			},
			"a version that isn't there": func(c *accessmgmt.Changes) {
				c.Assignments = []accessmgmt.RoleAssignment{assignment(c.Enterprise.ID, c.Command.Actor)}
				c.Assignments[0].Version = 2
			},
		} {
			c := next(one.Enterprise)
			spoil(&c)
			require.ErrorIs(t, in.Commit(ctx, c), accessmgmt.ErrConflict, name)
			e, err := in.Enterprise(ctx, one.Enterprise.ID)
			require.NoError(t, err, name)
			require.Equal(t, one.Enterprise, e, name)
		}
		repeated := next(one.Enterprise)
		repeated.Command.ID = one.Command.ID
		require.ErrorIs(t, in.Commit(ctx, repeated), accessmgmt.ErrRepeated)
		fine := next(one.Enterprise)
		require.NoError(t, in.Commit(ctx, fine))
		require.NoError(t, tx.Commit())
		e, err := store.Enterprise(ctx, one.Enterprise.ID)
		require.NoError(t, err)
		require.Equal(t, fine.Enterprise, e)
		require.Error(t, in.Commit(ctx, next(e)), "the transaction is over")
	})
}

// TestWithinBesideOthers has callers of the service wait for what the portal's
// transaction holds: none of them keeps it from its second command, and none is
// refused.
func TestWithinBesideOthers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d database) {
		h := host(t, d)
		tx, in := h.begin()
		require.NoError(t, h.assign(in.Service, workflowtest.Person("Anne", "Dubois"), roles.Editor))
		h.seen.take()
		var others sync.WaitGroup
		for _, name := range []string{"Bart", "Carl", "Dirk", "Els"} {
			others.Go(func() {
				assert.NoError(t, h.assign(h.Svc, workflowtest.Person(name, "Peeters"), roles.Editor))
			})
		}
		h.awaitHeld(d, tx)
		require.NoError(t, h.assign(in.Service, workflowtest.Person("Fien", "Jacobs"), roles.Editor))
		require.NoError(t, tx.Commit())
		in.Committed()
		others.Wait()
		assert.Equal(t, 6, h.holds())
		h.RequireIntact()
	})
}

// awaitHeld returns when somebody waits for what a transaction holds: in the server,
// or where nothing tells, when he has begun to write.
func (h *hosted) awaitHeld(d database, tx *sql.Tx) {
	var me int
	if d.me != "" {
		require.NoError(h, tx.QueryRowContext(h.Ctx, d.me).Scan(&me))
	}
	require.Eventually(h, func() bool {
		if d.me == "" {
			return slices.Contains(h.seen.take(), "writing")
		}
		var n int
		return h.db.QueryRowContext(h.Ctx, d.held, me).Scan(&n) == nil && n > 0
	}, 20*time.Second, 150*time.Millisecond) // InnoDB tells nothing new to who asks more often than each tenth of a second
}

// overtaking is a store in a transaction of the portal's, on whose enterprise
// somebody else commits between what a command reads there and its commit.
type overtaking struct {
	accessmgmt.Store
	overtake func()
	commits  int
}

func (o *overtaking) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if o.commits++; o.commits == 1 {
		o.overtake()
	}
	return o.Store.Commit(ctx, c)
}

// overtaken begins a transaction in which the first command is overtaken.
func (h *hosted) overtaken(overtake func()) (*sql.Tx, *accessmgmt.Within, *overtaking) {
	tx, err := h.db.BeginTx(h.Ctx, h.tx)
	require.NoError(h, err)
	store := &overtaking{Store: h.store.In(tx), overtake: overtake}
	return tx, h.Svc.Within(store), store
}

// TestWithinOvertaken has somebody else commit on the same enterprise while a
// command of the portal's transaction is decided: it is decided anew on what is
// there now, and the transaction goes on and commits. On SQLite, whose transaction
// began with BEGIN IMMEDIATE, nobody can.
func TestWithinOvertaken(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d database) {
		h := host(t, d)
		other := func() error { return h.assign(h.Svc, workflowtest.Person("Bart", "Maes"), roles.Editor) }
		overtake, tries, holds := func() { assert.NoError(t, other()) }, 2, 3
		if d.name == "sqlite" {
			overtake, tries, holds = func() {
				c := next(accessmgmt.Enterprise{ID: h.Acme, Epoch: h.epoch()})
				waiting, leave := context.WithTimeout(ctx, 50*time.Millisecond)
				defer leave()
				_, err := h.db.ExecContext(ctx, "PRAGMA busy_timeout = 1") // of any connection but the transaction's
				assert.NoError(t, err)
				assert.Error(t, h.store.Commit(waiting, c), "the transaction has the lock since it began")
			}, 1, 2
		}
		epoch := h.epoch()
		tx, in, store := h.overtaken(overtake)
		require.NoError(t, h.assign(in.Service, workflowtest.Person("Anne", "Dubois"), roles.Editor))
		assert.Equal(t, tries, store.commits, "it was decided anew")
		require.NoError(t, h.assign(in.Service, workflowtest.Person("Carl", "Claes"), roles.Editor), "the transaction goes on")
		h.file(tx)
		require.NoError(t, tx.Commit())
		in.Committed()
		assert.Equal(t, holds, h.holds())
		assert.Equal(t, epoch+uint64(holds), h.epoch())
		assert.Equal(t, 1, h.dossiers())
		h.RequireIntact()
	})
}

// TestWithinASnapshot has the same in a transaction that goes on seeing what it saw
// first: the command is refused, and nothing of it is there. PostgreSQL, and MariaDB
// with innodb_snapshot_isolation, undo the transaction, and nothing more can be done
// in it.
func TestWithinASnapshot(t *testing.T) {
	for _, d := range databases[1:] {
		for name, gone := range map[string]bool{"": d.name != "mariadb", "innodb_snapshot_isolation": true} {
			if name != "" && d.name != "mariadb" {
				continue
			}
			t.Run(strings.TrimSuffix(d.name+" with "+name, " with "), func(t *testing.T) {
				t.Parallel()
				d := d
				if name != "" {
					d.open = func(t testing.TB) (sqlStore, *sql.DB) {
						p := onMariaDBSet(t, name+"=ON")
						return p.store, p.db
					}
				}
				h := host(t, d)
				h.tx = &sql.TxOptions{Isolation: sql.LevelRepeatableRead}
				epoch := h.epoch()
				tx, in, _ := h.overtaken(func() {
					assert.NoError(t, h.assign(h.Svc, workflowtest.Person("Bart", "Maes"), roles.Editor))
				})
				h.file(tx)
				err := h.assign(in.Service, workflowtest.Person("Anne", "Dubois"), roles.Editor)
				if gone {
					require.ErrorIs(t, err, accessmgmt.ErrUnavailable)
					require.NotErrorIs(t, err, accessmgmt.ErrOutcomeUnknown, "nothing was done")
					require.ErrorIs(t, h.assign(in.Service, workflowtest.Person("Carl", "Claes"), roles.Editor), accessmgmt.ErrUnavailable, "nothing more is done in it")
				} else {
					require.ErrorIs(t, err, accessmgmt.ErrConflict)
				}
				require.NoError(t, tx.Rollback())
				in.RolledBack()
				assert.Equal(t, 1, h.holds(), "what overtook it")
				assert.Equal(t, epoch+1, h.epoch())
				assert.Zero(t, h.dossiers())
				require.NoError(t, h.assign(h.Svc, workflowtest.Person("Anne", "Dubois"), roles.Editor))
				h.RequireIntact()
			})
		}
	}
}
