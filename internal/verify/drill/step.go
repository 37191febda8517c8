package drill

import (
	"context"
	"errors"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// command is what a caller is about to do. A nil run is nothing.
type command struct {
	act accessmgmt.Act
	run func(ctx context.Context, id accessmgmt.CommandID) error
	// moot takes off the board what can't be done any more.
	moot func()
}

// do does a command until there is an answer: whoever got none looks whether
// it was done, and sends it again under the same id.
func (c *caller) do(cmd command) {
	if cmd.run == nil {
		return
	}
	const wait = 20 * time.Second
	for id := newCommand(); ; {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		err := cmd.run(ctx, id)
		cancel()
		switch {
		case err == nil:
			c.note(step{c.at.enterprise(), id, cmd.act})
			return
		case errors.Is(err, accessmgmt.ErrUnavailable):
			c.ask(id)
		case errors.Is(err, accessmgmt.ErrConflict):
			c.count(func(t *Tally) { t.GaveUp++ })
			return
		default:
			c.refused(cmd, err)
			return
		}
	}
}

// refused learns from a refusal: what was tried can't be done any more, or
// another is in office.
func (c *caller) refused(cmd command, err error) {
	c.count(func(t *Tally) { t.Refused[accessmgmt.Code(err)]++ })
	if errors.Is(err, accessmgmt.ErrState) {
		if cmd.moot != nil {
			cmd.moot()
		}
		return
	}
	if e, err := c.store.Enterprise(context.Background(), c.at.enterprise()); err == nil {
		c.at.look(e)
	}
}

// ask finds out whether a command was done to which no answer came. The
// registration of an enterprise is simply sent again.
func (c *caller) ask(id accessmgmt.CommandID) {
	c.count(func(t *Tally) { t.Unanswered++ })
	enterprise := c.at.enterprise()
	for !enterprise.IsZero() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_, err := c.store.Command(ctx, enterprise, id)
		cancel()
		switch {
		case err == nil:
			c.count(func(t *Tally) { t.Had++ })
			return
		case errors.Is(err, accessmgmt.ErrNotFound):
			c.count(func(t *Tally) { t.Hadnt++ })
			return
		}
		time.Sleep(time.Duration(c.rng.IntN(50)) * time.Millisecond)
	}
}

// note writes down what was acknowledged.
func (d *Drill) note(s step) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, s)
	d.tally.Done[s.act]++
	if !d.last.IsZero() {
		now := time.Now()
		d.tally.Gap = max(d.tally.Gap, now.Sub(d.last))
		d.last = now
	}
}

func (d *Drill) count(how func(*Tally)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	how(&d.tally)
}
