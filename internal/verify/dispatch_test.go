package verify_test

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/storage/postgres"
)

var (
	dispatchKills    = flag.Int("dispatchkills", 15, "how often one of two dispatchers on PostgreSQL is killed")
	dispatchMessages = flag.Int("dispatchmessages", 1000, "how many messages two dispatchers on PostgreSQL send")
)

// TestDispatchers has two processes send the messages of one store on PostgreSQL:
// each is sent once. Then one of them is killed with SIGKILL, again and again, at
// moments that chance chooses: none is lost, and a kill has at most one sent again,
// the one that was with the mailer, with the same Message-ID.
func TestDispatchers(t *testing.T) {
	for _, c := range []struct {
		name  string
		kills int
	}{{"none is killed", 0}, {"one is killed", *dispatchKills}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDispatchers(t, *dispatchMessages)
			for range c.kills {
				d.round(t, d.dice.IntN(2))
				// What the dead one had claimed is anybody's after an hour. The other
				// one is through by now: it isn't held up by a clock that jumps.
				d.now = d.now.Add(time.Hour)
				d.replace(t)
			}
			d.drain(t)
			d.tally(t, c.kills)
		})
	}
}

// dispatchers are two processes, one of which may be dead.
type dispatchers struct {
	address  string
	store    *postgres.Store
	dice     *rand.Rand
	now      time.Time
	messages []accessmgmt.Message
	running  [2]*dispatcher
	sent     map[string]int // by Message-ID
	by       [2]int         // mails by each place
	midBatch int            // kills after the first mail of a batch and before its end
}

// dispatcher is one process.
type dispatcher struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines *bufio.Reader
	dead  bool
}

func newDispatchers(t *testing.T, n int) *dispatchers {
	schema := newSchema(t)
	store, err := postgres.New(openPostgres(t, pgx, schema), nil)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(ctx))
	d := &dispatchers{address: postgresAddress(t, schema), store: store, now: now.Add(time.Minute), sent: map[string]int{},
		dice: rand.New(rand.NewPCG(*crashSeed, uint64(n)))}
	c := registered(1)
	for range n {
		c.Messages = append(c.Messages, message(c.Enterprise.ID))
	}
	d.messages = c.Messages
	require.NoError(t, store.Commit(ctx, c))
	d.running = [2]*dispatcher{d.start(t), d.start(t)}
	return d
}

func (d *dispatchers) start(t *testing.T) *dispatcher {
	self, err := os.Executable()
	require.NoError(t, err)
	one := &dispatcher{cmd: exec.Command(self, "-test.run=^$")}
	one.cmd.Env = append(os.Environ(), dispatchAddress+"="+d.address)
	one.cmd.Stderr = os.Stderr
	one.in, err = one.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := one.cmd.StdoutPipe()
	require.NoError(t, err)
	one.lines = bufio.NewReader(out)
	require.NoError(t, one.cmd.Start())
	t.Cleanup(func() { _ = one.cmd.Process.Kill(); _ = one.cmd.Wait() })
	line, err := one.lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	return one
}

// replace starts another one in the place of each that is dead.
func (d *dispatchers) replace(t *testing.T) {
	for i, one := range d.running {
		if one.dead {
			d.running[i] = d.start(t)
		}
	}
}

// round has both dispatch a batch at once, and kills one of them.
func (d *dispatchers) round(t *testing.T, kill int) {
	after, pause := d.dice.IntN(50), time.Duration(d.dice.IntN(3000))*time.Microsecond
	var heard [2][]string
	d.both(func(i int, one *dispatcher) {
		if i == kill {
			heard[i] = one.batch(d.now, after, pause)
		} else {
			heard[i] = one.batch(d.now, -1, 0)
		}
	})
	d.running[kill].dead = true
	if ended := d.hear(t, kill, heard[kill]); !ended && len(heard[kill]) > 0 {
		d.midBatch++
	}
	require.True(t, d.hear(t, 1-kill, heard[1-kill]), "it ended by itself: %q", heard[1-kill])
}

// drain has each dispatch on its own until there is nothing more.
func (d *dispatchers) drain(t *testing.T) {
	var heard [2][]string
	d.both(func(i int, one *dispatcher) {
		for {
			lines := one.batch(d.now, -1, 0)
			heard[i] = append(heard[i], lines...)
			if len(lines) <= 1 {
				return
			}
		}
	})
	for i, lines := range heard {
		require.True(t, d.hear(t, i, lines), "it ended by itself: %q", lines)
	}
}

func (d *dispatchers) both(do func(i int, one *dispatcher)) {
	var all sync.WaitGroup
	for i, one := range d.running {
		all.Go(func() { do(i, one) })
	}
	all.Wait()
}

// hear counts what one said, and reports whether it ended with a whole batch.
func (d *dispatchers) hear(t *testing.T, i int, lines []string) (ended bool) {
	for _, line := range lines {
		id, mail := strings.CutPrefix(line, "mail ")
		if ended = !mail; ended {
			require.Regexp(t, `^did \d+ 0$`, line)
			continue
		}
		d.sent[id]++
		d.by[i]++
	}
	return ended
}

// batch has a dispatcher send a batch and returns what it said. It is killed a
// pause after it said so many lines; -1: not.
func (one *dispatcher) batch(at time.Time, after int, pause time.Duration) (lines []string) {
	if _, err := fmt.Fprintln(one.in, at.UnixMicro()); err != nil {
		return nil
	}
	for {
		if len(lines) == after {
			time.AfterFunc(pause, func() { _ = one.cmd.Process.Kill() })
		}
		line, err := one.lines.ReadString('\n')
		if err != nil {
			return lines // killed; half a line is of a mail that wasn't handed over
		}
		lines = append(lines, strings.TrimSpace(line))
		if after < 0 && !strings.HasPrefix(line, "mail ") {
			return lines
		}
		if after >= len(lines) && strings.HasPrefix(line, "did ") { // it had nothing more to do
			_ = one.cmd.Process.Kill()
		}
	}
}

// tally holds what became of all messages.
func (d *dispatchers) tally(t *testing.T, kills int) {
	once, again, lost := 0, 0, 0
	for _, m := range d.messages {
		switch n := d.sent[m.ID.String()+"@portal.example"]; n {
		case 0:
			lost++
		case 1:
			once++
		default:
			again += n - 1
		}
	}
	t.Logf("%d messages, %d kills, of which %d in the middle of a batch: %d sent once, %d sent again (same Message-ID), %d lost; by each place %v",
		len(d.messages), kills, d.midBatch, once, again, lost, d.by)
	assert.Zero(t, lost)
	assert.Equal(t, len(d.messages), len(d.sent), "each under one Message-ID")
	assert.LessOrEqual(t, again, kills, "a kill repeats the mail that was with the mailer, no other")
	assert.Positive(t, d.by[0])
	assert.Positive(t, d.by[1])
	if kills >= 10 {
		assert.Positive(t, d.midBatch, "no kill came in the middle of a batch")
	}
	counts, err := d.store.CountMessages(ctx)
	require.NoError(t, err)
	assert.Zero(t, counts, "nothing waits, nothing is dead")
}
