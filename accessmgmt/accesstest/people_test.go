package accesstest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/accessmgmt/accesstest"
	"github.com/egovroles/egovroles/roles"
)

// TestPerson: the same name is the same person, in each world and each run.
func TestPerson(t *testing.T) {
	t.Parallel()
	one, two := accesstest.New(t), accesstest.New(t)
	two.Person("Kim Claes")
	anne := one.Person("Anne Dubois")
	assert.Equal(t, anne, one.Person(" Anne  Dubois "))
	assert.Equal(t, anne, two.Person("Anne Dubois"))
	assert.Equal(t, "01021589449", anne.Identity.Number.Reveal(), "whoever compares with a file counts on it")
	assert.Equal(t, "anne.dubois@acme.example", anne.Identity.Email.String())
	assert.True(t, anne.Identity.EmailVerified)
	assert.Equal(t, accessmgmt.AssuranceHigh, anne.Identity.Assurance)
	assert.Equal(t, accessmgmt.AsUser, anne.Capacity)
	assert.Equal(t, one.GAP, one.Person("Luc Maes"))
	assert.Equal(t, one.Representative, one.Person("Renée Peeters"))
	assert.Equal(t, "renee.peeters@acme.example", one.Representative.Identity.Email.String())

	of := one.Person("Jan van den O'Brien-Maes")
	assert.Equal(t, "Jan", of.Identity.GivenName)
	assert.Equal(t, "van den O'Brien-Maes", of.Identity.FamilyName)
	assert.Equal(t, "jan.van.den.o'brien-maes@acme.example", of.Identity.Email.String())
	one.Give(of, roles.Reader)
}

// TestPeopleDiffer: however many there are, no two share anything they are
// recognised by.
func TestPeopleDiffer(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	numbers, addresses, accounts := map[accessmgmt.SSIN]bool{}, map[string]bool{}, map[accessmgmt.IdentityRef]bool{}
	names := []string{"Renee Peeters", "Renée Peeters", "RENÉE Peeters", "Anne De Smet", "Anne de Smet", "Anne De.Smet"}
	for i := range 3000 { // numbers fall on each other some ten times
		names = append(names, fmt.Sprintf("Person Number-%d", i))
	}
	for _, name := range names {
		id := w.Person(name).Identity
		_, err := accessmgmt.ParseSSIN(id.Number.Reveal(), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		assert.Equal(t, "01", id.Number.Reveal()[:2], "born in 1901, and so nobody's")
		assert.False(t, numbers[id.Number] || addresses[id.Email.Key()] || accounts[id.Ref()], name)
		numbers[id.Number], addresses[id.Email.Key()], accounts[id.Ref()] = true, true, true
	}
}

func TestID(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	anne := w.Person("Anne Dubois")
	given := w.Assign(anne, roles.Reader)
	assert.Equal(t, given.Person, w.ID(anne), "known by the number he was named by")
	w.FailStore(errDown)
	assert.Equal(t, given.Person, w.ID(anne), "asked behind the faults")
}

func TestStaff(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t)
	assert.Equal(t, accessmgmt.AsOperator, w.Staff().Capacity)
	_, err := w.Service.VacateGAP(t.Context(), w.Staff(), accessmgmt.VacateGAP{Enterprise: w.Enterprise, Reason: "a test"})
	require.NoError(t, err)
	assert.Equal(t, accessmgmt.AsOperator, w.AuditHas(accessmgmt.EventGAPVacated).Capacity)
}
