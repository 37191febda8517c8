package smtpmail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// arrived is a mail that the server took.
type arrived struct {
	Peer    int      `json:"peer"`
	From    string   `json:"from"`
	To      []string `json:"to"`
	TLS     bool     `json:"tls"`
	Login   bool     `json:"login"`
	Content string   `json:"content"`
}

// server is a running aiosmtpd.
type server struct {
	port  int
	roots *x509.CertPool
	mails chan arrived
}

func (s *server) next(t *testing.T) arrived {
	t.Helper()
	select {
	case m := <-s.mails:
		return m
	case <-time.After(10 * time.Second):
		t.Fatal("nothing arrived")
		return arrived{}
	}
}

// serve starts a server whose certificate is for a name. Without Debian's
// python3-aiosmtpd the test is skipped, which CI doesn't allow.
func serve(t *testing.T, mode, name, user, password string) *server {
	t.Helper()
	// Debian's own python, which has Debian's packages; another may come before it.
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import aiosmtpd").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("python3-aiosmtpd is missing: apt-get install python3-aiosmtpd")
		}
		t.Skip("SKIPPED: python3-aiosmtpd is missing, no SMTP server to test against")
	}
	s := &server{mails: make(chan arrived, 100)}
	dir := t.TempDir()
	s.roots = certificate(t, dir, name)
	cmd := exec.Command(python, filepath.Join("testdata", "server.py"), filepath.Join(dir, "cert"), filepath.Join(dir, "key"), mode, user, password)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	s.port, err = strconv.Atoi(strings.TrimSpace(first))
	require.NoError(t, err)
	go func() {
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return
			}
			var m arrived
			if json.Unmarshal(line, &m) == nil {
				s.mails <- m
			}
		}
	}()
	return s
}

// certificate writes one that signs itself, and returns who trusts it.
func certificate(t *testing.T, dir, name string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cert"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}), 0o600))
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool
}

func (s *server) tls() *tls.Config {
	return &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}
