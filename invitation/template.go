package invitation

import (
	"fmt"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// The bounds of a template.
const (
	MaxDescription = 1_000  // characters
	MaxAnswerDays  = 365    // to answer the invitations made of it (S1 step 12)
	MaxLineDays    = 36_500 // from sending to a line's first day, and of its length
)

// Template is an invitation saved for later use (S1 step 11, D11): it is
// addressed to nobody and, since it is sent on a day to come, has durations in
// the place of dates (D27).
type Template struct {
	ID         TemplateID         `json:"id"`
	Enterprise roles.EnterpriseID `json:"enterprise"`
	Name       string             `json:"name"`
	// Description is for the managers; it may have several lines and may be
	// empty.
	Description string         `json:"description,omitempty"`
	Lines       []TemplateLine `json:"lines"`
	// Message is the words to the recipients; may be empty.
	Message string `json:"message,omitempty"`
	// Days is how many days the recipients have to answer; zero: as many as
	// the policy gives.
	Days int `json:"days,omitempty"`
	// Language of the invitations; empty: the enterprise's.
	Language roles.Language `json:"language,omitempty"`
	// CreatedBy saved it, as the kind of manager in CreatedAs.
	CreatedBy roles.PersonID `json:"created_by"`
	CreatedAs roles.Grantors `json:"created_as"`
	CreatedAt time.Time      `json:"created_at"`
	// RetiredAt is when it was taken out of use; zero: it is in use.
	RetiredAt time.Time `json:"retired_at,omitzero"`
	Version   uint64    `json:"version"`
}

// TemplateLine is a [Line] without dates.
type TemplateLine struct {
	Role roles.Code   `json:"role"`
	Unit roles.UnitID `json:"unit,omitzero"`
	// Delay is how many days after the sending the first day is; zero: the
	// same day.
	Delay int `json:"delay,omitempty"`
	// Days is how many days the role is given for, both ends included; zero:
	// without an end.
	Days       int              `json:"days,omitempty"`
	Properties roles.Properties `json:"properties,omitzero"`
}

// Line returns what the line offers when it is sent on a day. A delay or length
// that is negative or longer than [MaxLineDays] gives the zero Period, which
// every check refuses.
func (l TemplateLine) Line(today roles.Date) Line {
	line := Line{Role: l.Role, Unit: l.Unit, Properties: l.Properties}
	if len(l.validateDurations()) > 0 {
		return line
	}
	start := today.AddDays(l.Delay)
	if line.Period = roles.From(start); l.Days > 0 {
		line.Period = roles.Between(start, start.AddDays(l.Days-1))
	}
	return line
}

// LinesFrom returns what the template offers when it is sent on a day.
func (t Template) LinesFrom(today roles.Date) []Line {
	lines := make([]Line, len(t.Lines))
	for i, l := range t.Lines {
		lines[i] = l.Line(today)
	}
	return lines
}

// TemplateLinesOf returns the lines of an invitation that would be sent today
// as those of a template: [Template.LinesFrom] of the same day gives them back.
// A period that begins before today gets a negative delay, and one that isn't
// valid a negative length; [Template.Validate] refuses both.
func TemplateLinesOf(lines []Line, today roles.Date) []TemplateLine {
	out := make([]TemplateLine, len(lines))
	for i, l := range lines {
		out[i] = TemplateLine{Role: l.Role, Unit: l.Unit, Delay: daysBetween(today, l.Period.Start()), Days: l.Period.Days(), Properties: l.Properties}
		if len(l.Period.Validate()) > 0 { // or it would be one without an end
			out[i].Delay, out[i].Days = 0, -1
		}
	}
	return out
}

func daysBetween(from, to roles.Date) int {
	const day = 24 * 60 * 60 // not by time.Duration, which ends at 292 years
	return int((to.Start(time.UTC).Unix() - from.Start(time.UTC).Unix()) / day)
}

// Validate returns what is wrong with the template: its name, description,
// message, days and language, and its lines as steps 2 and 3 of the form would
// say were it sent on the rules' Today. The fields of the lines are
// "lines[0].role", "lines[0].unit", "lines[0].delay", "lines[0].days",
// "lines[0].properties.<name>", and "lines[0]" when it offers what another does.
func (t Template) Validate(rules Rules) roles.Problems {
	problems := ValidateTemplateTitle(t.Name, t.Description)
	lines := t.LinesFrom(rules.Today)
	problems = append(problems, Draft{Lines: lines}.validateRoles(rules)...)
	problems = append(problems, t.validateDurations(lines, rules)...)
	problems = append(problems, validateText("message", t.Message, MaxMessage)...)
	switch {
	case t.Days < 0:
		problems.Add("days", roles.ProblemMalformed, "the days to answer can't be negative")
	case t.Days > MaxAnswerDays:
		problems.Add("days", roles.ProblemTooFar, fmt.Sprintf("an invitation can be answered for at most %d days", MaxAnswerDays))
	}
	problems.AddAll("language", validateLanguage(t.Language))
	return problems
}

// ValidateTemplateTitle returns what is wrong with the name and the description of a
// template, under the fields "name" and "description".
func ValidateTemplateTitle(name, description string) (problems roles.Problems) {
	problems.AddAll("name", ValidateName(name))
	return append(problems, validateText("description", description, MaxDescription)...)
}

// validateDurations is step 3 for a template. A line whose durations can't be
// is told so, and not by the dates that it would come to.
func (t Template) validateDurations(lines []Line, rules Rules) (problems roles.Problems) {
	for i, l := range atMost(MaxLines, lines) {
		path := fmt.Sprintf("lines[%d]", i)
		found := t.Lines[i].validateDurations()
		if len(found) == 0 {
			for _, p := range l.validatePeriod(rules) {
				found.Add(map[string]string{"start": "delay", "end": "days"}[p.Field], p.Code, p.Text)
			}
		}
		problems.AddAll(path, found)
		if j := slices.IndexFunc(lines[:i], l.overlaps); j >= 0 && len(found) == 0 {
			problems.Add(path, roles.ProblemDuplicate, fmt.Sprintf("lines[%d] offers the same role for the same days", j))
		}
		problems.AddAll(path+".properties", l.validateAnswers(rules))
	}
	return problems
}

func (l TemplateLine) validateDurations() (problems roles.Problems) {
	for _, d := range []struct {
		field string
		days  int
	}{{"delay", l.Delay}, {"days", l.Days}} {
		switch {
		case d.days < 0:
			problems.Add(d.field, roles.ProblemMalformed, "a number of days can't be negative")
		case d.days > MaxLineDays:
			problems.Add(d.field, roles.ProblemTooFar, fmt.Sprintf("the number of days is at most %d", MaxLineDays))
		}
	}
	return problems
}
