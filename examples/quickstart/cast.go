package main

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// Nobody here exists, nor does the enterprise. The national numbers are right
// by their check digits and given to nobody: born in 1900, or on no known day.

const enterpriseName = "Moulin du Coq SA"

var (
	enterpriseNumber = accessmgmt.MustParseEnterpriseNumber("1000.000.021")
	officeAddress    = accessmgmt.MustParseEmail("direction@moulin.example")

	chloeAddress = accessmgmt.MustParseEmail("chloe.lambert@moulin.example")
	lucAddress   = accessmgmt.MustParseEmail("luc.maes@moulin.example")
)

// chloe is the legal representative.
func chloe() accessmgmt.Actor {
	id := account(chloeAddress, "Chloé", "Lambert")
	id.Email, id.EmailVerified = chloeAddress, true
	return accessmgmt.User(id)
}

// luc is whom she makes the GAP, by his national number; his eID gives it too.
func luc() accessmgmt.Actor {
	id := account(lucAddress, "Luc", "Maes")
	id.Number = lucNumber()
	return accessmgmt.User(id)
}

func lucNumber() accessmgmt.SSIN { return mustParseNumber("00.01.01-001.73") }

// account is what the portal's login says of somebody who used his eID. The
// demo's identity provider names accounts by a hash of an address, so that one
// person has one account whenever the demo is run.
func account(email accessmgmt.Email, given, family string) accessmgmt.Identity {
	sum := sha256.Sum256([]byte(email.Key()))
	return accessmgmt.Identity{
		Issuer: "https://eid.example", Subject: "eid-" + hex.EncodeToString(sum[:6]),
		GivenName: given, FamilyName: family, Assurance: accessmgmt.AssuranceHigh,
	}
}

// standIn is somebody who gets a role directly, by his national number, where
// the people file leaves the story without one.
func standIn(number, given, family string, email accessmgmt.Email, lang roles.Language) accessmgmt.Assignee {
	return accessmgmt.Assignee{Number: mustParseNumber(number), GivenName: given, FamilyName: family, Email: email, Language: lang}
}

// matrixStandIns hold a role of Mon Espace that nobody else holds alone; the
// story never touches what they were given.
func matrixStandIns(lang roles.Language) map[roles.Code]accessmgmt.Assignee {
	at := func(name string) accessmgmt.Email { return accessmgmt.MustParseEmail(name + "@remplacants.example") }
	return map[roles.Code]accessmgmt.Assignee{
		roles.Reader:  standIn("00.01.01-002.72", "Rita", "Lecompte", at("rita"), lang),
		roles.Writer:  standIn("81.05.00-035.52", "Wout", "Schrijvers", at("wout"), lang),
		roles.Editor:  standIn("81.00.00-035.17", "Eddy", "Renard", at("eddy"), lang),
		roles.Manager: standIn("01.49.07-001.85", "Marie", "Gérard", at("marie"), lang),
		roles.Owner:   standIn("80.24.01-999.43", "Omer", "Prévot", at("omer"), lang),
	}
}

// spare is who has his role replaced, or let run out, when nobody of the people
// file has one for that.
func spare(lang roles.Language) accessmgmt.Assignee {
	return standIn("98.47.28-997.65", "Sacha", "Reserve", accessmgmt.MustParseEmail("sacha@remplacants.example"), lang)
}

func mustParseNumber(s string) accessmgmt.SSIN {
	n, err := accessmgmt.ParseSSIN(s, time.Now())
	if err != nil {
		panic(err)
	}
	return n
}

// login is what the login says of a person of the people file. The eID of the
// first has another family name than the GAP wrote, as happens after a wedding.
func (s *story) login(p person) accessmgmt.Actor {
	family := p.invitee.FamilyName
	if s.isFirst(p) {
		family += "-Janssens"
	}
	return accessmgmt.User(account(p.invitee.Email, p.invitee.GivenName, family))
}

// typed is the address that a person gives when he accepts; the first prefers
// another than he was invited at.
func (s *story) typed(p person) accessmgmt.Email {
	if !s.isFirst(p) {
		return p.invitee.Email
	}
	other, err := accessmgmt.ParseEmail("prive." + p.invitee.Email.String())
	if err != nil { // too long an address to write anything before
		return p.invitee.Email
	}
	return other
}

func (s *story) isFirst(p person) bool { return p.invitee.Email.Same(s.people[0].invitee.Email) }
