package invitation

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/egovroles/egovroles/internal/legible"
	"github.com/egovroles/egovroles/roles"
)

// The bounds of texts that people type, counted as [CleanText] keeps them.
const (
	MaxName   = 100   // characters of a given or family name
	MaxTitle  = 320   // characters of what an organisation or a place is called
	MaxReason = 1_000 // characters of a reason for declining or refusing
)

// CleanText returns s as names, messages and reasons are kept: trimmed, in
// Unicode's composed form (NFC), and with \n for every line break. Browsers
// send \r\n from a text area.
func CleanText(s string) string {
	return norm.NFC.String(strings.TrimSpace(lineBreaks.Replace(s)))
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// characters counts what is kept, since composing can lengthen a text too: the
// Devanagari letter U+0958 becomes two.
func characters(s string) int { return utf8.RuneCountInString(CleanText(s)) }

// ValidateName returns what is wrong with a given or family name; the fields
// are empty. A name is one line, and something of it can be seen.
func ValidateName(s string) roles.Problems { return validateName(s, MaxName) }

// ValidateTitle is [ValidateName] for what an organisation or a place is
// called, which registers know longer names of.
func ValidateTitle(s string) roles.Problems { return validateName(s, MaxTitle) }

func validateName(s string, limit int) (problems roles.Problems) {
	switch {
	case strings.TrimSpace(s) == "":
		problems.Add("", roles.ProblemRequired, "the name is missing")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, notInName) || !Visible(s):
		problems.Add("", roles.ProblemMalformed, "the name has characters that can't be shown")
	case characters(s) > limit:
		problems.Add("", roles.ProblemTooLong, fmt.Sprintf("this name has at most %d characters", limit))
	}
	return problems
}

// Visible reports whether something of a text can be seen: it isn't made of
// spaces, marks and characters without a shape alone.
func Visible(s string) bool { return legible.Any(s) }

// ValidateReason returns what is wrong with a reason, under the field
// "reason".
func ValidateReason(s string) roles.Problems { return validateText("reason", s, MaxReason) }

func validateText(field, s string, limit int) (problems roles.Problems) {
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(lineBreaks.Replace(s), unprintable):
		problems.Add(field, roles.ProblemMalformed, "the text has characters that can't be shown")
	case characters(s) > limit:
		problems.Add(field, roles.ProblemTooLong, fmt.Sprintf("the text has at most %d characters", limit))
	}
	return problems
}

// unprintable reports the characters that could forge something, but for line
// feed and tab, which texts of several lines have.
func unprintable(r rune) bool {
	return r != '\n' && r != '\t' && legible.Forges(r)
}

// notInName reports besides the characters that make two names look like one:
// those that can't be seen, but for the joiners that Persian and Indian names
// are written with and the selectors of Japanese ones.
func notInName(r rune) bool {
	joins := r == '\u200c' || r == '\u200d' || unicode.Is(unicode.Variation_Selector, r)
	return r == '\n' || r == '\t' || unprintable(r) || invisible(r) && !joins
}
