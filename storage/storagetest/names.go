package storagetest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
)

var nameCases = []testCase{
	{"every word stands in the name", wordsInNames},
	{"a word is one in the folded name, as it is", wordsAsTheyAre},
	{"a name is one enterprise's", namesOfOne},
	{"whom an enterprise doesn't know has no name there", namesOfStrangers},
	{"a name is the one that there is now", namesFollow},
	{"a name that folds to more", namesLong},
}

// directory is an enterprise with one person for each name, who is a member and
// has a recipient, a request and an assignment.
type directory struct {
	*suite
	e       accessmgmt.Enterprise
	written accessmgmt.Changes
	names   map[accessmgmt.PersonID]string
}

func (s *suite) directory(names ...[2]string) *directory {
	s.t.Helper()
	d := &directory{suite: s, e: s.registered(), names: map[accessmgmt.PersonID]string{}}
	c := s.next(d.e)
	offer := s.invitation(d.e)
	c.Invitations = append(c.Invitations, offer)
	for _, name := range names {
		person := s.personID()
		m, r := s.member(d.e, person), s.recipient(d.e, offer.ID)
		m.GivenName, m.FamilyName = name[0], name[1]
		r.Invitee.GivenName, r.Invitee.FamilyName, r.Invitee.Person = name[0], name[1], person
		c.Members, c.Recipients = append(c.Members, m), append(c.Recipients, r)
		c.Requests, c.Assignments = append(c.Requests, s.request(d.e, person)), append(c.Assignments, s.assignment(d.e, person))
		d.names[person] = strings.TrimSpace(name[0] + " " + name[1])
	}
	s.commit(c)
	d.e, d.written = c.Enterprise, c
	return d
}

// finds wants words to be found in some names and in no others, by whatever is
// searched by name.
func (d *directory) finds(words, names []string, why string) {
	d.t.Helper()
	d.finding(words, names, names, why)
}

// finding is finds where invitations were written to other names.
func (d *directory) finding(words, names, invited []string, why string) {
	d.t.Helper()
	why = fmt.Sprintf("%s: %q", why, words)
	in, page := []accessmgmt.EnterpriseID{d.e.ID}, accessmgmt.Page{Limit: 100}
	members, err := d.FindMembers(d.ctx, accessmgmt.MemberFilter{Enterprise: d.e.ID, Name: words}, page)
	d.ok(err, why)
	require.ElementsMatch(d.t, names, mapped(members, func(m accessmgmt.Member) string { return d.names[m.Person] }), "members: "+why)

	rf := accessmgmt.RecipientFilter{Enterprises: in, Name: words, At: base}
	recipients, err := d.FindRecipients(d.ctx, rf, page)
	d.ok(err, why)
	require.ElementsMatch(d.t, invited, mapped(recipients, func(r invitation.Recipient) string { return d.names[r.Invitee.Person] }), "recipients: "+why)
	n, err := d.CountRecipients(d.ctx, rf)
	d.ok(err, why)
	require.Equal(d.t, len(invited), n, "a count of recipients: "+why)

	qf := accessmgmt.RequestFilter{Enterprises: in, Name: words, At: base}
	requests, err := d.FindRequests(d.ctx, qf, page)
	d.ok(err, why)
	require.ElementsMatch(d.t, names, mapped(requests, func(r invitation.Request) string { return d.names[r.Person] }), "requests: "+why)
	n, err = d.CountRequests(d.ctx, qf)
	d.ok(err, why)
	require.Equal(d.t, len(names), n, "a count of requests: "+why)

	af := accessmgmt.AssignmentFilter{Enterprises: in, Name: words, At: base}
	assignments, err := d.FindAssignments(d.ctx, af, page)
	d.ok(err, why)
	require.ElementsMatch(d.t, names, mapped(assignments, func(a accessmgmt.RoleAssignment) string { return d.names[a.Person] }), "assignments: "+why)
	n, err = d.CountAssignments(d.ctx, af)
	d.ok(err, why)
	require.Equal(d.t, len(names), n, "a count of assignments: "+why)
}

func wordsInNames(s *suite) {
	d := s.directory([2]string{"Éloïse", "Van den Berghe"}, [2]string{"ANNE", "Dubois"}, [2]string{"Anne-Marie", "van  Berghe "}, [2]string{"", "Œuvrard"}, [2]string{"Søren", ""})
	for _, c := range []struct {
		words, names []string
		why          string
	}{
		{nil, []string{"Éloïse Van den Berghe", "ANNE Dubois", "Anne-Marie van  Berghe", "Œuvrard", "Søren"}, "no words allow any name"},
		{[]string{"eloise"}, []string{"Éloïse Van den Berghe"}, "accents and case don't count"},
		{[]string{"anne"}, []string{"ANNE Dubois", "Anne-Marie van  Berghe"}, "accents and case don't count"},
		{[]string{"oeuvrard"}, []string{"Œuvrard"}, "letters are written out"},
		{[]string{"soren"}, []string{"Søren"}, "letters are written out"},
		{[]string{"nn"}, []string{"ANNE Dubois", "Anne-Marie van  Berghe"}, "part of a word is found"},
		{[]string{"berghe", "van"}, []string{"Éloïse Van den Berghe", "Anne-Marie van  Berghe"}, "several words are found in any order"},
		{[]string{"van", "den"}, []string{"Éloïse Van den Berghe"}, "every word must be there"},
		{[]string{"anne", "berghe"}, []string{"Anne-Marie van  Berghe"}, "words are found in the given name and the family name"},
		{[]string{"anne", "anne", "anne"}, []string{"ANNE Dubois", "Anne-Marie van  Berghe"}, "a word may be said twice"},
		{[]string{"van berghe"}, []string{"Anne-Marie van  Berghe"}, "the words of a name are parted by one space"},
		{[]string{"anne dubois"}, []string{"ANNE Dubois"}, "given and family name are parted by one space"},
		{[]string{"annedubois"}, nil, "given and family name are parted"},
		{[]string{"dubois anne"}, nil, "the given name comes first"},
		{[]string{"anne", "peeters"}, nil, "every word must be there"},
		{[]string{"eloise", "dubois"}, nil, "the words are of one name"},
		{[]string{strings.Repeat("anne", 500)}, nil, "a word that is longer than any name is in none"},
	} {
		d.finds(c.words, c.names, c.why)
	}
}

// wordsAsTheyAre looks for what a database takes for a pattern, or for the same
// as something else.
func wordsAsTheyAre(s *suite) {
	d := s.directory([2]string{"Jan_Peter", "100%"}, [2]string{"Janxpeter", "100"}, [2]string{`Back\slash`, "O'Neil!"}, [2]string{"[a-z]*", "?.#$^"}, [2]string{"😀", "🜁b"}, [2]string{"Ж", "שלום"})
	for _, c := range []struct {
		word  string
		names []string
	}{
		{"_", []string{"Jan_Peter 100%"}}, {"n_p", []string{"Jan_Peter 100%"}}, {"%", []string{"Jan_Peter 100%"}}, {"0%", []string{"Jan_Peter 100%"}}, {"n%p", nil}, {"j%", nil},
		{`\`, []string{`Back\slash O'Neil!`}}, {`\s`, []string{`Back\slash O'Neil!`}}, {`\\`, nil}, {`\%`, nil}, {`\_`, nil}, {"!", []string{`Back\slash O'Neil!`}}, {"!!", nil}, {"!%", nil}, {"l!_", nil},
		{"'", []string{`Back\slash O'Neil!`}}, {"''", nil}, {"[", []string{"[a-z]* ?.#$^"}}, {"[a-z]*", []string{"[a-z]* ?.#$^"}}, {"*", []string{"[a-z]* ?.#$^"}}, {"?", []string{"[a-z]* ?.#$^"}},
		{".", []string{"[a-z]* ?.#$^"}}, {"j.n", nil}, {"^", []string{"[a-z]* ?.#$^"}}, {"#", []string{"[a-z]* ?.#$^"}}, {"$", []string{"[a-z]* ?.#$^"}}, {"😀", []string{"😀 🜁b"}}, {"😁", nil}, {"🜁", []string{"😀 🜁b"}}, {"🜂", nil},
		{"😀 🜁b", []string{"😀 🜁b"}}, {"ж", []string{"Ж שלום"}}, {"שלום", []string{"Ж שלום"}}, {"Jan", nil}, {"JAN", nil}, {"PETER", nil}, {"Ж", nil}, {"jän", nil}, {"ja\u0301n", nil}, {"ｊan", nil},
		{"jan", []string{"Jan_Peter 100%", "Janxpeter 100"}}, {"jan ", nil}, {" 100", []string{"Jan_Peter 100%", "Janxpeter 100"}}, {"100 ", nil}, {"jan\u00a0", nil}, {"ja\u200bn", nil},
	} {
		d.finds([]string{c.word}, c.names, "a word must stand in the folded name as it is, no character of it having a meaning of its own")
	}
}

func namesOfOne(s *suite) {
	one, two, anne := s.registered(), s.registered(), s.personID()
	ids := []accessmgmt.EnterpriseID{one.ID, two.ID}
	var written []accessmgmt.Changes
	for i, e := range []accessmgmt.Enterprise{one, two} {
		c := s.next(e)
		m := s.member(e, anne)
		m.GivenName = []string{"Anne", "Berta"}[i]
		c.Members, c.Requests, c.Assignments = append(c.Members, m), append(c.Requests, s.request(e, anne)), append(c.Assignments, s.assignment(e, anne))
		s.commit(c)
		written = append(written, c)
	}
	why := "a name is the one by which the row's own enterprise knows the person"
	for i, word := range []string{"anne", "berta"} {
		page := accessmgmt.Page{Limit: 10}
		for _, f := range []accessmgmt.RequestFilter{{Enterprises: ids}, {Person: anne}} {
			f.Name, f.At = []string{word}, base
			requests, err := s.FindRequests(s.ctx, f, page)
			s.ok(err, why)
			s.same(written[i].Requests, requests, why)
		}
		for _, f := range []accessmgmt.AssignmentFilter{{Enterprises: ids}, {Persons: []accessmgmt.PersonID{anne}}} {
			f.Name, f.At = []string{word}, base
			assignments, err := s.FindAssignments(s.ctx, f, page)
			s.ok(err, why)
			s.same(written[i].Assignments, assignments, why)
		}
		members, err := s.FindMembers(s.ctx, accessmgmt.MemberFilter{Enterprise: ids[i], Name: []string{word}}, page)
		s.ok(err, why)
		s.same(written[i].Members, members, why)
		members, err = s.FindMembers(s.ctx, accessmgmt.MemberFilter{Enterprise: ids[1-i], Name: []string{word}}, page)
		none(s, members, err, why)
	}
}

func namesOfStrangers(s *suite) {
	d := s.directory([2]string{"Anne", "Dubois"})
	c := s.next(d.e)
	stranger := s.personID()
	c.Requests, c.Assignments = append(c.Requests, s.request(d.e, stranger)), append(c.Assignments, s.assignment(d.e, stranger))
	s.commit(c)
	d.names[stranger] = "stranger"
	other := s.next(s.registered()) // who knows him
	m := s.member(other.Enterprise, stranger)
	m.GivenName = "Anneke"
	other.Members = append(other.Members, m)
	s.commit(other)
	d.finds([]string{"anne"}, []string{"Anne Dubois"}, "a person whom the enterprise doesn't know has no name in it")
	d.finds([]string{"anneke"}, nil, "a person whom the enterprise doesn't know has no name in it")
	n, err := s.CountAssignments(s.ctx, accessmgmt.AssignmentFilter{Enterprises: []accessmgmt.EnterpriseID{d.e.ID}, At: base})
	s.ok(err, "a count counts")
	require.Equal(s.t, 2, n, "without words he is found")
}

func namesFollow(s *suite) {
	d := s.directory([2]string{"Anne", "Dubois"})
	c := s.next(d.e)
	m, r := d.written.Members[0], d.written.Recipients[0]
	m.FamilyName, m.Version = "Peeters", 2
	c.Members = append(c.Members, m)
	s.commit(c)
	why := "a name is the one by which the enterprise knows the person now; what an invitation was written to stays"
	d.finding([]string{"peeters"}, []string{"Anne Dubois"}, nil, why)
	d.finding([]string{"dubois"}, nil, []string{"Anne Dubois"}, why)

	c = s.next(c.Enterprise)
	r.Invitee.FamilyName, r.Version = "Maes", 2
	c.Recipients = append(c.Recipients, r)
	s.commit(c)
	d.finding([]string{"dubois"}, nil, nil, "what an invitation is written to is as it is now")
	d.finding([]string{"maes"}, nil, []string{"Anne Dubois"}, "what an invitation is written to is as it is now")
}

// namesLong has names of the length that the library lets through, of a letter
// that is eighteen when it is folded, and of letters of four bytes.
func namesLong(s *suite) {
	unfolded, wide := strings.Repeat("ﷺ", invitation.MaxName), strings.Repeat("🜁", invitation.MaxName)
	d := s.directory([2]string{unfolded, unfolded + "😀"}, [2]string{wide, wide + "x"})
	whole := accessmgmt.FoldName(unfolded, unfolded+"😀")
	require.Greater(s.t, len(whole), 10*len([]rune(unfolded)))
	why := "a name is found by its last letter and whole, however much longer it is folded"
	for _, word := range []string{"😀", whole} {
		d.finds([]string{word}, []string{unfolded + " " + unfolded + "😀"}, why)
	}
	for _, word := range []string{"x", wide + " " + wide + "x"} {
		d.finds([]string{word}, []string{wide + " " + wide + "x"}, why)
	}
}
