package storagetest

import (
	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

var templateCases = []testCase{
	{"templates by every field, page by page", findTemplates},
	{"a page of templates begins after any key", templatesFromAnyKey},
	{"templates found follow updates", templatesFollow},
}

func templateKey(t invitation.Template) accessmgmt.PageKey {
	return accessmgmt.PageKey{At: t.CreatedAt, ID: t.ID.UUID}
}

func matchTemplate(f accessmgmt.TemplateFilter, t invitation.Template) bool {
	codes := mapped(t.Lines, func(l invitation.TemplateLine) roles.Code { return l.Role })
	return (len(f.Enterprises) > 0 || len(f.Parts) > 0) && owned(f.Enterprises, f.Parts, t.Enterprise, codes...) && (f.Retired || t.RetiredAt.IsZero())
}

func (s *suite) findsTemplates() finding[invitation.Template, accessmgmt.TemplateFilter] {
	return finding[invitation.Template, accessmgmt.TemplateFilter]{
		name: "FindTemplates", key: templateKey, match: matchTemplate,
		find: func(f accessmgmt.TemplateFilter, p accessmgmt.Page) ([]invitation.Template, error) {
			return s.FindTemplates(s.ctx, f, p)
		},
	}
}

func (s *suite) templatesToFind() (sampler, crowd, finding[invitation.Template, accessmgmt.TemplateFilter]) {
	s.t.Helper()
	r, c := newSampler(), s.crowd()
	q := s.findsTemplates()
	for n := range 60 {
		row := s.template(c.enterprises[n%2])
		row.CreatedAt, row.Lines = spread(n), nil
		for range n % 4 {
			row.Lines = append(row.Lines, invitation.TemplateLine{Role: pickOne(r, crowdRoles[:6])})
		}
		if n%5 == 0 {
			row.RetiredAt = after(1_000 * hour) // retired is retired, whenever
		}
		q.rows = append(q.rows, row)
	}
	commitShuffled(s, r, c, q.rows, func(row invitation.Template) accessmgmt.EnterpriseID { return row.Enterprise },
		func(c *accessmgmt.Changes, row invitation.Template) { c.Templates = append(c.Templates, row) })
	return r, c, q
}

func findTemplates(s *suite) {
	r, c, q := s.templatesToFind()
	for _, retired := range []bool{false, true} {
		q.checks(s, accessmgmt.TemplateFilter{Enterprises: c.ids[:1], Retired: retired}, accessmgmt.TemplateFilter{Enterprises: c.ids, Retired: retired},
			accessmgmt.TemplateFilter{Enterprises: c.ids[2:], Retired: retired}, accessmgmt.TemplateFilter{Retired: retired},
			accessmgmt.TemplateFilter{Enterprises: append(c.ids[:1:1], c.ids[0]), Retired: retired})
	}
	for range queries / 2 {
		f := accessmgmt.TemplateFilter{Retired: r.IntN(2) == 0}
		f.Enterprises, f.Parts = c.mayBe(r)
		q.check(s, f, r.IntN(2) == 0)
	}
	few := []accessmgmt.Part{{Enterprise: c.ids[0], Applications: crowdApplications}, {Enterprise: c.ids[1], Applications: crowdApplications[:3]}}
	q.checkPages(s, accessmgmt.TemplateFilter{Enterprises: c.ids[:1]}, accessmgmt.TemplateFilter{Enterprises: c.ids, Retired: true},
		accessmgmt.TemplateFilter{Parts: few, Retired: true}, accessmgmt.TemplateFilter{Enterprises: c.ids[1:2], Parts: few})
}

func templatesFromAnyKey(s *suite) {
	_, c, q := s.templatesToFind()
	q.fromAnyKey(s, accessmgmt.TemplateFilter{Enterprises: c.ids[:2]}, accessmgmt.TemplateFilter{Enterprises: c.ids[:1], Retired: true})
}

func templatesFollow(s *suite) {
	e := s.registered()
	t := s.template(e)
	t.Lines = []invitation.TemplateLine{{Role: "app.one"}, {Role: "app2.one"}}
	c := s.next(e)
	c.Templates = []invitation.Template{t}
	s.commit(c)
	find := func(retired bool, of ...roles.ApplicationCode) []invitation.Template {
		s.t.Helper()
		f := accessmgmt.TemplateFilter{Parts: []accessmgmt.Part{{Enterprise: e.ID, Applications: of}}, Retired: retired}
		found, err := s.FindTemplates(s.ctx, f, accessmgmt.Page{Limit: 10})
		s.ok(err, "FindTemplates finds")
		return found
	}
	why := "a template is found as it is now, once"
	s.same(0, len(find(true, "app")), why)
	s.same([]invitation.Template{t}, find(false, "app", "app2"), why)

	t.Lines, t.Name, t.Version = []invitation.TemplateLine{{Role: "app.two"}}, "Accountants of this year", 2
	c = s.next(c.Enterprise)
	c.Templates = []invitation.Template{t}
	s.commit(c)
	s.same([]invitation.Template{t}, find(false, "app"), why)
	s.same(0, len(find(true, "app2")), why)

	t.RetiredAt, t.Version = base, 3
	c = s.next(c.Enterprise)
	c.Templates = []invitation.Template{t}
	s.commit(c)
	s.same(0, len(find(false, "app")), "one that was taken out of use is found only when it is asked for")
	s.same([]invitation.Template{t}, find(true, "app"), "one that was taken out of use is found when it is asked for")
}
