package mysql_test

import (
	"context"
	"database/sql"
	"log"
	"time"

	"github.com/egovroles/egovroles/storage/mysql"
)

// A portal that has go-sql-driver/mysql lets the store make its tables beside the
// portal's own.
func ExampleNew() {
	db, err := sql.Open("mysql", "portal:secret@tcp(db:3306)/portal?timeout=5s&readTimeout=30s&writeTimeout=30s&innodb_lock_wait_timeout=10")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(20)
	db.SetConnMaxLifetime(3 * time.Minute)
	store, err := mysql.New(db, nil)
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
