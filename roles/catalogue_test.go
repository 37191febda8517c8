package roles_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

func label(s string) roles.Labels { return roles.Labels{EN: s} }

// shop and bank are the applications of the tests that need more than Mon
// Espace. Both have the action "sign", at another place of their lists.
func shop() roles.Application {
	return roles.Application{
		Code: "shop", Labels: roles.Labels{FR: "Magasin", NL: "Winkel", DE: "Laden", EN: "Shop"},
		Actions: []roles.ActionDefinition{{"see", label("See")}, {"sign", label("Sign")}, {"sell", label("Sell")}},
		Roles: []roles.Role{
			{Code: "shop.seer", Labels: label("Seer"), Actions: roles.Actions("see")},
			{Code: "shop.signer", Labels: label("Signer"), Actions: roles.Actions("see", "sign"), GrantedBy: roles.ByGAP, MaxDays: 365},
			{Code: "shop.idler", Labels: label("Idler")},
		},
	}
}

func bank() roles.Application {
	return roles.Application{
		Code: "bank", Labels: label("Bank"),
		Actions: []roles.ActionDefinition{{"sign", label("Sign")}, {"pay", label("Pay")}},
		Roles:   []roles.Role{{Code: "bank.signer", Labels: label("Signer"), Actions: roles.Actions("sign")}},
	}
}

// asked is two properties for a role of the tests.
func asked() []roles.Property {
	return []roles.Property{
		{Name: "region", Labels: label("Region"), Kind: roles.ManyOf, Options: []roles.Option{{Value: "north", Labels: label("North")}, {Value: "south"}}},
		{Name: "note", Labels: label("Note"), Kind: roles.TextProperty, Mandatory: true},
	}
}

func catalogue(t *testing.T, apps ...roles.Application) *roles.Catalogue {
	t.Helper()
	c, err := roles.NewCatalogue(apps...)
	require.NoError(t, err)
	return c
}

func TestCatalogueLookups(t *testing.T) {
	c := catalogue(t, shop(), bank())
	assert.Equal(t, []roles.Application{shop(), bank()}, c.Applications(), "in the order they were given")
	app, ok := c.Application("bank")
	assert.True(t, ok)
	assert.Equal(t, bank(), app)
	role, ok := c.Role("shop.signer")
	assert.True(t, ok)
	assert.Equal(t, shop().Roles[1], role)

	for _, code := range []roles.ApplicationCode{"", "Shop", "shop.signer", "none"} {
		app, ok := c.Application(code)
		assert.False(t, ok, code)
		assert.Equal(t, roles.Application{}, app)
		assert.False(t, c.HasAction(code, "sign"))
	}
	for _, code := range []roles.Code{"", "shop", "shop.", "signer", "bank.seer", "SHOP.signer"} {
		role, ok := c.Role(code)
		assert.False(t, ok, code)
		assert.Equal(t, roles.Role{}, role)
		assert.False(t, c.Allows(code, "sign"), code)
	}

	for _, app := range []roles.Application{shop(), bank()} {
		for _, action := range []roles.Action{"see", "sign", "sell", "pay", "Sign", "", "burn"} {
			listed := slices.ContainsFunc(app.Actions, func(d roles.ActionDefinition) bool { return d.Action == action })
			assert.Equal(t, listed, c.HasAction(app.Code, action), "%s %q", app.Code, action)
			for _, r := range app.Roles {
				assert.Equal(t, r.Actions.Has(action), c.Allows(r.Code, action), "%s %q", r.Code, action)
			}
		}
	}
}

func TestZeroCatalogueHasNothing(t *testing.T) {
	var c roles.Catalogue
	assert.False(t, c.Allows(roles.Owner, roles.Read))
	assert.False(t, c.HasAction(roles.MonEspaceApplication, roles.Read))
	assert.Empty(t, c.Applications())
	assert.Empty(t, c.Search(""))
	d := c.Decide([]roles.Assignment{{Role: roles.Owner, Window: roles.Window{From: tick(1)}}},
		roles.Question{Application: roles.MonEspaceApplication, Action: roles.Read, At: tick(2)})
	assert.Equal(t, roles.Decision{Reason: roles.ReasonNoAssignment}, d)
}

func TestCatalogueIsImmutable(t *testing.T) {
	given := []roles.Application{shop(), bank()}
	c := catalogue(t, given...)
	version := c.Version()
	check := func(what string) {
		t.Helper()
		assert.Equal(t, []roles.Application{shop(), bank()}, c.Applications(), what)
		app, _ := c.Application("shop")
		assert.Equal(t, shop(), app, what)
		role, _ := c.Role("shop.seer")
		assert.Equal(t, shop().Roles[0], role, what)
		assert.True(t, c.Allows("shop.seer", "see"), what)
		assert.False(t, c.Allows("shop.seer", "sign"), what)
		assert.True(t, c.HasAction("shop", "see"), what)
		found := c.Search("magasin seer")
		require.Len(t, found, 1, what)
		assert.Equal(t, shop().Roles[0], found[0], what)
		assert.Equal(t, version, c.Version(), what)
	}
	spoil := func(app *roles.Application) {
		app.Code, app.Labels = "spoiled", roles.Labels{}
		for i := range app.Actions {
			app.Actions[i] = roles.ActionDefinition{}
		}
		for i := range app.Roles {
			app.Roles[i] = roles.Role{Code: "shop.spoiled", Actions: roles.Actions("sign")}
		}
	}
	check("at first")
	spoil(&given[0])
	check("after writing to what was passed in")
	apps := c.Applications()
	spoil(&apps[0])
	apps[1] = roles.Application{}
	check("after writing to what Applications returned")
	app, _ := c.Application("shop")
	spoil(&app)
	check("after writing to what Application returned")
	found := c.Search("")
	for i := range found {
		found[i] = roles.Role{}
	}
	check("after writing to what Search returned")
}

func TestVersionIgnoresOrder(t *testing.T) {
	want := catalogue(t, shop(), bank()).Version()
	assert.Regexp(t, `^[0-9a-f]{16}$`, want)
	assert.Equal(t, want, catalogue(t, bank(), shop()).Version(), "applications")

	turned := shop()
	slices.Reverse(turned.Roles)
	assert.Equal(t, want, catalogue(t, turned, bank()).Version(), "roles")
	slices.Reverse(turned.Actions)
	assert.Equal(t, want, catalogue(t, turned, bank()).Version(), "actions")
	turned = shop()
	turned.Roles[1].Actions = roles.Actions("sign", "see", "sign")
	assert.Equal(t, want, catalogue(t, turned, bank()).Version(), "a role's actions")
	turned.Roles[2].Actions = roles.Actions([]roles.Action{}...)
	assert.Equal(t, want, catalogue(t, turned, bank()).Version(), "no actions, said in another way")

	empty := roles.Application{Code: "empty", Labels: label("Empty")}
	same := empty
	same.Actions, same.Roles = []roles.ActionDefinition{}, []roles.Role{}
	assert.Equal(t, catalogue(t, empty).Version(), catalogue(t, same).Version(), "no roles, said in another way")
}

func TestVersionSeesEveryChange(t *testing.T) {
	// By the path of the field changed. Each must give a version of its own.
	changes := map[string]func(a *roles.Application){
		"Application.Code": func(a *roles.Application) {
			a.Code = "shop2"
			for i := range a.Roles {
				a.Roles[i].Code = roles.Code(strings.Replace(string(a.Roles[i].Code), "shop", "shop2", 1))
			}
		},
		"Application.Labels.FR":         func(a *roles.Application) { a.Labels.FR += "x" },
		"Application.Labels.NL":         func(a *roles.Application) { a.Labels.NL += "x" },
		"Application.Labels.DE":         func(a *roles.Application) { a.Labels.DE += "x" },
		"Application.Labels.EN":         func(a *roles.Application) { a.Labels.EN += "x" },
		"Application.Actions, one more": func(a *roles.Application) { a.Actions = append(a.Actions, roles.ActionDefinition{Action: "new"}) },
		"Application.Actions, one less": func(a *roles.Application) { a.Actions = a.Actions[:2] },
		"ActionDefinition.Action":       func(a *roles.Application) { a.Actions[2].Action = "sells" },
		"ActionDefinition.Labels.FR":    func(a *roles.Application) { a.Actions[2].Labels.FR = "Vendre" },
		"ActionDefinition.Labels.NL":    func(a *roles.Application) { a.Actions[2].Labels.NL = "Vendre" },
		"ActionDefinition.Labels.DE":    func(a *roles.Application) { a.Actions[2].Labels.DE = "Vendre" },
		"ActionDefinition.Labels.EN":    func(a *roles.Application) { a.Actions[2].Labels.EN = "Vendre" },
		"Application.Roles, one more":   func(a *roles.Application) { a.Roles = append(a.Roles, roles.Role{Code: "shop.x", Labels: label("X")}) },
		"Application.Roles, one less":   func(a *roles.Application) { a.Roles = a.Roles[:2] },
		"Role.Code":                     func(a *roles.Application) { a.Roles[0].Code = "shop.seers" },
		"Role.Labels.FR":                func(a *roles.Application) { a.Roles[0].Labels.FR = "Voyeur" },
		"Role.Labels.NL":                func(a *roles.Application) { a.Roles[0].Labels.NL = "Voyeur" },
		"Role.Labels.DE":                func(a *roles.Application) { a.Roles[0].Labels.DE = "Voyeur" },
		"Role.Labels.EN":                func(a *roles.Application) { a.Roles[0].Labels.EN = "Voyeur" },
		"Role.Actions, one more":        func(a *roles.Application) { a.Roles[0].Actions = roles.Actions("see", "sell") },
		"Role.Actions, one less":        func(a *roles.Application) { a.Roles[0].Actions = roles.Actions() },
		"Role.Actions, another":         func(a *roles.Application) { a.Roles[0].Actions = roles.Actions("sign") },
		"Role.Actions, to another role": func(a *roles.Application) {
			a.Roles[2].Actions = roles.Actions("sign")
			a.Roles[1].Actions = roles.Actions("see")
		},
		"Role.GrantedBy":                 func(a *roles.Application) { a.Roles[0].GrantedBy = roles.ByGAP },
		"Role.GrantedBy, another":        func(a *roles.Application) { a.Roles[0].GrantedBy = roles.ByCoGAP },
		"Role.GrantedBy, the zero value": func(a *roles.Application) { a.Roles[1].GrantedBy = 0 },
		"Role.MaxDays":                   func(a *roles.Application) { a.Roles[0].MaxDays = 1 },
		"Role.MaxDays, another":          func(a *roles.Application) { a.Roles[1].MaxDays = 364 },
		"Role.Gate":                      func(a *roles.Application) { a.Roles[0].Gate = "bank" },
		"Role.Manages":                   func(a *roles.Application) { a.Roles[0].Manages = "bank" },
		"Role.Manages, another":          func(a *roles.Application) { a.Roles[0].Manages = "shop" },
		"Role.FourEyes":                  func(a *roles.Application) { a.Roles[0].FourEyes = true },
		"Role.Retired":                   func(a *roles.Application) { a.Roles[0].Retired = true },
		"Application.Domain":             func(a *roles.Application) { a.Domain = "trade" },
		"Role.Properties":                func(a *roles.Application) { a.Roles[0].Properties = asked() },
		"Role.Properties, one less":      func(a *roles.Application) { a.Roles[0].Properties = asked()[1:] },
	}
	for name, change := range map[string]func(p *roles.Property){
		"Property.Name":      func(p *roles.Property) { p.Name += "x" },
		"Property.Labels.FR": func(p *roles.Property) { p.Labels.FR += "x" },
		"Property.Labels.NL": func(p *roles.Property) { p.Labels.NL += "x" },
		"Property.Labels.DE": func(p *roles.Property) { p.Labels.DE += "x" },
		"Property.Labels.EN": func(p *roles.Property) { p.Labels.EN += "x" },
		"Property.Kind":      func(p *roles.Property) { p.Kind = roles.OneOf },
		"Property.Options":   func(p *roles.Property) { p.Options = p.Options[:1] },
		"Property.Mandatory": func(p *roles.Property) { p.Mandatory = !p.Mandatory },
		"Option.Value":       func(p *roles.Property) { p.Options[0].Value += "x" },
		"Option.Labels.FR":   func(p *roles.Property) { p.Options[0].Labels.FR += "x" },
		"Option.Labels.NL":   func(p *roles.Property) { p.Options[0].Labels.NL += "x" },
		"Option.Labels.DE":   func(p *roles.Property) { p.Options[0].Labels.DE += "x" },
		"Option.Labels.EN":   func(p *roles.Property) { p.Options[0].Labels.EN += "x" },
	} {
		changes[name] = func(a *roles.Application) {
			a.Roles[0].Properties = asked()
			change(&a.Roles[0].Properties[0])
		}
	}
	changes["Property.MaxLength"] = func(a *roles.Application) {
		a.Roles[0].Properties = asked()
		a.Roles[0].Properties[1].MaxLength = 9
	}
	// A field that somebody adds must get its change above.
	for _, typ := range []reflect.Type{reflect.TypeFor[roles.Application](), reflect.TypeFor[roles.ActionDefinition](), reflect.TypeFor[roles.Role](),
		reflect.TypeFor[roles.Property](), reflect.TypeFor[roles.Option]()} {
		for _, field := range reflect.VisibleFields(typ) {
			path := typ.Name() + "." + field.Name
			covered := false
			for name := range changes {
				covered = covered || strings.HasPrefix(name, path)
			}
			assert.True(t, covered, "no test changes %s", path)
		}
	}
	assert.Equal(t, 4, reflect.TypeFor[roles.Labels]().NumField())

	seen := map[string]string{catalogue(t, shop(), bank()).Version(): "nothing"}
	for name, change := range changes {
		app := shop()
		change(&app)
		version := catalogue(t, app, bank()).Version()
		assert.Empty(t, seen[version], "%s: same version as after changing this", name)
		seen[version] = name
	}
	without := catalogue(t, shop()).Version()
	assert.Empty(t, seen[without], "an application less")
}

func TestNewCatalogueNamesEveryProblem(t *testing.T) {
	type at struct{ field, code string }
	problemsOf := func(apps ...roles.Application) (got []at) {
		c, err := roles.NewCatalogue(apps...)
		if err == nil {
			return nil
		}
		assert.Nil(t, c, "a catalogue beside an error")
		var problems roles.Problems
		require.ErrorAs(t, err, &problems)
		for _, p := range problems {
			assert.Contains(t, err.Error(), p.Field+": "+p.Text)
			got = append(got, at{p.Field, p.Code})
		}
		return got
	}
	assert.Equal(t, []at{{"applications", roles.ProblemRequired}}, problemsOf())
	assert.Empty(t, problemsOf(shop(), bank(), roles.MonEspaceRoles()))

	bad := shop()
	bad.Labels = roles.Labels{}
	bad.Actions = append(bad.Actions, roles.ActionDefinition{Action: "see"}, roles.ActionDefinition{Action: "Look"}, roles.ActionDefinition{})
	bad.Roles = append(bad.Roles,
		roles.Role{Code: "shop.seer", Labels: label("Again")},
		roles.Role{Code: "bank.clerk", Labels: label("Of another application")},
		roles.Role{Code: "shop", Labels: label("No name")},
		roles.Role{Code: "shop.", Labels: label("Empty name")},
		roles.Role{Code: "shop.a.b", Labels: label("Two dots")},
		roles.Role{Code: "shop.Owner", Labels: label("A capital")},
		roles.Role{Code: "shop.unlabelled"},
		roles.Role{Code: "shop.unknown", Labels: label("Unknown actions"), Actions: roles.Actions("pay", "see", "burn")},
		roles.Role{Code: "shop.granted", Labels: label("Granted by nobody known"), GrantedBy: 1 << 4},
		roles.Role{Code: "shop.days", Labels: label("Negative"), MaxDays: -1},
		roles.Role{Code: ".x", GrantedBy: 0xff, MaxDays: -5, Actions: roles.Actions("burn")},
	)
	assert.Equal(t, []at{
		{"applications[1].labels", roles.ProblemRequired},
		{"applications[1].actions[3]", roles.ProblemDuplicate},
		{"applications[1].actions[4]", roles.ProblemMalformed},
		{"applications[1].actions[5]", roles.ProblemMalformed},
		{"applications[1].roles[3].code", roles.ProblemDuplicate},
		{"applications[1].roles[4].code", roles.ProblemMalformed},
		{"applications[1].roles[5].code", roles.ProblemMalformed},
		{"applications[1].roles[6].code", roles.ProblemMalformed},
		{"applications[1].roles[7].code", roles.ProblemMalformed},
		{"applications[1].roles[8].code", roles.ProblemMalformed},
		{"applications[1].roles[9].labels", roles.ProblemRequired},
		{"applications[1].roles[10].actions", roles.ProblemUnknown}, // burn
		{"applications[1].roles[10].actions", roles.ProblemUnknown}, // pay
		{"applications[1].roles[11].granted_by", roles.ProblemUnknown},
		{"applications[1].roles[12].max_days", roles.ProblemMalformed},
		{"applications[1].roles[13].code", roles.ProblemMalformed},
		{"applications[1].roles[13].labels", roles.ProblemRequired},
		{"applications[1].roles[13].actions", roles.ProblemUnknown},
		{"applications[1].roles[13].granted_by", roles.ProblemUnknown},
		{"applications[1].roles[13].max_days", roles.ProblemMalformed},
		{"applications[2].code", roles.ProblemMalformed},
		{"applications[2].labels", roles.ProblemRequired},
	}, problemsOf(bank(), bad, roles.Application{Code: "Bad"}))

	twice := problemsOf(shop(), shop())
	assert.Contains(t, twice, at{"applications[1].code", roles.ProblemDuplicate})
	assert.Contains(t, twice, at{"applications[1].roles[0].code", roles.ProblemDuplicate})
}

func TestCatalogueNames(t *testing.T) {
	long := strings.Repeat("a", 64)
	for name, want := range map[string]bool{
		"a": true, "z9": true, "manage_space": true, "a_": true, long: true, "a0_z": true,
		"": false, long + "a": false, "A": false, "aB": false, "9a": false, "_a": false, "a-b": false, "a b": false, "é": false, "aé": false,
		"a.b": false, "a\x00": false, "a`": false, "a{": false, "{": false, "`": false, "a/": false, "a:": false,
	} {
		_, err := roles.NewCatalogue(roles.Application{Code: roles.ApplicationCode(name), Labels: label("X")})
		assert.Equal(t, want, err == nil, "application %q: %v", name, err)
		_, err = roles.NewCatalogue(roles.Application{Code: "x", Labels: label("X"), Actions: []roles.ActionDefinition{{Action: roles.Action(name)}}})
		assert.Equal(t, want, err == nil, "action %q: %v", name, err)
		_, err = roles.NewCatalogue(roles.Application{Code: "x", Labels: label("X"), Roles: []roles.Role{{Code: roles.Code("x." + name), Labels: label("X")}}})
		assert.Equal(t, want, err == nil, "role %q: %v", name, err)
	}
}

// wide is an application of n actions with one role for each and one for all.
func wide(n int) roles.Application {
	app := roles.Application{Code: "wide", Labels: label("Wide")}
	var all []roles.Action
	for i := range n {
		action := roles.Action(fmt.Sprintf("act%02d", i))
		all = append(all, action)
		app.Actions = append(app.Actions, roles.ActionDefinition{Action: action})
		app.Roles = append(app.Roles, roles.Role{Code: roles.Code("wide.only_" + action), Labels: label("Only"), Actions: roles.Actions(action)})
	}
	app.Roles = append(app.Roles, roles.Role{Code: "wide.all", Labels: label("All"), Actions: roles.Actions(all...)})
	return app
}

func TestSixtyFourActions(t *testing.T) {
	require.Equal(t, 64, roles.MaxActions)
	app := wide(roles.MaxActions)
	c := catalogue(t, app)
	for i, def := range app.Actions {
		assert.True(t, c.Allows("wide.all", def.Action), def.Action)
		for j, role := range app.Roles[:roles.MaxActions] {
			if got := c.Allows(role.Code, def.Action); got != (i == j) {
				t.Errorf("%s allows %s: %t", role.Code, def.Action, got)
			}
			held := []roles.Assignment{{Role: role.Code, Window: roles.Window{From: tick(1)}}}
			if got := c.Decide(held, roles.Question{Application: "wide", Action: def.Action, At: tick(2)}); got.Allowed != (i == j) {
				t.Errorf("%s, decision on %s: %v", role.Code, def.Action, got)
			}
		}
	}

	_, err := roles.NewCatalogue(wide(roles.MaxActions + 1))
	var problems roles.Problems
	require.ErrorAs(t, err, &problems)
	assert.True(t, problems.Has("applications[0].actions", roles.ProblemTooMany))
	assert.Len(t, problems, 1)
}
