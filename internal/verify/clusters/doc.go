// Package clusters runs database clusters of three nodes on one machine, from
// Debian's packages, and takes their nodes away: a MariaDB Galera cluster, and
// PostgreSQL under Patroni and etcd.
//
// Each node is a [Machine]: processes of their own numbering, behind network
// cards of their own, so that nodes listen on the usual ports without meeting
// the servers that the computer runs anyway, that killing a machine kills all
// that runs on it at once, and that a machine can be cut off from the others
// while clients still reach it. This takes Linux and root. All of it ends with
// the test, and with the process, however that ends.
//
// The tests have the build tag cluster, since they take minutes and install
// packages: see the targets galera and patroni of the Makefile.
package clusters
