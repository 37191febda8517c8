package invitation

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/egovroles/egovroles/roles"
)

// The bounds of an invitation.
const (
	MaxLines      = 50     // roles offered in one invitation
	MaxRecipients = 10_000 // persons invited in one call
	MaxMessage    = 2_000  // characters of the manager's message
	MaxName       = 100    // characters of a given or family name
	MaxReason     = 1_000  // characters of a reason for declining or refusing
)

// ProblemNotGrantable is a role that this manager may not give.
const ProblemNotGrantable = "not_grantable"

// Step is one screen of the guides' form (S1 §3.2.1).
type Step int

// The six steps.
const (
	StepEnterprise Step = 1 + iota // Entreprises
	StepRoles                      // Rôles
	StepProperties                 // Propriétés de rôle: the validity
	StepPersons                    // Personnes
	StepDetails                    // Détail de l'invitation: message, expiry
	StepSummary                    // Aperçu: the whole
)

// Draft is an invitation being written.
type Draft struct {
	Enterprise roles.EnterpriseID
	Lines      []Line
	Recipients []Invitee
	Message    string
	// Expires is the last day on which it can be answered.
	Expires roles.Date
}

// Rules is what a draft is checked against.
type Rules struct {
	Catalogue *roles.Catalogue
	// Today is the civil date in the policy's zone.
	Today roles.Date
	// LatestExpiry is the last day an invitation may stay open (S1 step 12:
	// "maximum 1 an").
	LatestExpiry roles.Date
	// MayGrant says whether this manager may give a role; nil: any role.
	MayGrant func(roles.Role) bool
	// HasUnit says whether the enterprise has an establishment unit; nil: it
	// has none.
	HasUnit func(roles.UnitID) bool
}

// Validate returns what is wrong with one step, or with the whole when step is
// [StepSummary]: every problem at once, each with its field, as
// "lines[0].period.end" or "recipients[2].email". An unknown step is a problem
// of the field "step".
func (d Draft) Validate(step Step, rules Rules) roles.Problems {
	var problems roles.Problems
	checks := map[Step]func(Rules) roles.Problems{
		StepEnterprise: d.validateEnterprise,
		StepRoles:      d.validateRoles,
		StepProperties: d.validateProperties,
		StepPersons:    d.validatePersons,
		StepDetails:    d.validateDetails,
	}
	if step == StepSummary {
		for s := StepEnterprise; s < StepSummary; s++ {
			problems = append(problems, checks[s](rules)...)
		}
		return problems
	}
	check, ok := checks[step]
	if !ok {
		problems.Add("step", roles.ProblemUnknown, "the form has steps 1 to 6")
		return problems
	}
	return check(rules)
}

func (d Draft) validateEnterprise(Rules) (problems roles.Problems) {
	if d.Enterprise.IsZero() {
		problems.Add("enterprise", roles.ProblemRequired, "the enterprise is missing")
	}
	return problems
}

func (d Draft) validateRoles(rules Rules) (problems roles.Problems) {
	switch {
	case len(d.Lines) == 0:
		problems.Add("lines", roles.ProblemRequired, "no role is offered")
	case len(d.Lines) > MaxLines:
		problems.Add("lines", roles.ProblemTooMany, fmt.Sprintf("at most %d roles can be offered at once", MaxLines))
	}
	for i, l := range d.Lines {
		problems.AddAll(fmt.Sprintf("lines[%d]", i), l.validateRole(rules))
	}
	return problems
}

func (l Line) validateRole(rules Rules) (problems roles.Problems) {
	role, known := rules.Catalogue.Role(l.Role)
	switch {
	case l.Role == "":
		problems.Add("role", roles.ProblemRequired, "the role is missing")
	case !known:
		problems.Add("role", roles.ProblemUnknown, "the catalogue has no such role")
	case rules.MayGrant != nil && !rules.MayGrant(role):
		problems.Add("role", ProblemNotGrantable, "this manager may not give this role")
	}
	if !l.Unit.IsZero() && (rules.HasUnit == nil || !rules.HasUnit(l.Unit)) {
		problems.Add("unit", roles.ProblemUnknown, "the enterprise has no such establishment unit")
	}
	return problems
}

func (d Draft) validateProperties(rules Rules) (problems roles.Problems) {
	for i, l := range d.Lines {
		path := fmt.Sprintf("lines[%d].period", i)
		found := l.validatePeriod(rules)
		problems.AddAll(path, found)
		if len(found) > 0 {
			continue
		}
		for j, before := range d.Lines[:i] {
			if before.Role == l.Role && before.Unit == l.Unit && len(before.Period.Validate()) == 0 && periodsOverlap(before.Period, l.Period) {
				problems.Add(path, roles.ProblemDuplicate, fmt.Sprintf("lines[%d] offers the same role for the same days", j))
				break
			}
		}
	}
	return problems
}

func periodsOverlap(a, b roles.Period) bool {
	return endsOnOrAfter(a, b.Start()) && endsOnOrAfter(b, a.Start())
}

func endsOnOrAfter(p roles.Period, day roles.Date) bool {
	end, limited := p.End()
	return !limited || !end.Before(day)
}

func (l Line) validatePeriod(rules Rules) roles.Problems {
	problems := l.Period.Validate()
	if len(problems) > 0 {
		return problems
	}
	if l.Period.Start().Before(rules.Today) {
		problems.Add("start", roles.ProblemInPast, "the first day is past")
	}
	role, known := rules.Catalogue.Role(l.Role)
	if known && role.MaxDays > 0 && (l.Period.Unlimited() || l.Period.Days() > role.MaxDays) {
		problems.Add("end", roles.ProblemTooFar, fmt.Sprintf("this role is given for at most %d days", role.MaxDays))
	}
	return problems
}

// ValidateLine returns what is wrong with one line, its role and its period,
// as the form's steps 2 and 3 would. Direct assignments use it too.
func ValidateLine(l Line, rules Rules) roles.Problems {
	problems := l.validateRole(rules)
	problems.AddAll("period", l.validatePeriod(rules))
	return problems
}

func (d Draft) validatePersons(Rules) (problems roles.Problems) {
	switch {
	case len(d.Recipients) == 0:
		problems.Add("recipients", roles.ProblemRequired, "nobody is invited")
	case len(d.Recipients) > MaxRecipients:
		problems.Add("recipients", roles.ProblemTooMany, fmt.Sprintf("at most %d persons can be invited at once", MaxRecipients))
	}
	seen := map[string]int{}
	for i, r := range d.Recipients {
		path := fmt.Sprintf("recipients[%d]", i)
		problems.AddAll(path, r.Validate())
		if r.Email.IsZero() {
			continue
		}
		if first, again := seen[r.Email.Key()]; again {
			problems.Add(path+".email", roles.ProblemDuplicate, fmt.Sprintf("recipients[%d] has the same address", first))
		} else {
			seen[r.Email.Key()] = i
		}
	}
	return problems
}

// Validate returns what is wrong with an invitee. Fields: "given_name",
// "family_name", "email", "language".
func (v Invitee) Validate() (problems roles.Problems) {
	problems.AddAll("given_name", ValidateName(v.GivenName))
	problems.AddAll("family_name", ValidateName(v.FamilyName))
	if v.Email.IsZero() {
		problems.Add("email", roles.ProblemRequired, "the e-mail address is missing")
	}
	if lang, ok := roles.ParseLanguage(string(v.Language)); v.Language != "" && (!ok || lang != v.Language) {
		problems.Add("language", roles.ProblemUnknown, "the language is none of fr, nl, de, en")
	}
	return problems
}

func (d Draft) validateDetails(rules Rules) roles.Problems {
	problems := validateText("message", d.Message, MaxMessage)
	switch {
	case d.Expires.IsZero():
		problems.Add("expires", roles.ProblemRequired, "the last day to answer is missing")
	case !d.Expires.Valid():
		problems.Add("expires", roles.ProblemMalformed, "the calendar has no such day")
	case d.Expires.Before(rules.Today):
		problems.Add("expires", roles.ProblemInPast, "the last day to answer is past")
	case d.Expires.After(rules.LatestExpiry):
		problems.Add("expires", roles.ProblemTooFar, fmt.Sprintf("an invitation can be answered until %s at the latest", rules.LatestExpiry))
	}
	return problems
}

// CleanText returns s trimmed and in Unicode's composed form (NFC), which is
// how names, messages and reasons are kept.
func CleanText(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }

// ValidateName returns what is wrong with a given or family name; the fields
// are empty.
func ValidateName(s string) (problems roles.Problems) {
	switch {
	case strings.TrimSpace(s) == "":
		problems.Add("", roles.ProblemRequired, "the name is missing")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' || unprintable(r) }):
		problems.Add("", roles.ProblemMalformed, "the name has characters that can't be shown")
	case utf8.RuneCountInString(s) > MaxName:
		problems.Add("", roles.ProblemTooLong, fmt.Sprintf("a name has at most %d characters", MaxName))
	}
	return problems
}

// ValidateReason returns what is wrong with a reason, under the field
// "reason".
func ValidateReason(s string) roles.Problems { return validateText("reason", s, MaxReason) }

func validateText(field, s string, limit int) (problems roles.Problems) {
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable):
		problems.Add(field, roles.ProblemMalformed, "the text has characters that can't be shown")
	case utf8.RuneCountInString(s) > limit:
		problems.Add(field, roles.ProblemTooLong, fmt.Sprintf("the text has at most %d characters", limit))
	}
	return problems
}

// unprintable reports the characters that could forge a mail header, a line of
// a log or the order in which a text reads: controls and bidi marks.
func unprintable(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\u200e', r == '\u200f':
		return true
	default:
		return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	}
}
