package invitation_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
)

func TestParseEmail(t *testing.T) {
	for _, c := range []struct{ name, in, sent, key string }{
		{"plain", "ann@example.be", "ann@example.be", "ann@example.be"},
		{"spaces around", " \u00a0ann@example.be\u3000 ", "ann@example.be", "ann@example.be"},
		{"case of the local part is kept", "Ann.Dubois@Example.BE", "Ann.Dubois@example.be", "ann.dubois@example.be"},
		{"every ASCII sign", "a!#$%&'*+-/=?^_`{|}~9@example.be", "a!#$%&'*+-/=?^_`{|}~9@example.be", "a!#$%&'*+-/=?^_`{|}~9@example.be"},
		{"one letter", "a@b.be", "a@b.be", "a@b.be"},
		{"apostrophe", "O'Brien@example.be", "O'Brien@example.be", "o'brien@example.be"},
		{"composed", "re\u0301ne\u0301@example.be", "réné@example.be", "réné@example.be"},
		{"upper-case accents", "RÉNÉ@example.be", "RÉNÉ@example.be", "réné@example.be"},
		{"sharp s", "Straße@example.be", "Straße@example.be", "strasse@example.be"},
		{"final sigma", "ΣΑΣ@example.gr", "ΣΑΣ@example.gr", "σασ@example.gr"},
		{"dotted capital I", "İ@example.be", "İ@example.be", "i\u0307@example.be"},
		{"iota below, before another mark", "α\u0345\u0301@example.gr", "ᾴ@example.gr", "άι@example.gr"},
		{"iota below, and a dot below", "ᾳ\u0323@example.gr", "ᾳ\u0323@example.gr", "α\u0323ι@example.gr"},
		{"hindi, with marks", "हिन्दी@example.in", "हिन्दी@example.in", "हिन्दी@example.in"},
		{"hebrew", "דוד@example.il", "דוד@example.il", "דוד@example.il"},
		{"kelvin sign", "\u212a@example.be", "K@example.be", "k@example.be"},
		{"unicode domain", "ann@Bücher.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"},
		{"decomposed domain", "ann@bu\u0308cher.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"},
		{"punycode domain", "ann@XN--Bcher-KVA.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"},
		{"sharp s in a domain stays one", "ann@straße.example", "ann@xn--strae-oqa.example", "ann@xn--strae-oqa.example"},
		{"ideographic full stop", "ann@example。be", "ann@example.be", "ann@example.be"},
		{"unicode top-level domain", "ann@пример.рф", "ann@xn--e1afmkfd.xn--p1ai", "ann@xn--e1afmkfd.xn--p1ai"},
		{"digits in a domain", "ann@4711.example", "ann@4711.example", "ann@4711.example"},
		{"longest local part", strings.Repeat("a", 64) + "@example.be", strings.Repeat("a", 64) + "@example.be", strings.Repeat("a", 64) + "@example.be"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := invitation.ParseEmail(c.in)
			require.NoError(t, err)
			assert.Equal(t, c.sent, e.String())
			assert.Equal(t, c.key, e.Key())
			assert.False(t, e.IsZero())
			checkEmail(t, e)
		})
	}
}

func TestParseEmailRefuses(t *testing.T) {
	label := strings.Repeat("d", 61) + "."
	for _, c := range []struct{ name, in, says string }{
		{"nothing", "", "empty"},
		{"spaces", "   ", "empty"},
		{"no @", "ann.example.be", "no @"},
		{"no local part", "@example.be", "before the @"},
		{"no domain", "ann@", "after the @"},
		{"two @", "ann@bob@example.be", "more than one @"},
		{"no dot", "ann@localhost", "no dot"},
		{"trailing dot", "ann@example.be.", "dot"},
		{"trailing ideographic full stop", "ann@example.be。", "dot"},
		{"leading dot in domain", "ann@.example.be", "host name"},
		{"two dots in domain", "ann@example..be", "host name"},
		{"leading dot", ".ann@example.be", "dot"},
		{"last dot", "ann.@example.be", "dot"},
		{"two dots", "ann..dubois@example.be", "dot"},
		{"line feed inside", "ann@example.be\nBcc: bob@example.be", "control"},
		{"line feed at the end", "ann@example.be\n", "control"},
		{"CR LF", "ann\r\n@example.be", "control"},
		{"tab before", "\tann@example.be", "control"},
		{"nul", "ann\x00@example.be", "control"},
		{"del", "ann\x7f@example.be", "control"},
		{"C1 control", "ann\u0085@example.be", "control"},
		{"space inside", "an n@example.be", "space"},
		{"no-break space inside", "an\u00a0n@example.be", "space"},
		{"line separator at the end", "ann@example.be\u2028", "space"},
		{"space in the domain", "ann@exam ple.be", "space"},
		{"quotes", `"ann"@example.be`, "quotes"},
		{"backslash", `a\nn@example.be`, "quotes"},
		{"comment", "ann(work)@example.be", "comment"},
		{"comment in the domain", "ann@example.be(work)", "comment"},
		{"display name", "Ann <ann@example.be>", "space"},
		{"angle brackets", "<ann@example.be>", "angle"},
		{"comma", "ann@example.be,bob@example.be", "list"},
		{"semicolon", "ann@example.be;bob@example.be", "list"},
		{"greek question mark, a semicolon in NFC", "ann@example.be\u037ebob", "list"},
		{"group", "team:ann@example.be", "list"},
		{"mailto", "mailto:ann@example.be", "list"},
		{"IP literal", "ann@[127.0.0.1]", "IP"},
		{"IPv6 literal", "ann@[IPv6:::1]", "IP"},
		{"IP address", "ann@127.0.0.1", "IP"},
		{"hexadecimal IP address", "ann@127.0.0.0x1", "IP"},
		{"right-to-left override", "ann\u202ebob@example.be", "invisible"},
		{"left-to-right mark", "ann@\u200eexample.be", "invisible"},
		{"isolate", "\u2067ann@example.be", "invisible"},
		{"zero width space", "an\u200bn@example.be", "invisible"},
		{"zero width joiner", "an\u200dn@example.be", "invisible"},
		{"soft hyphen in the domain", "ann@exam\u00adple.be", "invisible"},
		{"byte order mark", "\ufeffann@example.be", "invisible"},
		{"variation selector", "ann\ufe0f@example.be", "invisible"},
		{"hangul filler", "ann\u3164@example.be", "invisible"},
		{"grapheme joiner", "an\u034fn@example.be", "invisible"},
		{"accent alone", "\u0301ann@example.be", "accent"},
		{"accent on a sign", "a+\u0301b@example.be", "accent"},
		{"sign composed with an accent", "a=\u0338b@example.be", "character"},
		{"emoji", "ann😀@example.be", "character"},
		{"full-width @", "ann＠example.be", "no @"},
		{"superscript", "ann²@example.be", "character"},
		{"private use", "ann\ue000@example.be", "character"},
		{"invalid UTF-8", "ann\xff@example.be", "UTF-8"},
		{"invalid UTF-8 in the domain", "ann@example\xc3.be", "UTF-8"},
		{"local part too long", strings.Repeat("a", 65) + "@example.be", "64"},
		{"local part too long in bytes", strings.Repeat("é", 33) + "@example.be", "64"},
		{"too long once folded", strings.Repeat("ŉ", 30) + "@example.be", "64"},
		{"too long", "ann@" + strings.Repeat(label, 4) + "be", "254"},
		{"much too long", strings.Repeat("a", 1<<20) + "@example.be", "long"},
		{"label too long", "ann@" + strings.Repeat("d", 64) + ".be", "host name"},
		{"underscore in the domain", "ann@ex_ample.be", "host name"},
		{"leading hyphen", "ann@-example.be", "host name"},
		{"last hyphen", "ann@example-.be", "host name"},
		{"broken punycode", "ann@xn--zzzzzzzzzzz9999.be", "host name"},
		{"punycode of plain letters", "ann@xn--example-.be", "host name"},
		{"punycode of plain letters, wide", "ann@ｘｎ－－example－。be", "host name"},
		{"slash in the domain", "ann@example.be/x", "host name"},
		{"sign that spells a slash", "ann@℀.be", "host name"},
		{"mixed directions in a label", "ann@aדוד.be", "host name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "too long" {
				require.Greater(t, len(c.in), 250)
				c.in = strings.Repeat("a", 64) + c.in[3:]
			}
			e, err := invitation.ParseEmail(c.in)
			require.Error(t, err)
			assert.True(t, e.IsZero())
			assert.True(t, strings.HasPrefix(err.Error(), "invitation: "), err)
			assert.Contains(t, err.Error(), c.says)
			for _, part := range []string{"ann", "bob", "example", "xample"} {
				assert.NotContains(t, err.Error(), part, "the error repeats the address")
			}
		})
	}
}

// TestParseEmailLetters tries every letter as a local part, alone and before
// marks that reorder or compose. Of letters without case it takes a part.
func TestParseEmailLetters(t *testing.T) {
	accepted := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N) || r%100 != 0 && unicode.In(r, unicode.Han, unicode.Hangul) {
			continue
		}
		for _, tail := range []string{"", "\u0345", "\u0345\u0301", "\u0307\u0323"} {
			if tail != "" && r > 0x3000 && r%10 != 0 && unicode.SimpleFold(r) == r {
				break
			}
			e, err := invitation.ParseEmail(string(r) + tail + "@example.be")
			if err != nil {
				continue
			}
			accepted++
			again, err := invitation.ParseEmail(e.Key())
			if err != nil || again.Key() != e.Key() {
				t.Fatalf("%U %q: key %+q, parsed again %+q, %v", r, tail, e.Key(), again.Key(), err)
			}
			if back, err := invitation.ParseEmail(e.String()); err != nil || back != e {
				t.Fatalf("%U %q: %+q parsed again %+q, %v", r, tail, e.String(), back, err)
			}
		}
	}
	assert.Greater(t, accepted, 20_000)
}

func TestEmailManyMarks(t *testing.T) {
	// Normalization breaks up more than thirty marks in a row.
	_, err := invitation.ParseEmail("\u1ebf" + strings.Repeat("\u0308", 30) + "@example.be")
	require.Error(t, err)
}

func TestEmailSame(t *testing.T) {
	ann := invitation.MustParseEmail("ann@example.be")
	upper := invitation.MustParseEmail("ANN@EXAMPLE.BE")
	assert.True(t, ann.Same(upper))
	assert.False(t, ann == upper)
	assert.False(t, ann.Same(invitation.MustParseEmail("anne@example.be")))
	assert.False(t, ann.Same(invitation.MustParseEmail("ann@example.com")))
	assert.False(t, ann.Same(invitation.Email{}))
	assert.True(t, invitation.MustParseEmail("réné@bücher.example").Same(invitation.MustParseEmail("RE\u0301NÉ@xn--bcher-kva.example")))
	assert.Panics(t, func() { invitation.MustParseEmail("nobody") })
}

func TestEmailText(t *testing.T) {
	type form struct {
		To   invitation.Email `json:"to"`
		Then invitation.Email `json:"then,omitzero"`
	}
	data, err := json.Marshal(form{To: invitation.MustParseEmail("Ann@Bücher.example")})
	require.NoError(t, err)
	assert.Equal(t, `{"to":"Ann@xn--bcher-kva.example"}`, string(data))
	var got form
	require.NoError(t, json.Unmarshal(data, &got))
	assert.Equal(t, invitation.MustParseEmail("Ann@bücher.example"), got.To)
	assert.True(t, got.Then.IsZero())

	data, err = json.Marshal(form{})
	require.NoError(t, err)
	assert.Equal(t, `{"to":""}`, string(data))
	require.NoError(t, json.Unmarshal(data, &got))
	assert.True(t, got.To.IsZero(), "no text clears the address")
	assert.Empty(t, got.To.String())
	assert.Empty(t, got.To.Key())

	got.To = invitation.MustParseEmail("ann@example.be")
	require.Error(t, json.Unmarshal([]byte(`{"to":"nobody"}`), &got))
	assert.Equal(t, "ann@example.be", got.To.String(), "a failed read changes nothing")
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{
		"ann@example.be", "Ann.Dubois+x@Bücher.example", "O'Brien@xn--bcher-kva.example", "ŉ\u0345@straße.de",
		"हिन्दी@пример.рф", "דוד@דוד.co.il", "a@b.c。d", "İΣς@a-b.xn--p1ai", "a\r\n@b.be", "<a@b.be>", `"a b"@b.be`, "a@[::1]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := invitation.ParseEmail(s)
		if err != nil {
			require.True(t, e.IsZero())
			return
		}
		checkEmail(t, e)
	})
}

// checkEmail checks what holds of every address that was accepted.
func checkEmail(t *testing.T, e invitation.Email) {
	t.Helper()
	again, err := invitation.ParseEmail(e.String())
	require.NoError(t, err, "%+q", e.String())
	require.Equal(t, e, again)
	key, err := invitation.ParseEmail(e.Key())
	require.NoError(t, err, "%+q", e.Key())
	require.Equal(t, e.Key(), key.Key())
	require.True(t, e.Same(key))
	for _, s := range []string{e.String(), e.Key()} {
		require.LessOrEqual(t, len(s), 254)
		require.Equal(t, 1, strings.Count(s, "@"), "%+q", s)
		for _, r := range s {
			require.False(t, unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r), "%+q", s)
		}
		_, domain, _ := strings.Cut(s, "@")
		require.Equal(t, strings.ToLower(domain), domain)
		for _, b := range []byte(domain) {
			require.Less(t, b, byte(0x80))
		}
	}
}

// TestParseEmailComposesNoOtherLetter has a letter that x/text of some versions
// composes into Á, whose code ends as its own does: the address is refused then,
// and else keeps its letter.
func TestParseEmailComposesNoOtherLetter(t *testing.T) {
	email, err := invitation.ParseEmail("\U00010041\u0301@example.be")
	if err != nil {
		assert.ErrorContains(t, err, "compare")
		return
	}
	assert.Contains(t, email.Key(), "\U00010041")
}
