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
// with the first approval, which another manager approves.
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
		return w.each(len(results), func(i int) error {
			who, line := i/len(c.Lines), i%len(c.Lines)
			a, err := w.assign(c.Persons[who], fmt.Sprintf("persons[%d]", who), c.Lines[line], fmt.Sprintf("lines[%d]", line))
			results[i].Value = a
			return err
		}, func(i int, err error) { results[i] = Result[Assigned]{Err: err} })
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

// Replace puts one role in the place of another.
type Replace struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Assignment AssignmentID
	// Line is the new role; the old one ends when it starts.
	Line invitation.Line
}

// Replacement is what [Service.Replace] did. When the new role needs two
// managers, nothing has changed yet: Request waits for the second, and the
// others are zero.
type Replacement struct {
	Ended   RoleAssignment     `json:"ended,omitzero"`
	Given   RoleAssignment     `json:"given,omitzero"`
	Request invitation.Request `json:"request,omitzero"`
}

// Replace ends one assignment and starts another in one step (S1 §4 « modifier
// le rôle »; D1, D27): there is no instant with both, nor one with neither,
// unless the old role ends by itself before the new one starts. The
// actor must be allowed to give both roles. An assignment that is over is
// [ErrState]. The user and the managers are told.
func (s *Service) Replace(ctx context.Context, actor Actor, c Replace) (Replacement, error) {
	var done Replacement
	err := s.command(ctx, actor, ActReplace, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		old, err := w.running(c.Assignment, "replace")
		if err != nil {
			return err
		}
		role, err := w.mayGive(c.Line.Role, old.Person, "line.role")
		if err != nil {
			return err
		}
		if err := w.validLine(c.Line, "line"); err != nil {
			return err
		}
		asks, err := w.mayAskFor(role, old.Person)
		switch {
		case err != nil:
			return err
		case asks:
			if err := w.replaceable(old); err != nil {
				return err
			}
			done = Replacement{}
			done.Request, err = w.ask(invitation.ReplaceRole, old.ID, old.Person, c.Line)
			return err
		}
		done, err = w.replace(c.Assignment, c.Line, RequestID{})
		return err
	})
	if err != nil {
		return Replacement{}, err
	}
	return done, nil
}

// replaceable refuses one that is to end on a day to come; only End is possible.
func (w *work) replaceable(old RoleAssignment) error {
	if !old.EndedAt.IsZero() {
		return wrongState("assignment", string(old.Ending), string(w.act))
	}
	return nil
}

// replace puts a line in the place of an assignment, on a request or directly.
// The new role was looked at before.
func (w *work) replace(target AssignmentID, l invitation.Line, request RequestID) (Replacement, error) {
	as := w.as
	old, err := w.running(target, "replace")
	if err != nil {
		return Replacement{}, err
	}
	if err := w.replaceable(old); err != nil {
		return Replacement{}, err
	}
	w.as = as
	given := w.assignment(old.Person, l)
	given.Replaces, given.Request = old.ID, request
	if given.Window.Empty() { // only a request can have become too old
		return Replacement{}, &Error{Kind: ErrState, Code: CodePeriodOver, Err: wrongState("request", "over: what it asks for has ended", "approve")}
	}
	ended := w.ended(old, EndedByReplace, "")
	ended.EndedAt, ended.ReplacedBy = given.Window.From, given.ID
	if _, err := w.assignmentsOf(old.Person); err != nil {
		return Replacement{}, err
	}
	w.putAssignment(ended) // first, so that it doesn't overlap the new one
	if err := w.overlapping(given.Assignment); err != nil {
		return Replacement{}, err
	}
	w.putAssignment(given)
	data := map[string]string{"replaces": old.ID.String(), "replaced_role": string(old.Role), "request": idText(request)}
	err = w.record(event{event: EventReplaced, person: old.Person, object: "assignment", objectID: given.ID.UUID, data: w.assignmentData(given, data)})
	if err != nil {
		return Replacement{}, err
	}
	return Replacement{Ended: ended, Given: given}, w.tellGiven(MessageReplaced, given, nil, lineFor(old, old.Period), lineFor(given, given.Period))
}

// running reads an assignment that is in force or to come, and that this actor
// may take away.
func (w *work) running(id AssignmentID, what string) (RoleAssignment, error) {
	a, err := w.current(id)
	if err != nil {
		return RoleAssignment{}, err
	}
	if err := w.mayTouch(a.Role); err != nil {
		return RoleAssignment{}, err
	}
	return a, w.isRunning(a, what)
}

// current reads an assignment of this enterprise, with what this command has
// done to it.
func (w *work) current(id AssignmentID) (RoleAssignment, error) {
	found, err := w.store.Assignments(w.ctx, w.ent.ID, []AssignmentID{id})
	if err != nil {
		return RoleAssignment{}, err
	}
	if len(found) == 0 {
		return RoleAssignment{}, notFound()
	}
	a := found[0]
	for _, i := range w.written[a.Person] {
		if changed := w.changes.Assignments[i]; changed.ID == id {
			a = changed
		}
	}
	return a, nil
}

func (w *work) isRunning(a RoleAssignment, what string) error {
	if state := a.StateAt(w.now); state != roles.Active && state != roles.Scheduled {
		return wrongState("assignment", string(state), what)
	}
	return nil
}

// ended returns an assignment ended by the actor, now.
func (w *work) ended(a RoleAssignment, how Ending, reason string) RoleAssignment {
	a.EndedAt, a.EndedBy, a.Ending, a.EndReason = w.now, w.who.person.ID, how, reason
	a.Version++
	return a
}
