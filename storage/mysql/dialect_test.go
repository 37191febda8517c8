package mysql

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

// MySQLError is what go-sql-driver/mysql returns of the server's errors.
type MySQLError struct {
	Number   uint16
	SQLState [5]byte
	Message  string
}

func (e *MySQLError) Error() string { return "with a row's values" }

// oldError is what it returned before it kept the SQLSTATE, and otherError one
// that has nothing to do with it.
type (
	oldError   struct{ Number uint16 }
	otherError struct{ Number int }
)

func (*oldError) Error() string  { return "with a row's values" }
func (otherError) Error() string { return "number 1062" }

func TestClassify(t *testing.T) {
	t.Parallel()
	server := func(number uint16, state string) error {
		e := &MySQLError{Number: number}
		copy(e.SQLState[:], state)
		return e
	}
	for _, c := range []struct {
		err  error
		want sqlstore.Failure
	}{
		{server(1062, "23000"), sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "duplicate key (1062)"}},
		{&oldError{1062}, sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "duplicate key (1062)"}},
		{fmt.Errorf("prepare: %w", server(1062, "23000")), sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "duplicate key (1062)"}},
		{server(1213, "40001"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "deadlock (1213)"}},
		{server(1205, "HY000"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "lock wait timeout (1205)"}},
		{server(1020, "HY000"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "record changed since it was read (1020)"}},
		{server(3572, "HY000"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "locked (3572)"}},
		{server(1040, "08004"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "too many connections (1040)"}},
		{server(3101, "40000"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "failed (3101)"}},
		{server(1047, "08S01"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "the cluster's node isn't ready (1047)"}},
		{server(1053, "08S01"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "server is shutting down (1053)"}},
		{server(1290, "HY000"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "read-only server (1290)"}},
		{server(1792, "25006"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "read-only transaction (1792)"}},
		{server(1836, "HY000"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "read-only server (1836)"}},
		{server(1927, "70100"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "connection killed (1927)"}},
		{server(2006, "HY000"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "server has gone away (2006)"}},
		{server(2013, "HY000"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "lost connection (2013)"}},
		{server(4031, "HY000"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "connection was idle too long (4031)"}},
		{errors.New("invalid connection"), sqlstore.Failure{Kind: sqlstore.Lost}},
		{fmt.Errorf("begin: %w", errors.New("invalid connection")), sqlstore.Failure{Kind: sqlstore.Lost}},
		{server(1180, "HY000"), sqlstore.Failure{Code: "failed (1180)"}}, // at COMMIT: nobody knows
		{server(1317, "70100"), sqlstore.Failure{Code: "interrupted (1317)"}},
		{server(1406, "22001"), sqlstore.Failure{Code: "text too long (1406)"}},
		{server(1142, "42000"), sqlstore.Failure{Kind: sqlstore.Denied, Code: "access denied (1142)"}},
		{server(1146, "42S02"), sqlstore.Failure{Code: "no such table; was Migrate called? (1146)"}},
		{server(4025, "23000"), sqlstore.Failure{Code: "constraint failed (4025)"}},
		{otherError{1062}, sqlstore.Failure{}},
		{errors.New("sql: database is closed"), sqlstore.Failure{}},
		{nil, sqlstore.Failure{}},
	} {
		assert.Equal(t, c.want, classify(c.err), "%v", c.err)
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"-- of\n\nA (\n  b -- c\n);\n\nD;\n": {"-- of\n\nA (\n  b -- c\n);\n", "\nD;\n"},
		"A;\nB;":                             {"A;\n", "B;"},
		"A;\n\n":                             {"A;\n"},
	} {
		assert.Equal(t, want, statements(text), "%q", text)
	}
}
