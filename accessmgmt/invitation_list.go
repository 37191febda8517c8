package accessmgmt

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// InvitationQuery asks for invitations, one row for each person invited: those
// of the enterprises the actor manages, or his own. Its fields narrow the list
// together; an empty one narrows nothing.
type InvitationQuery struct {
	Enterprise EnterpriseID // zero: all
	// Mine: the invitations that the actor answered or was named in.
	Mine bool
	// Invitation: the recipients of this one alone. Zero: of all.
	Invitation InvitationID
	// Roles: the invitation offers one of them. Units: it offers a role for one of
	// them; the zero UnitID is the whole enterprise.
	Roles []roles.Code
	Units []UnitID
	// Created: the person was invited on one of these days.
	Created roles.Period
	// Name is part of the invited person's name, as the manager wrote it: each
	// word must stand somewhere in it. Case and accents don't count.
	Name string
	// States as of now.
	States []invitation.RecipientState
	Paging
}

// InvitationItem is one person's part in an invitation.
type InvitationItem struct {
	Invitation invitation.Invitation
	Recipient  invitation.Recipient
	// State is where it stands now.
	State            invitation.RecipientState
	EnterpriseName   string
	EnterpriseNumber EnterpriseNumber
	// Units are what the establishment units are called that it offers roles for.
	Units map[UnitID]UnitName
}

// Invitations yields invitations, the oldest first (« Gestion des
// invitations »). Their tokens are nowhere in it.
func (s *Service) Invitations(ctx context.Context, actor Actor, q InvitationQuery) iter.Seq2[InvitationItem, error] {
	return walk(q.Paging, func(p Paging) (List[InvitationItem], error) { q.Paging = p; return s.InvitationsPage(ctx, actor, q) })
}

// InvitationsPage returns one page of [Service.Invitations].
func (s *Service) InvitationsPage(ctx context.Context, actor Actor, q InvitationQuery) (List[InvitationItem], error) {
	sc, filter, err := s.invitationFilter(ctx, actor, q)
	if err != nil {
		return List[InvitationItem]{}, fail(ActInvitations, err)
	}
	b := bind(ActInvitations, sc.reader, q.Enterprise, q.Mine, q.Invitation, q.States, q.Newest, q.Roles, filter.Name, q.Units, q.Created)
	list, err := listOf(sc, q.Paging, b,
		func(p Page) ([]invitation.Recipient, error) { return s.store.FindRecipients(ctx, filter, p) }, recipientKey,
		func(rows []invitation.Recipient) ([]InvitationItem, error) {
			return s.invitationItems(ctx, rows, filter)
		})
	return list, fail(ActInvitations, err)
}

// CountInvitations returns how many rows [Service.Invitations] has.
func (s *Service) CountInvitations(ctx context.Context, actor Actor, q InvitationQuery) (int, error) {
	sc, filter, err := s.invitationFilter(ctx, actor, q)
	if err != nil || sc.empty() {
		return 0, fail(ActInvitations, err)
	}
	n, err := s.store.CountRecipients(ctx, filter)
	return n, fail(ActInvitations, err)
}

func (s *Service) invitationFilter(ctx context.Context, actor Actor, q InvitationQuery) (scope, RecipientFilter, error) {
	sc, err := s.scope(ctx, actor, ActInvitations, q.Enterprise, q.Mine)
	if err != nil {
		return sc, RecipientFilter{}, err
	}
	words, problems := searchWords(q.Name)
	problems = append(problems, tooManyOf("roles", q.Roles)...)
	problems = append(problems, tooManyOf("units", q.Units)...)
	filter := RecipientFilter{Enterprises: sc.enterprises, Parts: sc.parts, Person: sc.person, Roles: q.Roles, Units: q.Units,
		Created: s.days("created", q.Created, &problems), Name: words, States: q.States, At: s.now()}
	if !q.Invitation.IsZero() {
		filter.Invitations = []InvitationID{q.Invitation}
	}
	return sc, filter, invalid(problems)
}

func (s *Service) invitationItems(ctx context.Context, rows []invitation.Recipient, f RecipientFilter) ([]InvitationItem, error) {
	byEnterprise := map[EnterpriseID][]invitation.Recipient{}
	for _, r := range rows {
		byEnterprise[r.Enterprise] = append(byEnterprise[r.Enterprise], r)
	}
	invitations := map[InvitationID]invitation.Invitation{}
	units := map[EnterpriseID]map[UnitID]UnitName{}
	for ent, recipients := range byEnterprise {
		found, err := s.invitationsOf(ctx, ent, recipients)
		if err != nil {
			return nil, err
		}
		maps.Copy(invitations, found)
		var lines []invitation.Line
		for _, inv := range found {
			lines = append(lines, inv.Lines...)
		}
		if units[ent], err = s.unitNames(ctx, ent, unitsIn(lines)); err != nil {
			return nil, err
		}
	}
	enterprises, err := s.enterprisesByID(ctx, slices.Collect(maps.Keys(byEnterprise)))
	if err != nil {
		return nil, err
	}
	items := make([]InvitationItem, len(rows))
	for i, r := range rows {
		ent := enterprises[r.Enterprise]
		inv := invitations[r.Invitation]
		items[i] = InvitationItem{inv, r, r.StateAt(f.At), ent.Name, ent.Number, nil}
		for _, id := range unitsIn(inv.Lines) {
			if items[i].Units == nil {
				items[i].Units = map[UnitID]UnitName{}
			}
			items[i].Units[id] = units[r.Enterprise][id]
		}
	}
	return items, nil
}
