package memory

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// recipients returns the lists in which the rows of a filter stand, and what
// they must meet. The other filters have the same; what costs most to look at
// comes last.
func (s *Store) recipients(f accessmgmt.RecipientFilter) ([][]*invitation.Recipient, func(*invitation.Recipient) bool) {
	owners, at := ownersOf(f.Enterprises, f.Parts), kept(f.At)
	invitations, emails, codes, units, states := setOf(f.Invitations), setOf(f.EmailKeys), setOf(f.Roles), setOf(f.Units), setOf(f.States)
	created := keptWindow(f.Created)
	match := func(r *invitation.Recipient) bool {
		offered := s.offeredLines(r)
		return owners.allow(r.Enterprise, rolesOf(offered)) && invitations.allows(r.Invitation) && in(created, r.CreatedAt) &&
			(len(emails) == 0 || emails.allows(r.Invitee.Email.Key())) && states.allows(r.StateAt(at)) &&
			(len(codes) == 0 || slices.ContainsFunc(offered, func(l invitation.Line) bool { return codes.has(l.Role) })) &&
			(len(units) == 0 || slices.ContainsFunc(offered, func(l invitation.Line) bool { return units.has(l.Unit) })) &&
			named(f.Name, r.Invitee.GivenName, r.Invitee.FamilyName)
	}
	shelves := s.shelves(one(f.Person), owners)
	return listsOf(shelves, func(h *shelf) []*invitation.Recipient { return h.recipients.rows }), match
}

func (s *Store) requests(f accessmgmt.RequestFilter) ([][]*invitation.Request, func(*invitation.Request) bool) {
	owners, at := ownersOf(f.Enterprises, f.Parts), kept(f.At)
	codes, units, states := setOf(f.Roles), setOf(f.Units), setOf(f.States)
	requested := keptWindow(f.Requested)
	match := func(r *invitation.Request) bool {
		return owners.allow(r.Enterprise, just(r.Line.Role)) && codes.allows(r.Line.Role) && units.allows(r.Line.Unit) &&
			in(requested, r.RequestedAt) && states.allows(r.StateAt(at)) && s.memberNamed(f.Name, r.Enterprise, r.Person)
	}
	shelves := s.shelves(one(f.Person), owners)
	return listsOf(shelves, func(h *shelf) []*invitation.Request { return h.requests.rows }), match
}

func (s *Store) assignments(f accessmgmt.AssignmentFilter) ([][]*accessmgmt.RoleAssignment, func(*accessmgmt.RoleAssignment) bool) {
	owners, at := ownersOf(f.Enterprises, f.Parts), kept(f.At)
	codes, units, states := setOf(f.Roles), setOf(f.Units), setOf(f.States)
	endsBefore, during := kept(f.EndsBefore), keptWindow(f.During)
	match := func(a *accessmgmt.RoleAssignment) bool {
		return owners.allow(a.Enterprise, just(a.Role)) && codes.allows(a.Role) && units.allows(a.Unit) &&
			states.allows(a.StateAt(at)) && endsBy(endsBefore, a.InForce()) &&
			(during == roles.Window{} || a.InForce().Overlaps(during)) &&
			s.memberNamed(f.Name, a.Enterprise, a.Person)
	}
	shelves := s.shelves(setOf(f.Persons), owners)
	return listsOf(shelves, func(h *shelf) []*accessmgmt.RoleAssignment { return h.assignments.rows }), match
}

// endsBy reports whether a window is over by an instant; a zero instant asks
// nothing.
func endsBy(at time.Time, w roles.Window) bool {
	return at.IsZero() || !w.To.IsZero() && !w.To.After(at)
}

// in reports whether an instant is in a window; the zero one asks nothing.
func in(w roles.Window, at time.Time) bool { return w == roles.Window{} || w.Contains(at) }

// set is one field of a filter; the empty set allows anything.
type set[T comparable] map[T]struct{}

func setOf[T comparable](values []T) set[T] {
	if len(values) == 0 {
		return nil
	}
	s := make(set[T], len(values))
	for _, v := range values {
		s[v] = struct{}{}
	}
	return s
}

// one is the field that names one person, where zero is any.
func one(person accessmgmt.PersonID) set[accessmgmt.PersonID] {
	if person.IsZero() {
		return nil
	}
	return set[accessmgmt.PersonID]{person: {}}
}

func (s set[T]) allows(v T) bool { return len(s) == 0 || s.has(v) }

func (s set[T]) has(v T) bool {
	_, ok := s[v]
	return ok
}

// owners is the one field that Enterprises and Parts are: whose rows a filter
// lets through.
type owners struct {
	any   bool // neither was given
	whole set[accessmgmt.EnterpriseID]
	parts map[accessmgmt.EnterpriseID][]set[roles.ApplicationCode]
}

func ownersOf(enterprises []accessmgmt.EnterpriseID, parts []accessmgmt.Part) owners {
	o := owners{
		any:   len(enterprises) == 0 && len(parts) == 0,
		whole: setOf(enterprises),
		parts: map[accessmgmt.EnterpriseID][]set[roles.ApplicationCode]{},
	}
	for _, p := range parts {
		if len(p.Applications) > 0 {
			o.parts[p.Enterprise] = append(o.parts[p.Enterprise], setOf(p.Applications))
		}
	}
	return o
}

// enterprises returns those of which any row may be let through, each once.
func (o owners) enterprises() []accessmgmt.EnterpriseID {
	var ids []accessmgmt.EnterpriseID
	for id := range o.whole {
		ids = append(ids, id)
	}
	for id := range o.parts {
		if !o.whole.has(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// allow reports whether a row of an enterprise with these roles is let through.
// One part must have all applications of the roles; a row with none is of no
// part.
func (o owners) allow(enterprise accessmgmt.EnterpriseID, codes iter.Seq[roles.Code]) bool {
	if o.any || o.whole.has(enterprise) {
		return true
	}
	return slices.ContainsFunc(o.parts[enterprise], func(applications set[roles.ApplicationCode]) bool {
		all := slices.Collect(codes)
		return len(all) > 0 && !slices.ContainsFunc(all, func(c roles.Code) bool { return !applications.has(c.Application()) })
	})
}

func just(code roles.Code) iter.Seq[roles.Code] {
	return func(yield func(roles.Code) bool) { yield(code) }
}

func templateRoles(t *invitation.Template) iter.Seq[roles.Code] {
	return func(yield func(roles.Code) bool) {
		for i := range t.Lines {
			if !yield(t.Lines[i].Role) {
				return
			}
		}
	}
}

// offeredLines returns what a recipient's invitation offers.
func (s *Store) offeredLines(r *invitation.Recipient) []invitation.Line {
	if i := s.enterprises[r.Enterprise].invitations[r.Invitation]; i != nil {
		return i.Lines
	}
	return nil
}

func rolesOf(lines []invitation.Line) iter.Seq[roles.Code] {
	return func(yield func(roles.Code) bool) {
		for i := range lines {
			if !yield(lines[i].Role) {
				return
			}
		}
	}
}

// named reports whether each of some words stands in a person's name.
func named(words []string, given, family string) bool {
	if len(words) == 0 {
		return true
	}
	name := accessmgmt.FoldName(given, family)
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(name, word) })
}

// memberNamed reports whether each of some words stands in the name by which
// an enterprise knows a person; nobody whom it doesn't know has a name.
func (s *Store) memberNamed(words []string, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID) bool {
	if len(words) == 0 {
		return true
	}
	m := s.enterprises[enterprise].members[person]
	return m != nil && named(words, m.GivenName, m.FamilyName)
}
