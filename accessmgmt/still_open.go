package accessmgmt

import (
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// What is still open in the enterprise at the instant of a command: roles that
// run or are to come, requests that wait, invitations that can be answered.
// These read the store, and don't see what the command itself has changed.

// allRunning reads the assignments of a filter that are in force or to come.
func (w *work) allRunning(f AssignmentFilter) ([]RoleAssignment, error) {
	f.Enterprises, f.States, f.At = []EnterpriseID{w.ent.ID}, []roles.AssignmentState{roles.Active, roles.Scheduled}, w.now
	return allOf(func(p Page) ([]RoleAssignment, error) { return w.store.FindAssignments(w.ctx, f, p) }, assignmentKey)
}

// allPending reads the requests of a filter that wait for a decision.
func (w *work) allPending(f RequestFilter) ([]invitation.Request, error) {
	f.Enterprises, f.States, f.At = []EnterpriseID{w.ent.ID}, []invitation.RequestState{invitation.Pending}, w.now
	return allOf(func(p Page) ([]invitation.Request, error) { return w.store.FindRequests(w.ctx, f, p) }, requestKey)
}

// eachInvited calls do with each recipient of a filter who can answer, and his
// invitation.
func (w *work) eachInvited(f RecipientFilter, do func(invitation.Invitation, invitation.Recipient) error) error {
	f.Enterprises, f.States, f.At = []EnterpriseID{w.ent.ID}, []invitation.RecipientState{invitation.Invited}, w.now
	return eachPage(func(p Page) ([]invitation.Recipient, error) { return w.store.FindRecipients(w.ctx, f, p) }, recipientKey,
		func(open []invitation.Recipient) error {
			invitations, err := w.invitationsOf(open)
			if err != nil {
				return err
			}
			for _, r := range open {
				if err := do(invitations[r.Invitation], r); err != nil {
					return err
				}
			}
			return nil
		})
}
