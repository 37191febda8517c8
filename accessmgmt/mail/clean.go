package mail

import (
	"net/netip"
	"strings"
	"unicode"

	"github.com/egovroles/egovroles/accessmgmt"
)

const maxName, maxWords = 100, 4000 // letters

// invisible are characters that turn the writing direction, hide, or join: text
// that holds them doesn't read as it is.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar
}

// name makes one line of what somebody typed as a name.
func name(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case invisible(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return cut(strings.Join(strings.Fields(s), " "), maxName)
}

// words makes lines of what somebody typed as a text.
func words(s string) []string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case invisible(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"))
	var lines []string
	for line := range strings.SplitSeq(cut(strings.TrimSpace(s), maxWords), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

func cut(s string, most int) string {
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return s
}

// What stands for a dot, an at, a colon and a slash where addresses are read: the
// dots of IDNA (UTS 46) and the wide and small forms that NFKC makes the same.
const (
	dots       = ".\u3002\uff0e\uff61\u2024\ufe52"
	ats        = "@\uff20\ufe6b"
	slashes    = "/\uff0f"
	separators = dots + ats + slashes + ":\uff1a\ufe55"
)

// unlinked breaks what a mail reader would make a link of, where nobody sees it.
// Numbers stay whole, that they can be copied: those of enterprises and units, and
// amounts; an address of IPv4 doesn't.
func unlinked(s string) string {
	var b strings.Builder
	letters := []rune(s)
	for i, r := range letters {
		b.WriteRune(r)
		if i+1 == len(letters) || !strings.ContainsRune(separators, r) {
			continue
		}
		next := letters[i+1]
		switch {
		case unicode.IsLetter(next), strings.ContainsRune(slashes, next), strings.ContainsRune(ats, r):
		case strings.ContainsRune(dots, r) && unicode.IsDigit(next) && !isNumber(around(letters, i)):
		default:
			continue
		}
		b.WriteRune('\u2060')
	}
	return b.String()
}

// around is what stands together with a dot: letters, digits and dots.
func around(letters []rune, dot int) string {
	apart := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' && !strings.ContainsRune(dots, r)
	}
	from, to := dot, dot
	for from > 0 && !apart(letters[from-1]) {
		from--
	}
	for to < len(letters) && !apart(letters[to]) {
		to++
	}
	return string(letters[from:to])
}

// isNumber reports whether digits with dots are no address.
func isNumber(s string) bool {
	s = strings.Trim(s, ".") // the end of a sentence
	if strings.ContainsFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }) {
		return false
	}
	if _, err := netip.ParseAddr(s); err != nil {
		return true
	}
	_, err := accessmgmt.ParseEstablishmentUnitNumber(s) // some are of an address's form
	return err == nil
}
