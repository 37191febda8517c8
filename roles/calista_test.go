package roles_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// What the guide says (S2), D15, D16 and D35.
func TestCalistaLocalAdministrator(t *testing.T) {
	c := roles.MonEspaceAndCalista()
	admin, ok := c.Role(roles.LocalAdministrator)
	require.True(t, ok)
	assert.Equal(t, "Administrateur local", admin.Labels.FR)
	assert.Equal(t, roles.MonEspaceApplication, admin.Gate)
	assert.Equal(t, roles.CalistaApplication, admin.Manages)
	for by, want := range map[roles.Grantors]bool{roles.ByGAP: true, roles.ByCoGAP: true, roles.ByAccessManager: false, roles.ByManagingRole: false} {
		assert.Equal(t, want, admin.MayBeGrantedBy(by), "%b", by)
	}
	app, _ := c.Application(roles.CalistaApplication)
	require.Len(t, app.Roles, 4)
	for _, r := range app.Roles[1:] {
		assert.True(t, r.MayBeGrantedBy(roles.ByManagingRole), "%s: the local administrator gives it", r.Code)
		assert.Empty(t, r.Gate, r.Code)
		assert.Empty(t, r.Manages, r.Code)
		assert.False(t, r.Actions.Has(roles.ManageAccesses), r.Code)
	}
	assert.Equal(t, roles.MonEspaceRoles(), c.Applications()[0], "Mon Espace is as it is alone")
	for _, r := range c.Applications()[0].Roles {
		assert.False(t, r.MayBeGrantedBy(roles.ByManagingRole), "%s: nothing of Mon Espace is his to give", r.Code)
	}

	_, err := roles.NewCatalogue(roles.CalistaRoles())
	assert.ErrorContains(t, err, "applications[0].roles[0].gate", "alone it has no gate to go by")
}

func TestCalistaLabels(t *testing.T) {
	app := roles.CalistaRoles()
	all := map[string]roles.Labels{"application": app.Labels}
	for _, a := range app.Actions {
		all[string(a.Action)] = a.Labels
	}
	for _, r := range app.Roles {
		all[string(r.Code)] = r.Labels
	}
	assert.Len(t, all, 1+4+4)
	for name, l := range all {
		for _, own := range []string{l.FR, l.NL, l.DE, l.EN} {
			assert.NotEmpty(t, own, name)
			assert.Equal(t, strings.TrimSpace(own), own, name)
		}
	}
}
