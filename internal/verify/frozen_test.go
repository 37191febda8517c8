package verify_test

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"testing"
	"time"

	libpq "github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/postgres"
)

// silence is how long the connections of a portal wait for a server that is silent,
// where the portal sees to that.
const silence = 100 * time.Millisecond

// deaf are the servers to reach through a proxy: with a caller who has a deadline,
// and where the connections have one too, with a caller who hasn't. lib/pq can't be
// interrupted unless they have, and go-sql-driver not at COMMIT.
var deaf = []struct {
	name   string
	open   func(t testing.TB) (accessmgmt.Store, *proxy)
	at     []frozen
	limits []time.Duration
}{
	{"postgres", func(t testing.TB) (accessmgmt.Store, *proxy) { return proxiedPostgres(t, pgx) }, []frozen{atBegin, atRollback}, leaving},
	{"postgres by lib-pq with deadlines", deadlinedPQ, []frozen{atBegin, atRollback, atCommit}, leavingOrNot},
	{"mariadb", proxiedMariaDB, []frozen{atBegin, atRollback}, leaving},
	{"mariadb with readTimeout", func(t testing.TB) (accessmgmt.Store, *proxy) {
		return proxiedMariaDBSet(t, "readTimeout="+silence.String())
	}, []frozen{atBegin, atRollback, atCommit}, leavingOrNot},
}

var (
	leaving      = []time.Duration{3 * silence}
	leavingOrNot = []time.Duration{3 * silence, time.Minute}
)

// TestFrozenServer has a server take everything and answer nothing, from some
// statement on: nobody waits for it longer than he said.
func TestFrozenServer(t *testing.T) {
	for _, server := range deaf {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			store, proxy := server.open(t)
			c := registered(1)
			require.NoError(t, store.Commit(ctx, c))
			for _, at := range server.at {
				for _, limit := range server.limits {
					proxy.freeze.Store(at)
					grown := grown(c.Enterprise)
					if at == atRollback {
						grown.Enterprise.Epoch++
					}
					waiting, cancel := context.WithTimeout(ctx, limit)
					began := time.Now()
					err := store.Commit(waiting, grown)
					cancel()
					took := time.Since(began)
					require.Equal(t, atNone, proxy.freeze.Load(), "%s %s: it was frozen", at, limit)
					assert.Less(t, took, min(limit, 10*silence)+2*time.Second, "%s %s", at, limit)
					switch {
					case at == atRollback:
						require.ErrorIs(t, err, accessmgmt.ErrConflict, "%s %s: that was known", at, limit)
						continue
					case err != nil: // nothing was sent but the BEGIN
						require.ErrorIs(t, err, context.DeadlineExceeded, "%s %s", at, limit)
						require.NoError(t, store.Commit(ctx, grown), "%s %s", at, limit)
					}
					requireOnce(t, store, grown, "%s %s", at, limit)
					c = grown
				}
			}
		})
	}
}

// TestLateCommitWithADeadline has a COMMIT get there late, and its caller leave
// meanwhile: he is never told no of what was done.
func TestLateCommitWithADeadline(t *testing.T) {
	for _, server := range proxied {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			store, proxy := server.open(t)
			c := registered(1)
			require.NoError(t, store.Commit(ctx, c))
			unknown := 0
			for i := range 40 {
				grown := grown(c.Enterprise)
				proxy.next.Store(int32(late))
				waiting, cancel := context.WithTimeout(ctx, time.Duration(2+i%8)*time.Millisecond)
				err := store.Commit(waiting, grown)
				cancel()
				proxy.next.Store(int32(delivered))
				proxy.dooms.Wait()
				_, asked := store.Command(ctx, c.Enterprise.ID, grown.Command.ID)
				switch {
				case err == nil:
					require.NoError(t, asked, "commit %d was acknowledged", i)
				case asked == nil:
					require.ErrorIs(t, err, accessmgmt.ErrOutcomeUnknown, "commit %d was done", i)
					unknown++
				default:
					require.ErrorIs(t, asked, accessmgmt.ErrNotFound)
					require.NoError(t, store.Commit(ctx, grown), "commit %d wasn't done", i)
				}
				requireOnce(t, store, grown)
				c = grown
			}
			t.Logf("%d of %d COMMITs were lost, and %d done unknown to their callers", proxy.broken.Load(), 40, unknown)
			assert.Positive(t, proxy.broken.Load())
		})
	}
}

// deadlinedPQ is a store over lib/pq, whose connections end when they are silent.
func deadlinedPQ(t testing.TB) (accessmgmt.Store, *proxy) {
	address, err := url.Parse(postgresAddress(t, newSchema(t), "synchronous_commit=off"))
	require.NoError(t, err)
	p := newProxy(t, address.Host)
	address.Host = p.ln.Addr().String()
	connector, err := libpq.NewConnector(address.String())
	require.NoError(t, err)
	connector.Dialer(dialer{})
	db := sql.OpenDB(connector)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	store, err := postgres.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(ctx))
	return store, p
}

// dialer makes connections of which each read has a deadline.
type dialer struct{ net.Dialer }

func (d dialer) Dial(network, address string) (net.Conn, error) {
	conn, err := d.Dialer.Dial(network, address)
	return deadlined{conn}, err
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	conn, err := net.DialTimeout(network, address, timeout)
	return deadlined{conn}, err
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, address)
	return deadlined{conn}, err
}

type deadlined struct{ net.Conn }

func (d deadlined) Read(p []byte) (int, error) {
	if err := d.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return d.Conn.Read(p)
}
