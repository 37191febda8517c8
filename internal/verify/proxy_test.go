package verify_test

import (
	"bytes"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/postgres"
)

// fate is what becomes of a COMMIT on its way through a proxy.
type fate int

const (
	delivered  fate = iota
	unsent          // the connection breaks before the server has it
	unanswered      // the server does it, and the answer is lost
	late            // the caller's connection breaks, and the server gets it later
)

// frozen is a statement from which on a connection takes everything and answers
// nothing, until the caller hangs up.
type frozen string

// The statements to freeze at.
const (
	atNone     frozen = ""
	atBegin    frozen = "BEGIN"
	atRollback frozen = "ROLLBACK"
	atCommit   frozen = "COMMIT"
)

// proxy stands between a pool and a server, and breaks connections at a COMMIT.
type proxy struct {
	target string
	ln     net.Listener
	next   atomic.Int32 // the fate of the next COMMIT
	freeze atomic.Value // the next frozen
	passed atomic.Int32 // how often a caller has sent something since
	broken atomic.Int32
	all    sync.WaitGroup
	dooms  sync.WaitGroup // those COMMITs that are on their way
}

func newProxy(t testing.TB, target string) *proxy {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{target: target, ln: ln}
	p.freeze.Store(atNone)
	p.all.Go(func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			p.all.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		p.all.Wait()
	})
	return p
}

// serve passes on what goes to and fro on one connection.
func (p *proxy) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var silent atomic.Bool
	answered := make(chan struct{}, 1)
	p.all.Go(func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := server.Read(buf)
			if n > 0 && silent.Load() {
				select {
				case answered <- struct{}{}:
				default:
				}
			} else if n > 0 {
				_, err = client.Write(buf[:n])
			}
			if err != nil {
				_ = client.Close()
				return
			}
		}
	})
	buf := make([]byte, 32<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if at := p.freeze.Load().(frozen); at != atNone && is(buf[:n], at) && p.freeze.CompareAndSwap(at, atNone) {
			p.broken.Add(1)
			silent.Store(true)
			_, _ = client.Read(buf) // a word of farewell, or the end
			return
		}
		if is(buf[:n], atCommit) {
			what := fate(p.next.Swap(int32(delivered)))
			if what != delivered {
				p.broken.Add(1)
				p.dooms.Add(1)
				p.doom(what, client, server, buf[:n], &silent, answered)
				return
			}
		}
		p.passed.Add(1)
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

// doom has a COMMIT meet its fate.
func (p *proxy) doom(what fate, client, server net.Conn, commit []byte, silent *atomic.Bool, answered <-chan struct{}) {
	defer p.dooms.Done()
	silent.Store(true)
	if what == unsent {
		return
	}
	if what == late {
		// The caller asks what became of it and tries again meanwhile, as far as
		// he comes in a random number of messages.
		before, after := p.passed.Load(), 1+rand.Int32N(10)
		_ = client.Close()
		for patience := 20; p.passed.Load()-before < after && patience > 0; patience-- {
			time.Sleep(2 * time.Millisecond)
		}
	}
	_, _ = server.Write(commit)
	select {
	case <-answered:
	case <-time.After(5 * time.Second):
	}
}

// is knows the messages of PostgreSQL's and MySQL's protocols by which drivers
// begin, commit and roll back; they come alone.
func is(message []byte, what frozen) bool {
	text := bytes.ToUpper(message)
	if what == atBegin {
		return len(message) < 64 && (bytes.Contains(text, []byte("BEGIN")) || bytes.Contains(text, []byte("START TRANSACTION")))
	}
	return len(message) < 24 && bytes.Contains(text, []byte(what))
}

// proxied are the servers to reach through a proxy: each returns an empty store
// behind one.
var proxied = []struct {
	name string
	open func(t testing.TB) (accessmgmt.Store, *proxy)
}{
	{"postgres", func(t testing.TB) (accessmgmt.Store, *proxy) { return proxiedPostgres(t, pgx) }},
	{"postgres by lib-pq", func(t testing.TB) (accessmgmt.Store, *proxy) { return proxiedPostgres(t, pq) }},
	{"mariadb", proxiedMariaDB},
}

func proxiedPostgres(t testing.TB, driver string) (accessmgmt.Store, *proxy) {
	address, err := url.Parse(postgresAddress(t, newSchema(t), "synchronous_commit=off"))
	require.NoError(t, err)
	p := newProxy(t, address.Host)
	address.Host = p.ln.Addr().String()
	db := openAddress(t, driver, address.String())
	t.Cleanup(func() { require.NoError(t, db.Close()) }) // before the proxy ends
	store, err := postgres.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(ctx))
	return store, p
}

func proxiedMariaDB(t testing.TB) (accessmgmt.Store, *proxy) { return proxiedMariaDBSet(t, "") }

func proxiedMariaDBSet(t testing.TB, settings string) (accessmgmt.Store, *proxy) {
	address := mariadbAddress(t, newDatabase(t), settings)
	p := newProxy(t, address.Addr)
	address.Addr = p.ln.Addr().String()
	db := openMariaDB(t, address)
	store := mysqlStore(t, db, nil)
	require.NoError(t, store.Migrate(ctx))
	return store, p
}

// TestCommitsThroughAProxy loses connections at COMMITs, in every way there is:
// each commit is acknowledged, and done once.
func TestCommitsThroughAProxy(t *testing.T) {
	for _, server := range proxied {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			store, proxy := server.open(t)
			c := registered(1)
			require.NoError(t, store.Commit(ctx, c))
			for i := range 120 {
				what := fate(i % 4)
				proxy.next.Store(int32(what))
				c = grown(c.Enterprise)
				require.NoError(t, store.Commit(ctx, c), "commit %d, fate %d", i, what)
				requireOnce(t, store, c, "commit %d, fate %d", i, what)
			}
			assert.EqualValues(t, 90, proxy.broken.Load(), "connections were lost")
			claimed, err := store.ClaimMessages(ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now.Add(time.Minute), Limit: 1000})
			require.NoError(t, err)
			assert.Len(t, claimed, 120, "a message for each")
		})
	}
}

// TestCommitsThroughAProxyByMany has several commit on one enterprise while
// connections are lost: those who are told that it is done have done it.
func TestCommitsThroughAProxyByMany(t *testing.T) {
	for _, server := range proxied {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			store, proxy := server.open(t)
			c := registered(1)
			require.NoError(t, store.Commit(ctx, c))
			var done atomic.Int32
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					for range 30 {
						e, err := store.Enterprise(ctx, c.Enterprise.ID)
						if !assert.NoError(t, err) {
							return
						}
						proxy.next.Store(rand.Int32N(4))
						err = store.Commit(ctx, grown(e))
						if err == nil {
							done.Add(1)
							continue
						}
						assert.ErrorIs(t, err, accessmgmt.ErrConflict)
					}
				})
			}
			all.Wait()
			e, err := store.Enterprise(ctx, c.Enterprise.ID)
			require.NoError(t, err)
			assert.EqualValues(t, 1+done.Load(), e.Epoch, "none too many, and none too few")
			assert.Greater(t, proxy.broken.Load(), int32(10))
			records, err := store.Audit(ctx, c.Enterprise.ID, accessmgmt.AuditPosition{}, 1000)
			require.NoError(t, err)
			assert.Len(t, records, int(done.Load()))
		})
	}
}
