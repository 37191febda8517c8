package textfold_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/internal/textfold"
)

func TestFold(t *testing.T) {
	for want, texts := range map[string][]string{
		"":                {"", "\u0301"},
		"editeur":         {"editeur", "Éditeur", "E\u0301DITEUR", "éditeur", "ｅｄｉｔｅｕｒ"},
		"oeuvre":          {"œuvre", "Œuvre", "ŒUVRE", "oeuvre"},
		"caesar":          {"cæsar", "CÆSAR", "Cǽsar"},
		"strasse":         {"Straße", "STRASSE", "STRAẞE", "straſſe"},
		"kobenhavn":       {"København", "KØBENHAVN", "Ko\u0338benhavn", "Kǿbenhavn", "Kø\u0301benhavn"},
		"dordevic":        {"Đorđević", "DORDEVIC"},
		"lodz":            {"Łódź", "ŁO\u0301DZ\u0301", "łódź"},
		"istanbul":        {"İstanbul", "Istanbul", "ıstanbul"},
		"mgarr ghawdex":   {"Mġarr Għawdex"},
		"thor":            {"Þór"},
		"d'hondt":         {"D'Hondt", "D’Hondt", "D‘HONDT", "Dʼhondt"},
		"mons-borinage":   {"Mons-Borinage", "Mons‑Borinage", "mons–borinage", "Mons—Borinage"},
		"van den branden": {"Van\u00a0den\u202fBranden"},
		"aa":              {"A\u030aå", "ÅÅ", "ªａ"},
		"fi":              {"ﬁ", "FI"},
		"αθηνα":           {"Αθήνα", "ΑΘΗΝΑ"},
		"иван":            {"Иван"},
		"\ufffdo":         {"\xffO", "\xf2\u01a0"}, // bytes that are no text don't shield the next letter
	} {
		for _, text := range texts {
			assert.Equal(t, want, textfold.Fold(text), "%q", text)
		}
	}
	assert.NotEqual(t, textfold.Fold("Anne"), textfold.Fold("Anna"))
}

// Every letter there is, but for ideographs: folding twice changes nothing more, and its case
// makes no difference (but for the few whose other case is another letter).
func TestFoldIsStable(t *testing.T) {
	for r := rune(0); r <= 0x1f1ff; r++ {
		if r == 0x3400 { // past what has no case and no accents
			r = 0xa640
		}
		if r == 0xac00 {
			r = 0xf900
		}
		if unicode.Is(unicode.Cherokee, r) { // x/text swaps the cases of Cherokee
			continue
		}
		once := textfold.Fold(string(r))
		if twice := textfold.Fold(once); twice != once {
			t.Errorf("%U %q folds to %q and then to %q", r, r, once, twice)
		}
	}
	for r := 'a'; r <= 0x24f; r++ {
		if lower, upper := textfold.Fold(string(r)), textfold.Fold(strings.ToUpper(string(r))); lower != upper && r != 'ŉ' {
			t.Errorf("%q folds to %q, in capitals to %q", r, lower, upper)
		}
	}
}

// What is plain letters takes a shorter way, to the same end.
func TestFoldPlain(t *testing.T) {
	for r := range rune(unicode.MaxASCII + 1) {
		assert.Equal(t, textfold.Fold("é"+string(r)), "e"+textfold.Fold(string(r)), "%q", r)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Éditeur d’œuvre\u0338")
	f.Fuzz(func(t *testing.T, s string) {
		once := textfold.Fold(s)
		if !utf8.ValidString(once) {
			t.Errorf("%q folds to what is no text", s)
		}
		if strings.ContainsFunc(once, func(r rune) bool { return unicode.Is(unicode.Cherokee, r) }) {
			return // x/text swaps their cases
		}
		if twice := textfold.Fold(once); twice != once {
			t.Errorf("%q folds to %q and then to %q", s, once, twice)
		}
	})
}
