package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onEach runs a test on every engine. A server that isn't there skips it, and
// fails it in CI.
func onEach(t *testing.T, test func(t *testing.T, e *engine)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// empty returns an empty place on an engine.
func empty(t *testing.T, e *engine) *place {
	p, err := e.place(t.Context())
	var absent *absentError
	if errors.As(err, &absent) {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err, "\nTo start the servers: bash .ci/servers")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.close()) })
	return p
}

// TestEveryFigure measures every figure of a tiny store, which says nothing about
// how long it takes.
func TestEveryFigure(t *testing.T) {
	onEach(t, func(t *testing.T, e *engine) {
		_ = empty(t, e)
		c := config{engines: []*engine{e}, figures: figures, size: 400, smallest: 200, rounds: 1, bulk: 3 * e.rows / 2}
		results, err := measure(t.Context(), c, func(string) {})
		require.NoError(t, err)
		text := table(results)
		for _, want := range []string{"check: store.Access", "check: svc.Check", "task page: store.FindRequests", "task page: svc.OpenTasksPage", "approve: store.Commit",
			"approve: svc.Approve", "8 callers", "invite", "claim", "check, enterprises of 20: 400 of 200 ", "approve, enterprises of 5,000: 400 of 200, by hand"} {
			assert.Contains(t, text, want)
		}
		for _, r := range results {
			assert.Equal(t, e.name, r.engine)
			assert.Positive(t, r.ours, r.figure)
			assert.Positive(t, r.byHand, r.figure)
		}
	})
}

// TestAbsent has a server that doesn't answer: the table says so.
func TestAbsent(t *testing.T) {
	t.Setenv("EGOVROLES_POSTGRES", "postgres://127.0.0.1:1/none?sslmode=disable")
	var said []string
	c := config{engines: engines, figures: figures[:1], size: 1000, rounds: 1}
	results, err := measure(t.Context(), c, func(text string) { said = append(said, text) })
	require.NoError(t, err)
	assert.Contains(t, table(results), "NOT MEASURED: PostgreSQL doesn't answer")
	assert.Contains(t, strings.Join(said, "\n"), "PostgreSQL doesn't answer")
}

func TestTable(t *testing.T) {
	text := table([]result{
		{figure: "a", engine: "sqlite", ours: 120 * time.Microsecond, byHand: 100 * time.Microsecond, goal: goal{most: 1.2}},
		{figure: "b", engine: "sqlite", ours: 121 * time.Microsecond, byHand: 100 * time.Microsecond, floor: 2 * time.Millisecond, goal: goal{most: 1.2}},
		{figure: "c", engine: "sqlite", ours: time.Second, byHand: 2 * time.Second, gain: true, goal: goal{least: 2}},
		{figure: "d", engine: "sqlite", ours: time.Second, byHand: 1900 * time.Millisecond, gain: true, goal: goal{least: 2}},
		{figure: "e", engine: "sqlite", ours: time.Second, byHand: 2 * time.Second},
	})
	assert.Equal(t, `| figure | engine | ours p50 | by hand p50 | fdatasync | ratio | goal  |             |
|--------|--------|----------|-------------|-----------|-------|-------|-------------|
| a      | sqlite | 120 µs   | 100 µs      | –         | 1.20  | ≤ 1.2 | reached     |
| b      | sqlite | 121 µs   | 100 µs      | 2 ms      | 1.21  | ≤ 1.2 | NOT REACHED |
| c      | sqlite | 1 s      | 2 s         | –         | 2.00  | ≥ 2.0 | reached     |
| d      | sqlite | 1 s      | 1.9 s       | –         | 1.90  | ≥ 2.0 | NOT REACHED |
| e      | sqlite | 1 s      | 2 s         | –         | 0.50  | –     |             |
`, text)
}

// TestInTurns sees each side readied and done once a round, first in turn, with a
// number of its own.
func TestInTurns(t *testing.T) {
	var seen []string
	numbers := map[int]bool{}
	one := func(name string) side {
		return func(n int) (func() error, error) {
			assert.False(t, numbers[n], "%d again", n)
			numbers[n] = true
			return func() error { seen = append(seen, name); return nil }, nil
		}
	}
	medians, err := inTurns(t.Context(), 4, one("a"), one("b"), one("c"))
	require.NoError(t, err)
	assert.Len(t, medians, 3)
	assert.Equal(t, "a b c b c a c a b a b c", strings.Join(seen, " "))

	failing := errors.New("no")
	idle := func(int) (func() error, error) { return func() error { return nil }, nil }
	_, err = inTurns(t.Context(), 4, idle, func(int) (func() error, error) { return func() error { return failing }, nil })
	require.ErrorIs(t, err, failing)
	_, err = inTurns(t.Context(), 4, func(int) (func() error, error) { return nil, failing })
	require.ErrorIs(t, err, failing)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = inTurns(over, 4, idle)
	require.ErrorIs(t, err, context.Canceled)
}

func TestFlags(t *testing.T) {
	for _, args := range []string{"-engines oracle", "-figures speed", "-size 999", "-rounds 0", "-no"} {
		assert.Error(t, run(t.Context(), strings.Fields(args), io.Discard, io.Discard), args)
	}
	var out strings.Builder
	require.NoError(t, run(t.Context(), strings.Fields("-engines sqlite -figures check -size 1000 -rounds 1"), &out, io.Discard))
	assert.Contains(t, out.String(), "check: svc.Check")
	assert.NotContains(t, out.String(), "approve")
}

func TestSizes(t *testing.T) {
	assert.Equal(t, []int{1000, 10_000, 100_000, 1_000_000}, sizes(1000, 1_000_000))
	assert.Equal(t, []int{1000, 5000}, sizes(1000, 5000))
	assert.Equal(t, []int{1000}, sizes(1000, 1000))
}
