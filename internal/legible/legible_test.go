package legible_test

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/internal/legible"
)

func TestAny(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"nothing":                       {"", false},
		"spaces of all widths":          {" \t\n\u00a0\u2003\u3000", false},
		"marks on no letter":            {"\u0301\u0302", false},
		"joiners and a byte order mark": {"\u200b\u200c\u200d\ufeff", false},
		"braille without dots":          {"\u2800", false},
		"controls":                      {"\x00\u202e", false},
		"a letter":                      {"\u0301 é", true},
		"a digit":                       {"0", true},
		"a full stop":                   {".", true},
		"a symbol":                      {"€", true},
		"braille with a dot":            {"\u2801", true},
	} {
		assert.Equal(t, c.want, legible.Any(c.text), name)
	}
}

func TestForges(t *testing.T) {
	forging := []rune{0, '\t', '\n', '\r', 0x1b, 0x7f, 0x85, '\u2028', '\u2029', '\u200e', '\u200f', '\u061c', '\u202a', '\u202e', '\u2066', '\u2069'}
	for _, r := range forging {
		assert.True(t, legible.Forges(r), "%U", r)
	}
	for _, r := range " a0é.€\u00a0\u200c\u200d\ufe0f\u0301" {
		assert.False(t, legible.Forges(r), "%U", r)
	}
	for r := range rune(unicode.MaxRune) {
		if unicode.IsControl(r) && !legible.Forges(r) {
			t.Errorf("%U is a control", r)
		}
	}
}
