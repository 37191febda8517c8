package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// trainees come one at a time, one in each run, and after the last the first
// again at another address.
var trainees = []struct{ given, family, address string }{
	{given: "Théo", family: "Simon", address: "theo.simon"},
	{given: "Mila", family: "Janssen", address: "mila.janssen"},
	{given: "Noé", family: "Weber", address: "noe.weber"},
	{given: "Zoé", family: "Lambot", address: "zoe.lambot"},
}

const traineesDomain = "@stages.example"

// traineeName is what the template is called. A file may have been made in
// another language than it is read in.
var traineeName = text{"Stagiaire", "Stagiair", "Praktikant", "Trainee"}

// template is step 11 of the guide's form, « Sauvegarder l'invitation »: what
// every trainee gets is saved once and sent to each who comes. Before, the GAP
// looks at what would be written and mailed; and he presses the button twice.
func (s *story) template(ctx context.Context) error {
	saved, err := s.traineeTemplate(ctx)
	if err != nil {
		return err
	}
	invitee, err := s.nextTrainee(ctx)
	if err != nil {
		return err
	}
	form := accessmgmt.Invite{
		// The portal makes an id with the form and keeps it in a hidden field.
		ID:         accessmgmt.CommandID{UUID: uuid.New()},
		Enterprise: s.ent.ID, Template: saved.ID, Recipients: []invitation.Invitee{invitee},
	}
	promised, err := s.lookFirst(ctx, form)
	if err != nil {
		return err
	}
	link, err := s.pressTwice(ctx, form, promised)
	if err != nil {
		return err
	}
	return s.traineeAccepts(ctx, invitee, link)
}

// traineeTemplate finds the template, or saves it.
func (s *story) traineeTemplate(ctx context.Context) (invitation.Template, error) {
	all, err := collect(s.svc.Templates(ctx, s.gap, accessmgmt.TemplateQuery{Enterprise: s.ent.ID}))
	if err != nil {
		return invitation.Template{}, err
	}
	var saved invitation.Template
	for _, it := range all {
		if slices.Contains(traineeName[:], it.Template.Name) {
			saved = it.Template
		}
	}
	if saved.ID.IsZero() {
		saved, err = s.svc.SaveTemplate(ctx, s.gap, accessmgmt.SaveTemplate{Enterprise: s.ent.ID,
			Name: s.in(traineeName), Description: s.in(sayTraineeWhat), Message: s.in(sayTraineeWelcome),
			TemplateLines: []invitation.TemplateLine{{Role: roles.Writer, Days: 90}}, Days: 14})
		if err != nil {
			return saved, err
		}
		s.say(sayTemplateSaved, s.gap.Identity.Name())
	} else {
		s.say(sayTemplateThere, s.instant(saved.CreatedAt))
	}
	line := saved.Lines[0]
	s.table([]text{wordTemplate, wordDescription, wordRole, wordDays},
		[][]string{{saved.Name, saved.Description, s.role(line.Role), strconv.Itoa(line.Days)}})
	return saved, nil
}

// nextTrainee is who comes after those who were invited before.
func (s *story) nextTrainee(ctx context.Context) (invitation.Invitee, error) {
	invited, err := s.invitations(ctx, s.gap)
	if err != nil {
		return invitation.Invitee{}, err
	}
	n := 0
	for _, it := range invited {
		if strings.HasSuffix(it.Recipient.Invitee.Email.String(), traineesDomain) {
			n++
		}
	}
	t := trainees[n%len(trainees)]
	address := t.address
	if again := n / len(trainees); again > 0 {
		address += "." + strconv.Itoa(again+1)
	}
	return invitation.Invitee{GivenName: t.given, FamilyName: t.family, Language: s.lang,
		Email: accessmgmt.MustParseEmail(address + traineesDomain)}, nil
}

// lookFirst is « Aperçu » (step 10): what sending the form would write and
// mail. It returns the mail that it promises.
func (s *story) lookFirst(ctx context.Context, form accessmgmt.Invite) (accessmgmt.Mail, error) {
	preview := s.svc.Preview()
	tried, err := preview.Invite(ctx, s.gap, form)
	if err == nil {
		err = accessmgmt.Failed(tried.Results)
	}
	if err != nil {
		return accessmgmt.Mail{}, err
	}
	changes, mails := preview.Changes(), preview.Mails()
	if len(changes) != 1 || len(mails) != 1 {
		return accessmgmt.Mail{}, fmt.Errorf("the preview has %d commits and %d mails", len(changes), len(mails))
	}
	c := changes[0]
	s.say(sayPreview, len(c.Invitations), len(c.Recipients), len(c.Audit), len(mails))
	words, err := s.box.letters.Write(mails[0])
	if err != nil {
		return accessmgmt.Mail{}, err
	}
	s.mail(words)
	now, err := s.svc.EnterpriseByNumber(ctx, chloe(), enterpriseNumber)
	if err != nil {
		return accessmgmt.Mail{}, err
	}
	if now.Epoch != c.Enterprise.Epoch-1 {
		return accessmgmt.Mail{}, fmt.Errorf("the preview left state %d, not %d", now.Epoch, c.Enterprise.Epoch-1)
	}
	s.say(sayPreviewWroteNothing, now.Epoch)
	return mails[0], nil
}

// pressTwice sends one form twice, under one command id. It returns the token
// of the one mail that comes of it.
func (s *story) pressTwice(ctx context.Context, form accessmgmt.Invite, promised accessmgmt.Mail) (accessmgmt.Token, error) {
	none := accessmgmt.Token{}
	first, err := s.svc.Invite(ctx, s.gap, form)
	if err != nil {
		return none, err
	}
	second, err := s.svc.Invite(ctx, s.gap, form)
	if err != nil {
		return none, err
	}
	if err := accessmgmt.Failed(slices.Concat(first.Results, second.Results)); err != nil {
		return none, err
	}
	mails, err := s.sendMails(ctx)
	if err != nil {
		return none, err
	}
	if len(mails) != 1 || first.Invitation.ID != second.Invitation.ID {
		return none, fmt.Errorf("what was sent twice was done twice: %d mails", len(mails))
	}
	if mails[0].To != promised.To || !maps.Equal(mails[0].Data, promised.Data) {
		return none, fmt.Errorf("the mail isn't the one that the preview showed")
	}
	s.say(sayPressedTwice, len(mails), addressee(mails[0].To))
	return tokenIn(mails[0].words.Text)
}

// traineeAccepts is the trainee at his link. His request waits; the co-GAP
// decides it later.
func (s *story) traineeAccepts(ctx context.Context, invitee invitation.Invitee, link accessmgmt.Token) error {
	actor := accessmgmt.User(account(invitee.Email, invitee.GivenName, invitee.FamilyName))
	done, err := s.svc.Accept(ctx, actor, link, accessmgmt.Accept{Email: invitee.Email})
	if err != nil {
		return err
	}
	tasks, err := collect(s.svc.OpenTasks(ctx, s.gap, accessmgmt.TaskQuery{Enterprise: s.ent.ID}))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tasks, func(t accessmgmt.Task) bool { return t.Request.ID == done.Requests[0].ID })
	if i < 0 {
		return fmt.Errorf("the trainee's request is no task")
	}
	s.waiting = tasks[i]
	s.say(sayTraineeAccepts, actor.Identity.Name())
	return s.listMails(ctx)
}
