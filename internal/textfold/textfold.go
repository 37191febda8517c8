// Package textfold makes texts comparable without regard to case and accents,
// for searching. It is not for identifiers, which compare byte for byte.
package textfold

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns s without accents, in one case, with the letters that have no
// decomposition (œ, æ, ß, ø, đ, ł) written out, and with the apostrophes and
// hyphens that word processors put in (D’Hondt, Mons‑Borinage) as typed ones.
func Fold(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(s) // most names, of which many are folded at a time
	}
	// Bytes that are no text would keep norm from decomposing the next letter.
	// Step by step, since a chain of transformers takes buffers for each call.
	s = norm.NFKD.String(strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s)
	return undecomposed.Replace(norm.NFC.String(cases.Fold().String(s)))
}

var undecomposed = strings.NewReplacer("œ", "oe", "æ", "ae", "ø", "o", "đ", "d", "ł", "l", "ð", "d", "þ", "th", "ħ", "h", "ı", "i",
	"‘", "'", "’", "'", "ʼ", "'", "‐", "-", "–", "-", "—", "-")
