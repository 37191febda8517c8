//go:build cluster

package clusters_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/verify/clusters"
	"github.com/egovroles/egovroles/internal/verify/drill"
	"github.com/egovroles/egovroles/storage/postgres"
	"github.com/egovroles/egovroles/storage/storagetest"
)

func onPostgres(t testing.TB, db *sql.DB) *postgres.Store {
	s, err := postgres.New(db, nil)
	require.NoError(t, err)
	return s
}

func migratedPostgres(t testing.TB, db *sql.DB) *sql.DB {
	require.NoError(t, onPostgres(t, db).Migrate(context.Background()))
	return db
}

// TestPatroniSuite runs the suite of the stores on the leader, whose commits
// wait for a standby.
func TestPatroniSuite(t *testing.T) {
	p := clusters.NewPatroni(clusters.NewLab(t), clusters.PatroniSettings{})
	watch := &clusters.Watch{}
	d := p.Databases(func(name string) *sql.DB { return migratedPostgres(t, p.Portal(name, watch)) })
	t.Run("suite", func(t *testing.T) {
		storagetest.Run(t, func(t testing.TB) accessmgmt.Store { return onPostgres(t, d.Lease(t)) })
	})
	t.Log(watch)
}

// patroniDrill is a drill on a PostgreSQL cluster, by three portals that look
// for the leader.
type patroniDrill struct {
	*clusters.Patroni
	*drill.Drill
	t     *testing.T
	watch *clusters.Watch
	name  string
}

func newPatroniDrill(t *testing.T, p *clusters.Patroni, name string) *patroniDrill {
	d := &patroniDrill{Patroni: p, t: t, watch: &clusters.Watch{}, name: name}
	p.CreateDatabase(name)
	migratedPostgres(t, p.Portal(name, nil))
	var stores []accessmgmt.Store
	for range p.Nodes() {
		stores = append(stores, onPostgres(t, p.Portal(name, d.watch)))
	}
	began := time.Now()
	d.Drill = drill.New(t, stores, drill.Options{Enterprises: 300, Hot: 6})
	t.Logf("300 enterprises registered in %s", time.Since(began).Round(time.Millisecond))
	d.Start()
	return d
}

// verify ends the drill and compares all nodes.
func (d *patroniDrill) verify() *drill.Report {
	d.Stop()
	require.NoError(d.t, d.Drain())
	d.AwaitCaughtUp()
	var views []accessmgmt.Store
	for _, m := range d.Nodes() {
		views = append(views, onPostgres(d.t, d.Node(m, d.name)))
	}
	r := d.Verify(views...)
	d.t.Logf("%s\n%s\n%s", d.t.Name(), r, d.watch)
	return r
}

// TestPatroniDrill takes nodes from a cluster that is worked on: the leader, the
// standby that it waits for, all of them, and a leader that is cut off from the
// others while portals still reach it.
func TestPatroniDrill(t *testing.T) {
	p := clusters.NewPatroni(clusters.NewLab(t), clusters.PatroniSettings{})
	for i, fault := range []struct {
		name string
		run  func(d *patroniDrill)
	}{
		{"nothing happens", func(d *patroniDrill) { d.Await(2000) }},
		{"the leader is killed", func(d *patroniDrill) {
			for range 3 {
				d.Await(400)
				leader := d.Leader()
				leader.Kill()
				other := d.AwaitLeader(leader)
				d.Await(400)
				d.t.Logf("another led after %s, and %s rejoined in %s", other.Round(time.Millisecond), leader.Name, d.Rejoin(leader).Round(time.Millisecond))
			}
			d.Await(400)
		}},
		{"the standby is killed", func(d *patroniDrill) {
			for range 2 {
				d.Await(400)
				standby := d.Standby()
				standby.Kill()
				d.Await(400)
				d.t.Logf("%s rejoined in %s", standby.Name, d.Rejoin(standby).Round(time.Millisecond))
			}
			d.Await(400)
		}},
		{"all are killed", func(d *patroniDrill) {
			for range 2 {
				d.Await(400)
				for _, m := range d.Nodes() {
					m.Kill()
				}
				d.t.Logf("the cluster recovered in %s", d.Rejoin(d.Nodes()...).Round(time.Millisecond))
			}
			d.Await(400)
		}},
		{"the leader is cut off", func(d *patroniDrill) {
			for range 2 {
				d.Await(400)
				leader := d.Leader()
				leader.Cut()
				other := d.AwaitLeader(leader)
				d.Await(400)
				leader.Mend()
				d.t.Logf("another led after %s, and %s was back %s after it was mended", other.Round(time.Millisecond), leader.Name, d.AwaitHealthy().Round(time.Millisecond))
			}
			d.Await(400)
		}},
	} {
		t.Run(fault.name, func(t *testing.T) {
			d := newPatroniDrill(t, p, fmt.Sprintf("%s%d", ofDrill, i))
			fault.run(d)
			r := d.verify()
			require.Zero(t, len(r.Faults), "faults, see above")
		})
	}
}

// TestPatroniOtherwise shows what is lost when commits don't wait for another
// node, and the leader is cut off from the others: what it acknowledges until it
// notices. How much is chance.
func TestPatroniOtherwise(t *testing.T) {
	p := clusters.NewPatroni(clusters.NewLab(t), clusters.PatroniSettings{Asynchronous: true})
	d := newPatroniDrill(t, p, ofDrill)
	for range 2 {
		d.Await(400)
		leader := d.Leader()
		leader.Cut()
		d.AwaitLeader(leader)
		d.Await(400)
		leader.Mend()
		d.AwaitHealthy()
	}
	r := d.verify()
	t.Logf("asynchronous replication, the leader cut off twice: of %d acknowledged commits %d lost", r.Commits+r.Missing, r.Missing)
}
