package roles_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/roles"
)

func TestDomains(t *testing.T) {
	one := func(code roles.ApplicationCode, domain roles.DomainCode) roles.Application {
		return roles.Application{Code: code, Domain: domain, Labels: label("App"), Roles: []roles.Role{{Code: roles.Code(code + ".user"), Labels: label("User")}}}
	}
	c := catalogue(t, one("tax", "money"), one("shop", ""), one("bank", "money"), one("till", "shop"))
	assert.Equal(t, []roles.DomainCode{"money", "shop"}, c.Domains())
	assert.Equal(t, []roles.ApplicationCode{"tax", "bank"}, c.ApplicationsIn("money"))
	assert.Equal(t, []roles.ApplicationCode{"shop", "till"}, c.ApplicationsIn("shop"), "the one named so, and those put with it")
	assert.Nil(t, c.ApplicationsIn("bank"), "it is in another")
	assert.Nil(t, c.ApplicationsIn(""))
	for code, want := range map[roles.Code]roles.DomainCode{
		"tax.user": "money", "bank.user": "money", "shop.user": "shop", "till.user": "shop", "tax.unknown": "", "gone.user": "", "": "",
	} {
		assert.Equal(t, want, c.Domain(code), code)
	}
	assert.Equal(t, []roles.DomainCode{"monespace", "calista"}, roles.MonEspaceAndCalista().Domains(), "each a domain of its own")
	assert.Nil(t, (&roles.Catalogue{}).Domains())

	for _, bad := range []roles.DomainCode{"Money", "a.b", "é", " ", "9"} {
		_, err := roles.NewCatalogue(one("tax", bad))
		assert.EqualError(t, err, "roles: catalogue: applications[0].domain: a domain is 1 to 64 lower-case letters, digits and underscores, a letter first", bad)
	}
}
