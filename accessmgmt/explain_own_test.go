package accessmgmt_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

// TestOwnTellsNothingOfOthers: a person's view of a decision is the same whether a
// unit, or an enterprise, isn't there or isn't his, and doesn't say why a closed
// enterprise is closed.
func TestOwnTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne, ben := w.Person("Anne Dubois"), w.Person("Ben Claes")
	unit, other := w.AddUnit("Liège"), w.AddUnit("Namur")
	w.Give(anne, roles.Reader, accesstest.ForUnit(unit.ID))
	w.Give(ben, roles.Owner, accesstest.ForUnit(unit.ID))
	nowhere := accessmgmt.UnitID{UUID: uuid.New()}
	own := func(who accessmgmt.Actor, unit accessmgmt.UnitID, action roles.Action) accessmgmt.OwnAccess {
		e, err := w.Service.Explain(t.Context(), accessmgmt.Question{Person: w.ID(who), Enterprise: w.Enterprise, Unit: unit, Action: action})
		require.NoError(t, err)
		return e.Own()
	}
	for _, who := range []accessmgmt.Actor{anne, ben} {
		for _, action := range []roles.Action{roles.Read, roles.Sign, roles.ManageSpace} {
			assert.Equal(t, own(who, other.ID, action), own(who, nowhere, action), "%s, %s", who.Identity.GivenName, action)
		}
	}
	assert.True(t, own(anne, unit.ID, roles.Read).Allowed)
	assert.Equal(t, roles.ReasonWrongUnit, own(anne, nowhere, roles.Read).Reason)
	assert.Equal(t, roles.ReasonNoAssignment, own(anne, nowhere, roles.Sign).Reason)

	e, err := w.Service.Explain(t.Context(), accessmgmt.Question{Person: w.ID(anne), Enterprise: accessmgmt.EnterpriseID{UUID: uuid.New()}, Action: roles.Read})
	require.NoError(t, err)
	stranger, err := w.Service.Explain(t.Context(), accessmgmt.Question{Person: accessmgmt.PersonID{UUID: uuid.New()}, Enterprise: w.Enterprise, Action: roles.Read})
	require.NoError(t, err)
	assert.Equal(t, stranger.Own(), e.Own())
	w.Suspend()
	assert.Equal(t, accessmgmt.ReasonClosed, own(anne, unit.ID, roles.Read).Reason)
}
