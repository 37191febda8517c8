package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stopper cancels a run when so many lines are written, or a text is.
type stopper struct {
	lines int
	text  string
	stop  func()
}

func (s *stopper) Write(b []byte) (int, error) {
	s.lines -= bytes.Count(b, []byte("\n"))
	if s.lines == 0 || s.text != "" && bytes.Contains(b, []byte(s.text)) {
		s.stop()
	}
	return len(b), nil
}

// interrupted runs the program until the stopper stops it, and reports whether
// it did.
func interrupted(t *testing.T, s *stopper, args ...string) bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.stop = cancel
	var stderr bytes.Buffer
	code := run(ctx, args, s, &stderr)
	if code == 0 {
		return false
	}
	require.Equal(t, exitFailed, code)
	require.Contains(t, strings.Join(strings.Fields(stderr.String()), " "), "context canceled")
	return true
}

// A run that is stopped anywhere leaves a file that the next run goes on from.
func TestInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	stopped := 0
	for after := 5; after < 430; after += 31 {
		if interrupted(t, &stopper{lines: after}, "-db", file) {
			stopped++
		}
		if after%2 == 0 { // every other time it is stopped twice in a row
			tells(t, "-db", file)
		}
	}
	assert.Greater(t, stopped, 8)
	tells(t, "-db", file)
}

// Links that were sent and not followed before the run was stopped are sent
// anew; where what they offer is over by then, it is offered anew.
func TestInterruptedBeforeAnswers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	people := peopleFile(t, header+
		"Anne,Dubois,anne@x.example,fr,Gestionnaire,today,today\n"+
		"Bob,Bee,bob@x.example,fr,Propriétaire,today,\n")
	require.True(t, interrupted(t, &stopper{text: " 3. "}, "-db", file, "-people", people))
	next := tells(t, "-db", file, "-people", people)
	assert.Contains(t, next, "Luc Maes est déjà en fonction")
	assert.Regexp(t, `Anne Dubois .* est invité\n`, next)
	assert.Contains(t, next, "Objet : Votre invitation a été retirée")
	assert.Regexp(t, `Bob Bee .* invitation encore ouverte : renvoyée\n`, next)
	assert.Regexp(t, `Anne Dubois-Janssens +Gestionnaire +approuvée\n`, next)
}

// While the office was vacant the run was stopped: the next finds it so, and the
// representative designates a GAP again.
func TestInterruptedWhileVacant(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	require.True(t, interrupted(t, &stopper{text: "15. "}, "-db", file))
	next := tells(t, "-db", file)
	assert.Contains(t, next, "La fonction de GAP est vacante.")
	assert.Contains(t, unwrapped(next), "La fonction est vacante : Chloé Lambert désigne de nouveau Luc Maes")
	assert.NotContains(t, next, "enregistre Moulin du Coq SA")
}

// A trainee's request that waited for the co-GAP is decided with the others.
func TestInterruptedBeforeCoGAP(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	require.True(t, interrupted(t, &stopper{text: "13. "}, "-db", file))
	next := tells(t, "-db", file)
	assert.Regexp(t, `Théo Simon +Rédacteur de dossiers +approuvée\n`, next)
	assert.Contains(t, unwrapped(next), "Courriels envoyés : 1, à Mila Janssen")
}

// Tasks that were open when the run was stopped are decided by the next.
func TestInterruptedBeforeDecision(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	require.True(t, interrupted(t, &stopper{text: " 5. "}, "-db", file))
	next := tells(t, "-db", file)
	assert.Contains(t, next, "Tâches ouvertes : 6.")
	assert.Regexp(t, `Bram Peeters .* a déjà accepté : tâche ouverte\n`, next)
	assert.Regexp(t, `Bram Peeters +Rédacteur de dossiers +approuvée\n`, next)
}
