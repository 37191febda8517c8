// Package sqlstore keeps the contract of [accessmgmt.Store] on any SQL engine
// that has primary and unique keys, row counts of updates, and transactions.
// The adapters under storage add a [Dialect], a schema, and what their engine
// asks for besides.
//
// Statements are written once, with question marks and the tables' default
// names, and put in the words of the dialect when they are first used.
//
// A commit takes its enterprise's row first, which makes the commits of one
// enterprise follow one another on every engine; all other guards are counts of
// rows. It is put together before its transaction opens, so that the lock is
// held for the statements alone.
//
// Where there is one writer at a time, whoever writes commits for the others who
// wait as well.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"regexp"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Store is an [accessmgmt.Store] over a pool of connections, or in a transaction
// of the portal's, without Ready, which the adapter adds since it knows the
// schema.
type Store struct {
	*engine
	// host is the transaction of the portal's that all is done in; nil: the
	// store makes its own. See [Store.In].
	host *host
}

// engine is what a store has in common with those in transactions.
type engine struct {
	db         *sql.DB
	dialect    Dialect
	prefix     string
	statements statements
	access     *statement
	accessUnit *statement
	// queue is where writes wait; see Dialect.OneWriter.
	queue  queue
	limits limits
	// The values that take long to parse and that each check reads, of a few
	// enterprises again and again.
	emails     memo[invitation.Email]
	numbers    memo[accessmgmt.EnterpriseNumber]
	properties memo[roles.Properties]
}

// prefixes go into statements as they are.
var prefixes = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// New returns a store whose tables' names start with a prefix; "" stands for
// "egovroles_".
func New(db *sql.DB, dialect Dialect, prefix string) (*Store, error) {
	if prefix == "" {
		prefix = defaultPrefix
	}
	switch {
	case db == nil:
		return nil, errors.New(dialect.Name + ": the database is nil")
	case !prefixes.MatchString(prefix):
		return nil, errors.New(dialect.Name + ": a table prefix has 1 to 32 lower-case letters, digits and underscores, a letter first")
	}
	s := &Store{engine: &engine{db: db, dialect: dialect, prefix: prefix, limits: usual}}
	s.access, s.accessUnit = &statement{text: s.rebind(accessText)}, &statement{text: s.rebind(accessUnitText)}
	s.emails.parse = invitation.ParseEmail
	s.numbers.parse = accessmgmt.ParseEnterpriseNumber
	s.properties.parse = roles.ParseProperties
	return s, nil
}

// only returns the one row that was found, or [accessmgmt.ErrNotFound].
func only[T any](found []T, err error) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	if len(found) == 0 {
		return none, accessmgmt.ErrNotFound
	}
	return found[0], nil
}

// notFoundUnless returns [accessmgmt.ErrNotFound], or the context's error.
func notFoundUnless(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return accessmgmt.ErrNotFound
}
