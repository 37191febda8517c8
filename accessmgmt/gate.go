package accessmgmt

import "github.com/egovroles/egovroles/roles"

// gateMissing returns the application that the person of an assignment needs a
// role of beside it, when the assignment gives nothing for want of it at the
// instant it takes effect: when it begins or, once it has begun, now (D15, D25).
// Empty: nothing is missing. It counts all that this command has done so far,
// so ask when all items are decided. The answer is the check's of that instant.
func (w *work) gateMissing(a RoleAssignment) (roles.ApplicationCode, error) {
	role, known := w.catalogue.Role(a.Role)
	if !known || role.Gate == "" {
		return "", nil
	}
	held, err := w.assignmentsOf(a.Person)
	if err != nil {
		return "", err
	}
	all := make([]roles.Assignment, len(held))
	for i, h := range held {
		all[i] = h.Assignment
	}
	at := a.InForce().From
	if at.Before(w.now) {
		at = w.now
	}
	if w.catalogue.GateOpen(all, a.Assignment, at) {
		return "", nil
	}
	return role.Gate, nil
}

// gatesMissing fills in what gates are missing of the items of a bulk that gave
// something, once all of them are decided: one may open the gate of another.
func gatesMissing[T any](w *work, results []Result[T], of func(*T) (given RoleAssignment, missing *roles.ApplicationCode)) error {
	for i := range results {
		if results[i].Err != nil {
			continue
		}
		given, missing := of(&results[i].Value)
		var err error
		if *missing, err = w.gateMissing(given); err != nil {
			return err
		}
	}
	return nil
}
