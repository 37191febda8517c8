package accessmgmt

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Invite offers roles to persons (S1 §3.2.1).
type Invite struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	// Template is the one it is made of; zero: none. It gives what is left out
	// of Lines, Message and Expires, and the language; what is given takes its
	// place, all lines that of all lines.
	Template TemplateID
	// Start is the day that the template's lines are counted from. Zero: today.
	// Without lines of a template it has no meaning and is refused.
	Start      roles.Date
	Lines      []invitation.Line
	Recipients []invitation.Invitee
	// Message is a word to the recipients; may be empty.
	Message string
	// Expires is the last day to answer, at most a year ahead. Zero: as many
	// days ahead as the policy says.
	Expires roles.Date
	// SaveAs saves it as a template too, in the same commit. Nil: it doesn't.
	SaveAs *SaveAs
}

// SaveAs is what an invitation is saved as (S1 step 12, « Sauvegarder
// l'invitation en vue d'une future utilisation »): the roles, how long after the
// sending they begin and how long they last, the message and, when the last day
// to answer was given, how many days that left, from one to a year.
type SaveAs struct {
	Name        string
	Description string // for the managers; may be empty
}

// Invited is what [Service.Invite] did.
type Invited struct {
	// Invitation is zero when it was only saved, or sent to nobody because
	// every recipient failed.
	Invitation invitation.Invitation
	// Results has one for each of the command's recipients, in their order.
	// [Failed] makes one error of those that failed.
	Results []Result[invitation.Recipient]
	// Template is what SaveAs saved; zero without it.
	Template invitation.Template
}

// ValidateInvite checks one step of the form, or the whole at
// [invitation.StepSummary], and returns every problem of it as [ErrInvalid].
// It looks at what was typed, at the template, and at what this manager may
// give, and writes nothing; what only the moment of sending shows, such as an
// invitation that is open already, [Service.Invite] tells. A template that can't
// be used is the error of [Service.Invite].
func (s *Service) ValidateInvite(ctx context.Context, actor Actor, c Invite, step invitation.Step) error {
	now := s.now()
	// Before the enterprise is chosen nothing says which roles he may give: the
	// step of the enterprise says that it is missing.
	auth := authorisation{act: ActInvite, grants: []grant{{as: AsGAP, by: roles.ByGAP}}}
	if !c.Enterprise.IsZero() {
		var err error
		if auth, _, err = s.view(ctx, actor, ActInvite, c.Enterprise); err != nil {
			return fail(ActInvite, err)
		}
	} else if err := s.admitted(ctx, ActInvite, actor); err != nil {
		return err
	}
	form, err := s.fill(ctx, &auth, c, s.today(now))
	if err != nil {
		return fail(ActInvite, err)
	}
	rules, err := s.rules(ctx, now, c.Enterprise, &auth, form.Lines)
	if err != nil {
		return fail(ActInvite, err)
	}
	return fail(ActInvite, invalid(form.validate(step, rules)))
}

// Invite sends an invitation: one e-mail with a link to each recipient. There is
// one result for each, in order; one who can't be invited doesn't keep the others
// from being so. He is [ErrState] with CodeAlreadyInvited when an invitation to
// his address for one of the roles is open for some of the time (D26). One named
// by his id is [ErrState] too when he has one of the roles for some of the time
// (CodeOverlap) or a request for it waits (CodeAlreadyAsked), [ErrInvalid] when
// the enterprise doesn't know him, and [ErrDenied] when he is the actor and the
// policy forbids that (CodeSelfApproval). As soon as the enterprise has sent as many
// as a day allows, or when the address has got as many, he is [ErrState] with
// CodeTooManyInvitations (c-28). When every recipient fails, there is
// no invitation.
//
// What is wrong with the form refuses the whole, and nothing is sent to anybody:
// all problems of the input come at once, as [ErrInvalid], two recipients with
// one address among them; a role that the actor may not give is [ErrDenied].
//
// Made of a template, it is checked like any other, against the roles, units and
// properties that there are now. A template that is retired is [ErrState]; one
// that the actor may not see is [ErrNotFound].
//
// SaveAs saves it whoever of the recipients fails. Without recipients it can only
// be saved (D11): then nothing is sent.
func (s *Service) Invite(ctx context.Context, actor Actor, c Invite) (Invited, error) {
	var done Invited
	err := s.command(ctx, actor, ActInvite, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		var err error
		done, err = w.invite(c)
		return err
	})
	if err != nil {
		return Invited{}, err
	}
	return done, nil
}

// bounded refuses more than one call may be about, before each line is looked at
// for each recipient.
func bounded(lines []invitation.Line, recipients []invitation.Invitee) error {
	var problems roles.Problems
	if len(lines) > invitation.MaxLines {
		problems.Add("lines", roles.ProblemTooMany, fmt.Sprintf("at most %d roles can be offered at once", invitation.MaxLines))
	}
	if len(recipients) > invitation.MaxRecipients {
		problems.Add("recipients", roles.ProblemTooMany, fmt.Sprintf("at most %d persons can be invited at once", invitation.MaxRecipients))
	}
	return invalid(problems)
}

func (w *work) invite(c Invite) (Invited, error) {
	form, err := w.fill(w.ctx, &w.auth, c, w.today(w.now))
	if err != nil {
		return Invited{}, err
	}
	if err := bounded(form.Lines, form.Recipients); err != nil {
		return Invited{}, err
	}
	as, err := w.mayOffer(form.Lines, nil)
	if err != nil {
		return Invited{}, err
	}
	rules, err := w.rules(form.Lines)
	if err != nil {
		return Invited{}, err
	}
	if err := invalid(form.validate(invitation.StepSummary, rules)); err != nil {
		return Invited{}, err
	}
	var done Invited
	if len(form.Recipients) > 0 {
		if done, err = w.send(form, as); err != nil {
			return Invited{}, err
		}
	}
	if form.saved != nil {
		if done.Template, err = w.saveTemplate(*form.saved, as); err != nil {
			return Invited{}, err
		}
	}
	return done, nil
}

// send makes the invitation and sends it to each recipient who can get it.
func (w *work) send(form inviteForm, as roles.Grantors) (Invited, error) {
	there, err := w.readAddressed(form.Recipients, form.Lines)
	if err != nil {
		return Invited{}, err
	}
	var to []Email
	for _, r := range form.Recipients {
		to = append(to, r.Email)
	}
	w.readFull(to)
	inv := invitation.Invitation{
		ID: InvitationID{UUID: w.newID()}, Enterprise: w.ent.ID, Lines: form.Lines, Message: form.Message,
		InvitedBy: w.who.person.ID, InvitedAs: as, CreatedAt: w.now, Language: form.language, Version: 1,
	}
	if inv.Language == "" {
		inv.Language = w.ent.Language
	}
	done := Invited{Results: make([]Result[invitation.Recipient], len(form.Recipients))}
	capacity := w.as // the form was looked at in it; each forgets it
	err = w.each(len(form.Recipients), func(i int) error {
		w.as = capacity
		r, err := w.sendTo(inv, form, i, there)
		if err != nil {
			return err
		}
		done.Results[i].Value, done.Invitation = r, inv
		return nil
	}, func(i int, err error) { done.Results[i].Err = err })
	if err != nil {
		return Invited{}, err
	}
	if !done.Invitation.ID.IsZero() {
		w.changes.Invitations = append(w.changes.Invitations, inv)
	}
	w.as = capacity
	return done, nil
}

// sendTo sends an invitation to one of its recipients.
func (w *work) sendTo(inv invitation.Invitation, form inviteForm, i int, there addressed) (invitation.Recipient, error) {
	invitee := form.Recipients[i]
	if err := w.mayBeAddressed(invitee, fmt.Sprintf("recipients[%d]", i), inv.Lines, there); err != nil {
		return invitation.Recipient{}, err
	}
	if err := w.post(invitee.Email); err != nil {
		return invitation.Recipient{}, err
	}
	r := invitation.Recipient{
		ID: RecipientID{UUID: w.newID()}, Enterprise: w.ent.ID, Invitation: inv.ID, Invitee: invitee,
		State: invitation.Invited, CreatedAt: w.now,
	}
	if r.Invitee.Language == "" {
		r.Invitee.Language = inv.Language
	}
	r = w.issue(r, form.Expires)
	w.changes.Recipients = append(w.changes.Recipients, r)
	if err := w.tellInvited(inv, r); err != nil {
		return r, err
	}
	return r, w.record(event{event: EventInvited, person: invitee.Person, object: "recipient", objectID: r.ID.UUID,
		data:    map[string]string{"invitation": inv.ID.String(), "roles": roleLines(inv.Lines), "expires": r.Expires.String(), "template": idText(form.template)},
		details: map[string]string{"given_name": invitee.GivenName, "family_name": invitee.FamilyName, "email": invitee.Email.String(), "message": inv.Message}})
}

// issue gives a recipient a new token, and with it a new last day.
func (w *work) issue(r invitation.Recipient, expires roles.Date) invitation.Recipient {
	key := w.keys[0]
	r.Generation++
	r.KeyID = key.ID()
	r.TokenHash = invitation.DeriveToken(key, r.ID, r.Generation).Hash()
	r.Expires, r.ExpiresAt = expires, expires.AddDays(1).Start(w.policy.Location).UTC()
	r.SentAt = w.now
	r.Told = w.toldAtFirst(r.ExpiresAt, w.policy.ReminderDays)
	r.Version++
	return r
}

// tellInvited sends the link. The token isn't in the message: the dispatcher
// derives it again from the recipient and the generation.
func (w *work) tellInvited(inv invitation.Invitation, r invitation.Recipient) error {
	by, err := w.nameOf(w.who.person.ID)
	if err != nil {
		return err
	}
	offered, err := w.rolesOf(inv.Lines...)
	if err != nil {
		return err
	}
	v := r.Invitee
	to := Addressee{Kind: ToUser, Person: v.Person, Name: joinName(v.GivenName, v.FamilyName), Email: v.Email, Language: v.Language}
	m := w.tell(MessageInvitation, to, map[string]string{
		DataPerson: to.Name, DataBy: by, DataRoles: offered, DataMessage: inv.Message, DataExpires: r.Expires.String(),
	})
	m.Recipient, m.Generation, m.KeyID = r.ID, r.Generation, r.KeyID
	return nil
}

func (w *work) invitationsOf(recipients []invitation.Recipient) (map[InvitationID]invitation.Invitation, error) {
	return w.Service.invitationsOf(w.ctx, w.ent.ID, recipients)
}

// invitationsOf reads the invitations of recipients of one enterprise.
func (s *Service) invitationsOf(ctx context.Context, enterprise EnterpriseID, recipients []invitation.Recipient) (map[InvitationID]invitation.Invitation, error) {
	byID := map[InvitationID]invitation.Invitation{}
	for _, r := range recipients {
		byID[r.Invitation] = invitation.Invitation{}
	}
	found, err := s.store.Invitations(ctx, enterprise, slices.Collect(maps.Keys(byID)))
	if err != nil {
		return nil, err
	}
	for _, inv := range found {
		byID[inv.ID] = inv
	}
	return byID, nil
}
