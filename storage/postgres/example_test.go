package postgres_test

import (
	"context"
	"database/sql"
	"log"

	"github.com/egovroles/egovroles/storage/postgres"
)

// A portal that has its own database/sql driver for PostgreSQL, here pgx's,
// lets the store make its tables beside the portal's own.
func ExampleNew() {
	db, err := sql.Open("pgx", "postgres://portal@db1,db2/portal?target_session_attrs=read-write")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(20)
	store, err := postgres.New(db, nil)
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
