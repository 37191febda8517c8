package storagetest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// base is the instant that everything is dated from. It has microseconds, so
// that a store that keeps less is found out anywhere.
var base = time.Date(2026, time.March, 2, 9, 30, 15, 123456000, time.UTC)

// day is base's civil date.
var day = roles.Date{Year: 2026, Month: time.March, Day: 2}

// after returns the instant some time after base.
func after(d time.Duration) time.Time { return base.Add(d) }

const (
	micro = time.Microsecond
	hour  = time.Hour
)

// id makes an id: a UUID of version 7, each greater than the one before.
func (s *suite) id() uuid.UUID {
	s.serial++
	return idAt(s.serial)
}

// idAt is the nth id.
func idAt(n uint64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:], uint64(base.UnixMilli())<<16)
	binary.BigEndian.PutUint64(id[8:], n<<4)
	id[6], id[8] = 0x70, 0x80
	return id
}

// idAfter is an id between the nth and the next.
func idAfter(n uint64) uuid.UUID {
	id := idAt(n)
	id[15] |= 5
	return id
}

// digest makes a digest of something.
func digest(of ...any) accessmgmt.Digest {
	return sha256.Sum256(fmt.Append(nil, of...))
}

// number makes an enterprise number, the same for the same n.
func number(n uint64) accessmgmt.EnterpriseNumber {
	rest := 4_000_000 + n%15_000_000 // it begins with 0 or 1
	return accessmgmt.MustParseEnterpriseNumber(fmt.Sprintf("%08d%02d", rest, 97-rest%97))
}

// register starts a changeset that registers an enterprise, with nothing else
// in it.
func (s *suite) register() accessmgmt.Changes {
	id := s.id()
	return accessmgmt.Changes{
		Enterprise: accessmgmt.Enterprise{
			ID: accessmgmt.EnterpriseID{UUID: id}, Number: number(s.serial), Name: "Dubois SPRL", Epoch: 1,
			Contact: invitation.MustParseEmail("direction@example.be"), Language: roles.French, CreatedAt: base,
		},
		Command: s.command(),
	}
}

// registered commits a changeset that registers an enterprise and returns it.
func (s *suite) registered() accessmgmt.Enterprise {
	s.t.Helper()
	c := s.register()
	s.commit(c)
	return c.Enterprise
}

// next starts the changeset that follows on an enterprise as it was read or
// written.
func (s *suite) next(e accessmgmt.Enterprise) accessmgmt.Changes {
	e.Epoch++
	return accessmgmt.Changes{Enterprise: e, Command: s.command()}
}

func (s *suite) command() accessmgmt.Command {
	return accessmgmt.Command{ID: accessmgmt.CommandID{UUID: s.id()}, Act: accessmgmt.ActInvite, Actor: s.personID(), At: base}
}

func (s *suite) personID() accessmgmt.PersonID { return accessmgmt.PersonID{UUID: s.id()} }

// The functions below make a new row that has what every such row has.

func (s *suite) person() accessmgmt.Person {
	id := s.personID()
	return accessmgmt.Person{
		ID:         id,
		Identities: []accessmgmt.IdentityRef{{Issuer: "https://idp.example.be", Subject: id.String()}},
		CreatedAt:  base, Version: 1,
	}
}

func (s *suite) member(e accessmgmt.Enterprise, person accessmgmt.PersonID) accessmgmt.Member {
	return accessmgmt.Member{
		Enterprise: e.ID, Person: person, GivenName: "Anne", FamilyName: "Dubois",
		Email: invitation.MustParseEmail("anne@example.be"), Language: roles.Dutch, UpdatedAt: base, Version: 1,
	}
}

func (s *suite) gap(e accessmgmt.Enterprise, person accessmgmt.PersonID) accessmgmt.GAP {
	return accessmgmt.GAP{
		ID: accessmgmt.DesignationID{UUID: s.id()}, Enterprise: e.ID, Person: person,
		Procedure: accessmgmt.Standard, State: accessmgmt.GAPActive, DesignatedBy: person, From: base, Version: 1,
	}
}

// candidate makes a term of office that was asked for by the exceptional
// procedure and that nobody decided on yet.
func (s *suite) candidate(e accessmgmt.Enterprise, person accessmgmt.PersonID) accessmgmt.GAP {
	g := s.gap(e, person)
	g.Procedure, g.State, g.From = accessmgmt.Exceptional, accessmgmt.GAPRequested, time.Time{}
	g.Asked = accessmgmt.Candidacy{At: base, By: person, GivenName: "Gus", FamilyName: "Janssens", Language: roles.Dutch}
	return g
}

func (s *suite) manager(e accessmgmt.Enterprise, person accessmgmt.PersonID) accessmgmt.Manager {
	return accessmgmt.Manager{
		ID: accessmgmt.DesignationID{UUID: s.id()}, Enterprise: e.ID, Person: person, Kind: accessmgmt.CoGAP,
		Period: roles.From(day), Window: roles.Window{From: base}, NamedBy: person, NamedAt: base, Version: 1,
	}
}

func (s *suite) unit(e accessmgmt.Enterprise) accessmgmt.Unit {
	id := s.id()
	return accessmgmt.Unit{
		ID: accessmgmt.UnitID{UUID: id}, Enterprise: e.ID, Number: unitNumber(s.serial), Name: "Workshop",
		AddedAt: base, AddedBy: s.personID(), Version: 1,
	}
}

func (s *suite) suspension(e accessmgmt.Enterprise) accessmgmt.Suspension {
	return accessmgmt.Suspension{
		ID: accessmgmt.SuspensionID{UUID: s.id()}, Enterprise: e.ID, From: base, SuspendedBy: s.personID(), Reason: "fraud", Version: 1,
	}
}

func (s *suite) template(e accessmgmt.Enterprise) invitation.Template {
	return invitation.Template{
		ID: accessmgmt.TemplateID{UUID: s.id()}, Enterprise: e.ID, Name: "Accountants", Lines: []invitation.TemplateLine{{Role: roles.Editor}},
		CreatedBy: s.personID(), CreatedAs: roles.ByGAP, CreatedAt: base, Version: 1,
	}
}

func (s *suite) invitation(e accessmgmt.Enterprise) invitation.Invitation {
	return invitation.Invitation{
		ID: invitation.ID{UUID: s.id()}, Enterprise: e.ID, Lines: []invitation.Line{{Role: roles.Editor, Period: roles.From(day)}},
		InvitedBy: s.personID(), InvitedAs: roles.ByGAP, CreatedAt: base, Language: roles.French, Version: 1,
	}
}

func (s *suite) recipient(e accessmgmt.Enterprise, of invitation.ID) invitation.Recipient {
	id := s.id()
	return invitation.Recipient{
		ID: invitation.RecipientID{UUID: id}, Enterprise: e.ID, Invitation: of,
		Invitee: invitation.Invitee{GivenName: "Ben", FamilyName: "Peeters", Email: invitation.MustParseEmail(fmt.Sprintf("ben.%d@example.be", s.serial))},
		State:   invitation.Invited, Expires: day.AddDays(30), ExpiresAt: after(30 * 24 * time.Hour),
		Generation: 1, KeyID: "k1", TokenHash: invitation.TokenHash(digest("token", id)), SentAt: base, CreatedAt: base, Version: 1,
	}
}

func (s *suite) request(e accessmgmt.Enterprise, person accessmgmt.PersonID) invitation.Request {
	return invitation.Request{
		ID: invitation.RequestID{UUID: s.id()}, Enterprise: e.ID, Invitation: invitation.ID{UUID: s.id()},
		Recipient: invitation.RecipientID{UUID: s.id()}, Person: person,
		Line:  invitation.Line{Role: roles.Editor, Period: roles.From(day)},
		State: invitation.Pending, RequestedAt: base, LapsesAt: after(90 * 24 * time.Hour), Version: 1,
	}
}

func (s *suite) assignment(e accessmgmt.Enterprise, person accessmgmt.PersonID) accessmgmt.RoleAssignment {
	return accessmgmt.RoleAssignment{
		Assignment: roles.Assignment{
			ID: accessmgmt.AssignmentID{UUID: s.id()}, Person: person, Enterprise: e.ID, Role: roles.Editor,
			Period: roles.From(day), Window: roles.Window{From: base},
		},
		GivenBy: person, GivenAs: accessmgmt.AsGAP, GivenAt: base, Version: 1,
	}
}

// record makes an audit record of the commit that a changeset is.
func (s *suite) record(c accessmgmt.Changes, ordinal int) accessmgmt.AuditRecord {
	return accessmgmt.AuditRecord{
		Enterprise: c.Enterprise.ID, Seq: c.Enterprise.Epoch, Ordinal: ordinal, At: base, Event: accessmgmt.EventInvited,
		Actor: c.Command.Actor, Capacity: accessmgmt.AsGAP, Assurance: accessmgmt.AssuranceHigh,
		Hash: digest("record", c.Enterprise.ID, c.Enterprise.Epoch, ordinal),
	}
}

func (s *suite) message(e accessmgmt.Enterprise) accessmgmt.Message {
	return accessmgmt.Message{
		ID: accessmgmt.MessageID{UUID: s.id()}, Enterprise: e.ID, Event: accessmgmt.MessageAccepted,
		To:        accessmgmt.Addressee{Kind: accessmgmt.ToGAP, Person: s.personID(), Email: invitation.MustParseEmail("anne@example.be"), Language: roles.French},
		CreatedAt: base, State: accessmgmt.MessagePending, NextAt: base,
	}
}
