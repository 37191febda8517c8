package clusters

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"
)

// GaleraClient is how a portal reaches a Galera cluster.
type GaleraClient struct {
	Database string
	// StaleReads leaves out wsrep_sync_wait: a read may then not see what
	// another node has acknowledged.
	StaleReads bool
	// Watch counts the errors; nil counts nothing.
	Watch *Watch
}

// client is how one node is reached.
func (g *Galera) client(m *Machine, o GaleraClient) driver.Connector {
	config := mysql.NewConfig()
	config.User, config.Net, config.Addr, config.DBName = clusterUser, "tcp", m.Address+":3306", o.Database
	config.Timeout = 2 * time.Second
	// A node that was cut off falls silent. Longer than the others take to go
	// on without it: until then a COMMIT waits and isn't lost.
	config.ReadTimeout, config.WriteTimeout = 15*time.Second, 15*time.Second
	config.Params = map[string]string{"wsrep_sync_wait": "1"}
	if o.StaleReads {
		config.Params["wsrep_sync_wait"] = "0"
	}
	config.Logger = silent{}
	connector, err := mysql.NewConnector(config)
	require.NoError(g.lab, err)
	return connector
}

// silent keeps the driver from printing what it also returns.
type silent struct{}

func (silent) Print(...any) {}

// Portal returns a pool of connections to all nodes, as one of the portals has
// it.
func (g *Galera) Portal(o GaleraClient) *sql.DB {
	g.lab.Helper()
	s := &spread{}
	for _, m := range g.nodes {
		s.nodes = append(s.nodes, g.client(m, o))
	}
	return g.pool(s, o)
}

// Node returns a pool of connections to one node alone.
func (g *Galera) Node(m *Machine, o GaleraClient) *sql.DB {
	g.lab.Helper()
	return g.pool(g.client(m, o), o)
}

func (g *Galera) pool(c driver.Connector, o GaleraClient) *sql.DB {
	if o.Watch != nil {
		c = watched{c, o.Watch}
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	db.SetConnMaxLifetime(5 * time.Second) // a node that is back gets its share again
	g.lab.Cleanup(func() { _ = db.Close() })
	return db
}

// spread connects to one node after the other, past those that are down or not
// in the cluster.
type spread struct {
	nodes []driver.Connector
	next  atomic.Uint64
}

// Driver implements [driver.Connector].
func (s *spread) Driver() driver.Driver { return s.nodes[0].Driver() }

// Connect implements [driver.Connector].
func (s *spread) Connect(ctx context.Context) (driver.Conn, error) {
	var errs []error
	first := s.next.Add(1)
	for i := range uint64(len(s.nodes)) {
		c, err := s.nodes[(first+i)%uint64(len(s.nodes))].Connect(ctx)
		if err == nil {
			if err = ready(ctx, c); err == nil {
				return c, nil
			}
			_ = c.Close()
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("no node takes connections: %w", errors.Join(errs...))
}

// ready asks something that a node outside the cluster refuses (1047); a ping
// it answers.
func ready(ctx context.Context, c driver.Conn) error {
	rows, err := c.(driver.QueryerContext).QueryContext(ctx, "SELECT 1", nil)
	if err != nil {
		return err
	}
	return rows.Close()
}

// mysqlCode is the number of an error of MariaDB's, "" of others.
func mysqlCode(err error) string {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return strconv.Itoa(int(e.Number))
	}
	return ""
}

// CreateDatabase makes a database.
func (g *Galera) CreateDatabase(name string) {
	g.lab.Helper()
	root := g.root(g.nodes[0])
	defer func() { _ = root.Close() }()
	_, err := root.ExecContext(context.Background(), "CREATE DATABASE "+name)
	require.NoError(g.lab, err)
}

// Databases returns databases for the suite, with the tables that open makes.
func (g *Galera) Databases(open func(name string) *sql.DB) *Databases {
	return &Databases{
		make: func(name string) *sql.DB {
			g.CreateDatabase(name)
			return open(name)
		},
		tables: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE '%\\_schema'",
	}
}
