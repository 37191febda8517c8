package accessmgmt

import "github.com/egovroles/egovroles/invitation"

// notGivenYet refuses lines for a person who has one of their roles for some of
// the time already, or who waits for it: a second request could never be
// approved, and would only take up a manager's time (D26).
func (w *work) notGivenYet(person PersonID, lines []invitation.Line, waiting []invitation.Request) error {
	for _, l := range lines {
		a := w.assignment(person, l)
		if a.Window.Empty() {
			continue // it asks for nothing any more; see requestsFor
		}
		if err := w.overlapping(a.Assignment); err != nil {
			return err
		}
		if err := w.notAsked(waiting, invitation.GiveRole, AssignmentID{}, l); err != nil {
			return err
		}
	}
	return nil
}

// waiting are the requests for a person that wait, in the store and in this
// command.
func (w *work) waiting(person PersonID) ([]invitation.Request, error) {
	waiting, err := w.allPending(RequestFilter{Person: person})
	if err != nil {
		return nil, err
	}
	for _, r := range w.changes.Requests {
		if r.Person == person {
			waiting = append(waiting, r)
		}
	}
	return waiting, nil
}

// notAsked refuses a line that one of these requests asks for already, for some
// of the time.
func (w *work) notAsked(waiting []invitation.Request, kind invitation.RequestKind, target AssignmentID, l invitation.Line) error {
	for _, r := range waiting {
		if r.StateAt(w.now) == invitation.Pending && r.Kind == kind && r.Target == target &&
			r.Line.Role == l.Role && r.Line.Unit == l.Unit && r.Line.Period.Overlaps(l.Period) {
			return &Error{Kind: ErrState, Code: CodeAlreadyAsked, Existing: r.ID.UUID, Err: wrongState("request", "waiting for a decision", "ask again")}
		}
	}
	return nil
}
