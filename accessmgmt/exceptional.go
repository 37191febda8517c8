package accessmgmt

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// How many requests for the exceptional procedure may wait. They hold for
// persons who ask for themselves, so that staff can always enter one.
const (
	// MaxWaitingGAPs is how many may wait in one enterprise.
	MaxWaitingGAPs = 20
	// MaxOwnWaitingGAPs is how many one person may have waiting, in all
	// enterprises. It is looked at before the commit, so that two requests at
	// once may exceed it by one.
	MaxOwnWaitingGAPs = 10
)

// RequestGAP asks for the exceptional procedure: that somebody become an
// enterprise's GAP though no legal representative can designate him with an eID
// (S1 §2.3; R3). An operator decides, on documents that the portal has.
type RequestGAP struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseNumber
	// EnterpriseName is what the candidate calls the enterprise.
	EnterpriseName string
	// Self: the actor is the candidate; staff asks for somebody else and leaves
	// it false.
	Self bool
	// GAP is the candidate. Staff gives the national number he is recognised by;
	// who asks for himself gives none, since what he says of himself must tie
	// his account to nobody's number. Its Language is also that of messages to
	// Contact.
	GAP Candidate
	// Contact is the office's general address, once he is in office.
	Contact Email
	// Evidence names the documents that show who he is and may do, as the portal
	// files them; one line.
	Evidence string
}

func (c RequestGAP) validate(staff bool) roles.Problems {
	var problems roles.Problems
	if c.Enterprise.IsZero() {
		problems.Add("enterprise", roles.ProblemRequired, "the enterprise number is missing")
	}
	problems.AddAll("enterprise_name", validateLine(c.EnterpriseName))
	if staff && c.Self {
		problems.Add("self", roles.ProblemMalformed, "staff asks for somebody else")
	}
	problems.AddAll("gap", invitation.Invitee{GivenName: c.GAP.GivenName, FamilyName: c.GAP.FamilyName, Email: c.GAP.Email, Language: c.GAP.Language}.Validate())
	switch {
	case staff && c.GAP.Number.IsZero():
		problems.Add("gap.number", roles.ProblemRequired, "the national number is missing")
	case !staff && !c.GAP.Number.IsZero():
		problems.Add("gap.number", roles.ProblemMalformed, "nobody gives his own number: it comes with his login, once that proves it")
	}
	if c.GAP.Phone != "" {
		problems.AddAll("gap.phone", invitation.ValidateName(c.GAP.Phone))
	}
	if c.Contact.IsZero() {
		problems.Add("contact", roles.ProblemRequired, "the office's contact address is missing")
	}
	problems.AddAll("evidence", validateLine(c.Evidence))
	return problems
}

// validateLine returns what is wrong with one line of text that must be there;
// the field is empty.
func validateLine(s string) (problems roles.Problems) {
	kept := invitation.CleanText(s)
	switch {
	case !invitation.Visible(kept):
		problems.Add("", roles.ProblemRequired, "the text is missing")
	case !utf8.ValidString(s) || strings.ContainsFunc(kept, func(r rune) bool { return invitation.ValidateName("x"+string(r)) != nil }):
		problems.Add("", roles.ProblemMalformed, "the text has characters that can't be shown in one line")
	case utf8.RuneCountInString(kept) > invitation.MaxReason:
		problems.Add("", roles.ProblemTooLong, fmt.Sprintf("the text has at most %d characters", invitation.MaxReason))
	}
	return problems
}

// GAPRequest is what [Service.RequestGAP] wrote down: what was sent, and the id
// under which an operator decides. It says nothing of the enterprise.
type GAPRequest struct {
	ID         DesignationID    `json:"id"`
	Enterprise EnterpriseNumber `json:"enterprise_number"`
	Asked      Candidacy        `json:"asked"`
	Evidence   string           `json:"evidence"`
}

// RequestGAP asks for the exceptional procedure, for oneself or, by staff, on
// behalf of somebody. It needs Policy.ExceptionalAssurance only, for want of an
// eID; the account that asked is the one that the office comes to, and it acts
// in it once it logs in as strongly as everybody must.
//
// It gives nobody any right, and tells the candidate nothing: whether the
// enterprise is registered here or has a GAP, the answer is the same. Nothing
// stops a legal representative from designating somebody meanwhile; the request
// then still waits for the operator. The enterprise's audit has the request, with
// the names and addresses, for those who may read it.
//
// A second request of the same person for the same enterprise, while one waits,
// is [ErrState] with CodeAlreadyAsked, and names the first. Too many that wait,
// in the enterprise or of this person (see [MaxWaitingGAPs]), are [ErrState]
// with CodeTooManyRequests. The GAP in office is [ErrState] with CodeAlreadyGAP.
// Who asks for somebody else, and isn't staff, is [ErrDenied] with
// CodeNotOperator.
//
// The candidate gets a message, and the contact address when the enterprise has
// a GAP.
func (s *Service) RequestGAP(ctx context.Context, actor Actor, c RequestGAP) (GAPRequest, error) {
	if err := s.admitted(ctx, ActRequestGAP, actor); err != nil {
		return GAPRequest{}, err
	}
	staff := actor.Capacity == AsOperator
	if !staff && !c.Self {
		return GAPRequest{}, s.turnedDown(ctx, ActRequestGAP, EnterpriseID{}, who{}, denied(CodeNotOperator))
	}
	if err := invalid(c.validate(staff)); err != nil {
		return GAPRequest{}, fail(ActRequestGAP, err)
	}
	var done GAPRequest
	err := s.run(ctx, actor, ActRequestGAP, oneTime(c.ID, c, &done, c.GAP.Number.Reveal()), []byte(c.Enterprise.Digits()), func(w *work) error {
		answered, err := w.designated(c.Enterprise)
		if answered || err != nil {
			return err
		}
		done, err = w.requestGAP(c)
		return err
	})
	if err != nil {
		return GAPRequest{}, err
	}
	return done, nil
}

func (w *work) requestGAP(c RequestGAP) (GAPRequest, error) {
	// The number is public, our register isn't: to ask makes nobody a stranger.
	if err := w.authorise(AsUser); err != nil {
		return GAPRequest{}, err
	}
	if w.ent.ID.IsZero() {
		// Not under the name that a stranger types: the register's comes with
		// the first designation, or this one when it is approved.
		if err := w.register(c.Enterprise, ""); err != nil {
			return GAPRequest{}, err
		}
		w.ent.Language = w.policy.Language
	}
	person := w.who.person
	if !c.Self {
		var err error
		if person, err = w.personByNumber(c.GAP.Number); err != nil {
			return GAPRequest{}, err
		}
	}
	if err := w.meets(person); err != nil {
		return GAPRequest{}, err
	}
	if err := w.mayAskForOffice(person.ID); err != nil {
		return GAPRequest{}, err
	}
	asked := Candidacy{
		At: w.now, By: w.who.person.ID, GivenName: invitation.CleanText(c.GAP.GivenName), FamilyName: invitation.CleanText(c.GAP.FamilyName),
		Email: c.GAP.Email, Phone: invitation.CleanText(c.GAP.Phone), Language: cmp.Or(c.GAP.Language, w.policy.Language), Contact: c.Contact,
		EnterpriseName: invitation.CleanText(c.EnterpriseName),
	}
	term := GAP{ID: DesignationID{w.newID()}, Enterprise: w.ent.ID, Person: person.ID, Procedure: Exceptional, State: GAPRequested,
		Evidence: invitation.CleanText(c.Evidence), Asked: asked, Version: 1}
	w.changes.GAPs = append(w.changes.GAPs, term)
	err := w.record(event{event: EventGAPRequested, person: person.ID, object: "gap", objectID: term.ID.UUID,
		data: map[string]string{"procedure": string(Exceptional), "self": yes(w.isSelf(person.ID))},
		details: map[string]string{"given_name": asked.GivenName, "family_name": asked.FamilyName, "email": asked.Email.String(),
			"contact": asked.Contact.String(), "enterprise_name": asked.EnterpriseName, "evidence": term.Evidence}})
	if err != nil {
		return GAPRequest{}, err
	}
	w.tellCandidate(MessageGAPRequested, term, nil)
	if !w.ent.GAP.IsZero() {
		w.tellEach(MessageGAPRequested, []Addressee{w.contact()}, nil)
	}
	return GAPRequest{ID: term.ID, Enterprise: c.Enterprise, Asked: asked, Evidence: term.Evidence}, nil
}

// mayAskForOffice refuses a request of who is in office, one that waits
// already, and more than may wait.
func (w *work) mayAskForOffice(person PersonID) error {
	if person == w.ent.GAP {
		return &Error{Kind: ErrState, Code: CodeAlreadyGAP, Err: wrongState("gap", string(GAPActive), "ask for")}
	}
	terms, err := w.store.GAPs(w.ctx, w.ent.ID)
	if err != nil {
		return err
	}
	waiting := 0
	for _, term := range terms {
		if term.State != GAPRequested {
			continue
		}
		if term.Person == person {
			return &Error{Kind: ErrState, Code: CodeAlreadyAsked, Existing: term.ID.UUID, Err: wrongState("gap", string(GAPRequested), "ask for")}
		}
		waiting++
	}
	if w.auth.as == AsOperator {
		return nil
	}
	if waiting >= MaxWaitingGAPs {
		return tooManyRequests("asked for by as many as may wait")
	}
	own, err := w.store.FindGAPs(w.ctx, GAPFilter{Persons: []PersonID{person}, States: []GAPState{GAPRequested}}, Page{Limit: MaxOwnWaitingGAPs})
	if err == nil && len(own) == MaxOwnWaitingGAPs {
		err = tooManyRequests("one more than a person may wait for")
	}
	return err
}

func tooManyRequests(why string) error {
	return &Error{Kind: ErrState, Code: CodeTooManyRequests, Err: wrongState("gap", why, "ask for")}
}

// tellCandidate tells who asked for the office, at the address he gave. Nobody
// has proved that it is his, so the message has none of the words that he typed,
// and not the enterprise's name either, which would tell him that it is
// registered here.
func (w *work) tellCandidate(event MessageEvent, term GAP, data map[string]string) {
	all := map[string]string{DataEnterprise: ""}
	maps.Copy(all, data)
	w.tell(event, Addressee{Kind: ToCandidate, Person: term.Person, Email: term.Asked.Email, Language: term.Asked.Language}, all)
}
