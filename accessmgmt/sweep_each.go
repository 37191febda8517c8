package accessmgmt

import (
	"bytes"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// sweeping is an errand in one enterprise as it is decided.
type sweeping struct {
	*work
	errand

	until         time.Time
	done, waiting int
}

func (sw *sweeping) do(ids []uuid.UUID) error {
	switch sw.kind {
	case DueInvitation:
		return sw.invitations(ids)
	case DueRequest:
		return sw.requests(ids)
	case DueRole:
		return sw.assignments(ids)
	default:
		return sw.offices(ids)
	}
}

// due reports whether what ends at an instant is still this errand's.
func (sw *sweeping) due(told roles.Told, ends time.Time) bool {
	return told == sw.told && !ends.IsZero() && !ends.After(sw.until) && sw.over == !sw.now.Before(ends)
}

// after is what people have been told once it is done.
func (sw *sweeping) after() roles.Told {
	if sw.over {
		return roles.ToldOver
	}
	return roles.ToldSoon
}

func idsAs[ID ~struct{ uuid.UUID }](ids []uuid.UUID) []ID {
	all := make([]ID, len(ids))
	for i, id := range ids {
		all[i] = ID{id}
	}
	return all
}

func (sw *sweeping) invitations(ids []uuid.UUID) error {
	found, err := sw.store.Recipients(sw.ctx, sw.ent.ID, idsAs[RecipientID](ids))
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b invitation.Recipient) int { return comparePlaces(recipientKey(a), recipientKey(b)) })
	invitations, err := sw.invitationsOf(found)
	if err != nil {
		return err
	}
	if !sw.over {
		var to []Email
		for _, r := range found {
			to = append(to, r.Invitee.Email)
		}
		sw.readFull(to)
	}
	for _, r := range found {
		if r.State != invitation.Invited || !sw.due(r.Told, r.ExpiresAt) {
			continue
		}
		inv := invitations[r.Invitation]
		if !sw.over {
			switch err := sw.mayRemind(inv, r); {
			case isAnswer(err):
				sw.waiting++
				continue
			case err != nil:
				return err
			}
		}
		sw.done++
		r.Told = sw.after()
		r.Version++
		sw.changes.Recipients = append(sw.changes.Recipients, r)
		tell, event := sw.tellReminded, EventReminded
		if sw.over {
			tell, event = sw.tellExpired, EventExpired
		}
		if err := tell(inv, r); err != nil {
			return err
		}
		if err := sw.recordSwept(event, r.Invitee.Person, "recipient", r.ID.UUID, map[string]string{"invitation": inv.ID.String(), "expires": r.Expires.String()}); err != nil {
			return err
		}
	}
	return nil
}

// mayRemind refuses a reminder of what can't be accepted now, and one mail too
// many.
func (sw *sweeping) mayRemind(inv invitation.Invitation, r invitation.Recipient) error {
	if !sw.ent.SuspendedAt.IsZero() {
		return wrongState("enterprise", "suspended", string(sw.act))
	}
	if err := sw.stillOffered(inv); err != nil {
		return err
	}
	if len(sw.requestsFor(inv, r)) == 0 {
		return wrongState("recipient", "over: what it offers has ended", string(sw.act))
	}
	return sw.post(r.Invitee.Email)
}

// dataOf is what both messages of an invitation that ends say.
func (sw *sweeping) dataOf(inv invitation.Invitation, r invitation.Recipient) (Addressee, map[string]string, error) {
	offered, err := sw.rolesOf(inv.Lines...)
	v := r.Invitee
	to := Addressee{Kind: ToUser, Person: v.Person, Name: joinName(v.GivenName, v.FamilyName), Email: v.Email, Language: v.Language}
	return to, map[string]string{DataPerson: to.Name, DataRoles: offered, DataExpires: r.Expires.String()}, err
}

func (sw *sweeping) tellReminded(inv invitation.Invitation, r invitation.Recipient) error {
	to, data, err := sw.dataOf(inv, r)
	if err != nil {
		return err
	}
	if data[DataBy], err = sw.nameOf(inv.InvitedBy); err != nil {
		return err
	}
	data[DataMessage] = inv.Message
	m := sw.tell(MessageReminder, to, data)
	m.Recipient, m.Generation, m.KeyID = r.ID, r.Generation, r.KeyID
	return nil
}

func (sw *sweeping) tellExpired(inv invitation.Invitation, r invitation.Recipient) error {
	to, data, err := sw.dataOf(inv, r)
	if err != nil {
		return err
	}
	sw.tell(MessageExpired, to, data)
	return sw.tellDeciders(MessageExpired, inv.Lines, data)
}

func (sw *sweeping) requests(ids []uuid.UUID) error {
	found, err := sw.store.Requests(sw.ctx, sw.ent.ID, idsAs[RequestID](ids))
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b invitation.Request) int { return comparePlaces(requestKey(a), requestKey(b)) })
	for _, r := range found {
		if r.State != invitation.Pending || !sw.due(r.Told, r.LapsesAt) {
			continue
		}
		sw.done++
		r.Told = sw.after()
		r.Version++
		sw.changes.Requests = append(sw.changes.Requests, r)
		data, err := sw.dataOfRole(r.Person, r.Line)
		if err != nil {
			return err
		}
		// The last day on which it can be, or could have been, decided.
		data[DataExpires] = sw.today(r.LapsesAt.Add(-1)).String()
		message, event := MessageLapsing, EventLapsing
		if sw.over {
			message, event = MessageLapsed, EventLapsed
			if err := sw.tellUser(message, r.Person, data); err != nil {
				return err
			}
		}
		if err := sw.tellDeciders(message, []invitation.Line{r.Line}, data); err != nil {
			return err
		}
		if err := sw.recordSwept(event, r.Person, "request", r.ID.UUID, map[string]string{"role": string(r.Line.Role), "unit": idText(r.Line.Unit), "expires": data[DataExpires]}); err != nil {
			return err
		}
	}
	return nil
}

func (sw *sweeping) dataOfRole(person PersonID, l invitation.Line) (map[string]string, error) {
	name, err := sw.nameOf(person)
	if err != nil {
		return nil, err
	}
	line, err := sw.rolesOf(l)
	return map[string]string{DataPerson: name, DataRoles: line}, err
}

func (sw *sweeping) assignments(ids []uuid.UUID) error {
	found, err := sw.store.Assignments(sw.ctx, sw.ent.ID, idsAs[AssignmentID](ids))
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b RoleAssignment) int { return comparePlaces(assignmentKey(a), assignmentKey(b)) })
	for _, a := range found {
		if !a.EndedAt.IsZero() || !sw.due(a.Told, a.Window.To) {
			continue
		}
		sw.done++
		a.Told = sw.after()
		a.Version++
		goesOn, err := sw.goesOn(a)
		if err != nil {
			return err
		}
		sw.putAssignment(a)
		message, event := MessageEnding, EventEnding
		if sw.over {
			message, event = MessageOver, EventOver
		}
		line := lineFor(a, a.Period)
		if !goesOn {
			data, err := sw.dataOfRole(a.Person, line)
			if err != nil {
				return err
			}
			end, _ := a.Period.End()
			data[DataExpires] = end.String()
			if err := sw.tellUser(message, a.Person, data); err != nil {
				return err
			}
			if err := sw.tellDeciders(message, []invitation.Line{line}, data); err != nil {
				return err
			}
		}
		if err := sw.recordSwept(event, a.Person, "assignment", a.ID.UUID, map[string]string{"role": string(a.Role), "period": a.Period.String(), "unit": idText(a.Unit), "goes_on": yes(goesOn)}); err != nil {
			return err
		}
	}
	return nil
}

// goesOn reports whether the person has the role for the same scope after the
// end of an assignment too, by another.
func (sw *sweeping) goesOn(a RoleAssignment) (bool, error) {
	given, err := sw.assignmentsOf(a.Person)
	return slices.ContainsFunc(given, func(next RoleAssignment) bool {
		return next.ID != a.ID && next.Role == a.Role && next.Unit == a.Unit && next.InForce().Contains(a.Window.To)
	}), err
}

func (sw *sweeping) offices(ids []uuid.UUID) error {
	terms, err := sw.terms()
	if err != nil {
		return err
	}
	for _, term := range terms {
		if !slices.Contains(ids, term.ID.UUID) || !term.EndedAt.IsZero() || !sw.due(term.Told, term.Window.To) {
			continue
		}
		sw.done++
		ends := term.Window.To
		// The office goes on when he is in it again at once.
		goesOn := slices.ContainsFunc(terms, func(m Manager) bool {
			return m.ID != term.ID && m.Person == term.Person && m.Kind == term.Kind && m.Domain == term.Domain && m.InOfficeAt(ends)
		})
		term.Told = sw.after()
		term.Version++
		sw.changes.Managers = append(sw.changes.Managers, term)
		last := ""
		if term.Kind == CoGAP && len(leaders(sw.ent.GAP, terms, ends)) == 0 {
			last = "yes"
		}
		event := EventOfficeEnding
		if sw.over {
			event = EventOfficeOver
		}
		if !sw.over && !goesOn {
			end, _ := term.Period.End()
			if err := sw.tellOffice(MessageManagerEnding, term, map[string]string{DataExpires: end.String(), DataLast: last}); err != nil {
				return err
			}
		}
		if err := sw.recordSwept(event, term.Person, "manager", term.ID.UUID, map[string]string{"kind": string(term.Kind), "domain": string(term.Domain), "last": last, "goes_on": yes(goesOn)}); err != nil {
			return err
		}
	}
	return nil
}

// recordSwept records what nobody did.
func (sw *sweeping) recordSwept(e AuditEvent, person PersonID, object string, id uuid.UUID, data map[string]string) error {
	return sw.record(event{event: e, person: person, object: object, objectID: id, data: data})
}

// Never is no warning at all, where a number of days ahead is asked for.
const Never = -1

func comparePlaces(a, b PageKey) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}
