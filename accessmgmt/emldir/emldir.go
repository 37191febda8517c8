// Package emldir is a transport for development: it writes each mail as an .eml
// file into a folder, to be opened by any mail program or editor.
//
//	folder, err := emldir.New("./out")
//	svc, err := accessmgmt.New(store, letters.Via(folder), &options) // letters of package mail
//
// The files hold the links of invitations, which open them: anybody who reads the
// folder can answer for those who were invited. It is for a developer's own
// machine.
package emldir

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/egovroles/egovroles/accessmgmt/mail"
)

// Folder is a [mail.Transport] that writes mails into a folder. It may be used
// from any number of goroutines and processes.
type Folder struct{ dir string }

var _ mail.Transport = (*Folder)(nil)

// New returns a folder, which it makes when it isn't there, readable by its owner
// alone.
func New(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("emldir: %w", err)
	}
	return &Folder{dir: dir}, nil
}

// Deliver writes a mail under the name that [Name] gives it: whole or not at all, and
// over the same mail when it is sent again.
func (f *Folder) Deliver(ctx context.Context, m mail.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := m.Compose()
	if err != nil {
		return fmt.Errorf("emldir: %w", err)
	}
	file, err := os.CreateTemp(f.dir, ".mail-*")
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
		err = os.Rename(file.Name(), filepath.Join(f.dir, Name(m)))
	}
	if err != nil {
		return fmt.Errorf("emldir: %w", err)
	}
	return nil
}

// Name is a mail's file: when it was written, what it tells, to whom, and the end
// of its id, so that a folder sorted by name is in order.
func Name(m mail.Message) string {
	id, _, _ := strings.Cut(m.ID, "@")
	return fmt.Sprintf("%s-%s-%.100s-%s.eml", m.Date.UTC().Format("20060102-150405.000000"), plain(string(m.Event)), plain(m.To.Address), plain(id[max(0, len(id)-8):]))
}

// plain has nothing in it that a file's name may not have.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_@+", r) {
			return r
		}
		return '_'
	}, strings.ToLower(s))
}
