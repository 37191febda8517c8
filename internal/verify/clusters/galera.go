package clusters

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"
)

// GaleraSettings are the choices that decide what a cluster keeps. The zero
// value is the one that loses nothing.
type GaleraSettings struct {
	// FlushLater leaves commits to the log's flush once a second
	// (innodb_flush_log_at_trx_commit=0), as guides to Galera advise.
	FlushLater bool
	// SlowEviction leaves the time after which a silent node is taken for dead
	// at Galera's own.
	SlowEviction bool
}

// Galera is a MariaDB Galera cluster of three nodes.
type Galera struct {
	lab      *Lab
	settings GaleraSettings
	nodes    []*Machine
	mariadbd string
}

// mysqlUser runs the servers, and clusterUser is who the stores log in as.
const (
	mysqlUser   = "mysql"
	clusterUser = "portal"
)

// NewGalera builds a cluster and waits until all its nodes are in it.
func NewGalera(lab *Lab, settings GaleraSettings) *Galera {
	g := &Galera{lab: lab, settings: settings, mariadbd: lab.program("/usr/sbin/mariadbd")}
	for i := range 3 {
		g.nodes = append(g.nodes, lab.Machine(fmt.Sprintf("node%d", i+1)))
	}
	for _, m := range g.nodes {
		lab.folder(g.data(m), mysqlUser)
		lab.folder(filepath.Join(m.Dir, "run"), mysqlUser)
		lab.file(g.config(m), g.settingsOf(m))
	}
	first := g.nodes[0]
	first.Run("root", "mariadb-install-db", "--no-defaults", "--user="+mysqlUser, "--datadir="+g.data(first),
		"--auth-root-authentication-method=normal", "--skip-test-db")
	g.start(first, "--wsrep-new-cluster")
	g.awaitSynced(first)
	root := g.root(first)
	defer func() { _ = root.Close() }()
	for _, text := range []string{
		"CREATE USER " + clusterUser + "@'%'",
		"GRANT ALL ON *.* TO " + clusterUser + "@'%'",
	} {
		_, err := root.ExecContext(context.Background(), text)
		require.NoError(lab, err)
	}
	for _, m := range g.nodes[1:] { // one by one: each takes a copy from another
		g.start(m)
		g.awaitSynced(m)
	}
	return g
}

func (g *Galera) data(m *Machine) string   { return filepath.Join(m.Dir, "data") }
func (g *Galera) socket(m *Machine) string { return filepath.Join(m.Dir, "run", "sock") }
func (g *Galera) config(m *Machine) string { return filepath.Join(m.Dir, "my.cnf") }

// eviction takes a node that is silent for a second for dead. Until that all
// commits of the cluster wait for it; Galera's own is five seconds, and fifteen
// until it must be.
const eviction = ";evs.keepalive_period=PT0.25S;evs.inactive_check_period=PT0.25S" +
	";evs.suspect_timeout=PT1S;evs.inactive_timeout=PT3S;evs.install_timeout=PT3S"

func (g *Galera) settingsOf(m *Machine) string {
	flush, provider := 1, "gcache.size=128M;gcache.recover=yes"
	if g.settings.FlushLater {
		flush = 0
	}
	if !g.settings.SlowEviction {
		provider += eviction
	}
	var inner []string
	for _, m := range g.nodes {
		inner = append(inner, m.Inner)
	}
	return fmt.Sprintf(`[mariadbd]
datadir=%s
socket=%s
pid-file=%s.pid
server-id=%d
bind-address=0.0.0.0
skip-name-resolve
max_connections=300
binlog_format=ROW
default_storage_engine=InnoDB
innodb_autoinc_lock_mode=2
innodb_flush_log_at_trx_commit=%d
innodb_buffer_pool_size=256M
innodb_log_file_size=128M
character-set-server=utf8mb4
wsrep_on=ON
wsrep_provider=%s
wsrep_cluster_name=egovroles
wsrep_cluster_address=gcomm://%s
wsrep_node_name=%s
wsrep_node_address=%s
wsrep_sst_receive_address=%s
wsrep_sst_method=rsync
wsrep_slave_threads=2
wsrep_provider_options="ist.recv_addr=%s;%s"
`, g.data(m), g.socket(m), g.socket(m), m.number, flush, g.lab.program("/usr/lib*/galera/libgalera_smm.so"), strings.Join(inner, ","),
		m.Name, m.Inner, m.Inner, m.Inner, provider)
}

func (g *Galera) start(m *Machine, args ...string) {
	m.Start(mysqlUser, append([]string{g.mariadbd, "--defaults-file=" + g.config(m)}, args...)...)
}

// Nodes returns the machines.
func (g *Galera) Nodes() []*Machine { return g.nodes }

// Rejoin starts a node that was killed, and waits until it has caught up. It
// returns how long that took.
func (g *Galera) Rejoin(m *Machine) time.Duration {
	g.lab.Helper()
	began := time.Now()
	g.startWhereItStopped(m)
	g.awaitSynced(m)
	return time.Since(began)
}

// Recover starts all nodes after all were killed, and returns how long it took
// until all were in the cluster again. They find together by themselves, since
// each wrote down with whom it was, but only when all of them come.
func (g *Galera) Recover() time.Duration {
	g.lab.Helper()
	began := time.Now()
	for _, m := range g.nodes {
		g.startWhereItStopped(m)
	}
	for _, m := range g.nodes {
		g.awaitSynced(m)
	}
	return time.Since(began)
}

var recovered = regexp.MustCompile(`Recovered position: *(\S+)`)

// startWhereItStopped asks InnoDB first where it stopped: a node that was
// killed didn't write it down, and would take a whole copy from another.
func (g *Galera) startWhereItStopped(m *Machine) {
	g.lab.Helper()
	var args []string
	state, err := os.ReadFile(filepath.Join(g.data(m), "grastate.dat"))
	require.NoError(g.lab, err)
	if strings.Contains(string(state), "seqno:   -1") {
		out := m.Run(mysqlUser, g.mariadbd, "--defaults-file="+g.config(m), "--wsrep-recover")
		position := recovered.FindStringSubmatch(out)
		require.Len(g.lab, position, 2, "where %s stopped: %s", m.Name, out)
		args = append(args, "--wsrep-start-position="+position[1])
	}
	g.start(m, args...)
}

// root is a pool of connections to one node alone, past the network, for the
// caller to close.
func (g *Galera) root(m *Machine) *sql.DB {
	g.lab.Helper()
	config := mysql.NewConfig()
	config.User, config.Net, config.Addr = "root", "unix", g.socket(m)
	config.Params = map[string]string{"wsrep_sync_wait": "0"}
	config.Logger = silent{}
	connector, err := mysql.NewConnector(config)
	require.NoError(g.lab, err)
	return sql.OpenDB(connector)
}

// Status returns a status variable of a node, "" when it doesn't answer.
func (g *Galera) Status(m *Machine, variable string) string {
	db := g.root(m)
	defer func() { _ = db.Close() }()
	var value string
	if err := db.QueryRowContext(context.Background(),
		"SELECT variable_value FROM information_schema.global_status WHERE variable_name = ?", variable).Scan(&value); err != nil {
		return ""
	}
	return value
}

// Certification is how many transactions the nodes refused since they were
// last started, because another node's came before: at COMMIT, when they were
// compared, and before, when the other's was written.
func (g *Galera) Certification() string {
	failures, aborts := 0, 0
	for _, m := range g.nodes {
		n, _ := strconv.Atoi(g.Status(m, "wsrep_local_cert_failures"))
		failures += n
		n, _ = strconv.Atoi(g.Status(m, "wsrep_local_bf_aborts"))
		aborts += n
	}
	return fmt.Sprintf("%d failures, %d aborts since the nodes were last started", failures, aborts)
}

func (g *Galera) awaitSynced(m *Machine) {
	g.lab.Helper()
	defer func() {
		if g.lab.Failed() {
			g.lab.Log(tail(m.Log()))
		}
	}()
	g.lab.eventually(time.Minute, m.Name+" is in the cluster", func() bool {
		require.True(g.lab, m.Running(), "%s ended", m.Name)
		return g.Status(m, "wsrep_local_state_comment") == "Synced" && g.Status(m, "wsrep_cluster_status") == "Primary"
	})
}

// AwaitMinority waits until a node that was cut off knows that it is alone.
func (g *Galera) AwaitMinority(m *Machine) time.Duration {
	g.lab.Helper()
	return g.lab.eventually(time.Minute, m.Name+" is alone", func() bool { return g.Status(m, "wsrep_cluster_status") != "Primary" })
}

// AwaitMajority waits until all nodes are in the cluster again.
func (g *Galera) AwaitMajority() time.Duration {
	g.lab.Helper()
	began := time.Now()
	for _, m := range g.nodes {
		g.awaitSynced(m)
	}
	return time.Since(began)
}
