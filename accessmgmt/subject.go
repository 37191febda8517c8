package accessmgmt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// holdsNumber reports whether the name of an account, which is stored and shown
// in the clear, holds a national number: the one that came with it, whatever
// stands between its digits, or any that stands by itself, alone or in its five
// groups, with or without letters before it: 85073003328, 85.07.30-033.28,
// BE/BE/85073003328, RRN85073003328. Digits amid the letters of an opaque name,
// such as a hash in hexadecimal, are none.
func (s *Service) holdsNumber(name string, own SSIN) bool {
	if !own.IsZero() && strings.Contains(onlyDigits(name), own.Reveal()) {
		return true
	}
	for at := range name {
		if digits, ok := elevenDigits(name[at:]); ok && standsAlone(name[:at]) && checkSSIN(digits, s.now()) == "" {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// elevenDigits reads eleven digits, alone or in their groups, at the start of a
// text, after which comes neither a digit nor a letter.
func elevenDigits(s string) (string, bool) {
	var digits []byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c) && len(digits) < 11:
			digits = append(digits, c)
		case len(digits) == 11:
			return string(digits), !isDigit(c) && !startsWithLetter(s[i:])
		case (len(digits) == 2 || len(digits) == 4 || len(digits) == 6 || len(digits) == 9) && isDigit(s[i-1]) && strings.IndexByte(".-/ ", c) >= 0:
		default:
			return "", false
		}
	}
	return string(digits), len(digits) == 11
}

func startsWithLetter(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r)
	}
	return false
}

// standsAlone reports whether what comes after a text is a word of its own, or
// the end of one with two to eight letters before it: fewer and more are parts
// of identifiers in hexadecimal.
func standsAlone(before string) bool {
	letters := 0
	for before != "" {
		r, size := utf8.DecodeLastRuneInString(before)
		if unicode.IsDigit(r) {
			return false
		}
		if !unicode.IsLetter(r) {
			break
		}
		letters++
		before = before[:len(before)-size]
	}
	return letters == 0 || 2 <= letters && letters <= 8
}
