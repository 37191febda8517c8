package smtpmail_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	gomail "github.com/wneessen/go-mail"

	"github.com/egovroles/egovroles/accessmgmt/smtpmail"
)

// TestDKIM has a real server receive signed mails, and verifies the signatures as
// RFC 6376 says a receiver does.
func TestDKIM(t *testing.T) {
	s := serve(t, "starttls", "localhost", "", "")
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	for name, key := range map[string]crypto.Signer{"rsa-sha256": rsaKey, "ed25519-sha256": edKey} {
		t.Run(name, func(t *testing.T) {
			signer := gomail.NewDKIMSigner("portal.example", "2026a", key)
			m := mailer(t, s, func(c *smtpmail.Config) {
				c.Sign = func(msg *gomail.Msg) error { msg.SetDKIM(signer); return nil }
			})
			for range 2 { // on a connection that was kept too
				require.NoError(t, m.Deliver(context.Background(), mailTo("zoe@example.be")))
				got := s.next(t).Content
				require.NoError(t, verifyDKIM(got, name, key.Public()))

				for what, forged := range map[string]string{
					"another subject":   strings.Replace(got, "\r\nSubject:", "\r\nSubject: Re:", 1),
					"another addressee": strings.Replace(got, "<zoe@example.be>", "<eve@example.be>", 1),
					"another link":      strings.Replace(got, "portal.example/invitation", "portal.evilish/invitation", 1),
					"another body":      strings.TrimRight(got, "\r\n") + "\r\nmore\r\n",
				} {
					require.NotEqual(t, got, forged, what)
					require.Error(t, verifyDKIM(forged, name, key.Public()), what)
				}
			}
		})
	}
}

var blanks = regexp.MustCompile(`[ \t]+`)

// verifyDKIM verifies the one signature of a mail, relaxed in header and body
// (RFC 6376, 3.4.2, 3.4.4 and 3.7), and that what a reader goes by is signed.
func verifyDKIM(content, algorithm string, key crypto.PublicKey) error {
	head, body, _ := strings.Cut(content, "\r\n\r\n")
	fields := regexp.MustCompile(`\r\n([ \t])`).ReplaceAllString(head, "$1") // unfolded
	found := map[string]string{}
	for line := range strings.SplitSeq(fields, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := found[name]; twice {
			return errors.New("twice: " + name)
		}
		found[name] = strings.TrimSpace(blanks.ReplaceAllString(value, " "))
	}
	tags := map[string]string{}
	for tag := range strings.SplitSeq(found["dkim-signature"], ";") {
		name, value, _ := strings.Cut(tag, "=")
		tags[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	if tags["d"] != "portal.example" || tags["s"] != "2026a" || tags["c"] != "relaxed/relaxed" || tags["a"] != algorithm {
		return errors.New("tags: " + found["dkim-signature"])
	}

	body = regexp.MustCompile(`[ \t]+\r\n`).ReplaceAllString(blanks.ReplaceAllString(body, " "), "\r\n")
	body = strings.TrimRight(body, "\r\n") + "\r\n"
	if sum := sha256.Sum256([]byte(body)); base64.StdEncoding.EncodeToString(sum[:]) != strings.ReplaceAll(tags["bh"], " ", "") {
		return errors.New("the body has another hash")
	}

	var signed strings.Builder
	has := map[string]bool{}
	for name := range strings.SplitSeq(strings.ToLower(tags["h"]), ":") {
		name = strings.TrimSpace(name)
		if value, there := found[name]; there && !has[name] {
			signed.WriteString(name + ":" + value + "\r\n")
		}
		has[name] = true
	}
	for _, name := range []string{"from", "to", "subject", "date", "message-id", "content-type"} {
		if !has[name] {
			return errors.New("not signed: " + name)
		}
	}
	signed.WriteString("dkim-signature:" + regexp.MustCompile(`b=[^;]*$`).ReplaceAllString(found["dkim-signature"], "b="))
	signature, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(tags["b"], " ", ""))
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(signed.String()))
	switch key := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	case ed25519.PublicKey: // of the hash (RFC 8463)
		if !ed25519.Verify(key, sum[:], signature) {
			return errors.New("another signature")
		}
	}
	return nil
}

// TestSMIME has OpenSSL verify what a real server received.
func TestSMIME(t *testing.T) {
	_, err := exec.LookPath("openssl")
	require.NoError(t, err, "the tests verify signatures with openssl")
	s := serve(t, "starttls", "localhost", "", "")
	dir := t.TempDir()
	certificate(t, dir, "portal.example")
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert"), filepath.Join(dir, "key"))
	require.NoError(t, err)
	m := mailer(t, s, func(c *smtpmail.Config) {
		c.Sign = func(msg *gomail.Msg) error { return msg.SignWithTLSCertificate(&pair) }
	})
	require.NoError(t, m.Deliver(context.Background(), mailTo("zoe@example.be")))
	got := s.next(t).Content
	verify := func(content, trusted string) (string, error) {
		path := filepath.Join(t.TempDir(), "mail.eml")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		out, err := exec.Command("openssl", "cms", "-verify", "-in", path, "-CAfile", trusted, "-purpose", "any").Output()
		return string(out), err
	}
	text, err := verify(got, filepath.Join(dir, "cert"))
	require.NoError(t, err)
	inner, err := netmail.ReadMessage(strings.NewReader(text))
	require.NoError(t, err)
	require.Contains(t, inner.Header.Get("Content-Type"), "multipart/alternative", "both texts are signed")
	require.Contains(t, text, "Bonjour Zo")

	_, err = verify(strings.Replace(got, "Bonjour", "Bonsoir", 1), filepath.Join(dir, "cert"))
	require.Error(t, err, "another text")
	other := t.TempDir()
	certificate(t, other, "portal.example")
	_, err = verify(got, filepath.Join(other, "cert"))
	require.Error(t, err, "somebody else's certificate")
}

// TestUnsigned: what can't be signed isn't sent.
func TestUnsigned(t *testing.T) {
	s := serveScript(t)
	e := failed(t, plain(t, s, func(c *smtpmail.Config) {
		c.Sign = func(*gomail.Msg) error { return errors.New("the key is locked") }
	}), "zoe@example.be")
	require.Equal(t, smtpmail.StepCompose, e.Step)
	require.True(t, e.Permanent())
	require.Empty(t, s.said())

	_ = failed(t, plain(t, s, func(c *smtpmail.Config) {
		c.Sign = func(msg *gomail.Msg) error { msg.SetDKIM(gomail.NewDKIMSigner("", "", nil)); return nil }
	}), "zoe@example.be")
	require.Empty(t, s.taken, "what was begun isn't whole")
}
