package accessmgmt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// SaveTemplate saves an invitation for later use, without sending it (S1 step
// 11, D11). To save one while sending it, see [Invite.SaveAs].
type SaveTemplate struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID          CommandID
	Enterprise  EnterpriseID
	Name        string
	Description string // for the managers; may be empty
	// Lines are what it offers, with the dates that they would have were it sent
	// today; the template keeps how long after the sending they begin and how
	// long they last (D27). Or else TemplateLines say that themselves: one of
	// the two is given.
	Lines         []invitation.Line
	TemplateLines []invitation.TemplateLine
	// Message, Days and Language are those of [invitation.Template].
	Message  string
	Days     int
	Language roles.Language
}

// SaveTemplate saves an invitation for later use. It is addressed to nobody, and
// nobody is told of it. Its roles, units and properties are checked as those of
// an invitation are, and again when it is sent; all problems of the input come at
// once, as [ErrInvalid], and a role that the actor may not give is [ErrDenied].
// Several templates may have one name: a manager doesn't see those of another
// domain, so that he couldn't know which names are taken.
func (s *Service) SaveTemplate(ctx context.Context, actor Actor, c SaveTemplate) (invitation.Template, error) {
	var done invitation.Template
	err := s.command(ctx, actor, ActSaveTemplate, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		t := invitation.Template{Name: c.Name, Description: c.Description, Lines: c.TemplateLines, Message: c.Message, Days: c.Days, Language: c.Language}
		if len(c.Lines) > 0 {
			t.Lines = invitation.TemplateLinesOf(c.Lines, w.today(w.now))
		}
		lines := t.LinesFrom(w.today(w.now))
		as, err := w.mayOffer(lines, nil)
		if err != nil {
			return err
		}
		rules, err := w.rules(lines)
		if err != nil {
			return err
		}
		problems := templateProblems(t, c.Lines, rules)
		if len(c.Lines) > 0 && len(c.TemplateLines) > 0 {
			problems.Add("template_lines", roles.ProblemDuplicate, "the lines are given with dates already")
		}
		if err := invalid(problems); err != nil {
			return err
		}
		done, err = w.saveTemplate(t, as)
		return err
	})
	if err != nil {
		return invitation.Template{}, err
	}
	return done, nil
}

// saveTemplate adds a template that was found right to the changeset.
func (w *work) saveTemplate(t invitation.Template, as roles.Grantors) (invitation.Template, error) {
	t.ID, t.Enterprise = TemplateID{UUID: w.newID()}, w.ent.ID
	t.Name, t.Description, t.Message = invitation.CleanText(t.Name), invitation.CleanText(t.Description), invitation.CleanText(t.Message)
	t.Lines = slices.Clone(t.Lines)
	t.CreatedBy, t.CreatedAs, t.CreatedAt, t.Version = w.who.person.ID, as, w.now, 1
	w.changes.Templates = append(w.changes.Templates, t)
	return t, w.recordTemplate(EventTemplateSaved, t)
}

func (w *work) recordTemplate(ev AuditEvent, t invitation.Template) error {
	codes := make([]string, len(t.Lines))
	for i, l := range t.Lines {
		codes[i] = fmt.Sprintf("%s %d %d", l.Role, l.Delay, l.Days)
	}
	return w.record(event{event: ev, object: "template", objectID: t.ID.UUID, data: map[string]string{"roles": strings.Join(codes, "\n")},
		details: map[string]string{"name": t.Name, "description": t.Description, "message": t.Message}})
}

// templateProblems is what is wrong with a template. Of lines that were given
// with dates it is told of their dates, as the form of an invitation has them.
func templateProblems(t invitation.Template, dated []invitation.Line, rules invitation.Rules) roles.Problems {
	found := t.Validate(rules)
	if len(dated) == 0 {
		return found
	}
	form := invitation.Draft{Lines: dated}
	problems := append(form.Validate(invitation.StepRoles, rules), form.Validate(invitation.StepProperties, rules)...)
	told := map[string]bool{} // the lines that the form has told all of
	for _, p := range problems {
		told[lineOf(p.Field)] = true
	}
	for _, p := range found {
		if line := lineOf(p.Field); line == "" || !told[line] {
			p.Field = datedField(p.Field)
			problems = append(problems, p)
		}
	}
	return problems
}

// lineOf returns the "lines[0]" that a field begins with, "lines" for the field
// of that name, and "" for others.
func lineOf(field string) string {
	if !strings.HasPrefix(field, "lines") {
		return ""
	}
	line, _, _ := strings.Cut(field, ".")
	return line
}

// datedField is what the form of an invitation calls a field of a template's
// line.
func datedField(field string) string {
	line := lineOf(field)
	switch strings.TrimPrefix(field, line) {
	case ".delay":
		return line + ".period.start"
	case ".days":
		return line + ".period.end"
	default:
		return field
	}
}

// template reads a template that an actor may see. One with a role of an
// application that isn't his to manage doesn't exist for him (c-7).
func (s *Service) template(ctx context.Context, auth *authorisation, enterprise EnterpriseID, id TemplateID) (invitation.Template, error) {
	found, err := s.store.Templates(ctx, enterprise, []TemplateID{id})
	if err != nil {
		return invitation.Template{}, err
	}
	if len(found) == 0 || slices.ContainsFunc(found[0].Lines, func(l invitation.TemplateLine) bool { return !auth.sees(l.Role.Application()) }) {
		return invitation.Template{}, notFound()
	}
	return found[0], nil
}

// RenameTemplate gives a template another name and description.
type RenameTemplate struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID          CommandID
	Enterprise  EnterpriseID
	Template    TemplateID
	Name        string
	Description string // may be empty
	// Version is the template's that the form was filled in from. When another
	// has changed it since, it is [ErrConflict]. Zero: whatever it is now.
	Version uint64
}

// RenameTemplate gives a template another name and description. What it offers
// can't be changed: that is another template. A retired one is [ErrState]; one
// with a role that the actor may not give is [ErrDenied], and [ErrNotFound] when
// he may not see the role's application.
func (s *Service) RenameTemplate(ctx context.Context, actor Actor, c RenameTemplate) (invitation.Template, error) {
	if err := invalid(invitation.ValidateTemplateTitle(c.Name, c.Description)); err != nil {
		return invitation.Template{}, fail(ActEditTemplate, err)
	}
	edit := templateEdit{c.ID, c, c.Enterprise, c.Template, c.Version, "rename", EventTemplateChanged}
	return s.editTemplate(ctx, actor, edit, func(t *invitation.Template, _ time.Time) {
		t.Name, t.Description = invitation.CleanText(c.Name), invitation.CleanText(c.Description)
	})
}

// RetireTemplate takes a template out of use.
type RetireTemplate struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Template   TemplateID
	// Version is as in [RenameTemplate].
	Version uint64
}

// RetireTemplate takes a template out of use: it can't be sent any more, and
// lists leave it out unless asked for it. The invitations made of it stay.
// Errors are those of [Service.RenameTemplate].
func (s *Service) RetireTemplate(ctx context.Context, actor Actor, c RetireTemplate) (invitation.Template, error) {
	edit := templateEdit{c.ID, c, c.Enterprise, c.Template, c.Version, "retire", EventTemplateRetired}
	return s.editTemplate(ctx, actor, edit, func(t *invitation.Template, now time.Time) { t.RetiredAt = now })
}

// templateEdit is what the commands on one template have in common.
type templateEdit struct {
	id         CommandID
	content    any
	enterprise EnterpriseID
	template   TemplateID
	version    uint64
	what       string
	event      AuditEvent
}

// errStale is behind the [ErrConflict] of a form that was filled in from an
// older version. Deciding again doesn't help it.
var errStale = errors.New("it was changed since it was read")

func (s *Service) editTemplate(ctx context.Context, actor Actor, e templateEdit, change func(*invitation.Template, time.Time)) (invitation.Template, error) {
	var done invitation.Template
	err := s.command(ctx, actor, ActEditTemplate, oneTime(e.id, e.content, &done), e.enterprise, nil, func(w *work) error {
		t, err := w.template(w.ctx, &w.auth, w.ent.ID, e.template)
		if err != nil {
			return err
		}
		for _, l := range t.Lines {
			if err := w.mayTouch(l.Role); err != nil {
				return err
			}
		}
		switch {
		case !t.RetiredAt.IsZero():
			return wrongState("template", "retired", e.what)
		case e.version != 0 && e.version != t.Version:
			return &Error{Kind: ErrConflict, Code: CodeConflict, Err: errStale}
		}
		change(&t, w.now)
		t.Version++
		w.changes.Templates = append(w.changes.Templates, t)
		done = t
		return w.recordTemplate(e.event, t)
	})
	if err != nil {
		return invitation.Template{}, err
	}
	return done, nil
}
