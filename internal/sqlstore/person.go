package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
)

var persons = define(table[accessmgmt.Person]{
	name:    "egovroles_person",
	keys:    1,
	columns: columns("id, created_at, erased_at, version, formerly"),
	bind: func(b *binder, p *accessmgmt.Person) {
		b.id(p.ID.UUID)
		b.time(p.CreatedAt)
		b.optTime(p.ErasedAt)
		b.count(p.Version)
		b.optText(idTexts(p.Formerly))
	},
	version: func(p *accessmgmt.Person) uint64 { return p.Version },
	id:      func(r *accessmgmt.Person) uuid.UUID { return r.ID.UUID },
})

// identityRow and numberRow are one entry of a person's two lists.
type (
	identityRow struct {
		accessmgmt.IdentityRef
		person  accessmgmt.PersonID
		ordinal int
	}
	numberRow struct {
		accessmgmt.NumberHash
		person  accessmgmt.PersonID
		ordinal int
	}
)

var identities = define(table[identityRow]{
	name:    "egovroles_person_identity",
	columns: columns("issuer, subject, person, ordinal"),
	bind: func(b *binder, r *identityRow) {
		b.text(r.Issuer)
		b.text(r.Subject)
		b.id(r.person.UUID)
		b.number(int64(r.ordinal))
	},
})

var numbers = define(table[numberRow]{
	name:    "egovroles_person_number",
	columns: columns("key_id, hash, person, ordinal"),
	bind: func(b *binder, r *numberRow) {
		b.text(r.KeyID)
		b.add(r.Hash[:])
		b.id(r.person.UUID)
		b.number(int64(r.ordinal))
	},
})

const (
	deleteIdentities = "DELETE FROM egovroles_person_identity WHERE person = ?"
	deleteNumbers    = "DELETE FROM egovroles_person_number WHERE person = ?"
)

// putPersons adds the steps that write persons. They are the only rows that
// commits of several enterprises write: taken in the order of their ids, two
// commits can't wait for each other.
func putPersons(p *plan, rows []accessmgmt.Person) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b accessmgmt.Person) int { return a.ID.Compare(b.ID) })
	put(p, persons, rows)
	var refs []identityRow
	var hashes []numberRow
	for _, row := range rows {
		if row.Version > 1 { // first, since what one loses another may get
			p.step(step{text: deleteIdentities, args: []any{p.store.key(row.ID.UUID)}, rows: anyRows})
			p.step(step{text: deleteNumbers, args: []any{p.store.key(row.ID.UUID)}, rows: anyRows})
		}
		for i, ref := range row.Identities {
			refs = append(refs, identityRow{ref, row.ID, i})
		}
		for i, hash := range row.Numbers {
			hashes = append(hashes, numberRow{hash, row.ID, i})
		}
	}
	insert(p, identities, refs)
	insert(p, numbers, hashes)
}

// meet adds the steps that raise the versions of persons. Taken in one order, two
// commits can't wait for each other.
func meet(p *plan, ids []accessmgmt.PersonID) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, accessmgmt.PersonID.Compare)
	for part := range slices.Chunk(ids, p.store.dialect.Rows) {
		text := "UPDATE egovroles_person SET version = version + 1 WHERE id IN (?" + strings.Repeat(", ?", len(part)-1) + ") AND erased_at IS NULL"
		b := p.store.binder(len(part))
		for _, id := range part {
			b.id(id.UUID)
		}
		p.step(step{text: text, args: b.args, rows: int64(len(part)), guard: "a person who was erased, or isn't there", bulk: len(part) > few})
	}
}

// personPart is the person itself, one of its identities, or one of its number
// hashes: one statement reads all three, and so one state of them. Identities
// come first in it because drivers learn the columns' types there.
type personPart struct {
	kind          int
	id            accessmgmt.PersonID
	number        int64 // created_at, or the ordinal
	version       uint64
	erased        int64  // 0: never
	issuer, other string // issuer and subject, the id of a key, or who he was formerly
	hash          accessmgmt.Digest
}

const (
	partPerson = iota
	partIdentity
	partNumber
)

func partFields(p *personPart) []any {
	return []any{(*intColumn)(&p.kind), (*idColumn)(&p.id.UUID), (*wideColumn)(&p.number), (*countColumn)(&p.version), (*wideColumn)(&p.erased),
		(*textColumn)(&p.issuer), (*textColumn)(&p.other), (*hashColumn)(&p.hash)}
}

// idTexts writes ids with spaces between.
func idTexts(ids []accessmgmt.PersonID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return strings.Join(texts, " ")
}

func parseIDs(text string) (ids []accessmgmt.PersonID, err error) {
	for _, field := range strings.Fields(text) {
		id, err := uuid.Parse(field)
		if err != nil {
			return nil, fmt.Errorf("who a person was formerly: %w", err)
		}
		ids = append(ids, accessmgmt.PersonID{UUID: id})
	}
	return ids, nil
}

// findPersons returns the persons whose ids a subquery gives, in the order of
// their ids.
func (s *Store) findPersons(ctx context.Context, op, which string, args ...any) ([]accessmgmt.Person, error) {
	text := `SELECT 1, person, ordinal, 0, 0, issuer, subject, NULL FROM egovroles_person_identity WHERE person IN (` + which + `)
		UNION ALL SELECT 2, person, ordinal, 0, 0, key_id, '', hash FROM egovroles_person_number WHERE person IN (` + which + `)
		UNION ALL SELECT 0, id, created_at, version, COALESCE(erased_at, 0), '', COALESCE(formerly, ''), NULL FROM egovroles_person WHERE id IN (` + which + `)
		ORDER BY 2, 1, 3`
	q := query{text: text, args: slices.Concat(args, args, args), once: len(args) > 2*prepared}
	parts, err := list(ctx, s, op, []query{q}, partFields)
	if err != nil {
		return nil, err
	}
	var found []accessmgmt.Person
	for _, part := range parts {
		switch p := len(found) - 1; part.kind {
		case partPerson:
			row := accessmgmt.Person{ID: part.id, Version: part.version}
			row.CreatedAt = instant(part.number)
			if part.erased != 0 {
				row.ErasedAt = instant(part.erased)
			}
			if row.Formerly, err = parseIDs(part.other); err != nil {
				return nil, err
			}
			found = append(found, row)
		case partIdentity:
			found[p].Identities = append(found[p].Identities, accessmgmt.IdentityRef{Issuer: part.issuer, Subject: part.other})
		case partNumber:
			found[p].Numbers = append(found[p].Numbers, accessmgmt.NumberHash{KeyID: part.issuer, Hash: part.hash})
		}
	}
	return found, nil
}

// Person implements [accessmgmt.Reader].
func (s *Store) Person(ctx context.Context, id accessmgmt.PersonID) (accessmgmt.Person, error) {
	return only(s.findPersons(ctx, "person", "?", s.key(id.UUID)))
}

// PersonByIdentity implements [accessmgmt.Reader].
func (s *Store) PersonByIdentity(ctx context.Context, ref accessmgmt.IdentityRef) (accessmgmt.Person, error) {
	return only(s.findPersons(ctx, "person by identity",
		"SELECT person FROM egovroles_person_identity WHERE issuer = ? AND subject = ?", ref.Issuer, ref.Subject))
}

// PersonByNumber implements [accessmgmt.Reader].
func (s *Store) PersonByNumber(ctx context.Context, hashes []accessmgmt.NumberHash) (accessmgmt.Person, error) {
	var args []any
	for _, h := range hashes {
		args = append(args, h.KeyID, append([]byte(nil), h.Hash[:]...))
	}
	if len(args) == 0 {
		return accessmgmt.Person{}, notFoundUnless(ctx)
	}
	which := "SELECT person FROM egovroles_person_number WHERE key_id = ? AND hash = ?" +
		strings.Repeat(" OR key_id = ? AND hash = ?", len(hashes)-1)
	found, err := s.findPersons(ctx, "person by number", which, args...)
	if len(found) > 1 {
		return accessmgmt.Person{}, conflict("the numbers are of several persons")
	}
	return only(found, err)
}
