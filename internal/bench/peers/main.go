// Command peers measures a check from package access's index beside the same
// question to policy engines, each set up as its own documentation has it for roles
// in organisations, in one run and with equal answers:
//
//	go run . -size 100000
//
// It is a module of its own, outside go.work: what the engines require is nobody
// else's business. The engines hold the roles in force at one instant, since two of
// the three know no periods: with them a job has to take out what ends.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"time"
)

func main() {
	size := flag.Int("size", 100_000, "assignments, at most; ten times fewer come first")
	rounds := flag.Int("rounds", 20, "how often each is measured, in turns")
	checks := flag.Int("checks", 2_000, "checks in a round")
	flag.Parse()
	if err := run(*size, *rounds, *checks, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// engine answers questions.
type engine interface {
	may(q question) (bool, error)
}

// engines make one each of a world.
var engines = []struct {
	name string
	open func(*world) (engine, error)
}{
	{"access.Index", openIndex},
	{"casbin v3, CachedEnforcer", openCasbin},
	{"cedar-go", openCedar},
	{"OPA, prepared query", openOPA},
}

func run(size, rounds, checks int, out io.Writer) error {
	_, _ = fmt.Fprintf(out, "%d CPUs, %s, one goroutine; medians of %d rounds of %d checks\n\n", runtime.GOMAXPROCS(0), runtime.Version(), rounds, checks)
	_, _ = fmt.Fprintln(out, "| assignments | engine | ns a check | against the index | bytes an assignment | load |")
	_, _ = fmt.Fprintln(out, "|---|---|---|---|---|---|")
	for n := size / 10; n <= size; n *= 10 {
		if err := measure(newWorld(n), rounds, checks, out); err != nil {
			return err
		}
	}
	return nil
}

// opened is an engine with what it cost to fill.
type opened struct {
	engine
	name  string
	bytes uint64
	load  time.Duration
	times []time.Duration
}

func measure(w *world, rounds, checks int, out io.Writer) error {
	var all []*opened
	for _, e := range engines {
		before, began := heap(), time.Now()
		made, err := e.open(w)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		load := time.Since(began)
		all = append(all, &opened{engine: made, name: e.name, load: load, bytes: (heap() - before) / uint64(w.size)})
	}
	questions := w.questions(rounds * checks)
	yes := 0
	for _, q := range questions[:min(len(questions), 5_000)] {
		want, err := all[0].may(q)
		if err != nil {
			return err
		}
		if want {
			yes++
		}
		for _, e := range all[1:] {
			if got, err := e.may(q); err != nil || got != want {
				return fmt.Errorf("%s says %t to %+v, the index %t (%v)", e.name, got, q, want, err)
			}
		}
	}
	if yes == 0 {
		return fmt.Errorf("nobody may anything")
	}
	for r := range rounds {
		part := questions[r*checks : (r+1)*checks]
		for i := range all {
			e := all[(i+r)%len(all)] // each first in turn
			began := time.Now()
			for _, q := range part {
				if _, err := e.may(q); err != nil {
					return err
				}
			}
			e.times = append(e.times, time.Since(began)/time.Duration(checks))
		}
	}
	for _, e := range all {
		slices.Sort(e.times)
		slices.Sort(all[0].times)
		own := all[0].times[len(all[0].times)/2]
		median := e.times[len(e.times)/2]
		_, _ = fmt.Fprintf(out, "| %d | %s | %d | %.1f × | %d | %s |\n", w.size, e.name, median.Nanoseconds(), float64(median)/float64(own), e.bytes, e.load.Round(time.Millisecond))
	}
	runtime.KeepAlive(all)
	return nil
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
