package verify_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/storage/postgres"
	"github.com/egovroles/egovroles/storage/storagetest"
)

// The drivers for PostgreSQL that the store runs through.
const (
	pgx = "pgx"
	pq  = "postgres"
)

// postgresServer returns the address of a server to make a database on.
func postgresServer(t testing.TB) string {
	t.Helper()
	return server(t, "EGOVROLES_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable",
		"pg_ctlcluster 15 main start, with trust on loopback", func(dsn string) error {
			db, err := sql.Open(pgx, dsn)
			if err != nil {
				return err
			}
			defer func() { _ = db.Close() }()
			return db.Ping()
		})
}

// postgresDatabase is the database of this process, in which each test has a
// schema of its own.
var postgresDatabase struct {
	once   sync.Once
	name   string
	err    error
	serial atomic.Int64
}

// postgresAddress returns the address of a schema in this process's database,
// with what else is to be set on each connection.
func postgresAddress(t testing.TB, schema string, settings ...string) string {
	t.Helper()
	d := &postgresDatabase
	admin := postgresServer(t)
	d.once.Do(func() {
		d.name = fmt.Sprintf("egovroles_verify_%d_%d", os.Getpid(), time.Now().UnixMilli())
		d.err = postgresExec(admin, "CREATE DATABASE "+d.name+" ENCODING 'UTF8' TEMPLATE template0")
		if d.err == nil {
			atTheEnd(func() error { return postgresExec(admin, "DROP DATABASE "+d.name+" WITH (FORCE)") })
		}
	})
	require.NoError(t, d.err)
	address, err := url.Parse(admin)
	require.NoError(t, err, "EGOVROLES_POSTGRES is to be an address, postgres://…")
	address.Path = "/" + d.name
	query := address.Query()
	query.Set("search_path", schema)
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		query.Set(name, value)
	}
	address.RawQuery = query.Encode()
	return address.String()
}

func postgresExec(dsn, text string) error {
	db, err := sql.Open(pgx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.Exec(text)
	return err
}

// newSchema makes a schema without tables, and returns its name.
func newSchema(t testing.TB) string {
	t.Helper()
	schema := fmt.Sprintf("s%d", postgresDatabase.serial.Add(1))
	require.NoError(t, postgresExec(postgresAddress(t, "public"), "CREATE SCHEMA "+schema))
	return schema
}

// openPostgres opens a schema through a driver, until the test ends.
func openPostgres(t testing.TB, driver, schema string, settings ...string) *sql.DB {
	t.Helper()
	return openAddress(t, driver, postgresAddress(t, schema, settings...))
}

func openAddress(t testing.TB, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// postgresPlaces are schemas with the tables of a store, opened through one
// driver, each with at most so many connections: a server has a hundred, and
// several tests at once have a place each.
type postgresPlaces struct {
	driver      string
	connections int
	pool        pool[*postgresPlace]
}

type postgresPlace struct {
	db    *sql.DB
	store *postgres.Store
}

var (
	throughPgx = &postgresPlaces{driver: pgx, connections: 8}
	throughPQ  = &postgresPlaces{driver: pq, connections: 8}
	throughOne = &postgresPlaces{driver: pgx, connections: 1}
)

// take returns an empty store for one test. What power failures do to it is
// nobody's concern here: it needn't wait for the disk.
func (p *postgresPlaces) take(t testing.TB) *postgresPlace {
	t.Helper()
	place := p.pool.borrow(t, func() *postgresPlace {
		db, err := sql.Open(p.driver, postgresAddress(t, newSchema(t), "synchronous_commit=off"))
		require.NoError(t, err)
		db.SetMaxOpenConns(p.connections)
		db.SetMaxIdleConns(p.connections)
		db.SetConnMaxIdleTime(10 * time.Second)
		store, err := postgres.New(db, nil)
		require.NoError(t, err)
		require.NoError(t, store.Migrate(ctx))
		return &postgresPlace{db, store}
	})
	place.empty(t)
	return place
}

func (p *postgresPlaces) open(t testing.TB) accessmgmt.Store { return p.take(t).store }

// empty deletes all rows. TRUNCATE takes longer, for as few as a test leaves.
func (p *postgresPlace) empty(t testing.TB) {
	t.Helper()
	var all strings.Builder
	for _, table := range postgresTables(t, p.db) {
		if table != "egovroles_schema" {
			all.WriteString("DELETE FROM " + table + ";")
		}
	}
	_, err := p.db.Exec(all.String())
	require.NoError(t, err)
}

func postgresTables(t testing.TB, db *sql.DB) (tables []string) {
	t.Helper()
	rows, err := db.Query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	require.NoError(t, rows.Err())
	return tables
}

func TestPostgres(t *testing.T)     { storagetest.Run(t, throughPgx.open) }
func TestPostgresByPQ(t *testing.T) { storagetest.Run(t, throughPQ.open) }

// TestPostgresOneConnection shows that the store never needs a second connection
// while it holds one: it would wait for ever.
func TestPostgresOneConnection(t *testing.T) { storagetest.Run(t, throughOne.open) }

// TestPostgresKeepsNoSecret looks for national numbers, tokens and the key in all
// that the tables hold.
func TestPostgresKeepsNoSecret(t *testing.T) {
	t.Parallel()
	place := throughPgx.take(t)
	workflowtest.Secrets(t, func(testing.TB) accessmgmt.Store { return place.store }, func(t testing.TB, _ accessmgmt.Store) []byte {
		var all []byte
		for _, table := range postgresTables(t, place.db) {
			rows, err := place.db.Query("SELECT t::text FROM " + table + " t")
			require.NoError(t, err)
			for rows.Next() {
				var row []byte
				require.NoError(t, rows.Scan(&row))
				all = append(append(all, row...), '\n')
			}
			require.NoError(t, rows.Err())
		}
		return all
	})
}
