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
	// Invitation is zero when it was only saved.
	Invitation invitation.Invitation
	// Recipients are in the order of the command's.
	Recipients []invitation.Recipient
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
	} else if err := s.admit(actor); err != nil {
		return fail(ActInvite, err)
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

// Invite sends an invitation: one e-mail with a link to each recipient. All
// problems of the input come at once, as [ErrInvalid]; a role that the actor
// may not give is [ErrDenied]; an invitation to the same address for the same
// role that is still open is [ErrState] with CodeAlreadyInvited (D26). Nothing
// is sent to anybody then.
//
// Made of a template, it is checked like any other, against the roles, units and
// properties that there are now. A template that is retired is [ErrState]; one
// that the actor may not see is [ErrNotFound].
//
// Without recipients it can only be saved (D11): then nothing is sent.
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

func (w *work) invite(c Invite) (Invited, error) {
	form, err := w.fill(w.ctx, &w.auth, c, w.today(w.now))
	if err != nil {
		return Invited{}, err
	}
	as, err := w.mayOffer(form.Lines, form.Recipients)
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

// send makes the invitation and sends it to each recipient.
func (w *work) send(form inviteForm, as roles.Grantors) (Invited, error) {
	if err := w.notYetInvited(form.Lines, form.Recipients, RecipientID{}); err != nil {
		return Invited{}, err
	}
	if err := w.knowsNamed(form.Recipients); err != nil {
		return Invited{}, err
	}
	inv := invitation.Invitation{
		ID: InvitationID{UUID: w.newID()}, Enterprise: w.ent.ID, Lines: form.Lines, Message: form.Message,
		InvitedBy: w.who.person.ID, InvitedAs: as, CreatedAt: w.now, Language: form.language, Version: 1,
	}
	if inv.Language == "" {
		inv.Language = w.ent.Language
	}
	w.changes.Invitations = append(w.changes.Invitations, inv)
	done := Invited{Invitation: inv}
	for _, invitee := range form.Recipients {
		r := invitation.Recipient{
			ID: RecipientID{UUID: w.newID()}, Enterprise: w.ent.ID, Invitation: inv.ID, Invitee: invitee,
			State: invitation.Invited, CreatedAt: w.now,
		}
		if r.Invitee.Language == "" {
			r.Invitee.Language = inv.Language
		}
		r = w.issue(r, form.Expires)
		w.changes.Recipients = append(w.changes.Recipients, r)
		done.Recipients = append(done.Recipients, r)
		if err := w.tellInvited(inv, r); err != nil {
			return Invited{}, err
		}
		err := w.record(event{event: EventInvited, person: invitee.Person, object: "recipient", objectID: r.ID.UUID,
			data:    map[string]string{"invitation": inv.ID.String(), "roles": roleLines(inv.Lines), "expires": r.Expires.String(), "template": templateText(form.template)},
			details: map[string]string{"given_name": invitee.GivenName, "family_name": invitee.FamilyName, "email": invitee.Email.String(), "message": inv.Message}})
		if err != nil {
			return Invited{}, err
		}
	}
	return done, nil
}

// issue gives a recipient a new token, and with it a new last day.
func (w *work) issue(r invitation.Recipient, expires roles.Date) invitation.Recipient {
	key := w.keys[0]
	r.Generation++
	r.KeyID = key.ID()
	r.TokenHash = invitation.DeriveToken(key, r.ID, r.Generation).Hash()
	r.Expires, r.ExpiresAt = expires, expires.AddDays(1).Start(w.policy.Location).UTC()
	r.SentAt = w.now
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
	v := r.Invitee
	to := Addressee{Kind: ToUser, Person: v.Person, Name: joinName(v.GivenName, v.FamilyName), Email: v.Email, Language: v.Language}
	m := w.tell(MessageInvitation, to, map[string]string{
		DataPerson: to.Name, DataBy: by, DataRoles: roleLines(inv.Lines), DataMessage: inv.Message, DataExpires: r.Expires.String(),
	})
	m.Recipient, m.Generation, m.KeyID = r.ID, r.Generation, r.KeyID
	return nil
}

// notYetInvited refuses a second open invitation to one address for one role
// and scope at overlapping times, beside the recipient who is sent his own
// again (D26). What an old one offered and is over is no obstacle.
func (w *work) notYetInvited(lines []invitation.Line, invitees []invitation.Invitee, again RecipientID) error {
	keys := make([]string, len(invitees))
	for i, v := range invitees {
		keys[i] = v.Email.Key()
	}
	filter := RecipientFilter{Enterprises: []EnterpriseID{w.ent.ID}, EmailKeys: keys, States: []invitation.RecipientState{invitation.Invited}, At: w.now}
	open, err := allOf(func(p Page) ([]invitation.Recipient, error) { return w.store.FindRecipients(w.ctx, filter, p) }, recipientKey)
	if err != nil || len(open) == 0 {
		return err
	}
	invitations, err := w.invitationsOf(open)
	if err != nil {
		return err
	}
	for _, r := range open {
		for _, there := range invitations[r.Invitation].Lines {
			if r.ID != again && slices.ContainsFunc(lines, func(l invitation.Line) bool {
				return l.Role == there.Role && l.Unit == there.Unit && l.Period.Overlaps(there.Period)
			}) {
				return &Error{Kind: ErrState, Code: CodeAlreadyInvited, Existing: r.ID.UUID, Err: wrongState("recipient", string(invitation.Invited), "invite again")}
			}
		}
	}
	return nil
}

func (w *work) invitationsOf(recipients []invitation.Recipient) (map[InvitationID]invitation.Invitation, error) {
	return w.Service.invitationsOf(w.ctx, w.ent.ID, recipients)
}

// knowsNamed refuses recipients picked by a person id that this enterprise
// doesn't know: an id is no way to find out about people elsewhere.
func (w *work) knowsNamed(recipients []invitation.Invitee) error {
	for i, r := range recipients {
		if r.Person.IsZero() {
			continue
		}
		if _, known, err := w.member(r.Person); err != nil {
			return err
		} else if !known {
			return invalidField(fmt.Sprintf("recipients[%d].person", i), roles.ProblemUnknown, "the enterprise knows no such person")
		}
	}
	return nil
}

// Resend asks for another e-mail to one recipient, with a new link.
type Resend struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Recipient  RecipientID
	// Expires is the new last day to answer. Zero: as many days from today as
	// the policy says.
	Expires roles.Date
}

// Resend sends an invitation again, also one that has expired. The link sent
// before stops working; the recipient keeps his id (D34). When another
// invitation to that address for one of its roles is open meanwhile, it is
// [ErrState] with CodeAlreadyInvited (D26). When what it offers couldn't be
// offered anew today, for what is left of its period, it is [ErrDenied] with
// CodeRoleNotGrantable (c-7c).
func (s *Service) Resend(ctx context.Context, actor Actor, c Resend) (invitation.Recipient, error) {
	var done invitation.Recipient
	err := s.command(ctx, actor, ActResend, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		inv, r, err := w.recipient(c.Recipient)
		if err != nil {
			return err
		}
		if err := w.stillMayOffer(inv.Lines, []invitation.Invitee{r.Invitee}); err != nil {
			return err
		}
		if r, err = r.Apply(invitation.Resend, w.now); err != nil {
			return err
		}
		if len(w.requestsFor(inv, r)) == 0 { // nobody could accept it
			return &Error{Kind: ErrState, Code: CodePeriodOver, Err: wrongState("recipient", "over: what it offers has ended", "resend")}
		}
		// An expired one may have been followed by another since (D26).
		if err := w.notYetInvited(inv.Lines, []invitation.Invitee{r.Invitee}, r.ID); err != nil {
			return err
		}
		expires := c.Expires
		if expires.IsZero() {
			expires = w.today(w.now).AddDays(w.policy.InvitationDays)
		}
		rules, err := w.rules(nil)
		if err != nil {
			return err
		}
		if err := invalid(invitation.Draft{Expires: expires}.Validate(invitation.StepDetails, rules)); err != nil {
			return err
		}
		done = w.issue(r, expires)
		w.changes.Recipients = append(w.changes.Recipients, done)
		if err := w.tellInvited(inv, done); err != nil {
			return err
		}
		return w.record(event{event: EventResent, person: r.Invitee.Person, object: "recipient", objectID: r.ID.UUID,
			data: map[string]string{"invitation": inv.ID.String(), "expires": expires.String()}})
	})
	if err != nil {
		return invitation.Recipient{}, err
	}
	return done, nil
}

// mayOffer refuses lines with a role that this manager may not give, to one of
// these invitees, and returns as what kinds of manager he gives them. A role
// that the catalogue doesn't have, or that is retired, is left to the draft's
// validation, which tells it with all other problems.
func (w *work) mayOffer(lines []invitation.Line, to []invitation.Invitee) (by roles.Grantors, err error) {
	for i, l := range lines {
		if role, known := w.catalogue.Role(l.Role); !known || role.Retired {
			continue
		}
		if _, err := w.mayGive(l.Role, PersonID{}, fmt.Sprintf("lines[%d].role", i)); err != nil {
			return 0, err
		}
		by |= grantors[w.as]
		for _, v := range to {
			if v.Person.IsZero() {
				continue
			}
			if _, err := w.mayGive(l.Role, v.Person, fmt.Sprintf("lines[%d].role", i)); err != nil {
				return 0, err
			}
		}
	}
	return by, nil
}

// grantors says what kind of manager a capacity is for the catalogue.
var grantors = map[Capacity]roles.Grantors{AsGAP: roles.ByGAP, AsCoGAP: roles.ByCoGAP, AsAccessManager: roles.ByAccessManager, AsManagingRole: roles.ByManagingRole}

// stillMayOffer refuses to go on with what was offered earlier when this manager
// couldn't offer it now: the catalogue has the role no more, or with stricter
// terms (c-7c), or the unit is closed.
func (w *work) stillMayOffer(lines []invitation.Line, to []invitation.Invitee) error {
	for _, l := range lines {
		if role, known := w.catalogue.Role(l.Role); !known || role.Retired {
			return denied(CodeRoleNotGrantable)
		}
	}
	if _, err := w.mayOffer(lines, to); err != nil {
		return err
	}
	if err := w.unitsOpen(lines); err != nil {
		return err
	}
	return w.stillFit(lines)
}

// stillFit refuses lines that couldn't be offered anew today because the
// catalogue became stricter: the role's longest validity is shorter than what is
// left of the period, or it asks for other properties (c-7c). Whoever resends,
// accepts or approves didn't write them, so they are no invalid input: the role
// isn't to be given so any more. The problems are behind the error.
func (w *work) stillFit(lines []invitation.Line) error {
	var problems roles.Problems
	today := w.today(w.now)
	rules := invitation.Rules{Catalogue: w.catalogue, Today: today}
	for i, l := range lines {
		if end, ends := l.Period.End(); ends && end.Before(today) {
			continue // it asks for nothing any more; see requestsFor
		}
		l.Period = w.left(l.Period)
		problems.AddAll(fmt.Sprintf("lines[%d]", i), invitation.ValidateTerms(l, rules))
	}
	if len(problems) > 0 {
		return &Error{Kind: ErrDenied, Code: CodeRoleNotGrantable, Err: problems}
	}
	return nil
}

// left is what is left of a period from today on.
func (w *work) left(p roles.Period) roles.Period {
	if today := w.today(w.now); p.Start().Before(today) {
		return p.StartingAt(today)
	}
	return p
}

// unitsOpen refuses lines for units that aren't the enterprise's any more.
func (w *work) unitsOpen(lines []invitation.Line) error {
	open, err := w.openUnits(lines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if !l.Unit.IsZero() && !open[l.Unit] {
			return &Error{Kind: ErrState, Code: CodeUnitClosed, Existing: l.Unit.UUID, Err: wrongState("unit", "closed", string(w.act))}
		}
	}
	return nil
}

// recipient reads a recipient of this enterprise with his invitation.
func (w *work) recipient(id RecipientID) (invitation.Invitation, invitation.Recipient, error) {
	found, err := w.store.Recipients(w.ctx, w.ent.ID, []RecipientID{id})
	if err != nil {
		return invitation.Invitation{}, invitation.Recipient{}, err
	}
	if len(found) == 0 {
		return invitation.Invitation{}, invitation.Recipient{}, notFound()
	}
	invitations, err := w.invitationsOf(found)
	return invitations[found[0].Invitation], found[0], err
}

// Revoke takes invitations back.
type Revoke struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Recipients []RecipientID
	Reason     string // told to the recipients; may be empty
}

// Revoke takes back invitations that nobody answered, expired ones too: their
// links stop working and the recipients are told. There is one result for each
// recipient, in order.
func (s *Service) Revoke(ctx context.Context, actor Actor, c Revoke) ([]Result[invitation.Recipient], error) {
	if err := invalid(append(tooMany("recipients", len(c.Recipients)), invitation.ValidateReason(c.Reason)...)); err != nil {
		return nil, fail(ActRevoke, err)
	}
	reason := invitation.CleanText(c.Reason)
	var results []Result[invitation.Recipient]
	err := s.command(ctx, actor, ActRevoke, oneTime(c.ID, c, &results), c.Enterprise, nil, func(w *work) error {
		results = make([]Result[invitation.Recipient], len(c.Recipients))
		done := map[RecipientID]bool{}
		return w.each(len(c.Recipients), func(i int) error {
			inv, r, err := w.recipient(c.Recipients[i])
			if err != nil {
				return err
			}
			if err := w.mayTouchLines(inv.Lines); err != nil {
				return err
			}
			if done[r.ID] {
				r.State = invitation.Revoked
			}
			done[r.ID] = true
			results[i].Value, err = w.revoke(inv, r, reason)
			return err
		}, func(i int, err error) { results[i] = Result[invitation.Recipient]{Err: err} })
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// revoke takes one invitation back.
func (w *work) revoke(inv invitation.Invitation, r invitation.Recipient, reason string) (invitation.Recipient, error) {
	r, err := r.Apply(invitation.Revoke, w.now)
	if err != nil {
		return r, err
	}
	r.Version++
	w.changes.Recipients = append(w.changes.Recipients, r)
	v := r.Invitee
	w.tell(MessageRevoked, Addressee{Kind: ToUser, Person: v.Person, Name: joinName(v.GivenName, v.FamilyName), Email: v.Email, Language: v.Language},
		map[string]string{DataRoles: roleLines(inv.Lines), DataReason: reason})
	return r, w.record(event{event: EventRevoked, person: v.Person, object: "recipient", objectID: r.ID.UUID,
		data: map[string]string{"invitation": r.Invitation.String()}, details: map[string]string{"reason": reason}})
}

// mayTouchLines refuses to take back an invitation that offers a role this
// manager may not take away.
func (w *work) mayTouchLines(lines []invitation.Line) error {
	for _, l := range lines {
		if err := w.mayTouch(l.Role); err != nil {
			return err
		}
	}
	return nil
}

func recipientKey(r invitation.Recipient) PageKey { return PageKey{r.CreatedAt, r.ID.UUID} }

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
