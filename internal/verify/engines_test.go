package verify_test

import (
	"testing"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/memory"
)

// engine is a database that every promise is tried on.
type engine struct {
	name string
	// open returns an empty store with its schema, which ends with the test. A
	// server that isn't there skips the test, or fails it in CI.
	open func(t testing.TB) accessmgmt.Store
}

// engines are all there are.
var engines = []engine{
	{"memory", func(testing.TB) accessmgmt.Store { return memory.New() }},
	{"sqlite", func(t testing.TB) accessmgmt.Store { return migrated(t, open(t, dsn(file(t))), nil) }},
	{"postgres", throughPgx.open},
	{"mariadb", openOnMariaDB},
}

// onEach runs a test on every engine.
func onEach(t *testing.T, test func(t *testing.T, open func(testing.TB) accessmgmt.Store)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, e.open)
		})
	}
}
