package verify_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
)

// TestWorkflowOnSQLite plays the whole workflow, races and all, on a file.
func TestWorkflowOnSQLite(t *testing.T) {
	t.Parallel()
	workflowtest.Run(t, func(t testing.TB) accessmgmt.Store {
		return migrated(t, open(t, dsn(file(t))), nil)
	})
}

// TestWorkflowOnPostgres plays the whole workflow, races and all.
func TestWorkflowOnPostgres(t *testing.T) {
	t.Parallel()
	workflowtest.Run(t, throughPgx.open)
}

// TestWorkflowOnMariaDB plays the whole workflow, races and all.
func TestWorkflowOnMariaDB(t *testing.T) {
	t.Parallel()
	workflowtest.Run(t, openOnMariaDB)
}

// TestSQLiteKeepsNoSecret looks for national numbers, tokens and the key in the
// bytes of the database's files.
func TestSQLiteKeepsNoSecret(t *testing.T) {
	t.Parallel()
	path := file(t)
	db := open(t, dsn(path))
	workflowtest.Secrets(t, func(t testing.TB) accessmgmt.Store { return migrated(t, db, nil) },
		func(t testing.TB, _ accessmgmt.Store) []byte {
			_, err := db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
			require.NoError(t, err)
			files, err := filepath.Glob(path + "*")
			require.NoError(t, err)
			var all []byte
			for _, name := range files {
				data, err := os.ReadFile(name)
				require.NoError(t, err)
				all = append(all, data...)
			}
			return all
		})
}
