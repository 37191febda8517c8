package verify_test

import (
	"context"
	"io/fs"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/sqlite"
)

var ctx = context.Background()

func TestMigrateAgain(t *testing.T) {
	db := open(t, dsn(file(t)))
	store := migrated(t, db, nil)
	c := registered(1)
	require.NoError(t, store.Commit(ctx, c))
	require.NoError(t, store.Migrate(ctx), "a second time does nothing")
	require.NoError(t, store.Ready(ctx))
	got, err := store.Enterprise(ctx, c.Enterprise.ID)
	require.NoError(t, err)
	assert.Equal(t, c.Enterprise, got)

	var mode string
	require.NoError(t, db.QueryRow("PRAGMA journal_mode").Scan(&mode))
	assert.Equal(t, "wal", mode)
}

// TestMigrateAtOnce starts eight processes on a file that isn't there yet.
func TestMigrateAtOnce(t *testing.T) {
	for range 5 {
		path := file(t)
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			store, err := sqlite.New(open(t, path), nil) // without a busy timeout of its own
			require.NoError(t, err)
			all.Go(func() {
				if errs[i] = store.Migrate(ctx); errs[i] == nil {
					errs[i] = store.Ready(ctx)
				}
			})
		}
		all.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
	}
}

func TestReadyNamesTheVersions(t *testing.T) {
	db := open(t, dsn(file(t)))
	store, err := sqlite.New(db, nil)
	require.NoError(t, err)

	err = store.Ready(ctx)
	require.ErrorIs(t, err, accessmgmt.ErrSchema)
	assert.ErrorContains(t, err, "version 0")
	assert.ErrorContains(t, err, "needs 1")
	assert.ErrorContains(t, err, "Migrate")
	assert.ErrorContains(t, store.Commit(ctx, registered(1)), "Migrate", "who forgot it is told")

	require.NoError(t, store.Migrate(ctx))
	require.NoError(t, store.Ready(ctx))
	_, err = db.Exec("INSERT INTO egovroles_schema (version) VALUES (7)")
	require.NoError(t, err)
	for _, err := range []error{store.Ready(ctx), store.Migrate(ctx)} {
		require.ErrorIs(t, err, accessmgmt.ErrSchema)
		assert.ErrorContains(t, err, "version 7")
		assert.ErrorContains(t, err, "the library is older than the schema")
	}

	require.NoError(t, db.Close())
	err = store.Ready(ctx)
	require.Error(t, err)
	assert.NotErrorIs(t, err, accessmgmt.ErrSchema, "a database that can't be reached says nothing of its schema")
}

// TestMigrationsByHand makes the schema with the files alone, as a portal's own
// tool would.
func TestMigrationsByHand(t *testing.T) {
	db := open(t, dsn(file(t)))
	names, err := fs.Glob(sqlite.Migrations(), "*.sql")
	require.NoError(t, err)
	require.Contains(t, names, "0001_init.sql")
	for _, name := range names {
		text, err := fs.ReadFile(sqlite.Migrations(), name)
		require.NoError(t, err)
		_, err = db.Exec(string(text))
		require.NoError(t, err)
	}
	store, err := sqlite.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Ready(ctx))
	require.NoError(t, store.Commit(ctx, registered(1)))
	require.NoError(t, store.Migrate(ctx))
}

func TestReopened(t *testing.T) {
	path := file(t)
	first := open(t, dsn(path))
	c := registered(1)
	c.Assignments = append(c.Assignments, assignment(c.Enterprise.ID, accessmgmt.PersonID{UUID: newID()}))
	require.NoError(t, migrated(t, first, nil).Commit(ctx, c))
	require.NoError(t, first.Close())

	store, err := sqlite.New(open(t, dsn(path)), nil)
	require.NoError(t, err)
	require.NoError(t, store.Ready(ctx))
	got, err := store.Access(ctx, c.Enterprise.ID, c.Assignments[0].Person, accessmgmt.UnitID{})
	require.NoError(t, err)
	assert.Equal(t, c.Enterprise, got.Enterprise)
	assert.Equal(t, c.Assignments[0].Assignment, got.Assignments[0])
}

func TestTablePrefix(t *testing.T) {
	db := open(t, dsn(file(t)))
	theirs, ours := migrated(t, db, nil), migrated(t, db, &sqlite.Options{TablePrefix: "gap2_"})
	c := registered(1)
	require.NoError(t, ours.Commit(ctx, c))
	_, err := ours.Enterprise(ctx, c.Enterprise.ID)
	require.NoError(t, err)
	_, err = theirs.Enterprise(ctx, c.Enterprise.ID)
	require.ErrorIs(t, err, accessmgmt.ErrNotFound, "another prefix is another store")

	var odd int
	require.NoError(t, db.QueryRow(`SELECT COUNT(*) FROM sqlite_master
		WHERE name NOT LIKE 'egovroles\_%' ESCAPE '\' AND name NOT LIKE 'gap2\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`).Scan(&odd))
	assert.Zero(t, odd, "all names have the prefix")

	for _, prefix := range []string{"1x_", "Gap_", "gap-", "a b", "x; DROP TABLE y", "sqlite_", "é_", "_x", "a234567890123456789012345678901234"} {
		_, err := sqlite.New(db, &sqlite.Options{TablePrefix: prefix})
		assert.Error(t, err, "%q", prefix)
	}
	_, err = sqlite.New(nil, nil)
	assert.Error(t, err)
}
