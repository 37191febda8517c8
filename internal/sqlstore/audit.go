package sqlstore

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
)

var audits = define(table[accessmgmt.AuditRecord]{
	name: "egovroles_audit",
	columns: columns(`enterprise, seq, ordinal, at, event, actor, capacity, assurance, person, object, object_id,
		data, details, salt, commitment, prev, hash`),
	bind: func(b *binder, r *accessmgmt.AuditRecord) {
		b.id(r.Enterprise.UUID)
		b.count(r.Seq)
		b.number(int64(r.Ordinal))
		b.time(r.At)
		b.text(string(r.Event))
		b.optID(r.Actor.UUID)
		b.text(string(r.Capacity))
		b.text(r.Assurance.String())
		b.optID(r.Person.UUID)
		b.text(r.Object)
		b.optID(r.ObjectID)
		b.optMap(r.Data)
		b.optMap(r.Details)
		b.optBytes(r.Salt)
		b.optHash(r.Commitment)
		b.optHash(r.Prev)
		b.optHash(r.Hash)
	},
	fields: func(r *accessmgmt.AuditRecord) []any {
		return []any{(*idColumn)(&r.Enterprise.UUID), (*countColumn)(&r.Seq), (*intColumn)(&r.Ordinal), (*timeColumn)(&r.At),
			(*textColumn)(&r.Event), (*idColumn)(&r.Actor.UUID), (*textColumn)(&r.Capacity), (*assuranceColumn)(&r.Assurance),
			(*idColumn)(&r.Person.UUID), &r.Object, (*idColumn)(&r.ObjectID), (*mapColumn)(&r.Data), (*mapColumn)(&r.Details),
			(*bytesColumn)(&r.Salt), (*hashColumn)(&r.Commitment), (*hashColumn)(&r.Prev), (*hashColumn)(&r.Hash)}
	},
	owner: func(r *accessmgmt.AuditRecord) accessmgmt.EnterpriseID { return r.Enterprise },
})

// Audit implements [accessmgmt.Reader].
func (s *Store) Audit(ctx context.Context, enterprise accessmgmt.EnterpriseID, after accessmgmt.AuditPosition, limit int) ([]accessmgmt.AuditRecord, error) {
	q := query{
		text: "SELECT " + audits.list + ` FROM egovroles_audit
			WHERE enterprise = ? AND seq >= ? AND (seq > ? OR ordinal > ?) ORDER BY seq, ordinal LIMIT ?`,
		args: []any{s.key(enterprise.UUID), int64(after.Seq), int64(after.Seq), int64(after.Ordinal), int64(limit)},
	}
	return list(ctx, s, "audit", []query{q}, audits.fields)
}

var commands = define(table[accessmgmt.Command]{
	name:    "egovroles_command",
	columns: columns("id, act, actor, content, answer, epoch, at, enterprise"),
	fields: func(c *accessmgmt.Command) []any {
		return []any{(*idColumn)(&c.ID.UUID), (*textColumn)(&c.Act), (*idColumn)(&c.Actor.UUID), (*hashColumn)(&c.Content), &c.Answer,
			(*countColumn)(&c.Epoch), (*timeColumn)(&c.At), nowhere{}}
	},
})

// putCommand adds the step that writes a command's id, once. The enterprise's row
// is held by then, so that whoever wrote the id before has committed.
func putCommand(p *plan, enterprise accessmgmt.EnterpriseID, c accessmgmt.Command, epoch uint64) {
	b := p.store.binder(len(commands.columns))
	b.id(c.ID.UUID)
	b.text(string(c.Act))
	b.optID(c.Actor.UUID)
	b.optHash(c.Content)
	b.text(c.Answer)
	b.count(epoch)
	b.time(c.At)
	b.id(enterprise.UUID)
	p.step(step{text: commands.insert(1), args: b.args, rows: 1, guard: "a command", taken: accessmgmt.ErrRepeated})
}
