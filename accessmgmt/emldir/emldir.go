// Package emldir is a mailer for development: it writes each mail as an .eml file
// into a folder, to be opened by any mail program or editor.
//
//	mailer, err := emldir.New("./out", "Mon espace <no-reply@portal.example>")
//
// The files hold the links of invitations, which open them: anybody who reads the
// folder can answer for those who were invited. It is for a developer's own
// machine.
package emldir

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Mailer writes mails into a folder. It may be used from any number of goroutines
// and processes.
type Mailer struct {
	dir  string
	from *netmail.Address
}

// New returns a mailer that writes into a folder, which it makes when it isn't
// there, readable by its owner alone.
func New(dir, from string) (*Mailer, error) {
	address, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("emldir: from: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("emldir: %w", err)
	}
	return &Mailer{dir: dir, from: address}, nil
}

// Send writes a mail under the name that [Name] gives it: whole or not at all, and
// over the same mail when it is sent again.
func (m *Mailer) Send(ctx context.Context, mail accessmgmt.Mail) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := m.compose(mail)
	if err != nil {
		return fmt.Errorf("emldir: %w", err)
	}
	file, err := os.CreateTemp(m.dir, ".mail-*")
	if err != nil {
		return fmt.Errorf("emldir: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }() // when it wasn't renamed
	if _, err = file.Write(text); err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(m.dir, Name(mail)))
	}
	if err != nil {
		return fmt.Errorf("emldir: %w", err)
	}
	return nil
}

// Name is a mail's file: when it was written, what it tells, to whom, and the end
// of its id, so that a folder sorted by name is in order.
func Name(m accessmgmt.Mail) string {
	to := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_@+", r) {
			return r
		}
		return '_'
	}, strings.ToLower(m.To.Email.String()))
	id := m.ID.String()
	return fmt.Sprintf("%s-%s-%.100s-%s.eml", m.CreatedAt.UTC().Format("20060102-150405.000000"), m.Event, to, id[len(id)-8:])
}

// compose writes a mail as RFC 5322 has it. Its text is folded by the encoding, so
// that nothing people typed is a line of the header.
func (m *Mailer) compose(mail accessmgmt.Mail) ([]byte, error) {
	var b bytes.Buffer
	to := netmail.Address{Name: oneLine(mail.To.Name), Address: mail.To.Email.String()}
	for _, h := range [][2]string{
		{"From", m.from.String()},
		{"To", to.String()},
		{"Subject", mime.QEncoding.Encode("utf-8", oneLine(mail.Subject))},
		{"Date", mail.CreatedAt.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + mail.ID.String() + "@" + m.from.Address[strings.LastIndexByte(m.from.Address, '@')+1:] + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"Content-Language", string(mail.To.Language)},
		{"MIME-Version", "1.0"},
		{"Content-Type", `text/plain; charset="utf-8"`},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(strings.ReplaceAll(mail.Body, "\n", "\r\n"))); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
