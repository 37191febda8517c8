package storagetest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var partCases = []testCase{
	{"a part lets through the rows of its applications", partsAlone},
	{"enterprises and parts are one field", partsAndEnterprises},
	{"a part and a person must both hold", partsAndPerson},
}

// parted is rows of several applications, of one person, in two enterprises.
// An offer's and a template's name is what it offers, with commas between;
// requests and assignments are for one role.
type parted struct {
	*suite
	one, other accessmgmt.Enterprise
	anne, ben  accessmgmt.PersonID
	offers     map[invitation.ID]string
}

var partedOffers = []string{"app.one", "app2.one", "app_x.one", "appqx.one", "App.one", "app.one,app.two", "app.one,app2.one", "app2.one,app.one", ""}

func (s *suite) parted() *parted {
	s.t.Helper()
	p := &parted{suite: s, one: s.registered(), other: s.registered(), anne: s.personID(), ben: s.personID(), offers: map[invitation.ID]string{}}
	for _, e := range []*accessmgmt.Enterprise{&p.one, &p.other} {
		c := s.next(*e)
		for _, codes := range partedOffers {
			offer, template := s.invitation(*e), s.template(*e)
			offer.Lines, template.Lines, template.Name = nil, nil, codes
			for _, code := range strings.FieldsFunc(codes, func(r rune) bool { return r == ',' }) {
				offer.Lines = append(offer.Lines, invitation.Line{Role: roles.Code(code), Period: roles.From(day)})
				template.Lines = append(template.Lines, invitation.TemplateLine{Role: roles.Code(code)})
			}
			p.offers[offer.ID] = codes
			recipient := s.recipient(*e, offer.ID)
			recipient.Invitee.Person = p.anne
			c.Invitations, c.Recipients, c.Templates = append(c.Invitations, offer), append(c.Recipients, recipient), append(c.Templates, template)
			if len(offer.Lines) == 1 {
				request, assignment := s.request(*e, p.anne), s.assignment(*e, p.anne)
				request.Line, assignment.Role = offer.Lines[0], offer.Lines[0].Role
				c.Requests, c.Assignments = append(c.Requests, request), append(c.Assignments, assignment)
			}
		}
		s.commit(c)
		*e = c.Enterprise
	}
	return p
}

// name tells a row of the one enterprise from one of the other.
func (p *parted) name(e accessmgmt.EnterpriseID, codes string) string {
	if e == p.other.ID {
		return "other " + codes
	}
	return codes
}

// finds wants a filter to let through some offers and templates, and requests
// and assignments for some roles.
func (p *parted) finds(offers, given []string, enterprises []accessmgmt.EnterpriseID, parts []accessmgmt.Part, person accessmgmt.PersonID, why string) {
	p.t.Helper()
	why = fmt.Sprintf("%s: enterprises %v, parts %v", why, enterprises, parts)
	page := accessmgmt.Page{Limit: 100}
	rf := accessmgmt.RecipientFilter{Enterprises: enterprises, Parts: parts, Person: person, At: base}
	recipients, err := p.FindRecipients(p.ctx, rf, page)
	p.ok(err, why)
	require.ElementsMatch(p.t, offers, mapped(recipients, func(r invitation.Recipient) string { return p.name(r.Enterprise, p.offers[r.Invitation]) }), "recipients: "+why)
	n, err := p.CountRecipients(p.ctx, rf)
	p.ok(err, why)
	require.Equal(p.t, len(offers), n, "a count of recipients: "+why)

	qf := accessmgmt.RequestFilter{Enterprises: enterprises, Parts: parts, Person: person, At: base}
	requests, err := p.FindRequests(p.ctx, qf, page)
	p.ok(err, why)
	require.ElementsMatch(p.t, given, mapped(requests, func(r invitation.Request) string { return p.name(r.Enterprise, string(r.Line.Role)) }), "requests: "+why)
	n, err = p.CountRequests(p.ctx, qf)
	p.ok(err, why)
	require.Equal(p.t, len(given), n, "a count of requests: "+why)

	af := accessmgmt.AssignmentFilter{Enterprises: enterprises, Parts: parts, At: base}
	if !person.IsZero() {
		af.Persons = []accessmgmt.PersonID{person}
	}
	assignments, err := p.FindAssignments(p.ctx, af, page)
	p.ok(err, why)
	require.ElementsMatch(p.t, given, mapped(assignments, func(a accessmgmt.RoleAssignment) string { return p.name(a.Enterprise, string(a.Role)) }), "assignments: "+why)
	n, err = p.CountAssignments(p.ctx, af)
	p.ok(err, why)
	require.Equal(p.t, len(given), n, "a count of assignments: "+why)

	if person.IsZero() {
		templates, err := p.FindTemplates(p.ctx, accessmgmt.TemplateFilter{Enterprises: enterprises, Parts: parts}, page)
		p.ok(err, why)
		require.ElementsMatch(p.t, offers, mapped(templates, func(t invitation.Template) string { return p.name(t.Enterprise, t.Name) }), "templates: "+why)
	}
}

func (p *parted) part(of ...roles.ApplicationCode) accessmgmt.Part {
	return accessmgmt.Part{Enterprise: p.one.ID, Applications: of}
}

func partsAlone(s *suite) {
	p := s.parted()
	for _, c := range []struct {
		parts         []accessmgmt.Part
		offers, given []string
		why           string
	}{
		{[]accessmgmt.Part{p.part("app")}, []string{"app.one", "app.one,app.two"}, []string{"app.one"}, "a part lets through what is of its application alone"},
		{[]accessmgmt.Part{p.part("app2")}, []string{"app2.one"}, []string{"app2.one"}, "what begins alike is another application"},
		{[]accessmgmt.Part{p.part("app_x")}, []string{"app_x.one"}, []string{"app_x.one"}, "an underscore is no pattern"},
		{[]accessmgmt.Part{p.part("App")}, []string{"App.one"}, []string{"App.one"}, "case counts"},
		{[]accessmgmt.Part{p.part("ap"), p.part("app."), p.part("app.one"), p.part("%", "app%", "")}, nil, nil, "codes compare whole, and as they are"},
		{[]accessmgmt.Part{p.part("app2", "none", "app", "app")}, []string{"app.one", "app.one,app.two", "app2.one", "app.one,app2.one", "app2.one,app.one"}, []string{"app.one", "app2.one"},
			"an offer is of a part when all applications of its roles are the part's"},
		{[]accessmgmt.Part{p.part("app"), p.part("app2")}, []string{"app.one", "app.one,app.two", "app2.one"}, []string{"app.one", "app2.one"},
			"what no single part lets through, several together don't either"},
		{[]accessmgmt.Part{p.part("app", "App"), p.part("app", "app_x"), p.part("app")}, []string{"app.one", "app.one,app.two", "App.one", "app_x.one"}, []string{"app.one", "App.one", "app_x.one"},
			"a row of several parts comes once"},
		{[]accessmgmt.Part{p.part()}, nil, nil, "a part without applications has no row"},
		{[]accessmgmt.Part{p.part(), p.part("App"), p.part()}, []string{"App.one"}, []string{"App.one"}, "a part without applications has no row, and others have theirs"},
		{[]accessmgmt.Part{p.part("none")}, nil, nil, "a part whose application nobody has a role of has no row"},
		{[]accessmgmt.Part{{Enterprise: accessmgmt.EnterpriseID{UUID: s.id()}, Applications: []roles.ApplicationCode{"app"}}}, nil, nil, "a part of an enterprise that isn't there has no row"},
		{[]accessmgmt.Part{p.part("app_x"), {Enterprise: p.other.ID, Applications: []roles.ApplicationCode{"App"}}}, []string{"app_x.one", "other App.one"}, []string{"app_x.one", "other App.one"},
			"a part's applications are for its own enterprise"},
	} {
		p.finds(c.offers, c.given, nil, c.parts, accessmgmt.PersonID{}, c.why)
	}
}

func partsAndEnterprises(s *suite) {
	p := s.parted()
	one := []accessmgmt.EnterpriseID{p.one.ID}
	given := partedOffers[:5]
	theirs := []accessmgmt.Part{{Enterprise: p.other.ID, Applications: []roles.ApplicationCode{"app"}}}
	p.finds(partedOffers, given, one, nil, accessmgmt.PersonID{}, "an enterprise is all of its rows")
	p.finds(partedOffers, given, one, []accessmgmt.Part{p.part("app"), p.part()}, accessmgmt.PersonID{}, "a part of an enterprise that is named whole takes nothing away, and each row comes once")
	p.finds(append([]string{"other app.one", "other app.one,app.two"}, partedOffers...), append([]string{"other app.one"}, given...), one, theirs, accessmgmt.PersonID{},
		"a row is of one of the enterprises, or of a part")
}

func partsAndPerson(s *suite) {
	p := s.parted()
	c := s.next(p.one)
	request, assignment := s.request(p.one, p.ben), s.assignment(p.one, p.ben)
	request.Line.Role, assignment.Role = "app.two", "app.two"
	c.Requests, c.Assignments = append(c.Requests, request), append(c.Assignments, assignment)
	s.commit(c)
	app := []accessmgmt.Part{p.part("app")}
	p.finds([]string{"app.one", "app.one,app.two"}, []string{"app.one"}, nil, app, p.anne, "a person's rows are those of him that the part lets through")
	p.finds(nil, []string{"app.two"}, nil, app, p.ben, "a person's rows are those of him that the part lets through")
	p.finds(nil, nil, nil, []accessmgmt.Part{p.part()}, p.anne, "a part without applications lets nothing through, of nobody")
	p.finds([]string{"app.one", "app.one,app.two"}, []string{"app.one"}, []accessmgmt.EnterpriseID{{UUID: s.id()}}, app, p.anne, "a row is of one of the enterprises, or of a part")
}
