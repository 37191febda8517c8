package roles_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

func TestValues(t *testing.T) {
	type seen struct {
		isBool, yes bool
		isText      bool
		text        string
		isDate      bool
		date        roles.Date
		isList      bool
		list        []string
		written     string
		shown       string
	}
	for name, of := range map[string]struct {
		v    roles.Value
		want seen
	}{
		"zero":          {roles.Value{}, seen{written: "null"}},
		"yes":           {roles.Is(true), seen{isBool: true, yes: true, written: "true", shown: "true"}},
		"no":            {roles.Is(false), seen{isBool: true, written: "false", shown: "false"}},
		"words":         {roles.Words(`a "b" <c> é😀 \n`), seen{isText: true, text: `a "b" <c> é😀 \n`, written: `"a \"b\" \u003cc\u003e é😀 \\n"`, shown: `a "b" <c> é😀 \n`}},
		"controls":      {roles.Words("\x00\n\x1f\x7f\u2028"), seen{isText: true, text: "\x00\n\x1f\x7f\u2028", written: "\"\\u0000\\u000a\\u001f\x7f\\u2028\"", shown: "\x00\n\x1f\x7f\u2028"}},
		"no words":      {roles.Words(""), seen{isText: true, written: `""`}},
		"true in words": {roles.Words("true"), seen{isText: true, text: "true", written: `"true"`, shown: "true"}},
		"a day":         {roles.On(day("2026-02-28")), seen{isText: true, text: "2026-02-28", isDate: true, date: day("2026-02-28"), written: `"2026-02-28"`, shown: "2026-02-28"}},
		"no day":        {roles.On(roles.Date{}), seen{written: "null"}},
		"no such day":   {roles.On(roles.Date{Year: 2026, Month: 2, Day: 30}), seen{isText: true, text: "2026-02-30", written: `"2026-02-30"`, shown: "2026-02-30"}},
		"a choice":      {roles.Choice("north"), seen{isText: true, text: "north", written: `"north"`, shown: "north"}},
		"choices":       {roles.Choices("b", "a", "b"), seen{isList: true, list: []string{"a", "b"}, written: `["a","b"]`, shown: "a, b"}},
		"no choices":    {roles.Choices(), seen{isList: true, written: "[]"}},
	} {
		var got seen
		got.yes, got.isBool = of.v.Bool()
		got.text, got.isText = of.v.Text()
		got.date, got.isDate = of.v.Date()
		got.list, got.isList = of.v.Choices()
		got.shown = of.v.String()
		data, err := json.Marshal(of.v)
		require.NoError(t, err, name)
		got.written = string(data)
		assert.Equal(t, of.want, got, name)
		assert.Equal(t, got.written == "null", of.v.IsZero(), name)
		back := roles.Is(true)
		require.NoError(t, json.Unmarshal(data, &back), name)
		assert.True(t, back == of.v, "%s reads back as %v", name, back)
	}
	assert.True(t, roles.Choices("a", "b") == roles.Choices("b", "a", "a"))
	assert.False(t, roles.Choices("a") == roles.Choice("a"))
	given := []string{"b", "a"}
	roles.Choices(given...)
	assert.Equal(t, []string{"b", "a"}, given)

	_, err := json.Marshal(roles.Words("\xff"))
	assert.ErrorContains(t, err, "isn't valid UTF-8")
	for _, bad := range []string{`1`, `{}`, `["a",1]`, `[["a"]]`, `[null]`, `"\ud800"`} {
		v := roles.Is(true)
		assert.EqualError(t, json.Unmarshal([]byte(bad), &v), "roles: a property's value is true, false, a text, or a list of texts", bad)
		assert.Equal(t, roles.Is(true), v, bad)
	}
}

func some() map[string]roles.Value {
	return map[string]roles.Value{
		"seals": roles.Is(true), "from": roles.On(day("2026-03-01")), "note": roles.Words("é \"x\"\n"), "region": roles.Choice("north"),
		"kinds": roles.Choices("z", "a"), "left_out": {},
	}
}

const someText = `{"from":"2026-03-01","kinds":["a","z"],"note":"é \"x\"\u000a","region":"north","seals":true}`

func TestPropertiesAreCanonical(t *testing.T) {
	p := roles.MustProperties(some())
	assert.Equal(t, someText, p.Text())
	assert.Equal(t, someText, p.String())
	assert.Equal(t, 5, p.Len())
	var names []string
	for name, v := range p.All() {
		names = append(names, name)
		assert.Equal(t, some()[name], v, name)
		got, ok := p.Get(name)
		assert.True(t, ok, name)
		assert.Equal(t, v, got, name)
	}
	assert.Equal(t, []string{"from", "kinds", "note", "region", "seals"}, names)
	for range p.All() { // may be left early
		break
	}
	for _, name := range []string{"left_out", "", "From", "none"} {
		v, ok := p.Get(name)
		assert.False(t, ok, name)
		assert.True(t, v.IsZero(), name)
	}

	for name, text := range map[string]string{
		"as it was written": someText,
		"another order":     `{"seals":true,"region":"north","note":"é \"x\"\u000a","kinds":["a","z"],"from":"2026-03-01"}`,
		"spaces":            " {\n\t\"from\" : \"2026-03-01\" , \"kinds\":[ \"a\",\"z\"],\"note\":\"é \\\"x\\\"\\u000a\",\"region\":\"north\",\"seals\":true}\r\n",
		"other escapes":     `{"from":"2026\u002d03-01","k\u0069nds":["\u0061","z"],"note":"\u00e9 \u0022x\"\n","region":"\u006eorth","seals":true}`,
		"a list unsorted":   `{"from":"2026-03-01","kinds":["z","a","z"],"note":"é \"x\"\n","region":"north","seals":true}`,
	} {
		again, err := roles.ParseProperties(text)
		require.NoError(t, err, name)
		assert.True(t, again == p, "%s: %s", name, again)
	}
	for i := range p.Text() { // no two contents have one writing
		changed := someText[:i] + "q" + someText[i+1:]
		if other, err := roles.ParseProperties(changed); err == nil {
			assert.False(t, other == p, changed)
		}
	}
}

func TestNoProperties(t *testing.T) {
	var zero roles.Properties
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.Text())
	assert.Equal(t, "{}", zero.String())
	assert.Zero(t, zero.Len())
	for range zero.All() {
		t.Error("it has none")
	}
	for _, values := range []map[string]roles.Value{nil, {}, {"a": {}}, {"a": roles.On(roles.Date{})}} {
		p, err := roles.NewProperties(values)
		require.NoError(t, err)
		assert.True(t, p == zero, "%v", p)
	}
	for _, text := range []string{"", "{}", " { } "} {
		p, err := roles.ParseProperties(text)
		require.NoError(t, err, text)
		assert.True(t, p == zero, text)
	}
	data, err := json.Marshal(zero)
	require.NoError(t, err)
	assert.Equal(t, "{}", string(data))
	data, err = json.Marshal(roles.Assignment{})
	require.NoError(t, err)
	assert.NotContains(t, string(data), "properties")
}

func TestPropertiesJSON(t *testing.T) {
	p := roles.MustProperties(some())
	data, err := json.Marshal(map[string]any{"p": p})
	require.NoError(t, err)
	var back struct{ P, Other roles.Properties }
	back.Other = p
	require.NoError(t, json.Unmarshal(data, &back))
	assert.True(t, back.P == p)
	require.NoError(t, json.Unmarshal([]byte(`{"p":null,"other":{}}`), &back))
	assert.True(t, back.P == p, "null changes nothing")
	assert.True(t, back.Other.IsZero(), "and an empty object says that there are none")
	assert.ErrorContains(t, json.Unmarshal([]byte(`{"p":{"a":1}}`), &back), "roles: a property's value is")
	assert.True(t, back.P == p, "what can't be read changes nothing")
}

func TestPropertiesRefuse(t *testing.T) {
	const (
		notObject = "roles: properties are a JSON object of names and values"
		notValue  = "roles: a property's value is true, false, a text, or a list of texts"
		notName   = "roles: a property's name is 1 to 64 lower-case letters, digits and underscores, a letter first"
		twice     = "roles: a property is there twice"
	)
	for text, want := range map[string]string{
		"x": notObject, "null": notObject, "[]": notObject, `"a"`: notObject, "1": notObject, "true": notObject, "{": notObject, `{"a":true}{}`: notObject,
		`{"a":true,}`: notObject, `{'a':true}`: notObject, "{\"a\":\"\xff\"}": notObject, `{"a":"\ud800"}`: notObject, `{"a":"\udc00\ud800"}`: notObject,
		`{"a":"\ud83dx"}`: notObject, `{"a":"\udc00\udc00"}`: notObject, "\ufeff{}": notObject,
		`{"a":null}`: notValue, `{"a":1}`: notValue, `{"a":{}}`: notValue, `{"a":["b",true]}`: notValue, `{"a":[["b"]]}`: notValue,
		`{"":true}`: notName, `{"A":true}`: notName, `{"a b":true}`: notName, `{"a.b":true}`: notName, `{"é":true}`: notName,
		`{"` + strings.Repeat("a", 65) + `":true}`: notName,
		`{"a":true,"a":true}`:                      twice, `{"a":true,"b":false,"\u0061":"x"}`: twice,
	} {
		p, err := roles.ParseProperties(text)
		assert.EqualError(t, err, want, text)
		assert.True(t, p.IsZero(), text)
	}
	for text, want := range map[string]string{`{"a":"\ud83d\ude00"}`: "😀", `{"a":"\\ud800"}`: `\ud800`, `{"a":"\ufffd"}`: "\ufffd", `{"a":"\u00e9\\"}`: `é\`} {
		p, err := roles.ParseProperties(text)
		require.NoError(t, err, text)
		v, _ := p.Get("a")
		assert.Equal(t, want, v.String(), text)
	}

	_, err := roles.NewProperties(map[string]roles.Value{"a": roles.Words("85.07.30-033.28 \xff")})
	assert.EqualError(t, err, "roles: a property's text isn't valid UTF-8")
	_, err = roles.NewProperties(map[string]roles.Value{"a": roles.Choices("b", "\xff")})
	assert.EqualError(t, err, "roles: a property's text isn't valid UTF-8")
	_, err = roles.NewProperties(map[string]roles.Value{"a b": roles.Is(true)})
	assert.EqualError(t, err, notName)
	assert.Panics(t, func() { roles.MustProperties(map[string]roles.Value{"": roles.Is(true)}) })
}

func TestPropertiesBounds(t *testing.T) {
	values := map[string]roles.Value{}
	for i := range roles.MaxProperties {
		values[fmt.Sprintf("p%d", i)] = roles.Is(true)
	}
	values["p_none"] = roles.Value{}
	p, err := roles.NewProperties(values)
	require.NoError(t, err)
	assert.Equal(t, 32, p.Len())
	values["p32"] = roles.Is(true)
	_, err = roles.NewProperties(values)
	assert.EqualError(t, err, "roles: there are at most 32 properties, here 33")

	fits := strings.Repeat("x", 4096-len(`{"a":""}`))
	p, err = roles.NewProperties(map[string]roles.Value{"a": roles.Words(fits)})
	require.NoError(t, err)
	assert.Len(t, p.Text(), 4096)
	again, err := roles.ParseProperties(p.Text())
	require.NoError(t, err)
	assert.True(t, again == p)
	_, err = roles.NewProperties(map[string]roles.Value{"a": roles.Words(fits + "x")})
	assert.EqualError(t, err, "roles: properties have at most 4096 bytes of JSON, these 4097")
	escaped := `{"a":"` + strings.Repeat(`\u0078`, len(fits)) + `"}`
	again, err = roles.ParseProperties(escaped)
	require.NoError(t, err, "a longer spelling of what fits")
	assert.True(t, again == p)
	_, err = roles.ParseProperties(strings.Repeat(" ", 1<<20) + "{}")
	assert.ErrorContains(t, err, "at most 4096 bytes")
	_, err = roles.ParseProperties(`{"a":` + strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000) + `}`)
	assert.Error(t, err)
}

// They stand in structs that are compared and used as keys.
func TestPropertiesCompare(t *testing.T) {
	a, b := roles.Assignment{Properties: roles.MustProperties(some())}, roles.Assignment{Properties: roles.MustProperties(some())}
	assert.True(t, a == b)
	assert.Len(t, map[roles.Properties]bool{a.Properties: true, b.Properties: true, {}: true}, 2)
}

func FuzzParseProperties(f *testing.F) {
	for _, seed := range []string{"", "{}", someText, `{"a":[ "b", "a" ],"b":false}`, `{"a":"\ud83d\ude00","a":1}`, `{"a":"\ud800"}`, `{"a":null}`, `{"a":[]}`, "{\"a\":\"\xff\"}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := roles.ParseProperties(text)
		if err != nil {
			if !p.IsZero() {
				t.Fatalf("%q gives %v beside an error", text, p)
			}
			return
		}
		again, err := roles.ParseProperties(p.Text())
		if err != nil || again != p || again.Text() != p.Text() {
			t.Fatalf("%q reads as %q, and that as %q: %v", text, p.Text(), again.Text(), err)
		}
		if len(p.Text()) > 4096 || p.Len() > roles.MaxProperties {
			t.Fatalf("%q is past the bounds", text)
		}
		values := map[string]roles.Value{}
		for name, v := range p.All() {
			if got, ok := p.Get(name); !ok || got != v || v.IsZero() {
				t.Fatalf("%q: %s is %v, or %v", text, name, v, got)
			}
			// Each value is what its accessors say, and nothing else.
			_, isBool := v.Bool()
			s, isText := v.Text()
			list, isList := v.Choices()
			made := roles.Words(s)
			switch {
			case isBool && !isText && !isList:
				made = roles.Is(v.String() == "true")
			case isList && !isBool && !isText:
				made = roles.Choices(list...)
			case !isText || isBool || isList:
				t.Fatalf("%q: %s is of no kind or of two", text, name)
			}
			if made != v {
				t.Fatalf("%q: %s is %v, made anew %v", text, name, v, made)
			}
			values[name] = v
		}
		if made, err := roles.NewProperties(values); err != nil || made != p {
			t.Fatalf("%q: made anew it is %v: %v", text, made, err)
		}
		// encoding/json reads what is written as the same.
		var plain, back map[string]any
		if text != "" {
			if err := json.Unmarshal([]byte(text), &plain); err != nil {
				t.Fatalf("%q was read, and isn't JSON: %v", text, err)
			}
		}
		if err := json.Unmarshal([]byte(p.String()), &back); err != nil {
			t.Fatalf("%q is written as %q: %v", text, p, err)
		}
		for name, v := range plain {
			if list, ok := v.([]any); ok { // sorted and without repeats
				for _, item := range list {
					if !slices.Contains(back[name].([]any), item) {
						t.Fatalf("%q lost %v", text, item)
					}
				}
			} else if back[name] != v {
				t.Fatalf("%q: %s was %v, is %v", text, name, v, back[name])
			}
		}
		if len(plain) != len(back) {
			t.Fatalf("%q is written as %q", text, p)
		}
	})
}
