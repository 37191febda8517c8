package invitation_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var today = day("2026-03-10")

// Roles beside those of Mon Espace: one for at most 30 days, one that the
// tests' manager may not give, one that asks for properties, and one that
// nobody may give any more.
const (
	visitor roles.Code = "archive.visitor"
	keeper  roles.Code = "archive.keeper"
	clerk   roles.Code = "archive.clerk"
	retired roles.Code = "archive.scribe"
)

// clerkAnswers are what a clerk's properties may be.
func clerkAnswers() roles.Properties {
	return roles.MustProperties(map[string]roles.Value{"region": roles.Choices("north", "south"), "note": roles.Words("à l'essai")})
}

// note is an answer to the other property alone.
func note(s string) roles.Properties {
	return roles.MustProperties(map[string]roles.Value{"note": roles.Words(s)})
}

var (
	unitA = roles.UnitID{UUID: id(31)}
	unitB = roles.UnitID{UUID: id(32)}
)

func testRules() invitation.Rules {
	catalogue, err := roles.NewCatalogue(roles.MonEspaceRoles(), roles.Application{
		Code: "archive", Labels: roles.Labels{EN: "Archive"}, Actions: []roles.ActionDefinition{{Action: roles.Read, Labels: roles.Labels{EN: "Read"}}},
		Roles: []roles.Role{
			{Code: visitor, Labels: roles.Labels{EN: "Visitor"}, Actions: roles.Actions(roles.Read), MaxDays: 30},
			{Code: keeper, Labels: roles.Labels{EN: "Keeper"}, Actions: roles.Actions(roles.Read), GrantedBy: roles.ByGAP},
			{Code: clerk, Labels: roles.Labels{EN: "Clerk"}, Properties: []roles.Property{
				{Name: "region", Labels: roles.Labels{EN: "Region"}, Kind: roles.ManyOf, Mandatory: true, Options: []roles.Option{{Value: "north"}, {Value: "south"}}},
				{Name: "note", Labels: roles.Labels{EN: "Note"}, Kind: roles.TextProperty, MaxLength: 20},
			}},
			{Code: retired, Labels: roles.Labels{EN: "Scribe"}, Actions: roles.Actions(roles.Read), Retired: true},
		},
	})
	if err != nil {
		panic(err)
	}
	return invitation.Rules{
		Catalogue: catalogue, Today: today, LatestExpiry: day("2027-03-10"),
		MayGrant: func(r roles.Role) bool { return r.MayBeGrantedBy(roles.ByAccessManager) },
		HasUnit:  func(u roles.UnitID) bool { return u == unitA || u == unitB },
	}
}

func testDraft() invitation.Draft {
	return invitation.Draft{
		Enterprise: roles.EnterpriseID{UUID: id(2)},
		Lines: []invitation.Line{
			{Role: roles.Editor, Period: roles.Between(day("2026-04-01"), day("2026-12-31"))},
			{Role: visitor, Unit: unitA, Period: roles.Between(day("2026-04-01"), day("2026-04-30"))},
		},
		Recipients: []invitation.Invitee{
			invitee("anne@example.be"),
			{GivenName: "Jean-Noël", FamilyName: "D’Hondt", Email: invitation.MustParseEmail("Jean@example.be"), Language: roles.German, Person: roles.PersonID{UUID: id(21)}},
		},
		Message: "Bonjour,\n\tà bientôt 😀\r\nAnne", Expires: day("2026-04-09"),
	}
}

func invitee(email string) invitation.Invitee {
	return invitation.Invitee{GivenName: "Anne", FamilyName: "Dubois", Email: invitation.MustParseEmail(email)}
}

// at is a problem without its text.
type at struct{ field, code string }

// found checks that each problem says something, and returns the rest of it.
func found(t *testing.T, problems roles.Problems) (all []at) {
	t.Helper()
	for _, p := range problems {
		assert.NotEmpty(t, p.Text, "%s %s", p.Field, p.Code)
		all = append(all, at{p.Field, p.Code})
	}
	return all
}

var steps = []invitation.Step{
	invitation.StepEnterprise, invitation.StepRoles, invitation.StepProperties, invitation.StepPersons, invitation.StepDetails,
}

// requireOnly requires that the draft has these problems at one step, none at
// the others, and the same in the summary.
func requireOnly(t *testing.T, d invitation.Draft, rules invitation.Rules, step invitation.Step, want ...at) {
	t.Helper()
	for _, s := range steps {
		if s == step {
			require.Equal(t, want, found(t, d.Validate(s, rules)), "step %d", s)
		} else {
			require.Empty(t, d.Validate(s, rules), "step %d", s)
		}
	}
	require.Equal(t, want, found(t, d.Validate(invitation.StepSummary, rules)), "the summary")
}

func TestDraftSteps(t *testing.T) {
	assert.Equal(t, []invitation.Step{1, 2, 3, 4, 5}, steps, "the numbers of the guide's form")
	assert.Equal(t, invitation.Step(6), invitation.StepSummary)
	for _, step := range append(steps, invitation.StepSummary) {
		problems := testDraft().Validate(step, testRules())
		assert.Empty(t, problems)
		assert.NoError(t, problems.Err())
	}
	for _, step := range []invitation.Step{0, -1, 7, 1 << 40} {
		assert.Equal(t, []at{{"step", roles.ProblemUnknown}}, found(t, testDraft().Validate(step, testRules())))
		assert.Equal(t, []at{{"step", roles.ProblemUnknown}}, found(t, invitation.Draft{}.Validate(step, invitation.Rules{})))
	}
}

func TestEmptyDraft(t *testing.T) {
	want := map[invitation.Step][]at{
		invitation.StepEnterprise: {{"enterprise", roles.ProblemRequired}},
		invitation.StepRoles:      {{"lines", roles.ProblemRequired}},
		invitation.StepPersons:    {{"recipients", roles.ProblemRequired}},
		invitation.StepDetails:    {{"expires", roles.ProblemRequired}},
	}
	var all []at
	for _, step := range steps {
		assert.Equal(t, want[step], found(t, invitation.Draft{}.Validate(step, testRules())), "step %d", step)
		all = append(all, want[step]...)
	}
	assert.Equal(t, all, found(t, invitation.Draft{}.Validate(invitation.StepSummary, testRules())))
}

func TestDraftTellsEverythingAtOnce(t *testing.T) {
	d := testDraft()
	d.Enterprise = roles.EnterpriseID{}
	d.Lines = []invitation.Line{
		{Role: "", Unit: roles.UnitID{UUID: id(99)}},
		{Role: keeper, Period: roles.From(day("2026-03-09"))},
		{Role: visitor, Period: roles.From(today)},
		{Role: roles.Reader, Period: roles.From(today)},
		{Role: roles.Reader, Period: roles.Between(day("2030-01-01"), day("2030-01-31"))},
	}
	d.Recipients = []invitation.Invitee{
		{},
		{GivenName: "A\nB", FamilyName: "C", Email: invitation.MustParseEmail("anne@example.be"), Language: "it", Person: roles.PersonID{UUID: id(21)}},
		{GivenName: "Anne", FamilyName: "\u202eC", Email: invitation.MustParseEmail("ANNE@Example.be"), Person: roles.PersonID{UUID: id(21)}},
	}
	d.Message = "\x00"
	d.Expires = day("2027-03-11")
	want := map[invitation.Step][]at{
		invitation.StepEnterprise: {{"enterprise", "required"}},
		invitation.StepRoles:      {{"lines[0].role", "required"}, {"lines[0].unit", "unknown"}, {"lines[1].role", "not_grantable"}},
		invitation.StepProperties: {
			{"lines[0].period.start", "required"}, {"lines[0].period.end", "required"}, {"lines[1].period.start", "in_the_past"},
			{"lines[2].period.end", "too_far"}, {"lines[4].period", "duplicate"},
		},
		invitation.StepPersons: {
			{"recipients[0].given_name", "required"}, {"recipients[0].family_name", "required"}, {"recipients[0].email", "required"},
			{"recipients[1].given_name", "malformed"}, {"recipients[1].language", "unknown"},
			{"recipients[2].family_name", "malformed"}, {"recipients[2].email", "duplicate"}, {"recipients[2].person", "duplicate"},
		},
		invitation.StepDetails: {{"message", "malformed"}, {"expires", "too_far"}},
	}
	var all []at
	for _, step := range steps {
		assert.Equal(t, want[step], found(t, d.Validate(step, testRules())), "step %d", step)
		all = append(all, want[step]...)
	}
	assert.Equal(t, all, found(t, d.Validate(invitation.StepSummary, testRules())))
	assert.Error(t, d.Validate(invitation.StepSummary, testRules()).Err())
}

// What a portal forgot to say lets nothing through, except MayGrant.
func TestRulesLeftOut(t *testing.T) {
	rules := testRules()
	rules.Catalogue = nil
	requireOnly(t, testDraft(), rules, invitation.StepRoles, at{"lines[0].role", "unknown"}, at{"lines[1].role", "unknown"})

	rules = testRules()
	rules.HasUnit = nil
	requireOnly(t, testDraft(), rules, invitation.StepRoles, at{"lines[1].unit", "unknown"})

	rules = testRules()
	rules.LatestExpiry = roles.Date{}
	requireOnly(t, testDraft(), rules, invitation.StepDetails, at{"expires", "too_far"})

	rules = testRules()
	rules.Today = roles.Date{}
	assert.Equal(t, []at{{"lines[0].period.start", "in_the_past"}, {"lines[1].period.start", "in_the_past"}, {"expires", "in_the_past"}},
		found(t, testDraft().Validate(invitation.StepSummary, rules)))

	rules = testRules()
	rules.MayGrant = nil
	d := testDraft()
	d.Lines[0].Role = keeper
	assert.Empty(t, d.Validate(invitation.StepSummary, rules))
}
