package mysql

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

var dialect = sqlstore.Dialect{
	Name: "mysql",
	// A statement may have 65535 arguments. But MariaDB takes twice as long for
	// each id of a list of a few thousand as for one of a few hundred, and above
	// some ten thousand it reads the whole table instead.
	Variables:  2500,
	Rows:       100, // of 25 columns; more or fewer by half take as long
	SkipLocked: true,
	// By the transaction's options and not by a session variable, whose name is
	// not the same on MariaDB and MySQL.
	Write:    &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	Snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	// The driver's own ROLLBACK can't be interrupted.
	Rollback: "ROLLBACK",
	Classify: classify,
}

// The errors that mean something to us; https://mariadb.com/kb/en/mariadb-error-codes
// and https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html.
var kinds = map[uint16]sqlstore.FailureKind{
	1062: sqlstore.Duplicate,

	// The transaction is undone, or would be of no use: 1205 undid its last
	// statement only. Whoever tries again begins anew in any case.
	1020: sqlstore.Busy,
	1205: sqlstore.Busy,
	1213: sqlstore.Busy,
	3572: sqlstore.Busy,
	// There was no connection to be had.
	1040: sqlstore.Busy,
	1203: sqlstore.Busy,
	1226: sqlstore.Busy,

	1044: sqlstore.Denied,
	1142: sqlstore.Denied,

	1047: sqlstore.Lost,
	1053: sqlstore.Lost,
	1290: sqlstore.Lost,
	1792: sqlstore.Lost,
	1836: sqlstore.Lost,
	1927: sqlstore.Lost,
	2006: sqlstore.Lost,
	2013: sqlstore.Lost,
	4031: sqlstore.Lost,
}

// words names the errors that an operator can do something about.
var words = map[uint16]string{
	1020: "record changed since it was read",
	1021: "disk full",
	1040: "too many connections",
	1044: "access denied",
	1045: "access denied",
	1046: "no database selected",
	1047: "the cluster's node isn't ready",
	1049: "unknown database",
	1053: "server is shutting down",
	1054: "unknown column; was Migrate called?",
	1062: "duplicate key",
	1142: "access denied",
	1146: "no such table; was Migrate called?",
	1153: "larger than max_allowed_packet",
	1203: "too many connections",
	1205: "lock wait timeout",
	1213: "deadlock",
	1226: "too many connections",
	1290: "read-only server",
	1317: "interrupted",
	1366: "a text in another character set",
	1406: "text too long",
	1461: "more prepared statements than max_prepared_stmt_count",
	1665: "binlog_format is STATEMENT",
	1792: "read-only transaction",
	1836: "read-only server",
	1927: "connection killed",
	1969: "took too long",
	2006: "server has gone away",
	2013: "lost connection",
	3024: "took too long",
	3572: "locked",
	4025: "constraint failed",
	3819: "constraint failed",
	4031: "connection was idle too long",
}

func classify(err error) sqlstore.Failure {
	number, state, ok := serverError(err)
	if !ok {
		if invalid(err) {
			return sqlstore.Failure{Kind: sqlstore.Lost}
		}
		return sqlstore.Failure{}
	}
	word, known := words[number]
	if !known {
		word = "failed"
	}
	f := sqlstore.Failure{Kind: kinds[number], Code: fmt.Sprintf("%s (%d)", word, number)}
	if f.Kind == sqlstore.Other && state[0] == '4' && state[1] == '0' { // the whole transaction was undone
		f.Kind = sqlstore.Busy
	}
	return f
}

// serverError returns the server's error number and SQLSTATE from the error of
// go-sql-driver/mysql, which can't be imported here: its *MySQLError has them in
// two fields, and no method.
func serverError(err error) (number uint16, state [5]byte, ok bool) {
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		n, s := v.FieldByName("Number"), v.FieldByName("SQLState")
		if !n.IsValid() || n.Kind() != reflect.Uint16 {
			continue
		}
		if s.IsValid() && s.Type() == reflect.TypeFor[[5]byte]() {
			state = s.Interface().([5]byte)
		}
		return uint16(n.Uint()), state, true
	}
	return 0, state, false
}

// invalid reports whether an error is the driver's word for a connection that
// broke, of which database/sql has heard nothing yet. The statement may have
// been on its way.
func invalid(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if err.Error() == "invalid connection" {
			return true
		}
	}
	return false
}
