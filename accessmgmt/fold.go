package accessmgmt

import (
	"strings"

	"github.com/egovroles/egovroles/internal/textfold"
)

// FoldName returns a person's name as it is searched in: without case and
// accents, words parted by one space. Stores keep it beside the name, and look
// in it for the words of a filter, which were folded likewise.
func FoldName(given, family string) string {
	return strings.Join(strings.Fields(textfold.Fold(given+" "+family)), " ")
}

// nameWords returns the words of what somebody typed to search a name.
func nameWords(text string) []string { return strings.Fields(textfold.Fold(text)) }
