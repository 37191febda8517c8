package invitation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// manyLines returns n lines of one role, each for a day of its own.
func manyLines(n int) []invitation.Line {
	lines := make([]invitation.Line, n)
	for i := range lines {
		lines[i] = invitation.Line{Role: roles.Editor, Period: roles.Between(today.AddDays(i), today.AddDays(i))}
	}
	return lines
}

func manyRecipients(n int) []invitation.Invitee {
	recipients := make([]invitation.Invitee, n)
	for i := range recipients {
		recipients[i] = invitee(fmt.Sprintf("anne.%d@example.be", i))
	}
	return recipients
}

func TestBoundsAreTheDocumentedOnes(t *testing.T) {
	assert.Equal(t, []int{50, 10_000, 2_000, 100, 1_000},
		[]int{invitation.MaxLines, invitation.MaxRecipients, invitation.MaxMessage, invitation.MaxName, invitation.MaxReason})
}

func TestMostLinesAndRecipients(t *testing.T) {
	d := testDraft()
	d.Lines, d.Recipients = manyLines(50), manyRecipients(10_000)
	require.Empty(t, d.Validate(invitation.StepSummary, testRules()))

	// What is past the bound isn't looked into, so that the check costs no
	// more however much is sent; what is within is.
	d.Lines = append(d.Lines, invitation.Line{}, d.Lines[0])
	d.Lines[49].Role = ""
	assert.Equal(t, []at{{"lines", "too_many"}, {"lines[49].role", "required"}}, found(t, d.Validate(invitation.StepRoles, testRules())))
	assert.Empty(t, d.Validate(invitation.StepProperties, testRules()))
	d.Lines[49].Period = roles.Period{}
	assert.Equal(t, []at{{"lines[49].period.start", "required"}, {"lines[49].period.end", "required"}}, found(t, d.Validate(invitation.StepProperties, testRules())))

	d.Recipients = append(d.Recipients, invitation.Invitee{}, d.Recipients[0])
	d.Recipients[9_999].FamilyName = ""
	assert.Equal(t, []at{{"recipients", "too_many"}, {"recipients[9999].family_name", "required"}}, found(t, d.Validate(invitation.StepPersons, testRules())))
}

// Lengths count characters as they are kept, not bytes and not as typed.
func TestLongestTexts(t *testing.T) {
	for name, c := range map[string]struct {
		unit string // typed
		kept int    // characters kept of it
	}{
		"ASCII":                  {"a", 1},
		"two bytes":              {"é", 1},
		"four bytes":             {"𠮷", 1},
		"a letter and an accent": {"e\u0301", 1},
		"longer when composed":   {"\u0958", 2},
	} {
		t.Run(name, func(t *testing.T) {
			for limit, set := range map[int]func(d *invitation.Draft, text string){
				100:   func(d *invitation.Draft, text string) { d.Recipients[0].GivenName = text },
				2_000: func(d *invitation.Draft, text string) { d.Message = text },
			} {
				d := testDraft()
				set(&d, "  "+strings.Repeat(c.unit, limit/c.kept)+"\u00a0 ")
				require.Empty(t, d.Validate(invitation.StepSummary, testRules()))
				set(&d, strings.Repeat(c.unit, limit/c.kept+1))
				problems := d.Validate(invitation.StepSummary, testRules())
				require.Len(t, problems, 1)
				assert.Equal(t, "too_long", problems[0].Code)
			}
			assert.Empty(t, invitation.ValidateReason(strings.Repeat(c.unit, 1_000/c.kept)))
			assert.Equal(t, []at{{"reason", "too_long"}}, found(t, invitation.ValidateReason(strings.Repeat(c.unit, 1_000/c.kept+1))))
		})
	}
}

func TestDaysAtTheirBounds(t *testing.T) {
	visit := func(start, end string) func(*invitation.Draft) {
		return func(d *invitation.Draft) { d.Lines[1].Period = roles.Between(day(start), day(end)) }
	}
	for name, change := range map[string]func(d *invitation.Draft){
		"a role that starts today":           visit("2026-03-10", "2026-03-20"),
		"for one day":                        visit("2026-03-10", "2026-03-10"),
		"for as many days as there may be":   visit("2026-04-01", "2026-04-30"),
		"where a day has 23 hours":           visit("2026-03-15", "2026-04-13"),
		"where a day has 25 hours":           visit("2026-10-01", "2026-10-30"),
		"over 29 February":                   visit("2028-02-01", "2028-03-01"),
		"for ever, where there is no limit":  func(d *invitation.Draft) { d.Lines[0].Period = roles.From(today) },
		"to the last day there is":           func(d *invitation.Draft) { d.Lines[0].Period = roles.Between(today, day("9999-12-30")) },
		"to be answered today":               func(d *invitation.Draft) { d.Expires = today },
		"to be answered on the latest day":   func(d *invitation.Draft) { d.Expires = day("2027-03-10") },
		"to be answered after the role ends": func(d *invitation.Draft) { d.Expires = day("2027-01-01") },
	} {
		d := testDraft()
		change(&d)
		assert.Empty(t, d.Validate(invitation.StepSummary, testRules()), name)
	}
	for name, change := range map[string]func(d *invitation.Draft){
		"31 days":                      visit("2026-04-01", "2026-05-01"),
		"31 days, one with 23 hours":   visit("2026-03-15", "2026-04-14"),
		"31 days, one with 25 hours":   visit("2026-10-01", "2026-10-31"),
		"31 days, over no 29 February": visit("2027-02-01", "2027-03-03"),
	} {
		d := testDraft()
		change(&d)
		assert.Equal(t, []at{{"lines[1].period.end", "too_far"}}, found(t, d.Validate(invitation.StepSummary, testRules())), name)
	}
}

func TestDuplicateLines(t *testing.T) {
	april := roles.Between(day("2026-04-01"), day("2026-04-30"))
	line := func(role roles.Code, unit roles.UnitID, p roles.Period) invitation.Line {
		return invitation.Line{Role: role, Unit: unit, Period: p}
	}
	whole := roles.UnitID{}
	for name, c := range map[string]struct {
		second invitation.Line
		again  bool
	}{
		"the same":                       {line(roles.Editor, whole, april), true},
		"within it":                      {line(roles.Editor, whole, roles.Between(day("2026-04-10"), day("2026-04-10"))), true},
		"around it":                      {line(roles.Editor, whole, roles.Between(today, day("2026-12-31"))), true},
		"from its last day":              {line(roles.Editor, whole, roles.Between(day("2026-04-30"), day("2026-05-31"))), true},
		"to its first day":               {line(roles.Editor, whole, roles.Between(today, day("2026-04-01"))), true},
		"from its last day, for ever":    {line(roles.Editor, whole, roles.From(day("2026-04-30"))), true},
		"from today, for ever":           {line(roles.Editor, whole, roles.From(today)), true},
		"from the day after":             {line(roles.Editor, whole, roles.Between(day("2026-05-01"), day("2026-05-31"))), false},
		"from the day after, for ever":   {line(roles.Editor, whole, roles.From(day("2026-05-01"))), false},
		"to the day before":              {line(roles.Editor, whole, roles.Between(today, day("2026-03-31"))), false},
		"another role":                   {line(roles.Reader, whole, april), false},
		"the same role in one unit only": {line(roles.Editor, unitA, april), false},
	} {
		t.Run(name, func(t *testing.T) {
			first := line(roles.Editor, whole, april)
			for _, lines := range [][]invitation.Line{{first, c.second}, {c.second, first}} {
				d := testDraft()
				d.Lines = lines
				if c.again {
					requireOnly(t, d, testRules(), invitation.StepProperties, at{"lines[1].period", "duplicate"})
				} else {
					requireOnly(t, d, testRules(), 0)
				}
			}
		})
	}

	d := testDraft()
	d.Lines = []invitation.Line{line(roles.Editor, unitA, april), line(roles.Editor, unitB, april), line(roles.Editor, unitA, april), line(roles.Editor, unitA, april)}
	problems := d.Validate(invitation.StepProperties, testRules())
	assert.Equal(t, []at{{"lines[2].period", "duplicate"}, {"lines[3].period", "duplicate"}}, found(t, problems), "one for each line, not for each pair")
	assert.Contains(t, problems[0].Text, "lines[0]")
	assert.Contains(t, problems[1].Text, "lines[0]")

	// What has no period of its own overlaps nothing.
	d.Lines = []invitation.Line{line(roles.Editor, whole, roles.Between(day("2026-04-30"), day("2026-04-01"))), line(roles.Editor, whole, april)}
	assert.Equal(t, []at{{"lines[0].period.end", "end_before_start"}}, found(t, d.Validate(invitation.StepProperties, testRules())))
	d.Lines = []invitation.Line{{Role: roles.Editor}, {Role: roles.Editor}}
	assert.Len(t, d.Validate(invitation.StepProperties, testRules()), 4)
}

func TestDuplicateRecipients(t *testing.T) {
	d := testDraft()
	d.Recipients = []invitation.Invitee{invitee("a@example.be"), invitee("b@example.be"), invitee("A@example.be"), invitee("B@EXAMPLE.be"), invitee("a@Example.BE"), invitee("a@example.com"), {}, {}}
	problems := d.Validate(invitation.StepPersons, testRules())
	assert.Equal(t, []at{{"recipients[2].email", "duplicate"}, {"recipients[3].email", "duplicate"}, {"recipients[4].email", "duplicate"}}, found(t, problems)[:3])
	assert.Contains(t, problems[0].Text, "recipients[0]")
	assert.Contains(t, problems[1].Text, "recipients[1]")
	assert.Contains(t, problems[2].Text, "recipients[0]", "the first of them is named")
	assert.Len(t, problems, 3+2*3, "those without an address aren't duplicates of each other")
	assert.False(t, problems.Has("recipients[7].person", "duplicate"), "nor those without a person")
}
