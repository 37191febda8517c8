package roles_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/roles"
)

// fullApps uses everything that a catalogue can say.
func fullApps() []roles.Application {
	full := shop()
	full.Domain = "trade"
	full.Roles[0].GrantedBy = roles.ByCoGAP | roles.ByAccessManager | roles.ByManagingRole
	full.Roles[0].Properties = append(formRole().Properties, asked()[0])
	full.Roles[0].Properties[2].MaxLength = 80
	full.Roles[1].Gate, full.Roles[1].Manages, full.Roles[1].FourEyes = "bank", "shop", true
	full.Roles[2].Retired = true
	return []roles.Application{full, bank()}
}

const fullJSON = `{"applications":[
{"code":"shop","domain":"trade","labels":{"fr":"Magasin","nl":"Winkel","de":"Laden","en":"Shop"},
 "actions":[{"action":"see","labels":{"en":"See"}},{"action":"sign","labels":{"en":"Sign"}},{"action":"sell","labels":{"en":"Sell"}}],
 "roles":[
  {"code":"shop.seer","labels":{"en":"Seer"},"actions":["see"],"granted_by":["co_gap","access_manager","managing_role"],"properties":[
    {"name":"yes_no_false","labels":{"en":"Label"},"kind":"yes_no"},
    {"name":"yes_no_true","labels":{"en":"Label"},"kind":"yes_no","mandatory":true},
    {"name":"text_false","labels":{"en":"Label"},"kind":"text","max_length":80},
    {"name":"text_true","labels":{"en":"Label"},"kind":"text","mandatory":true},
    {"name":"date_false","labels":{"en":"Label"},"kind":"date"},
    {"name":"date_true","labels":{"en":"Label"},"kind":"date","mandatory":true},
    {"name":"one_of_false","labels":{"en":"Label"},"kind":"one_of","options":[{"value":"a"},{"value":"B 2","labels":{"en":"Bee"}}]},
    {"name":"one_of_true","labels":{"en":"Label"},"kind":"one_of","options":[{"value":"a"},{"value":"B 2","labels":{"en":"Bee"}}],"mandatory":true},
    {"name":"many_of_false","labels":{"en":"Label"},"kind":"many_of","options":[{"value":"a"},{"value":"B 2","labels":{"en":"Bee"}}]},
    {"name":"many_of_true","labels":{"en":"Label"},"kind":"many_of","options":[{"value":"a"},{"value":"B 2","labels":{"en":"Bee"}}],"mandatory":true},
    {"name":"region","labels":{"en":"Region"},"kind":"many_of","options":[{"value":"north","labels":{"en":"North"}},{"value":"south"}]}]},
  {"code":"shop.signer","labels":{"en":"Signer"},"actions":["see","sign"],"granted_by":["gap"],"max_days":365,"gate":"bank","manages":"shop","four_eyes":true},
  {"code":"shop.idler","labels":{"en":"Idler"},"actions":[],"retired":true}]},
{"code":"bank","labels":{"en":"Bank"},"actions":[{"action":"sign","labels":{"en":"Sign"}},{"action":"pay","labels":{"en":"Pay"}}],
 "roles":[{"code":"bank.signer","labels":{"en":"Signer"},"actions":["sign"]}]}]}`

func TestCatalogueJSON(t *testing.T) {
	c := catalogue(t, fullApps()...)
	data, err := json.Marshal(c)
	require.NoError(t, err)
	var want bytes.Buffer
	require.NoError(t, json.Compact(&want, []byte(fullJSON)))
	assert.Equal(t, want.String(), string(data), "the format, to the letter")

	for name, text := range map[string]string{"as written": string(data), "as laid out above": fullJSON} {
		back, err := roles.ParseCatalogue([]byte(text))
		require.NoError(t, err, name)
		assert.Equal(t, c.Version(), back.Version(), name)
		assert.Equal(t, fullApps(), back.Applications(), name)
	}
	for name, c := range map[string]*roles.Catalogue{"Mon Espace": roles.MonEspace(), "both guides": roles.MonEspaceAndCalista(), "64 actions": catalogue(t, wide(64))} {
		data, err := json.MarshalIndent(c, "", "\t")
		require.NoError(t, err, name)
		back, err := roles.ParseCatalogue(data)
		require.NoError(t, err, name)
		assert.Equal(t, c.Version(), back.Version(), name)
		assert.Equal(t, c.Applications(), back.Applications(), name)
	}
	data, err = json.Marshal(&roles.Catalogue{})
	require.NoError(t, err)
	assert.Equal(t, `{"applications":[]}`, string(data))
}

// The version is of the content, so it stays when a later library knows more
// that a catalogue can say. If this fails, what portals have stored no longer
// names the catalogue they have.
func TestVersionStays(t *testing.T) {
	assert.Equal(t, "cf62bdbf94c61ac6", roles.MonEspace().Version())
	assert.Equal(t, "89c4849c7cf14890", catalogue(t, fullApps()...).Version())
}

func TestVersionIgnoresOrderOfProperties(t *testing.T) {
	want := catalogue(t, fullApps()...).Version()
	turned := fullApps()
	p := turned[0].Roles[0].Properties
	p[0], p[10] = p[10], p[0]
	assert.Equal(t, want, catalogue(t, turned...).Version(), "properties")
	o := p[0].Options
	o[0], o[1] = o[1], o[0]
	assert.Equal(t, want, catalogue(t, turned...).Version(), "options")
	assert.NotEqual(t, fullApps(), turned)
}

// Each change breaks the document above in one place, and is told by its path.
func TestParseCatalogueNamesThePath(t *testing.T) {
	type at struct{ field, code string }
	for _, c := range []struct {
		name     string
		old, new string // the first old becomes new
		want     []at
	}{
		{"an unknown action", `"actions":["see","sign"]`, `"actions":["see","burn"]`, []at{{"applications[0].roles[1].actions[1]", "unknown"}}},
		{"an action of another application", `"actions":["sign"]}]}]}`, `"actions":["sign","sell"]}]}]}`, []at{{"applications[1].roles[0].actions[1]", "unknown"}}},
		{"an action twice", `["see","sign"]`, `["see","sign","see"]`, []at{{"applications[0].roles[1].actions[2]", "duplicate"}}},
		{"an action that is a number", `["see","sign"]`, `["see",1]`, []at{{"applications[0].roles[1].actions[1]", "malformed"}}},
		{"actions that are a text", `["see","sign"]`, `"see"`, []at{{"applications[0].roles[1].actions", "malformed"}}},
		{"actions that are null", `["see","sign"]`, `null`, []at{{"applications[0].roles[1].actions", "malformed"}}},
		{"a listed action twice", `{"action":"sell"`, `{"action":"see"`, []at{{"applications[0].actions[2]", "duplicate"}}},
		{"a listed action with a capital", `{"action":"sell"`, `{"action":"Sell"`, []at{{"applications[0].actions[2]", "malformed"}}},
		{"a listed action that is a text", `{"action":"sell","labels":{"en":"Sell"}}`, `"sell"`, []at{{"applications[0].actions[2]", "malformed"}}},
		{"a listed action that is true", `{"action":"see"`, `{"action":true`, []at{{"applications[0].actions[0].action", "malformed"}}},
		{"a label that is a list", `"fr":"Magasin"`, `"fr":["Magasin"]`, []at{{"applications[0].labels.fr", "malformed"}}},
		{"a label in Italian", `"fr":"Magasin"`, `"it":"Negozio"`, []at{{"applications[0].labels.it", "unknown"}}},
		{"labels that are a text", `"labels":{"en":"Bank"}`, `"labels":"Bank"`, []at{{"applications[1].labels", "malformed"}}},
		{"no labels", `"labels":{"en":"Bank"},`, ``, []at{{"applications[1].labels", "required"}}},
		{"empty labels", `"labels":{"en":"Bank"}`, `"labels":{}`, []at{{"applications[1].labels", "required"}}},
		{"an unknown key", `"max_days":365`, `"maxDays":365`, []at{{`applications[0].roles[1]["maxDays"]`, "unknown"}}},
		{"an unknown key of the alphabet", `"max_days":365`, `"colour":"red"`, []at{{"applications[0].roles[1].colour", "unknown"}}},
		{"an odd key", `"max_days":365`, `"max \"days\"":365`, []at{{`applications[0].roles[1]["max \"days\""]`, "unknown"}}},
		{"a key in another case", `"max_days":365`, `"MAX_DAYS":365`, []at{{`applications[0].roles[1]["MAX_DAYS"]`, "unknown"}}},
		{"a key twice", `"max_days":365`, `"max_days":365,"max_days":366`, []at{{"applications[0].roles[1].max_days", "duplicate"}}},
		{"a key twice, spelled otherwise", `"max_days":365`, `"max_days":365,"max_\u0064ays":365`, []at{{"applications[0].roles[1].max_days", "duplicate"}}},
		{"an unknown key of an application", `"domain":"trade"`, `"area":"trade"`, []at{{"applications[0].area", "unknown"}}},
		{"an unknown key at the top", `{"applications":[`, `{"version":1,"applications":[`, []at{{"version", "unknown"}}},
		{"the list twice", `"actions":["sign"]}]}]}`, `"actions":["sign"]}]}],"applications":[]}`, []at{{"applications", "duplicate"}}},
		{"half a day", `"max_days":365`, `"max_days":365.5`, []at{{"applications[0].roles[1].max_days", "malformed"}}},
		{"days in words", `"max_days":365`, `"max_days":"365"`, []at{{"applications[0].roles[1].max_days", "malformed"}}},
		{"more days than there are", `"max_days":365`, `"max_days":1e30`, []at{{"applications[0].roles[1].max_days", "malformed"}}},
		{"negative days", `"max_days":365`, `"max_days":-365`, []at{{"applications[0].roles[1].max_days", "malformed"}}},
		{"an unknown kind of manager", `["gap"]`, `["boss"]`, []at{{"applications[0].roles[1].granted_by[0]", "unknown"}}},
		{"a kind of manager twice", `["gap"]`, `["gap","co_gap","gap"]`, []at{{"applications[0].roles[1].granted_by[2]", "duplicate"}}},
		{"nobody", `["gap"]`, `[]`, []at{{"applications[0].roles[1].granted_by", "required"}}},
		{"a manager's number", `["gap"]`, `1`, []at{{"applications[0].roles[1].granted_by", "malformed"}}},
		{"an unknown gate", `"gate":"bank"`, `"gate":"none"`, []at{{"applications[0].roles[1].gate", "unknown"}}},
		{"its own gate", `"gate":"bank"`, `"gate":"shop"`, []at{{"applications[0].roles[1].gate", "cycle"}}},
		{"a circle", `"actions":["sign"]}]}]}`, `"actions":["sign"],"gate":"shop"}]}]}`, []at{{"applications[1].roles[0].gate", "cycle"}}},
		{"managing nothing known", `"manages":"shop"`, `"manages":"shop.signer"`, []at{{"applications[0].roles[1].manages", "unknown"}}},
		{"four eyes in words", `"four_eyes":true`, `"four_eyes":"yes"`, []at{{"applications[0].roles[1].four_eyes", "malformed"}}},
		{"retired by number", `"retired":true`, `"retired":1`, []at{{"applications[0].roles[2].retired", "malformed"}}},
		{"a role's code without its application", `"shop.idler"`, `"idler"`, []at{{"applications[0].roles[2].code", "malformed"}}},
		{"a role twice", `"shop.idler"`, `"shop.seer"`, []at{{"applications[0].roles[2].code", "duplicate"}}},
		{"a role that is a list", `{"code":"bank.signer","labels":{"en":"Signer"},"actions":["sign"]}`, `[]`, []at{{"applications[1].roles[0]", "malformed"}}},
		{"roles that are an object", `[{"code":"bank.signer","labels":{"en":"Signer"},"actions":["sign"]}]`, `{}`, []at{{"applications[1].roles", "malformed"}}},
		{"an application that is null", `{"code":"bank"`, `null,{"code":"bank"`, []at{{"applications[1]", "malformed"}}},
		{"an application twice", `{"code":"bank","labels":{"en":"Bank"}`, `{"code":"shop","labels":{"en":"Bank"}`,
			[]at{{"applications[0].roles[1].gate", "unknown"}, {"applications[1].code", "duplicate"}, {"applications[1].roles[0].code", "malformed"}}},
		{"a code that is a number, which makes nothing else unknown", `{"code":"bank"`, `{"code":1`, []at{{"applications[1].code", "malformed"}}},
		{"a domain with a space", `"trade"`, `"the trade"`, []at{{"applications[0].domain", "malformed"}}},
		{"an unknown kind of property", `"kind":"date","mandatory"`, `"kind":"day","mandatory"`, []at{{"applications[0].roles[0].properties[5].kind", "unknown"}}},
		{"a property's name twice", `"name":"date_true"`, `"name":"region"`, []at{{"applications[0].roles[0].properties[10].name", "duplicate"}}},
		{"a property's key", `"max_length":80`, `"length":80`, []at{{"applications[0].roles[0].properties[2].length", "unknown"}}},
		{"a long text", `"max_length":80`, `"max_length":8000`, []at{{"applications[0].roles[0].properties[2].max_length", "malformed"}}},
		{"an option that is a text", `{"value":"south"}`, `"south"`, []at{{"applications[0].roles[0].properties[10].options[1]", "malformed"}}},
		{"an option twice", `{"value":"south"}`, `{"value":"north"}`, []at{{"applications[0].roles[0].properties[10].options[1].value", "duplicate"}}},
		{"an option's label", `{"value":"south"}`, `{"value":"south","labels":{"en":7}}`, []at{{"applications[0].roles[0].properties[10].options[1].labels.en", "malformed"}}},
		{"not JSON", `"max_days":365`, `"max_days":365,,`, []at{{"", "malformed"}}},
		{"half a character", `"Magasin"`, `"\ud800"`, []at{{"", "malformed"}}},
		{"no UTF-8", `"Magasin"`, "\"\xff\"", []at{{"", "malformed"}}},
		{"something after", `"actions":["sign"]}]}]}`, `"actions":["sign"]}]}]} {}`, []at{{"", "malformed"}}},
		{"all at once", `"granted_by":["gap"],"max_days":365,"gate":"bank"`, `"granted_by":["gap",2],"max_days":true,"gate":"none","x":{}`, []at{
			{"applications[0].roles[1].x", "unknown"}, {"applications[0].roles[1].granted_by[1]", "malformed"},
			{"applications[0].roles[1].max_days", "malformed"}, {"applications[0].roles[1].gate", "unknown"}}},
	} {
		require.Contains(t, fullJSON, c.old, c.name)
		_, err := roles.ParseCatalogue([]byte(strings.Replace(fullJSON, c.old, c.new, 1)))
		var problems roles.Problems
		require.ErrorAs(t, err, &problems, c.name)
		var got []at
		for _, p := range problems {
			assert.NotEmpty(t, p.Text, c.name)
			assert.Contains(t, err.Error(), p.Field, c.name)
			got = append(got, at{p.Field, p.Code})
		}
		assert.Equal(t, c.want, got, c.name)
	}
}

func TestParseCatalogueShape(t *testing.T) {
	for text, want := range map[string]string{
		``:                       "roles: catalogue: not JSON: line 1, column 1: ",
		`null`:                   "roles: catalogue: wanted an object, this is null",
		`[]`:                     "roles: catalogue: wanted an object, this is a list",
		`"x"`:                    "roles: catalogue: wanted an object, this is a text",
		`12`:                     "roles: catalogue: wanted an object, this is a number",
		`{}`:                     "roles: catalogue: applications: a catalogue needs an application",
		`{"applications":[]}`:    "roles: catalogue: applications: a catalogue needs an application",
		`{"applications":{}}`:    "roles: catalogue: applications: wanted a list, this is an object",
		`{"applications":false}`: "roles: catalogue: applications: wanted a list, this is false",
		`{"applications":[{}]}`:  "roles: catalogue: applications[0].code: ",
		"{\n \"applications\": [\n  {\"code\": \"é\", }]}": "roles: catalogue: not JSON: line 3, column 17: ",
		"{\n\"é\": \"é\\ud800\"}":                          "roles: catalogue: not JSON: line 2, column 8: half of a surrogate pair",
	} {
		c, err := roles.ParseCatalogue([]byte(text))
		assert.Nil(t, c, text)
		if assert.Error(t, err, text) {
			assert.True(t, strings.HasPrefix(err.Error(), want), "%s: %v", text, err)
		}
	}
}

// A small catalogue says no more than it needs to.
func TestParseSmallCatalogue(t *testing.T) {
	c, err := roles.ParseCatalogue([]byte(`{"applications":[{"code":"a","labels":{"en":"A"},"roles":[{"code":"a.user","labels":{"fr":"Utilisateur"}}]}]}`))
	require.NoError(t, err)
	role, ok := c.Role("a.user")
	require.True(t, ok)
	assert.Equal(t, roles.Role{Code: "a.user", Labels: roles.Labels{FR: "Utilisateur"}}, role)
	assert.True(t, role.MayBeGrantedBy(roles.ByGAP))
}

func FuzzParseCatalogue(f *testing.F) {
	for _, seed := range []string{fullJSON, `{}`, `{"applications":[]}`, `{"applications":[{"code":"a","labels":{"en":"A"}}]}`,
		`{"applications":[{"code":1,"labels":{"en":2},"roles":[{"code":"a.b","actions":["x"],"gate":"c"}]}]}`} {
		f.Add([]byte(seed))
	}
	both, err := json.Marshal(roles.MonEspaceAndCalista())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(both)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := roles.ParseCatalogue(data)
		if err != nil {
			var problems roles.Problems
			if c != nil {
				t.Fatal("a catalogue beside an error")
			}
			require.ErrorAs(t, err, &problems)
			require.NotEmpty(t, problems)
			return
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := roles.ParseCatalogue(written)
		if err != nil {
			t.Fatalf("%s is written as %s: %v", data, written, err)
		}
		if back.Version() != c.Version() {
			t.Fatalf("%s is written as %s, which is another", data, written)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(written) {
			t.Fatalf("%s, and then %s: %v", written, again, err)
		}
		// Nothing of the text was passed over: encoding/json, with unknown keys
		// refused, reads it as the same.
		var plain struct {
			Applications []struct {
				Code  string
				Roles []struct{ Code string }
			}
		}
		if err := json.Unmarshal(data, &plain); err != nil {
			t.Fatalf("%s was read, and isn't JSON: %v", data, err)
		}
		apps := c.Applications()
		require.Len(t, plain.Applications, len(apps))
		for i, app := range apps {
			require.Len(t, plain.Applications[i].Roles, len(app.Roles))
		}
		if merged, err := c.After(c); err != nil || merged.Version() != c.Version() {
			t.Fatalf("%s after itself: %v", written, err)
		}
	})
}
