package main

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// now is the instant that the rows are of, later the one that the service's clock
// stands at.
var (
	now   = time.Date(2026, time.March, 2, 9, 30, 0, 123456000, time.UTC)
	later = now.Add(time.Hour)
	today = roles.Date{Year: 2026, Month: time.March, Day: 2}
)

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// number makes an enterprise number, the same for the same n.
func number(n int) accessmgmt.EnterpriseNumber {
	return accessmgmt.MustParseEnterpriseNumber(fmt.Sprintf("%08d%02d", 4_000_000+n, 97-(4_000_000+n)%97))
}

// registered returns the changeset that registers the nth enterprise, with a GAP
// in office.
func registered(n int) accessmgmt.Changes {
	e := accessmgmt.Enterprise{
		ID: accessmgmt.EnterpriseID{UUID: newID()}, Number: number(n), Name: fmt.Sprintf("Dubois %d SPRL", n), Epoch: 1,
		GAP: accessmgmt.PersonID{UUID: newID()}, Designation: accessmgmt.DesignationID{UUID: newID()},
		Contact: invitation.MustParseEmail(fmt.Sprintf("direction@dubois%d.example.be", n)), Language: roles.French, CreatedAt: now,
	}
	c := accessmgmt.Changes{Enterprise: e, Command: command(accessmgmt.ActDesignateGAP, e.GAP, 1)}
	c.GAPs = []accessmgmt.GAP{{ID: e.Designation, Enterprise: e.ID, Person: e.GAP, Procedure: accessmgmt.Standard, State: accessmgmt.GAPActive,
		DesignatedBy: e.GAP, Function: "Gérant", From: now, Version: 1}}
	c.Audit = []accessmgmt.AuditRecord{record(e, accessmgmt.EventEnterpriseRegistered, 0)}
	return c
}

func command(act accessmgmt.Act, actor accessmgmt.PersonID, epoch uint64) accessmgmt.Command {
	return accessmgmt.Command{ID: accessmgmt.CommandID{UUID: newID()}, Act: act, Actor: actor, Epoch: epoch, At: now}
}

// next returns the changeset that follows on an enterprise, without rows yet.
func next(e accessmgmt.Enterprise, act accessmgmt.Act) accessmgmt.Changes {
	e.Epoch++
	return accessmgmt.Changes{Enterprise: e, Command: command(act, e.GAP, e.Epoch)}
}

func record(e accessmgmt.Enterprise, event accessmgmt.AuditEvent, ordinal int) accessmgmt.AuditRecord {
	return accessmgmt.AuditRecord{
		Enterprise: e.ID, Seq: e.Epoch, Ordinal: ordinal, At: now, Event: event, Actor: e.GAP, Capacity: accessmgmt.AsGAP, Assurance: accessmgmt.AssuranceHigh,
		Prev: accessmgmt.Digest{byte(e.Epoch), 1}, Hash: accessmgmt.Digest{byte(e.Epoch), 2}, Data: map[string]string{"role": string(roles.Editor), "self": "no"},
	}
}

func assignment(e accessmgmt.Enterprise, person accessmgmt.PersonID, role roles.Code) accessmgmt.RoleAssignment {
	return accessmgmt.RoleAssignment{
		Assignment: roles.Assignment{
			ID: accessmgmt.AssignmentID{UUID: newID()}, Person: person, Enterprise: e.ID, Role: role, Period: roles.From(today), Window: roles.Window{From: now},
		},
		GivenBy: e.GAP, GivenAs: accessmgmt.AsGAP, GivenAt: now, Version: 1,
	}
}

func pending(e accessmgmt.Enterprise, person accessmgmt.PersonID, of invitation.Recipient, n int) invitation.Request {
	return invitation.Request{
		ID: invitation.RequestID{UUID: newID()}, Enterprise: e.ID, Invitation: of.Invitation, Recipient: of.ID,
		Person: person, Line: invitation.Line{Role: roles.Editor, Period: roles.From(today)}, RequestedBy: e.GAP,
		State: invitation.Pending, RequestedAt: now.Add(time.Duration(n) * time.Second), LapsesAt: now.AddDate(0, 3, 0), Version: 1,
	}
}

// approved is a request as it is after an approval.
func approved(r invitation.Request, a *accessmgmt.RoleAssignment) invitation.Request {
	a.Request = r.ID
	r.State, r.DecidedAt, r.DecidedBy, r.Assignment = invitation.Approved, now, a.GivenBy, a.ID
	return r
}

func member(e accessmgmt.EnterpriseID, person accessmgmt.PersonID, n int) accessmgmt.Member {
	return accessmgmt.Member{Enterprise: e, Person: person, GivenName: "Anne-Élise", FamilyName: fmt.Sprintf("Dubois %d", n),
		Email: invitation.MustParseEmail(fmt.Sprintf("anne.%d@example.be", n)), Language: roles.French, UpdatedAt: now, Version: 1}
}

func message(e accessmgmt.EnterpriseID, to accessmgmt.PersonID, event accessmgmt.MessageEvent) accessmgmt.Message {
	return accessmgmt.Message{
		ID: accessmgmt.MessageID{UUID: newID()}, Enterprise: e, Event: event,
		To: accessmgmt.Addressee{Kind: accessmgmt.ToUser, Person: to, Name: "Anne-Élise Dubois",
			Email: invitation.MustParseEmail("anne@example.be"), Language: roles.French},
		Data:      map[string]string{"enterprise": "Dubois SPRL", "roles": "monespace.editor 2026-03-02 "},
		CreatedAt: now, State: accessmgmt.MessagePending, NextAt: now,
	}
}

func offer(e accessmgmt.Enterprise) invitation.Invitation {
	return invitation.Invitation{ID: invitation.ID{UUID: newID()}, Enterprise: e.ID, Lines: []invitation.Line{{Role: roles.Editor, Period: roles.From(today)}},
		Message: "Bienvenue", InvitedBy: e.GAP, InvitedAs: 1, CreatedAt: now, Language: roles.French, Version: 1}
}

// invited is a recipient who hasn't answered.
func invited(e accessmgmt.EnterpriseID, of invitation.ID, n int) invitation.Recipient {
	id := newID()
	return invitation.Recipient{
		ID: invitation.RecipientID{UUID: id}, Enterprise: e, Invitation: of,
		Invitee: invitation.Invitee{GivenName: "Anne-Élise", FamilyName: fmt.Sprintf("Dubois %d", n), Email: invitation.MustParseEmail(fmt.Sprintf("Anne.%d@example.be", n)), Language: roles.French},
		State:   invitation.Invited, Expires: today.AddDays(30), ExpiresAt: now.AddDate(0, 1, 0),
		Generation: 1, KeyID: "k1", TokenHash: invitation.TokenHash(append(id[:], id[:]...)), SentAt: now, CreatedAt: now, Version: 1,
	}
}

// accepted is a recipient as he is after he accepted.
func accepted(r invitation.Recipient, person accessmgmt.PersonID) invitation.Recipient {
	r.State = invitation.Accepted
	r.Answer = invitation.Answer{At: now, Person: person, GivenName: r.Invitee.GivenName, FamilyName: r.Invitee.FamilyName, Email: r.Invitee.Email}
	return r
}
