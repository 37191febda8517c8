package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

const header = "given_name,family_name,email,language,role,start,end\n"

func peopleFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// bad has a mistake in every line but the second and the last; the third has
// four.
const bad = header +
	"Anne,Dubois,anne@x.example,fr,Relecteur de dossiers,today,\n" +
	",,anne x.example,xx,Relecteur de dossiers,today,\n" +
	"Bram,Peeters,bram@x.example,nl,Baas,today,\n" +
	"Chris,Claes,chris@x.example,nl,Propriétaire,30/02/2027,\n" +
	"Dora,Duval,dora@x.example,fr,Propriétaire,2020-01-01,\n" +
	"Eva,Evers,eva@x.example,nl,Gestionnaire,today+10,today+9\n" +
	"Finn,Fox,finn@x.example,en,Gestionnaire,,today+9\n" +
	"Gil,Gray,gil@x.example,en,Gestionnaire,today,today+99999999999999999999\n" +
	"Hal,Hill,hal@x.example,en,Gestionnaire\n" +
	"Ann,Dubois,ANNE@x.example,fr,relecteur de dossiers,today,\n" +
	"85.07.30-033.28,Doe,00.01.01-001.73,85073003328,85.07.30-033.28,85073003328,85.07.30-033.28\n" +
	"Zoé,Zimmer,zoe@x.example,de,Editeur de dossiers,today,2099-12-31\n"

func TestBadPeopleFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	got := quickstart(t.Context(), "-db", file, "-people", peopleFile(t, bad))
	assert.Equal(t, exitBadPeople, got.code)
	assert.Empty(t, got.stdout)
	assert.NoFileExists(t, file)
	assert.Empty(t, leaks(got.stderr), "what was written is repeated")
	want := []string{
		"ligne 3 : email : mal écrit", "ligne 3 : given_name : manque", "ligne 3 : family_name : manque", "ligne 3 : language : inconnu",
		"ligne 4 : role : inconnu (Relecteur de dossiers, Rédacteur de dossiers, Éditeur de dossiers, Gestionnaire, Propriétaire)",
		"ligne 5 : start : mal écrit", "ligne 6 : start : est dans le passé", "ligne 7 : end : précède la date de début",
		"ligne 8 : start : manque", "ligne 9 : end : mal écrit", "ligne 10 : pas lisible : il faut l'en-tête, puis 7 colonnes par personne",
		"ligne 11 : email : figure déjà dans ce fichier",
		"ligne 12 : email : mal écrit", "ligne 12 : start : mal écrit", "ligne 12 : end : mal écrit",
		"ligne 12 : role : inconnu (Relecteur de dossiers, Rédacteur de dossiers, Éditeur de dossiers, Gestionnaire, Propriétaire)",
		"ligne 12 : language : inconnu",
	}
	_, list, _ := strings.Cut(unwrapped(got.stderr), "fait.")
	for _, w := range want {
		assert.Contains(t, list, w)
	}
	assert.Contains(t, unwrapped(got.stderr), "(fautes : 17)")
	assert.Equal(t, len(want), strings.Count(got.stderr, "   ligne "))
	for _, good := range []string{"ligne 2 ", "ligne 13 "} {
		assert.NotContains(t, list, good)
	}
	assert.Contains(t, quickstart(t.Context(), "-lang", "en", "-db", file, "-people", peopleFile(t, bad)).stderr, "line 6: start: is in the past")
	assert.NoFileExists(t, file)
}

// One quote that is never closed hides no other line's mistake, wherever it is.
func TestUnclosedQuotes(t *testing.T) {
	t.Parallel()
	good := "Anne,Dubois,anne@x.example,fr,Owner,today,\n"
	for unclosed, faulty := range map[string]bool{
		`"Bram,Peeters,bram@x.example,nl,Owner,today,`:                true,
		`Bram,"Peeters,bram@x.example,nl,Owner,today,`:                true,
		`Bram,Peeters,bram@x.example,nl,Owner,today,"`:                true,
		`Bram,Peeters,bram@x.example,nl,Owner,today,"today+9`:         true,
		`Bram,"Pee""ters,bram@x.example,nl,Owner,today,`:              true,
		`Bram "the Ram,Peeters,bram@x.example,nl,Owner,today,`:        false, // it opens no field
		`"Bram","Peeters",bram@x.example,nl,"Owner",today,`:           false,
		`"Bram ""the Ram""",Peeters,bram@x.example,nl,Owner,today,""`: false,
	} {
		for _, end := range []string{"\n", "\r\n"} {
			text := strings.ReplaceAll(header+good+unclosed+"\n"+strings.Replace(good, "Owner", "Baas", 1)+"Cy,Cox\n"+"Eva,Evers,eva@x.example,nl,Owner,nope,\n", "\n", end)
			people, faults := readPeople(text, roles.MonEspace(), calendar{today: roles.Date{Year: 2026, Month: 5, Day: 6}, began: roles.Date{Year: 2026, Month: 5, Day: 6}})
			want := []fault{{4, "role", roles.ProblemUnknown}, {5, "", roles.ProblemMalformed}, {6, "start", roles.ProblemMalformed}}
			if faulty {
				want = append([]fault{{3, "", roles.ProblemMalformed}}, want...)
			}
			assert.Equal(t, want, faults, unclosed)
			assert.NotEmpty(t, people)
		}
	}
}

// A file that tells a story already isn't written to either.
func TestBadPeopleFileLater(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	tells(t, "-db", file)
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, exitBadPeople, quickstart(t.Context(), "-db", file, "-people", peopleFile(t, bad)).code)
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, string(before) == string(after), "the file was changed")
	assert.Equal(t, []string{"demo.db"}, filesIn(t, filepath.Dir(file)))
}

func TestBadHeaders(t *testing.T) {
	for text, want := range map[string][]string{
		"":                       {"line 1: can't be read"},
		header:                   {"line 1: can't be read"},
		"given_name,family_name": {"line 1: email: is missing", "line 1: language: is missing", "line 1: role: is missing", "line 1: start: is missing", "line 1: end: is missing"},
		strings.Replace(header, "end", "start", 1): {"line 1: start: is in this file already", "line 1: end: is missing"},
		strings.Replace(header, "end", "fin", 1):   {"line 1: can't be read", "line 1: end: is missing"},
	} {
		got := quickstart(t.Context(), "-lang", "en", "-db", filepath.Join(t.TempDir(), "demo.db"), "-people", peopleFile(t, text))
		assert.Equal(t, exitBadPeople, got.code, "%q", text)
		for _, w := range want {
			assert.Contains(t, got.stderr, w, "%q", text)
		}
		assert.Equal(t, len(want), strings.Count(got.stderr, "line 1:"), "%q", text)
	}
}

// The story is told, three times over, from whatever people there are.
func TestOtherPeople(t *testing.T) {
	for name, text := range map[string]string{
		"one reader":       header + "Anne,Dubois,anne@x.example,fr,Relecteur de dossiers,today,\n",
		"one writer":       header + "Anne,Dubois,anne@x.example,fr,Rédacteur de dossiers,today,\n",
		"two, one absent":  header + "Anne,Dubois,anne@x.example,,monespace.writer,today,today\nBob,Bee,bob@x.example,,Owner,today,",
		"not yet":          header + "Anne,Dubois,anne@x.example,fr,Owner,today+400,\nBob,Bee,bob@x.example,en,Owner,today+400,\nCy,Cox,cy@x.example,en,Owner,today+400,today+900\n",
		"two roles of one": header + "Anne,Dubois,anne@x.example,fr,Gestionnaire,today,today+5\nAnne,Dubois,Anne@X.example,fr,Propriétaire,today,\n",
		"fixed dates":      header + "Anne,Dubois,anne@x.example,fr,Gestionnaire,2098-01-01,2098-01-02\nBob,Bee,bob@x.example,en,File reader,today,2098-02-03\n",
		"the managers":     header + "Luc,Maes,luc.maes@moulin.example,fr,Gestionnaire,today,today+5\nChloé,Lambert,chloe.lambert@moulin.example,fr,Rédacteur de dossiers,today,\n",
		"spreadsheet":      "\ufeff" + strings.ReplaceAll(header+"Anne,Dubois,anne@x.example,fr,Éditeur de dossiers,today,\n,,,,,,\n", ",", ";"),
		"other order":      "role,end,start,email,language,family_name,given_name\nGestionnaire,illimite,TODAY,anne@x.example,NL-be,Dubois,Anne\n",
		"wide and long": header + "小明,王,ming@x.example,en,Éditeur de dossiers,today,today+3\n" +
			strings.Repeat("x.", 50) + "," + strings.Repeat("明", 100) + "," + strings.Repeat("a.", 31) + "a@" + strings.Repeat("b.", 60) + "example,de,Owner,today,\n" +
			"Cy,Cox,cy@x.example,en,Owner,today,\n",
	} {
		file, people := filepath.Join(t.TempDir(), "demo.db"), peopleFile(t, text)
		for range 3 {
			got := quickstart(t.Context(), "-db", file, "-people", people, "-lang", "en")
			require.Zero(t, got.code, "%s: %s\n%s", name, got.stderr, got.stdout)
			assert.Contains(t, got.stdout, "✓ 35 of 35 cells agree", name)
			assert.Empty(t, leaks(got.stdout), name)
			assert.Empty(t, tooWide(got.stdout), name)
		}
		tells(t, "-db", file) // and then by others
	}
}

// Dates that were right when the demo began stay right when its clock has
// overtaken them: a role is offered from today, or no longer at all.
func TestDatesOvertaken(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	require.NoError(t, err)
	today := roles.DateOf(time.Now(), brussels)
	people := peopleFile(t, header+
		"Anne,Dubois,anne@x.example,fr,Gestionnaire,"+today.String()+","+today.AddDays(3).String()+"\n"+
		"Bob,Bee,bob@x.example,fr,Propriétaire,"+today.String()+",\n"+
		"Cy,Cox,cy@x.example,fr,Relecteur de dossiers,"+today.AddDays(2).String()+",\n"+
		"Di,Dow,di@x.example,fr,Relecteur de dossiers,today,\n")
	file := filepath.Join(t.TempDir(), "demo.db")
	tells(t, "-db", file, "-people", people)
	second := tells(t, "-db", file, "-people", people)
	assert.Regexp(t, `Anne Dubois .* période terminée\n`, second)
	assert.Regexp(t, `Bob Bee .*`+today.AddDays(5).String()+` .*est invité\n|Di Dow .*`+today.AddDays(5).String()+` .*est invité\n`, second)

	// Of a new file the same dates are judged by the real day.
	assert.Contains(t, quickstart(t.Context(), "-db", file+"2", "-people", peopleFile(t, header+
		"Anne,Dubois,anne@x.example,fr,Gestionnaire,"+today.AddDays(-2).String()+",\n")).stderr, "ligne 2 : start : est dans le passé")
}

// A day that is written as so many days from today is judged by the demo's
// today, not by the day the demo began.
func TestRelativeDaysAreJudgedToday(t *testing.T) {
	days := calendar{today: roles.Date{Year: 2027, Month: 5, Day: 6}, began: roles.Date{Year: 2026, Month: 5, Day: 6}}
	line := func(start string) string { return header + "Anne,Dubois,anne@x.example,fr,Owner," + start + ",\n" }
	for start, want := range map[string]int{"today": 0, "2027-05-05": 0, "2026-05-06": 0, "today-1": 1, "2026-05-05": 1} {
		_, faults := readPeople(line(start), roles.MonEspace(), days)
		assert.Len(t, faults, want, start)
	}
}

func TestParseDay(t *testing.T) {
	today := roles.Date{Year: 2026, Month: 12, Day: 31}
	for text, want := range map[string]string{
		"": "", "today": "2026-12-31", "Today": "2026-12-31", "today+1": "2027-01-01", "today + 30": "2027-01-30", "today-31": "2026-11-30", "2028-02-29": "2028-02-29",
	} {
		got, err := parseDay(text, today)
		assert.NoError(t, err, text)
		assert.Equal(t, want, got.String(), text)
	}
	for _, text := range []string{"tomorrow", "today1", "today+", "today+-1", "today+1.5", "today+100001", "29/02/2028", "2027-02-29", "2027-2-1"} {
		_, err := parseDay(text, today)
		assert.Error(t, err, text)
	}
}

func TestFindRole(t *testing.T) {
	for text, want := range map[string]roles.Code{
		"monespace.editor": roles.Editor, "Éditeur de dossiers": roles.Editor, "editeur  de DOSSIERS": roles.Editor, "Mon espace wallon - Editeur de dossiers": roles.Editor,
		"GESTIONNAIRE": roles.Manager, "propriétaire": roles.Owner, "Eigentumer": roles.Owner, "File reader": roles.Reader, "Opsteller van dossiers": roles.Writer,
		// Parts of a label, and what only looks like one, are no role.
		"": "", "Prop": "Prop", "dossiers": "dossiers", "editor": "editor", "Réacteur de dossiers": "Réacteur de dossiers",
	} {
		assert.Equal(t, want, findRole(text, roles.MonEspace()), text)
	}
}
