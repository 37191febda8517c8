package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var invitations = define(table[invitation.Invitation]{
	name: "egovroles_invitation",
	keys: 2,
	columns: columns(`enterprise, id, offered_lines, applications, role_codes, unit_ids, message, invited_by, invited_as, created_at, language,
		version`),
	bind: func(b *binder, i *invitation.Invitation) {
		b.id(i.Enterprise.UUID)
		b.id(i.ID.UUID)
		b.json(lineRows(i.Lines))
		b.text(marks(i.Lines, func(l invitation.Line) string { return string(l.Role.Application()) }))
		b.text(marks(i.Lines, func(l invitation.Line) string { return string(l.Role) }))
		b.text(marks(i.Lines, func(l invitation.Line) string { return unitMark(l.Unit) }))
		b.text(i.Message)
		b.optID(i.InvitedBy.UUID)
		b.number(int64(i.InvitedAs))
		b.time(i.CreatedAt)
		b.text(string(i.Language))
		b.count(i.Version)
	},
	fields: func(i *invitation.Invitation) []any {
		return []any{(*idColumn)(&i.Enterprise.UUID), (*idColumn)(&i.ID.UUID), (*linesColumn)(&i.Lines), nowhere{}, nowhere{}, nowhere{}, &i.Message,
			(*idColumn)(&i.InvitedBy.UUID), (*bitsColumn)(&i.InvitedAs), (*timeColumn)(&i.CreatedAt), (*textColumn)(&i.Language),
			(*countColumn)(&i.Version)}
	},
	version: func(i *invitation.Invitation) uint64 { return i.Version },
	id:      func(r *invitation.Invitation) uuid.UUID { return r.ID.UUID },
	owner:   func(r *invitation.Invitation) accessmgmt.EnterpriseID { return r.Enterprise },
})

// Invitations implements [accessmgmt.Reader].
func (s *Store) Invitations(ctx context.Context, enterprise accessmgmt.EnterpriseID, of []accessmgmt.InvitationID) ([]invitation.Invitation, error) {
	return byIDs(ctx, s, "invitations", invitations, "id", enterprise, of)
}
