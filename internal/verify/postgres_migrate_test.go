package verify_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/postgres"
)

// eachDriver runs a test with a schema of its own, through each driver.
func eachDriver(t *testing.T, test func(t *testing.T, driver, schema string)) {
	for name, driver := range map[string]string{"pgx": pgx, "lib-pq": pq} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, driver, newSchema(t))
		})
	}
}

// TestPostgresMigrateAtOnce starts eight instances, of two drivers, on a schema
// that is empty.
func TestPostgresMigrateAtOnce(t *testing.T) {
	for range 3 {
		schema := newSchema(t)
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			db := openPostgres(t, []string{pgx, pq}[i%2], schema)
			store, err := postgres.New(db, nil)
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

func TestPostgresReadyNamesTheVersions(t *testing.T) {
	eachDriver(t, func(t *testing.T, driver, schema string) {
		db := openPostgres(t, driver, schema)
		store, err := postgres.New(db, nil)
		require.NoError(t, err)

		err = store.Ready(ctx)
		require.ErrorIs(t, err, accessmgmt.ErrSchema)
		assert.ErrorContains(t, err, "version 0")
		assert.ErrorContains(t, err, "needs 1")
		assert.ErrorContains(t, err, "Migrate")
		assert.EqualError(t, store.Commit(ctx, registered(1)), "postgres: commit: no such table; was Migrate called? (42P01)")
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

		require.NoError(t, db.Close())
		err = store.Ready(ctx)
		require.Error(t, err)
		assert.NotErrorIs(t, err, accessmgmt.ErrSchema, "a database that can't be reached says nothing of its schema")
	})
}

// TestPostgresMigrationsByHand makes the schema with the files alone, as a
// portal's own tool would.
func TestPostgresMigrationsByHand(t *testing.T) {
	eachDriver(t, func(t *testing.T, driver, schema string) {
		db := openPostgres(t, driver, schema)
		names, err := fs.Glob(postgres.Migrations(), "*.sql")
		require.NoError(t, err)
		require.Contains(t, names, "0001_init.sql")
		for _, name := range names {
			text, err := fs.ReadFile(postgres.Migrations(), name)
			require.NoError(t, err)
			_, err = db.Exec(string(text))
			require.NoError(t, err)
		}
		store, err := postgres.New(db, nil)
		require.NoError(t, err)
		require.NoError(t, store.Ready(ctx))
		require.NoError(t, store.Commit(ctx, registered(1)))
		require.NoError(t, store.Migrate(ctx))
	})
}

func TestPostgresTablePrefix(t *testing.T) {
	db := openPostgres(t, pgx, newSchema(t))
	stores := map[string]*postgres.Store{}
	for _, prefix := range []string{"", "gap2_", "a2345678901234567890123456789012"} {
		store, err := postgres.New(db, &postgres.Options{TablePrefix: prefix})
		require.NoError(t, err)
		require.NoError(t, store.Migrate(ctx))
		require.NoError(t, store.Ready(ctx))
		stores[prefix] = store
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
	var odd int
	require.NoError(t, db.QueryRow(`SELECT COUNT(*) FROM pg_class c WHERE relnamespace = current_schema()::regnamespace
		AND relname NOT LIKE 'egovroles!_%' ESCAPE '!' AND relname NOT LIKE 'gap2!_%' ESCAPE '!' AND relname NOT LIKE 'a2345678901234567890123456789012%'`).Scan(&odd))
	assert.Zero(t, odd, "all names have the prefix")

	for _, prefix := range []string{"1x_", "Gap_", "gap-", "a b", "x; DROP TABLE y", "pg_", "é_", "_x", "a23456789012345678901234567890123"} {
		_, err := postgres.New(db, &postgres.Options{TablePrefix: prefix})
		assert.Error(t, err, "%q", prefix)
	}
	_, err := postgres.New(nil, nil)
	assert.Error(t, err)
}

// TestPostgresSearchPath has the tables go to the first schema of the path, and
// be found in the second.
func TestPostgresSearchPath(t *testing.T) {
	eachDriver(t, func(t *testing.T, driver, schema string) {
		later := newSchema(t)
		db := openPostgres(t, driver, schema)
		store, err := postgres.New(db, nil)
		require.NoError(t, err)
		require.NoError(t, store.Migrate(ctx))
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		db = openPostgres(t, driver, later+","+schema)
		store, err = postgres.New(db, nil)
		require.NoError(t, err)
		require.NoError(t, store.Ready(ctx))
		require.NoError(t, store.Migrate(ctx), "nothing is made twice")
		assert.Empty(t, postgresTables(t, db))
		_, err = store.Enterprise(ctx, c.Enterprise.ID)
		require.NoError(t, err)
		db = openPostgres(t, driver, "nowhere")
		store, err = postgres.New(db, nil)
		require.NoError(t, err)
		assert.EqualError(t, store.Migrate(ctx), "postgres: migrate: the search_path names no schema that is there, to make tables in")
	})
}

// TestPostgresEncoding has a database that can't hold every name.
func TestPostgresEncoding(t *testing.T) {
	admin := postgresServer(t)
	name := fmt.Sprintf("egovroles_latin_%d", os.Getpid())
	require.NoError(t, postgresExec(admin, "CREATE DATABASE "+name+" ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"))
	atTheEnd(func() error { return postgresExec(admin, "DROP DATABASE "+name+" WITH (FORCE)") })
	db, err := sql.Open(pgx, strings.Replace(postgresAddress(t, "public"), "/"+postgresDatabase.name, "/"+name, 1))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	store, err := postgres.New(db, nil)
	require.NoError(t, err)
	assert.EqualError(t, store.Migrate(ctx), "postgres: migrate: the database is in LATIN1: it must be in UTF8, to hold every name")
}

// TestPostgresReadyWithoutRights has an account that may not read the schema's
// version: that isn't a schema that lacks one.
func TestPostgresReadyWithoutRights(t *testing.T) {
	eachDriver(t, func(t *testing.T, driver, schema string) {
		db := openPostgres(t, driver, schema)
		db.SetMaxOpenConns(1)
		store, err := postgres.New(db, nil)
		require.NoError(t, err)
		require.NoError(t, store.Migrate(ctx))
		for _, text := range []string{"GRANT USAGE ON SCHEMA " + schema + " TO pg_monitor", "SET ROLE pg_monitor"} {
			_, err = db.Exec(text)
			require.NoError(t, err)
		}
		err = store.Ready(ctx)
		require.EqualError(t, err, "postgres: ready: not permitted (42501)")
		require.NotErrorIs(t, err, accessmgmt.ErrSchema)
	})
}
