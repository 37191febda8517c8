package roles

import "strings"

// Code names a role, in all applications alike: the application's code, a dot,
// and a name of the same alphabet, such as "monespace.editor".
type Code string

// Application returns the part before the dot.
func (c Code) Application() ApplicationCode {
	app, _, _ := strings.Cut(string(c), ".")
	return ApplicationCode(app)
}

// ApplicationCode names an application: 1 to 64 lower-case letters, digits and
// underscores, a letter first.
type ApplicationCode string

// Language is a language people are addressed in, by its ISO 639-1 code.
type Language string

// The languages of the federal screens (S1).
const (
	French  Language = "fr"
	Dutch   Language = "nl"
	German  Language = "de"
	English Language = "en"
)

// Languages returns the four languages that labels and messages come in.
func Languages() []Language { return []Language{French, Dutch, German, English} }

// ParseLanguage reads a language code, with or without a region ("nl-BE",
// "fr_BE"), and reports whether it is one of [Languages].
func ParseLanguage(s string) (Language, bool) {
	s, _, _ = strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "_", "-"), "-")
	for _, l := range Languages() {
		if string(l) == s {
			return l, true
		}
	}
	return "", false
}

// Labels is one name in four languages.
type Labels struct {
	FR string `json:"fr,omitempty"`
	NL string `json:"nl,omitempty"`
	DE string `json:"de,omitempty"`
	EN string `json:"en,omitempty"`
}

// In returns the label in a language, or the first there is of English,
// French, Dutch and German.
func (l Labels) In(lang Language) string {
	own := map[Language]string{French: l.FR, Dutch: l.NL, German: l.DE, English: l.EN}[lang]
	for _, s := range []string{own, l.EN, l.FR, l.NL, l.DE} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Grantors is the set of kinds of manager who may give a role.
type Grantors uint8

// The kinds of manager. Which one a person is, is for accessmgmt to find out.
const (
	// ByGAP is the chief access manager (GAP).
	ByGAP Grantors = 1 << iota
	// ByCoGAP is a co-GAP, who assists the GAP.
	ByCoGAP
	// ByAccessManager is the access manager of the application's domain.
	ByAccessManager
	// ByManagingRole is the holder of a role that manages this application's
	// roles (CALISTA's local administrator, D16).
	ByManagingRole

	// ByManagers is who may give a role whose GrantedBy is zero.
	ByManagers = ByGAP | ByCoGAP | ByAccessManager
)

// Role is one role of an application.
type Role struct {
	Code   Code
	Labels Labels
	// Actions is what the role allows: names that its application lists.
	Actions ActionSet
	// GrantedBy is who may give it; zero means [ByManagers]. The official
	// system restricts some roles to the GAP alone.
	GrantedBy Grantors
	// MaxDays is the longest period it may be given for, in days, both ends
	// included; zero means that there is no limit and that it may be given
	// without an end.
	MaxDays int
}

// MayBeGrantedBy reports whether one of the kinds of manager in by may give
// the role.
func (r Role) MayBeGrantedBy(by Grantors) bool {
	if r.GrantedBy == 0 {
		return ByManagers&by != 0
	}
	return r.GrantedBy&by != 0
}

// ActionDefinition is one action of an application with its labels.
type ActionDefinition struct {
	Action Action
	Labels Labels
}

// Application is one application of a catalogue: its actions, in the order in
// which a matrix shows them, and its roles.
type Application struct {
	Code   ApplicationCode
	Labels Labels
	// Actions are at most 64.
	Actions []ActionDefinition
	Roles   []Role
}
