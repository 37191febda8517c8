package accessmgmt

import (
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// addressed is what stands in the way of inviting people, read once for all of
// them: a call may be about 10,000.
type addressed struct {
	// open are the invitations that are open, by the key of their address.
	open map[string][]openInvitation
	// waiting are the requests that wait, of those named by their ids.
	waiting map[PersonID][]invitation.Request
}

type openInvitation struct {
	recipient RecipientID
	lines     []invitation.Line
}

// readAddressed reads what inviting these people to these lines is looked at
// against.
func (w *work) readAddressed(invitees []invitation.Invitee, lines []invitation.Line) (addressed, error) {
	a := addressed{open: map[string][]openInvitation{}, waiting: map[PersonID][]invitation.Request{}}
	var keys []string
	var named []PersonID
	for _, v := range invitees {
		keys = append(keys, v.Email.Key())
		if !v.Person.IsZero() {
			named = append(named, v.Person)
		}
	}
	err := w.eachInvited(RecipientFilter{EmailKeys: keys}, func(inv invitation.Invitation, r invitation.Recipient) error {
		key := r.Invitee.Email.Key()
		a.open[key] = append(a.open[key], openInvitation{r.ID, inv.Lines})
		return nil
	})
	if err != nil || len(named) == 0 {
		return a, err
	}
	if err := w.readMembers(named); err != nil {
		return a, err
	}
	if err := w.readAssignments(named); err != nil {
		return a, err
	}
	filter := RequestFilter{Roles: rolesIn(lines)}
	if len(named) == 1 {
		filter.Person = named[0]
	}
	waiting, err := w.allPending(filter)
	if err != nil {
		return a, err
	}
	for _, r := range waiting {
		a.waiting[r.Person] = append(a.waiting[r.Person], r)
	}
	return a, nil
}

func rolesIn(lines []invitation.Line) []roles.Code {
	var codes []roles.Code
	for _, l := range lines {
		codes = append(codes, l.Role)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// mayBeAddressed refuses a recipient who can't be invited to these lines,
// whatever becomes of the others. path is where the command has him.
func (w *work) mayBeAddressed(to invitation.Invitee, path string, lines []invitation.Line, there addressed) error {
	if !to.Person.IsZero() {
		if _, err := w.mayOffer(lines, []invitation.Invitee{to}); err != nil {
			return err
		}
	}
	if err := notYetInvited(to, lines, there, RecipientID{}); err != nil {
		return err
	}
	return w.mayBeNamed(to, path, lines, there)
}

// notYetInvited refuses a second open invitation to one address for one role
// and scope at overlapping times, beside the recipient who is sent his own
// again (D26). What an old one offered and is over is no obstacle.
func notYetInvited(to invitation.Invitee, lines []invitation.Line, there addressed, again RecipientID) error {
	for _, open := range there.open[to.Email.Key()] {
		for _, offered := range open.lines {
			if open.recipient != again && slices.ContainsFunc(lines, func(l invitation.Line) bool {
				return l.Role == offered.Role && l.Unit == offered.Unit && l.Period.Overlaps(offered.Period)
			}) {
				return &Error{Kind: ErrState, Code: CodeAlreadyInvited, Existing: open.recipient.UUID, Err: wrongState("recipient", string(invitation.Invited), "invite again")}
			}
		}
	}
	return nil
}

// mayBeNamed refuses a recipient picked by a person id that this enterprise
// doesn't know, since an id is no way to find out about people elsewhere, and
// one who couldn't accept these lines; of others that shows when they accept.
func (w *work) mayBeNamed(to invitation.Invitee, path string, lines []invitation.Line, there addressed) error {
	if to.Person.IsZero() {
		return nil
	}
	switch m, known, err := w.member(to.Person); {
	case err != nil:
		return err
	case !m.ErasedAt.IsZero():
		return erased(string(w.act))
	case !known:
		return invalidField(path+".person", roles.ProblemUnknown, "the enterprise knows no such person")
	}
	return w.notGivenYet(to.Person, lines, there.waiting[to.Person])
}
