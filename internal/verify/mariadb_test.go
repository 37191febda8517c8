package verify_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/storage/mysql"
	"github.com/egovroles/egovroles/storage/storagetest"
)

// mariadbServer returns how to reach a server to make databases on.
func mariadbServer(t testing.TB) *mysqldriver.Config {
	t.Helper()
	dsn := server(t, "EGOVROLES_MARIADB", "root@tcp(127.0.0.1:3306)/",
		"bash .ci/servers", func(dsn string) error {
			db, err := sql.Open("mysql", dsn)
			if err != nil {
				return err
			}
			defer func() { _ = db.Close() }()
			return db.Ping()
		})
	config, err := mysqldriver.ParseDSN(dsn)
	require.NoError(t, err, "EGOVROLES_MARIADB is to be a data source name of go-sql-driver/mysql")
	return config
}

// mariadbDatabases are the databases of this process.
var mariadbDatabases struct {
	once  sync.Once
	err   error
	admin *sql.DB
	// owner is what their names start with, and a lock that is held as long as
	// this process lives: the next drops what one that was killed left.
	owner  string
	mu     sync.Mutex
	serial int
	tables []string // those to empty
	pool   pool[string]
}

// newDatabase makes a database without tables, and returns its name.
func newDatabase(t testing.TB) string {
	t.Helper()
	d := &mariadbDatabases
	config := mariadbServer(t)
	d.once.Do(func() { d.err = beginDatabases(config) })
	require.NoError(t, d.err)
	d.mu.Lock()
	d.serial++
	name := fmt.Sprintf("%s_%d", d.owner, d.serial)
	d.mu.Unlock()
	_, err := d.admin.Exec("CREATE DATABASE " + name)
	require.NoError(t, err)
	atTheEnd(func() error { _, err := d.admin.Exec("DROP DATABASE " + name); return err })
	return name
}

func beginDatabases(config *mysqldriver.Config) (err error) {
	d := &mariadbDatabases
	d.owner = "egovroles_" + strings.ReplaceAll(newID().String(), "-", "")
	if d.admin, err = sql.Open("mysql", config.FormatDSN()); err != nil {
		return err
	}
	held, err := d.admin.Conn(ctx) // until the process ends
	if err != nil {
		return err
	}
	if _, err := held.ExecContext(ctx, "DO GET_LOCK(?, 0)", d.owner); err != nil {
		return err
	}
	rows, err := d.admin.Query(`SELECT schema_name FROM information_schema.schemata
		WHERE schema_name REGEXP '^egovroles_[0-9a-f]{32}_' AND IS_FREE_LOCK(LEFT(schema_name, 42)) = 1`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		if _, err := d.admin.Exec("DROP DATABASE IF EXISTS " + name); err != nil {
			return err
		}
	}
	return rows.Err()
}

// mariadbAddress returns how to reach a database, with what else a data source
// name is to say.
func mariadbAddress(t testing.TB, name, settings string) *mysqldriver.Config {
	t.Helper()
	server := mariadbServer(t)
	server.DBName = name
	dsn := server.FormatDSN()
	mark := "?"
	if strings.Contains(dsn, "?") {
		mark = "&"
	}
	config, err := mysqldriver.ParseDSN(dsn + mark + settings)
	require.NoError(t, err)
	return config
}

// openMariaDB opens a pool of connections, closed when the test ends. They are
// few: a server has not many, and several tests at once have a pool each.
func openMariaDB(t testing.TB, config *mysqldriver.Config) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", config.FormatDSN())
	require.NoError(t, err)
	db.SetMaxOpenConns(10)
	db.SetMaxIdleConns(10)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// mariadbPlace is a database with the tables of a store.
type mariadbPlace struct {
	config *mysqldriver.Config
	db     *sql.DB
	store  *mysql.Store
}

// onMariaDB returns an empty store, over connections of its own: what a store
// prepared ends with them, and a server counts it.
func onMariaDB(t testing.TB) *mariadbPlace { return onMariaDBSet(t, "") }

// onMariaDBSet is onMariaDB with settings in the data source name.
func onMariaDBSet(t testing.TB, settings string) *mariadbPlace {
	t.Helper()
	name := mariadbDatabases.pool.borrow(t, func() string {
		name := newDatabase(t)
		db, err := sql.Open("mysql", mariadbAddress(t, name, "").FormatDSN())
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		require.NoError(t, mysqlStore(t, db, nil).Migrate(ctx))
		return name
	})
	emptyMariaDB(t, name)
	config := mariadbAddress(t, name, settings)
	db := openMariaDB(t, config)
	return &mariadbPlace{config, db, mysqlStore(t, db, nil)}
}

// emptyMariaDB deletes all rows. TRUNCATE makes each table anew, which takes
// longer.
func emptyMariaDB(t testing.TB, name string) {
	t.Helper()
	d := &mariadbDatabases
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tables == nil {
		d.tables = mariadbTables(t, name)
	}
	tx, err := d.admin.Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	for _, table := range d.tables {
		if table != "egovroles_schema" {
			_, err := tx.Exec("DELETE FROM " + name + "." + table)
			require.NoError(t, err)
		}
	}
	require.NoError(t, tx.Commit())
}

func mariadbTables(t testing.TB, name string) (tables []string) {
	t.Helper()
	rows, err := mariadbDatabases.admin.Query("SELECT table_name FROM information_schema.tables WHERE table_schema = ? ORDER BY 1", name)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var table string
		require.NoError(t, rows.Scan(&table))
		tables = append(tables, table)
	}
	require.NoError(t, rows.Err())
	return tables
}

// mysqlStore returns a store over a database.
func mysqlStore(t testing.TB, db *sql.DB, o *mysql.Options) *mysql.Store {
	t.Helper()
	store, err := mysql.New(db, o)
	require.NoError(t, err)
	return store
}

func openOnMariaDB(t testing.TB) accessmgmt.Store { return onMariaDB(t).store }

func TestMariaDB(t *testing.T) { storagetest.Run(t, openOnMariaDB) }

// portals are settings that a portal may have in its data source name for its
// own sake. None of them may matter to the store.
const portals = "clientFoundRows=true&interpolateParams=true&parseTime=true&loc=Europe%2FBrussels&multiStatements=true&columnsWithAlias=true" +
	"&sql_mode=%27TRADITIONAL,ANSI,NO_BACKSLASH_ESCAPES%27&collation=utf8mb4_uca1400_ai_ci&tx_isolation=%27SERIALIZABLE%27&innodb_snapshot_isolation=ON"

// TestMariaDBAsPortalsHaveIt has the settings of another portal, and one
// connection: the store never needs a second while it holds one, for which it
// would wait for ever.
func TestMariaDBAsPortalsHaveIt(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) accessmgmt.Store {
		p := onMariaDBSet(t, portals)
		p.db.SetMaxOpenConns(1)
		return p.store
	})
}

// TestMariaDBInTransaction runs the suite inside one transaction of the portal's,
// on the only connection there is.
func TestMariaDBInTransaction(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) accessmgmt.Store {
		p := onMariaDB(t)
		p.db.SetMaxOpenConns(1)
		tx, err := p.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, tx.Rollback()) })
		return p.store.In(tx)
	})
}

// TestMariaDBKeepsNoSecret looks for national numbers, tokens and the key in all
// that the tables hold.
func TestMariaDBKeepsNoSecret(t *testing.T) {
	t.Parallel()
	place := onMariaDB(t)
	workflowtest.Secrets(t, func(testing.TB) accessmgmt.Store { return place.store }, func(t testing.TB, _ accessmgmt.Store) []byte {
		var all []byte
		for _, table := range mariadbTables(t, place.config.DBName) {
			rows, err := place.db.Query("SELECT * FROM " + table)
			require.NoError(t, err)
			columns, err := rows.Columns()
			require.NoError(t, err)
			row := make([]any, len(columns))
			for i := range row {
				row[i] = new(sql.RawBytes)
			}
			for rows.Next() {
				require.NoError(t, rows.Scan(row...))
				for _, column := range row {
					all = append(append(all, *column.(*sql.RawBytes)...), '\n')
				}
			}
			require.NoError(t, rows.Err())
		}
		return all
	})
}
