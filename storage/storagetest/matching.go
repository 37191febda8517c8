package storagetest

import (
	"slices"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The functions below say what each filter lets through, as the contract does.

// allows is one field of a filter.
func allows[T comparable](field []T, value T) bool {
	return len(field) == 0 || slices.Contains(field, value)
}

// owned is the one field that Enterprises and Parts are.
func owned(enterprises []accessmgmt.EnterpriseID, parts []accessmgmt.Part, enterprise accessmgmt.EnterpriseID, codes ...roles.Code) bool {
	return len(enterprises) == 0 && len(parts) == 0 || slices.Contains(enterprises, enterprise) ||
		slices.ContainsFunc(parts, func(p accessmgmt.Part) bool {
			outside := func(c roles.Code) bool { return !slices.Contains(p.Applications, c.Application()) }
			return p.Enterprise == enterprise && len(codes) > 0 && !slices.ContainsFunc(codes, outside)
		})
}

// named reports whether all words stand in a name that is known.
func named(words []string, name string, known bool) bool {
	return len(words) == 0 || known && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(name, word) })
}

func (c crowd) matchRecipient(f accessmgmt.RecipientFilter, r invitation.Recipient) bool {
	offered := mapped(c.offers[r.Invitation].Lines, func(l invitation.Line) roles.Code { return l.Role })
	offersOne := func(code roles.Code) bool { return slices.Contains(offered, code) }
	places := mapped(c.offers[r.Invitation].Lines, func(l invitation.Line) roles.UnitID { return l.Unit })
	offersAt := func(unit roles.UnitID) bool { return slices.Contains(places, unit) }
	return (len(f.Enterprises) > 0 || len(f.Parts) > 0 || !f.Person.IsZero()) &&
		owned(f.Enterprises, f.Parts, r.Enterprise, offered...) && allows(f.Invitations, r.Invitation) &&
		allows(f.EmailKeys, r.Invitee.Email.Key()) && allows(f.States, r.StateAt(f.At)) &&
		(len(f.Roles) == 0 || slices.ContainsFunc(f.Roles, offersOne)) &&
		(len(f.Units) == 0 || slices.ContainsFunc(f.Units, offersAt)) && created(f.Created, r.CreatedAt) &&
		named(f.Name, accessmgmt.FoldName(r.Invitee.GivenName, r.Invitee.FamilyName), true) &&
		(f.Person.IsZero() || f.Person == r.Answer.Person || f.Person == r.Invitee.Person)
}

func (c crowd) matchRequest(f accessmgmt.RequestFilter, r invitation.Request) bool {
	name, known := c.names[r.Enterprise][r.Person]
	return (len(f.Enterprises) > 0 || len(f.Parts) > 0 || !f.Person.IsZero()) &&
		owned(f.Enterprises, f.Parts, r.Enterprise, r.Line.Role) && allows(f.Roles, r.Line.Role) && allows(f.Units, r.Line.Unit) &&
		created(f.Requested, r.RequestedAt) && allows(f.States, r.StateAt(f.At)) && (f.Person.IsZero() || f.Person == r.Person) && named(f.Name, name, known)
}

func (c crowd) matchAssignment(f accessmgmt.AssignmentFilter, a accessmgmt.RoleAssignment) bool {
	name, known := c.names[a.Enterprise][a.Person]
	return (len(f.Enterprises) > 0 || len(f.Parts) > 0 || len(f.Persons) > 0) &&
		owned(f.Enterprises, f.Parts, a.Enterprise, a.Role) && allows(f.Persons, a.Person) && allows(f.Roles, a.Role) &&
		allows(f.Units, a.Unit) && allows(f.States, a.StateAt(f.At)) && named(f.Name, name, known) &&
		endsBefore(f.EndsBefore, a) && during(f.During, a)
}

// created, endsBefore and during have instants cut to microseconds, as stores do.

func endsBefore(at time.Time, a accessmgmt.RoleAssignment) bool {
	end := a.InForce().To
	return at.IsZero() || !end.IsZero() && !end.After(cut(at))
}

func created(w roles.Window, at time.Time) bool {
	return w == roles.Window{} || roles.Window{From: cut(w.From), To: cut(w.To)}.Contains(at)
}

func during(w roles.Window, a accessmgmt.RoleAssignment) bool {
	return w == roles.Window{} || a.InForce().Overlaps(roles.Window{From: cut(w.From), To: cut(w.To)})
}
