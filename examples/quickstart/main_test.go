package main

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// told is what a run of the program wrote.
type told struct {
	code           int
	stdout, stderr string
}

// quickstart runs the program. No-break spaces come back as plain ones.
func quickstart(ctx context.Context, args ...string) told {
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, &stdout, &stderr)
	plain := strings.NewReplacer("\u00a0", " ")
	return told{code, plain.Replace(stdout.String()), plain.Replace(stderr.String())}
}

// tells runs the program and holds what is true of every good run.
func tells(t *testing.T, args ...string) string {
	t.Helper()
	got := quickstart(t.Context(), args...)
	require.Empty(t, got.stderr)
	require.Zero(t, got.code)
	assert.Empty(t, leaks(got.stdout))
	assert.Empty(t, tooWide(got.stdout))
	assert.Regexp(t, `(?m)^   ✓ 35 .*35 `, got.stdout)
	assert.Contains(t, got.stdout, "\n17. ")
	return got.stdout
}

var (
	// A national number, whatever stands between its digits.
	numberShape = regexp.MustCompile(`\b\d{2}[. -]?\d{2}[. -]?\d{2}[. -]?\d{3}[. -]?\d{2}\b`)
	tokenShape  = regexp.MustCompile(`[A-Za-z0-9_-]{43,}`)
	linkShape   = regexp.MustCompile(`^   │ https://monespace\.example/invitation\?token=[A-Za-z0-9_-]{43}$`)
	hashShape   = regexp.MustCompile(`^   [0-9a-f]{64}$`)
)

// leaks returns the lines that show what none may: a national number, or a
// token, or half of one, anywhere but in the link of a mail.
func leaks(text string) (found []string) {
	var tokens []string
	lines := strings.Split(text, "\n")
	for _, line := range lines {
		if linkShape.MatchString(line) {
			tokens = append(tokens, line[len(line)-43:])
		}
	}
	for _, line := range lines {
		partOfToken := slices.ContainsFunc(tokens, func(token string) bool { return strings.Contains(line, token[:20]) })
		switch {
		case linkShape.MatchString(line) || hashShape.MatchString(line):
		case numberShape.MatchString(line) || partOfToken || tokenShape.MatchString(line):
			found = append(found, line)
		}
	}
	return found
}

func tooWide(text string) (found []string) {
	for _, line := range strings.Split(text, "\n") {
		if columnsOfText(line) > 110 {
			found = append(found, line)
		}
	}
	return found
}

// The two helpers above see what they are there to see.
func TestHelpersSee(t *testing.T) {
	token := strings.Repeat("aZ0_-", 9)[:43]
	for _, bad := range []string{
		"   │ 00.01.01-001.73", "number 00010100173 here", "00 01 01 001 73",
		token, "   │ token=" + token, "   S'identifier: https://monespace.example/invitation?token=" + token,
	} {
		assert.Len(t, leaks("fine\n"+bad+"\nfine"), 1, bad)
	}
	link := "   │ https://monespace.example/invitation?token=" + token
	assert.Empty(t, leaks(link))
	assert.Equal(t, []string{"x " + token[:25] + "…"}, leaks(link+"\nx "+token[:25]+"…"))
	assert.Empty(t, leaks("1000.000.021  2026-11-21 09:00  16.3"))
	assert.Len(t, tooWide(strings.Repeat("x", 110)+"\n"+strings.Repeat("x", 111)), 1)
	assert.Len(t, tooWide(strings.Repeat("明", 56)), 1)
}

func TestThreeRunsOnOneFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")

	first := tells(t, "-db", file)
	for _, want := range []string{
		"Le fichier est vide",
		"Chloé Lambert, représentante légale, s'identifie, enregistre Moulin du Coq SA (1000.000.021)",
		"À : Luc Maes <luc.maes@moulin.example>",
		"Luc Maes s'identifie pour la première fois",
		"Invitations envoyées, une par rôle et période : 6",
		"À : Hugo Claes <hugo.claes@moulin.example>\n   │ Objet : Uitnodiging voor een roltoekenning",
		"prive.anne.dubois@moulin.example", "Motif donné en déclinant : « Je change de service. »",
		"Anne Dubois-Janssens *", "(différents : nom, adresse)",
		"Refusée : la demande de Grace O'Neill. Motif : « Déjà assez d'éditeurs. »",
		"✗ déjà décidée",
		"✓ 35 cases sur 35 concordent",
		"Bram Peeters : « Rédacteur de dossiers » est remplacé par « Éditeur de dossiers »",
		"avant : Lire, Modifier, Créer, Supprimer\n", "après : Lire, Modifier, Créer, Supprimer, Signer, Soumettre\n",
		"David Lejeune a le rôle « Gestionnaire »", "Le rôle « Gestionnaire » de David Lejeune : échu.",
		"Luc Maes vient d'inviter Fatima El Amrani au rôle « CALISTA - Lecteur »",
		"Fatima El Amrani quitte l'entreprise : tout est arrêté en un seul appel. Rôles : 1 ; invitations retirées : 1 ;", "Lire, juste avant : autorisé. Juste après : rôle terminé.",
		"Luc Maes donne le rôle « Relecteur de dossiers » à Nadia Petit", "demandé avant : rôle terminé. Demandé après : autorisé.",
		"Laurent Hubert s'identifie. Rôles qu'il peut donner : Lecteur, Gestionnaire de dossiers, Valideur.",
		"Laurent Hubert donne le rôle « CALISTA - Gestionnaire de dossiers » à Inès Costa",
		"✗ n'existe pas pour lui", "✗ ce rôle n'est pas à lui de donner",
		"Luc Maes enregistre un modèle, sans l'envoyer", "Seraient écrits : invitations : 1 ; destinataires : 1 ;", "Rien n'est encore écrit",
		"une seule invitation, la même réponse. Courriels envoyés : 1, à Théo Simon <theo.simon@stages.example>.",
		"Luc Maes désigne Karim Benali co-GAP", "Chloé Lambert démet Luc Maes de la fonction",
		"Laurent Hubert, lire, avant : autorisé. Après : autorisé.", "Karim Benali, co-GAP, approuve la demande de Théo Simon",
		"Chloé Lambert prend elle-même la fonction de Luc Maes", "l'entreprise n'existe pas pour lui",
		"Elle se donne « Relecteur de dossiers ». Lire : autorisé.",
		"Réponse : non (rôle terminé)", "✓ Journal vérifié : 43 enregistrements",
	} {
		assert.Contains(t, unwrapped(first), want)
	}
	assert.Equal(t, 7, strings.Count(first, "?token="), "one link for each person invited")
	assert.Equal(t, []string{"oui  autorisé", "non  rôle pour une autre unité seulement", "non  rôle pour une autre unité seulement"},
		cellsOf(first, `Boulangerie de Dinant +(oui|non)  .*`, `Dépôt de Namur +(oui|non)  .*`, `Moulin du Coq SA, l'entreprise comme telle +(oui|non)  .*`))
	assert.Equal(t, []string{"✓ autorisé  rôles : 3  ✓ autorisé", "· il manque un rôle Mon Espace  rôles : 0  ✓ autorisé", "✓ autorisé  rôles : 3  ✓ autorisé"},
		cellsOf(first, `avec un rôle Mon Espace  .*`, `sans  .*`, `avec, de nouveau  .*`))
	// Roles of five were approved, of the two others not.
	assert.Equal(t, 5, strings.Count(first, "  approuvée\n"))
	assert.Equal(t, 1, strings.Count(first, "  décline\n"))

	second := tells(t, "-db", file)
	for _, want := range []string{
		"Entreprise reconnue : Moulin du Coq SA (1000.000.021)", "GAP en fonction : Chloé Lambert",
		"Attributions passées : 4. Tâches ouvertes : 0. Invitations ouvertes : 0.",
		"Chloé Lambert désigne de nouveau Luc Maes", "Luc Maes s'identifie : son compte est connu.",
		"a ce rôle déjà", "a un autre rôle à la place", "Invitations envoyées, une par rôle et période : 4",
		"Bram Peeters : « Éditeur de dossiers » est remplacé par « Rédacteur de dossiers »",
		"Chloé Lambert s'est déjà donné un rôle",
		"Nadia Petit a déjà le rôle « Relecteur de dossiers »", "Laurent Hubert a déjà le rôle « CALISTA - Administrateur local »",
		"Le modèle enregistré le ", "une seule invitation, la même réponse. Courriels envoyés : 1, à Mila Janssen <mila.janssen@stages.example>.",
		"Karim Benali est déjà co-GAP", "Karim Benali, co-GAP, approuve la demande de Mila Janssen",
	} {
		assert.Contains(t, unwrapped(second), want)
	}
	assert.NotContains(t, second, "Le fichier est vide")
	assert.NotContains(t, second, "décline\n", "who declined once accepts now")
	assert.NotContains(t, second, "Refusée", "who was refused once is approved now")
	assert.Equal(t, 4, strings.Count(second, "?token="))

	third := tells(t, "-db", file)
	assert.Contains(t, third, "GAP en fonction : Chloé Lambert")
	assert.Contains(t, third, "Bram Peeters : « Rédacteur de dossiers » est remplacé par « Éditeur de dossiers »")
	assert.NotEqual(t, clockOf(t, second), clockOf(t, third))

	// Nothing secret is in the file either.
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, link := range regexp.MustCompile(`token=(\S{43})`).FindAllStringSubmatch(first+second+third, -1) {
		assert.NotContains(t, string(kept), link[1])
	}
	for _, number := range []string{"00010100173", "00.01.01-001.73", "81050003552"} {
		assert.NotContains(t, string(kept), number)
	}
	assert.Contains(t, string(kept), "luc.maes@moulin.example", "the file isn't read as it should be")
}

// unwrapped puts sentences back on one line.
func unwrapped(text string) string {
	return regexp.MustCompile(`([^\s─])\n   ([^\s│┌└])`).ReplaceAllString(text, "$1 $2") + text
}

// cellsOf returns, for each pattern, the row it matches without its first cell.
func cellsOf(text string, patterns ...string) (cells []string) {
	for _, p := range patterns {
		row := regexp.MustCompile(`(?m)^   ` + p + `$`).FindString(text)
		_, rest, _ := strings.Cut(strings.TrimSpace(row), "  ")
		cells = append(cells, regexp.MustCompile(`  +`).ReplaceAllString(strings.TrimSpace(rest), "  "))
	}
	return cells
}

func clockOf(t *testing.T, text string) string {
	t.Helper()
	found := regexp.MustCompile(`Horloge de la démonstration : (.*)`).FindStringSubmatch(text)
	require.Len(t, found, 2)
	return found[1]
}

func TestLanguages(t *testing.T) {
	for lang, want := range map[string][]string{
		"fr": {"Mes tâches ouvertes", "Date d'échéance", "Propriétaire", "35 cases sur 35", "il manque un rôle Mon Espace"},
		"nl": {"Mijn openstaande taken", "Eigenaar", "35 van 35 vakken", "Aanstelling van de Hoofdtoegangsbeheerder", "een rol van Mon Espace ontbreekt"},
		"de": {"Meine offenen Aufgaben", "Eigentümer", "35 von 35 Feldern", "Benennung des Hauptzugangsverwalters", "eine Rolle von Mon Espace fehlt"},
		"en": {"My outstanding tasks", "Owner", "35 of 35 cells", "Chief Access Manager designated", "a role of Mon Espace is missing"},
	} {
		file := filepath.Join(t.TempDir(), lang+".db")
		text := tells(t, "-db", file, "-lang", lang) + tells(t, "-lang", lang+"-BE", "-db", file)
		for _, w := range want {
			assert.Contains(t, text, w, lang)
		}
		for other, title := range map[string]string{"fr": "Mes tâches ouvertes", "nl": "Mijn openstaande taken", "de": "Meine offenen Aufgaben", "en": "My outstanding tasks"} {
			assert.Equal(t, other == lang, strings.Contains(text, title), "%s in %s", other, lang)
		}
		assert.NotContains(t, text, "%!", "a sentence has a wrong place for a value")
	}
}

// The verdict is of real checks: with another table in the guide it fails.
func TestMatrixThatDiffers(t *testing.T) {
	was := guideTable[0].may
	t.Cleanup(func() { guideTable[0].may = was })
	guideTable[0].may = "x - - - x - -"
	got := quickstart(t.Context(), "-db", filepath.Join(t.TempDir(), "demo.db"))
	assert.Equal(t, exitFailed, got.code)
	assert.Contains(t, got.stdout, "✓ · ≠")
	assert.Contains(t, got.stdout, "✗ 34 cases sur 35 seulement")
	assert.Contains(t, got.stderr, "6. La matrice des rôles, vérifiée")
}

// The proof is a real one too: a record that somebody changed is found.
func TestAuditThatWasChanged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	tells(t, "-db", file)
	db, err := sql.Open("sqlite", source(file, "rw"))
	require.NoError(t, err)
	_, err = db.Exec(`UPDATE egovroles_audit SET event = 'role_assigned' WHERE event = 'request_refused'`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	got := quickstart(t.Context(), "-db", file)
	assert.Equal(t, exitFailed, got.code)
	assert.Contains(t, got.stdout, "✗ Le journal ne tient pas à partir de 15.0")
}

func TestMailsInAFolder(t *testing.T) {
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(context.Background(), []string{"-db", filepath.Join(dir, "q.db"), "-mail", filepath.Join(dir, "out")}, &stdout, &stderr), stderr.String())
	files, err := filepath.Glob(filepath.Join(dir, "out", "*-invitation-*.eml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.Contains(t, string(text), "Message-ID: <")
}
