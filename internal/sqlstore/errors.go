package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Error is a failure of the database. Its text holds neither arguments nor row
// values; the driver's error, whose text may, is behind Unwrap.
type Error struct {
	Dialect string
	Op      string // what was being done: "commit"
	Code    string // see [Failure.Code]
	// safe is set when the cause's text holds no value.
	safe bool
	err  error
}

// Error says what was being done, and the engine's code or what else is known.
func (e *Error) Error() string {
	switch {
	case e.Code != "":
		return fmt.Sprintf("%s: %s: %s", e.Dialect, e.Op, e.Code)
	case e.safe:
		return fmt.Sprintf("%s: %s: %v", e.Dialect, e.Op, e.err)
	}
	// A driver that can't encode an argument quotes it.
	return fmt.Sprintf("%s: %s: failed in the driver (%T)", e.Dialect, e.Op, e.err)
}

// newError returns the error of an operation.
func (s *Store) newError(op string, err error) *Error {
	f := s.failure(err)
	return &Error{Dialect: s.dialect.Name, Op: op, Code: f.Code, safe: f.Kind == Lost || harmless(err), err: err}
}

// Plain is an error of this module's own, whose text holds no value.
type Plain string

func (p Plain) Error() string { return string(p) }

// closedTexts are what database/sql says of what was closed, of which it exports
// nothing to compare with.
var closedTexts = []string{"sql: database is closed", "sql: statement is closed"}

// harmless reports whether the text of an error that no server sent is known to hold
// no value.
func harmless(err error) bool {
	var value *valueError
	var plain Plain
	if errors.As(err, &value) || errors.As(err, &plain) {
		return true
	}
	for _, known := range []error{sql.ErrTxDone, sql.ErrConnDone, sql.ErrNoRows, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return true
		}
	}
	return slices.Contains(closedTexts, err.Error())
}

// Unwrap returns the driver's error.
func (e *Error) Unwrap() error { return e.err }

// fail turns the error of an operation into what the contract says: one of its
// kinds, the error of the context, or an [*Error].
func (s *Store) fail(ctx context.Context, op string, err error) error {
	if err == nil || ours(err) {
		return err
	}
	if ctx.Err() != nil { // whatever the driver made of it
		return ctx.Err()
	}
	return s.newError(op, err)
}

// ours reports whether an error is one that this package made.
func ours(err error) bool {
	for _, kind := range []error{accessmgmt.ErrNotFound, accessmgmt.ErrConflict, accessmgmt.ErrRepeated, accessmgmt.ErrSchema, accessmgmt.ErrOutcomeUnknown} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// conflict says what was not as the changeset expects.
func conflict(what string) error { return fmt.Errorf("%w: %s", accessmgmt.ErrConflict, what) }

// failure says what kind of failure an error is. Classify knows the engine's
// own; those of the network, and what database/sql makes of them, are here.
func (s *Store) failure(err error) Failure {
	f := s.dialect.Classify(err)
	var network net.Error
	switch {
	case f.Kind != Other || f.Code != "":
	case errors.Is(err, errSilent), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.As(err, &network):
		f.Kind = Lost
	}
	return f
}
