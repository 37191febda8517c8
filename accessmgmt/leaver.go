package accessmgmt

import (
	"context"
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// EndAll takes everything away from somebody who leaves.
type EndAll struct {
	// ID makes sending the command again harmless; see [CommandID].
	ID         CommandID
	Enterprise EnterpriseID
	Person     PersonID
	Reason     string // told to him; may be empty
}

// Leaving is what [Service.EndAll] did.
type Leaving struct {
	// Ended are the roles that he had or was to have.
	Ended []RoleAssignment `json:"ended,omitempty"`
	// Refused are his requests that waited.
	Refused []invitation.Request `json:"refused,omitempty"`
	// Revoked are the open invitations that name him or go to his address.
	Revoked []invitation.Recipient `json:"revoked,omitempty"`
	// Removed are his terms as co-GAP or access manager; only the GAP ends them.
	Removed []Manager `json:"removed,omitempty"`
	// Kept are roles that this manager sees but may not take away.
	Kept []RoleAssignment `json:"kept,omitempty"`
	// GAP: he is the GAP in office and stays it. A legal representative
	// designates another or vacates the office.
	GAP bool `json:"gap,omitempty"`
}

// EndAll ends, in one commit and from now on, all that a person has in an
// enterprise and that the actor may take away: roles in force and to come,
// requests, open invitations, and offices beside the GAP's (c-22). An access
// manager so ends what is of his domain. A person whom the enterprise doesn't
// know is [ErrNotFound]; that there is nothing to end is no error.
func (s *Service) EndAll(ctx context.Context, actor Actor, c EndAll) (Leaving, error) {
	problems := invitation.ValidateReason(c.Reason)
	if c.Person.IsZero() {
		problems.Add("person", roles.ProblemRequired, "the person is missing")
	}
	if err := invalid(problems); err != nil {
		return Leaving{}, fail(ActEndAll, err)
	}
	reason := invitation.CleanText(c.Reason)
	var done Leaving
	err := s.command(ctx, actor, ActEndAll, oneTime(c.ID, c, &done), c.Enterprise, nil, func(w *work) error {
		m, known, err := w.member(c.Person)
		if err != nil {
			return err
		}
		if !known {
			return notFound()
		}
		done = Leaving{GAP: w.ent.GAP == c.Person}
		for _, step := range []func(Member, string, *Leaving) error{w.leaveRoles, w.leaveRequests, w.leaveInvitations, w.leaveOffices} {
			if err := step(m, reason, &done); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Leaving{}, err
	}
	return done, nil
}

func (w *work) leaveRoles(m Member, reason string, done *Leaving) error {
	given, err := w.assignmentsOf(m.Person)
	if err != nil {
		return err
	}
	for _, a := range slices.Clone(given) {
		w.as = ""
		if err := w.mayTouch(a.Role); err != nil {
			if !isAnswer(err) {
				return err
			}
			if w.auth.sees(a.Role.Application()) {
				done.Kept = append(done.Kept, a)
			}
			continue
		}
		ended, err := w.end(a, w.now, EndedByManager, reason)
		if err != nil {
			return err
		}
		done.Ended = append(done.Ended, ended)
	}
	return nil
}

func (w *work) leaveRequests(m Member, reason string, done *Leaving) error {
	waiting, err := w.allPending(RequestFilter{Person: m.Person})
	if err != nil {
		return err
	}
	for _, r := range waiting {
		w.as = ""
		if err := w.mayTouch(r.Line.Role); err != nil {
			if !isAnswer(err) {
				return err
			}
			continue
		}
		refused, err := w.refuse(r, reason)
		if err != nil {
			return err
		}
		done.Refused = append(done.Refused, refused)
	}
	return nil
}

func (w *work) leaveInvitations(m Member, reason string, done *Leaving) error {
	filters := []RecipientFilter{{Person: m.Person}}
	if !m.Email.IsZero() {
		filters = append(filters, RecipientFilter{EmailKeys: []string{m.Email.Key()}})
	}
	seen := map[RecipientID]bool{}
	for _, f := range filters {
		err := w.eachInvited(f, func(inv invitation.Invitation, r invitation.Recipient) error {
			w.as = ""
			err := w.mayTouchLines(inv.Lines)
			named := r.Invitee.Person // an address may be several persons'
			if seen[r.ID] || !named.IsZero() && named != m.Person || err != nil && isAnswer(err) {
				return nil
			}
			if err != nil {
				return err
			}
			seen[r.ID] = true
			revoked, err := w.revoke(inv, r, reason)
			if err != nil {
				return err
			}
			done.Revoked = append(done.Revoked, revoked)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *work) leaveOffices(m Member, reason string, done *Leaving) error {
	if w.ent.GAP != w.who.person.ID {
		return nil
	}
	terms, err := w.terms()
	if err != nil {
		return err
	}
	for _, term := range terms {
		if state := term.StateAt(w.now); term.Person != m.Person || state != roles.Active && state != roles.Scheduled {
			continue
		}
		w.as = ""
		removed, err := w.removeManager(term, reason)
		if err != nil {
			return err
		}
		done.Removed = append(done.Removed, removed)
	}
	return nil
}

// cancelOpen revokes the open invitations and refuses the open requests of an
// enterprise whose GAP leaves office, where the policy says so (D5).
func (w *work) cancelOpen() error {
	if w.policy.OnGAPChange != Cancel {
		return nil
	}
	err := w.eachInvited(RecipientFilter{}, func(inv invitation.Invitation, r invitation.Recipient) error {
		_, err := w.revoke(inv, r, "")
		return err
	})
	if err != nil {
		return err
	}
	waiting, err := w.allPending(RequestFilter{})
	if err != nil {
		return err
	}
	for _, r := range waiting {
		if _, err := w.refused(r, ""); err != nil {
			return err
		}
	}
	return nil
}
