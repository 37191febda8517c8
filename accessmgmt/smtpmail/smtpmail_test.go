package smtpmail_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/accessmgmt/smtpmail"
	"github.com/egovroles/egovroles/roles"
)

const token = "AAAA-secret-token"

func mailTo(address string) mail.Message {
	return mail.Message{
		ID: "00000000-0000-0000-0000-000000000007@portal.example", Event: accessmgmt.MessageInvitation, Language: roles.French,
		From: netmail.Address{Name: "Mon espace", Address: "no-reply@portal.example"}, To: netmail.Address{Name: "Zoë Dubois", Address: address},
		Date: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC), Subject: "Invitation à une attribution de rôle",
		Text: "Bonjour Zoë,\n\nhttps://portal.example/invitation?token=" + token + "\n",
		HTML: "<p>Bonjour Zoë</p><a href=\"https://portal.example/invitation?token=" + token + "\">S'identifier</a>",
	}
}

func mailer(t *testing.T, s *server, change ...func(*smtpmail.Config)) *smtpmail.Mailer {
	t.Helper()
	c := smtpmail.Config{Host: "localhost", Port: s.port, TLS: s.tls(), EnvelopeFrom: "bounces@portal.example", ReplyTo: "help@portal.example", Timeout: 5 * time.Second}
	for _, f := range change {
		f(&c)
	}
	m, err := smtpmail.New(c)
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Close() })
	return m
}

// failed is the error of a mail to an address, which shows neither link nor token.
func failed(t *testing.T, m *smtpmail.Mailer, address string) *smtpmail.Error {
	t.Helper()
	err := m.Deliver(context.Background(), mailTo(address))
	require.Error(t, err)
	var e *smtpmail.Error
	require.ErrorAs(t, err, &e)
	for _, text := range []string{err.Error(), e.Reason(), fmt.Sprintf("%v %+v", err, err)} {
		require.NotContains(t, text, token)
		require.NotContains(t, text, "hunter2")
		require.NotContains(t, text, address)
	}
	require.Equal(t, e.Permanent(), accessmgmt.IsPermanent(err))
	return e
}

func TestWhatArrives(t *testing.T) {
	s := serve(t, "starttls", "localhost", "portal", "hunter2")
	m := mailer(t, s, func(c *smtpmail.Config) { c.Username, c.Password = "portal", "hunter2" })
	require.NoError(t, m.Deliver(context.Background(), mailTo("zoe@example.be")))
	got := s.next(t)
	require.True(t, got.TLS)
	require.True(t, got.Login)
	require.Equal(t, "bounces@portal.example", got.From)
	require.Equal(t, []string{"zoe@example.be"}, got.To)

	msg, err := netmail.ReadMessage(strings.NewReader(got.Content))
	require.NoError(t, err)
	words := new(mime.WordDecoder)
	subject, err := words.DecodeHeader(msg.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "Invitation à une attribution de rôle", subject)
	to, err := msg.Header.AddressList("To")
	require.NoError(t, err)
	require.Equal(t, "Zoë Dubois", to[0].Name)
	require.Equal(t, "<00000000-0000-0000-0000-000000000007@portal.example>", msg.Header.Get("Message-ID"))
	require.Equal(t, "auto-generated", msg.Header.Get("Auto-Submitted"))
	require.Equal(t, "<help@portal.example>", msg.Header.Get("Reply-To"))
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/alternative", kind)
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for _, want := range []string{"Bonjour Zoë,\r\n\r\nhttps://portal.example/invitation?token=" + token, "<p>Bonjour Zoë</p>"} {
		part, err := parts.NextRawPart()
		require.NoError(t, err)
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		require.NoError(t, err)
		require.Contains(t, string(text), want)
	}
}

func TestEncryption(t *testing.T) {
	ctx := context.Background()
	t.Run("implicit", func(t *testing.T) {
		s := serve(t, "implicit", "localhost", "", "")
		require.NoError(t, mailer(t, s, func(c *smtpmail.Config) { c.Encryption = smtpmail.Implicit }).Deliver(ctx, mailTo("a@example.be")))
		s.next(t)
	})
	t.Run("a certificate for another name", func(t *testing.T) {
		s := serve(t, "starttls", "other.example", "", "")
		require.Equal(t, smtpmail.StepConnect, failed(t, mailer(t, s), "a@example.be").Step)
	})
	t.Run("a certificate that nobody trusts", func(t *testing.T) {
		s := serve(t, "starttls", "localhost", "", "")
		require.Equal(t, smtpmail.StepConnect, failed(t, mailer(t, s, func(c *smtpmail.Config) { c.TLS = nil }), "a@example.be").Step)
	})
	t.Run("STARTTLS is stripped", func(t *testing.T) {
		s := serve(t, "plain", "localhost", "", "")
		require.False(t, failed(t, mailer(t, s), "a@example.be").Permanent())
		require.Empty(t, s.mails)
		require.NoError(t, mailer(t, s, func(c *smtpmail.Config) { c.Encryption = smtpmail.Plaintext }).Deliver(ctx, mailTo("a@example.be")), "asked for")
		require.False(t, s.next(t).TLS)
	})
	_, err := smtpmail.New(smtpmail.Config{Host: "localhost", Encryption: smtpmail.Plaintext, Username: "u", Password: "hunter2"})
	require.ErrorContains(t, err, "in the clear")
	require.NotContains(t, err.Error(), "hunter2")
}

func TestRefusals(t *testing.T) {
	s := serve(t, "starttls", "localhost", "", "")
	m := mailer(t, s)
	for _, c := range []struct {
		address, reason string
		permanent       bool
	}{
		{"refused@example.be", "recipient: 550 5.1.1", true},
		{"full@example.be", "recipient: 552 5.2.2", false},
		{"grey@example.be", "recipient: 451 4.7.1", false},
		{"spam@example.be", "content: 554 5.7.1", true},
		{"dies@example.be", "content: no answer", false},
	} {
		e := failed(t, m, c.address)
		require.Equal(t, c.permanent, e.Permanent(), c.address)
		if e.Status == "" { // a server that doesn't announce them
			require.Equal(t, strings.Join(strings.Fields(c.reason)[:2], " "), strings.Join(strings.Fields(e.Reason())[:2], " "))
			continue
		}
		require.Equal(t, c.reason, e.Reason())
	}
	first := s.next(t) // the one in which it died: it may have got there
	for _, address := range []string{"grey@example.be", "dies@example.be"} {
		require.NoError(t, m.Deliver(context.Background(), mailTo(address)), "the second time")
		again := s.next(t)
		if address == "dies@example.be" {
			require.Equal(t, messageID(t, first), messageID(t, again))
		}
	}
}

func messageID(t *testing.T, a arrived) string {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(a.Content))
	require.NoError(t, err)
	return msg.Header.Get("Message-ID")
}

func TestLogin(t *testing.T) {
	s := serve(t, "starttls", "localhost", "portal", "right")
	e := failed(t, mailer(t, s, func(c *smtpmail.Config) { c.Username, c.Password = "portal", "hunter2" }), "a@example.be")
	require.Equal(t, smtpmail.StepConnect, e.Step)
	require.False(t, e.Permanent(), "a password that was changed loses no message")
	require.Error(t, mailer(t, s).Deliver(context.Background(), mailTo("a@example.be")), "without a login")
}

func TestConnections(t *testing.T) {
	s := serve(t, "starttls", "localhost", "", "")
	now := time.Now()
	m := mailer(t, s, func(c *smtpmail.Config) { c.Now = func() time.Time { return now } })
	var peers []int
	for range 3 {
		require.NoError(t, m.Deliver(context.Background(), mailTo("a@example.be")))
		peers = append(peers, s.next(t).Peer)
	}
	require.Equal(t, []int{peers[0], peers[0], peers[0]}, peers, "one connection for all")
	now = now.Add(time.Minute)
	require.NoError(t, m.Deliver(context.Background(), mailTo("a@example.be")))
	require.NotEqual(t, peers[0], s.next(t).Peer, "it isn't kept for long")
}

func TestTimeouts(t *testing.T) {
	s := serve(t, "starttls", "localhost", "", "")
	m := mailer(t, s)
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	err := m.Deliver(ctx, mailTo("slow@example.be"))
	require.Error(t, err)
	require.False(t, accessmgmt.IsPermanent(err))
	require.Less(t, time.Since(begun), 4*time.Second)
	var e *smtpmail.Error
	require.True(t, errors.As(err, &e))
}
