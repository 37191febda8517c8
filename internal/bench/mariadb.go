package main

import (
	"context"
	"database/sql"
	"errors"

	driver "github.com/go-sql-driver/mysql"

	"github.com/egovroles/egovroles/storage/mysql"
)

// openMariaDB makes a database on a server.
func openMariaDB(ctx context.Context) (*sql.DB, migrating, func() error, error) {
	config, err := driver.ParseDSN(envOr("EGOVROLES_MARIADB", "root@tcp(127.0.0.1:3306)/"))
	if err != nil {
		return nil, nil, nil, errors.New("EGOVROLES_MARIADB is to be a data source name, user@tcp(host:port)/")
	}
	admin, err := sql.Open("mysql", config.FormatDSN())
	if err != nil {
		return nil, nil, nil, err
	}
	name := fresh()
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return nil, nil, nil, errors.Join(&absentError{"MariaDB", err}, admin.Close())
	}
	drop := func() error {
		_, err := admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name)
		return errors.Join(err, admin.Close())
	}
	config.DBName = name
	db, err := sql.Open("mysql", config.FormatDSN())
	if err != nil {
		return nil, nil, nil, errors.Join(err, drop())
	}
	store, err := mysql.New(db, nil)
	return db, store, drop, err
}
