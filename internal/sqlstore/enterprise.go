package sqlstore

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
)

// enterpriseRow is an enterprise with the columns that take long to parse as
// texts.
type enterpriseRow struct {
	accessmgmt.Enterprise
	number, contact string
}

var enterprises = define(table[enterpriseRow]{
	name: "egovroles_enterprise",
	columns: columns(`id, number, name, epoch, gap, designation, managers, suspended_at, sent_on, sent, contact, language,
		created_at, audit_head`),
	fields: func(e *enterpriseRow) []any {
		return []any{(*idColumn)(&e.ID.UUID), &e.number, &e.Name, (*countColumn)(&e.Epoch), (*idColumn)(&e.GAP.UUID),
			(*idColumn)(&e.Designation.UUID), (*intColumn)(&e.Managers), (*timeColumn)(&e.SuspendedAt),
			(*dayColumn)(&e.SentOn), (*intColumn)(&e.Sent), &e.contact, (*textColumn)(&e.Language),
			(*timeColumn)(&e.CreatedAt), (*hashColumn)(&e.AuditHead)}
	},
})

// complete returns the enterprise of a row.
func (s *Store) complete(row enterpriseRow) (_ accessmgmt.Enterprise, err error) {
	if row.Number, err = s.numbers.of(row.number); err != nil {
		return accessmgmt.Enterprise{}, &valueError{"an enterprise number", "text"}
	}
	if row.Contact, err = s.emails.of(row.contact); err != nil {
		return accessmgmt.Enterprise{}, &valueError{"an e-mail address", "text"}
	}
	return row.Enterprise, nil
}

const (
	insertEnterprise = `INSERT INTO egovroles_enterprise (number, name, gap, designation, managers, suspended_at, sent_on, sent, contact, language,
		created_at, audit_head, id, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateEnterprise = `UPDATE egovroles_enterprise SET epoch = epoch + 1, number = ?, name = ?, gap = ?, designation = ?,
		managers = ?, suspended_at = ?, sent_on = ?, sent = ?, contact = ?, language = ?, created_at = ?, audit_head = ? WHERE id = ? AND epoch = ?`
)

// bump returns the first step of a commit: the enterprise's row as it will be,
// if its epoch is the one that was read.
func (s *Store) bump(e accessmgmt.Enterprise) step {
	b := s.binder(14)
	b.text(e.Number.Digits())
	b.text(e.Name)
	b.optID(e.GAP.UUID)
	b.optID(e.Designation.UUID)
	b.number(int64(e.Managers))
	b.optTime(e.SuspendedAt)
	b.day(e.SentOn)
	b.number(int64(e.Sent))
	b.text(e.Contact.String())
	b.text(string(e.Language))
	b.time(e.CreatedAt)
	b.optHash(e.AuditHead)
	b.id(e.ID.UUID)
	if e.Epoch == 1 {
		b.count(1)
		return step{text: insertEnterprise, args: b.args, rows: 1, guard: "the enterprise is there already", taken: errNumberTaken}
	}
	b.count(e.Epoch - 1)
	return step{text: updateEnterprise, args: b.args, rows: 1, guard: "another epoch", taken: errNumberTaken}
}

func (s *Store) findEnterprises(ctx context.Context, op string, w where, tail string, tailArgs ...any) ([]accessmgmt.Enterprise, error) {
	rows, err := list(ctx, s, op, w.queries("SELECT "+enterprises.list+" FROM egovroles_enterprise", tail, tailArgs...), enterprises.fields)
	if err != nil {
		return nil, err
	}
	found := make([]accessmgmt.Enterprise, len(rows))
	for i, row := range rows {
		if found[i], err = s.complete(row); err != nil {
			return nil, s.fail(ctx, op, err)
		}
	}
	return found, nil
}

// Enterprise implements [accessmgmt.Reader].
func (s *Store) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	w := where{store: s}
	w.and("id = ?", s.key(id.UUID))
	return only(s.findEnterprises(ctx, "enterprise", w, ""))
}

// EnterpriseByNumber implements [accessmgmt.Reader].
func (s *Store) EnterpriseByNumber(ctx context.Context, number accessmgmt.EnterpriseNumber) (accessmgmt.Enterprise, error) {
	w := where{store: s}
	w.and("number = ?", number.Digits())
	return only(s.findEnterprises(ctx, "enterprise by number", w, ""))
}

// Enterprises implements [accessmgmt.Reader].
func (s *Store) Enterprises(ctx context.Context, list []accessmgmt.EnterpriseID) ([]accessmgmt.Enterprise, error) {
	w := where{store: s}
	w.in("id", ids(s, list))
	return s.findEnterprises(ctx, "enterprises", w, "")
}

// EnterprisesAfter implements [accessmgmt.Reader].
func (s *Store) EnterprisesAfter(ctx context.Context, after accessmgmt.EnterpriseID, limit int) ([]accessmgmt.Enterprise, error) {
	w := where{store: s}
	if !after.IsZero() {
		w.and("id > ?", s.key(after.UUID))
	}
	return s.findEnterprises(ctx, "enterprises after", w, " ORDER BY id LIMIT ?", int64(limit))
}

type stamp struct {
	id    accessmgmt.EnterpriseID
	epoch uint64
	head  accessmgmt.Digest
}

// Stamps implements [accessmgmt.Reader].
func (s *Store) Stamps(ctx context.Context, of []accessmgmt.EnterpriseID) (map[accessmgmt.EnterpriseID]accessmgmt.Stamp, error) {
	w := where{store: s}
	w.in("id", ids(s, of))
	rows, err := list(ctx, s, "stamps", w.queries("SELECT id, epoch, audit_head FROM egovroles_enterprise", ""), func(e *stamp) []any {
		return []any{(*idColumn)(&e.id.UUID), (*countColumn)(&e.epoch), (*hashColumn)(&e.head)}
	})
	if err != nil {
		return nil, err
	}
	stamps := make(map[accessmgmt.EnterpriseID]accessmgmt.Stamp, len(rows))
	for _, row := range rows {
		stamps[row.id] = accessmgmt.Stamp{Epoch: row.epoch, Head: [8]byte(row.head[:8])}
	}
	return stamps, nil
}

// Offices implements [accessmgmt.Reader].
func (s *Store) Offices(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.EnterpriseID, error) {
	q := query{text: "SELECT id FROM egovroles_enterprise WHERE gap = ? ORDER BY id", args: []any{s.key(person.UUID)}}
	return list(ctx, s, "offices", []query{q}, func(id *accessmgmt.EnterpriseID) []any { return []any{(*idColumn)(&id.UUID)} })
}
