package verify_test

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
)

// TestErasedFromTables looks for somebody who was erased in every column of every
// table.
func TestErasedFromTables(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d database) {
		var db *sql.DB
		workflowtest.ErasedFrom(t, func(t testing.TB) accessmgmt.Store {
			store, on := d.open(t)
			db = on
			return store
		}, func() string { return dumped(t, db, d.tables) })
	})
}

// dumped writes all rows of all tables, one value a line: bytes as text, as
// hexadecimal digits and as an id.
func dumped(t testing.TB, db *sql.DB, tables string) string {
	t.Helper()
	var all strings.Builder
	for _, table := range valuesOf(t, db, tables) {
		for _, value := range valuesOf(t, db, "SELECT * FROM "+fmt.Sprintf("%s", table)) {
			_, _ = fmt.Fprintln(&all, value)
			if data, ok := value.([]byte); ok {
				_, _ = fmt.Fprintln(&all, string(data), hex.EncodeToString(data))
				if id, err := uuid.FromBytes(data); err == nil {
					_, _ = fmt.Fprintln(&all, id)
				}
			}
		}
	}
	return all.String()
}

// valuesOf returns all values of all rows of a query.
func valuesOf(t testing.TB, db *sql.DB, query string) (all []any) {
	t.Helper()
	rows, err := db.Query(query)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	columns, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		all = append(all, values...)
	}
	require.NoError(t, rows.Err())
	return all
}
