// Package textfold makes texts comparable without regard to case and accents,
// for searching. It is not for identifiers, which compare byte for byte.
package textfold

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold returns s without accents, in one case, with the letters that have no
// decomposition (œ, æ, ß, ø, đ, ł) written out, and with the apostrophes and
// hyphens that word processors put in (D’Hondt, Mons‑Borinage) as typed ones.
func Fold(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(s) // most names, of which many are folded at a time
	}
	// A transformer keeps state, so each call makes its own.
	t := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), cases.Fold(), norm.NFC)
	// Bytes that are no text would keep norm from decomposing the next letter.
	folded, _, err := transform.String(t, strings.ToValidUTF8(s, "\ufffd"))
	if err != nil { // no transformer of the chain fails on any string
		folded = strings.ToLower(s)
	}
	return undecomposed.Replace(folded)
}

var undecomposed = strings.NewReplacer("œ", "oe", "æ", "ae", "ø", "o", "đ", "d", "ł", "l", "ð", "d", "þ", "th", "ħ", "h", "ı", "i",
	"‘", "'", "’", "'", "ʼ", "'", "‐", "-", "–", "-", "—", "-")
