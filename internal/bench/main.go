// Command bench measures what the SQL stores cost against the same work written
// by hand, side by side in one run on each database, and prints a table of
// ratios. The README beside it says how to read one.
//
//	go run ./internal/bench                        all figures but growth, on all engines
//	go run ./internal/bench -engines sqlite -figures check,approve
//	go run ./internal/bench -figures growth -size 1000000
//
// PostgreSQL and MariaDB are looked for where EGOVROLES_POSTGRES and
// EGOVROLES_MARIADB say, or on the loopback's usual ports. What is made there is
// dropped at the end.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// config is what the flags choose.
type config struct {
	engines []*engine
	figures []figure
	// size is how many assignments are in the store; for growth, at most.
	size int
	// smallest is what growth begins with.
	smallest int
	// rounds is how often each side of a figure is measured; reads, which take
	// little, ten times as often, and bulks, which take long, less.
	rounds int
	// bulk is how many persons one bulk invites.
	bulk int
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	c := config{bulk: 10_000, smallest: 1000}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	named := flags.String("engines", "", "which databases, of "+names(engines, engineName)+"; empty: all")
	chosen := flags.String("figures", "", "which figures, of "+names(figures, figureName)+"; empty: all but growth")
	flags.IntVar(&c.size, "size", 10_000, "assignments in the store; for growth, at most")
	flags.IntVar(&c.rounds, "rounds", 300, "how often each side of a figure is measured")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	var err error
	if c.engines, err = choose(engines, engineName, *named); err != nil {
		return err
	}
	if c.figures, err = choose(figures, figureName, *chosen); err != nil {
		return err
	}
	if *chosen == "" {
		c.figures = slices.DeleteFunc(slices.Clone(figures), func(f figure) bool { return f.name == growth })
	}
	if c.size < 1000 || c.rounds < 1 {
		return errors.New("-size is 1000 or more, -rounds 1 or more")
	}
	results, err := measure(ctx, c, func(text string) { _, _ = fmt.Fprintln(progress, text) })
	_, printing := fmt.Fprint(out, table(results))
	return errors.Join(err, printing)
}

func engineName(e *engine) string { return e.name }
func figureName(f figure) string  { return f.name }

func names[T any](all []T, name func(T) string) string {
	var list []string
	for _, one := range all {
		list = append(list, name(one))
	}
	return strings.Join(list, ",")
}

// choose returns those of all that a list names, in the order of all; an empty
// list names all.
func choose[T any](all []T, name func(T) string, list string) ([]T, error) {
	if list == "" {
		return all, nil
	}
	asked := strings.Split(list, ",")
	for _, one := range asked {
		if !slices.ContainsFunc(all, func(t T) bool { return name(t) == one }) {
			return nil, fmt.Errorf("there is no %q among %s", one, names(all, name))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(t T) bool { return !slices.Contains(asked, name(t)) }), nil
}
