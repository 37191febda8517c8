package sqlstore

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var invitations = define(table[invitation.Invitation]{
	name: "egovroles_invitation",
	keys: 2,
	columns: columns(`enterprise, id, offered_lines, message, invited_by, invited_as, created_at, language,
		version`),
	bind: func(b *binder, i *invitation.Invitation) {
		b.id(i.Enterprise.UUID)
		b.id(i.ID.UUID)
		b.json(lineRows(i.Lines))
		b.text(i.Message)
		b.optID(i.InvitedBy.UUID)
		b.number(int64(i.InvitedAs))
		b.time(i.CreatedAt)
		b.text(string(i.Language))
		b.count(i.Version)
	},
	fields: func(i *invitation.Invitation) []any {
		return []any{(*idColumn)(&i.Enterprise.UUID), (*idColumn)(&i.ID.UUID), (*linesColumn)(&i.Lines), &i.Message,
			(*idColumn)(&i.InvitedBy.UUID), (*bitsColumn)(&i.InvitedAs), (*timeColumn)(&i.CreatedAt), (*textColumn)(&i.Language),
			(*countColumn)(&i.Version)}
	},
	version: func(i *invitation.Invitation) uint64 { return i.Version },
	id:      func(r *invitation.Invitation) uuid.UUID { return r.ID.UUID },
	owner:   func(r *invitation.Invitation) accessmgmt.EnterpriseID { return r.Enterprise },
})

// lineRow is a line in the column's JSON. It is a type of its own so that the
// JSON that portals show can change without what is stored.
type lineRow struct {
	Role  roles.Code `json:"role"`
	Unit  *uuid.UUID `json:"unit,omitempty"`
	First roles.Date `json:"first_day"`
	Last  roles.Date `json:"last_day,omitzero"` // none: no end
}

func lineRows(lines []invitation.Line) []lineRow {
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		rows[i] = lineRow{Role: l.Role, First: l.Period.Start()}
		rows[i].Last, _ = l.Period.End()
		if !l.Unit.IsZero() {
			rows[i].Unit = &l.Unit.UUID
		}
	}
	return rows
}

type linesColumn []invitation.Line

func (c *linesColumn) Scan(src any) error {
	var rows []lineRow
	if s, ok := text(src); !ok || json.Unmarshal([]byte(s), &rows) != nil {
		return unexpected("lines in JSON", src)
	}
	*c = nil
	for _, row := range rows {
		line := invitation.Line{Role: row.Role}
		if row.Unit != nil {
			line.Unit.UUID = *row.Unit
		}
		switch {
		case !row.Last.IsZero():
			line.Period = roles.Between(row.First, row.Last)
		case !row.First.IsZero():
			line.Period = roles.From(row.First)
		}
		*c = append(*c, line)
	}
	return nil
}

// Invitations implements [accessmgmt.Reader].
func (s *Store) Invitations(ctx context.Context, enterprise accessmgmt.EnterpriseID, of []accessmgmt.InvitationID) ([]invitation.Invitation, error) {
	return byIDs(ctx, s, "invitations", invitations, "id", enterprise, of)
}
