package accessmgmt

import (
	"context"
	"iter"

	"github.com/egovroles/egovroles/invitation"
)

// TemplateQuery asks for templates, of all the enterprises that the actor
// manages or of one.
type TemplateQuery struct {
	Enterprise EnterpriseID // zero: all
	// Retired: the retired ones too.
	Retired bool
	Paging
}

// TemplateItem is a template with its enterprise.
type TemplateItem struct {
	Template         invitation.Template
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
}

// Templates yields the saved invitations, the oldest first. An access manager
// sees those alone of which every role is of his domain.
func (s *Service) Templates(ctx context.Context, actor Actor, q TemplateQuery) iter.Seq2[TemplateItem, error] {
	return walk(q.Paging, func(p Paging) (List[TemplateItem], error) { q.Paging = p; return s.TemplatesPage(ctx, actor, q) })
}

// TemplatesPage returns one page of [Service.Templates].
func (s *Service) TemplatesPage(ctx context.Context, actor Actor, q TemplateQuery) (List[TemplateItem], error) {
	sc, err := s.scope(ctx, actor, ActTemplates, q.Enterprise, false)
	if err != nil {
		return List[TemplateItem]{}, fail(ActTemplates, err)
	}
	filter := TemplateFilter{Enterprises: sc.enterprises, Parts: sc.parts, Retired: q.Retired}
	list, err := listOf(sc, q.Paging, bind(ActTemplates, sc.reader, q.Enterprise, q.Retired, q.Newest),
		func(p Page) ([]invitation.Template, error) { return s.store.FindTemplates(ctx, filter, p) },
		templateKey,
		func(rows []invitation.Template) ([]TemplateItem, error) { return s.templateItems(ctx, rows) })
	return list, fail(ActTemplates, err)
}

func (s *Service) templateItems(ctx context.Context, rows []invitation.Template) ([]TemplateItem, error) {
	of := map[EnterpriseID]bool{}
	for _, t := range rows {
		of[t.Enterprise] = true
	}
	enterprises, err := s.enterprisesByID(ctx, idsIn(of))
	if err != nil {
		return nil, err
	}
	items := make([]TemplateItem, len(rows))
	for i, t := range rows {
		ent := enterprises[t.Enterprise]
		items[i] = TemplateItem{t, ent.Name, ent.Number}
	}
	return items, nil
}

// Template returns one template, retired ones too, for the form that it is sent
// or renamed with. One that the actor may not see is [ErrNotFound].
func (s *Service) Template(ctx context.Context, actor Actor, enterprise EnterpriseID, id TemplateID) (invitation.Template, error) {
	auth, _, err := s.view(ctx, actor, ActTemplates, enterprise)
	if err != nil {
		return invitation.Template{}, fail(ActTemplates, err)
	}
	t, err := s.template(ctx, &auth, enterprise, id)
	return t, fail(ActTemplates, err)
}
