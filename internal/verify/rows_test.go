package verify_test

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// now is the instant that the tests' rows are of.
var now = time.Date(2026, time.March, 2, 9, 30, 0, 123456000, time.UTC)

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// number makes an enterprise number, the same for the same n.
func number(n int) accessmgmt.EnterpriseNumber {
	return accessmgmt.MustParseEnterpriseNumber(fmt.Sprintf("%08d%02d", 4_000_000+n, 97-(4_000_000+n)%97))
}

// unitNumber makes an establishment unit number, the same for the same n.
func unitNumber(n int) accessmgmt.EstablishmentUnitNumber {
	return accessmgmt.MustParseEstablishmentUnitNumber(fmt.Sprintf("%08d%02d", 21_000_000+n, 97-(21_000_000+n)%97))
}

// registered returns the changeset that registers the nth enterprise.
func registered(n int) accessmgmt.Changes {
	return accessmgmt.Changes{
		Enterprise: accessmgmt.Enterprise{
			ID: accessmgmt.EnterpriseID{UUID: newID()}, Number: number(n), Name: "Dubois SPRL", Epoch: 1,
			Contact: invitation.MustParseEmail("direction@example.be"), Language: roles.French, CreatedAt: now,
		},
		Command: command(),
	}
}

func command() accessmgmt.Command {
	return accessmgmt.Command{ID: accessmgmt.CommandID{UUID: newID()}, Act: accessmgmt.ActInvite, Actor: accessmgmt.PersonID{UUID: newID()}, At: now}
}

// next returns the changeset that follows on an enterprise, with an audit
// record in it.
func next(e accessmgmt.Enterprise) accessmgmt.Changes {
	e.Epoch++
	c := accessmgmt.Changes{Enterprise: e, Command: command()}
	c.Audit = []accessmgmt.AuditRecord{{
		Enterprise: e.ID, Seq: e.Epoch, At: now, Event: accessmgmt.EventAssigned, Actor: c.Command.Actor,
		Capacity: accessmgmt.AsGAP, Assurance: accessmgmt.AssuranceHigh, Hash: accessmgmt.Digest{byte(e.Epoch)},
		Data: map[string]string{"role": "monespace.editor"},
	}}
	return c
}

func assignment(e accessmgmt.EnterpriseID, person accessmgmt.PersonID) accessmgmt.RoleAssignment {
	day := roles.Date{Year: 2026, Month: time.March, Day: 2}
	return accessmgmt.RoleAssignment{
		Assignment: roles.Assignment{
			ID: accessmgmt.AssignmentID{UUID: newID()}, Person: person, Enterprise: e, Role: roles.Editor,
			Period: roles.From(day), Window: roles.Window{From: now},
		},
		GivenBy: person, GivenAs: accessmgmt.AsGAP, GivenAt: now, Version: 1,
	}
}

func recipient(e accessmgmt.EnterpriseID, of invitation.ID, n int) invitation.Recipient {
	id := newID()
	return invitation.Recipient{
		ID: invitation.RecipientID{UUID: id}, Enterprise: e, Invitation: of,
		Invitee: invitation.Invitee{GivenName: "Ben", FamilyName: "Peeters", Email: invitation.MustParseEmail(fmt.Sprintf("ben.%d@example.be", n))},
		State:   invitation.Invited, Expires: roles.Date{Year: 2026, Month: time.April, Day: 1}, ExpiresAt: now.AddDate(0, 1, 0),
		Generation: 1, KeyID: "k1", TokenHash: invitation.TokenHash(append(id[:], id[:]...)), SentAt: now, CreatedAt: now, Version: 1,
	}
}

func message(e accessmgmt.EnterpriseID) accessmgmt.Message {
	return accessmgmt.Message{
		ID: accessmgmt.MessageID{UUID: newID()}, Enterprise: e, Event: accessmgmt.MessageAccepted,
		To: accessmgmt.Addressee{
			Kind: accessmgmt.ToGAP, Person: accessmgmt.PersonID{UUID: newID()}, Name: "Anne Dubois",
			Email: invitation.MustParseEmail("anne@example.be"), Language: roles.French,
		},
		Data:      map[string]string{"enterprise": "Dubois SPRL"},
		CreatedAt: now, State: accessmgmt.MessagePending, NextAt: now,
	}
}

// bulk returns the changeset of an invitation to n persons.
func bulk(e accessmgmt.Enterprise, n int) accessmgmt.Changes {
	c := next(e)
	id := invitation.ID{UUID: newID()}
	c.Invitations = []invitation.Invitation{{ID: id, Enterprise: e.ID, CreatedAt: now, Version: 1}}
	record := c.Audit[0]
	c.Audit = nil
	for i := range n {
		r := recipient(e.ID, id, i)
		m := message(e.ID)
		m.Recipient, m.Generation, m.KeyID = r.ID, 1, "k1"
		record.Ordinal = i
		c.Recipients, c.Messages, c.Audit = append(c.Recipients, r), append(c.Messages, m), append(c.Audit, record)
	}
	return c
}
