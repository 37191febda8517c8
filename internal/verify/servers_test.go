package verify_test

import (
	"os"
	"sync"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"
)

// server returns the DSN of a database server: what an environment variable
// says, or the default. When nobody answers there, the test is skipped, and told
// how to start one; in CI it fails.
func server(t testing.TB, variable, fallback, start string, ping func(dsn string) error) string {
	t.Helper()
	dsn := os.Getenv(variable)
	if dsn == "" {
		dsn = fallback
	}
	if err := ping(dsn); err != nil {
		giveUp := t.Skipf
		if os.Getenv("CI") == "true" {
			giveUp = t.Fatalf
		}
		giveUp("no server at %s (set %s, or start one: %s): %v", dsn, variable, start, err)
	}
	return dsn
}

// leftovers are what tests left on servers for the tests after them.
var leftovers struct {
	sync.Mutex
	drops []func() error
}

// atTheEnd has something dropped when all tests are over.
func atTheEnd(drop func() error) {
	leftovers.Lock()
	defer leftovers.Unlock()
	leftovers.drops = append(leftovers.drops, drop)
}

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		crashChild(path)
	}
	if address := os.Getenv(dispatchAddress); address != "" {
		dispatchChild(address)
	}
	_ = mysqldriver.SetLogger(&mysqldriver.NopLogger{}) // connections are broken on purpose
	code := m.Run()
	leftovers.Lock()
	for _, drop := range leftovers.drops {
		if err := drop(); err != nil {
			println("left on a server:", err.Error())
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// pool lends places to one test at a time. A server makes a place, with all its
// tables, slower than it empties one.
type pool[P any] struct {
	mu   sync.Mutex
	free []P
}

// borrow returns a place, made when none is free, that goes back when the test
// ends.
func (p *pool[P]) borrow(t testing.TB, makeOne func() P) P {
	p.mu.Lock()
	defer p.mu.Unlock()
	var place P
	if n := len(p.free); n > 0 {
		place, p.free = p.free[n-1], p.free[:n-1]
	} else {
		place = makeOne()
	}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.free = append(p.free, place)
	})
	return place
}
