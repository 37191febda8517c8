package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/egovroles/egovroles/storage/postgres"
)

// openPostgres makes a schema on a server.
func openPostgres(ctx context.Context) (*sql.DB, migrating, func() error, error) {
	address, err := url.Parse(envOr("EGOVROLES_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"))
	if err != nil {
		return nil, nil, nil, errors.New("EGOVROLES_POSTGRES is to be an address, postgres://…")
	}
	admin, err := sql.Open("pgx", address.String())
	if err != nil {
		return nil, nil, nil, err
	}
	schema := fresh()
	if _, err := admin.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return nil, nil, nil, errors.Join(&absentError{"PostgreSQL", err}, admin.Close())
	}
	drop := func() error {
		_, err := admin.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
		return errors.Join(err, admin.Close())
	}
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	db, err := sql.Open("pgx", address.String())
	if err != nil {
		return nil, nil, nil, errors.Join(err, drop())
	}
	store, err := postgres.New(db, nil)
	return db, store, drop, err
}
