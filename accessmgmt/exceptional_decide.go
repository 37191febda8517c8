package accessmgmt

import (
	"context"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// ApproveGAP is an operator's consent to an exceptional designation.
type ApproveGAP struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Request    DesignationID
	// Replaces is the term of the GAP in office, whom the candidate replaces, as
	// [Service.Candidacies] shows it. Zero: the office is vacant.
	Replaces DesignationID
	// Evidence names what the decision rests on, in one line; empty: the
	// documents of the request.
	Evidence string
}

// ApproveGAP makes the candidate of an exceptional request the enterprise's GAP,
// from now on, in the place of the one in office, in one commit as
// [Service.DesignateGAP] does. The enterprise knows him from now on by the name
// and address that he gave. Staff alone may, and not for himself, which is
// [ErrDenied] with CodeSelfApproval.
//
// A request that was decided is [ErrState]. When another term of office runs than
// the one said to be replaced it is [ErrState] with CodeOfficeChanged: a legal
// representative who designated somebody meanwhile isn't overruled unseen. A
// candidate who is in office meanwhile is [ErrState] with CodeAlreadyGAP. One who
// asked with an account that gave no national number, and proved it since, may be
// another person by now: that is [ErrState] with CodeAccountMoved, and he asks
// again, as who he is.
//
// The new GAP and the contact address get a message, and so do the former ones.
func (s *Service) ApproveGAP(ctx context.Context, actor Actor, c ApproveGAP) (Designation, error) {
	var problems roles.Problems
	if c.Evidence != "" {
		problems.AddAll("evidence", validateLine(c.Evidence))
	}
	if err := invalid(problems); err != nil {
		return Designation{}, fail(ActDecideGAP, err)
	}
	var done Designation
	err := s.command(ctx, actor, ActDecideGAP, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		term, err := w.requestedGAP(c.Request, "approve")
		if err != nil {
			return err
		}
		if w.isSelf(term.Person) {
			return denied(CodeSelfApproval)
		}
		if err := w.hasAccount(term.Person); err != nil {
			return err
		}
		if term.Person != w.ent.GAP && c.Replaces != w.ent.Designation {
			return &Error{Kind: ErrState, Code: CodeOfficeChanged, Existing: w.ent.Designation.UUID, Err: wrongState("gap", "another than was looked at", "replace")}
		}
		w.sealed = func() { done.Enterprise = w.ent }
		done, err = w.approveGAP(term, invitation.CleanText(c.Evidence))
		return err
	})
	if err != nil {
		return Designation{}, err
	}
	return done, nil
}

// hasAccount refuses to put somebody in office whom nobody can log in as: his
// account was taken over by the person whose national number its owner proved
// since.
func (w *work) hasAccount(id PersonID) error {
	p, err := w.store.Person(w.ctx, id)
	if err == nil && len(p.Identities)+len(p.Numbers) == 0 && p.ErasedAt.IsZero() {
		err = &Error{Kind: ErrState, Code: CodeAccountMoved, Err: wrongState("gap", "of an account that is another person's by now", "approve")}
	}
	return err
}

func (w *work) approveGAP(term GAP, evidence string) (Designation, error) {
	asked := term.Asked
	err := w.putMember(Member{Person: term.Person, GivenName: asked.GivenName, FamilyName: asked.FamilyName, Email: asked.Email,
		Phone: asked.Phone, Language: asked.Language})
	if err != nil {
		return Designation{}, err
	}
	if w.ent.Name == "" { // else it is the register's
		w.ent.Name = asked.EnterpriseName
	}
	term.State, term.From, term.DesignatedBy = GAPActive, w.now, w.who.person.ID
	if evidence != "" {
		term.Evidence = evidence
	}
	term.Version++
	former, err := w.takeOffice(term, asked.Contact, asked.Language)
	if err != nil {
		return Designation{}, err
	}
	return Designation{GAP: term, Replaced: former}, nil
}

// requestedGAP reads a request for the exceptional procedure that waits.
func (w *work) requestedGAP(id DesignationID, what string) (GAP, error) {
	terms, err := w.store.GAPs(w.ctx, w.ent.ID)
	if err != nil {
		return GAP{}, err
	}
	for _, term := range terms {
		switch {
		case term.ID != id || term.Asked.At.IsZero():
		case term.State != GAPRequested:
			return GAP{}, wrongState("gap", string(term.State), what)
		default:
			return term, nil
		}
	}
	return GAP{}, notFound()
}

// RefuseGAP is an operator's refusal of an exceptional designation.
type RefuseGAP struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Request    DesignationID
	// Reason is told to the candidate; it may not be empty.
	Reason string
}

// RefuseGAP refuses an exceptional request, and nothing else changes. Staff
// alone may. A request that was decided is [ErrState]. The candidate is told,
// with the reason.
func (s *Service) RefuseGAP(ctx context.Context, actor Actor, c RefuseGAP) (GAP, error) {
	if err := invalid(requireReason(c.Reason)); err != nil {
		return GAP{}, fail(ActDecideGAP, err)
	}
	reason := invitation.CleanText(c.Reason)
	var refused GAP
	err := s.command(ctx, actor, ActDecideGAP, oneTime(c.ID, c, &refused), c.Enterprise, nil, func(w *work) error {
		term, err := w.requestedGAP(c.Request, "refuse")
		if err != nil {
			return err
		}
		term.State, term.To, term.EndedBy, term.Reason = GAPRefused, w.now, w.who.person.ID, reason
		term.Version++
		refused = term
		w.changes.GAPs = append(w.changes.GAPs, term)
		w.tellCandidate(MessageGAPRefused, term, map[string]string{DataReason: reason})
		return w.record(event{event: EventGAPRefused, person: term.Person, object: "gap", objectID: term.ID.UUID,
			data: map[string]string{"procedure": string(term.Procedure)}, details: map[string]string{"reason": reason}})
	})
	if err != nil {
		return GAP{}, err
	}
	return refused, nil
}
