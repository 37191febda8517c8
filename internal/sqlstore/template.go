package sqlstore

import (
	"context"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var templates = define(table[invitation.Template]{
	name: "egovroles_template",
	keys: 2,
	columns: columns(`enterprise, id, name, description, offered_lines, applications, message, days, language,
		created_by, created_as, created_at, retired_at, version`),
	bind: func(b *binder, t *invitation.Template) {
		b.id(t.Enterprise.UUID)
		b.id(t.ID.UUID)
		b.text(t.Name)
		b.text(t.Description)
		b.json(templateLineRows(t.Lines))
		b.text(marks(t.Lines, func(l invitation.TemplateLine) string { return string(l.Role.Application()) }))
		b.text(t.Message)
		b.number(int64(t.Days))
		b.text(string(t.Language))
		b.optID(t.CreatedBy.UUID)
		b.number(int64(t.CreatedAs))
		b.time(t.CreatedAt)
		b.optTime(t.RetiredAt)
		b.count(t.Version)
	},
	fields: func(t *invitation.Template) []any {
		return []any{(*idColumn)(&t.Enterprise.UUID), (*idColumn)(&t.ID.UUID), &t.Name, &t.Description, (*templateLinesColumn)(&t.Lines), nowhere{}, &t.Message,
			(*intColumn)(&t.Days), (*textColumn)(&t.Language), (*idColumn)(&t.CreatedBy.UUID), (*bitsColumn)(&t.CreatedAs),
			(*timeColumn)(&t.CreatedAt), (*timeColumn)(&t.RetiredAt), (*countColumn)(&t.Version)}
	},
	version: func(t *invitation.Template) uint64 { return t.Version },
	id:      func(t *invitation.Template) uuid.UUID { return t.ID.UUID },
	owner:   func(t *invitation.Template) accessmgmt.EnterpriseID { return t.Enterprise },
})

// Templates implements [accessmgmt.Reader].
func (s *Store) Templates(ctx context.Context, enterprise accessmgmt.EnterpriseID, of []accessmgmt.TemplateID) ([]invitation.Template, error) {
	return byIDs(ctx, s, "templates", templates, "id", enterprise, of)
}

// FindTemplates implements [accessmgmt.Reader].
func (s *Store) FindTemplates(ctx context.Context, f accessmgmt.TemplateFilter, p accessmgmt.Page) ([]invitation.Template, error) {
	w := where{store: s, none: len(f.Enterprises)+len(f.Parts) == 0}
	w.within(f.Enterprises, f.Parts, onlyApplications("applications"))
	if !f.Retired {
		w.and("retired_at IS NULL")
	}
	return find(ctx, &w, "find templates", templates, "created_at", p, func(t invitation.Template) (int64, uuid.UUID) {
		return t.CreatedAt.UnixMicro(), t.ID.UUID
	})
}
