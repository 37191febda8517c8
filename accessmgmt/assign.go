package accessmgmt

import (
	"context"
	"fmt"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Assignee is whom roles are given to directly: somebody the enterprise knows,
// by Person alone, or anybody by his national number, name and address.
type Assignee struct {
	Person PersonID

	Number     SSIN
	GivenName  string
	FamilyName string
	Email      Email
	Language   roles.Language
}

func (a Assignee) validate() (problems roles.Problems) {
	byNumber := !a.Number.IsZero()
	switch {
	case !a.Person.IsZero() && byNumber:
		problems.Add("", roles.ProblemMalformed, "a person is named by his id or by his number, not both")
	case a.Person.IsZero() && !byNumber:
		problems.Add("person", roles.ProblemRequired, "the person is missing: his id, or his national number with name and address")
	case byNumber:
		return invitation.Invitee{GivenName: a.GivenName, FamilyName: a.FamilyName, Email: a.Email, Language: a.Language}.Validate()
	}
	return problems
}

// Assign gives roles directly, without invitation (S1 §4, « attribution
// directe de rôle »): each line to each person.
type Assign struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Persons    []Assignee
	Lines      []invitation.Line
}

// Assigned is what became of one line for one person: an assignment or, of a
// role that needs two managers, a request that waits for the second. The other
// is zero.
type Assigned struct {
	Assignment RoleAssignment     `json:"assignment,omitzero"`
	Request    invitation.Request `json:"request,omitzero"`
	// GateMissing is the application of which the person needs some role before
	// the assignment gives him anything (D15, D25): he has none in force when the
	// assignment begins or, once it has begun, now. What the same command gives
	// counts. Empty: nothing is missing, or nothing was given yet.
	GateMissing roles.ApplicationCode `json:"gate_missing,omitzero"`
}

// Assign gives every line to every person, in one commit. There is one result
// for each, all lines of the first person first; one that fails doesn't stop
// the others. The users and the managers are told. It adds roles and takes
// none away; see [Service.Replace].
//
// Somebody named by a national number whom nobody knows yet is recognised by it
// when he first logs in. A person id that this enterprise doesn't know is
// [ErrNotFound].
//
// A role that needs two managers isn't given yet: the result holds a request
// with the first approval, which another manager approves. One whose gate is shut
// is given, and gives nothing yet: the result says what it waits for.
func (s *Service) Assign(ctx context.Context, actor Actor, c Assign) ([]Result[Assigned], error) {
	problems := tooMany("persons", len(c.Persons))
	switch {
	case len(c.Lines) == 0:
		problems.Add("lines", roles.ProblemRequired, "no role is named")
	case len(c.Lines) > invitation.MaxLines: // each is compared with the others of its person
		problems.Add("lines", roles.ProblemTooMany, fmt.Sprintf("at most %d roles for each person", invitation.MaxLines))
	}
	if len(problems) == 0 && len(c.Persons) > MaxItems/len(c.Lines) {
		problems.Add("persons", roles.ProblemTooMany, fmt.Sprintf("at most %d roles at once, persons times lines", MaxItems))
	}
	for i, p := range c.Persons {
		problems.AddAll(fmt.Sprintf("persons[%d]", i), p.validate())
	}
	if err := invalid(problems); err != nil {
		return nil, fail(ActAssign, err)
	}
	var results []Result[Assigned]
	err := s.command(ctx, actor, ActAssign, oneTime(c.ID, c, &results, numbersOf(c.Persons)...), c.Enterprise, nil, func(w *work) error {
		results = make([]Result[Assigned], len(c.Persons)*len(c.Lines))
		err := w.each(len(results), func(i int) error {
			who, line := i/len(c.Lines), i%len(c.Lines)
			a, err := w.assign(c.Persons[who], fmt.Sprintf("persons[%d]", who), c.Lines[line], fmt.Sprintf("lines[%d]", line))
			results[i].Value = a
			return err
		}, func(i int, err error) { results[i] = Result[Assigned]{Err: err} })
		if err != nil {
			return err
		}
		return gatesMissing(w, results, func(a *Assigned) (RoleAssignment, *roles.ApplicationCode) { return a.Assignment, &a.GateMissing })
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

func (w *work) assign(to Assignee, toPath string, l invitation.Line, path string) (Assigned, error) {
	if _, err := w.mayGive(l.Role, PersonID{}, path+".role"); err != nil {
		return Assigned{}, err
	}
	if err := w.validLine(l, path); err != nil {
		return Assigned{}, err
	}
	m, err := w.assignee(to, toPath)
	if err != nil {
		return Assigned{}, err
	}
	role, err := w.mayGive(l.Role, m.Person, path+".role")
	if err != nil {
		return Assigned{}, err
	}
	a := w.assignment(m.Person, l)
	if err := w.overlapping(a.Assignment); err != nil {
		return Assigned{}, err
	}
	if err := w.putMember(m); err != nil {
		return Assigned{}, err
	}
	switch asks, err := w.mayAskFor(role, m.Person); {
	case err != nil:
		return Assigned{}, err
	case asks:
		r, err := w.ask(invitation.GiveRole, AssignmentID{}, m.Person, l)
		return Assigned{Request: r}, err
	}
	w.putAssignment(a)
	if err := w.record(event{event: EventAssigned, person: a.Person, object: "assignment", objectID: a.ID.UUID, data: w.assignmentData(a, nil),
		details: map[string]string{"given_name": m.GivenName, "family_name": m.FamilyName, "email": m.Email.String()}}); err != nil {
		return Assigned{}, err
	}
	return Assigned{Assignment: a}, w.tellGiven(MessageAssigned, a, nil)
}

// numbersOf are the national numbers in a command, which its JSON doesn't show.
func numbersOf(persons []Assignee) []string {
	var all []string
	for _, p := range persons {
		all = append(all, p.Number.Reveal())
	}
	return all
}

// validLine refuses a line that the form would refuse.
func (w *work) validLine(l invitation.Line, path string) error {
	rules, err := w.rules([]invitation.Line{l})
	if err != nil {
		return err
	}
	var problems roles.Problems
	problems.AddAll(path, invitation.ValidateLine(l, rules))
	return invalid(problems)
}

// assignee finds the person a role goes to, with the name and address that the
// enterprise will know him by: those it has, or else those just given. path is
// where the command has him.
func (w *work) assignee(to Assignee, path string) (Member, error) {
	id := to.Person
	if !to.Number.IsZero() {
		p, err := w.personByNumber(to.Number)
		if err != nil {
			return Member{}, err
		}
		id = p.ID
	}
	m, known, err := w.member(id)
	switch {
	case err != nil:
		return Member{}, err
	case !m.ErasedAt.IsZero():
		return Member{}, erased(string(w.act))
	case known && !to.Number.IsZero():
		return m, sameName(m, to.FamilyName, path+".family_name")
	case known:
		return m, nil
	case to.Number.IsZero():
		return Member{}, notFound()
	}
	return Member{Enterprise: w.ent.ID, Person: id, GivenName: invitation.CleanText(to.GivenName), FamilyName: invitation.CleanText(to.FamilyName),
		Email: to.Email, Language: to.Language}, nil
}
