package verify_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/storage/sqlite"
)

// killsOfAFile is how often a portal is killed on one file, which grows.
const killsOfAFile = 20

var (
	crashKills = flag.Int("kills", 200, "how often a portal on SQLite is killed; 40 times with -short")
	// What a process has come to by the same moment is never the same.
	crashSeed = flag.Uint64("crashseed", uint64(time.Now().UnixNano()), "chooses the moments of the kills")
)

// kills is how often a portal is killed in all.
func kills() int {
	if testing.Short() {
		return min(*crashKills, 2*killsOfAFile)
	}
	return *crashKills
}

// crashTally counts what the kills met.
type crashTally struct {
	sync.Mutex
	kills, done, acknowledged, unheard, absent, delivered, twice int
}

// TestCrash kills a portal on SQLite with SIGKILL at random moments, and looks
// each time at what is in the file: every step is there as a whole or not at all,
// those that a caller was told of are, the audit holds, and no mail was sent for a
// step that is not there. In the end each mail was sent.
func TestCrash(t *testing.T) {
	t.Logf("-crashseed %d", *crashSeed)
	tally := &crashTally{}
	t.Run("files", func(t *testing.T) {
		for n := 0; n < kills(); n += killsOfAFile {
			t.Run(strconv.Itoa(n/killsOfAFile), func(t *testing.T) {
				t.Parallel()
				c := newCrash(t, rand.New(rand.NewPCG(*crashSeed, uint64(n))))
				for range min(killsOfAFile, kills()-n) {
					c.kill(t)
					c.look(t, tally)
				}
				c.drain(t, tally)
			})
		}
	})
	t.Logf("%d kills; %d steps in the files, of which %d acknowledged and %d whose caller never heard; %d tried and not there; %d mails delivered, %d of them again",
		tally.kills, tally.done, tally.acknowledged, tally.unheard, tally.absent, tally.delivered, tally.twice)
	if !t.Failed() && tally.kills >= killsOfAFile {
		assert.Positive(t, tally.unheard, "no kill came between a COMMIT and its answer")
		assert.Positive(t, tally.absent, "no kill came before a COMMIT")
	}
}

// crash is a file and what its portals said.
type crash struct {
	path  string
	dice  *rand.Rand
	round int
	// said are the lines since the file was last looked at.
	said []said
	// rows is how many there must be in each table, and done which of the
	// commands are there, with the enterprise.
	rows      map[string]int
	done      map[uuid.UUID]uuid.UUID
	delivered map[uuid.UUID]int
}

// crashStore opens the store on a file.
func crashStore(path string) (*sqlite.Store, error) {
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, err
	}
	return sqlite.New(db, nil)
}

// newCrash makes a file with some enterprises.
func newCrash(t *testing.T, dice *rand.Rand) *crash {
	c := &crash{path: file(t), dice: dice, rows: map[string]int{}, done: map[uuid.UUID]uuid.UUID{}, delivered: map[uuid.UUID]int{}}
	store := migrated(t, open(t, dsn(c.path)), nil)
	var heard bytes.Buffer
	j := &journal{out: &heard}
	svc, key, err := crashService(store, j, 0)
	require.NoError(t, err)
	for i := range crashEnterprises {
		caller := &crashCaller{journal: j, svc: svc, key: key, number: workflowtest.Number(i), gaps: crashGAPs(i), office: new(atomic.Int64)}
		require.True(t, caller.designate(0))
	}
	c.hear(t, &heard)
	return c
}

// hear reads lines to the last whole one.
func (c *crash) hear(t *testing.T, from io.Reader) {
	lines := bufio.NewReader(from)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return // what comes before is of a line that was never done
		}
		var l said
		require.NoError(t, json.Unmarshal(text, &l), "%s", text)
		c.said = append(c.said, l)
	}
}

// kill starts a portal and kills it: half of the time when it has said so many
// lines, else after some time.
func (c *crash) kill(t *testing.T) {
	c.round++
	read, write, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _ = read.Close() }()
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.Command(self, "-test.run=^$")
	child.Env = append(os.Environ(), crashFile+"="+c.path, crashRound+"="+strconv.Itoa(c.round))
	child.ExtraFiles = []*os.File{write}
	child.Stderr = os.Stderr
	require.NoError(t, child.Start())
	require.NoError(t, write.Close())

	lines, after := 1+c.dice.IntN(400), time.Duration(c.dice.IntN(150_000))*time.Microsecond
	byLines := c.dice.IntN(2) == 0
	trigger := &trigger{kill: child.Process.Kill, lines: lines, ready: func() {
		if !byLines {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
	}}
	if !byLines {
		trigger.lines = 1 << 30
	}
	c.hear(t, io.TeeReader(read, trigger))
	var exit *exec.ExitError
	require.ErrorAs(t, child.Wait(), &exit)
	require.Equal(t, -1, exit.ExitCode(), "it ended by itself: %v", c.bad())
}

// trigger kills a process when it has written so many lines.
type trigger struct {
	kill  func() error
	lines int
	ready func()
	once  sync.Once
}

func (g *trigger) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(`"ready"`)) {
		g.once.Do(g.ready)
	}
	if g.lines -= bytes.Count(p, []byte("\n")); g.lines <= 0 {
		_ = g.kill()
	}
	return len(p), nil
}

// bad are the lines of what may not happen.
func (c *crash) bad() (all []string) {
	for _, l := range c.said {
		if l.Kind == saidBad {
			all = append(all, l.Bad)
		}
	}
	return all
}

// look opens the file and compares.
func (c *crash) look(t *testing.T, tally *crashTally) {
	require.Empty(t, c.bad())
	db, err := sql.Open("sqlite", dsn(c.path))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	store, err := sqlite.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Ready(ctx))
	var integrity string
	require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&integrity))
	require.Equal(t, "ok", integrity)

	v := &crashView{t: t, db: db, prepared: map[string]*sql.Stmt{}}
	tally.Lock()
	defer tally.Unlock()
	tally.kills++
	c.whole(v, tally)
	c.answered(v, tally)
	c.counts(v)
	svc, _, err := crashService(store, &journal{out: &bytes.Buffer{}}, c.round)
	require.NoError(t, err)
	for i := range crashEnterprises {
		c.enterprise(v, store, svc, workflowtest.Number(i))
	}
	c.said = nil
}

// drain sends what is still to be sent, when all claims are over.
func (c *crash) drain(t *testing.T, tally *crashTally) {
	db := open(t, dsn(c.path))
	store, err := sqlite.New(db, nil)
	require.NoError(t, err)
	var heard bytes.Buffer
	svc, _, err := crashService(store, &journal{out: &heard}, c.round+1)
	require.NoError(t, err)
	for {
		done, err := svc.DispatchOnce(ctx)
		require.NoError(t, err)
		if done == (accessmgmt.Dispatched{}) {
			break
		}
	}
	c.hear(t, &heard)
	v := &crashView{t: t, db: db, prepared: map[string]*sql.Stmt{}}
	tally.Lock()
	defer tally.Unlock()
	c.answered(v, tally)
	require.Zero(t, v.number("SELECT COUNT(*) FROM egovroles_outbox WHERE state = 'pending'"))
	rows, err := db.Query("SELECT id FROM egovroles_outbox WHERE state = 'sent'")
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	sent := 0
	for ; rows.Next(); sent++ {
		var id uuid.UUID
		require.NoError(t, rows.Scan(&id))
		require.Positive(t, c.delivered[id], "message %s is said to be sent", id)
	}
	require.NoError(t, rows.Err())
	require.Positive(t, sent)
	for _, times := range c.delivered {
		tally.delivered += times
		tally.twice += times - 1
	}
}
