package sqlstore

import (
	"context"
	"database/sql"
)

// Dialect is what tells one engine from another. Everything else (which rows,
// which guards, in which order) is the same on all of them.
type Dialect struct {
	// Name stands in errors: "sqlite".
	Name string
	// Numbered writes $1, $2 … where statements have a question mark.
	Numbered bool
	// TextIDs passes ids as text, for engines with a type of their own for
	// them; otherwise they are passed as 16 bytes.
	TextIDs bool
	// Variables is how many arguments one statement may have.
	Variables int
	// Rows is how many rows one statement adds at most.
	Rows int
	// IDList is what a column that has one of n ids is IN, where the rows of one
	// enterprise are asked for by their ids; nil: (?, ?, …).
	IDList func(n int) string
	// SkipLocked claims messages past those that another claim has locked, with
	// SELECT … FOR UPDATE SKIP LOCKED and an UPDATE. An engine with one writer at
	// a time needs none of it, and does it in one UPDATE … RETURNING.
	SkipLocked bool
	// Local says that statements are short and touch no network. They are then
	// not interrupted: SQLite undoes the whole transaction of a write that is,
	// which database/sql knows nothing of. Between statements a caller who is
	// gone is still noticed.
	Local bool
	// OneWriter lets one write of this process at a time near the database,
	// where more than one could only wait for a lock, and commits for several
	// who wait at once. It needs Local: a statement that is interrupted may be
	// the end of others' writes too.
	OneWriter bool
	// Setup readies the connection of a write before its transaction begins;
	// nil does nothing.
	Setup func(ctx context.Context, conn *sql.Conn) error
	// Write are the options of a transaction that writes, Snapshot those of one
	// that reads the same state in all its statements.
	Write, Snapshot *sql.TxOptions
	// Rollback is a statement that undoes a transaction, for drivers whose own
	// can't be interrupted: it is run first, and theirs then finds nothing to do.
	Rollback string
	// Replicated returns once all that a connection has seen is where a COMMIT
	// waits for it to be, on a standby for instance; nil where what is seen always
	// is. PostgreSQL shows what a COMMIT wrote whose waiting was cut short.
	Replicated func(ctx context.Context, conn *sql.Conn) error
	// Classify says what kind of failure the engine reported. It needn't know
	// the errors of the network, which are the same for all drivers.
	Classify func(error) Failure
}

// Failure is what an error of the database means for us.
type Failure struct {
	Kind FailureKind
	// Code is the engine's code with a word for it, "busy (5)". It must not
	// repeat what the driver said, since servers quote row values: MySQL's
	// 1062 does. "" means that the engine didn't send this error: a lost
	// connection, a closed pool, a value that the driver can't encode.
	Code string
}

// FailureKind is what can be done about a failure.
type FailureKind int

// The kinds of failure.
const (
	Other     FailureKind = iota
	Duplicate             // a primary or unique key is there already
	Busy                  // nothing was done; the transaction may be tried again
	// Lost: the connection is gone, or of no use to who wants to write. What it
	// had not yet committed is undone, and may be tried again on another; of a
	// COMMIT that was on its way nothing is known.
	Lost
	Denied // the account has no right to it, which tells nothing of what is there
)
