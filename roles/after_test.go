package roles_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

func TestAfter(t *testing.T) {
	old := catalogue(t, fullApps()...)
	newer := shop() // no more signing and no more bank; a new label for the one who sees
	newer.Actions = newer.Actions[:1]
	newer.Roles = []roles.Role{{Code: "shop.seer", Labels: label("Looker"), Actions: roles.Actions("see")}, {Code: "shop.new", Labels: label("New")}}
	alone := catalogue(t, newer)
	both, err := alone.After(old)
	require.NoError(t, err)

	apps := both.Applications()
	require.Len(t, apps, 2)
	was := fullApps()
	signer, idler, teller := was[0].Roles[1], was[0].Roles[2], was[1].Roles[0]
	signer.Retired, idler.Retired, teller.Retired = true, true, true
	assert.Equal(t, append(newer.Roles, signer, idler), apps[0].Roles, "its own as it has them, then what it lacks")
	assert.Equal(t, append(newer.Actions[:1:1], shop().Actions[1]), apps[0].Actions, "the action that a kept role allows; not sell, which none does")
	assert.Empty(t, apps[0].Domain, "the domain is its own to say")
	want := bank()
	want.Roles = []roles.Role{teller}
	assert.Equal(t, want, apps[1], "an application that is gone is kept whole")

	// Neither of the two has changed.
	assert.Equal(t, []roles.Application{newer}, alone.Applications())
	assert.Equal(t, fullApps(), old.Applications())
	assert.NotEqual(t, alone.Version(), both.Version())

	// It keeps what it gave until its end, gate and all, and can't be given again.
	held := []roles.Assignment{
		{ID: assignmentID(1), Role: "shop.signer", Window: roles.Window{From: tick(50), To: tick(150)}},
		{ID: assignmentID(2), Role: "bank.signer", Window: roles.Window{From: tick(50), To: tick(120)}},
	}
	sign := func(c *roles.Catalogue, at int) roles.Reason {
		return c.Decide(held, roles.Question{Application: "shop", Action: "sign", At: tick(at)}).Reason
	}
	for at := 40; at < 160; at++ {
		assert.Equal(t, sign(old, at), sign(both, at), "tick %d", at)
	}
	assert.Equal(t, roles.ReasonNoAssignment, sign(alone, 100), "without After it would be gone")
	for _, code := range []roles.Code{"shop.signer", "shop.idler", "bank.signer"} {
		r, ok := both.Role(code)
		require.True(t, ok, code)
		for by := range roles.Grantors(16) {
			assert.False(t, r.MayBeGrantedBy(by), "%s by %b", code, by)
		}
	}
	seer, _ := both.Role("shop.seer")
	assert.True(t, seer.MayBeGrantedBy(roles.ByGAP))
}

func TestAfterAgain(t *testing.T) {
	c := catalogue(t, bank())
	first, err := c.After(catalogue(t, shop()))
	require.NoError(t, err)
	again, err := first.After(first)
	require.NoError(t, err)
	assert.Equal(t, first.Version(), again.Version())
	next, err := catalogue(t, bank()).After(first)
	require.NoError(t, err)
	assert.Equal(t, first.Version(), next.Version(), "what was retired before stays so")
	back, err := catalogue(t, shop()).After(first)
	require.NoError(t, err)
	seer, _ := back.Role("shop.seer")
	assert.False(t, seer.Retired, "a role that comes back may be given again")

	none, err := c.After(nil)
	require.NoError(t, err)
	assert.Equal(t, c.Version(), none.Version())
	none, err = c.After(&roles.Catalogue{})
	require.NoError(t, err)
	assert.Equal(t, c.Version(), none.Version())
	kept, err := (&roles.Catalogue{}).After(catalogue(t, shop()))
	require.NoError(t, err)
	for _, r := range kept.Applications()[0].Roles {
		assert.True(t, r.Retired, r.Code)
	}
	_, err = (&roles.Catalogue{}).After(nil)
	assert.Error(t, err)
}

func TestAfterWhatDoesNotFit(t *testing.T) {
	old, renamed := wide(40), wide(40)
	for i := range renamed.Actions {
		renamed.Actions[i].Action = roles.Action(fmt.Sprintf("new%02d", i))
	}
	renamed.Roles = nil
	_, err := catalogue(t, renamed).After(catalogue(t, old))
	assert.ErrorContains(t, err, "applications[0].actions: an application has at most 64 actions, this one 80")

	a, b := shop(), bank()
	a.Roles[0].Gate = "bank"
	b.Roles[0].Gate = "shop"
	c := catalogue(t, bank(), a)
	_, err = c.After(catalogue(t, shop(), b))
	require.NoError(t, err, "the bank's role is its own to say")
	a.Roles, b.Roles = a.Roles[:1], append(b.Roles, roles.Role{Code: "bank.old", Labels: label("Old"), Gate: "shop"})
	b.Roles[0].Gate = ""
	_, err = c.After(catalogue(t, shop(), b))
	assert.ErrorContains(t, err, "gates go in a circle: bank, shop, bank")
}
