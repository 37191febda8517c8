package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

var dialect = sqlstore.Dialect{
	Name:     "postgres",
	Numbered: true,
	TextIDs:  true, // the type uuid takes no 16 bytes
	// The protocol takes 65535 arguments.
	Variables:  65_535,
	Rows:       250,
	IDList:     idList,
	SkipLocked: true,
	// Guards are counts of rows, and an UPDATE that waited for a lock must see
	// the row as it is then: a stricter isolation would fail in its stead.
	Write:      &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	Snapshot:   &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	Replicated: replicated,
	Classify:   classify,
}

// idList makes a list of ids a table to join with. After some calls PostgreSQL
// plans a prepared statement for an enterprise of average size, without looking
// at its parameters: it then reads all rows of the enterprise, and would compare
// each of the thousands that a large one has with every id.
func idList(n int) string {
	return "(SELECT unnest(ARRAY[?" + strings.Repeat(", ?", n-1) + "]::uuid[]))"
}

// replicated waits for the standbys that a COMMIT waits for, if there are to be any.
// WAL is one stream: a standby that has this small message has all that was written
// before it. Everybody may write one, unless an operator took that right away.
func replicated(ctx context.Context, conn *sql.Conn) error {
	var waits bool
	err := conn.QueryRowContext(ctx, "SELECT COALESCE(current_setting('synchronous_standby_names', true), '') <> ''").Scan(&waits)
	if err != nil || !waits {
		return err
	}
	_, err = conn.ExecContext(ctx, "SELECT pg_logical_emit_message(true, 'egovroles', '')")
	return err
}

func checkPrefix(prefix string) error {
	if strings.HasPrefix(prefix, "pg_") {
		return errors.New("postgres: a table prefix can't start with pg_, which PostgreSQL keeps for itself")
	}
	return nil
}

// words names the codes that an operator can do something about;
// https://www.postgresql.org/docs/current/errcodes-appendix.html.
var words = map[string]string{
	"0A000": "not supported",
	"22021": "a character that the database can't hold",
	"22P05": "a character that the database can't hold",
	"23505": "a key is there already",
	"25006": "read-only: a standby?",
	"25P02": "the transaction had failed already",
	"25P03": "idle in the transaction for too long",
	"25P04": "the transaction took too long",
	"26000": "a prepared statement is gone: is a pooler in transaction mode?",
	"28000": "not allowed to log in",
	"28P01": "not allowed to log in",
	"3D000": "no such database",
	"3F000": "no such schema",
	"40001": "serialization failed",
	"40003": "outcome unknown",
	"40P01": "deadlock",
	"42501": "not permitted",
	"42P01": "no such table; was Migrate called?",
	"42P05": "a prepared statement is there already: is a pooler in transaction mode?",
	"53100": "disk full",
	"53200": "out of memory",
	"53300": "too many connections",
	"54000": "too big",
	"55P03": "a lock wasn't to be had in time",
	"57014": "cancelled, by a timeout or an operator",
	"57P01": "shutting down",
	"57P02": "crashed",
	"57P03": "starting up",
	"57P04": "the database was dropped",
	"57P05": "idle for too long",
	"58030": "disk I/O error",
	"XX001": "damaged data",
	"XX002": "damaged index",
}

func classify(err error) sqlstore.Failure {
	code, ok := sqlState(err)
	if !ok {
		return clientFailure(err)
	}
	word, known := words[code]
	if !known {
		word = "failed"
	}
	f := sqlstore.Failure{Code: fmt.Sprintf("%s (%s)", word, code)}
	switch code {
	case "23505":
		f.Kind = sqlstore.Duplicate
	case "42501":
		f.Kind = sqlstore.Denied
	case "40001", "40P01", "55P03", "53300":
		f.Kind = sqlstore.Busy
	case "40003", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04",
		"25006": // what was the primary is a standby now
		f.Kind = sqlstore.Lost
	default:
		if strings.HasPrefix(code, "08") { // connection exceptions
			f.Kind = sqlstore.Lost
		}
	}
	return f
}

// sqlState returns the SQLSTATE of the server's error. No driver can be imported
// here: pgx's error and lib/pq's have a method SQLState, older ones of lib/pq a
// method Get with the letters of the protocol.
func sqlState(err error) (string, bool) {
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) {
		return coded.SQLState(), true
	}
	var lettered interface{ Get(byte) string }
	if errors.As(err, &lettered) {
		return lettered.Get('C'), true
	}
	return "", false
}

// clientFailure is the kind of an error that the driver made. pgx knows of some
// that nothing was sent.
func clientFailure(err error) sqlstore.Failure {
	var sent interface{ SafeToRetry() bool }
	if errors.As(err, &sent) && sent.SafeToRetry() {
		return sqlstore.Failure{Kind: sqlstore.Lost}
	}
	return sqlstore.Failure{}
}
