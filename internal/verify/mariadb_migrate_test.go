package verify_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/mysql"
)

// newMariaDB opens a new database without tables.
func newMariaDB(t testing.TB, settings string) *sql.DB {
	t.Helper()
	return openMariaDB(t, mariadbAddress(t, newDatabase(t), settings))
}

// TestMariaDBMigrateAtOnce starts eight instances on a database that is empty.
func TestMariaDBMigrateAtOnce(t *testing.T) {
	t.Parallel()
	for range 3 {
		name := newDatabase(t)
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			store := mysqlStore(t, openMariaDB(t, mariadbAddress(t, name, "")), nil)
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

// statementsOf are the statements of the migrations, split as their comments say.
func statementsOf(t testing.TB) (all []string) {
	t.Helper()
	names, err := fs.Glob(mysql.Migrations(), "*.sql")
	require.NoError(t, err)
	require.Contains(t, names, "0001_init.sql")
	for _, name := range names {
		text, err := fs.ReadFile(mysql.Migrations(), name)
		require.NoError(t, err)
		for _, statement := range strings.Split(strings.TrimSpace(string(text)), ";") {
			if strings.TrimSpace(statement) != "" {
				all = append(all, statement)
			}
		}
	}
	require.Greater(t, len(all), 15)
	return all
}

// TestMariaDBMigrateKilled stops a migration after each of its statements. What
// it made isn't taken for a schema, and the next Migrate finishes it.
func TestMariaDBMigrateKilled(t *testing.T) {
	t.Parallel()
	killed := errors.New("killed")
	for n := range len(statementsOf(t)) {
		config := mariadbAddress(t, newDatabase(t), "")
		db, spy := spiedMySQL(t, config)
		store := mysqlStore(t, db, nil)
		left := n
		spy.before = func(text string) error {
			if strings.HasPrefix(text, "SELECT") {
				return nil
			}
			if left--; left < 0 {
				return killed
			}
			return nil
		}
		require.ErrorIs(t, store.Migrate(ctx), killed, "%d statements run", n)
		require.ErrorIs(t, store.Ready(ctx), accessmgmt.ErrSchema, "%d statements run", n)
		spy.before = nil
		require.NoError(t, store.Migrate(ctx), "%d statements run", n)
		require.NoError(t, store.Ready(ctx), "%d statements run", n)
		require.NoError(t, store.Commit(ctx, registered(1)), "%d statements run", n)
	}
}

func TestMariaDBReadyNamesTheVersions(t *testing.T) {
	t.Parallel()
	db := newMariaDB(t, "")
	store := mysqlStore(t, db, nil)

	err := store.Ready(ctx)
	require.ErrorIs(t, err, accessmgmt.ErrSchema)
	assert.ErrorContains(t, err, "version 0")
	assert.ErrorContains(t, err, "needs 1")
	assert.ErrorContains(t, err, "Migrate")
	assert.EqualError(t, store.Commit(ctx, registered(1)), "mysql: commit: no such table; was Migrate called? (1146)")
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	require.ErrorIs(t, store.In(tx).Ready(ctx), accessmgmt.ErrSchema)
	require.ErrorIs(t, store.In(tx).Ready(ctx), accessmgmt.ErrSchema, "asking spoils nothing")
	require.NoError(t, tx.Commit())

	require.NoError(t, store.Migrate(ctx))
	require.NoError(t, store.Ready(ctx))
	require.NoError(t, store.Migrate(ctx), "a second time does nothing")
	_, err = db.Exec("INSERT INTO egovroles_schema (version) VALUES (7)")
	require.NoError(t, err)
	for _, err := range []error{store.Ready(ctx), store.Migrate(ctx)} {
		require.ErrorIs(t, err, accessmgmt.ErrSchema)
		assert.ErrorContains(t, err, "version 7")
		assert.ErrorContains(t, err, "the library is older than the schema")
	}

	done, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, store.Migrate(done), context.Canceled)
	gone, err := sql.Open("mysql", mariadbAddress(t, newDatabase(t), "").FormatDSN())
	require.NoError(t, err)
	require.NoError(t, gone.Close())
	err = mysqlStore(t, gone, nil).Ready(ctx)
	require.Error(t, err)
	assert.NotErrorIs(t, err, accessmgmt.ErrSchema, "a database that can't be reached says nothing of its schema")
}

// TestMariaDBMigrationsByHand makes the schema with the files alone, as a portal's
// own tool would.
func TestMariaDBMigrationsByHand(t *testing.T) {
	t.Parallel()
	db := newMariaDB(t, "")
	for _, statement := range statementsOf(t) {
		_, err := db.Exec(statement)
		require.NoError(t, err)
	}
	store := mysqlStore(t, db, nil)
	require.NoError(t, store.Ready(ctx))
	require.NoError(t, store.Commit(ctx, registered(1)))
	require.NoError(t, store.Migrate(ctx))
}

func TestMariaDBTablePrefix(t *testing.T) {
	t.Parallel()
	config := mariadbAddress(t, newDatabase(t), "")
	db := openMariaDB(t, config)
	stores := map[string]*mysql.Store{}
	for _, prefix := range []string{"", "gap2_", "a2345678901234567890123456789012"} {
		stores[prefix] = mysqlStore(t, db, &mysql.Options{TablePrefix: prefix})
		require.NoError(t, stores[prefix].Migrate(ctx))
		require.NoError(t, stores[prefix].Ready(ctx))
	}
	for prefix, store := range stores {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		for other, store := range stores {
			_, err := store.Enterprise(ctx, c.Enterprise.ID)
			if other == prefix {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, accessmgmt.ErrNotFound, "another prefix is another store")
			}
		}
	}
	for _, table := range mariadbTables(t, config.DBName) {
		assert.Regexp(t, "^(egovroles_|gap2_|a2345678901234567890123456789012)[a-z]", table)
	}
	for _, prefix := range []string{"1x_", "Gap_", "gap-", "a b", "x; DROP TABLE y", "é_", "_x", "a23456789012345678901234567890123"} {
		_, err := mysql.New(db, &mysql.Options{TablePrefix: prefix})
		assert.Error(t, err, "%q", prefix)
	}
	_, err := mysql.New(nil, nil)
	assert.Error(t, err)
}

// TestMariaDBServersOfAllSorts makes the schema on a server and in a database
// whose defaults are others: it says itself what it needs.
func TestMariaDBServersOfAllSorts(t *testing.T) {
	t.Parallel()
	name := newDatabase(t)
	_, err := mariadbDatabases.admin.Exec("ALTER DATABASE " + name + " CHARACTER SET latin1 COLLATE latin1_swedish_ci")
	require.NoError(t, err)
	db := openMariaDB(t, mariadbAddress(t, name, "default_storage_engine=MyISAM"))
	store := mysqlStore(t, db, nil)
	require.NoError(t, store.Migrate(ctx))
	var odd int
	require.NoError(t, db.QueryRow(`SELECT COUNT(*) FROM information_schema.tables
		WHERE table_schema = DATABASE() AND NOT (engine = 'InnoDB' AND row_format = 'Dynamic' AND table_collation = 'utf8mb4_bin')`).Scan(&odd))
	assert.Zero(t, odd)
}

// TestMariaDBRefusesSettings has connections on which what is written, or what is
// read, would not be what it should.
func TestMariaDBRefusesSettings(t *testing.T) {
	t.Parallel()
	name := onMariaDB(t).config.DBName
	for settings, want := range map[string]string{
		"sql_mode=%27%27":                             "mysql: sql_mode isn't strict: the server would cut what is too long for its column, and go on",
		"sql_mode=%27ANSI%27":                         "mysql: sql_mode isn't strict: the server would cut what is too long for its column, and go on",
		"charset=latin1":                              "mysql: the connection's character set is latin1 and must be utf8mb4: not every text would come back as it was",
		"charset=utf8":                                "mysql: the connection's character set is utf8mb3 and must be utf8mb4: not every text would come back as it was",
		"autocommit=0":                                "mysql: autocommit is off: a connection would go on reading what it saw first",
		"sql_mode=%27STRICT_ALL_TABLES%27":            "",
		"charset=utf8mb4&collation=utf8mb4_danish_ci": "",
	} {
		store := mysqlStore(t, openMariaDB(t, mariadbAddress(t, name, settings)), nil)
		for _, err := range []error{store.Ready(ctx), store.Migrate(ctx)} {
			if want == "" {
				assert.NoError(t, err, settings)
			} else {
				assert.EqualError(t, err, want, settings)
			}
		}
	}
}

// TestMariaDBErrorsKeepValues looks at what the server says of a key that is there
// already and of a text that is too long, which quotes them, and at what the store
// makes of it.
func TestMariaDBErrorsKeepValues(t *testing.T) {
	t.Parallel()
	store := onMariaDB(t).store
	c := registered(1)
	require.NoError(t, store.Commit(ctx, c))
	again := registered(1)
	err := store.Commit(ctx, again)
	require.ErrorIs(t, err, accessmgmt.ErrConflict)
	assert.NotContains(t, fmt.Sprintf("%+v", err), again.Enterprise.Number.Digits())

	long := next(c.Enterprise)
	long.Persons = []accessmgmt.Person{{ID: accessmgmt.PersonID{UUID: newID()}, CreatedAt: now, Version: 1,
		Identities: []accessmgmt.IdentityRef{{Issuer: "i", Subject: strings.Repeat("anne", 100)}}}}
	err = store.Commit(ctx, long)
	assert.EqualError(t, err, "mysql: commit: text too long (1406)")
	assert.NotContains(t, fmt.Sprintf("%+v", err), "anne")
}
