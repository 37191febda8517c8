package workflowtest

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

func (p *proxy) Templates(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.TemplateID) ([]invitation.Template, error) {
	return via(p, "Templates", func() ([]invitation.Template, error) { return p.Store.Templates(ctx, enterprise, ids) })
}

func (p *proxy) FindTemplates(ctx context.Context, f accessmgmt.TemplateFilter, page accessmgmt.Page) ([]invitation.Template, error) {
	return via(p, "FindTemplates", func() ([]invitation.Template, error) { return p.Store.FindTemplates(ctx, f, page) })
}

func (p *proxy) FindMembers(ctx context.Context, f accessmgmt.MemberFilter, page accessmgmt.Page) ([]accessmgmt.Member, error) {
	return via(p, "FindMembers", func() ([]accessmgmt.Member, error) { return p.Store.FindMembers(ctx, f, page) })
}

func (p *proxy) CountRecipients(ctx context.Context, f accessmgmt.RecipientFilter) (int, error) {
	return via(p, "CountRecipients", func() (int, error) { return p.Store.CountRecipients(ctx, f) })
}

func (p *proxy) CountRequests(ctx context.Context, f accessmgmt.RequestFilter) (int, error) {
	return via(p, "CountRequests", func() (int, error) { return p.Store.CountRequests(ctx, f) })
}

func (p *proxy) CountAssignments(ctx context.Context, f accessmgmt.AssignmentFilter) (int, error) {
	return via(p, "CountAssignments", func() (int, error) { return p.Store.CountAssignments(ctx, f) })
}
