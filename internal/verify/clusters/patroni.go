package clusters

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// PatroniSettings are the choices that decide what a cluster keeps. The zero
// value is the one that loses nothing.
type PatroniSettings struct {
	// Asynchronous acknowledges a commit before another node has it.
	Asynchronous bool
}

// Patroni is a PostgreSQL cluster of three nodes under Patroni, with an etcd
// that stays up.
type Patroni struct {
	lab      *Lab
	settings PatroniSettings
	nodes    []*Machine
	etcd     *Machine
}

// postgresUser runs the servers, and is who the stores log in as.
const postgresUser = "postgres"

// NewPatroni builds a cluster and waits until it has a leader and a synchronous
// standby.
func NewPatroni(lab *Lab, settings PatroniSettings) *Patroni {
	p := &Patroni{lab: lab, settings: settings}
	for i := range 3 {
		p.nodes = append(p.nodes, lab.Machine(fmt.Sprintf("node%d", i+1)))
	}
	p.etcd = lab.Machine("etcd")
	p.etcd.Start("root", lab.program("/usr/bin/etcd"), "--data-dir", filepath.Join(p.etcd.Dir, "data"), "--name", "etcd",
		"--listen-client-urls", "http://0.0.0.0:2379", "--advertise-client-urls", "http://"+p.etcd.Inner+":2379",
		"--listen-peer-urls", "http://127.0.0.1:2380", "--initial-advertise-peer-urls", "http://127.0.0.1:2380",
		"--initial-cluster", "etcd=http://127.0.0.1:2380")
	lab.eventually(time.Minute, "etcd answers", func() bool {
		_, err := get("http://" + p.etcd.Address + ":2379/health")
		return err == nil
	})
	for _, m := range p.nodes {
		lab.folder(filepath.Join(m.Dir, "run"), postgresUser)
		lab.folder(filepath.Join(m.Dir, "data"), postgresUser)
		settings, err := json.MarshalIndent(p.settingsOf(m), "", "  ") // which is YAML too
		require.NoError(lab, err)
		lab.file(p.config(m), string(settings))
		p.start(m)
	}
	p.AwaitHealthy()
	return p
}

func (p *Patroni) config(m *Machine) string { return filepath.Join(m.Dir, "patroni.yml") }

type settings map[string]any

func (p *Patroni) settingsOf(m *Machine) settings {
	login := settings{"username": postgresUser}
	return settings{
		"scope":   "egovroles",
		"name":    m.Name,
		"restapi": settings{"listen": "0.0.0.0:8008", "connect_address": m.Inner + ":8008"},
		"etcd3":   settings{"hosts": p.etcd.Inner + ":2379"},
		"bootstrap": settings{
			"dcs": settings{
				// A leader that is gone is noticed after ttl seconds at most.
				"ttl": 10, "loop_wait": 2, "retry_timeout": 3,
				"synchronous_mode": !p.settings.Asynchronous,
				// Strict: with no standby to wait for, nothing is acknowledged.
				"synchronous_mode_strict": !p.settings.Asynchronous,
				"postgresql": settings{
					"use_pg_rewind": true,
					"parameters":    settings{"max_connections": 100, "shared_buffers": "64MB", "wal_keep_size": "256MB"},
				},
			},
			"initdb": []any{settings{"encoding": "UTF8"}, settings{"locale": "C"}, "data-checksums"},
			"pg_hba": []string{
				"local all all trust", "host all all " + clientNet + "0/24 trust",
				"host all all " + nodeNet + "0/24 trust", "host replication all " + nodeNet + "0/24 trust",
			},
		},
		"postgresql": settings{
			"listen": "0.0.0.0:5432", "connect_address": m.Inner + ":5432",
			"data_dir":       filepath.Join(m.Dir, "data", "pg"),
			"bin_dir":        filepath.Dir(p.lab.program("/usr/lib/postgresql/*/bin/postgres")),
			"pgpass":         filepath.Join(m.Dir, "run", "pgpass"),
			"authentication": settings{"superuser": login, "replication": login, "rewind": login},
			"parameters":     settings{"unix_socket_directories": filepath.Join(m.Dir, "run")},
		},
		"watchdog": settings{"mode": "off"},
	}
}

func (p *Patroni) start(m *Machine) {
	m.Start(postgresUser, p.lab.program("/usr/bin/patroni"), p.config(m))
}

// Nodes returns the machines of the databases.
func (p *Patroni) Nodes() []*Machine { return p.nodes }

// member is a node as Patroni sees it.
type member struct {
	Name, Role, State string
	Timeline          int
}

// members asks a node about the cluster; nil when it doesn't answer.
func members(m *Machine) []member {
	body, err := get("http://" + m.Address + ":8008/cluster")
	if err != nil {
		return nil
	}
	var cluster struct{ Members []member }
	if json.Unmarshal(body, &cluster) != nil {
		return nil
	}
	return cluster.Members
}

// Leader returns the node that takes writes, nil when none is known.
func (p *Patroni) Leader() *Machine { return p.having("leader") }

func (p *Patroni) having(role string) *Machine {
	for _, asked := range p.nodes {
		for _, found := range members(asked) {
			if i := slices.IndexFunc(p.nodes, func(m *Machine) bool { return m.Name == found.Name }); found.Role == role && i >= 0 {
				return p.nodes[i]
			}
		}
	}
	return nil
}

// Standby returns the node that the leader waits for, nil when there is none.
func (p *Patroni) Standby() *Machine { return p.having("sync_standby") }

// Rejoin starts nodes that were killed, and waits until all follow one leader.
// It returns how long that took.
func (p *Patroni) Rejoin(killed ...*Machine) time.Duration {
	p.lab.Helper()
	began := time.Now()
	for _, m := range killed {
		p.start(m)
	}
	p.AwaitHealthy()
	return time.Since(began)
}

// AwaitHealthy waits until all nodes run on the leader's timeline, and one is
// the synchronous standby unless the cluster has none.
func (p *Patroni) AwaitHealthy() time.Duration {
	p.lab.Helper()
	defer func() {
		if p.lab.Failed() {
			for _, m := range p.nodes {
				p.lab.Logf("%s: %+v\n%s", m.Name, members(m), tail(m.Log()))
			}
		}
	}()
	return p.lab.eventually(2*time.Minute, "all nodes follow one leader", func() bool {
		for _, m := range p.nodes {
			if !m.Running() || !p.healthy(members(m)) {
				return false
			}
		}
		return p.streaming()
	})
}

// streaming asks the leader itself whether all others follow it. What Patroni
// says of a node holds for some seconds after the node is gone.
func (p *Patroni) streaming() bool {
	leader := p.Leader()
	if leader == nil {
		return false
	}
	db := p.Node(leader, "postgres")
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	followers := 0
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND NOT pg_is_in_recovery()").Scan(&followers)
	return err == nil && followers == len(p.nodes)-1
}

func (p *Patroni) healthy(all []member) bool {
	roles := map[string]int{}
	for _, m := range all {
		if m.State != "running" && m.State != "streaming" || m.Timeline != all[0].Timeline {
			return false
		}
		roles[m.Role]++
	}
	standbys := roles["sync_standby"]
	return len(all) == len(p.nodes) && roles["leader"] == 1 && (standbys == 1 || p.settings.Asynchronous)
}

// get asks a server of the cluster, which answers soon or not at all.
func get(url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(response.Body)
}

// AwaitLeader waits until another node than the former leader takes writes.
func (p *Patroni) AwaitLeader(former *Machine) time.Duration {
	p.lab.Helper()
	return p.lab.eventually(time.Minute, "another leads", func() bool {
		leader := p.Leader()
		if leader == nil || leader == former {
			return false
		}
		_, err := get("http://" + leader.Address + ":8008/primary")
		return err == nil
	})
}
