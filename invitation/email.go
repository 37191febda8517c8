package invitation

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The lengths of RFC 5321 §4.5.3.1, in bytes: an address travels between angle
// brackets in a path of at most 256.
const (
	maxEmailLocal  = 64
	maxEmailLength = 254
)

// Email is one e-mail address, as "ann@example.be". It is comparable, but ==
// tells the case of the part before the @ apart: compare people's addresses
// with [Email.Same] or [Email.Key]. The zero Email is no address.
//
// An address is personal data, so no error of this type repeats it.
type Email struct {
	local  string // as typed, NFC
	domain string // lower case, ASCII
}

// ParseEmail reads one address, written alone: local@domain.
//
// Spaces around it are cut off; control characters, line breaks among them,
// are refused wherever they stand. The local part is a dot-atom of RFC 5322
// and may have letters, digits and marks of any script (RFC 6531). The domain
// must be a full host name; its Unicode form becomes the ASCII one (UTS #46).
// What RFC 5322 allows besides (quotes, comments, names, routes, groups, IP
// addresses) is refused: no form needs it, and it is where two programs read
// one text as two addresses. So are characters that can't be seen.
func ParseEmail(s string) (Email, error) {
	e, reason := parseEmail(s)
	if reason != "" {
		return Email{}, errors.New("invitation: e-mail address: " + reason)
	}
	return e, nil
}

// MustParseEmail is [ParseEmail] for tests and examples; it panics where that
// returns an error.
func MustParseEmail(s string) Email {
	e, err := ParseEmail(s)
	if err != nil {
		panic(err)
	}
	return e
}

// IsZero reports whether e is no address.
func (e Email) IsZero() bool { return e == Email{} }

// String returns the address to send to: the local part as it was typed, the
// domain in lower-case ASCII. It is "" for the zero Email.
func (e Email) String() string {
	if e.IsZero() {
		return ""
	}
	return e.local + "@" + e.domain
}

// Key returns what addresses are compared by: [Email.String] with the local
// part in one case too. The standard lets a server tell Ann@ from ann@ apart;
// no provider does, and people type both. Key is itself an address, with the
// same key. It is "" for the zero Email.
func (e Email) Key() string {
	if e.IsZero() {
		return ""
	}
	folded, _ := foldLocal(e.local)
	return folded + "@" + e.domain
}

// Same reports whether e and other have the same [Email.Key].
func (e Email) Same(other Email) bool { return e.Key() == other.Key() }

// MarshalText writes [Email.String].
func (e Email) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what [ParseEmail] reads; no text is the zero Email.
func (e *Email) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*e = Email{}
		return nil
	}
	parsed, err := ParseEmail(string(text))
	if err != nil {
		return err
	}
	*e = parsed
	return nil
}

// parseEmail returns the address, or what is wrong with s.
func parseEmail(s string) (e Email, reason string) {
	if !utf8.ValidString(s) {
		return Email{}, "it isn't valid UTF-8"
	}
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.Is(unicode.Zs, r) })
	switch {
	case s == "":
		return Email{}, "it is empty"
	case len(s) > 8*maxEmailLength: // before working on it; no spelling of 254 bytes is that long
		return Email{}, "it is too long"
	}
	s, ok := compose(s) // first, because it turns U+037E into a semicolon
	if !ok {
		return Email{}, "it has letters that don't compare"
	}
	for _, r := range s {
		if reason := refusedInEmail(r); reason != "" {
			return Email{}, reason
		}
	}
	local, domain, found := strings.Cut(s, "@")
	switch {
	case !found:
		return Email{}, "it has no @"
	case strings.Contains(domain, "@"):
		return Email{}, "it has more than one @"
	}
	if reason := checkLocal(local); reason != "" {
		return Email{}, reason
	}
	// Folding lengthens a few letters, and the key must be an address too.
	folded, ok := foldLocal(local)
	if reason := checkLocal(folded); reason != "" {
		return Email{}, reason
	}
	if again, _ := foldLocal(folded); !ok || again != folded {
		return Email{}, "it has letters that don't compare"
	}
	if domain, reason = parseDomain(domain); reason != "" {
		return Email{}, reason
	}
	if max(len(local), len(folded))+1+len(domain) > maxEmailLength {
		return Email{}, "it is longer than 254 bytes"
	}
	return Email{local, domain}, ""
}

// refusedInEmail says why r may stand nowhere in an address; "" when it may.
func refusedInEmail(r rune) string {
	switch {
	case unicode.IsControl(r):
		return "it has a control character, such as a tab or a line break"
	case unicode.In(r, unicode.Z):
		return "it has a space inside"
	case invisible(r):
		return "it has an invisible character"
	case r == '<' || r == '>':
		return "write the address alone, without a name and angle brackets"
	case r == '"' || r == '\\':
		return "it has quotes"
	case r == '(' || r == ')':
		return "it has a comment"
	case r == ',' || r == ';' || r == ':':
		return "one address is wanted, not a list"
	case r == '[' || r == ']':
		return "its domain is an IP address"
	}
	return ""
}

// invisible reports whether r shows nothing of itself: Unicode's default
// ignorable characters and all of Cf, which includes the direction controls.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// checkLocal says what is wrong with a local part; "" when nothing is.
func checkLocal(local string) string {
	switch {
	case local == "":
		return "nothing stands before the @"
	case len(local) > maxEmailLocal:
		return "the part before the @ is longer than 64 bytes"
	case local[0] == '.', local[len(local)-1] == '.', strings.Contains(local, ".."):
		return "the part before the @ has a dot at its start or end, or two in a row"
	}
	bare := true // no letter before, to which a mark could belong
	for _, r := range local {
		mark := unicode.IsMark(r)
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		switch {
		case mark && bare:
			return "the part before the @ has an accent without a letter"
		case invisible(r), !mark && !letter && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r):
			return "the part before the @ has a character that addresses don't have"
		}
		bare = !mark && !letter
	}
	return ""
}

// foldLocal is Unicode's canonical caseless form (definition D145), in NFC.
func foldLocal(local string) (folded string, ok bool) {
	return compose(cases.Fold().String(norm.NFD.String(local)))
}

// compose returns s in NFC, and whether that still says the same. It doesn't
// always: x/text looks pairs up by their low 16 bits, so that U+10041, a
// syllable of Linear B, and an acute accent become Á (seen in v0.30.0).
func compose(s string) (composed string, ok bool) {
	composed = norm.NFC.String(s)
	return composed, norm.NFD.String(composed) == norm.NFD.String(s) && norm.NFC.IsNormalString(composed)
}

// hostNames is idna.Lookup without the mappings that lose a letter (ß to ss),
// and with the lengths of DNS.
var hostNames = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.VerifyDNSLength(true))

// parseDomain returns the ASCII form of a domain, or what is wrong with it.
// The errors of idna are dropped, because they repeat the domain.
func parseDomain(domain string) (ascii, reason string) {
	if domain == "" {
		return "", "nothing stands after the @"
	}
	// idna takes xn--example- for a spelling of example, which DNS doesn't; no
	// label ends in a hyphen but these.
	dots := strings.ReplaceAll(norm.NFKC.String(domain), "\u3002", ".") + "."
	if strings.Contains(dots, "-.") {
		return "", "its domain isn't a valid host name"
	}
	ascii, err := hostNames.ToASCII(domain)
	if err != nil {
		return "", "its domain isn't a valid host name"
	}
	last := strings.LastIndexByte(ascii, '.')
	switch {
	case last < 0:
		return "", "its domain has no dot"
	case last == len(ascii)-1:
		return "", "its domain ends in a dot"
	case ascii[last+1] < 'a' || ascii[last+1] > 'z': // no top-level domain does; 127.0.0.1 does
		return "", "its domain is an IP address, or ends in a number"
	}
	if again, err := hostNames.ToASCII(ascii); err != nil || again != ascii { // what is stored must read back the same
		return "", "its domain isn't a valid host name"
	}
	return ascii, ""
}
