package workflowtest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

// proxy is a store that says beforehand which of its methods is called, and
// fails instead when told to. after may lose the answer of a commit that was
// made.
type proxy struct {
	accessmgmt.Store
	before func(method string) error
	after  func(method string) error
}

// proxy returns a service on this world's store behind a proxy.
func (w *World) proxy(before func(method string) error) *accessmgmt.Service {
	return w.through(&proxy{Store: w.Store, before: before})
}

func (w *World) through(p accessmgmt.Store) *accessmgmt.Service {
	options := w.Options
	svc, err := accessmgmt.New(p, w.Mailbox, &options)
	require.NoError(w, err)
	return svc
}

func via[T any](p *proxy, method string, call func() (T, error)) (T, error) {
	if err := p.before(method); err != nil {
		return *new(T), err
	}
	v, err := call()
	if err == nil && p.after != nil {
		err = p.after(method)
	}
	if err != nil {
		return *new(T), err
	}
	return v, nil
}

func (p *proxy) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	return via(p, "Enterprise", func() (accessmgmt.Enterprise, error) { return p.Store.Enterprise(ctx, id) })
}

func (p *proxy) Due(ctx context.Context, q accessmgmt.DueQuery) ([]accessmgmt.Due, error) {
	return via(p, "Due", func() ([]accessmgmt.Due, error) { return p.Store.Due(ctx, q) })
}

func (p *proxy) EnterpriseByNumber(ctx context.Context, number accessmgmt.EnterpriseNumber) (accessmgmt.Enterprise, error) {
	return via(p, "EnterpriseByNumber", func() (accessmgmt.Enterprise, error) { return p.Store.EnterpriseByNumber(ctx, number) })
}

func (p *proxy) Enterprises(ctx context.Context, ids []accessmgmt.EnterpriseID) ([]accessmgmt.Enterprise, error) {
	return via(p, "Enterprises", func() ([]accessmgmt.Enterprise, error) { return p.Store.Enterprises(ctx, ids) })
}

func (p *proxy) Command(ctx context.Context, enterprise accessmgmt.EnterpriseID, id accessmgmt.CommandID) (accessmgmt.Command, error) {
	return via(p, "Command", func() (accessmgmt.Command, error) { return p.Store.Command(ctx, enterprise, id) })
}

func (p *proxy) Person(ctx context.Context, id accessmgmt.PersonID) (accessmgmt.Person, error) {
	return via(p, "Person", func() (accessmgmt.Person, error) { return p.Store.Person(ctx, id) })
}

func (p *proxy) PersonByIdentity(ctx context.Context, ref accessmgmt.IdentityRef) (accessmgmt.Person, error) {
	return via(p, "PersonByIdentity", func() (accessmgmt.Person, error) { return p.Store.PersonByIdentity(ctx, ref) })
}

func (p *proxy) PersonByNumber(ctx context.Context, hashes []accessmgmt.NumberHash) (accessmgmt.Person, error) {
	return via(p, "PersonByNumber", func() (accessmgmt.Person, error) { return p.Store.PersonByNumber(ctx, hashes) })
}

func (p *proxy) Members(ctx context.Context, enterprise accessmgmt.EnterpriseID, persons []accessmgmt.PersonID) ([]accessmgmt.Member, error) {
	return via(p, "Members", func() ([]accessmgmt.Member, error) { return p.Store.Members(ctx, enterprise, persons) })
}

func (p *proxy) GAPs(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.GAP, error) {
	return via(p, "GAPs", func() ([]accessmgmt.GAP, error) { return p.Store.GAPs(ctx, enterprise) })
}

func (p *proxy) FindGAPs(ctx context.Context, f accessmgmt.GAPFilter, page accessmgmt.Page) ([]accessmgmt.GAP, error) {
	return via(p, "FindGAPs", func() ([]accessmgmt.GAP, error) { return p.Store.FindGAPs(ctx, f, page) })
}

func (p *proxy) Managers(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.Manager, error) {
	return via(p, "Managers", func() ([]accessmgmt.Manager, error) { return p.Store.Managers(ctx, enterprise) })
}

func (p *proxy) ManagerTerms(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.Manager, error) {
	return via(p, "ManagerTerms", func() ([]accessmgmt.Manager, error) { return p.Store.ManagerTerms(ctx, person) })
}

func (p *proxy) Offices(ctx context.Context, person accessmgmt.PersonID) ([]accessmgmt.EnterpriseID, error) {
	return via(p, "Offices", func() ([]accessmgmt.EnterpriseID, error) { return p.Store.Offices(ctx, person) })
}

func (p *proxy) Invitations(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.InvitationID) ([]invitation.Invitation, error) {
	return via(p, "Invitations", func() ([]invitation.Invitation, error) { return p.Store.Invitations(ctx, enterprise, ids) })
}

func (p *proxy) Requests(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.RequestID) ([]invitation.Request, error) {
	return via(p, "Requests", func() ([]invitation.Request, error) { return p.Store.Requests(ctx, enterprise, ids) })
}

func (p *proxy) Assignments(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.AssignmentID) ([]accessmgmt.RoleAssignment, error) {
	return via(p, "Assignments", func() ([]accessmgmt.RoleAssignment, error) { return p.Store.Assignments(ctx, enterprise, ids) })
}

func (p *proxy) Units(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.UnitID) ([]accessmgmt.Unit, error) {
	return via(p, "Units", func() ([]accessmgmt.Unit, error) { return p.Store.Units(ctx, enterprise, ids) })
}

func (p *proxy) FindUnits(ctx context.Context, f accessmgmt.UnitFilter, page accessmgmt.Page) ([]accessmgmt.Unit, error) {
	return via(p, "FindUnits", func() ([]accessmgmt.Unit, error) { return p.Store.FindUnits(ctx, f, page) })
}

func (p *proxy) Suspensions(ctx context.Context, enterprise accessmgmt.EnterpriseID) ([]accessmgmt.Suspension, error) {
	return via(p, "Suspensions", func() ([]accessmgmt.Suspension, error) { return p.Store.Suspensions(ctx, enterprise) })
}

func (p *proxy) Recipients(ctx context.Context, enterprise accessmgmt.EnterpriseID, ids []accessmgmt.RecipientID) ([]invitation.Recipient, error) {
	return via(p, "Recipients", func() ([]invitation.Recipient, error) { return p.Store.Recipients(ctx, enterprise, ids) })
}

func (p *proxy) RecipientByToken(ctx context.Context, hash invitation.TokenHash) (invitation.Recipient, error) {
	return via(p, "RecipientByToken", func() (invitation.Recipient, error) { return p.Store.RecipientByToken(ctx, hash) })
}

func (p *proxy) FindRecipients(ctx context.Context, f accessmgmt.RecipientFilter, page accessmgmt.Page) ([]invitation.Recipient, error) {
	return via(p, "FindRecipients", func() ([]invitation.Recipient, error) { return p.Store.FindRecipients(ctx, f, page) })
}

func (p *proxy) FindRequests(ctx context.Context, f accessmgmt.RequestFilter, page accessmgmt.Page) ([]invitation.Request, error) {
	return via(p, "FindRequests", func() ([]invitation.Request, error) { return p.Store.FindRequests(ctx, f, page) })
}

func (p *proxy) FindAssignments(ctx context.Context, f accessmgmt.AssignmentFilter, page accessmgmt.Page) ([]accessmgmt.RoleAssignment, error) {
	return via(p, "FindAssignments", func() ([]accessmgmt.RoleAssignment, error) { return p.Store.FindAssignments(ctx, f, page) })
}

func (p *proxy) Answers(ctx context.Context, enterprise accessmgmt.EnterpriseID, epochs []uint64) ([]accessmgmt.Command, error) {
	return via(p, "Answers", func() ([]accessmgmt.Command, error) { return p.Store.Answers(ctx, enterprise, epochs) })
}

func (p *proxy) Traces(ctx context.Context, t accessmgmt.Trace) ([]accessmgmt.EnterpriseID, error) {
	return via(p, "Traces", func() ([]accessmgmt.EnterpriseID, error) { return p.Store.Traces(ctx, t) })
}

func (p *proxy) Messages(ctx context.Context, enterprise accessmgmt.EnterpriseID, after accessmgmt.MessageID, limit int) ([]accessmgmt.Message, error) {
	return via(p, "Messages", func() ([]accessmgmt.Message, error) { return p.Store.Messages(ctx, enterprise, after, limit) })
}

func (p *proxy) Commit(ctx context.Context, c accessmgmt.Changes) error {
	_, err := via(p, "Commit", func() (struct{}, error) { return struct{}{}, p.Store.Commit(ctx, c) })
	return err
}

// unreachable is a store of which one enterprise can't be read.
type unreachable struct {
	accessmgmt.Store
	enterprise accessmgmt.EnterpriseID
}

func (u *unreachable) Enterprise(ctx context.Context, id accessmgmt.EnterpriseID) (accessmgmt.Enterprise, error) {
	if id == u.enterprise {
		return accessmgmt.Enterprise{}, errDisk
	}
	return u.Store.Enterprise(ctx, id)
}
