package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Error is a failure of the database. Its text holds neither arguments nor row
// values; the driver's error, whose text may, is behind Unwrap.
type Error struct {
	Dialect string
	Op      string // what was being done: "commit"
	Code    string // see [Failure.Code]
	err     error
}

// Error says what was being done and the engine's code.
func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("%s: %s: %v", e.Dialect, e.Op, e.err)
	}
	return fmt.Sprintf("%s: %s: %s", e.Dialect, e.Op, e.Code)
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
	return &Error{Dialect: s.dialect.Name, Op: op, Code: s.failure(err).Code, err: err}
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
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.As(err, &network):
		f.Kind = Lost
	}
	return f
}
