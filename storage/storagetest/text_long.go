package storagetest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// longTexts has each text at the length that the library lets through, in
// characters of four bytes.
func longTexts(s *suite) {
	long := func(characters int) string { return strings.Repeat("𝔄", characters) }
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	name, reason, message := long(invitation.MaxName), long(invitation.MaxReason), long(invitation.MaxMessage)
	c.Enterprise.Name = long(320)
	c.Persons[0].Identities = []accessmgmt.IdentityRef{{Issuer: strings.Repeat("i", 255), Subject: strings.Repeat("s", 255)}}
	for len(c.Persons[0].Formerly) < accessmgmt.MaxFormerly {
		c.Persons[0].Formerly = append(c.Persons[0].Formerly, s.personID())
	}
	c.Members[0].GivenName, c.Members[0].FamilyName, c.Members[0].Phone = name, name, strings.Repeat("1", 40)
	c.GAPs[0].Function, c.GAPs[0].Evidence, c.GAPs[0].Reason = name, reason, reason
	asked := &c.GAPs[0].Asked
	asked.GivenName, asked.FamilyName, asked.EnterpriseName, asked.Phone = name, name, long(320), strings.Repeat("1", 40)
	c.Managers[0].Reason, c.Units[0].Name, c.Units[0].Reason, c.Suspensions[0].Reason = reason, long(320), reason, reason
	c.Managers[0].Domain = roles.DomainCode(strings.Repeat("d", 64))
	c.Invitations[0].Message, c.Invitations[0].Lines = message, manyLines(s)
	template := &c.Templates[0]
	template.Name, template.Description, template.Message, template.Lines = name, long(invitation.MaxDescription), message, nil
	for _, l := range c.Invitations[0].Lines {
		template.Lines = append(template.Lines, invitation.TemplateLine{Role: l.Role, Unit: l.Unit, Delay: invitation.MaxLineDays, Days: invitation.MaxLineDays, Properties: l.Properties})
	}
	c.Requests[0].Line, c.Assignments[0].Properties = c.Invitations[0].Lines[0], c.Invitations[0].Lines[1].Properties
	r := &c.Recipients[0]
	r.Invitee.GivenName, r.Invitee.FamilyName = name, name
	r.Answer.GivenName, r.Answer.FamilyName, r.Answer.Reason = name, name, reason
	r.KeyID = strings.Repeat("k", 32)
	c.Command.Answer = s.json(message)
	address := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 62)+".", 2) + strings.Repeat("c", 60) + ".be"
	r.Invitee.Email, r.Answer.Email = invitation.MustParseEmail(address), invitation.MustParseEmail(address)
	asked.Email, asked.Contact = invitation.MustParseEmail(address), invitation.MustParseEmail(address)
	c.Requests[0].Reason, c.Assignments[0].EndReason = reason, reason
	c.Audit[0].Details = map[string]string{"message": message, "reason": reason}
	c.Messages[0].To.Name, c.Messages[0].To.Email = name+" "+name, invitation.MustParseEmail(address)
	c.Messages[0].Data = map[string]string{"message": message, "reason": reason, "person": name}
	s.commit(c)
	s.readBack(c)

	claim, m := s.claimOne(after(90_000*hour), after(90_001*hour))
	said := long(1_000)
	s.finish(m, claim, accessmgmt.Outcome{State: accessmgmt.MessagePending, At: base, NextAt: base, Error: said})
	got := s.claimable()
	require.Len(s.t, got, 1)
	require.Equal(s.t, said, got[0].LastError, "what a mailer said comes back byte for byte")
}

func manyLines(s *suite) []invitation.Line {
	var lines []invitation.Line
	answers := roles.MustProperties(map[string]roles.Value{strings.Repeat("p", 64): roles.Words(strings.Repeat("𝔄", 1_000))}) // 4 KiB at most
	for n := range invitation.MaxLines {
		role := roles.Code(strings.Repeat("a", 64) + "." + strings.Repeat("b", 64))
		lines = append(lines, invitation.Line{Role: role, Unit: roles.UnitID{UUID: s.id()}, Period: roles.From(day.AddDays(n)), Properties: answers})
	}
	return lines
}
