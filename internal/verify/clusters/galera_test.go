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
	"github.com/egovroles/egovroles/storage/mysql"
	"github.com/egovroles/egovroles/storage/storagetest"
)

func onMySQL(t testing.TB, db *sql.DB) *mysql.Store {
	s, err := mysql.New(db, nil)
	require.NoError(t, err)
	return s
}

func migratedMySQL(t testing.TB, db *sql.DB) *sql.DB {
	require.NoError(t, onMySQL(t, db).Migrate(context.Background()))
	return db
}

// TestGaleraSuite runs the suite of the stores, each over all nodes.
func TestGaleraSuite(t *testing.T) {
	g := clusters.NewGalera(clusters.NewLab(t), clusters.GaleraSettings{})
	watch := &clusters.Watch{}
	d := g.Databases(func(name string) *sql.DB {
		return migratedMySQL(t, g.Portal(clusters.GaleraClient{Database: name, Watch: watch}))
	})
	t.Run("suite", func(t *testing.T) {
		storagetest.Run(t, func(t testing.TB) accessmgmt.Store { return onMySQL(t, d.Lease(t)) })
	})
	t.Log(watch)
}

// galeraDrill is a drill on a Galera cluster, by three portals over all nodes.
type galeraDrill struct {
	*clusters.Galera
	*drill.Drill
	t     *testing.T
	watch *clusters.Watch
	name  string
}

const ofDrill = "egovroles"

func newGaleraDrill(t *testing.T, g *clusters.Galera, name string, client clusters.GaleraClient) *galeraDrill {
	d := &galeraDrill{Galera: g, t: t, watch: &clusters.Watch{}, name: name}
	g.CreateDatabase(name)
	client.Database, client.Watch = name, d.watch
	var stores []accessmgmt.Store
	for range g.Nodes() {
		stores = append(stores, onMySQL(t, g.Portal(client)))
	}
	migratedMySQL(t, g.Portal(client))
	began := time.Now()
	d.Drill = drill.New(t, stores, drill.Options{Enterprises: 300, Hot: 6})
	t.Logf("300 enterprises registered in %s", time.Since(began).Round(time.Millisecond))
	d.Start()
	return d
}

// verify ends the drill and compares all nodes.
func (d *galeraDrill) verify() *drill.Report {
	var views []accessmgmt.Store
	for _, m := range d.Nodes() {
		views = append(views, onMySQL(d.t, d.Node(m, clusters.GaleraClient{Database: d.name})))
	}
	r := d.Verify(views...)
	d.t.Logf("%s\n%s\n%s\ncertification          %s", d.t.Name(), r, d.watch, d.Certification())
	return r
}

// TestGaleraDrill takes nodes from a cluster that is worked on: one, another, all
// of them, and one that is cut off from the others while portals still reach it.
func TestGaleraDrill(t *testing.T) {
	g := clusters.NewGalera(clusters.NewLab(t), clusters.GaleraSettings{})
	for i, fault := range []struct {
		name string
		run  func(d *galeraDrill)
	}{
		{"nothing happens", func(d *galeraDrill) { d.Await(2000) }},
		{"nodes are killed", func(d *galeraDrill) {
			for i, m := range d.Nodes() {
				d.Await(400)
				m.Kill()
				d.Await(400)
				d.t.Logf("node %d rejoined in %s", i+1, d.Rejoin(m).Round(time.Millisecond))
			}
			d.Await(400)
		}},
		{"all are killed", func(d *galeraDrill) {
			for range 3 {
				d.Await(400)
				for _, m := range d.Nodes() {
					m.Kill()
				}
				d.t.Logf("the cluster recovered in %s", d.Recover().Round(time.Millisecond))
			}
			d.Await(400)
		}},
		{"one is cut off", func(d *galeraDrill) {
			for i, m := range d.Nodes() {
				d.Await(400)
				m.Cut()
				noticed := d.AwaitMinority(m)
				d.Await(400)
				m.Mend()
				d.t.Logf("node %d was alone after %s and back %s after it was mended", i+1, noticed.Round(time.Millisecond), d.AwaitMajority().Round(time.Millisecond))
			}
			d.Await(400)
		}},
		{"one is cut off and killed", func(d *galeraDrill) {
			for i, m := range d.Nodes() {
				d.Await(400)
				m.Cut()
				d.Await(20)
				m.Kill()
				d.Await(400)
				m.Mend()
				d.t.Logf("node %d rejoined in %s", i+1, d.Rejoin(m).Round(time.Millisecond))
			}
			d.Await(400)
		}},
	} {
		t.Run(fault.name, func(t *testing.T) {
			d := newGaleraDrill(t, g, fmt.Sprintf("%s%d", ofDrill, i), clusters.GaleraClient{})
			fault.run(d)
			r := d.verify()
			require.Zero(t, len(r.Faults), "faults, see above")
		})
	}
}

// TestGaleraOtherwise shows what the settings are for: what becomes of the same
// load without each. How much is chance.
func TestGaleraOtherwise(t *testing.T) {
	t.Run("without wsrep_sync_wait", func(t *testing.T) {
		g := clusters.NewGalera(clusters.NewLab(t), clusters.GaleraSettings{})
		d := newGaleraDrill(t, g, ofDrill, clusters.GaleraClient{StaleReads: true})
		d.Await(2000)
		r := d.verify()
		t.Logf("%d of %d reads were stale", r.Stale, r.Reads)
		require.Positive(t, r.Stale, "a cluster's nodes lag, or the drill doesn't see it")
	})
	t.Run("with Galera's own eviction", func(t *testing.T) {
		g := clusters.NewGalera(clusters.NewLab(t), clusters.GaleraSettings{SlowEviction: true})
		d := newGaleraDrill(t, g, ofDrill, clusters.GaleraClient{})
		for _, m := range d.Nodes()[:2] {
			d.Await(400)
			m.Cut()
			d.Await(400)
			m.Kill()
			m.Mend()
			d.Rejoin(m)
		}
		r := d.verify()
		t.Logf("nothing was acknowledged for %s when a node fell silent", r.Gap.Round(time.Millisecond))
		require.Zero(t, len(r.Faults), "it is slow, and loses nothing")
	})
	t.Run("with innodb_flush_log_at_trx_commit=0", func(t *testing.T) {
		g := clusters.NewGalera(clusters.NewLab(t), clusters.GaleraSettings{FlushLater: true})
		d := newGaleraDrill(t, g, ofDrill, clusters.GaleraClient{})
		for range 3 {
			d.Await(600)
			for _, m := range d.Nodes() {
				m.Kill()
			}
			d.Recover()
		}
		d.Await(200)
		r := d.verify()
		t.Logf("all nodes killed 3 times: of %d acknowledged commits %d lost", r.Commits+r.Missing, r.Missing)
	})
}
