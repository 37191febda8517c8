package clusters

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
)

// Portal returns a pool of connections to whichever node leads, as one of the
// portals has it.
func (p *Patroni) Portal(database string, watch *Watch) *sql.DB {
	p.lab.Helper()
	return p.pool(p.nodes, database, "target_session_attrs=read-write", watch)
}

// Node returns a pool of connections to one node alone, which may be a standby.
func (p *Patroni) Node(m *Machine, database string) *sql.DB {
	p.lab.Helper()
	return p.pool([]*Machine{m}, database, "target_session_attrs=any", nil)
}

func (p *Patroni) pool(nodes []*Machine, database, attributes string, watch *Watch) *sql.DB {
	hosts := ""
	for _, m := range nodes {
		hosts += "," + m.Address + ":5432"
	}
	config, err := pgx.ParseConfig("postgres://" + postgresUser + "@" + hosts[1:] + "/" + database + "?sslmode=disable&connect_timeout=2&" + attributes)
	require.NoError(p.lab, err)
	c := stdlib.GetConnector(*config)
	if watch != nil {
		c = watched{c, watch}
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	p.lab.Cleanup(func() { _ = db.Close() })
	return db
}

// CreateDatabase makes a database.
func (p *Patroni) CreateDatabase(name string) {
	p.lab.Helper()
	leader := p.Portal("postgres", nil)
	defer func() { _ = leader.Close() }()
	_, err := leader.ExecContext(context.Background(), "CREATE DATABASE "+name)
	require.NoError(p.lab, err)
	// pgx gives up at the first node that doesn't have the database yet.
	p.AwaitCaughtUp()
}

// Databases returns databases for the suite, with the tables that open makes.
func (p *Patroni) Databases(open func(name string) *sql.DB) *Databases {
	return &Databases{
		make: func(name string) *sql.DB {
			p.CreateDatabase(name)
			return open(name)
		},
		tables: `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE '%\_schema'`,
	}
}

// AwaitCaughtUp waits until every node shows what the leader has.
func (p *Patroni) AwaitCaughtUp() {
	p.lab.Helper()
	ctx := context.Background()
	leader := p.Portal("postgres", nil)
	defer func() { _ = leader.Close() }()
	var at string
	require.NoError(p.lab, leader.QueryRowContext(ctx, "SELECT pg_current_wal_lsn()").Scan(&at))
	for _, m := range p.nodes {
		db := p.Node(m, "postgres")
		p.lab.eventually(time.Minute, m.Name+" has caught up", func() bool {
			var has bool
			return db.QueryRowContext(ctx, "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1", at).Scan(&has) == nil && has
		})
		_ = db.Close()
	}
}
