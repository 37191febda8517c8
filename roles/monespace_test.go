package roles_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// guideTable is the table of the guide « Gestionnaire d'accès principal et
// attribution des rôles sur Mon Espace », §3.1, with its words, except that
// the guide leaves the accent off the capital of « Éditeur ».
const guideTable = `
                      | Lire | Modifier | Créer | Supprimer | Signer | Soumettre | Gérer Espace
Relecteur de dossiers |  ✓   |          |       |           |        |           |
Rédacteur de dossiers |  ✓   |    ✓     |   ✓   |     ✓     |        |           |
Éditeur de dossiers   |  ✓   |    ✓     |   ✓   |     ✓     |   ✓    |     ✓     |
Gestionnaire          |  ✓   |          |       |           |        |           |      ✓
Propriétaire          |  ✓   |    ✓     |   ✓   |     ✓     |   ✓    |     ✓     |      ✓
`

func TestMonEspaceIsTheGuidesTable(t *testing.T) {
	columns := []roles.Action{roles.Read, roles.Modify, roles.Create, roles.Delete, roles.Sign, roles.Submit, roles.ManageSpace}
	rows := []roles.Code{roles.Reader, roles.Writer, roles.Editor, roles.Manager, roles.Owner}
	cells := func(line string) (out []string) {
		for cell := range strings.SplitSeq(line, "|") {
			out = append(out, strings.TrimSpace(cell))
		}
		return out
	}
	lines := strings.Split(strings.Trim(guideTable, "\n"), "\n")
	require.Len(t, lines, 1+len(rows))

	catalogue := roles.MonEspace()
	require.Len(t, catalogue.Applications(), 1)
	app, ok := catalogue.Application(roles.MonEspaceApplication)
	require.True(t, ok)
	require.Len(t, app.Actions, len(columns))
	require.Len(t, app.Roles, len(rows))

	head := cells(lines[0])
	for i, def := range app.Actions {
		assert.Equal(t, columns[i], def.Action, "column %d", i)
		assert.Equal(t, head[i+1], def.Labels.FR, "column %d", i)
	}
	for i, code := range rows {
		row := cells(lines[i+1])
		require.Len(t, row, 1+len(columns))
		role, ok := catalogue.Role(code)
		require.True(t, ok, code)
		assert.Equal(t, code, app.Roles[i].Code, "row %d", i)
		assert.Equal(t, row[0], role.Labels.FR)
		ticks := 0
		for j, action := range columns {
			want := row[j+1] == "✓"
			if want {
				ticks++
			}
			assert.Equal(t, want, catalogue.Allows(code, action), "%s, %s", row[0], head[j+1])
			assert.Equal(t, want, role.Actions.Has(action), "%s, %s", row[0], head[j+1])
		}
		assert.Equal(t, ticks, role.Actions.Len(), "%s has actions beside the guide's", row[0])
	}
}

func TestMonEspaceLabels(t *testing.T) {
	app := roles.MonEspaceRoles()
	all := map[string]roles.Labels{"application": app.Labels}
	for _, a := range app.Actions {
		all[string(a.Action)] = a.Labels
	}
	for _, r := range app.Roles {
		all[string(r.Code)] = r.Labels
	}
	assert.Len(t, all, 1+7+5)
	for name, l := range all {
		for _, lang := range roles.Languages() {
			// Not In, which would fall back on another language.
			own := map[roles.Language]string{"fr": l.FR, "nl": l.NL, "de": l.DE, "en": l.EN}[lang]
			assert.NotEmpty(t, own, "%s in %s", name, lang)
			assert.Equal(t, strings.TrimSpace(own), own, "%s in %s", name, lang)
			assert.Equal(t, own, l.In(lang), "%s in %s", name, lang)
		}
	}
	for _, lang := range roles.Languages() {
		seen := map[string]roles.Code{}
		for _, r := range app.Roles {
			label := r.Labels.In(lang)
			assert.Empty(t, seen[label], "two roles are called %q in %s", label, lang)
			seen[label] = r.Code
		}
	}
}

func TestMonEspaceNeverPanics(t *testing.T) {
	var first, second *roles.Catalogue
	require.NotPanics(t, func() { first, second = roles.MonEspace(), roles.MonEspace() })
	assert.Equal(t, first.Version(), second.Version())
	assert.Regexp(t, `^[0-9a-f]{16}$`, first.Version())
}
