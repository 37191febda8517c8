package clusters

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/stretchr/testify/require"
)

// Machine is a computer of a lab. It has a folder, which outlives its
// processes as a disk does.
type Machine struct {
	Name string
	Dir  string
	// Address is where clients reach it, Inner where the other nodes do.
	Address, Inner string

	lab     *Lab
	number  int
	holder  *Process // of its network
	running *Process
}

// Machine adds a machine to the lab.
func (l *Lab) Machine(name string) *Machine {
	l.Helper()
	l.machines++
	m := &Machine{
		Name: name, Dir: filepath.Join(l.Dir, name), lab: l, number: l.machines,
		Address: clientNet + strconv.Itoa(l.machines), Inner: nodeNet + strconv.Itoa(l.machines),
	}
	require.NoError(l, os.Mkdir(m.Dir, 0o755)) //nolint:gosec // servers that aren't root look into it
	m.holder = l.namespace()
	l.network.plug(m)
	return m
}

// script makes the first process of a machine: it mounts what lists the
// machine's own processes, and becomes the program, run by a user.
const script = `mount --make-rprivate / && mount -t proc proc /proc && cd "$1" && user=$2 && shift 2 &&
exec setpriv --reuid="$user" --regid="$user" --init-groups --inh-caps=-all --pdeathsig=KILL -- "$@"`

// command makes the first process of the machine, which isn't started yet.
func (m *Machine) command(as string, argv []string) *exec.Cmd {
	args := []string{"--net=/proc/" + m.holder.pid() + "/ns/net", "--", "/bin/sh", "-c", script, "sh", m.Dir, as}
	cmd := exec.Command("nsenter", append(args, argv...)...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=" + m.Dir}
	// Processes of its own numbering: when the first is killed, so are all.
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS}
	return cmd
}

// Start boots the machine with a program, which runs as a user and writes into
// the machine's log.
func (m *Machine) Start(as string, argv ...string) {
	m.lab.Helper()
	require.False(m.lab, m.Running(), "%s runs already", m.Name)
	log, err := os.OpenFile(m.Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644) //nolint:gosec // for who looks into it
	require.NoError(m.lab, err)
	defer func() { _ = log.Close() }()
	cmd := m.command(as, argv)
	cmd.Stdout, cmd.Stderr = log, log
	m.running, err = m.lab.launch(cmd)
	require.NoError(m.lab, err, "start %s", strings.Join(argv, " "))
}

// Run runs a program on the machine to its end, while nothing else runs there,
// and returns what it printed.
func (m *Machine) Run(as string, argv ...string) string {
	m.lab.Helper()
	require.False(m.lab, m.Running(), "%s runs already", m.Name)
	out, err := m.command(as, argv).CombinedOutput()
	require.NoError(m.lab, err, "%s: %s", strings.Join(argv, " "), out)
	return string(out)
}

// Log is the file that the machine's programs write into.
func (m *Machine) Log() string { return filepath.Join(m.lab.Dir, m.Name+".log") }

// Running reports whether the machine is up.
func (m *Machine) Running() bool { return m.running != nil && m.running.Running() }

// Kill takes the machine down with SIGKILL, and all that runs on it.
func (m *Machine) Kill() {
	m.lab.Helper()
	require.True(m.lab, m.Running(), "%s is down already: %s", m.Name, tail(m.Log()))
	m.running.Kill()
}
