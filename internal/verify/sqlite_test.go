package verify_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/sqlite"
	"github.com/egovroles/egovroles/storage/storagetest"
)

// dsn is how the package comment of storage/sqlite opens a database.
func dsn(path string) string { return "file:" + path + "?_pragma=busy_timeout(5000)" }

// file returns the path of a database that isn't there yet.
func file(t testing.TB) string { return filepath.Join(t.TempDir(), "access.db") }

// open opens a database, closed when the test ends.
func open(t testing.TB, dsn string) *sql.DB {
	db, err := sql.Open("sqlite", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// migrated returns a store over a database, with its schema.
func migrated(t testing.TB, db *sql.DB, o *sqlite.Options) *sqlite.Store {
	store, err := sqlite.New(db, o)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(context.Background()))
	return store
}

func TestSQLite(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) accessmgmt.Store {
		return migrated(t, open(t, dsn(file(t))), nil)
	})
}

// TestSQLiteOneConnection shows that the store never needs a second connection
// while it holds one: it would wait for ever.
func TestSQLiteOneConnection(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) accessmgmt.Store {
		db := open(t, dsn(file(t)))
		db.SetMaxOpenConns(1)
		return migrated(t, db, nil)
	})
}

func TestSQLiteInMemory(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) accessmgmt.Store {
		db := open(t, ":memory:")
		db.SetMaxOpenConns(1)
		return migrated(t, db, nil)
	})
}
