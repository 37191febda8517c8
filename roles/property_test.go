package roles_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// formRole has a property of each kind, each asked for or not.
func formRole() roles.Role {
	r := roles.Role{Code: "form.user", Labels: label("User")}
	for _, kind := range roles.PropertyKinds() {
		for _, mandatory := range []bool{false, true} {
			p := roles.Property{Name: fmt.Sprintf("%s_%t", kind, mandatory), Labels: label("Label"), Kind: kind, Mandatory: mandatory}
			if kind == roles.OneOf || kind == roles.ManyOf {
				p.Options = []roles.Option{{Value: "a"}, {Value: "B 2", Labels: label("Bee")}}
			}
			r.Properties = append(r.Properties, p)
		}
	}
	return r
}

func answers() map[string]roles.Value {
	return map[string]roles.Value{
		"yes_no_true": roles.Is(false), "text_true": roles.Words("x"), "date_true": roles.On(day("2024-02-29")),
		"one_of_true": roles.Choice("B 2"), "many_of_true": roles.Choices("a"),
	}
}

func TestValidateProperties(t *testing.T) {
	role := formRole()
	catalogue(t, roles.Application{Code: "form", Labels: label("Form"), Roles: []roles.Role{role}}) // the schema is in order
	require.Empty(t, role.ValidateProperties(roles.MustProperties(answers())), "the mandatory ones are enough")
	all := answers()
	for name, v := range answers() {
		all[strings.Replace(name, "true", "false", 1)] = v
	}
	require.Empty(t, role.ValidateProperties(roles.MustProperties(all)))

	type at struct{ field, code string }
	var missing []at
	for _, p := range role.Properties {
		if p.Mandatory {
			missing = append(missing, at{p.Name, "required"})
		}
	}
	problemsOf := func(values map[string]roles.Value) (got []at) {
		for _, p := range role.ValidateProperties(roles.MustProperties(values)) {
			assert.NotEmpty(t, p.Text)
			got = append(got, at{p.Field, p.Code})
		}
		return got
	}
	assert.Equal(t, missing, problemsOf(nil), "in the order of the role")
	assert.Equal(t, append(slices.Clone(missing), at{"other", "unknown"}, at{"zero", "unknown"}), problemsOf(map[string]roles.Value{"zero": roles.Is(true), "other": roles.Words("")}))
	assert.Equal(t, []at{{"other", "unknown"}}, func() (got []at) {
		for _, p := range (roles.Role{}).ValidateProperties(roles.MustProperties(map[string]roles.Value{"other": roles.Is(true)})) {
			got = append(got, at{p.Field, p.Code})
		}
		return got
	}(), "a role that asks nothing")

	long := strings.Repeat("é", 200)
	for _, of := range []struct {
		kind      roles.PropertyKind
		v         roles.Value
		optional  string // the problem where it isn't mandatory, "" for none
		mandatory string
	}{
		{"yes_no", roles.Is(true), "", ""},
		{"yes_no", roles.Words("true"), "wrong_kind", "wrong_kind"},
		{"yes_no", roles.Choices("true"), "wrong_kind", "wrong_kind"},
		{"text", roles.Words(long), "", ""},
		{"text", roles.Words("  a\u200db  "), "", ""},
		{"text", roles.Words(long + "x"), "too_long", "too_long"},
		{"text", roles.Words(""), "", "required"},
		{"text", roles.Words(" \u00a0 "), "", "required"},
		{"text", roles.Words("a\nb"), "malformed", "malformed"},
		{"text", roles.Words("a\x00"), "malformed", "malformed"},
		{"text", roles.Words("\n"), "malformed", "required"},
		{"text", roles.Words("a\u202eb"), "malformed", "malformed"},
		{"text", roles.Words("a\u2028b"), "malformed", "malformed"},
		{"text", roles.Words("a\u0085b"), "malformed", "malformed"},
		{"text", roles.Is(true), "wrong_kind", "wrong_kind"},
		{"text", roles.Choices("a"), "wrong_kind", "wrong_kind"},
		{"date", roles.On(day("9999-12-31")), "", ""},
		{"date", roles.Words("2026-01-01"), "", ""}, // the same value
		{"date", roles.On(roles.Date{Year: 2023, Month: 2, Day: 29}), "malformed", "malformed"},
		{"date", roles.On(roles.Date{Year: 20231, Month: 2, Day: 2}), "malformed", "malformed"},
		{"date", roles.Words("1/2/2026"), "malformed", "malformed"},
		{"date", roles.Words(" 2026-01-01"), "malformed", "malformed"},
		{"date", roles.Words(""), "malformed", "required"},
		{"date", roles.Is(false), "wrong_kind", "wrong_kind"},
		{"date", roles.Choices("2026-01-01"), "wrong_kind", "wrong_kind"},
		{"one_of", roles.Choice("a"), "", ""},
		{"one_of", roles.Choice("A"), "not_an_option", "not_an_option"},
		{"one_of", roles.Choice("a "), "not_an_option", "not_an_option"},
		{"one_of", roles.Choice("Bee"), "not_an_option", "not_an_option"}, // the label
		{"one_of", roles.Choice(""), "not_an_option", "required"},
		{"one_of", roles.Choices("a"), "wrong_kind", "wrong_kind"},
		{"one_of", roles.Is(true), "wrong_kind", "wrong_kind"},
		{"many_of", roles.Choices("a", "B 2"), "", ""},
		{"many_of", roles.Choices("a", "c"), "not_an_option", "not_an_option"},
		{"many_of", roles.Choices("c", "d"), "not_an_option", "not_an_option"}, // once
		{"many_of", roles.Choices(""), "not_an_option", "not_an_option"},
		{"many_of", roles.Choices(), "", "required"},
		{"many_of", roles.Choice("a"), "wrong_kind", "wrong_kind"},
		{"many_of", roles.Is(true), "wrong_kind", "wrong_kind"},
	} {
		for _, mandatory := range []bool{false, true} {
			name := fmt.Sprintf("%s_%t", of.kind, mandatory)
			values := answers()
			values[name] = of.v
			want := map[bool]string{false: of.optional, true: of.mandatory}[mandatory]
			if want == "" {
				assert.Empty(t, problemsOf(values), "%s %v", name, of.v)
			} else {
				assert.Equal(t, []at{{name, want}}, problemsOf(values), "%s %v", name, of.v)
			}
		}
	}
}

func TestValidatePropertiesLength(t *testing.T) {
	r := roles.Role{Properties: []roles.Property{{Name: "a", Kind: roles.TextProperty, MaxLength: 3}}}
	assert.Empty(t, r.ValidateProperties(roles.MustProperties(map[string]roles.Value{"a": roles.Words("😀é1")})))
	assert.True(t, r.ValidateProperties(roles.MustProperties(map[string]roles.Value{"a": roles.Words("😀é12")})).Has("a", "too_long"))
}

// What people typed may be a national number (D7): no text repeats it.
func TestValidatePropertiesRepeatsNothing(t *testing.T) {
	const typed = "85073003328"
	role := formRole()
	role.Properties[2].MaxLength = 5
	for _, v := range []roles.Value{roles.Words(typed), roles.Words(typed + "\n"), roles.Choices(typed), roles.Choice(typed)} {
		values := map[string]roles.Value{"unknown": v}
		for _, p := range role.Properties {
			values[p.Name] = v
		}
		problems := role.ValidateProperties(roles.MustProperties(values))
		require.NotEmpty(t, problems)
		assert.NotContains(t, problems.Error(), typed)
	}
}

func TestNewCatalogueRefusesProperties(t *testing.T) {
	many := func(n int) (out []roles.Property) {
		for i := range n {
			out = append(out, roles.Property{Name: fmt.Sprintf("p%d", i), Labels: label("P"), Kind: roles.YesNo})
		}
		return out
	}
	options := func(n int) (out []roles.Option) {
		for i := range n {
			out = append(out, roles.Option{Value: fmt.Sprint(i)})
		}
		return out
	}
	one := func(change func(p *roles.Property)) []roles.Property {
		p := asked()
		change(&p[0])
		return p
	}
	of := func(value string) []roles.Property {
		return one(func(p *roles.Property) { p.Options[1].Value = value })
	}
	length := func(n int) []roles.Property {
		return append(asked()[:1], roles.Property{Name: "x", Labels: label("X"), Kind: "text", MaxLength: n})
	}
	type at struct{ field, code string }
	for _, c := range []struct {
		name       string
		properties []roles.Property
		want       []at
	}{
		{"in order", asked(), nil},
		{"as many as may be", many(32), nil},
		{"one more", many(33), []at{{"properties", "too_many"}}},
		{"no name", one(func(p *roles.Property) { p.Name = "" }), []at{{"properties[0].name", "malformed"}}},
		{"a capital", one(func(p *roles.Property) { p.Name = "Region" }), []at{{"properties[0].name", "malformed"}}},
		{"twice", one(func(p *roles.Property) { p.Name = "note" }), []at{{"properties[1].name", "duplicate"}}},
		{"no label", one(func(p *roles.Property) { p.Labels = roles.Labels{} }), []at{{"properties[0].labels", "required"}}},
		{"no kind", one(func(p *roles.Property) { p.Kind = "" }), []at{{"properties[0].kind", "unknown"}}},
		{"an unknown kind", one(func(p *roles.Property) { p.Kind = "number" }), []at{{"properties[0].kind", "unknown"}}},
		{"no options", one(func(p *roles.Property) { p.Options = nil }), []at{{"properties[0].options", "required"}}},
		{"no options of one", one(func(p *roles.Property) { p.Kind, p.Options = roles.OneOf, []roles.Option{} }), []at{{"properties[0].options", "required"}}},
		{"a hundred options", one(func(p *roles.Property) { p.Options = options(100) }), nil},
		{"one more", one(func(p *roles.Property) { p.Options = options(101) }), []at{{"properties[0].options", "too_many"}}},
		{"options of yes or no", one(func(p *roles.Property) { p.Kind = roles.YesNo }), []at{{"properties[0].options", "malformed"}}},
		{"options of a text", one(func(p *roles.Property) { p.Kind = roles.TextProperty }), []at{{"properties[0].options", "malformed"}}},
		{"options of a date", one(func(p *roles.Property) { p.Kind = roles.DateProperty }), []at{{"properties[0].options", "malformed"}}},
		{"an empty option", of(""), []at{{"properties[0].options[1].value", "malformed"}}},
		{"an option that can't be shown", of("a\nb"), []at{{"properties[0].options[1].value", "malformed"}}},
		{"an option with a space", of("a "), []at{{"properties[0].options[1].value", "malformed"}}},
		{"an option that is no text", of("\xff"), []at{{"properties[0].options[1].value", "malformed"}}},
		{"a long option", of(strings.Repeat("é", 64)), nil},
		{"a longer one", of(strings.Repeat("é", 65)), []at{{"properties[0].options[1].value", "malformed"}}},
		{"an option twice", of("north"), []at{{"properties[0].options[1].value", "duplicate"}}},
		{"a length of choices", one(func(p *roles.Property) { p.MaxLength = 1 }), []at{{"properties[0].max_length", "malformed"}}},
		{"the longest text", length(1000), nil},
		{"a longer one", length(1001), []at{{"properties[1].max_length", "malformed"}}},
		{"a negative length", length(-1), []at{{"properties[1].max_length", "malformed"}}},
		{"all at once", []roles.Property{{Kind: "x"}, {Kind: roles.YesNo, Options: options(1), MaxLength: 1}}, []at{
			{"properties[0].name", "malformed"}, {"properties[0].labels", "required"}, {"properties[0].kind", "unknown"},
			{"properties[1].name", "malformed"}, {"properties[1].labels", "required"}, {"properties[1].options", "malformed"}, {"properties[1].max_length", "malformed"}}},
	} {
		app := shop()
		app.Roles[1].Properties = c.properties
		_, err := roles.NewCatalogue(app)
		if c.want == nil {
			assert.NoError(t, err, c.name)
			continue
		}
		var problems roles.Problems
		require.ErrorAs(t, err, &problems, c.name)
		var got []at
		for _, p := range problems {
			got = append(got, at{strings.TrimPrefix(p.Field, "applications[0].roles[1]."), p.Code})
		}
		assert.Equal(t, c.want, got, c.name)
	}
}

// The properties of what allows stand beside it, at the same places.
func TestDecisionHasProperties(t *testing.T) {
	c := catalogue(t, shop(), bank())
	with := func(k kind, id byte, note string) roles.Assignment {
		a := k.assignment(id)
		if note != "" {
			a.Properties = roles.MustProperties(map[string]roles.Value{"note": roles.Words(note)})
		}
		return a
	}
	of := func(note string) roles.Properties { return with(kind{}, 0, note).Properties }
	none := roles.Properties{}
	q := roles.Question{Application: "shop", Action: "see", At: now}
	seer, idler, late := kind{isActive, "shop.seer", 0}, kind{isActive, "shop.idler", 0}, kind{isScheduled, "shop.seer", 0}
	for name, of := range map[string]struct {
		held []roles.Assignment
		want []roles.Properties
	}{
		"none":               {[]roles.Assignment{with(seer, 1, ""), with(seer, 2, "")}, nil},
		"the only one":       {[]roles.Assignment{with(seer, 1, "a")}, []roles.Properties{of("a")}},
		"the first":          {[]roles.Assignment{with(seer, 1, "a"), with(seer, 2, "")}, []roles.Properties{of("a"), none}},
		"the last":           {[]roles.Assignment{with(seer, 1, ""), with(seer, 2, ""), with(seer, 3, "a")}, []roles.Properties{none, none, of("a")}},
		"in the middle":      {[]roles.Assignment{with(seer, 1, ""), with(seer, 2, "a"), with(seer, 3, "")}, []roles.Properties{none, of("a"), none}},
		"not of misses":      {[]roles.Assignment{with(idler, 1, "x"), with(late, 2, "x"), with(seer, 3, ""), with(late, 4, "x")}, nil},
		"between misses":     {[]roles.Assignment{with(idler, 1, "x"), with(late, 2, "x"), with(seer, 3, "a"), with(late, 4, "x"), with(seer, 5, "b")}, []roles.Properties{of("a"), of("b")}},
		"nothing when later": {[]roles.Assignment{with(late, 1, "x")}, nil},
		"nor for nothing":    {[]roles.Assignment{with(idler, 1, "x")}, nil},
	} {
		d := c.Decide(of.held, q)
		assert.Equal(t, of.want, d.Properties, name)
		if d.Properties != nil {
			assert.Len(t, d.Assignments, len(d.Properties), name)
		}
	}
}

// Nothing that a catalogue was given or gave away can be written to.
func TestRolesShareNothing(t *testing.T) {
	app := shop()
	app.Roles[0].Properties = asked()
	want := shop().Roles[0]
	want.Properties = asked()
	given := []roles.Application{app}
	c := catalogue(t, given...)
	version := c.Version()
	spoil := func(r roles.Role) {
		r.Properties[0].Options[0] = roles.Option{Value: "spoiled"}
		r.Properties[1] = roles.Property{}
	}
	get := map[string]func() roles.Role{
		"Role":         func() roles.Role { r, _ := c.Role("shop.seer"); return r },
		"Application":  func() roles.Role { a, _ := c.Application("shop"); return a.Roles[0] },
		"Applications": func() roles.Role { return c.Applications()[0].Roles[0] },
		"Search":       func() roles.Role { return c.Search("seer")[0] },
	}
	spoil(given[0].Roles[0])
	for spoiled, from := range get {
		spoil(from())
		for name, to := range get {
			assert.Equal(t, want, to(), "%s, after writing to what %s gave", name, spoiled)
		}
	}
	data, err := c.MarshalJSON()
	require.NoError(t, err)
	again, err := roles.ParseCatalogue(data)
	require.NoError(t, err)
	assert.Equal(t, version, again.Version())
}
