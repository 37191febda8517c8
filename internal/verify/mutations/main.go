// Command mutations shows that the tests can fail: it changes the library for the
// worse, in one place at a time, in a copy of the work tree, and runs the tests
// that are to notice. It fails when they don't, or when a change no longer fits
// the code; the table is in table.go.
//
//	go run ./internal/verify/mutations          all of them
//	go run ./internal/verify/mutations epoch    those whose description has this in it
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutations:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	dir, err := os.MkdirTemp("", "mutations")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := copyTree(dir); err != nil {
		return err
	}
	began, wrong := time.Now(), 0
	sound := map[string]bool{} // the tests that pass without any mutation
	for _, m := range mutations {
		if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(m.what, w) }) {
			continue
		}
		start := time.Now()
		verdict, why := m.try(dir, sound)
		if verdict != killed {
			wrong++
		}
		fmt.Printf("%-9s %4.0fs  %s: %s\n", verdict, time.Since(start).Seconds(), m.file, m.what)
		if why != "" {
			fmt.Println(indented(why))
		}
	}
	fmt.Printf("%.0f seconds\n", time.Since(began).Seconds())
	if wrong > 0 {
		return fmt.Errorf("%d were not killed", wrong)
	}
	return nil
}

// copyTree copies all files of the work tree that git doesn't ignore, as they are
// now.
func copyTree(dir string) error {
	root, err := output("", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	root = strings.TrimSpace(root)
	list, err := output(root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for _, name := range strings.Split(strings.TrimSuffix(list, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) { // removed, and not committed yet
			continue
		}
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func output(dir, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", name, args[0], err)
	}
	return string(out), err
}

// What becomes of a mutation.
const (
	killed   = "killed"
	survived = "SURVIVED"
	unfit    = "UNFIT" // it doesn't apply, or doesn't compile, or its tests fail without it
)

// try changes the copy, runs the tests, and changes it back. Tests that no run has
// shown to pass yet are run without the change first.
func (m mutation) try(dir string, sound map[string]bool) (verdict, why string) {
	path := filepath.Join(dir, m.file)
	before, err := os.ReadFile(path)
	if err != nil {
		return unfit, err.Error()
	}
	if n := bytes.Count(before, []byte(m.old)); n != 1 {
		return unfit, fmt.Sprintf("the text to change is there %d times", n)
	}
	if key := fmt.Sprint(m.tests); !sound[key] {
		if ok, out := m.pass(dir); !ok || strings.Contains(out, "no tests to run") {
			return unfit, "without it:\n" + tail(out)
		}
		sound[key] = true
	}
	after := bytes.Replace(before, []byte(m.old), []byte(m.new), 1)
	if err := os.WriteFile(path, after, 0o644); err != nil {
		return unfit, err.Error()
	}
	ok, out := m.pass(dir)
	if err := os.WriteFile(path, before, 0o644); err != nil {
		return unfit, err.Error()
	}
	switch {
	case ok:
		return survived, ""
	case strings.Contains(out, "[build failed]"), strings.Contains(out, "[setup failed]"):
		return unfit, tail(out)
	}
	return killed, ""
}

// pass runs the tests. One that never ends fails. Without paths and tables for
// debuggers the build is quicker, and what doesn't change is built once for all
// copies.
func (t tests) pass(dir string) (bool, string) {
	args := append([]string{"test", "-count=1", "-vet=off", "-failfast", "-timeout=120s", "-trimpath", "-ldflags=-s -w", t.pkg, "-run", t.run}, t.flags...)
	c := exec.Command("go", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return err == nil, string(out)
}

// tail is the end of an output.
func tail(out string) string { return out[max(0, len(out)-1500):] }

func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}
