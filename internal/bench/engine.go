package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/sqlite"
)

// engine is a database with its driver, and how one writes for it by hand.
type engine struct {
	name string
	// numbered writes $1, $2 … for question marks; textIDs passes ids as text.
	numbered, textIDs bool
	// returning claims messages by UPDATE … RETURNING, where there is one writer;
	// the others lock them, past those that are locked.
	returning bool
	// rows is how many rows an insert by hand has at most: more were no faster
	// when it was written.
	rows int
	// settle is what the engine does by itself within minutes of being filled:
	// what a store costs that has been there for a while is what is measured.
	settle string
	// open returns an empty database and a store that has made its tables.
	open func(ctx context.Context) (*sql.DB, migrating, func() error, error)
}

// migrating is a store that makes its tables.
type migrating interface {
	accessmgmt.Store
	Migrate(ctx context.Context) error
}

// engines are all there are.
var engines = []*engine{
	{name: "sqlite", returning: true, rows: 8, settle: "PRAGMA wal_checkpoint(TRUNCATE)", open: openSQLite},
	{name: "postgres", numbered: true, textIDs: true, rows: 100, settle: "VACUUM ANALYZE " + filled, open: openPostgres},
	{name: "mariadb", rows: 100, settle: "ANALYZE TABLE " + filled, open: openMariaDB},
}

// filled are the tables that a world has rows in.
const filled = "egovroles_enterprise, egovroles_command, egovroles_person, egovroles_person_identity, egovroles_member, egovroles_gap, egovroles_invitation, " +
	"egovroles_recipient, egovroles_request, egovroles_assignment, egovroles_audit, egovroles_outbox"

// absentError is a server that doesn't answer.
type absentError struct {
	what string
	err  error
}

func (a *absentError) Error() string { return a.what + " doesn't answer: " + a.err.Error() }
func (a *absentError) Unwrap() error { return a.err }

// place is an empty database with the tables of a store.
type place struct {
	*engine
	db    *sql.DB
	store accessmgmt.Store
	svc   *accessmgmt.Service
	hand  *hand
	close func() error
}

// connections are as many as eight callers need, and kept: making one isn't what
// is measured.
const connections = 16

func (e *engine) place(ctx context.Context) (*place, error) {
	db, store, drop, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	p := &place{engine: e, db: db, store: store, hand: newHand(e, db), close: func() error { return errors.Join(db.Close(), drop()) }}
	if err = store.Migrate(ctx); err == nil {
		p.svc, err = newService(store, nil)
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// openSQLite makes a database in a folder for temporary files, opened as the
// package comment of storage/sqlite does.
func openSQLite(context.Context) (*sql.DB, migrating, func() error, error) {
	dir, err := os.MkdirTemp("", "egovroles-bench-*")
	if err != nil {
		return nil, nil, nil, err
	}
	drop := func() error { return os.RemoveAll(dir) }
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "access.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, nil, nil, errors.Join(err, drop())
	}
	store, err := sqlite.New(db, nil)
	return db, store, drop, err
}

// fresh returns a name for what is made on a server. It says whose it is and how
// old, should a process be killed before it drops it.
func fresh() string { return fmt.Sprintf("egovroles_bench_%d_%d", os.Getpid(), time.Now().UnixNano()) }

// envOr returns an environment variable, or what stands in for it.
func envOr(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// newService returns a service on a store, whose clock stands an hour after the
// rows that are there; change may set more.
func newService(store accessmgmt.Store, change func(*accessmgmt.Options)) (*accessmgmt.Service, error) {
	key, err := accessmgmt.NewKey("k1", []byte("a key of thirty-two bytes and more"))
	if err != nil {
		return nil, err
	}
	o := &accessmgmt.Options{
		Catalogue:       roles.MonEspace(),
		Representatives: accessmgmt.StaticRepresentatives{},
		Key:             key,
		AcceptURL:       "https://portal.example/invitation",
		Now:             func() time.Time { return later },
	}
	if change != nil {
		change(o)
	}
	return accessmgmt.New(store, accessmgmt.MailerFunc(func(context.Context, accessmgmt.Mail) error { return nil }), o)
}
