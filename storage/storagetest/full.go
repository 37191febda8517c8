package storagetest

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// world is one row of each kind, in one enterprise. Two worlds have no row in
// common, but may share an enterprise.
type world struct {
	tag         uint64 // tells the worlds of a case apart
	enterprise  accessmgmt.Enterprise
	person      accessmgmt.PersonID
	designation accessmgmt.DesignationID
	manager     accessmgmt.DesignationID
	unit        accessmgmt.UnitID
	suspension  accessmgmt.SuspensionID
	template    accessmgmt.TemplateID
	invitation  invitation.ID
	recipient   invitation.RecipientID
	request     invitation.RequestID
	assignment  accessmgmt.AssignmentID
}

// world makes the ids of one, in an enterprise that may be new.
func (s *suite) world(e accessmgmt.EnterpriseID) *world {
	tag := s.serial
	return &world{
		tag: tag, enterprise: accessmgmt.Enterprise{ID: e, Number: worldNumber(tag, 0)}, person: s.personID(),
		designation: accessmgmt.DesignationID{UUID: s.id()}, manager: accessmgmt.DesignationID{UUID: s.id()},
		unit: accessmgmt.UnitID{UUID: s.id()}, suspension: accessmgmt.SuspensionID{UUID: s.id()},
		template: accessmgmt.TemplateID{UUID: s.id()}, invitation: invitation.ID{UUID: s.id()},
		recipient: invitation.RecipientID{UUID: s.id()}, request: invitation.RequestID{UUID: s.id()},
		assignment: accessmgmt.AssignmentID{UUID: s.id()},
	}
}

// worldNumber makes numbers that register doesn't.
func worldNumber(tag, version uint64) accessmgmt.EnterpriseNumber {
	return number(10_000_000 + (tag*1000+version)%5_000_000)
}

// filler makes values that differ from world to world and version to version.
type filler struct {
	s       *suite
	tag     uint64
	version uint64
}

func (f filler) text(of string) string { return fmt.Sprintf("%s %d.%d", of, f.tag, f.version) }

func (f filler) digest(of string) accessmgmt.Digest { return digest(of, " ", f.tag, " ", f.version) }

func (f filler) idOf(of string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(f.text(of))) }

func (f filler) email(of string) accessmgmt.Email {
	return invitation.MustParseEmail(fmt.Sprintf("%s.De.%d.%d@example.be", of, f.tag, f.version))
}

func (f filler) at(d time.Duration) time.Time {
	return after(d + time.Duration(f.version)*time.Hour + 7*micro)
}

func (f filler) date(days int) roles.Date { return day.AddDays(days + int(f.version)) }

func (f filler) language() roles.Language { return pick(f, roles.German, roles.Dutch) }

// pick returns the one for odd versions or the one for even ones.
func pick[T any](f filler, odd, even T) T {
	if f.version%2 == 1 {
		return odd
	}
	return even
}

func (f filler) lines() []invitation.Line {
	return []invitation.Line{
		{Role: roles.Code(pick(f, "a.one", "a.two")), Unit: roles.UnitID{UUID: f.s.id()}, Period: roles.Between(f.date(1), f.date(9)), Properties: f.properties("first")},
		{Role: roles.Code(pick(f, "b.one", "b.two")), Unit: roles.UnitID{UUID: f.s.id()}, Period: roles.From(f.date(2)), Properties: f.properties("second")},
	}
}

// properties has a value of each kind.
func (f filler) properties(of string) roles.Properties {
	return roles.MustProperties(map[string]roles.Value{
		"region": roles.Words(f.text(of)), "signs": roles.Is(f.version%2 == 1), "until": roles.On(f.date(3)), "for": roles.Choices("b", "a", of),
	})
}

// changes returns a changeset with the world's rows, at a version that is also
// the enterprise's epoch. No field of any row is zero, and no field but what
// names a row is the same in the next version.
func (w *world) changes(s *suite, version uint64) accessmgmt.Changes {
	f := filler{s, w.tag, version}
	e := w.enterprise
	return accessmgmt.Changes{
		Enterprise: accessmgmt.Enterprise{
			ID: e.ID, Number: worldNumber(w.tag, version), Name: f.text("Enterprise"), Epoch: version, GAP: s.personID(),
			Designation: accessmgmt.DesignationID{UUID: s.id()}, Managers: 3 + int(version), SuspendedAt: f.at(time.Hour),
			SentOn: f.date(5), Sent: 7 + int(version), Contact: f.email("Office"), Language: f.language(),
			CreatedAt: f.at(0), AuditHead: f.digest("head"),
		},
		Command: accessmgmt.Command{
			ID: accessmgmt.CommandID{UUID: s.id()}, Act: pick(f, accessmgmt.ActInvite, accessmgmt.ActRevoke), Actor: s.personID(),
			Content: f.digest("content"), Answer: `{"answer": "` + f.text("as it was") + `"}`, Epoch: version, At: f.at(time.Minute),
		},
		Persons:     []accessmgmt.Person{w.fullPerson(f)},
		Members:     []accessmgmt.Member{w.fullMember(f)},
		GAPs:        []accessmgmt.GAP{w.fullGAP(f)},
		Managers:    []accessmgmt.Manager{w.fullManager(f)},
		Units:       []accessmgmt.Unit{w.fullUnit(f)},
		Suspensions: []accessmgmt.Suspension{w.fullSuspension(f)},
		Templates:   []invitation.Template{w.fullTemplate(f)},
		Invitations: []invitation.Invitation{w.fullInvitation(f)},
		Recipients:  []invitation.Recipient{w.fullRecipient(f)},
		Requests:    []invitation.Request{w.fullRequest(f)},
		Assignments: []accessmgmt.RoleAssignment{w.fullAssignment(f)},
		Audit:       []accessmgmt.AuditRecord{w.fullRecord(f)},
		Messages:    []accessmgmt.Message{w.fullMessage(f)},
	}
}

func (w *world) fullPerson(f filler) accessmgmt.Person {
	return accessmgmt.Person{
		ID: w.person,
		// Not in the order of their texts: the order given is kept.
		Identities: []accessmgmt.IdentityRef{{Issuer: f.text("https://b"), Subject: f.text("b")}, {Issuer: f.text("https://a"), Subject: f.text("a")}},
		Numbers:    []accessmgmt.NumberHash{{KeyID: pick(f, "k2", "k4"), Hash: f.digest("new")}, {KeyID: pick(f, "k1", "k3"), Hash: f.digest("old")}},
		CreatedAt:  f.at(0), ErasedAt: f.at(time.Hour), Version: f.version,
		Formerly: []accessmgmt.PersonID{{UUID: f.idOf("formerly")}, {UUID: f.idOf("before that")}},
	}
}

func (w *world) fullMember(f filler) accessmgmt.Member {
	return accessmgmt.Member{
		Enterprise: w.enterprise.ID, Person: w.person, GivenName: f.text("Anne"), FamilyName: f.text("Dubois"),
		Email: f.email("Anne"), Phone: f.text("+32"), Language: f.language(), UpdatedAt: f.at(0), ErasedAt: f.at(time.Hour), Version: f.version,
	}
}

func (w *world) fullGAP(f filler) accessmgmt.GAP {
	return accessmgmt.GAP{
		ID: w.designation, Enterprise: w.enterprise.ID, Person: f.s.personID(), Procedure: pick(f, accessmgmt.Standard, accessmgmt.Exceptional),
		State: pick(f, accessmgmt.GAPReplaced, accessmgmt.GAPVacated), DesignatedBy: f.s.personID(), Function: f.text("director"),
		Evidence: f.text("extract"), Asked: f.candidacy(), From: f.at(0), To: f.at(time.Hour), ResignedAt: f.at(time.Minute),
		EndedBy: f.s.personID(), Reason: f.text("retires"), Version: f.version,
	}
}

func (w *world) fullInvitation(f filler) invitation.Invitation {
	return invitation.Invitation{
		ID: w.invitation, Enterprise: w.enterprise.ID, Lines: f.lines(), Message: f.text("Welcome"), InvitedBy: f.s.personID(),
		InvitedAs: pick(f, roles.ByGAP, roles.ByCoGAP|roles.ByManagingRole), CreatedAt: f.at(0), Language: f.language(), Version: f.version,
	}
}

func (w *world) fullRecipient(f filler) invitation.Recipient {
	return invitation.Recipient{
		ID: w.recipient, Enterprise: w.enterprise.ID, Invitation: invitation.ID{UUID: f.s.id()},
		Invitee: invitation.Invitee{
			GivenName: f.text("Ben"), FamilyName: f.text("Peeters"), Email: f.email("Ben"), Language: f.language(), Person: f.s.personID(),
		},
		State: pick(f, invitation.Invited, invitation.Accepted), Expires: f.date(30), ExpiresAt: f.at(30 * 24 * time.Hour),
		Generation: int(f.version), KeyID: pick(f, "k1", "k2"), TokenHash: invitation.TokenHash(f.digest("token")), SentAt: f.at(time.Minute),
		Answer: invitation.Answer{
			At: f.at(time.Hour), Person: f.s.personID(), GivenName: f.text("Benjamin"), FamilyName: f.text("Peters"),
			Email: f.email("B"), Reason: f.text("left"),
		},
		CreatedAt: f.at(0), Told: pick(f, roles.ToldSoon, roles.ToldOver), Version: f.version,
	}
}

func (w *world) fullRequest(f filler) invitation.Request {
	return invitation.Request{
		ID: w.request, Enterprise: w.enterprise.ID, Invitation: invitation.ID{UUID: f.s.id()}, Recipient: invitation.RecipientID{UUID: f.s.id()},
		Person: f.s.personID(), Line: f.lines()[f.version%2], Kind: pick(f, invitation.ReplaceRole, invitation.ExtendRole), Target: accessmgmt.AssignmentID{UUID: f.s.id()},
		Terms:       invitation.RequestTerms{FourEyes: pick(f, true, false), NoSelfApproval: pick(f, true, false)},
		RequestedBy: f.s.personID(), State: pick(f, invitation.Refused, invitation.Approved), RequestedAt: f.at(0), LapsesAt: f.at(time.Hour),
		Endorsement: invitation.Endorsement{At: f.at(30 * time.Second), By: f.s.personID()}, DecidedAt: f.at(time.Minute), DecidedBy: f.s.personID(), Reason: f.text("not now"),
		Assignment: accessmgmt.AssignmentID{UUID: f.s.id()}, Told: pick(f, roles.ToldSoon, roles.ToldOver), Version: f.version,
	}
}

func (w *world) fullAssignment(f filler) accessmgmt.RoleAssignment {
	return accessmgmt.RoleAssignment{
		Assignment: roles.Assignment{
			ID: w.assignment, Person: f.s.personID(), Enterprise: w.enterprise.ID, Unit: roles.UnitID{UUID: f.s.id()},
			Role: roles.Code(pick(f, "a.one", "a.two")), Properties: f.properties("given"),
			Period: pick(f, roles.Between(f.date(1), f.date(9)), roles.From(f.date(2))),
			Window: roles.Window{From: f.at(0), To: f.at(24 * time.Hour)}, EndedAt: f.at(12 * time.Hour),
		},
		GivenBy: f.s.personID(), GivenAs: pick(f, accessmgmt.AsGAP, accessmgmt.AsOperator), GivenAt: f.at(time.Minute),
		Request: accessmgmt.RequestID{UUID: f.s.id()}, Replaces: accessmgmt.AssignmentID{UUID: f.s.id()}, EndedBy: f.s.personID(),
		Ending: pick(f, accessmgmt.EndedByManager, accessmgmt.EndedByReplace), EndReason: f.text("moved"),
		ReplacedBy: accessmgmt.AssignmentID{UUID: f.s.id()}, Told: pick(f, roles.ToldSoon, roles.ToldOver), Version: f.version,
	}
}

func (w *world) fullRecord(f filler) accessmgmt.AuditRecord {
	return accessmgmt.AuditRecord{
		Enterprise: w.enterprise.ID, Seq: f.version, Ordinal: 1, At: f.at(0), Event: pick(f, accessmgmt.EventInvited, accessmgmt.EventRevoked),
		Actor: f.s.personID(), Capacity: pick(f, accessmgmt.AsGAP, accessmgmt.AsOperator),
		Assurance: pick(f, accessmgmt.AssuranceHigh, accessmgmt.AssuranceSubstantial), Person: f.s.personID(),
		Object: pick(f, "recipient", "request"), ObjectID: f.s.id(),
		Data: map[string]string{"role": f.text("a.one"), "from": "2026"}, Details: map[string]string{"name": f.text("Anne"), "reason": "r"},
		Salt: []byte{0, 255, byte(f.version), byte(f.tag), 39}, Commitment: f.digest("commitment"), Prev: f.digest("prev"), Hash: f.digest("hash"),
	}
}

func (w *world) fullMessage(f filler) accessmgmt.Message {
	return accessmgmt.Message{
		ID: accessmgmt.MessageID{UUID: f.s.id()}, Enterprise: w.enterprise.ID, Event: pick(f, accessmgmt.MessageInvitation, accessmgmt.MessageRevoked),
		To: accessmgmt.Addressee{
			Kind: pick(f, accessmgmt.ToUser, accessmgmt.ToGAP), Person: f.s.personID(), Name: f.text("Ben"), Email: f.email("Ben"), Language: f.language(),
		},
		Data: map[string]string{"enterprise": f.text("Enterprise"), "message": f.text("Welcome")},
		Also: []accessmgmt.Item{
			{Event: accessmgmt.MessageApproved, As: accessmgmt.ToUser, Data: map[string]string{"roles": f.text("a.one")}, More: 1},
			{Event: pick(f, accessmgmt.MessageEnded, accessmgmt.MessageOver), As: pick(f, accessmgmt.ToGAP, accessmgmt.ToContact), Data: map[string]string{"roles": "a.two"}, More: 7 + int(f.version)},
		},
		Recipient: invitation.RecipientID{UUID: f.s.id()}, Generation: 3 + int(f.version), KeyID: pick(f, "k1", "k2"), CreatedAt: f.at(0),
		State: accessmgmt.MessagePending, Attempts: 2 + int(f.version), NextAt: f.at(time.Minute), LastError: f.text("refused"), FinishedAt: f.at(2 * time.Minute),
	}
}

// join appends the rows of other changesets to one.
func join(c accessmgmt.Changes, others ...accessmgmt.Changes) accessmgmt.Changes {
	for _, o := range others {
		c.Persons = append(c.Persons, o.Persons...)
		c.Members = append(c.Members, o.Members...)
		c.GAPs = append(c.GAPs, o.GAPs...)
		c.Managers = append(c.Managers, o.Managers...)
		c.Units = append(c.Units, o.Units...)
		c.Suspensions = append(c.Suspensions, o.Suspensions...)
		c.Templates = append(c.Templates, o.Templates...)
		c.Invitations = append(c.Invitations, o.Invitations...)
		c.Recipients = append(c.Recipients, o.Recipients...)
		c.Requests = append(c.Requests, o.Requests...)
		c.Assignments = append(c.Assignments, o.Assignments...)
		c.Audit = append(c.Audit, o.Audit...)
		c.Messages = append(c.Messages, o.Messages...)
	}
	return c
}
