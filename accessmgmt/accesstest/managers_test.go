package accesstest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

func TestManagers(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t, accesstest.Options{Catalogue: roles.MonEspaceAndCalista(), Application: roles.MonEspaceApplication})
	jef, eva := w.Person("Jef Peeters"), w.Person("Eva Janssens")
	assert.Equal(t, accessmgmt.CoGAP, w.NameCoGAP(jef).Kind)
	term := w.NameAccessManager(eva, roles.DomainCode(roles.CalistaApplication), accesstest.From(w.Day(1)), accesstest.Until(w.Day(2)))
	assert.Equal(t, roles.Between(w.Day(1), w.Day(2)), term.Period)
	w.MustMail(jef, accessmgmt.MessageManagerNamed)

	can, err := w.Service.Capabilities(t.Context(), jef, w.Enterprise)
	require.NoError(t, err)
	assert.Equal(t, []accessmgmt.Capacity{accessmgmt.AsCoGAP}, can.Capacities)
	report := w.Report()
	assert.Contains(t, report, "  manager      Jef Peeters, co_gap 2026-03-02.., in office\n")
	assert.Contains(t, report, "  manager      Eva Janssens, access_manager of calista 2026-03-03..2026-03-04, not in office\n")
	w.Clock.NextDay()
	can, err = w.Service.Capabilities(t.Context(), eva, w.Enterprise)
	require.NoError(t, err)
	assert.Equal(t, []accessmgmt.Capacity{accessmgmt.AsAccessManager}, can.Capacities)
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.NameCoGAP(jef) }), "name Jef Peeters co_gap: ")
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.NameCoGAP(eva, accesstest.ForUnit(accessmgmt.UnitID{})) }), "ForUnit says nothing of a manager's term")
}

// TestRoleOfTwoManagers: the co-GAP is the second, when there is one.
func TestRoleOfTwoManagers(t *testing.T) {
	t.Parallel()
	catalogue, err := roles.NewCatalogue(roles.Application{Code: "vault", Labels: roles.Labels{EN: "Vault"},
		Actions: []roles.ActionDefinition{{Action: roles.Read, Labels: roles.Labels{EN: "Read"}}},
		Roles:   []roles.Role{{Code: "vault.reader", Labels: roles.Labels{EN: "Reader"}, Actions: roles.Actions(roles.Read), FourEyes: true}}})
	require.NoError(t, err)
	w := accesstest.New(t, accesstest.Options{Catalogue: catalogue})
	anne, kim := w.Person("Anne Dubois"), w.Person("Kim Claes")
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.Give(kim, "vault.reader") }), "vault.reader needs two managers: name a co-GAP first")
	assert.Contains(t, failure(t, w, func(w *accesstest.World) { w.Assign(anne, "vault.reader") }), "vault.reader needs two managers: name a co-GAP first")
	w.MustDeny(anne, roles.Read, roles.ReasonNoAssignment)
	assert.Contains(t, w.Report(anne), "pending, of 2026-03-02 10:00:00; first approved by Luc Maes")

	jef := w.Person("Jef Peeters")
	w.NameCoGAP(jef)
	pat, lou := w.Person("Pat Maes"), w.Person("Lou Claes")
	assert.Equal(t, w.ID(jef), w.Give(pat, "vault.reader").GivenBy)
	assert.Equal(t, w.ID(jef), w.Assign(lou, "vault.reader").GivenBy)
	w.MustAllow(pat, roles.Read)
	w.MustAllow(lou, roles.Read)

	beta := w.AddEnterprise("Beta SRL", w.GAP)
	assert.Contains(t, failure(t, beta, func(w *accesstest.World) { w.Assign(anne, "vault.reader") }), "name a co-GAP first", "Jef is nobody here")
}
