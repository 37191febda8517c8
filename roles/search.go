package roles

import (
	"slices"
	"strings"

	"github.com/egovroles/egovroles/internal/textfold"
)

type searchEntry struct {
	role Role
	text string // folded
}

func searchEntries(apps []Application) []searchEntry {
	var entries []searchEntry
	for _, app := range apps {
		for _, r := range app.Roles {
			words := []string{string(r.Code)}
			for _, lang := range Languages() {
				words = append(words, app.Labels.In(lang)+" - "+r.Labels.In(lang))
			}
			entries = append(entries, searchEntry{r, textfold.Fold(strings.Join(words, "\n"))})
		}
	}
	return entries
}

// Search returns the roles whose label, application's label or code contains
// every word of text, in any language, in catalogue order. Case and accents
// don't count: the guides write « Mon Espace wallon » and « Mon espace
// wallon », « Éditeur » and « Editeur ». Empty text finds every role.
func (c *Catalogue) Search(text string) []Role {
	words := strings.Fields(textfold.Fold(text))
	var found []Role
	for _, e := range c.folded {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(e.text, w) }) {
			found = append(found, e.role.clone())
		}
	}
	return found
}
