package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// clock is the demo's own time. It is kept in the demo's file, because the
// story moves it months ahead, and a story told again on that file must go on
// after what it told before.
type clock struct {
	db       *sql.DB
	location *time.Location
	began    time.Time
	now      time.Time
}

const clockSchema = `CREATE TABLE IF NOT EXISTS quickstart_clock (
	one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	began TEXT NOT NULL, -- when the demo began on this file
	now   TEXT NOT NULL  -- what its clock shows
) STRICT`

// readClock returns the clock that a file holds, or when it holds none, one
// that begins now. It writes nothing.
func readClock(ctx context.Context, db *sql.DB, location *time.Location, real time.Time) (*clock, error) {
	c := &clock{location: location, began: morning(roles.DateOf(real, location), location)}
	c.now = c.began
	if db == nil {
		return c, nil
	}
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = 'quickstart_clock'`).Scan(&tables); err != nil || tables == 0 {
		return c, err
	}
	var began, now string
	err := db.QueryRowContext(ctx, `SELECT began, now FROM quickstart_clock`).Scan(&began, &now)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	if c.began, err = time.Parse(time.RFC3339, began); err != nil {
		return nil, fmt.Errorf("the demo's clock can't be read: %w", err)
	}
	stored, err := time.Parse(time.RFC3339, now)
	if err != nil {
		return nil, fmt.Errorf("the demo's clock can't be read: %w", err)
	}
	// Each run is another day, and none before the real one.
	if next := morning(roles.DateOf(stored, location).AddDays(1), location); next.After(c.now) {
		c.now = next
	}
	return c, nil
}

// morning is nine o'clock of a day, so that no run of the story gets to
// midnight.
func morning(d roles.Date, location *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 9, 0, 0, 0, location)
}

// keep makes the clock write into a file from now on.
func (c *clock) keep(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, clockSchema); err != nil {
		return err
	}
	c.db = db
	return c.move(ctx, c.now)
}

// move sets the clock forward.
func (c *clock) move(ctx context.Context, to time.Time) error {
	_, err := c.db.ExecContext(ctx, `INSERT INTO quickstart_clock (one, began, now) VALUES (1, ?, ?)
		ON CONFLICT (one) DO UPDATE SET now = excluded.now`, c.began.Format(time.RFC3339), to.Format(time.RFC3339))
	if err != nil {
		return fmt.Errorf("the demo's clock: %w", err)
	}
	c.now = to
	return nil
}

// Now is what the service is given as its clock.
func (c *clock) Now() time.Time { return c.now }

func (c *clock) days() calendar {
	return calendar{today: roles.DateOf(c.now, c.location), began: roles.DateOf(c.began, c.location)}
}
