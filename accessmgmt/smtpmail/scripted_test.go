package smtpmail_test

import (
	"bufio"
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt/smtpmail"
)

// script is what a server answers to the verbs, and to the greeting and the dot
// that ends a mail. What isn't in it is answered as usual.
type script map[string]string

// hangUp ends the connection instead of an answer, or after one.
const hangUp = "\x00"

// usual has several lines where servers have them.
var usual = script{
	"greeting": "220-relay.example ESMTP\r\n220 ready", "EHLO": "250-relay.example\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME",
	"MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok", "DATA": "354 go on", ".": "250 2.0.0 taken", "QUIT": "221 bye", "RSET": "250 2.0.0 ok",
}

// scripted is a server that answers what it is told to, without encryption.
type scripted struct {
	*server
	mu sync.Mutex
	// verbs are what each connection said, and taken the mails that were whole.
	verbs [][]string
	taken []arrived
	ended chan struct{} // one for each connection that is over
}

// serveScript starts one; each connection is answered by the next script, those
// after the last as usual.
func serveScript(t *testing.T, scripts ...script) *scripted {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &scripted{server: &server{port: listener.Addr().(*net.TCPAddr).Port}, ended: make(chan struct{}, 100)}
	var all sync.WaitGroup
	t.Cleanup(func() { _ = listener.Close(); all.Wait() })
	all.Go(func() {
		for n := 0; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			s.mu.Lock()
			s.verbs = append(s.verbs, nil)
			s.mu.Unlock()
			all.Go(func() { s.talk(conn, n, scripts) })
		}
	})
	return s
}

func (s *scripted) talk(conn net.Conn, n int, scripts []script) {
	defer func() { _ = conn.Close(); s.ended <- struct{}{} }()
	answer := func(verb string) bool {
		text, told := usual[verb], false
		if n < len(scripts) {
			if other, ok := scripts[n][verb]; ok {
				text, told = other, true
			}
		}
		text, over := strings.CutSuffix(text, hangUp)
		if text != "" {
			_, _ = conn.Write([]byte(text + "\r\n"))
		}
		return !over || !told
	}
	if !answer("greeting") {
		return
	}
	lines := bufio.NewReader(conn)
	var content *strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		if content != nil && line != ".\r\n" {
			content.WriteString(strings.TrimPrefix(line, "."))
			continue
		}
		verb := strings.ToUpper(strings.Fields(line + " ?")[0])
		s.mu.Lock()
		s.verbs[n] = append(s.verbs[n], verb)
		if content != nil {
			s.taken = append(s.taken, arrived{Content: content.String()})
			content = nil
		}
		s.mu.Unlock()
		if !answer(verb) {
			return
		}
		if verb == "DATA" && (n >= len(scripts) || scripts[n]["DATA"] == "") {
			content = new(strings.Builder)
		}
	}
}

func (s *scripted) said() [][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([][]string(nil), s.verbs...)
}

// TestOddAnswers: what a server says is taken as RFC 5321 means it, at each step.
func TestOddAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		script    script
		step      smtpmail.Step
		code      int
		status    string
		permanent bool
	}{
		"no service at all":           {script{"greeting": "421 4.3.2 going down" + hangUp}, smtpmail.StepConnect, 0, "", false},
		"a greeting that refuses":     {script{"greeting": "554 no service for you" + hangUp}, smtpmail.StepConnect, 0, "", false},
		"a greeting that never comes": {script{"greeting": hangUp}, smtpmail.StepConnect, 0, "", false},
		"no SMTP":                     {script{"greeting": "HTTP/1.1 400 Bad Request" + hangUp}, smtpmail.StepConnect, 0, "", false},
		"421 at MAIL FROM":            {script{"MAIL": "421 4.3.2 going down" + hangUp}, smtpmail.StepSender, 421, "4.3.2", false},
		"the sender is refused":       {script{"MAIL": "550 5.7.1 relaying denied"}, smtpmail.StepSender, 550, "5.7.1", false},
		"421 in the middle":           {script{"RCPT": "421 4.4.5 too busy for zoe@example.be" + hangUp}, smtpmail.StepRecipient, 421, "4.4.5", false},
		"gone at RCPT TO":             {script{"RCPT": hangUp}, smtpmail.StepRecipient, 0, "", false},
		"a refusal in several lines":  {script{"RCPT": "550-5.1.1 zoe@example.be\r\n550-5.1.1 isn't here,\r\n550 5.1.1 sorry"}, smtpmail.StepRecipient, 550, "5.1.1", true},
		"no room":                     {script{"RCPT": "452 4.2.2 mailbox full"}, smtpmail.StepRecipient, 452, "4.2.2", false},
		"no room for good":            {script{"RCPT": "552 5.2.2 mailbox full"}, smtpmail.StepRecipient, 552, "5.2.2", false},
		"DATA is refused":             {script{"DATA": "554 5.5.1 no valid recipients"}, smtpmail.StepContent, 554, "5.5.1", true},
		"DATA is put off":             {script{"DATA": "451 4.3.0 later"}, smtpmail.StepContent, 451, "4.3.0", false},
		"the mail is put off":         {script{".": "451 4.7.1 looked at later"}, smtpmail.StepContent, 451, "4.7.1", false},
		"the mail is refused":         {script{".": "550-5.7.1 https://portal.example/invitation?token=" + token + "\r\n550 5.7.1 is no link for us"}, smtpmail.StepContent, 550, "5.7.1", true},
		"no answer to the mail":       {script{".": hangUp}, smtpmail.StepContent, 0, "", false},
		"half an answer to the mail":  {script{".": "250-2.0.0 almost" + hangUp}, smtpmail.StepContent, 0, "", false},
		"421 instead of an answer":    {script{".": "421 4.3.2 going down" + hangUp}, smtpmail.StepContent, 421, "4.3.2", false},
		"an answer that is none":      {script{".": "taken, thanks" + hangUp}, smtpmail.StepContent, 0, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveScript(t, c.script)
			e := failed(t, plain(t, s), "zoe@example.be")
			require.Equal(t, c.step, e.Step, "%v", e.Err)
			require.Equal(t, c.permanent, e.Permanent())
			if c.step != smtpmail.StepConnect {
				require.Equal(t, c.code, e.Code)
				require.Equal(t, c.status, e.Status)
			}
			require.Len(t, s.said(), 1, "it isn't tried again at once")
		})
	}
}

// plain is a mailer without encryption, such as to a relay on the own machine.
func plain(t *testing.T, s *scripted, change ...func(*smtpmail.Config)) *smtpmail.Mailer {
	t.Helper()
	without := func(c *smtpmail.Config) { c.Host, c.TLS, c.Encryption = "127.0.0.1", nil, smtpmail.Plaintext }
	return mailer(t, s.server, append([]func(*smtpmail.Config){without}, change...)...)
}

// TestNobodyKnows: the server has the mail and dies before it says so. The message
// is tried again, and whoever gets it twice can see that it is one.
func TestNobodyKnows(t *testing.T) {
	s := serveScript(t, script{".": hangUp})
	m := plain(t, s)
	e := failed(t, m, "zoe@example.be")
	require.False(t, e.Permanent())
	require.Len(t, s.said(), 1, "not by the mailer itself: the message's own pause comes first")
	require.NoError(t, m.Deliver(context.Background(), mailTo("zoe@example.be")))
	require.Len(t, s.taken, 2)
	require.Equal(t, messageID(t, s.taken[0]), messageID(t, s.taken[1]))
}

// TestManyLines: answers in several lines are whole answers.
func TestManyLines(t *testing.T) {
	lines := script{}
	for verb, text := range map[string]string{"MAIL": "250", "RCPT": "250", "DATA": "", ".": "250"} {
		if text != "" {
			lines[verb] = text + "-2.0.0 one\r\n" + text + "-2.0.0 two\r\n" + text + " 2.0.0 three"
		}
	}
	s := serveScript(t, lines)
	m := plain(t, s)
	for range 2 {
		require.NoError(t, m.Deliver(context.Background(), mailTo("zoe@example.be")))
	}
	require.Len(t, s.taken, 2)
	require.Equal(t, [][]string{{"EHLO", "MAIL", "RCPT", "DATA", ".", "MAIL", "RCPT", "DATA", "."}}, s.said())
}

// TestKeptTooLong: a server that ends a kept connection, in so many words or
// without, costs no message a try.
func TestKeptTooLong(t *testing.T) {
	for name, last := range map[string]string{
		"without a word":   "250 2.0.0 taken" + hangUp,
		"in so many words": "250 2.0.0 taken\r\n421 4.4.2 idle for too long" + hangUp,
	} {
		t.Run(name, func(t *testing.T) {
			s := serveScript(t, script{".": last})
			m := plain(t, s)
			for range 2 {
				require.NoError(t, m.Deliver(context.Background(), mailTo("zoe@example.be")))
			}
			require.Len(t, s.taken, 2)
			require.Len(t, s.said(), 2)
		})
	}
}

// TestNothingInTheClear: a server without STARTTLS hears neither login nor mail.
func TestNothingInTheClear(t *testing.T) {
	for name, greeting := range map[string]script{
		"not offered":            {},
		"refused":                {"EHLO": "250-relay.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN", "STARTTLS": "454 4.7.0 not now"},
		"offers a login at once": {"EHLO": "250-relay.example\r\n250 AUTH PLAIN LOGIN"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveScript(t, greeting)
			m := plain(t, s, func(c *smtpmail.Config) {
				c.Encryption, c.Username, c.Password, c.Timeout = smtpmail.StartTLS, "portal", "hunter2", 2*time.Second
			})
			e := failed(t, m, "zoe@example.be")
			require.Equal(t, smtpmail.StepConnect, e.Step)
			require.False(t, e.Permanent())
			select {
			case <-s.ended:
			case <-time.After(10 * time.Second):
				t.Fatal("the connection is left open")
			}
			for _, verbs := range s.said() {
				for _, verb := range verbs {
					require.Contains(t, []string{"EHLO", "STARTTLS", "QUIT"}, verb)
				}
			}
		})
	}
}
