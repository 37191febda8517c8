package clusters

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Lab is the place where machines are. One is there at a time on a computer,
// since its network has one name and one range of addresses.
type Lab struct {
	testing.TB
	// Dir is readable by everybody, as the servers don't run as root; it is
	// gone after the test unless the test failed.
	Dir string

	launches chan func()
	network  *network
	machines int
}

// NewLab makes a lab without machines, which is gone when the test ends.
func NewLab(t testing.TB) *Lab {
	require.Equal(t, "linux", runtime.GOOS, "machines are made of Linux's namespaces")
	require.Zero(t, os.Geteuid(), "machines are made by root: try sudo")
	dir, err := os.MkdirTemp("", "egovroles-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	lab := &Lab{TB: t, Dir: dir, launches: make(chan func())}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the nodes' data and logs are kept in %s", dir)
			return
		}
		require.NoError(t, os.RemoveAll(dir))
	})
	// The kernel kills the children of a thread with the thread that started
	// them, so one thread starts all of them and lives as long as the lab.
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		runtime.LockOSThread() // and never unlocked: the thread ends here
		for launch := range lab.launches {
			launch()
		}
	}()
	t.Cleanup(func() { close(lab.launches); <-gone })
	lab.network = newNetwork(lab)
	return lab
}

// Process is a program that runs on a machine.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once it is gone
}

// launch starts a command that dies with the lab.
func (l *Lab) launch(cmd *exec.Cmd) (*Process, error) {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	l.launches <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		_ = cmd.Wait() // how it ended doesn't matter: it was killed, or its log says why
	}()
	l.Cleanup(p.Kill)
	return p, nil
}

// Kill ends the process, and all that it started, at once: nothing is flushed,
// nobody is told.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// Running reports whether it is there still.
func (p *Process) Running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// run runs a short command to its end and returns what it printed.
func (l *Lab) run(name string, args ...string) string {
	l.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	require.NoError(l, err, "%s %s: %s", name, strings.Join(args, " "), out)
	return string(out)
}

// eventually waits until something holds, looking again and again.
func (l *Lab) eventually(within time.Duration, what string, holds func() bool) time.Duration {
	l.Helper()
	began := time.Now()
	for !holds() {
		require.Less(l, time.Since(began), within, "still not: %s", what)
		time.Sleep(20 * time.Millisecond)
	}
	return time.Since(began)
}

// folder makes a folder that belongs to a user of the computer.
func (l *Lab) folder(path, owner string) string {
	l.Helper()
	require.NoError(l, os.MkdirAll(path, 0o700))
	u, err := user.Lookup(owner)
	require.NoError(l, err, "who runs the server; its package makes him")
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(l, err)
	gid, err := strconv.Atoi(u.Gid)
	require.NoError(l, err)
	require.NoError(l, os.Chown(path, uid, gid))
	return path
}

// file writes a file that everybody may read.
func (l *Lab) file(path, content string) string {
	l.Helper()
	require.NoError(l, os.WriteFile(path, []byte(content), 0o644)) //nolint:gosec // servers that aren't root read it
	return path
}

// program returns where Debian's packages put a program or a library, the
// latest version of it.
func (l *Lab) program(pattern string) string {
	l.Helper()
	found, err := filepath.Glob(pattern)
	require.NoError(l, err)
	require.NotEmpty(l, found, "%s is missing: internal/verify/clusters/install gets it", pattern)
	return found[len(found)-1]
}

// tail returns the end of a log.
func tail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = f.Close() }()
	const last = 4000
	if size, err := f.Seek(0, io.SeekEnd); err == nil {
		_, _ = f.Seek(max(0, size-last), io.SeekStart)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("…%s", text)
}
