package invitation_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

func testTemplate() invitation.Template {
	return invitation.Template{
		Name: "L’équipe de rédaction", Description: "Pour qui arrive\nen cours d'année",
		Lines: []invitation.TemplateLine{
			{Role: roles.Editor},
			{Role: visitor, Unit: unitA, Delay: 21, Days: 30},
			{Role: clerk, Delay: 1, Days: 1, Properties: clerkAnswers()},
		},
		Message: "Bonjour,\r\nbienvenue", Days: 14, Language: roles.French,
	}
}

func fullTemplate() invitation.Template {
	t := testTemplate()
	t.ID, t.Enterprise, t.CreatedBy = invitation.TemplateID{UUID: id(1)}, roles.EnterpriseID{UUID: id(2)}, roles.PersonID{UUID: id(3)}
	t.CreatedAs, t.CreatedAt, t.RetiredAt, t.Version = roles.ByCoGAP, deadline, deadline.AddDate(0, 1, 0), 4
	return t
}

func TestTemplateJSON(t *testing.T) {
	checkRoundTrip(t, fullTemplate(), fullTemplate())
	full := fullTemplate().Lines[1]
	full.Properties = clerkAnswers()
	requireFull(t, reflect.ValueOf(full), "TemplateLine")
	checkRoundTrip(t, full, full)

	data, err := json.Marshal(invitation.Template{Lines: []invitation.TemplateLine{{Role: roles.Editor}}})
	require.NoError(t, err)
	for _, name := range []string{"description", "message", "days", "delay", "unit", "properties", "language", "retired_at"} {
		assert.NotContains(t, string(data), `"`+name+`"`, "empty")
	}
}

func TestTemplateLines(t *testing.T) {
	got := testTemplate().LinesFrom(today)
	assert.Equal(t, []invitation.Line{
		{Role: roles.Editor, Period: roles.From(day("2026-03-10"))},
		{Role: visitor, Unit: unitA, Period: roles.Between(day("2026-03-31"), day("2026-04-29"))},
		{Role: clerk, Period: roles.Between(day("2026-03-11"), day("2026-03-11")), Properties: clerkAnswers()},
	}, got)
	assert.Equal(t, testTemplate().Lines, invitation.TemplateLinesOf(got, today))
	assert.Equal(t, got[1], testTemplate().Lines[1].Line(today))

	// Sent on another day it is for other days, of the same number.
	leap := testTemplate().LinesFrom(day("2028-02-08"))
	assert.Equal(t, roles.Between(day("2028-02-29"), day("2028-03-29")), leap[1].Period)

	assert.Empty(t, invitation.Template{}.LinesFrom(today))
	assert.Empty(t, invitation.TemplateLinesOf(nil, today))
}

// Lines of an invitation for today and later come back as they were, on a day
// of any year and on those on which the clocks move.
func TestTemplateLinesRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 27))
	for range 2_000 {
		on := day("1990-01-01").AddDays(r.IntN(40_000))
		var lines []invitation.Line
		for range r.IntN(4) {
			start := on.AddDays(r.IntN(800))
			l := invitation.Line{Role: roles.Editor, Period: roles.From(start)}
			if r.IntN(2) == 0 {
				l.Period = roles.Between(start, start.AddDays(r.IntN(8_000)))
			}
			lines = append(lines, l)
		}
		of := invitation.Template{Lines: invitation.TemplateLinesOf(lines, on)}
		for i, back := range of.LinesFrom(on) {
			require.Equal(t, lines[i], back, "on %s", on)
		}
		require.Equal(t, of.Lines, invitation.TemplateLinesOf(of.LinesFrom(on.AddDays(77)), on.AddDays(77)), "on another day")
	}
}

// What isn't a period never becomes one without an end.
func TestTemplateLinesOfWhatIsNoPeriod(t *testing.T) {
	for name, p := range map[string]roles.Period{
		"none": {}, "no first day": roles.Between(roles.Date{}, today), "no last day": roles.Between(today, roles.Date{}),
		"turned round": roles.Between(today.AddDays(1), today), "no such day": roles.From(roles.Date{Year: 2026, Month: 2, Day: 30}),
		"the calendar's last": roles.Between(today, day("9999-12-31")),
	} {
		template := testTemplate()
		template.Lines = invitation.TemplateLinesOf([]invitation.Line{{Role: roles.Editor, Period: p}}, today)
		assert.Equal(t, []at{{"lines[0].days", "malformed"}}, found(t, template.Validate(testRules())), name)
		assert.True(t, template.Lines[0].Line(today).Period.IsZero(), name)
	}
	template := testTemplate()
	template.Lines = invitation.TemplateLinesOf([]invitation.Line{{Role: roles.Editor, Period: roles.From(today.AddDays(-1))}}, today)
	assert.Equal(t, []at{{"lines[0].delay", "malformed"}}, found(t, template.Validate(testRules())), "it began yesterday")
	for _, l := range []invitation.TemplateLine{{Delay: -1}, {Days: -1}, {Delay: 36_501}, {Days: 36_501}, {Delay: 1 << 62}, {Days: 1 << 62}} {
		l.Role = roles.Editor
		assert.True(t, l.Line(today).Period.IsZero(), "%+v", l)
	}
}

func TestTemplateProblems(t *testing.T) {
	require.Empty(t, testTemplate().Validate(testRules()))
	require.Empty(t, fullTemplate().Validate(testRules()))
	line := func(change func(l *invitation.TemplateLine)) func(*invitation.Template) {
		return func(t *invitation.Template) { change(&t.Lines[1]) }
	}
	manyLines := func(n int) func(*invitation.Template) {
		return func(t *invitation.Template) {
			t.Lines = nil
			for i := range n {
				t.Lines = append(t.Lines, invitation.TemplateLine{Role: roles.Editor, Delay: i, Days: 1})
			}
		}
	}
	for _, c := range []struct {
		field, code string // none: it is in order
		change      func(*invitation.Template)
	}{
		{"name", "required", func(t *invitation.Template) { t.Name = " " }},
		{"name", "malformed", func(t *invitation.Template) { t.Name = "a\nb" }},
		{"name", "too_long", func(t *invitation.Template) { t.Name = strings.Repeat("é", 101) }},
		{"", "", func(t *invitation.Template) { t.Name = strings.Repeat("é", 100) }},
		{"description", "malformed", func(t *invitation.Template) { t.Description = "a\x00" }},
		{"description", "too_long", func(t *invitation.Template) { t.Description = strings.Repeat("é", 1_001) }},
		{"", "", func(t *invitation.Template) { t.Description = strings.Repeat("é", 1_000) }},
		{"", "", func(t *invitation.Template) { t.Description, t.Message, t.Language, t.Days = "", "", "", 0 }},
		{"lines", "required", func(t *invitation.Template) { t.Lines = nil }},
		{"lines", "too_many", manyLines(51)},
		{"", "", manyLines(50)},
		{"lines[1].role", "required", line(func(l *invitation.TemplateLine) { l.Role = "" })},
		{"lines[1].role", "unknown", line(func(l *invitation.TemplateLine) { l.Role = "archive.nobody" })},
		{"lines[1].role", "not_grantable", line(func(l *invitation.TemplateLine) { l.Role = keeper })},
		{"lines[1].role", "retired", line(func(l *invitation.TemplateLine) { l.Role = retired })},
		{"lines[1].unit", "unknown", line(func(l *invitation.TemplateLine) { l.Unit.UUID = id(33) })},
		{"lines[1].delay", "malformed", line(func(l *invitation.TemplateLine) { l.Delay = -1 })},
		{"lines[1].delay", "too_far", line(func(l *invitation.TemplateLine) { l.Delay = 36_501 })},
		{"lines[1].delay", "too_far", line(func(l *invitation.TemplateLine) { l.Delay = 1 << 62 })},
		{"", "", line(func(l *invitation.TemplateLine) { l.Delay = 36_500 })},
		{"lines[1].days", "malformed", line(func(l *invitation.TemplateLine) { l.Days = -1 })},
		{"lines[1].days", "too_far", line(func(l *invitation.TemplateLine) { l.Days = 31 })}, // the role's own limit
		{"lines[1].days", "too_far", line(func(l *invitation.TemplateLine) { l.Days = 0 })},
		{"lines[0].days", "too_far", func(t *invitation.Template) { t.Lines[0].Days = 36_501 }},
		{"", "", func(t *invitation.Template) { t.Lines[0].Days = 36_500 }},
		{"lines[1]", "duplicate", line(func(l *invitation.TemplateLine) { *l = invitation.TemplateLine{Role: roles.Editor, Delay: 9} })},
		{"lines[1].properties.note", "unknown", line(func(l *invitation.TemplateLine) { l.Properties = clerkAnswers() })},
		{"lines[2].properties.region", "required", func(t *invitation.Template) { t.Lines[2].Properties = note("x") }},
		{"message", "malformed", func(t *invitation.Template) { t.Message = "a\u202eb" }},
		{"message", "too_long", func(t *invitation.Template) { t.Message = strings.Repeat("é", 2_001) }},
		{"days", "malformed", func(t *invitation.Template) { t.Days = -1 }},
		{"days", "too_far", func(t *invitation.Template) { t.Days = 366 }},
		{"", "", func(t *invitation.Template) { t.Days = 365 }},
		{"language", "unknown", func(t *invitation.Template) { t.Language = "it" }},
	} {
		template := testTemplate()
		c.change(&template)
		got := found(t, template.Validate(testRules()))
		switch c.field {
		case "":
			assert.Empty(t, got)
		case "lines[1].properties.note": // both of the answers are of another role
			assert.Equal(t, []at{{"lines[1].properties.note", "unknown"}, {"lines[1].properties.region", "unknown"}}, got)
		default:
			assert.Equal(t, []at{{c.field, c.code}}, got, "%s %s", c.field, c.code)
		}
	}
}

func TestTemplateTellsEverythingAtOnce(t *testing.T) {
	assert.Equal(t, []at{{"name", "required"}, {"lines", "required"}}, found(t, invitation.Template{}.Validate(testRules())))
	template := invitation.Template{Name: "a\tb", Description: "\x00", Message: "\x00", Days: 400, Language: "xx", Lines: []invitation.TemplateLine{
		{Delay: -1, Days: -1}, {Role: clerk, Unit: roles.UnitID{UUID: id(40)}, Days: 1, Properties: note("a\nb")},
	}}
	assert.Equal(t, []at{
		{"name", "malformed"}, {"description", "malformed"}, {"lines[0].role", "required"}, {"lines[1].unit", "unknown"},
		{"lines[0].delay", "malformed"}, {"lines[0].days", "malformed"}, {"lines[1].properties.region", "required"}, {"lines[1].properties.note", "malformed"},
		{"message", "malformed"}, {"days", "too_far"}, {"language", "unknown"},
	}, found(t, template.Validate(testRules())))

	// A length that isn't right is told, and not also that it meets another.
	template = testTemplate()
	template.Lines = []invitation.TemplateLine{{Role: visitor, Days: 30}, {Role: visitor, Days: 31}}
	assert.Equal(t, []at{{"lines[1].days", "too_far"}}, found(t, template.Validate(testRules())))

	// What a portal forgot to say lets nothing through.
	rules := testRules()
	rules.Today = roles.Date{}
	problems := found(t, testTemplate().Validate(rules))
	assert.Equal(t, at{"lines[0].delay", "malformed"}, problems[0])
	assert.Len(t, found(t, testTemplate().Validate(invitation.Rules{Today: today})), 4, "no catalogue, and no units")
}
