package verify_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
	"github.com/egovroles/egovroles/storage/postgres"
)

// privatePostgres starts a PostgreSQL of this test's own in a folder for temporary
// files, whose settings it may change, and returns its address. It needs the
// server's programs, of Debian's package postgresql, and no root.
func privatePostgres(t testing.TB) string {
	t.Helper()
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if path, err := exec.LookPath("initdb"); err == nil {
		programs = []string{filepath.Dir(path)}
	}
	if len(programs) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("no programs of a PostgreSQL server: install Debian's package postgresql")
		}
		t.Skip("no programs of a PostgreSQL server: install Debian's package postgresql")
	}
	bin := slices.Max(programs)
	dir, err := os.MkdirTemp("", "egovroles-postgres-")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })

	var as *syscall.Credential // a server won't run as root
	if os.Getuid() == 0 {
		who, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, _ := strconv.Atoi(who.Uid)
		gid, _ := strconv.Atoi(who.Gid)
		as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		require.NoError(t, os.Chown(dir, uid, gid))
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
		if runtime.GOOS == "linux" {
			cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
		}
		return cmd
	}
	out, err := command("initdb", "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput()
	require.NoError(t, err, "%s", out)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	// Pdeathsig is of the thread that starts it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	server := command("postgres", "-D", filepath.Join(dir, "data"), "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off")
	var said bytes.Buffer
	server.Stdout, server.Stderr = &said, &said
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGQUIT) // at once
		_ = server.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	address := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	require.Eventually(t, func() bool { return postgresExec(address, "SELECT 1") == nil }, 30*time.Second, 50*time.Millisecond)
	return address
}

// waitsForStandby asks how many connections wait for a standby.
const waitsForStandby = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"

// TestMissingStandby: while the synchronous standby is gone nothing is said to be
// done, what was done before neither, since no standby may have it.
func TestMissingStandby(t *testing.T) {
	t.Parallel()
	address := privatePostgres(t)
	for _, driver := range []string{pgx, pq} {
		t.Run(driver, func(t *testing.T) {
			admin := openAddress(t, pgx, address)
			standbys := func(names string) {
				t.Helper()
				_, err := admin.Exec("ALTER SYSTEM SET synchronous_standby_names = '" + names + "'")
				require.NoError(t, err)
				_, err = admin.Exec("SELECT pg_reload_conf()")
				require.NoError(t, err)
				require.Eventually(t, func() bool {
					var now string
					return admin.QueryRow("SHOW synchronous_standby_names").Scan(&now) == nil && now == names
				}, 10*time.Second, 10*time.Millisecond)
			}
			standbys("")
			_, err := admin.Exec("DROP SCHEMA public CASCADE")
			require.NoError(t, err)
			_, err = admin.Exec("CREATE SCHEMA public")
			require.NoError(t, err)
			db := openAddress(t, driver, address)
			w := workflowtest.WithGAP(t, func(t testing.TB) accessmgmt.Store { return postgresMigrated(t, db) })
			anne := w.Give(workflowtest.Person("Anne", "Dubois"), w.Line(roles.Editor))
			end := accessmgmt.End{ID: accessmgmt.CommandID{UUID: uuid.Must(uuid.NewV7())}, Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{anne.ID}}
			_, err = w.Svc.End(w.Ctx, w.GAP, end)
			require.NoError(t, err)
			reader := w.Line(roles.Reader)

			standbys("nobody")
			// Sent again: it is there, and nobody says so.
			ctx, cancel := context.WithTimeout(w.Ctx, 300*time.Millisecond)
			defer cancel()
			_, err = w.Svc.End(ctx, w.GAP, end)
			require.Error(t, err)
			require.NotErrorIs(t, err, accessmgmt.ErrState)

			// A new one is acknowledged when a standby is there, not before.
			done := make(chan error, 1)
			go func() { done <- give(w, reader) }()
			require.Eventually(t, func() bool {
				var n int
				return admin.QueryRow(waitsForStandby).Scan(&n) == nil && n > 0
			}, 10*time.Second, 10*time.Millisecond)
			select {
			case err := <-done:
				t.Fatalf("it was acknowledged while no standby had it: %v", err)
			default:
			}
			standbys("")
			require.NoError(t, <-done)
			results, err := w.Svc.End(w.Ctx, w.GAP, end)
			require.NoError(t, err)
			require.NoError(t, results[0].Err, "its first answer")
		})
	}
}

// give gives the GAP a role.
func give(w *workflowtest.World, l invitation.Line) error {
	results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Lines: []invitation.Line{l},
		Persons: []accessmgmt.Assignee{{Person: w.ID(w.GAP)}}})
	if err != nil {
		return err
	}
	return accessmgmt.Failed(results)
}

func postgresMigrated(t testing.TB, db *sql.DB) *postgres.Store {
	t.Helper()
	store, err := postgres.New(db, nil)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(context.Background()))
	return store
}
