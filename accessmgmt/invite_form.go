package accessmgmt

import (
	"context"
	"slices"
	"strings"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// inviteForm is an invitation that is being written, with what its template
// fills in.
type inviteForm struct {
	invitation.Draft
	language roles.Language // empty: the enterprise's
	template TemplateID     // zero: none
	// saved is what it is to be saved as; nil: it isn't.
	saved *invitation.Template
	// misplaced: a day to start was given, and no line of a template starts on
	// it. wrongDay: the calendar doesn't have it.
	misplaced, wrongDay bool
}

// fill returns the form that a command comes to on a day.
func (s *Service) fill(ctx context.Context, auth *authorisation, c Invite, today roles.Date) (inviteForm, error) {
	f := inviteForm{template: c.Template, misplaced: !c.Start.IsZero() && (c.Template.IsZero() || len(c.Lines) > 0), wrongDay: !c.Start.IsZero() && !c.Start.Valid()}
	lines, message, expires := slices.Clone(c.Lines), c.Message, c.Expires
	if !c.Template.IsZero() && !c.Enterprise.IsZero() { // or the form's first step isn't done yet
		t, err := s.template(ctx, auth, c.Enterprise, c.Template)
		if err != nil {
			return f, err
		}
		if !t.RetiredAt.IsZero() {
			return f, wrongState("template", "retired", string(ActInvite))
		}
		f.language = t.Language
		if len(lines) == 0 {
			lines = t.LinesFrom(firstDay(c.Start, today))
		}
		if message == "" {
			message = t.Message
		}
		if expires.IsZero() && t.Days > 0 {
			expires = today.AddDays(t.Days)
		}
	}
	f.Draft = invitation.Draft{Enterprise: c.Enterprise, Lines: lines, Message: invitation.CleanText(message), Expires: expires}
	if f.Expires.IsZero() {
		f.Expires = today.AddDays(s.policy.InvitationDays)
	}
	for _, r := range c.Recipients {
		r.GivenName, r.FamilyName = invitation.CleanText(r.GivenName), invitation.CleanText(r.FamilyName)
		f.Recipients = append(f.Recipients, r)
	}
	if c.SaveAs != nil {
		f.saved = &invitation.Template{Name: c.SaveAs.Name, Description: c.SaveAs.Description, Message: f.Message, Language: f.language,
			Lines: invitation.TemplateLinesOf(lines, today)}
		if !expires.IsZero() { // no days at all would mean as many as the policy says
			f.saved.Days = min(max(roles.Between(today, expires).Days()-1, 1), invitation.MaxAnswerDays)
		}
	}
	return f, nil
}

func firstDay(chosen, today roles.Date) roles.Date {
	if chosen.IsZero() {
		return today
	}
	return chosen
}

// validate checks one step of the form, or the whole.
func (f inviteForm) validate(step invitation.Step, rules invitation.Rules) roles.Problems {
	problems := f.Draft.Validate(step, rules)
	if f.saved != nil && len(f.Recipients) == 0 { // it is saved and not sent (D11)
		problems = slices.DeleteFunc(problems, func(p roles.Problem) bool { return p.Field == "recipients" })
	}
	if step == invitation.StepProperties || step == invitation.StepSummary {
		switch {
		case f.misplaced:
			problems.Add("start", roles.ProblemUnknown, "no line is taken from a template that could start on that day")
		case f.wrongDay:
			problems.Add("start", roles.ProblemMalformed, "the calendar has no such day")
		}
	}
	if f.saved != nil && (step == invitation.StepDetails || step == invitation.StepSummary) {
		problems = append(problems, f.validateSaved(rules)...)
	}
	return problems
}

// validateSaved is what is wrong with saving it, besides what is wrong with
// sending it.
func (f inviteForm) validateSaved(rules invitation.Rules) (problems roles.Problems) {
	problems.AddAll("save_as", invitation.ValidateTemplateTitle(f.saved.Name, f.saved.Description))
	form := append(f.Draft.Validate(invitation.StepRoles, rules), f.Draft.Validate(invitation.StepProperties, rules)...)
	for _, p := range templateProblems(*f.saved, f.Lines, rules) {
		if strings.HasPrefix(p.Field, "lines") && !form.Has(p.Field, p.Code) {
			problems = append(problems, p)
		}
	}
	return problems
}
