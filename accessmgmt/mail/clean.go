package mail

import (
	"strings"
	"unicode"
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

// unlinked breaks what a mail reader would make a link of, where nobody sees it.
func unlinked(s string) string {
	var b strings.Builder
	letters := []rune(s)
	for i, r := range letters {
		b.WriteRune(r)
		if !strings.ContainsRune(".@:/", r) || i+1 == len(letters) {
			continue
		}
		if next := letters[i+1]; unicode.IsLetter(next) || next == '/' || r == '@' {
			b.WriteRune('\u2060')
		}
	}
	return b.String()
}
