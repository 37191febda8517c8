package access_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/access"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

// The lists of the index are the store's, page by page, and a cursor of one goes
// on in the other.
func TestListsAreTheStores(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *access.Options) {
		o.Catalogue, o.Application = roles.MonEspaceAndCalista(), roles.MonEspaceApplication
	})
	unit := s.AddUnit("Branch").ID
	anne, bert := s.Person("Anne Dubois"), s.Person("Bert Claes")
	for i := range 7 {
		p := s.Person("Crowd " + uuid.NewString())
		s.Give(p, []roles.Code{roles.Editor, roles.Reader, roles.Owner}[i%3])
	}
	s.Give(anne, roles.Editor)
	s.Give(anne, roles.Reader, accesstest.ForUnit(unit))
	s.Give(anne, roles.LocalAdministrator)
	s.Give(bert, roles.LocalAdministrator) // its gate is shut
	s.Give(bert, roles.Owner, accesstest.From(s.Day(3)))
	for range 4 {
		s.AddEnterprise("Other SA", s.GAP).Give(anne, roles.Editor)
	}
	s.AddEnterprise("Suspended SA", s.GAP).Give(anne, roles.Editor)

	var lists accessmgmt.AccessLists = s.own
	for round := range 2 {
		for _, who := range []accessmgmt.Actor{anne, bert} {
			for _, app := range []roles.ApplicationCode{"", roles.CalistaApplication, "none"} {
				for _, u := range []accessmgmt.UnitID{{}, unit, {UUID: uuid.New()}} {
					q := accessmgmt.ActionsQuery{Person: s.ID(who), Enterprise: s.Enterprise, Application: app, Unit: u}
					want, wantErr := s.Service.ActionsOf(t.Context(), q)
					got, err := lists.ActionsOf(t.Context(), q)
					require.Equal(t, wantErr, err)
					require.Equal(t, want, got)
				}
				samePages(t, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.RoleHeld], error) {
					return s.Service.RolesOfPage(t.Context(), accessmgmt.RolesQuery{Person: s.ID(who), Enterprise: s.Enterprise, Application: app, Paging: p})
				}, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.RoleHeld], error) {
					return lists.RolesOfPage(t.Context(), accessmgmt.RolesQuery{Person: s.ID(who), Enterprise: s.Enterprise, Application: app, Paging: p})
				})
				for _, action := range []roles.Action{"", roles.Sign, roles.ReadCase} {
					samePages(t, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.EnterpriseAccess], error) {
						return s.Service.EnterprisesOfPage(t.Context(), accessmgmt.EnterprisesQuery{Person: s.ID(who), Application: app, Action: action, Paging: p})
					}, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.EnterpriseAccess], error) {
						return lists.EnterprisesOfPage(t.Context(), accessmgmt.EnterprisesQuery{Person: s.ID(who), Application: app, Action: action, Paging: p})
					})
				}
			}
		}
		for _, action := range []roles.Action{roles.Read, roles.Sign, roles.ManageSpace, "sing"} {
			for _, u := range []accessmgmt.UnitID{{}, unit, {UUID: uuid.New()}} {
				samePages(t, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.PersonAccess], error) {
					return s.Service.PersonsWhoPage(t.Context(), accessmgmt.PersonsQuery{Enterprise: s.Enterprise, Action: action, Unit: u, Paging: p})
				}, func(p accessmgmt.Paging) (accessmgmt.List[accessmgmt.PersonAccess], error) {
					return lists.PersonsWhoPage(t.Context(), accessmgmt.PersonsQuery{Enterprise: s.Enterprise, Action: action, Unit: u, Paging: p})
				})
			}
		}
		if round == 0 {
			s.Suspend()
		}
	}
}

// samePages walks through both lists, one handing its cursors to the other.
func samePages[T any](t *testing.T, store, index func(accessmgmt.Paging) (accessmgmt.List[T], error)) {
	t.Helper()
	for _, limit := range []int{1, 2, 3, 100, -1} {
		p := accessmgmt.Paging{Limit: limit}
		for range 20 {
			want, wantErr := store(p)
			got, err := index(p)
			require.Equal(t, wantErr, err)
			require.Equal(t, want, got)
			if p.After = got.Next; p.After == "" {
				break
			}
		}
	}
	p := accessmgmt.Paging{Newest: true}
	_, wantErr := store(p)
	_, err := index(p)
	require.Error(t, err)
	require.Equal(t, wantErr, err)
}

func TestIteratorsGoThroughAllPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var want []accessmgmt.PersonID
	for range 5 {
		p := s.Person("Crowd " + uuid.NewString())
		s.Give(p, roles.Editor)
		want = append(want, s.ID(p))
	}
	slices.SortFunc(want, accessmgmt.PersonID.Compare)
	var got []accessmgmt.PersonID
	for p, err := range s.own.PersonsWho(t.Context(), accessmgmt.PersonsQuery{Enterprise: s.Enterprise, Action: roles.Sign, Paging: accessmgmt.Paging{Limit: 2}}) {
		require.NoError(t, err)
		got = append(got, p.Person)
	}
	require.Equal(t, want, got)
}
