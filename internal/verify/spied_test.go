package verify_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	libpq "github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/postgres"
)

// spiedDatabases are the engines with drivers to spy on.
var spiedDatabases = []struct {
	name string
	open func(t testing.TB) (sqlStore, *spy)
	// passing are errors of the engine after which the whole transaction is tried
	// again.
	passing []error
}{
	{"sqlite", func(t testing.TB) (sqlStore, *spy) {
		db, spy := openSpied(t, dsn(file(t)))
		return migrated(t, db, nil), spy
	}, []error{sqliteError{5, "locked"}, sqliteError{517, "snapshot"}, sqliteError{262, "shared"}, mattnError{5, 517}}},
	{"postgres", func(t testing.TB) (sqlStore, *spy) { return spiedPostgres(t, stdlib.GetDefaultDriver()) },
		each(passingStates, func(state string) error { return &pgconn.PgError{Code: state, Message: "for Anne"} })},
	{"postgres by lib-pq", func(t testing.TB) (sqlStore, *spy) { return spiedPostgres(t, &libpq.Driver{}) },
		each(passingStates, func(state string) error { return &libpq.Error{Code: pqerror.Code(state), Message: "for Anne"} })},
	{"mariadb", spiedMariaDB, each(passingNumbers, func(number uint16) error { return &mysqldriver.MySQLError{Number: number, Message: "for Anne"} })},
}

// passingStates are PostgreSQL's: a serialization failure, a deadlock, a lock that
// isn't free, a server that goes down or comes up, a connection that failed, a
// server that became a standby.
var passingStates = []string{"40001", "40P01", "55P03", "57P01", "57P03", "08006", "25006"}

// passingNumbers are MariaDB's and MySQL's: a deadlock, a lock that isn't free, a
// row that changed, too many connections, a node that isn't in its cluster, a
// server that goes down, is read-only, or killed the connection.
var passingNumbers = []uint16{1213, 1205, 1020, 3572, 1040, 1047, 1053, 1290, 1792, 1836, 1927}

func each[A, B any](all []A, f func(A) B) (made []B) {
	for _, a := range all {
		made = append(made, f(a))
	}
	return made
}

func spiedPostgres(t testing.TB, d driver.Driver) (sqlStore, *spy) {
	address := postgresAddress(t, newSchema(t), "synchronous_commit=off")
	db, spy := spied(t, func(context.Context) (driver.Conn, error) { return d.Open(address) })
	store, err := postgres.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(ctx))
	return store, spy
}

func spiedMariaDB(t testing.TB) (sqlStore, *spy) {
	db, spy := spiedMySQL(t, onMariaDB(t).config)
	return mysqlStore(t, db, nil), spy
}

// spiedMySQL opens a database of MariaDB's through a spy. After all but a deadlock
// a COMMIT that was refused leaves the transaction open there.
func spiedMySQL(t testing.TB, config *mysqldriver.Config) (*sql.DB, *spy) {
	t.Helper()
	db, spy := spied(t, func(ctx context.Context) (driver.Conn, error) {
		connector, err := mysqldriver.NewConnector(config)
		if err != nil {
			return nil, err
		}
		return connector.Connect(ctx)
	})
	spy.leftOpen = func(err error) bool {
		var refused *mysqldriver.MySQLError
		return !errors.As(err, &refused) || refused.Number != 1213
	}
	db.SetMaxOpenConns(10)
	return db, spy
}

// onEachSpied runs a test on every database through a spy.
func onEachSpied(t *testing.T, test func(t *testing.T, store sqlStore, spy *spy, passing []error)) {
	for _, d := range spiedDatabases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			store, spy := d.open(t)
			test(t, store, spy, d.passing)
		})
	}
}

// TestPassingErrors has the engine refuse each statement of a commit in turn, and
// its COMMIT, for a reason that passes: the commit is done, once.
func TestPassingErrors(t *testing.T) {
	onEachSpied(t, func(t *testing.T, store sqlStore, spy *spy, passing []error) {
		c := registered(1)
		require.NoError(t, store.Commit(ctx, c))
		for _, err := range passing {
			for n := 1; ; n++ {
				require.Less(t, n, 50, "there is no end of statements")
				c = grown(c.Enterprise)
				hook, count, text := atNth(n, err)
				spy.before = hook
				require.NoError(t, store.Commit(ctx, c), "%v at statement %d, %s", err, n, *text)
				spy.before = nil
				requireOnce(t, store, c, "%v at statement %d, %s", err, n, *text)
				if *count < n { // past the last statement
					require.Greater(t, n, 5)
					break
				}
			}
		}
		claimed, err := store.ClaimMessages(ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now.Add(1), Limit: 1000})
		require.NoError(t, err)
		require.Len(t, claimed, int(c.Enterprise.Epoch)-1, "a message for each commit, and no more")
	})
}
