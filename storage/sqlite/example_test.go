package sqlite_test

import (
	"context"
	"database/sql"
	"log"

	"github.com/egovroles/egovroles/storage/sqlite"
)

// A portal that has its own database/sql driver for SQLite, here modernc's,
// opens the database and lets the store make its tables.
func ExampleNew() {
	db, err := sql.Open("sqlite", "file:access.db?_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	store, err := sqlite.New(db, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Migrate(context.Background()); err != nil {
		log.Fatal(err)
	}
	if err := store.Ready(context.Background()); err != nil {
		log.Fatal(err)
	}
}
