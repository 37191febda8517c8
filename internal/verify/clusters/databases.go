package clusters

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Databases are those that the cases of the suite get, one after the other:
// making the tables takes a cluster longer than a case.
type Databases struct {
	// make makes a database with the tables, and returns how to reach it.
	make func(name string) *sql.DB
	// tables lists the tables of a database that have rows to delete.
	tables string

	mu   sync.Mutex
	made int
	free []*sql.DB
}

// Lease returns a database with its tables and no rows, which another case gets
// when the test is over.
func (d *Databases) Lease(t testing.TB) *sql.DB {
	d.mu.Lock()
	var db *sql.DB
	if last := len(d.free) - 1; last >= 0 {
		db, d.free = d.free[last], d.free[:last]
	}
	d.made++
	name := fmt.Sprintf("suite%d", d.made)
	d.mu.Unlock()
	if db == nil {
		db = d.make(name)
	}
	t.Cleanup(func() {
		d.empty(t, db)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.free = append(d.free, db)
	})
	return db
}

func (d *Databases) empty(t testing.TB, db *sql.DB) {
	ctx := context.Background()
	rows, err := db.QueryContext(ctx, d.tables)
	require.NoError(t, err)
	var names []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	for _, name := range names {
		_, err := db.ExecContext(ctx, "DELETE FROM "+name)
		require.NoError(t, err)
	}
}
