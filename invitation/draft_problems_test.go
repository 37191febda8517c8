package invitation_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Every problem that a draft can have, one by one, in a draft that is valid
// otherwise: exactly at its step, and in the summary.
func TestDraftProblems(t *testing.T) {
	lacking := roles.Date{Year: 2026, Month: 2, Day: 30}
	period := func(p roles.Period) func(*invitation.Draft) {
		return func(d *invitation.Draft) { d.Lines[1].Period = p }
	}
	for _, c := range []struct {
		step        invitation.Step
		field, code string
		change      func(d *invitation.Draft)
	}{
		{1, "enterprise", "required", func(d *invitation.Draft) { d.Enterprise = roles.EnterpriseID{} }},

		{2, "lines", "required", func(d *invitation.Draft) { d.Lines = nil }},
		{2, "lines", "required", func(d *invitation.Draft) { d.Lines = []invitation.Line{} }},
		{2, "lines", "too_many", func(d *invitation.Draft) { d.Lines = manyLines(51) }},
		{2, "lines[1].role", "required", func(d *invitation.Draft) { d.Lines[1].Role = "" }},
		{2, "lines[0].role", "unknown", func(d *invitation.Draft) { d.Lines[0].Role = "monespace.nobody" }},
		{2, "lines[0].role", "unknown", func(d *invitation.Draft) { d.Lines[0].Role = "MONESPACE.EDITOR" }},
		{2, "lines[0].role", "unknown", func(d *invitation.Draft) { d.Lines[0].Role = " monespace.editor" }},
		{2, "lines[0].role", "unknown", func(d *invitation.Draft) { d.Lines[0].Role = "Éditeur de dossiers" }},
		{2, "lines[0].role", "not_grantable", func(d *invitation.Draft) { d.Lines[0].Role = keeper }},
		{2, "lines[0].role", "retired", func(d *invitation.Draft) { d.Lines[0].Role = retired }},
		{2, "lines[1].unit", "unknown", func(d *invitation.Draft) { d.Lines[1].Unit = roles.UnitID{UUID: id(33)} }},

		{3, "lines[1].period.start", "required", period(roles.Between(roles.Date{}, day("2026-04-30")))},
		{3, "lines[1].period.end", "required", period(roles.Between(day("2026-04-01"), roles.Date{}))},
		{3, "lines[1].period.start", "malformed", period(roles.Between(lacking, day("2026-04-30")))},
		{3, "lines[1].period.end", "malformed", period(roles.Between(day("2026-02-20"), lacking))},
		{3, "lines[1].period.end", "end_before_start", period(roles.Between(day("2026-04-02"), day("2026-04-01")))},
		{3, "lines[1].period.end", "too_far", period(roles.Between(day("9999-12-31"), day("9999-12-31")))},
		{3, "lines[1].period.start", "in_the_past", period(roles.Between(day("2026-03-09"), day("2026-03-31")))},
		{3, "lines[1].period.end", "too_far", period(roles.Between(day("2026-04-01"), day("2026-05-01")))},
		{3, "lines[1].period.end", "too_far", period(roles.From(day("2026-04-01")))},
		{3, "lines[1].period", "duplicate", func(d *invitation.Draft) { d.Lines[1] = d.Lines[0] }},

		{3, "lines[1].properties.note", "unknown", func(d *invitation.Draft) { d.Lines[1].Properties = note("x") }},
		{3, "lines[0].properties.region", "required", func(d *invitation.Draft) { d.Lines[0].Role = clerk }},
		{3, "lines[0].properties.region", "required", clerks(map[string]roles.Value{"region": roles.Choices()})},
		{3, "lines[0].properties.region", "wrong_kind", clerks(map[string]roles.Value{"region": roles.Choice("north")})},
		{3, "lines[0].properties.region", "not_an_option", clerks(map[string]roles.Value{"region": roles.Choices("north", "east")})},
		{3, "lines[0].properties.note", "too_long", clerks(map[string]roles.Value{"region": roles.Choices("north"), "note": roles.Words(strings.Repeat("é", 21))})},
		{3, "lines[0].properties.note", "malformed", clerks(map[string]roles.Value{"region": roles.Choices("north"), "note": roles.Words("a\nBcc: b")})},

		{4, "recipients", "required", func(d *invitation.Draft) { d.Recipients = nil }},
		{4, "recipients", "too_many", func(d *invitation.Draft) { d.Recipients = manyRecipients(10_001) }},
		{4, "recipients[1].given_name", "required", func(d *invitation.Draft) { d.Recipients[1].GivenName = " \u00a0" }},
		{4, "recipients[1].given_name", "malformed", func(d *invitation.Draft) { d.Recipients[1].GivenName = "Anne\nBcc: x" }},
		{4, "recipients[1].given_name", "too_long", func(d *invitation.Draft) { d.Recipients[1].GivenName = strings.Repeat("é", 101) }},
		{4, "recipients[0].family_name", "required", func(d *invitation.Draft) { d.Recipients[0].FamilyName = "" }},
		{4, "recipients[0].family_name", "malformed", func(d *invitation.Draft) { d.Recipients[0].FamilyName = "Du\u202ebois" }},
		{4, "recipients[0].family_name", "too_long", func(d *invitation.Draft) { d.Recipients[0].FamilyName = strings.Repeat("𠮷", 101) }},
		{4, "recipients[0].email", "required", func(d *invitation.Draft) { d.Recipients[0].Email = invitation.Email{} }},
		{4, "recipients[1].email", "duplicate", func(d *invitation.Draft) { d.Recipients[1].Email = invitation.MustParseEmail("ANNE@EXAMPLE.BE") }},
		{4, "recipients[1].person", "duplicate", func(d *invitation.Draft) { d.Recipients[0].Person = d.Recipients[1].Person }},
		{4, "recipients[0].language", "unknown", func(d *invitation.Draft) { d.Recipients[0].Language = "it" }},
		{4, "recipients[0].language", "unknown", func(d *invitation.Draft) { d.Recipients[0].Language = "FR" }},
		{4, "recipients[0].language", "unknown", func(d *invitation.Draft) { d.Recipients[0].Language = "fr-BE" }},

		{5, "message", "malformed", func(d *invitation.Draft) { d.Message = "a\x00b" }},
		{5, "message", "malformed", func(d *invitation.Draft) { d.Message = "a\u202eb" }},
		{5, "message", "malformed", func(d *invitation.Draft) { d.Message = "a\xffb" }},
		{5, "message", "too_long", func(d *invitation.Draft) { d.Message = strings.Repeat("é", 2_001) }},
		{5, "expires", "required", func(d *invitation.Draft) { d.Expires = roles.Date{} }},
		{5, "expires", "malformed", func(d *invitation.Draft) { d.Expires = lacking }},
		{5, "expires", "in_the_past", func(d *invitation.Draft) { d.Expires = day("2026-03-09") }},
		{5, "expires", "too_far", func(d *invitation.Draft) { d.Expires = day("2027-03-11") }},
	} {
		d := testDraft()
		c.change(&d)
		t.Run(c.field+" "+c.code, func(t *testing.T) {
			requireOnly(t, d, testRules(), c.step, at{c.field, c.code})
		})
	}
}

// clerks makes the first line that of a clerk with these properties.
func clerks(values map[string]roles.Value) func(*invitation.Draft) {
	return func(d *invitation.Draft) {
		d.Lines[0].Role, d.Lines[0].Properties = clerk, roles.MustProperties(values)
	}
}

// Whatever else is wrong with a line, its properties are looked into, and they
// don't tell two lines apart (D26).
func TestDraftProperties(t *testing.T) {
	d := testDraft()
	d.Lines = []invitation.Line{
		{Role: clerk, Period: roles.From(today), Properties: clerkAnswers()},
		{Role: clerk, Period: roles.From(today), Properties: roles.MustProperties(map[string]roles.Value{"region": roles.Choices("south")})},
		{Role: clerk, Properties: note("x")},
		{Role: "archive.nobody", Period: roles.From(today), Properties: note("x")}, // nobody knows what it asks
		{Role: clerk, Unit: unitA, Period: roles.From(today), Properties: clerkAnswers()},
	}
	assert.Equal(t, []at{
		{"lines[1].period", "duplicate"}, {"lines[2].period.start", "required"}, {"lines[2].period.end", "required"}, {"lines[2].properties.region", "required"},
	}, found(t, d.Validate(invitation.StepProperties, testRules())))
}

// The texts are for a developer's eyes and may end up in a log: none repeats
// what was typed.
func TestDraftProblemsRepeatNothing(t *testing.T) {
	const typed = "85073003328"
	d := testDraft()
	d.Lines[0].Role = typed
	d.Recipients[0].GivenName, d.Recipients[0].FamilyName, d.Recipients[0].Language = typed+"\x00", strings.Repeat(typed, 20), typed
	d.Message = typed + "\x00"
	problems := d.Validate(invitation.StepSummary, testRules())
	require.Len(t, problems, 5)
	clerks(map[string]roles.Value{"region": roles.Choices(typed), "note": roles.Words(typed + "\x00")})(&d)
	problems = d.Validate(invitation.StepSummary, testRules())
	require.Len(t, problems, 6)
	assert.NotContains(t, problems.Error(), typed)
	assert.NotContains(t, invitation.ValidateReason(typed+"\x00").Error(), typed)
	assert.NotContains(t, invitation.ValidateName(typed+"\x00").Error(), typed)
}

func TestValidateLine(t *testing.T) {
	line := invitation.Line{Role: visitor, Unit: unitB, Period: roles.Between(today, today.AddDays(29))}
	assert.Empty(t, invitation.ValidateLine(line, testRules()))
	assert.Equal(t, []at{{"role", "required"}, {"period.start", "required"}, {"period.end", "required"}},
		found(t, invitation.ValidateLine(invitation.Line{}, testRules())))
	assert.Equal(t, []at{{"role", "not_grantable"}, {"unit", "unknown"}, {"period.start", "in_the_past"}},
		found(t, invitation.ValidateLine(invitation.Line{Role: keeper, Unit: roles.UnitID{UUID: id(33)}, Period: roles.From(today.AddDays(-1))}, testRules())))
	line.Period = roles.From(today)
	assert.Equal(t, []at{{"period.end", "too_far"}}, found(t, invitation.ValidateLine(line, testRules())))
	line = invitation.Line{Role: clerk, Period: roles.From(today), Properties: clerkAnswers()}
	assert.Empty(t, invitation.ValidateLine(line, testRules()))
	line.Properties = note("x")
	assert.Equal(t, []at{{"properties.region", "required"}}, found(t, invitation.ValidateLine(line, testRules())))
	assert.Equal(t, []at{{"role", "retired"}}, found(t, invitation.ValidateLine(invitation.Line{Role: retired, Period: roles.From(today)}, testRules())))
}

func TestInviteeValidate(t *testing.T) {
	assert.Empty(t, invitee("anne@example.be").Validate())
	assert.Equal(t, []at{{"given_name", "required"}, {"family_name", "required"}, {"email", "required"}}, found(t, invitation.Invitee{}.Validate()))
	for _, lang := range roles.Languages() {
		v := invitee("anne@example.be")
		v.Language = lang
		assert.Empty(t, v.Validate())
	}
}

// MayGrant is asked about the catalogue's role and nothing else.
func TestMayGrantIsAskedAboutTheRole(t *testing.T) {
	var asked []roles.Code
	rules := testRules()
	rules.MayGrant = func(r roles.Role) bool {
		asked = append(asked, r.Code)
		want, _ := rules.Catalogue.Role(r.Code)
		assert.Equal(t, want, r)
		return true
	}
	d := testDraft()
	d.Lines = append(d.Lines, invitation.Line{Role: "monespace.nobody", Period: roles.From(today)}, invitation.Line{Period: roles.From(today)})
	_ = d.Validate(invitation.StepRoles, rules)
	assert.Equal(t, []roles.Code{roles.Editor, visitor}, asked)
}
