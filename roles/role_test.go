package roles_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/egovroles/egovroles/roles"
)

func TestCodeApplication(t *testing.T) {
	for code, want := range map[roles.Code]roles.ApplicationCode{
		"monespace.editor": "monespace", "monespace": "monespace", "a.b.c": "a", ".editor": "", "": "",
	} {
		assert.Equal(t, want, code.Application(), code)
	}
}

func TestParseLanguage(t *testing.T) {
	for text, want := range map[string]roles.Language{
		"fr": roles.French, "nl-BE": roles.Dutch, "DE_be": roles.German, " en ": roles.English, "fr-BE-x-ministry": roles.French,
	} {
		got, ok := roles.ParseLanguage(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "-", "fra", "f", "it", "-fr"} {
		got, ok := roles.ParseLanguage(text)
		assert.False(t, ok, text)
		assert.Empty(t, got, text)
	}
}

func TestLanguagesIsACopy(t *testing.T) {
	roles.Languages()[0] = "xx"
	assert.Equal(t, []roles.Language{"fr", "nl", "de", "en"}, roles.Languages())
}

func TestLabelsIn(t *testing.T) {
	all := roles.Labels{FR: "f", NL: "n", DE: "d", EN: "e"}
	assert.Equal(t, "f", all.In(roles.French))
	assert.Equal(t, "n", all.In(roles.Dutch))
	assert.Equal(t, "d", all.In(roles.German))
	assert.Equal(t, "e", all.In(roles.English))
	assert.Equal(t, "e", all.In("it"), "English where the language is unknown")
	assert.Equal(t, "e", roles.Labels{FR: "f", EN: "e"}.In(roles.Dutch))
	assert.Equal(t, "f", roles.Labels{FR: "f", NL: "n", DE: "d"}.In(roles.English))
	assert.Equal(t, "n", roles.Labels{NL: "n", DE: "d"}.In(roles.English))
	assert.Equal(t, "d", roles.Labels{DE: "d"}.In(roles.English))
	assert.Empty(t, roles.Labels{}.In(roles.French))
}

func TestMayBeGrantedBy(t *testing.T) {
	const all = roles.ByGAP | roles.ByCoGAP | roles.ByAccessManager | roles.ByManagingRole
	for granted := range all + 1 {
		role := roles.Role{GrantedBy: granted}
		effective := granted
		if granted == 0 {
			effective = roles.ByGAP | roles.ByCoGAP | roles.ByAccessManager // a managing role must be named
		}
		for by := range all + 1 {
			want := false
			for _, kind := range []roles.Grantors{roles.ByGAP, roles.ByCoGAP, roles.ByAccessManager, roles.ByManagingRole} {
				want = want || by&kind != 0 && effective&kind != 0
			}
			assert.Equal(t, want, role.MayBeGrantedBy(by), "granted by %b, asked %b", granted, by)
			retired := role
			retired.Retired = true
			assert.False(t, retired.MayBeGrantedBy(by), "retired, granted by %b, asked %b", granted, by)
		}
	}
}
