package main

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"; the library brings none

	"github.com/egovroles/egovroles/storage/sqlite"
)

// peek returns the clock of a file. It writes nothing, and makes no file where
// there is none.
func peek(ctx context.Context, file string, location *time.Location) (*clock, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return readClock(ctx, nil, location, time.Now())
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("is a folder")
	}
	db, err := sql.Open("sqlite", source(file, "rw"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	return readClock(ctx, db, location, time.Now())
}

// open opens or makes the database and brings the library's tables up to date.
func open(ctx context.Context, file string) (*sql.DB, *sqlite.Store, error) {
	db, err := sql.Open("sqlite", source(file, "rwc"))
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlite.New(db, nil)
	if err == nil {
		err = store.Migrate(ctx)
	}
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return db, store, nil
}

// source names a file to SQLite. As a URI, a name may hold any character.
func source(file, mode string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: url.Values{
		"mode":    {mode},
		"_pragma": {"busy_timeout(5000)"},
	}.Encode()}
	return u.String()
}
