package memory

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// ordered keeps rows sorted, so that a page begins with one binary search.
// Most rows are newer than all others and go to the end, which costs nothing;
// one in the middle moves the pointers behind it.
type ordered[T any] struct {
	rows    []T
	compare func(a, b T) int
}

// put adds a row, or replaces the one in the same place.
func (o *ordered[T]) put(row T) {
	i, found := slices.BinarySearchFunc(o.rows, row, o.compare)
	if found {
		o.rows[i] = row
		return
	}
	o.rows = slices.Insert(o.rows, i, row)
}

// remove takes out the row in the place of this one, if there is any.
func (o *ordered[T]) remove(row T) {
	i, found := slices.BinarySearchFunc(o.rows, row, o.compare)
	switch {
	case !found:
	case i == 0: // the outbox empties from its head; move nothing
		o.rows[0] = *new(T)
		o.rows = o.rows[1:]
	default:
		o.rows = slices.Delete(o.rows, i, i+1)
	}
}

// has reports whether there is a row in the place of this one.
func (o *ordered[T]) has(row T) bool {
	_, found := slices.BinarySearchFunc(o.rows, row, o.compare)
	return found
}

// shelf holds the rows of one enterprise, or of one person, in the orders in
// which they are read.
type shelf struct {
	recipients  ordered[*invitation.Recipient]
	requests    ordered[*invitation.Request]
	assignments ordered[*accessmgmt.RoleAssignment]
	grants      ordered[*accessmgmt.RoleAssignment] // as Grants and Access read them
}

func newShelf() shelf {
	return shelf{
		recipients:  ordered[*invitation.Recipient]{compare: byPlace(placeOfRecipient)},
		requests:    ordered[*invitation.Request]{compare: byPlace(placeOfRequest)},
		assignments: ordered[*accessmgmt.RoleAssignment]{compare: byPlace(placeOfAssignment)},
		grants:      ordered[*accessmgmt.RoleAssignment]{compare: compareGrants},
	}
}

// ownShelf holds, in their orders, the rows that are read by enterprise alone.
type ownShelf struct {
	members     ordered[*accessmgmt.Member]
	terms       ordered[*accessmgmt.GAP]
	managers    ordered[*accessmgmt.Manager]
	suspensions ordered[*accessmgmt.Suspension]
	units       ordered[*accessmgmt.Unit]
	templates   ordered[*invitation.Template]
}

func newOwnShelf() ownShelf {
	return ownShelf{
		members:     ordered[*accessmgmt.Member]{compare: byPlace(placeOfMember)},
		terms:       ordered[*accessmgmt.GAP]{compare: byPlace(placeOfTerm)},
		managers:    ordered[*accessmgmt.Manager]{compare: byPlace(placeOfManager)},
		suspensions: ordered[*accessmgmt.Suspension]{compare: byPlace(placeOfSuspension)},
		units:       ordered[*accessmgmt.Unit]{compare: byPlace(placeOfUnit)},
		templates:   ordered[*invitation.Template]{compare: byPlace(placeOfTemplate)},
	}
}

// place is where a row stands in the order of the Find methods: when it was
// created, then its id. The enterprise comes last and only keeps rows apart
// that two enterprises gave the same id.
type place struct {
	at         time.Time
	id         uuid.UUID
	enterprise accessmgmt.EnterpriseID
}

func placeOfRecipient(r *invitation.Recipient) place {
	return place{r.CreatedAt, r.ID.UUID, r.Enterprise}
}

func placeOfRequest(r *invitation.Request) place {
	return place{r.RequestedAt, r.ID.UUID, r.Enterprise}
}

func placeOfAssignment(a *accessmgmt.RoleAssignment) place {
	return place{a.GivenAt, a.ID.UUID, a.Enterprise}
}

func placeOfCandidacy(g *accessmgmt.GAP) place {
	return place{g.Asked.At, g.ID.UUID, g.Enterprise}
}

func placeOfTerm(g *accessmgmt.GAP) place { return place{g.From, g.ID.UUID, g.Enterprise} }

func placeOfManager(m *accessmgmt.Manager) place { return place{m.NamedAt, m.ID.UUID, m.Enterprise} }

func placeOfSuspension(s *accessmgmt.Suspension) place {
	return place{s.From, s.ID.UUID, s.Enterprise}
}

func placeOfUnit(u *accessmgmt.Unit) place { return place{u.AddedAt, u.ID.UUID, u.Enterprise} }

func placeOfTemplate(t *invitation.Template) place {
	return place{t.CreatedAt, t.ID.UUID, t.Enterprise}
}

func placeOfMessage(m *message) place { return place{m.row.CreatedAt, m.row.ID.UUID, m.row.Enterprise} }

// placeOfMember has no instant: members are read by person.
func placeOfMember(m *accessmgmt.Member) place {
	return place{id: m.Person.UUID, enterprise: m.Enterprise}
}

func (p place) key() accessmgmt.PageKey { return accessmgmt.PageKey{At: p.at, ID: p.id} }

func byPlace[T any](of func(T) place) func(a, b T) int {
	return func(a, b T) int {
		x, y := of(a), of(b)
		return cmp.Or(compareKeys(x.key(), y.key()), compareEnterprises(x.enterprise, y.enterprise))
	}
}

func compareKeys(a, b accessmgmt.PageKey) int {
	return cmp.Or(a.At.Compare(b.At), compareIDs(a.ID, b.ID))
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

func compareEnterprises(a, b accessmgmt.EnterpriseID) int { return compareIDs(a.UUID, b.UUID) }

func compareManagerTerms(a, b *accessmgmt.Manager) int {
	return cmp.Or(compareEnterprises(a.Enterprise, b.Enterprise), compareIDs(a.ID.UUID, b.ID.UUID))
}

func compareAudit(a, b *accessmgmt.AuditRecord) int {
	return comparePositions(positionOf(a), positionOf(b))
}

func positionOf(r *accessmgmt.AuditRecord) accessmgmt.AuditPosition {
	return accessmgmt.AuditPosition{Seq: r.Seq, Ordinal: r.Ordinal}
}

func comparePositions(a, b accessmgmt.AuditPosition) int {
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Ordinal, b.Ordinal))
}

func compareGrants(a, b *accessmgmt.RoleAssignment) int {
	return compareGrantKeys(grantKeyOf(a), grantKeyOf(b))
}

func grantKeyOf(a *accessmgmt.RoleAssignment) accessmgmt.GrantKey {
	return accessmgmt.GrantKey{Enterprise: a.Enterprise, Person: a.Person, ID: a.ID}
}

func compareGrantKeys(a, b accessmgmt.GrantKey) int {
	return cmp.Or(compareEnterprises(a.Enterprise, b.Enterprise), a.Person.Compare(b.Person), compareIDs(a.ID.UUID, b.ID.UUID))
}
