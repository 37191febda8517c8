package sqlstore

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
)

// dueIn is where each kind of thing that ends by itself stands: its table, the
// column of its end, and what says that nobody has ended it. The texts are those
// of the indexes, which is how an engine knows them.
var dueIn = map[accessmgmt.DueKind]struct{ table, at, open string }{
	accessmgmt.DueInvitation: {"egovroles_recipient", "expires_at", "state = 'invited'"},
	accessmgmt.DueRequest:    {"egovroles_request", "lapses_at", "state = 'pending'"},
	accessmgmt.DueRole:       {"egovroles_assignment", "to_at", "ended_at IS NULL AND to_at IS NOT NULL"},
	accessmgmt.DueOffice:     {"egovroles_manager", "to_at", "ended_at IS NULL AND to_at IS NOT NULL"},
}

// Due implements [accessmgmt.Reader].
func (s *Store) Due(ctx context.Context, q accessmgmt.DueQuery) ([]accessmgmt.Due, error) {
	in, known := dueIn[q.Kind]
	if !known {
		return nil, ctx.Err()
	}
	text := "SELECT " + in.at + ", enterprise, id FROM " + in.table + " WHERE " + in.open + " AND told = ? AND " + in.at + " <= ?"
	args := []any{int64(q.Told), q.Until.UnixMicro()}
	if after := q.After; after != (accessmgmt.Due{}) {
		at, enterprise := after.At.UnixMicro(), s.key(after.Enterprise.UUID)
		text += " AND " + in.at + " >= ? AND (" + in.at + " > ? OR enterprise > ? OR enterprise = ? AND id > ?)"
		args = append(args, at, at, enterprise, enterprise, s.key(after.ID))
	}
	text += " ORDER BY " + in.at + ", enterprise, id LIMIT ?"
	args = append(args, int64(q.Limit))
	return list(ctx, s, "due", []query{{text: text, args: args}}, func(d *accessmgmt.Due) []any {
		return []any{(*timeColumn)(&d.At), (*idColumn)(&d.Enterprise.UUID), (*idColumn)(&d.ID)}
	})
}
