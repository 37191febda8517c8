// Command index measures a check from package access's index against the same
// answer from a map written by hand, in one run, and prints the ratios.
//
//	go run ./internal/bench/index                  1,000 to 1,000,000 assignments
//	go run ./internal/bench/index -size 10000000   up to so many
//
// The map has the two ids of a question as its key and a small slice of what each
// assignment allows, from when and until when: a bit test and two comparisons.
// Both take the time from the same clock for each check, as a portal does, and
// are asked the same questions in the same order, in turns.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/roles"
)

func main() {
	from := flag.Int("from", 1_000, "assignments, at first; ten times as many each time")
	size := flag.Int("size", 1_000_000, "assignments, at most")
	rounds := flag.Int("rounds", 100, "how often each side is measured")
	checks := flag.Int("checks", 10_000, "checks in a round; short ones are less often interrupted by other work")
	profile := flag.String("memprofile", "", "a file for the heap's profile once the last index is full")
	flag.Parse()
	if err := run(*from, *size, *rounds, *checks, *profile, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "index:", err)
		os.Exit(1)
	}
}

type key [32]byte

type given struct {
	actions  uint64
	from, to int64
}

// byHand is the map.
type byHand map[key][]given

func (m byHand) may(person accessmgmt.PersonID, enterprise accessmgmt.EnterpriseID, bit uint64, at int64) bool {
	var k key
	copy(k[:16], enterprise.UUID[:])
	copy(k[16:], person.UUID[:])
	for _, g := range m[k] {
		if g.actions&bit != 0 && g.from <= at && at < g.to {
			return true
		}
	}
	return false
}

const signBit = 1 << 4 // roles.Sign's place in Mon Espace

func fill(w *world) byHand {
	m := make(byHand, w.total/2)
	c := roles.MonEspace()
	for e, n := range w.sizes {
		for i := range n {
			a := w.assignment(e, i)
			g := given{from: a.Window.From.UnixMicro(), to: 1<<63 - 1}
			if !a.Window.To.IsZero() {
				g.to = a.Window.To.UnixMicro()
			}
			if c.Allows(a.Role, roles.Sign) {
				g.actions = signBit
			}
			var k key
			copy(k[:16], a.Enterprise.UUID[:])
			copy(k[16:], a.Person.UUID[:])
			m[k] = append(m[k], g)
		}
	}
	return m
}

func writeHeap(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(pprof.WriteHeapProfile(f), f.Close())
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func run(from, size, rounds, checks int, profile string, out io.Writer) error {
	_, _ = fmt.Fprintf(out, "%d CPUs, %s; the fastest quarter of %d rounds of %d checks ends at\n\n", runtime.GOMAXPROCS(0), runtime.Version(), rounds, checks)
	_, _ = fmt.Fprintln(out, "| assignments | goroutines | writer | index ns | map ns | ratio | allocations | index B each | map B each | load |")
	_, _ = fmt.Fprintln(out, "|---|---|---|---|---|---|---|---|---|---|")
	for n := from; n <= size; n *= 10 {
		if n*10 <= size {
			if err := measure(n, rounds, checks, "", out); err != nil {
				return err
			}
			continue
		}
		if err := measure(n, rounds, checks, profile, out); err != nil {
			return err
		}
	}
	return nil
}

func measure(size, rounds, checks int, profile string, out io.Writer) error {
	ctx := context.Background()
	w := newWorld(size)
	before := heap()
	ix, err := access.New(w, access.Options{Catalogue: roles.MonEspace(), MaxStaleness: time.Minute})
	if err != nil {
		return err
	}
	began := time.Now()
	if err := ix.Load(ctx, nil); err != nil {
		return err
	}
	load := time.Since(began)
	indexed := heap() - before
	if profile != "" {
		if err := writeHeap(profile); err != nil {
			return err
		}
	}
	before = heap()
	m := fill(w)
	mapped := heap() - before

	questions := make([]accessmgmt.Question, 40*checks) // a round asks the next ones
	for i := range questions {
		at := i * 7919 * 31 % w.total
		e, found := slices.BinarySearch(w.firsts, at)
		if !found {
			e--
		}
		a := w.assignment(e, at-w.firsts[e])
		questions[i] = accessmgmt.Question{Person: a.Person, Enterprise: a.Enterprise, Action: roles.Sign}
	}
	for _, q := range questions { // equal answers, and everything is warm
		d, err := ix.Check(ctx, q)
		if err != nil {
			return err
		}
		if want := m.may(q.Person, q.Enterprise, signBit, time.Now().UnixMicro()); d.Allowed != want {
			return fmt.Errorf("the index says %t and the map %t", d.Allowed, want)
		}
	}
	index := func(part []accessmgmt.Question) (yes int) {
		for i := range part {
			if d, err := ix.Check(ctx, part[i]); err == nil && d.Allowed {
				yes++
			}
		}
		return yes
	}
	hand := func(part []accessmgmt.Question) (yes int) {
		for i := range part {
			if m.may(part[i].Person, part[i].Enterprise, signBit, time.Now().UnixMicro()) {
				yes++
			}
		}
		return yes
	}
	for _, writer := range []bool{false, true} {
		for _, parallel := range slices.Compact([]int{1, runtime.GOMAXPROCS(0)}) {
			stop := make(chan struct{})
			var writes atomic.Int64
			var writing sync.WaitGroup
			if writer {
				writing.Add(1)
				go func() {
					defer writing.Done()
					write(ctx, ix, w, stop, &writes)
				}()
			}
			var times [2][]time.Duration
			var memory [2]runtime.MemStats
			var allocated uint64
			for r := range rounds {
				for side, f := range []func([]accessmgmt.Question) int{index, hand} {
					if r%2 == 1 {
						side, f = 1-side, []func([]accessmgmt.Question) int{hand, index}[side]
					}
					runtime.ReadMemStats(&memory[0])
					part := r % 40 * checks
					times[side] = append(times[side], timed(questions[part:part+checks], parallel, f))
					runtime.ReadMemStats(&memory[1])
					if side == 0 {
						allocated += memory[1].Mallocs - memory[0].Mallocs
					}
				}
			}
			close(stop)
			writing.Wait()
			a, b := quartile(times[0]), quartile(times[1])
			each := float64(allocated) / float64(rounds*checks)
			text := "–"
			if writer {
				text = fmt.Sprintf("%d", writes.Load())
			}
			_, _ = fmt.Fprintf(out, "| %d | %d | %s | %.0f | %.0f | %.2f | %.3f | %.1f | %.1f | %s |\n", size, parallel, text,
				float64(a)/float64(checks), float64(b)/float64(checks), float64(a)/float64(b), each,
				float64(indexed)/float64(size), float64(mapped)/float64(size), load.Round(time.Millisecond))
		}
	}
	runtime.KeepAlive(m)
	return nil
}

// write commits to small enterprises, a thousand times a second, and has the
// index read each anew.
func write(ctx context.Context, ix *access.Index, w *world, stop chan struct{}, writes *atomic.Int64) {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		e := n * 7919 % len(w.sizes)
		id := w.enterpriseID(e)
		ix.Writing(id)
		w.epochs[e].Add(1)
		ix.Written(id, true)
		a := w.assignment(e, 0)
		if _, err := ix.Check(ctx, accessmgmt.Question{Person: a.Person, Enterprise: id, Action: roles.Sign}); err == nil {
			writes.Add(1)
		}
	}
}

func timed(questions []accessmgmt.Question, parallel int, f func([]accessmgmt.Question) int) time.Duration {
	began := time.Now()
	if parallel == 1 {
		f(questions)
		return time.Since(began)
	}
	var wait sync.WaitGroup
	for p := range parallel {
		from, to := p*len(questions)/parallel, (p+1)*len(questions)/parallel
		wait.Add(1)
		go func() {
			defer wait.Done()
			f(questions[from:to])
		}()
	}
	wait.Wait()
	return time.Since(began)
}

// quartile leaves out the rounds in which something else ran.
func quartile(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/4]
}
