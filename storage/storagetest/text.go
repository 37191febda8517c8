package storagetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var textCases = append([]testCase{
	{"identities compare byte for byte", identitiesByteForByte},
	{"key ids compare byte for byte", keyIDsByteForByte},
	{"e-mail keys compare byte for byte", emailsByteForByte},
	{"role codes compare byte for byte", codesByteForByte},
	{"applications compare byte for byte", applicationsByteForByte},
	{"keys of data are byte for byte", dataKeys},
	{"texts as long as they may be", longTexts},
}, mapped(oddTexts, oddText)...)

// oddTexts are what databases, drivers and encodings have been seen to change.
var oddTexts = []struct{ name, text string }{
	{"accents composed", "Ann\u00e9 \u00c9lo\u00efse"},
	{"accents decomposed", "Anne\u0301 E\u0301loi\u0308se"},
	{"capitals", "DUBOIS dubois DuBois"},
	{"space at the end", "Dubois "},
	{"space at both ends", "  Dubois\t "},
	{"spaces alone", "   "},
	{"four bytes", "😀 𝔄𝔫𝔫𝔢 👩\u200d👧"},
	{"quotes", `it's "so" ` + "`called` '' \\' \\ \\\\"},
	{"what SQL means something by", "x'; DROP TABLE t; -- % _ $1 ? :name @p /* */ {} [] \\n"},
	{"what JSON and HTML mean something by", `{"a":null} <b>&amp; \u0041 ` + "\u2028\u2029"},
	{"lines", "one\ntwo\r\nthree\rfour\n\n"},
	{"controls", "a\x01b\x07c\x1bd\x7fe\u0085f"},
	{"what can't be seen", "a\u00a0b\u200bc\u00add\ufefee\u2060f"},
	{"from right to left", "שלום \u202eevil\u202c مرحبا"},
	{"the last of Unicode", "\ufffd\uffff\U0010ffff"},
	{"null as a word", "NULL"},
	{"a number as a word", "007.50"},
}

// oddText writes a text into every free text of every row.
func oddText(odd struct{ name, text string }) testCase {
	return testCase{"text comes back byte for byte: " + odd.name, func(s *suite) {
		s.id()
		w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
		c := w.changes(s, 1)
		eachText(&c, func(path, text string) string {
			switch {
			case strings.HasSuffix(path, ".KeyID"), strings.HasSuffix(path, ".Object"): // codes
				return text
			case path == ".Command.Answer": // JSON
				return s.json(odd.text)
			default:
				return odd.text
			}
		})
		c.Persons[0].Identities[1].Subject += "2"
		answers := roles.MustProperties(map[string]roles.Value{"text": roles.Words(odd.text), "texts": roles.Choices(odd.text, "plain")})
		c.Invitations[0].Lines[0].Properties, c.Requests[0].Line.Properties = answers, answers
		c.Assignments[0].Properties, c.Templates[0].Lines[1].Properties = answers, answers
		c.Audit[0].Data, c.Audit[0].Details, c.Messages[0].Data, c.Messages[0].Also[0].Data = s.odd(odd.text), s.odd(odd.text), s.odd(odd.text), s.odd(odd.text)
		s.commit(c)
		s.readBack(c)
	}}
}

// json writes a text as JSON, no letter of it in another way than it must be.
func (s *suite) json(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	s.ok(e.Encode(map[string]string{text: text}), "a text is JSON")
	return b.String()
}

func (s *suite) odd(text string) map[string]string {
	return map[string]string{text: text, "plain": text, "empty": "", "": text}
}

// lookalikes are all different, and some database takes some of them for the
// same.
var lookalikes = []string{
	"anne", "Anne", "ANNE", "ann\u00e9", "anne\u0301", "anne ", " anne", "anne\t", "anne\u00a0", "anne\u200b", "an\u00adne", "\uff41nne",
	"strasse", "stra\u00dfe", "STRASSE", "i", "\u0131", "\u0130", "I", "\u212a", "k", "K", "\U0001F600", "\U0001F601", "\u03c3", "\u03c2",
	"a_b", "a%b", "axb", "1", "01", "1.0", "1e0", "0x1", "-0", "0", "\ufb01", "fi", "l'a", "l''a", `l\'a`, "æ", "ae", "ä", "ñ", "n",
}

func identitiesByteForByte(s *suite) {
	var persons []accessmgmt.Person
	for _, subject := range lookalikes {
		p := s.person()
		p.Identities = []accessmgmt.IdentityRef{{Issuer: "https://idp", Subject: subject}, {Issuer: subject, Subject: "x"}}
		persons = append(persons, p)
	}
	s.with(s.registered(), persons...)
	for _, p := range persons {
		for _, ref := range p.Identities {
			found, err := s.PersonByIdentity(s.ctx, ref)
			s.ok(err, "a person is found by an identity written exactly so")
			require.Equal(s.t, p.ID, found.ID, "%q: identities compare byte for byte; whose case, accents or spaces differ is another person, and must not get in as the first", ref.Subject)
		}
	}
	for _, never := range []string{"aNNE", "anne  ", "anne\n", "a?b", "ANN\u00c9", "", "anne\x00"[:4] + "."} {
		_, err := s.PersonByIdentity(s.ctx, accessmgmt.IdentityRef{Issuer: "https://idp", Subject: never})
		s.fails(err, accessmgmt.ErrNotFound, fmt.Sprintf("%q: identities compare byte for byte", never))
	}
	_, err := s.PersonByIdentity(s.ctx, accessmgmt.IdentityRef{Issuer: "HTTPS://idp", Subject: "anne"})
	s.fails(err, accessmgmt.ErrNotFound, "issuers compare byte for byte")
}

func keyIDsByteForByte(s *suite) {
	var persons []accessmgmt.Person
	for _, keyID := range []string{"k", "K", "k1", "K1", "k-1", "k_1", "k%1", "~!"} {
		p := s.person()
		p.Numbers = hashes(keyID, "one")
		persons = append(persons, p)
	}
	s.with(s.registered(), persons...)
	for _, p := range persons {
		found, err := s.PersonByNumber(s.ctx, p.Numbers)
		s.ok(err, "a person is found by his number hash")
		require.Equal(s.t, p.ID, found.ID, "the ids of keys compare byte for byte")
	}
}

func emailsByteForByte(s *suite) {
	e := s.registered()
	c := s.next(e)
	locals := []string{"anne", "ann\u00e9", "\u00e4nne", "anne_1", "annex1", "anne1", "\U00010428", "a%", "a", "stra\u00dfe", "o'neil"}
	for _, local := range locals {
		r := s.recipient(e, invitation.ID{UUID: s.id()})
		r.Invitee.Email = invitation.MustParseEmail(local + "@example.be")
		c.Recipients = append(c.Recipients, r)
	}
	s.commit(c)
	find := func(key string) []invitation.Recipient {
		f := accessmgmt.RecipientFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, EmailKeys: []string{key}, At: base}
		found, err := s.FindRecipients(s.ctx, f, accessmgmt.Page{Limit: 100})
		s.ok(err, "FindRecipients finds")
		return found
	}
	for _, r := range c.Recipients {
		s.same([]invitation.Recipient{r}, find(r.Invitee.Email.Key()), "the keys of e-mail addresses compare byte for byte: this is not the address of a lookalike")
	}
	for _, never := range []string{"ANNE@example.be", "anne@EXAMPLE.be", "anne@example.be ", "anne%", "%", "anne@example_be", ""} {
		require.Empty(s.t, find(never), "%q: the keys of e-mail addresses compare byte for byte", never)
	}
}

func codesByteForByte(s *suite) {
	e := s.registered()
	c := s.next(e)
	codes := []roles.Code{"app.editor", "app.Editor", "app.editor ", "app.éditeur", "app.editeur", "app.ed_tor", "app.edXtor"}
	for _, code := range codes {
		a := s.assignment(e, s.personID())
		a.Role = code
		c.Assignments = append(c.Assignments, a)
	}
	s.commit(c)
	for i, code := range codes {
		found, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{e.ID}, Roles: []roles.Code{code}, At: base}, accessmgmt.Page{Limit: 100})
		s.ok(err, "FindAssignments finds")
		s.same(c.Assignments[i:i+1], found, fmt.Sprintf("%q: codes compare byte for byte", code))
	}
}

func applicationsByteForByte(s *suite) {
	e := s.registered()
	c := s.next(e)
	applications := []roles.ApplicationCode{"app", "App", "app ", "äpp", "a_p", "a%p", "axp", "app2", "ap"}
	for _, application := range applications {
		a := s.assignment(e, s.personID())
		a.Role = roles.Code(application + ".one")
		c.Assignments = append(c.Assignments, a)
	}
	s.commit(c)
	for i, application := range applications {
		parts := []accessmgmt.Part{{Enterprise: e.ID, Applications: []roles.ApplicationCode{application}}}
		found, err := s.FindAssignments(s.ctx, accessmgmt.AssignmentFilter{Parts: parts, At: base}, accessmgmt.Page{Limit: 100})
		s.ok(err, "FindAssignments finds")
		s.same(c.Assignments[i:i+1], found, fmt.Sprintf("%q: codes compare byte for byte", application))
	}
}

func dataKeys(s *suite) {
	e := s.registered()
	c := s.next(e)
	r, m := s.record(c, 0), s.message(e)
	r.Data, m.Data = map[string]string{}, map[string]string{}
	m.Also = []accessmgmt.Item{{Event: accessmgmt.MessageEnded, As: accessmgmt.ToUser, Data: map[string]string{}}}
	for i, key := range lookalikes {
		r.Data[key], m.Data[key], m.Also[0].Data[key] = fmt.Sprint(i), fmt.Sprint(i), fmt.Sprint(i)
	}
	c.Audit, c.Messages = append(c.Audit, r), append(c.Messages, m)
	s.commit(c)
	got, err := s.Audit(s.ctx, e.ID, accessmgmt.AuditPosition{}, 1)
	s.ok(err, "Audit reads")
	s.same(c.Audit, got, "the keys of data are texts that are kept byte for byte")
	s.same(c.Messages, s.claimable(), "the keys of data are texts that are kept byte for byte")
}
