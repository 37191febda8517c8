package postgres

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/internal/sqlstore"
)

// pgxError and pqError are what the drivers return of the server's errors, and
// oldError what lib/pq returned before it had a method for it.
type (
	pgxError string
	pqError  struct{ code string }
	oldError struct{ code string }
)

func (e *pgxError) Error() string    { return "with a row's values" }
func (e *pgxError) SQLState() string { return string(*e) }

func (e pqError) Error() string    { return "with a row's values" }
func (e pqError) SQLState() string { return e.code }

func (e *oldError) Error() string { return "with a row's values" }
func (e *oldError) Get(letter byte) string {
	if letter == 'C' {
		return e.code
	}
	return "with a row's values"
}

// unsent is an error of pgx's, which may know that nothing was sent.
type unsent bool

func (unsent) Error() string       { return "conn closed" }
func (u unsent) SafeToRetry() bool { return bool(u) }

func TestClassify(t *testing.T) {
	pgx := func(code string) error { e := pgxError(code); return &e }
	for _, c := range []struct {
		err  error
		want sqlstore.Failure
	}{
		{pgx("23505"), sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "a key is there already (23505)"}},
		{pqError{"23505"}, sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "a key is there already (23505)"}},
		{&oldError{"23505"}, sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "a key is there already (23505)"}},
		{fmt.Errorf("prepare: %w", pgx("23505")), sqlstore.Failure{Kind: sqlstore.Duplicate, Code: "a key is there already (23505)"}},
		{pgx("40001"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "serialization failed (40001)"}},
		{pgx("40P01"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "deadlock (40P01)"}},
		{pgx("55P03"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "a lock wasn't to be had in time (55P03)"}},
		{pgx("53300"), sqlstore.Failure{Kind: sqlstore.Busy, Code: "too many connections (53300)"}},
		{pgx("40003"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "outcome unknown (40003)"}},
		{pgx("57P01"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "shutting down (57P01)"}},
		{pgx("57P02"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "crashed (57P02)"}},
		{pgx("57P03"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "starting up (57P03)"}},
		{pgx("25006"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "read-only: a standby? (25006)"}},
		{pgx("25P03"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "idle in the transaction for too long (25P03)"}},
		{pgx("08006"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "failed (08006)"}},
		{pgx("08P01"), sqlstore.Failure{Kind: sqlstore.Lost, Code: "failed (08P01)"}},
		{pgx("57014"), sqlstore.Failure{Code: "cancelled, by a timeout or an operator (57014)"}},
		{pgx("23514"), sqlstore.Failure{Code: "failed (23514)"}},
		{pgx("22021"), sqlstore.Failure{Code: "a character that the database can't hold (22021)"}},
		{pgx("42501"), sqlstore.Failure{Kind: sqlstore.Denied, Code: "not permitted (42501)"}},
		{pgx("42P01"), sqlstore.Failure{Code: "no such table; was Migrate called? (42P01)"}},
		{unsent(true), sqlstore.Failure{Kind: sqlstore.Lost}},
		{unsent(false), sqlstore.Failure{}},
		{errors.New("sql: database is closed"), sqlstore.Failure{}},
		{nil, sqlstore.Failure{}},
	} {
		assert.Equal(t, c.want, classify(c.err), "%v", c.err)
	}
}

func TestIDList(t *testing.T) {
	assert.Equal(t, "(SELECT unnest(ARRAY[?]::uuid[]))", idList(1))
	assert.Equal(t, "(SELECT unnest(ARRAY[?, ?, ?]::uuid[]))", idList(3))
}
