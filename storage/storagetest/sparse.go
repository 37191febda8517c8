package storagetest

import (
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// sparse returns a changeset with rows of which every part is empty that may
// be.
func (w *world) sparse(s *suite) accessmgmt.Changes {
	e := accessmgmt.Enterprise{ID: w.enterprise.ID, Number: w.enterprise.Number, Epoch: 1, Language: roles.French, CreatedAt: base}
	gap, offer, request, assignment := s.gap(e, w.person), s.invitation(e), s.request(e, w.person), s.assignment(e, w.person)
	recipient, message := s.recipient(e, offer.ID), s.message(e)
	manager, unit, suspension, template := s.manager(e, w.person), s.unit(e), s.suspension(e), s.template(e)
	gap.DesignatedBy, gap.From = accessmgmt.PersonID{}, time.Time{}
	manager.NamedBy, manager.Window = accessmgmt.PersonID{}, roles.Window{}
	unit.Name, unit.AddedBy = "", accessmgmt.PersonID{}
	suspension.SuspendedBy, suspension.Reason = accessmgmt.PersonID{}, ""
	template.Name, template.Lines, template.CreatedBy = "", nil, accessmgmt.PersonID{}
	offer.Lines = nil
	recipient.Invitee = invitation.Invitee{}
	recipient.Generation, recipient.KeyID, recipient.TokenHash, recipient.SentAt = 0, "", invitation.TokenHash{}, time.Time{}
	request.Invitation, request.Recipient = invitation.ID{}, invitation.RecipientID{}
	assignment.GivenBy = accessmgmt.PersonID{}
	assignment.Window.From = time.Time{}
	message.To.Person, message.To.Email, message.Data, message.Also = accessmgmt.PersonID{}, accessmgmt.Email{}, nil, nil
	return accessmgmt.Changes{
		Enterprise:  e,
		Command:     accessmgmt.Command{ID: accessmgmt.CommandID{UUID: s.id()}, Act: accessmgmt.ActInvite, At: base},
		Persons:     []accessmgmt.Person{{ID: w.person, CreatedAt: base, Version: 1}},
		Members:     []accessmgmt.Member{{Enterprise: e.ID, Person: w.person, Language: roles.French, UpdatedAt: base, Version: 1}},
		GAPs:        []accessmgmt.GAP{gap},
		Managers:    []accessmgmt.Manager{manager},
		Units:       []accessmgmt.Unit{unit},
		Suspensions: []accessmgmt.Suspension{suspension},
		Templates:   []invitation.Template{template},
		Invitations: []invitation.Invitation{offer},
		Recipients:  []invitation.Recipient{recipient},
		Requests:    []invitation.Request{request},
		Assignments: []accessmgmt.RoleAssignment{assignment},
		Audit:       []accessmgmt.AuditRecord{{Enterprise: e.ID, Seq: 1, At: base, Event: accessmgmt.EventInvited, Capacity: accessmgmt.AsGAP}},
		Messages:    []accessmgmt.Message{message},
	}
}
