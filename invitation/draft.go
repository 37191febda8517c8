package invitation

import (
	"fmt"
	"slices"

	"github.com/egovroles/egovroles/roles"
)

// The bounds of an invitation.
const (
	MaxLines      = 50     // roles offered in one invitation
	MaxRecipients = 10_000 // persons invited in one call
	MaxMessage    = 2_000  // characters of the manager's message
)

// The problems of a role that can't be given.
const (
	ProblemNotGrantable = "not_grantable" // this manager may not give it
	ProblemRetired      = "retired"       // nobody may any more
)

// Step is one screen of the guides' form (S1 §3.2.1).
type Step int

// The six steps.
const (
	StepEnterprise Step = 1 + iota // Entreprises
	StepRoles                      // Rôles
	StepProperties                 // Propriétés de rôle: the validity, and what else the role asks
	StepPersons                    // Personnes
	StepDetails                    // Détail de l'invitation: message, expiry
	StepSummary                    // Aperçu: the whole
)

// Draft is an invitation being written. Its texts are to be kept as
// [CleanText] makes them, and their length is counted so.
type Draft struct {
	Enterprise roles.EnterpriseID
	Lines      []Line
	Recipients []Invitee
	// Message is plain text, may have several lines and may be empty.
	Message string
	// Expires is the last day on which it can be answered.
	Expires roles.Date
}

// Rules is what a draft is checked against. What is left out lets nothing
// through, except MayGrant.
type Rules struct {
	// Catalogue has the roles; nil: there are none.
	Catalogue *roles.Catalogue
	// Today is the civil date in the policy's zone; zero: every day is past.
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

func (r Rules) role(code roles.Code) (roles.Role, bool) {
	if r.Catalogue == nil {
		return roles.Role{}, false
	}
	return r.Catalogue.Role(code)
}

func (r Rules) past(day roles.Date) bool { return r.Today.IsZero() || day.Before(r.Today) }

// Validate returns what is wrong with one step, or with the whole when step is
// [StepSummary]: every problem at once, each with its field, as
// "lines[0].period.end", "lines[0].properties.region" or
// "recipients[2].email". An unknown step is a problem
// of the field "step". Lines and recipients past the bounds aren't looked into.
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
	for i, l := range atMost(MaxLines, d.Lines) {
		problems.AddAll(fmt.Sprintf("lines[%d]", i), l.validateRole(rules))
	}
	return problems
}

// atMost cuts a list that is reported as too long, so that what it costs to
// check, and how much there is to report, stays bounded.
func atMost[T any](n int, list []T) []T { return list[:min(n, len(list))] }

func (l Line) validateRole(rules Rules) (problems roles.Problems) {
	role, known := rules.role(l.Role)
	switch {
	case l.Role == "":
		problems.Add("role", roles.ProblemRequired, "the role is missing")
	case !known:
		problems.Add("role", roles.ProblemUnknown, "the catalogue has no such role")
	case role.Retired:
		problems.Add("role", ProblemRetired, "the role is retired and can't be given any more")
	case rules.MayGrant != nil && !rules.MayGrant(role):
		problems.Add("role", ProblemNotGrantable, "this manager may not give this role")
	}
	if !l.Unit.IsZero() && (rules.HasUnit == nil || !rules.HasUnit(l.Unit)) {
		problems.Add("unit", roles.ProblemUnknown, "the enterprise has no such establishment unit")
	}
	return problems
}

func (d Draft) validateProperties(rules Rules) (problems roles.Problems) {
	for i, l := range atMost(MaxLines, d.Lines) {
		path := fmt.Sprintf("lines[%d].period", i)
		found := l.validatePeriod(rules)
		problems.AddAll(path, found)
		if j := slices.IndexFunc(d.Lines[:i], l.overlaps); j >= 0 && len(found) == 0 {
			problems.Add(path, roles.ProblemDuplicate, fmt.Sprintf("lines[%d] offers the same role for the same days", j))
		}
		problems.AddAll(fmt.Sprintf("lines[%d].properties", i), l.validateAnswers(rules))
	}
	return problems
}

// overlaps reports whether two lines give one role for one scope at one time,
// which properties don't tell apart (D26).
func (l Line) overlaps(other Line) bool {
	return l.Role == other.Role && l.Unit == other.Unit && l.Period.Overlaps(other.Period)
}

// validateAnswers checks the properties. Of a role that isn't known nobody can
// say what it asks.
func (l Line) validateAnswers(rules Rules) roles.Problems {
	role, known := rules.role(l.Role)
	if !known {
		return nil
	}
	return role.ValidateProperties(l.Properties)
}

func (l Line) validatePeriod(rules Rules) roles.Problems {
	problems := l.Period.Validate()
	if len(problems) > 0 {
		return problems
	}
	if rules.past(l.Period.Start()) {
		problems.Add("start", roles.ProblemInPast, "the first day is past")
	}
	role, known := rules.role(l.Role)
	if known && role.MaxDays > 0 && (l.Period.Unlimited() || l.Period.Days() > role.MaxDays) {
		problems.Add("end", roles.ProblemTooFar, fmt.Sprintf("this role is given for at most %d days", role.MaxDays))
	}
	return problems
}

// ValidateLine returns what is wrong with one line, its role, its period and
// its properties, as the form's steps 2 and 3 would. Direct assignments use it
// too.
func ValidateLine(l Line, rules Rules) roles.Problems {
	return append(l.validateRole(rules), ValidateTerms(l, rules)...)
}

// ValidateTerms returns what is wrong with the period and the properties of a
// line, as the form's step 3 would.
func ValidateTerms(l Line, rules Rules) (problems roles.Problems) {
	problems.AddAll("period", l.validatePeriod(rules))
	problems.AddAll("properties", l.validateAnswers(rules))
	return problems
}

func (d Draft) validatePersons(Rules) (problems roles.Problems) {
	switch {
	case len(d.Recipients) == 0:
		problems.Add("recipients", roles.ProblemRequired, "nobody is invited")
	case len(d.Recipients) > MaxRecipients:
		problems.Add("recipients", roles.ProblemTooMany, fmt.Sprintf("at most %d persons can be invited at once", MaxRecipients))
	}
	emails, persons := map[string]int{}, map[roles.PersonID]int{}
	for i, r := range atMost(MaxRecipients, d.Recipients) {
		path := fmt.Sprintf("recipients[%d]", i)
		problems.AddAll(path, r.Validate())
		if first, again := placeOf(emails, r.Email.Key(), i); again {
			problems.Add(path+".email", roles.ProblemDuplicate, fmt.Sprintf("recipients[%d] has the same address", first))
		}
		if first, again := placeOf(persons, r.Person, i); again {
			problems.Add(path+".person", roles.ProblemDuplicate, fmt.Sprintf("recipients[%d] is the same person", first))
		}
	}
	return problems
}

// placeOf notes that key stands at place i, and returns where it stood first
// when it did before. The zero key stands nowhere.
func placeOf[K comparable](seen map[K]int, key K, i int) (first int, again bool) {
	var none K
	if first, again = seen[key]; !again && key != none {
		seen[key] = i
	}
	return first, again
}

// Validate returns what is wrong with an invitee. Fields: "given_name",
// "family_name", "email", "language".
func (v Invitee) Validate() (problems roles.Problems) {
	problems.AddAll("given_name", ValidateName(v.GivenName))
	problems.AddAll("family_name", ValidateName(v.FamilyName))
	if v.Email.IsZero() {
		problems.Add("email", roles.ProblemRequired, "the e-mail address is missing")
	}
	problems.AddAll("language", validateLanguage(v.Language))
	return problems
}

func validateLanguage(l roles.Language) (problems roles.Problems) {
	if l != "" && !slices.Contains(roles.Languages(), l) {
		problems.Add("", roles.ProblemUnknown, "the language is none of fr, nl, de, en")
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
	case rules.past(d.Expires):
		problems.Add("expires", roles.ProblemInPast, "the last day to answer is past")
	case d.Expires.After(rules.LatestExpiry):
		problems.Add("expires", roles.ProblemTooFar, fmt.Sprintf("an invitation can be answered until %s at the latest", rules.LatestExpiry))
	}
	return problems
}
