package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHelp(t *testing.T) {
	t.Chdir(t.TempDir())
	for lang, want := range map[string]string{"fr": "dossier courant", "nl": "huidige map", "de": "aktuellen Ordner", "en": "current folder"} {
		got := quickstart(t.Context(), "-lang", lang, "-help")
		assert.Zero(t, got.code)
		assert.Empty(t, got.stderr)
		assert.Contains(t, got.stdout, want)
		assert.Empty(t, tooWide(got.stdout))
		for _, flag := range []string{"-db", "-people", "-lang", "given_name,family_name,email,language,role,start,end"} {
			assert.Contains(t, got.stdout, flag)
		}
	}
	assert.Empty(t, filesIn(t, "."))
}

func filesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// The file is the one that is named, whatever its name; by default
// quickstart.db where one stands.
func TestFileNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	tells(t)
	assert.Equal(t, []string{"quickstart.db"}, filesIn(t, "."))

	odd := "we?ird #1 100%25 é&mode=memory.db"
	text := tells(t, "-db="+odd)
	assert.Contains(t, text, "Base de données : "+odd)
	assert.ElementsMatch(t, []string{"quickstart.db", odd}, filesIn(t, "."))
	assert.Contains(t, tells(t, "-db", odd), "Entreprise reconnue")
}

func TestMistakesOfUse(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	require.NoError(t, os.WriteFile("text.db", []byte("this is a text, and no database; it is as long as a header"), 0o600))
	require.NoError(t, os.Mkdir("folder", 0o700))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-nosuch"}, "-nosuch"},
		{[]string{"-lang", "pl"}, "fr, nl, de, en"},
		{[]string{"more"}, "seuls -db, -people, -lang et -help sont compris"},
		{[]string{"-db", ""}, "-db demande un nom de fichier"},
		{[]string{"-lang", "en", "-people", "missing.csv"}, "the people file can't be read: open missing.csv"},
		{[]string{"-db", "folder"}, "la base de données folder ne peut pas être utilisée"},
		{[]string{"-db", "text.db"}, "la base de données text.db ne peut pas être utilisée"},
		{[]string{"-db", filepath.Join("nowhere", "demo.db")}, "ne peut pas être utilisée"},
	} {
		got := quickstart(t.Context(), c.args...)
		assert.Equal(t, exitFailed, got.code, c.args)
		assert.Contains(t, got.stderr, c.want)
		assert.Contains(t, got.stderr, "quickstart: ")
		assert.NotContains(t, got.stdout, "1. ", c.args)
	}
	assert.ElementsMatch(t, []string{"text.db", "folder"}, filesIn(t, "."))
}
