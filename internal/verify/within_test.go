package verify_test

import (
	"database/sql"
	"sync"
	"testing"

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

// databases are the engines with transactions: each returns an empty store, and
// the pool it is on.
var databases = []struct {
	name string
	open func(t testing.TB) (sqlStore, *sql.DB)
	// tx are the options of a portal's transaction, as the store's In says.
	tx *sql.TxOptions
}{
	{"sqlite", func(t testing.TB) (sqlStore, *sql.DB) {
		db := open(t, dsn(file(t))+"&_txlock=immediate")
		return migrated(t, db, nil), db
	}, nil},
	{"postgres", func(t testing.TB) (sqlStore, *sql.DB) { p := throughPgx.take(t); return p.store, p.db }, nil},
	{"postgres by lib-pq", func(t testing.TB) (sqlStore, *sql.DB) { p := throughPQ.take(t); return p.store, p.db }, nil},
	{"mariadb", func(t testing.TB) (sqlStore, *sql.DB) { p := onMariaDB(t); return p.store, p.db }, &sql.TxOptions{Isolation: sql.LevelReadCommitted}},
}

func onEachDatabase(t *testing.T, test func(t *testing.T, store sqlStore, db *sql.DB)) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			store, db := d.open(t)
			test(t, store, db)
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
}

func host(t *testing.T, store sqlStore, db *sql.DB) *hosted {
	w := workflowtest.WithGAP(t, func(testing.TB) accessmgmt.Store { return store })
	h := &hosted{World: w, db: db, store: store, seen: &seen{}}
	w.Options.Watcher = h.seen
	w.Svc = w.Service(w.Options)
	_, err := db.ExecContext(w.Ctx, "CREATE TABLE dossier (state VARCHAR(20) NOT NULL)")
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = db.ExecContext(w.Ctx, "DROP TABLE dossier") })
	return h
}

// begin opens a transaction of the portal's, and the service in it.
func (h *hosted) begin() (*sql.Tx, *accessmgmt.Within) {
	tx, err := h.db.BeginTx(h.Ctx, nil)
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
	onEachDatabase(t, func(t *testing.T, store sqlStore, db *sql.DB) {
		h := host(t, store, db)
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
	onEachDatabase(t, func(t *testing.T, store sqlStore, db *sql.DB) {
		one, two := registered(1), registered(2)
		require.NoError(t, store.Commit(ctx, one))
		require.NoError(t, store.Commit(ctx, two))
		tx, err := db.BeginTx(ctx, nil)
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
	onEachDatabase(t, func(t *testing.T, store sqlStore, db *sql.DB) {
		h := host(t, store, db)
		tx, in := h.begin()
		require.NoError(t, h.assign(in.Service, workflowtest.Person("Anne", "Dubois"), roles.Editor))
		var others sync.WaitGroup
		for _, name := range []string{"Bart", "Carl", "Dirk", "Els"} {
			others.Go(func() {
				assert.NoError(t, h.assign(h.Svc, workflowtest.Person(name, "Peeters"), roles.Editor))
			})
		}
		require.NoError(t, h.assign(in.Service, workflowtest.Person("Fien", "Jacobs"), roles.Editor))
		require.NoError(t, tx.Commit())
		in.Committed()
		others.Wait()
		assert.Equal(t, 6, h.holds())
		h.RequireIntact()
	})
}
