package main

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

//go:embed people.csv
var defaultPeople string

var columns = []string{"given_name", "family_name", "email", "language", "role", "start", "end"}

// person is one line of the people file: somebody and the role he is to have.
type person struct {
	invitee invitation.Invitee
	role    invitation.Line
}

// fault is something wrong with a line of the people file. It never holds what
// was written there: people put national numbers into the wrong column.
type fault struct {
	line  int
	field string // a column; empty: the line as such
	code  string // of roles.Problem
}

// calendar is the days that the dates of a people file are judged by.
type calendar struct {
	today roles.Date
	// began is the first day of the demo on this file. Dates are written once
	// and the demo's clock runs ahead of them, so a file that was right on
	// that day stays right.
	began roles.Date
}

// readPeople reads a people file and tells everything that is wrong with it.
// The rules are the library's own, those that an invitation is checked by. A
// person is one line: each is read by itself, so that a quote that is never
// closed spoils its own line and hides none of the others.
func readPeople(text string, catalogue *roles.Catalogue, days calendar) ([]person, []fault) {
	var faults []fault
	var people []person
	var lines []int
	var at map[string]int
	comma := ','
	for i, row := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") { // Excel writes a byte order mark
		line := i + 1
		if at == nil && strings.Contains(row, ";") {
			comma = ';' // and semicolons, in Belgium
		}
		cells, readable := readRow(row, comma)
		switch {
		case strings.TrimSpace(strings.Join(cells, "")) == "" && readable: // as spreadsheets leave behind
			continue
		case at == nil && readable:
			at, faults = columnsOf(cells)
			if len(faults) > 0 {
				return nil, faults
			}
			continue
		case at == nil:
			return nil, []fault{{line, "", roles.ProblemMalformed}}
		case !readable || len(cells) != len(at):
			faults = append(faults, fault{line, "", roles.ProblemMalformed})
			continue
		}
		p, found := readPerson(func(column string) string { return strings.TrimSpace(cells[at[column]]) }, catalogue, days)
		for _, f := range found {
			f.line = line
			faults = append(faults, f)
		}
		people, lines = append(people, p), append(lines, line)
	}
	if len(people) == 0 && len(faults) == 0 {
		return nil, []fault{{1, "", roles.ProblemRequired}}
	}
	faults = append(faults, repeated(people, lines)...)
	slices.SortStableFunc(faults, func(a, b fault) int {
		return cmp.Or(a.line-b.line, slices.Index(columns, a.field)-slices.Index(columns, b.field))
	})
	return people, faults
}

// readRow reads one line, and reports false when a quote in it is never closed:
// then it would go on in the next.
func readRow(row string, comma rune) ([]string, bool) {
	const next = "next"
	r := csv.NewReader(strings.NewReader(row + "\n" + next))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace, r.Comma = -1, true, true, comma
	cells, err := r.Read()
	if err != nil {
		return nil, false
	}
	if len(cells) == 1 && cells[0] == next { // the line is empty
		return nil, true
	}
	after, err := r.Read()
	return cells, err == nil && len(after) == 1 && after[0] == next
}

func columnsOf(header []string) (at map[string]int, faults []fault) {
	at = map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		_, again := at[name]
		switch {
		case again:
			faults = append(faults, fault{1, name, roles.ProblemDuplicate})
		case !slices.Contains(columns, name):
			faults = append(faults, fault{1, "", roles.ProblemUnknown})
		}
		at[name] = i
	}
	for _, name := range columns {
		if _, there := at[name]; !there {
			faults = append(faults, fault{1, name, roles.ProblemRequired})
		}
	}
	return at, faults
}

// readPerson makes a draft invitation of one line and lets the library check
// it, step by step of the guide's form.
func readPerson(cell func(column string) string, catalogue *roles.Catalogue, days calendar) (person, []fault) {
	var faults []fault
	v := invitation.Invitee{GivenName: cell("given_name"), FamilyName: cell("family_name"), Language: roles.Language(cell("language"))}
	if lang, ok := roles.ParseLanguage(cell("language")); ok {
		v.Language = lang
	}
	if text := cell("email"); text != "" {
		var err error
		if v.Email, err = accessmgmt.ParseEmail(text); err != nil {
			faults = append(faults, fault{field: "email", code: roles.ProblemMalformed})
		}
	}
	judgedOn := days.began
	start, err := parseDay(cell("start"), days.today)
	if err != nil {
		faults = append(faults, fault{field: "start", code: roles.ProblemMalformed})
	}
	if strings.HasPrefix(fold(cell("start")), "today") {
		judgedOn = days.today
	}
	period := roles.From(start)
	if text := cell("end"); text != "" && !isUnlimited(text) {
		end, err := parseDay(text, days.today)
		if err != nil {
			faults = append(faults, fault{field: "end", code: roles.ProblemMalformed})
		}
		period = roles.Between(start, end)
	}
	p := person{v, invitation.Line{Role: findRole(cell("role"), catalogue), Period: period}}

	draft := invitation.Draft{Lines: []invitation.Line{p.role}, Recipients: []invitation.Invitee{v}}
	rules := invitation.Rules{Catalogue: catalogue, Today: judgedOn}
	for _, step := range []invitation.Step{invitation.StepRoles, invitation.StepProperties, invitation.StepPersons} {
		for _, problem := range draft.Validate(step, rules) {
			field := problem.Field[strings.LastIndex(problem.Field, ".")+1:]
			// What can't be read is missing to the library; say the first only.
			if !slices.ContainsFunc(faults, func(f fault) bool { return f.field == field }) {
				faults = append(faults, fault{field: field, code: problem.Code})
			}
		}
	}
	return p, faults
}

// repeated finds the addresses that come twice for one role.
func repeated(people []person, lines []int) (faults []fault) {
	byRole := map[roles.Code][]int{}
	for i, p := range people {
		byRole[p.role.Role] = append(byRole[p.role.Role], i)
	}
	for _, places := range byRole {
		var draft invitation.Draft
		for _, i := range places {
			draft.Recipients = append(draft.Recipients, people[i].invitee)
		}
		for _, problem := range draft.Validate(invitation.StepPersons, invitation.Rules{}) {
			var i int
			if _, err := fmt.Sscanf(problem.Field, "recipients[%d]", &i); err == nil && problem.Code == roles.ProblemDuplicate {
				faults = append(faults, fault{lines[places[i]], "email", problem.Code})
			}
		}
	}
	return faults
}

// parseDay reads a date, "today", or so many days from today; no text is no
// date.
func parseDay(s string, today roles.Date) (roles.Date, error) {
	if s == "" {
		return roles.Date{}, nil
	}
	days, relative := strings.CutPrefix(strings.ReplaceAll(fold(s), " ", ""), "today")
	switch {
	case !relative:
		return roles.ParseDate(s)
	case days == "":
		return today, nil
	}
	n, err := strconv.Atoi(days)
	if err != nil || n < -100_000 || n > 100_000 || !strings.ContainsAny(days[:1], "+-") {
		return roles.Date{}, fmt.Errorf("not so many days from today: %d characters", len(s))
	}
	return today.AddDays(n), nil
}

// findRole returns the role of a code or a label, in any of the languages and
// with or without the application before it. What isn't one is returned as it
// stands, for the library to refuse. Catalogue.Search is no help here: it finds
// parts of labels, and half a label must not give a role.
func findRole(s string, catalogue *roles.Catalogue) roles.Code {
	want := fold(s)
	for _, app := range catalogue.Applications() {
		for _, r := range app.Roles {
			for _, lang := range roles.Languages() {
				label := fold(r.Labels.In(lang))
				if want == label || want == fold(app.Labels.In(lang))+" - "+label {
					return r.Code
				}
			}
			if want == string(r.Code) {
				return r.Code
			}
		}
	}
	return roles.Code(s)
}

// fold takes case, accents and repeated spaces off a text.
func fold(s string) string {
	s, _, _ = transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	return strings.Join(strings.Fields(cases.Fold().String(s)), " ")
}

func isUnlimited(s string) bool {
	return slices.ContainsFunc(unlimitedWord[:], func(word string) bool { return fold(word) == fold(s) })
}
