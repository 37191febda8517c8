package invitation_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/invitation"
)

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		" \t\r\n\u00a0\u3000 ":    "",
		" Anne\u00a0":             "Anne",
		"re\u0301ne\u0301":        "réné",
		"a\r\nb\rc\nd\n\re":       "a\nb\nc\nd\n\ne",
		"\r\n a \r\n\r\n b \r\n ": "a \n\n b",
		"tab\there":               "tab\there",
		"𠮷 😀":                     "𠮷 😀",
		"\u0958":                  "\u0915\u093c",
	} {
		got := invitation.CleanText(in)
		assert.Equal(t, want, got, "%q", in)
		assert.Equal(t, want, invitation.CleanText(got), "%q twice", in)
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{
		"Anne", "Jean-Noël", "D'Hondt", "D’Hondt", "Van den Branden", "Van\u00a0den\u202fBranden", "O", "Ng", "李", "𠮷田", "Иван", "محمد", "דוד", "हिन्दी", "ŠKODA 2", "x.", "-", "Jr. (III)",
		"re\u0301ne\u0301", "علی\u200cرضا", "ක්\u200dෂ", "葛\U000e0100城", "Anne 😀",
	} {
		assert.Empty(t, invitation.ValidateName(name), name)
	}
	for name, text := range map[string]string{
		"nothing": "", "spaces": "   ", "spaces of other kinds": "\u00a0\u2003\u3000", "line breaks": "\r\n\t",
	} {
		assert.Equal(t, []at{{"", "required"}}, found(t, invitation.ValidateName(text)), name)
	}
	for name, text := range map[string]string{
		"line feed":                      "Anne\nBcc: x@example.be",
		"line feed at the end":           "Anne\n",
		"carriage return":                "Anne\rx",
		"both":                           "Anne\r\nx",
		"tab":                            "Anne\tx",
		"nul":                            "Anne\x00",
		"escape":                         "\x1b[31mAnne",
		"delete":                         "Anne\x7f",
		"next line":                      "Anne\u0085x",
		"C1 control":                     "Anne\u009bx",
		"line separator":                 "Anne\u2028x",
		"paragraph separator":            "Anne\u2029x",
		"left-to-right mark":             "Anne\u200e",
		"right-to-left mark":             "Anne\u200f",
		"arabic letter mark":             "Anne\u061cx",
		"embedding":                      "\u202aAnne",
		"override":                       "\u202eennA",
		"pop":                            "Anne\u202c",
		"isolate":                        "\u2066Anne",
		"pop isolate":                    "Anne\u2069",
		"zero width space":               "An\u200bne",
		"byte order mark":                "\ufeffAnne",
		"word joiner":                    "An\u2060ne",
		"soft hyphen":                    "An\u00adne",
		"tags":                           "Anne\U000e0061\U000e0062",
		"hangul filler":                  "An\u3164ne",
		"half-width hangul filler":       "An\uffa0ne",
		"grapheme joiner":                "An\u034fne",
		"invalid UTF-8":                  "Anne\xff",
		"half a letter":                  "Ann\xc3",
		"surrogate":                      "Anne\xed\xa0\x80",
		"only an invisible letter":       "\u3164",
		"only joiners":                   "\u200d\u200c",
		"only a selector":                "\ufe0f",
		"only an accent":                 "\u0301",
		"only braille without dots":      "\u2800\u2800",
		"malformed, whatever its length": strings.Repeat("a\x00", 500),
	} {
		assert.Equal(t, []at{{"", "malformed"}}, found(t, invitation.ValidateName(text)), name)
	}
}

func TestReasonsAndMessages(t *testing.T) {
	for _, text := range []string{
		"", " ", "why not", "line\nline", "line\r\nline\r\n", "old\rMac", "\ttab", "<b>x</b> & y", "𠮷 😀 👩\u200d💻 ❤\ufe0f", "pasted\u200bspace", "مرحبا", "re\u0301",
	} {
		d := testDraft()
		d.Message = text
		assert.Empty(t, d.Validate(invitation.StepDetails, testRules()), "%q", text)
		assert.Empty(t, invitation.ValidateReason(text), "%q", text)
	}
	for _, text := range []string{
		"\x00", "a\x1b[31m", "\x7f", "\v", "\f", "a\u0085b", "a\u2028b", "a\u2029b", "a\u061cb", "a\u200eb", "a\u200fb", "a\u202ab", "a\u202eb", "a\u2066b", "a\u2069b", "a\xff", "a\xed\xa0\x80",
	} {
		d := testDraft()
		d.Message = text
		assert.Equal(t, []at{{"message", "malformed"}}, found(t, d.Validate(invitation.StepDetails, testRules())), "%q", text)
		assert.Equal(t, []at{{"reason", "malformed"}}, found(t, invitation.ValidateReason(text)), "%q", text)
	}
}

// Cleaning makes no character that the checks refuse out of one they take.
// Of letters without case it tries a part.
func TestCleaningIsSafe(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r%100 != 0 && (r > 0x2ffff && r < 0xe0000 || r > 0xe1000 || unicode.In(r, unicode.Han, unicode.Hangul, unicode.Tangut)) {
			continue
		}
		name := "a" + string(r) + "b"
		if len(invitation.ValidateName(name)) == 0 && len(invitation.ValidateName(invitation.CleanText(name))) != 0 {
			t.Fatalf("a name with %U", r)
		}
		if len(invitation.ValidateReason(name)) == 0 && len(invitation.ValidateReason(invitation.CleanText(name))) != 0 {
			t.Fatalf("a reason with %U", r)
		}
	}
}
