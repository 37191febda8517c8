package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Accept is how an invited person accepts.
type Accept struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID CommandID
	// Email is the address he typed, where messages to him will go (S2).
	Email Email
	// Language is that of messages to him. Empty: the one he has chosen here
	// before, or else the invitation's.
	Language roles.Language
}

// Acceptance is what [Service.Accept] did.
type Acceptance struct {
	Person PersonID
	// Requests are the open tasks that it made, one for each role.
	Requests []invitation.Request
}

// Accept accepts an invitation. The actor is the person who logged in: he is
// bound to the invitation from now on, and a manager decides on his requests,
// seeing where he differs from the one invited (D10). The kind of manager
// who made the invitation must still be allowed to give the roles, as they were offered and
// for what is left of their periods: else it is [ErrDenied] with
// CodeRoleNotGrantable, and errors.As with [roles.Problems] tells a validity or
// property that the catalogue no longer lets be given (c-7c). The managers are
// told.
//
// An invitation that was answered, revoked or has expired is [ErrState]. So is
// one that offers a role which the actor, now that he is known, has for some of
// the time already, with CodeOverlap, or which a request of his waits for, with
// CodeAlreadyAsked: he may decline it, or accept when that is over. An
// unknown link is [ErrNotFound] with CodeTokenUnknown; one that is for
// somebody else is [ErrDenied] with CodeNotInvitee or CodeEmailUnverified.
func (s *Service) Accept(ctx context.Context, actor Actor, token Token, c Accept) (Acceptance, error) {
	var problems roles.Problems
	if c.Email.IsZero() {
		problems.Add("email", roles.ProblemRequired, "the e-mail address is missing")
	}
	if err := invalid(append(problems, validateLanguage(c.Language)...)); err != nil {
		return Acceptance{}, fail(ActAccept, err)
	}
	var done Acceptance
	err := s.answer(ctx, actor, ActAccept, oneTime(c.ID, c, &done, token.Reveal()), token, func(w *work, inv invitation.Invitation, r invitation.Recipient) error {
		var err error
		done, err = w.accept(inv, r, c)
		return err
	})
	if err != nil {
		return Acceptance{}, err
	}
	return done, nil
}

// answer runs a command of the holder of a link.
func (s *Service) answer(ctx context.Context, actor Actor, act Act, o once, token Token, decide func(*work, invitation.Invitation, invitation.Recipient) error) error {
	if err := s.admitted(ctx, act, actor); err != nil {
		return err
	}
	held, err := s.byToken(ctx, token)
	if err != nil {
		return s.turnedDown(ctx, act, EnterpriseID{}, who{}, err)
	}
	return s.command(ctx, actor, act, o, held.Enterprise, []Capacity{AsInvitee}, func(w *work) error {
		r, err := s.byToken(ctx, token) // again: as of the epoch just read
		if err != nil {
			return err
		}
		if err := w.mayAnswer(r); err != nil {
			return err
		}
		invitations, err := w.invitationsOf([]invitation.Recipient{r})
		if err != nil {
			return err
		}
		return decide(w, invitations[r.Invitation], r)
	})
}

// mayAnswer says whether this actor is the one invited (D10).
func (w *work) mayAnswer(r invitation.Recipient) error {
	id := w.who.Identity
	switch {
	case !r.Invitee.Person.IsZero() && r.Invitee.Person != w.who.person.ID:
		return denied(CodeNotInvitee)
	case w.policy.Matcher == VerifiedEmail && (!id.EmailVerified || id.Email.IsZero() || !id.Email.Same(r.Invitee.Email)):
		return denied(CodeEmailUnverified)
	}
	return nil
}

func (w *work) accept(inv invitation.Invitation, r invitation.Recipient, c Accept) (Acceptance, error) {
	r, err := r.Apply(invitation.Accept, w.now)
	if err != nil {
		return Acceptance{}, err
	}
	if err := w.stillOffered(inv); err != nil {
		return Acceptance{}, err
	}
	person := w.who.person
	waiting, err := w.waiting(person.ID)
	if err != nil {
		return Acceptance{}, err
	}
	if err := w.notGivenYet(person.ID, inv.Lines, waiting); err != nil {
		return Acceptance{}, err
	}
	r.Answer = invitation.Answer{At: w.now, Person: person.ID, GivenName: w.who.Identity.GivenName, FamilyName: w.who.Identity.FamilyName, Email: c.Email}
	r.Version++
	w.changes.Recipients = append(w.changes.Recipients, r)
	m, known, err := w.member(person.ID)
	if err != nil {
		return Acceptance{}, err
	}
	m.Person, m.Email = person.ID, c.Email
	if r.Answer.GivenName != "" || r.Answer.FamilyName != "" { // some providers give none
		m.GivenName, m.FamilyName = r.Answer.GivenName, r.Answer.FamilyName
	}
	if !known {
		m.Language = r.Invitee.Language
	}
	if c.Language != "" {
		m.Language = c.Language
	}
	if err := w.putMember(m); err != nil {
		return Acceptance{}, err
	}
	requests := w.requestsFor(inv, r)
	if len(requests) == 0 {
		return Acceptance{}, &Error{Kind: ErrState, Code: CodePeriodOver, Err: wrongState("recipient", "over: what it offers has ended", "accept")}
	}
	w.changes.Requests = append(w.changes.Requests, requests...)
	for _, req := range requests {
		err := w.record(event{event: EventAccepted, person: person.ID, object: "request", objectID: req.ID.UUID,
			data: map[string]string{"recipient": r.ID.String(), "role": string(req.Line.Role), "period": req.Line.Period.String(), "unit": idText(req.Line.Unit),
				"differs": differences(r)},
			details: map[string]string{"given_name": r.Answer.GivenName, "family_name": r.Answer.FamilyName, "email": c.Email.String()}})
		if err != nil {
			return Acceptance{}, err
		}
	}
	return Acceptance{Person: person.ID, Requests: requests}, w.tellAccepted(inv, r, m)
}

// stillOffered looks again, at acceptance, whether whoever invited may give
// these roles (c-7c): the catalogue may have changed since.
func (w *work) stillOffered(inv invitation.Invitation) error {
	for _, l := range inv.Lines {
		role, known := w.catalogue.Role(l.Role)
		if !known || !role.MayBeGrantedBy(inv.InvitedAs) {
			return denied(CodeRoleNotGrantable)
		}
	}
	if err := w.unitsOpen(inv.Lines); err != nil {
		return err
	}
	return w.stillFit(inv.Lines)
}

// requestsFor makes a request of each line whose period isn't over.
func (w *work) requestsFor(inv invitation.Invitation, r invitation.Recipient) []invitation.Request {
	var requests []invitation.Request
	for _, l := range inv.Lines {
		if req, open := w.newRequest(r.Answer.Person, l); open {
			req.Invitation, req.Recipient, req.RequestedBy = inv.ID, r.ID, r.Answer.Person
			requests = append(requests, req)
		}
	}
	return requests
}

// newRequest asks for a line for a person, under what the role and the policy
// ask for now. It reports false when what the line offers is over.
func (w *work) newRequest(person PersonID, l invitation.Line) (invitation.Request, bool) {
	lapses := w.today(w.now).AddDays(w.policy.RequestDays + 1).Start(w.policy.Location).UTC()
	if end := l.Period.Window(w.policy.Location).To; !end.IsZero() && end.Before(lapses) {
		lapses = end
	}
	role, _ := w.catalogue.Role(l.Role)
	return invitation.Request{
		ID: RequestID{UUID: w.newID()}, Enterprise: w.ent.ID, Person: person, Line: l, State: invitation.Pending, RequestedAt: w.now, LapsesAt: lapses,
		Terms: invitation.RequestTerms{FourEyes: role.FourEyes, NoSelfApproval: w.policy.SelfApproval == ForbidSelf},
		Told:  w.toldAtFirst(lapses, w.policy.ReminderDays), Version: 1,
	}, w.now.Before(lapses)
}

func (w *work) tellAccepted(inv invitation.Invitation, r invitation.Recipient, m Member) error {
	offered, err := w.rolesOf(inv.Lines...)
	if err != nil {
		return err
	}
	data := map[string]string{DataPerson: m.Name(), DataRoles: offered, DataAddress: m.Email.String()}
	if err := w.tellDeciders(MessageAccepted, inv.Lines, data); err != nil {
		return err
	}
	if r.Invitee.Email.Same(m.Email) {
		return nil
	}
	// Once, to the address invited: whoever reads it should know that the
	// link was used with another (D29). The other address isn't told.
	v := r.Invitee
	w.tell(MessageAddressDiffers, Addressee{Kind: ToUser, Person: v.Person, Name: joinName(v.GivenName, v.FamilyName), Email: v.Email, Language: v.Language},
		map[string]string{DataRoles: offered})
	return nil
}

func differences(r invitation.Recipient) string {
	var s string
	for i, d := range r.Differences() {
		if i > 0 {
			s += ","
		}
		s += string(d)
	}
	return s
}
