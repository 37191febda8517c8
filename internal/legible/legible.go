// Package legible says what of a text people can read, and what in it could make
// them read something else. The rules are the same wherever a text is typed.
package legible

import (
	"strings"
	"unicode"
)

// Any reports whether something of a text can be seen: it isn't made of spaces,
// marks and characters without a shape alone.
func Any(s string) bool { return strings.ContainsFunc(s, shows) }

// shows reports whether r shows by itself, as a mark on no letter doesn't, nor
// the braille pattern without dots.
func shows(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && r != '\u2800'
}

// Forges reports the characters that could forge a mail header, a line of a mail
// or a log, or the order in which a text reads: controls, line feed and tab among
// them, separators of lines, and everything that directs bidirectional text.
func Forges(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}
