package roles_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/roles"
)

func TestSearch(t *testing.T) {
	c := catalogue(t, roles.MonEspaceRoles(), shop())
	monEspace := []roles.Code{roles.Reader, roles.Writer, roles.Editor, roles.Manager, roles.Owner}
	all := append(monEspace[:5:5], "shop.seer", "shop.signer", "shop.idler")
	only := func(codes ...roles.Code) []roles.Code { return codes }
	for text, want := range map[string][]roles.Code{
		"":                                 all,
		" \t\n":                            all,
		"editeur":                          only(roles.Editor),
		"ÉDITEUR":                          only(roles.Editor),
		"Éditeur":                          only(roles.Editor), // decomposed
		"mon espace wallon":                monEspace,          // the guides' two spellings
		"Mon Espace wallon":                monEspace,
		"espace redacteur":                 only(roles.Writer),
		"redacteur   ESPACE":               only(roles.Writer),
		"Relecteur de dossier":             only(roles.Reader), // the mail's singular
		"Mon Espace wallon - Relecteur":    only(roles.Reader),
		"Mon Espace wallon – Relecteur":    only(roles.Reader), // as a word processor writes it
		"proprietaire":                     only(roles.Owner),
		"eigentumer":                       only(roles.Owner), // a label in German
		"beheerder":                        only(roles.Manager),
		"dossiers":                         only(roles.Reader, roles.Writer, roles.Editor),
		"monespace.editor":                 only(roles.Editor), // the code
		"magasin":                          only("shop.seer", "shop.signer", "shop.idler"),
		"winkel signer":                    only("shop.signer"),
		"signer espace":                    nil, // no role has both words
		"réacteur":                         nil,
		"x":                                nil,
		"editeur éditeur ÉDITEUR":          only(roles.Editor),
		"%":                                nil,
		"\xff":                             nil,
		"mon espace wallon et autre chose": nil,
		"Seer\nMagasin":                    only("shop.seer"),
		"owner \u00a0 proprietaire":        only(roles.Owner), // a no-break space
	} {
		var got []roles.Code
		for _, r := range c.Search(text) {
			got = append(got, r.Code)
		}
		assert.Equal(t, want, got, "%q", text)
	}
}
