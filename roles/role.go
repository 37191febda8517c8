package roles

import (
	"slices"
	"strings"
)

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
	// Properties is what is asked beside the validity when the role is given
	// (S1 §3.2.1 step 3), in the order of the form; at most [MaxProperties].
	Properties []Property
	// Gate, when set, is another application: the role gives nothing unless
	// its holder has, at that instant and in the same enterprise, any role of
	// that application in force (D15, D25). See [Catalogue.GateOpen].
	Gate ApplicationCode
	// Manages, when set, is the application whose roles the holder may manage
	// in the enterprise (D16): those that GrantedBy lets [ByManagingRole] give.
	Manages ApplicationCode
	// FourEyes says that two managers must approve the giving of the role.
	FourEyes bool
	// Retired says that the role keeps what it gave until that ends, and can't
	// be given again. See [Catalogue.After].
	Retired bool
}

// MayBeGrantedBy reports whether one of the kinds of manager in by may give
// the role. Nobody may give one that is retired.
func (r Role) MayBeGrantedBy(by Grantors) bool {
	if r.Retired {
		return false
	}
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

// clone returns a role that shares nothing that can be written to.
func (r Role) clone() Role {
	r.Properties = slices.Clone(r.Properties)
	for i := range r.Properties {
		r.Properties[i].Options = slices.Clone(r.Properties[i].Options)
	}
	return r
}

// DomainCode names a group of applications that one access manager has; the
// same alphabet as an [ApplicationCode].
type DomainCode string

// Application is one application of a catalogue: its actions, in the order in
// which a matrix shows them, and its roles.
type Application struct {
	Code ApplicationCode
	// Domain is the group it belongs to; empty: a domain of its own, named
	// like its code. Ask [Application.InDomain].
	Domain DomainCode
	Labels Labels
	// Actions are at most 64.
	Actions []ActionDefinition
	Roles   []Role
}

// InDomain returns the domain the application belongs to. Applications whose
// Domain is the code of one that has none are in one domain with it.
func (a Application) InDomain() DomainCode {
	if a.Domain == "" {
		return DomainCode(a.Code)
	}
	return a.Domain
}

// clone returns an application that shares nothing that can be written to.
func (a Application) clone() Application {
	a.Actions, a.Roles = slices.Clone(a.Actions), slices.Clone(a.Roles)
	for i := range a.Roles {
		a.Roles[i] = a.Roles[i].clone()
	}
	return a
}
