package mail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
	"unicode"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Message is a mail in words, for a [Transport]. Printed, logged or marshalled it
// shows no text: an invitation's holds its link.
type Message struct {
	// ID is the Message-ID without its angle brackets, the same each time.
	ID string
	// Event is the first thing it tells.
	Event    accessmgmt.MessageEvent
	From, To mail.Address
	Date     time.Time
	Language roles.Language
	// Subject is one line; Text and HTML have lines ended by \n.
	Subject, Text, HTML string
}

// String names the message without its text.
func (m Message) String() string { return "mail message " + m.ID }

// GoString names the message without its text.
func (m Message) GoString() string { return m.String() }

// Format names the message without its text, whatever the verb.
func (m Message) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(m.String())) }

// LogValue names the message without its text.
func (m Message) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalJSON names the message without its text.
func (m Message) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%q", m.String()), nil }

var errHeader = errors.New("mail: what goes into a header has a control character")

// WriteTo composes the message after RFC 5322: headers and multipart/alternative,
// plain text first, in quoted-printable, lines ended by CR LF. The same message
// comes out byte for byte the same. It refuses what would break a header.
func (m Message) WriteTo(w io.Writer) (int64, error) {
	data, err := m.Compose()
	if err != nil {
		return 0, err
	}
	n, err := w.Write(data)
	return int64(n), err
}

// Compose returns what [Message.WriteTo] writes.
func (m Message) Compose() ([]byte, error) {
	for _, s := range []string{m.ID, m.From.Name, m.From.Address, m.To.Name, m.To.Address, m.Subject, string(m.Language)} {
		if strings.ContainsFunc(s, unicode.IsControl) {
			return nil, errHeader
		}
	}
	if strings.ContainsAny(m.ID+string(m.Language), " <>\u00a0") || m.ID == "" {
		return nil, errHeader
	}
	var b bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	header("Message-ID", "<"+m.ID+">")
	header("Date", m.Date.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	header("From", folded(m.From.String()))
	header("To", folded(m.To.String()))
	header("Subject", folded(mime.QEncoding.Encode("utf-8", m.Subject)))
	header("MIME-Version", "1.0")
	header("Content-Language", string(m.Language))
	header("Auto-Submitted", "auto-generated")
	header("X-Auto-Response-Suppress", "All")
	boundary := "=_" + strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, m.ID)
	boundary = boundary[:min(len(boundary), 60)] // =_ is never in quoted-printable
	header("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	b.WriteString("\r\n")
	parts := multipart.NewWriter(&b)
	if err := parts.SetBoundary(boundary); err != nil {
		return nil, err
	}
	for _, part := range []struct{ kind, text string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		into, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {part.kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
		if err != nil {
			return nil, err
		}
		qp := quotedprintable.NewWriter(into)
		if _, err := io.WriteString(qp, strings.ReplaceAll(part.text, "\n", "\r\n")); err != nil {
			return nil, err
		}
		if err := qp.Close(); err != nil {
			return nil, err
		}
	}
	if err := parts.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// folded breaks a header between encoded words and words, to lines that every
// server takes.
func folded(s string) string {
	var b strings.Builder
	line := 0
	for i, word := range strings.Split(s, " ") {
		switch {
		case i == 0:
		case line+len(word) > 60 && word != "":
			b.WriteString("\r\n ")
			line = 0
		default:
			b.WriteByte(' ')
		}
		b.WriteString(word)
		line += len(word) + 1
	}
	return b.String()
}
