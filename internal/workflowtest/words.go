package workflowtest

import (
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/mail"
	"github.com/egovroles/egovroles/roles"
)

// Words puts a mail in words, as a portal would send it.
func (w *World) Words(m accessmgmt.Mail) mail.Message {
	w.Helper()
	words, err := w.letters.of(w, w.Options.Catalogue).Write(m)
	require.NoError(w, err)
	return words
}

// letters are the writers of a world, one for each catalogue it has had: making
// one reads all templates.
type letters struct {
	mu sync.Mutex
	by map[*roles.Catalogue]*mail.Writer
}

func (l *letters) of(w *World, c *roles.Catalogue) *mail.Writer {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by[c] == nil {
		made, err := mail.New(&mail.Options{Catalogue: c, From: "Mon Espace <no-reply@mail.example>", Portal: "https://home.example"})
		require.NoError(w, err)
		if l.by == nil {
			l.by = map[*roles.Catalogue]*mail.Writer{}
		}
		l.by[c] = made
	}
	return l.by[c]
}
