package clusters

import (
	"fmt"
	"os/exec"
	"strconv"
	"syscall"

	"github.com/stretchr/testify/require"
)

// network joins the machines of a lab in two ways: the nodes among themselves,
// and everybody with the clients, which are the test. The addresses are of the
// range for tests of network devices (RFC 2544), which no network routes.
//
// The switches are in a namespace that a process holds, and so are gone with
// it; so is the card of the computer at whose other end they are.
type network struct {
	lab *Lab
	hub *Process
}

const (
	card      = "egovroles" // of the computer, to the clients' switch
	clientNet = "198.18.77."
	nodeNet   = "198.18.78."
)

func newNetwork(lab *Lab) *network {
	_, err := exec.Command("ip", "link", "show", card).CombinedOutput()
	require.Error(lab, err, "there is another lab on this computer, or was a moment ago")
	n := &network{lab: lab, hub: lab.namespace()}
	for _, name := range []string{"clients", "nodes"} {
		n.ip(n.hub, "link", "add", name, "type", "bridge")
		n.ip(n.hub, "link", "set", name, "up")
	}
	lab.run("ip", "link", "add", card, "type", "veth", "peer", "name", "host", "netns", n.hub.pid())
	n.ip(n.hub, "link", "set", "host", "master", "clients", "up")
	lab.run("ip", "addr", "add", clientNet+"254/24", "dev", card)
	lab.run("ip", "link", "set", card, "up")
	return n
}

// namespace starts a process that does nothing but hold a network of its own.
func (l *Lab) namespace() *Process {
	cmd := exec.Command("sleep", "infinity")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	p, err := l.launch(cmd)
	require.NoError(l, err, "namespaces are missing: in a container it must be a privileged one")
	return p
}

func (p *Process) pid() string { return strconv.Itoa(p.cmd.Process.Pid) }

// ip runs the command of that name in a namespace.
func (n *network) ip(in *Process, args ...string) {
	n.lab.Helper()
	n.lab.run("nsenter", append([]string{"--net=/proc/" + in.pid() + "/ns/net", "ip"}, args...)...)
}

// plug joins a machine to both switches.
func (n *network) plug(m *Machine) {
	n.ip(m.holder, "link", "set", "lo", "up")
	for name, address := range map[string]string{"clients": m.Address, "nodes": m.Inner} {
		port := fmt.Sprintf("%s%d", name, m.number)
		n.lab.run("ip", "link", "add", port, "netns", n.hub.pid(), "type", "veth", "peer", "name", name, "netns", m.holder.pid())
		n.ip(n.hub, "link", "set", port, "master", name, "up")
		n.ip(m.holder, "addr", "add", address+"/24", "dev", name)
		n.ip(m.holder, "link", "set", name, "up")
	}
}

// Cut takes a machine's cable to the other nodes out. Neither end is told, and
// clients still reach it.
func (m *Machine) Cut() {
	m.lab.Helper()
	m.lab.network.ip(m.lab.network.hub, "link", "set", fmt.Sprintf("nodes%d", m.number), "nomaster")
}

// Mend puts it back.
func (m *Machine) Mend() {
	m.lab.Helper()
	m.lab.network.ip(m.lab.network.hub, "link", "set", fmt.Sprintf("nodes%d", m.number), "master", "nodes")
}
