package accesstest

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// store is the store of a world as the portal sees it: each call first asks
// whether it is to fail. A test holds that it has every method of the contract.
type store struct {
	accessmgmt.Store
	*faults
}

func (s *store) Commit(ctx context.Context, c accessmgmt.Changes) error {
	if err := s.fail("Commit"); err != nil {
		return err
	}
	if err := s.Store.Commit(ctx, c); err != nil {
		return err
	}
	if s.loses() {
		return errLost
	}
	return nil
}

func ask1[A, T any](s *store, method string, call func(context.Context, A) (T, error), ctx context.Context, a A) (answer T, err error) {
	if err := s.fail(method); err != nil {
		return answer, err
	}
	return call(ctx, a)
}

func ask2[A, B, T any](s *store, method string, call func(context.Context, A, B) (T, error), ctx context.Context, a A, b B) (answer T, err error) {
	if err := s.fail(method); err != nil {
		return answer, err
	}
	return call(ctx, a, b)
}

func ask3[A, B, C, T any](s *store, method string, call func(context.Context, A, B, C) (T, error), ctx context.Context, a A, b B, c C) (answer T, err error) {
	if err := s.fail(method); err != nil {
		return answer, err
	}
	return call(ctx, a, b, c)
}

func (s *store) Ready(ctx context.Context) error {
	if err := s.fail("Ready"); err != nil {
		return err
	}
	return s.Store.Ready(ctx)
}

func (s *store) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	return ask1(s, "Enterprise", s.Store.Enterprise, ctx, id)
}

func (s *store) EnterpriseByNumber(ctx context.Context, number accessmgmt.EnterpriseNumber) (accessmgmt.Enterprise, error) {
	return ask1(s, "EnterpriseByNumber", s.Store.EnterpriseByNumber, ctx, number)
}

func (s *store) Enterprises(ctx context.Context, ids []accessmgmt.EnterpriseID) ([]accessmgmt.Enterprise, error) {
	return ask1(s, "Enterprises", s.Store.Enterprises, ctx, ids)
}

func (s *store) EnterprisesAfter(ctx context.Context, after accessmgmt.EnterpriseID, limit int) ([]accessmgmt.Enterprise, error) {
	return ask2(s, "EnterprisesAfter", s.Store.EnterprisesAfter, ctx, after, limit)
}

func (s *store) Stamps(ctx context.Context, ids []accessmgmt.EnterpriseID) (map[accessmgmt.EnterpriseID]accessmgmt.Stamp, error) {
	return ask1(s, "Stamps", s.Store.Stamps, ctx, ids)
}

func (s *store) Command(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.CommandID) (accessmgmt.Command, error) {
	return ask2(s, "Command", s.Store.Command, ctx, enterprise, id)
}

func (s *store) Person(ctx context.Context, id accessmgmt.PersonID) (accessmgmt.Person, error) {
	return ask1(s, "Person", s.Store.Person, ctx, id)
}

func (s *store) PersonByIdentity(ctx context.Context, ref accessmgmt.IdentityRef) (accessmgmt.Person, error) {
	return ask1(s, "PersonByIdentity", s.Store.PersonByIdentity, ctx, ref)
}

func (s *store) PersonByNumber(ctx context.Context, hashes []accessmgmt.NumberHash) (accessmgmt.Person, error) {
	return ask1(s, "PersonByNumber", s.Store.PersonByNumber, ctx, hashes)
}

func (s *store) Members(ctx context.Context, enterprise accessmgmt.EnterpriseID, persons []accessmgmt.PersonID) ([]accessmgmt.Member, error) {
	return ask2(s, "Members", s.Store.Members, ctx, enterprise, persons)
}

func (s *store) GAPs(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.GAP, error) {
	return ask1(s, "GAPs", s.Store.GAPs, ctx, enterprise)
}

func (s *store) FindGAPs(ctx context.Context, f accessmgmt.GAPFilter, p accessmgmt.Page) ([]accessmgmt.GAP, error) {
	return ask2(s, "FindGAPs", s.Store.FindGAPs, ctx, f, p)
}

func (s *store) Offices(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.EnterpriseID, error) {
	return ask1(s, "Offices", s.Store.Offices, ctx, person)
}

func (s *store) Managers(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.Manager, error) {
	return ask1(s, "Managers", s.Store.Managers, ctx, enterprise)
}

func (s *store) ManagerTerms(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.Manager, error) {
	return ask1(s, "ManagerTerms", s.Store.ManagerTerms, ctx, person)
}

func (s *store) Suspensions(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.Suspension, error) {
	return ask1(s, "Suspensions", s.Store.Suspensions, ctx, enterprise)
}

func (s *store) FindMembers(ctx context.Context, f accessmgmt.MemberFilter, p accessmgmt.Page) ([]accessmgmt.Member, error) {
	return ask2(s, "FindMembers", s.Store.FindMembers, ctx, f, p)
}

func (s *store) Units(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.UnitID) ([]accessmgmt.Unit, error) {
	return ask2(s, "Units", s.Store.Units, ctx, enterprise, ids)
}

func (s *store) Templates(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.TemplateID) ([]invitation.Template, error) {
	return ask2(s, "Templates", s.Store.Templates, ctx, enterprise, ids)
}

func (s *store) Invitations(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.InvitationID) ([]invitation.Invitation, error) {
	return ask2(s, "Invitations", s.Store.Invitations, ctx, enterprise, ids)
}

func (s *store) Requests(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.RequestID) ([]invitation.Request, error) {
	return ask2(s, "Requests", s.Store.Requests, ctx, enterprise, ids)
}

func (s *store) Assignments(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.AssignmentID) ([]accessmgmt.RoleAssignment, error) {
	return ask2(s, "Assignments", s.Store.Assignments, ctx, enterprise, ids)
}

func (s *store) Recipients(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.RecipientID) ([]invitation.Recipient, error) {
	return ask2(s, "Recipients", s.Store.Recipients, ctx, enterprise, ids)
}

func (s *store) RecipientByToken(ctx context.Context, hash invitation.TokenHash) (invitation.Recipient, error) {
	return ask1(s, "RecipientByToken", s.Store.RecipientByToken, ctx, hash)
}

func (s *store) FindUnits(ctx context.Context, f accessmgmt.UnitFilter, p accessmgmt.Page) ([]accessmgmt.Unit, error) {
	return ask2(s, "FindUnits", s.Store.FindUnits, ctx, f, p)
}

func (s *store) FindTemplates(ctx context.Context, f accessmgmt.TemplateFilter, p accessmgmt.Page) ([]invitation.Template, error) {
	return ask2(s, "FindTemplates", s.Store.FindTemplates, ctx, f, p)
}

func (s *store) FindRecipients(ctx context.Context, f accessmgmt.RecipientFilter, p accessmgmt.Page) ([]invitation.Recipient, error) {
	return ask2(s, "FindRecipients", s.Store.FindRecipients, ctx, f, p)
}

func (s *store) FindRequests(ctx context.Context, f accessmgmt.RequestFilter, p accessmgmt.Page) ([]invitation.Request, error) {
	return ask2(s, "FindRequests", s.Store.FindRequests, ctx, f, p)
}

func (s *store) FindAssignments(ctx context.Context, f accessmgmt.AssignmentFilter, p accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
	return ask2(s, "FindAssignments", s.Store.FindAssignments, ctx, f, p)
}

func (s *store) CountRecipients(ctx context.Context, f accessmgmt.RecipientFilter) (int, error) {
	return ask1(s, "CountRecipients", s.Store.CountRecipients, ctx, f)
}

func (s *store) CountRequests(ctx context.Context, f accessmgmt.RequestFilter) (int, error) {
	return ask1(s, "CountRequests", s.Store.CountRequests, ctx, f)
}

func (s *store) CountAssignments(ctx context.Context, f accessmgmt.AssignmentFilter) (int, error) {
	return ask1(s, "CountAssignments", s.Store.CountAssignments, ctx, f)
}

func (s *store) Access(ctx context.Context, enterprise accessmgmt.EnterpriseID, person accessmgmt.PersonID, unit accessmgmt.UnitID) (accessmgmt.Access, error) {
	return ask3(s, "Access", s.Store.Access, ctx, enterprise, person, unit)
}

func (s *store) Grants(ctx context.Context, q accessmgmt.GrantQuery) ([]roles.Assignment, error) {
	return ask1(s, "Grants", s.Store.Grants, ctx, q)
}

func (s *store) Audit(ctx context.Context, enterprise accessmgmt.EnterpriseID, after accessmgmt.AuditPosition, limit int) ([]accessmgmt.AuditRecord, error) {
	return ask3(s, "Audit", s.Store.Audit, ctx, enterprise, after, limit)
}

func (s *store) Answers(ctx context.Context, enterprise accessmgmt.EnterpriseID, epochs []uint64) ([]accessmgmt.Command, error) {
	return ask2(s, "Answers", s.Store.Answers, ctx, enterprise, epochs)
}

func (s *store) Due(ctx context.Context, q accessmgmt.DueQuery) ([]accessmgmt.Due, error) {
	return ask1(s, "Due", s.Store.Due, ctx, q)
}

func (s *store) Traces(ctx context.Context, t accessmgmt.Trace) ([]accessmgmt.EnterpriseID, error) {
	return ask1(s, "Traces", s.Store.Traces, ctx, t)
}

func (s *store) Messages(ctx context.Context, enterprise accessmgmt.EnterpriseID, after accessmgmt.MessageID, limit int) ([]accessmgmt.Message, error) {
	return ask3(s, "Messages", s.Store.Messages, ctx, enterprise, after, limit)
}

func (s *store) ClaimMessages(ctx context.Context, c accessmgmt.Claim) ([]accessmgmt.Message, error) {
	return ask1(s, "ClaimMessages", s.Store.ClaimMessages, ctx, c)
}

func (s *store) FinishMessage(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.MessageID, claim accessmgmt.ClaimID, o accessmgmt.Outcome) error {
	if err := s.fail("FinishMessage"); err != nil {
		return err
	}
	return s.Store.FinishMessage(ctx, enterprise, id, claim, o)
}

func (s *store) CountMessages(ctx context.Context) (counts accessmgmt.MessageCounts, err error) {
	if err := s.fail("CountMessages"); err != nil {
		return counts, err
	}
	return s.Store.CountMessages(ctx)
}

func (s *store) DeadMessages(ctx context.Context, enterprise accessmgmt.EnterpriseID, p accessmgmt.Page) ([]accessmgmt.Message, error) {
	return ask2(s, "DeadMessages", s.Store.DeadMessages, ctx, enterprise, p)
}

func (s *store) ResolveMessages(ctx context.Context, refs []accessmgmt.MessageRef, o accessmgmt.Outcome) (int, error) {
	return ask2(s, "ResolveMessages", s.Store.ResolveMessages, ctx, refs, o)
}

func (s *store) ForgetMessages(ctx context.Context, f accessmgmt.Forget) (int, error) {
	return ask1(s, "ForgetMessages", s.Store.ForgetMessages, ctx, f)
}
