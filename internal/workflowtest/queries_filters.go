package workflowtest

import (
	"slices"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// subsets returns every subset of a set, the empty one first.
func subsets[T any](of []T) [][]T {
	all := [][]T{nil}
	for _, v := range of {
		for _, s := range all {
			all = append(all, append(slices.Clone(s), v))
		}
	}
	return all
}

func anyOf[T comparable](wanted []T, v T) bool { return len(wanted) == 0 || slices.Contains(wanted, v) }

var filterScenarios = map[string]func(*World){
	"of invitations": func(w *World) {
		ar := fill(w)
		bert := w.ID(ar.bert)
		invitations := []accessmgmt.InvitationID{{}, {UUID: uuid.New()}}
		for _, r := range ar.recipients[:3] {
			invitations = append(invitations, r.Invitation)
		}
		for _, states := range subsets(invitation.RecipientStates()) {
			for _, enterprise := range []accessmgmt.EnterpriseID{{}, ar.second} {
				for _, mine := range []bool{false, true} {
					for i, inv := range invitations {
						newest := i%2 == 0
						actor := map[bool]accessmgmt.Actor{false: ar.GAP, true: ar.bert}[mine]
						var want []entry
						for _, r := range ar.recipients {
							sees := ar.offices[r.Enterprise] == ar.GAP
							if mine {
								sees = r.Answer.Person == bert || r.Invitee.Person == bert
							}
							if sees && (enterprise.IsZero() || r.Enterprise == enterprise) && (inv.IsZero() || r.Invitation == inv) && anyOf(states, r.StateAt(w.Clock.Now())) {
								want = append(want, entry{id: r.ID.UUID, at: r.CreatedAt})
							}
						}
						list, err := w.Svc.InvitationsPage(w.Ctx, actor, accessmgmt.InvitationQuery{
							Enterprise: enterprise, Mine: mine, Invitation: inv, States: states, Paging: accessmgmt.Paging{Newest: newest}})
						got, _, err := idsIn(list, err, invitationItemID)
						require.NoError(w, err)
						require.Equal(w, orderedIDs(want, newest), got, "%v %v %v %v", states, enterprise, mine, inv)
						for _, item := range list.Items {
							require.Equal(w, item.Recipient.StateAt(w.Clock.Now()), item.State)
							require.Equal(w, item.Recipient.Invitation, item.Invitation.ID)
						}
					}
				}
			}
		}
	},
	"of assignments": func(w *World) {
		ar := fill(w)
		anne, bert := w.ID(ar.anne), w.ID(ar.bert)
		states := []roles.AssignmentState{roles.Scheduled, roles.Active, roles.Expired, roles.Ended}
		for _, s := range states {
			require.True(w, slices.ContainsFunc(ar.assignments, func(a accessmgmt.RoleAssignment) bool { return a.StateAt(w.Clock.Now()) == s }), "there is nothing %s", s)
		}
		for i, wanted := range subsets(states) {
			for _, codes := range subsets([]roles.Code{roles.Reader, roles.Writer, roles.Manager}) {
				for _, person := range []accessmgmt.PersonID{{}, anne, bert, {UUID: uuid.New()}} {
					for _, enterprise := range []accessmgmt.EnterpriseID{{}, ar.second} {
						for _, mine := range []bool{false, true} {
							newest := i%2 == 0
							actor := map[bool]accessmgmt.Actor{false: ar.GAP, true: ar.bert}[mine]
							var want []entry
							for _, a := range ar.assignments {
								sees := ar.offices[a.Enterprise] == ar.GAP
								if mine {
									sees = a.Person == bert
								}
								if sees && (enterprise.IsZero() || a.Enterprise == enterprise) && (person.IsZero() || a.Person == person) &&
									anyOf(codes, a.Role) && anyOf(wanted, a.StateAt(w.Clock.Now())) {
									want = append(want, entry{id: a.ID.UUID, at: a.GivenAt})
								}
							}
							list, err := w.Svc.AssignmentsPage(w.Ctx, actor, accessmgmt.AssignmentQuery{
								Enterprise: enterprise, Mine: mine, Person: person, Roles: codes, States: wanted, Paging: accessmgmt.Paging{Newest: newest}})
							got, _, err := idsIn(list, err, assignmentItemID)
							require.NoError(w, err)
							require.Equal(w, orderedIDs(want, newest), got, "%v %v %v %v %v", wanted, codes, person, enterprise, mine)
							for _, item := range list.Items {
								require.Equal(w, item.Assignment.StateAt(w.Clock.Now()), item.State)
								require.Equal(w, item.Assignment.Person, item.Holder.Person)
							}
						}
					}
				}
			}
		}
	},
	"a role that nobody knows, a state that doesn't exist": func(w *World) {
		ar := fill(w)
		for _, q := range []accessmgmt.AssignmentQuery{{Roles: []roles.Code{"no.such"}}, {States: []roles.AssignmentState{"actve"}}} {
			list, err := w.Svc.AssignmentsPage(w.Ctx, ar.GAP, q)
			require.NoError(w, err)
			require.Empty(w, list.Items, "a filter that nothing fits never means everything")
		}
		list, err := w.Svc.InvitationsPage(w.Ctx, ar.GAP, accessmgmt.InvitationQuery{States: []invitation.RecipientState{"open"}})
		require.NoError(w, err)
		require.Empty(w, list.Items)
	},
	"as of now": func(w *World) {
		anne := Person("Anne", "Dubois")
		a := w.give(anne, line(roles.Reader, "2026-03-10", "2026-03-11"))
		for _, moment := range []struct {
			at    string
			state roles.AssignmentState
		}{{"2026-03-09 23:59", roles.Scheduled}, {"2026-03-10 00:00", roles.Active}, {"2026-03-11 23:59", roles.Active}, {"2026-03-12 00:00", roles.Expired}} {
			w.at(moment.at)
			for _, state := range []roles.AssignmentState{roles.Scheduled, roles.Active, roles.Expired, roles.Ended} {
				list, err := w.Svc.AssignmentsPage(w.Ctx, anne, accessmgmt.AssignmentQuery{Mine: true, States: []roles.AssignmentState{state}})
				require.NoError(w, err)
				require.Len(w, list.Items, map[bool]int{true: 1, false: 0}[state == moment.state], "%s at %s", state, moment.at)
			}
		}
		require.Equal(w, a, w.stored(a), "nothing was written to become so")
	},
}
