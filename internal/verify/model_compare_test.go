package verify_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/roles"
)

// alike fails when the service doesn't answer as the model does.
func (p *portal) alike(what string, want, got []string) {
	if !slices.Equal(want, got) {
		p.Fatalf("%s, at %s:\nthe model says\n\t%s\nthe service says\n\t%s", what, p.now, strings.Join(want, "\n\t"), strings.Join(got, "\n\t"))
	}
}

// compare asks the service all there is to ask.
func (p *portal) compare() {
	for person := range modelPersons { // who is known is what an identity at login shows first
		id, err := p.svc.Identify(ctx, p.actors[person].Identity)
		p.alike(fmt.Sprint("identify ", person), codes(map[bool]string{false: accessmgmt.CodeNotFound}[p.known[person]]), codes(accessmgmt.Code(err)))
		if err == nil {
			p.ids[person] = id
		}
	}
	for n, f := range p.firms {
		if f.id.IsZero() {
			continue
		}
		at := fmt.Sprintf("enterprise %d", n)
		p.compareOffices(at, f)
		p.compareChecks(at, f, time.Time{})
		for actor := range actors {
			p.compareLists(fmt.Sprintf("%s, actor %d", at, actor), f, actor)
		}
	}
	for actor := range actors {
		p.compareLists(fmt.Sprintf("all enterprises, actor %d", actor), nil, actor)
		p.compareOwn(actor)
	}
}

func (p *portal) compareOffices(at string, f *firm) {
	o, err := p.svc.Managers(ctx, p.actors[staff], f.id)
	p.must(err)
	got := []string{fmt.Sprint("gap ", p.personOf(o.GAP.Term.Person), !o.GAP.Term.ResignedAt.IsZero())}
	for _, m := range o.Managers {
		domain := vacant
		if m.Term.Kind == accessmgmt.AccessManager {
			domain = slices.Index(modelApps, roles.ApplicationCode(m.Term.Domain))
		}
		got = append(got, fmt.Sprint(m.Term.ID, p.personOf(m.Term.Person), domain, m.State))
	}
	want := p.managerRows(f)
	slices.Sort(want[1:]) // those of one instant are in the order of their ids
	slices.Sort(got[1:])
	p.alike(at+", the managers", want, got)
	units, err := p.svc.UnitsPage(ctx, p.actors[staff], accessmgmt.UnitQuery{Enterprise: f.id})
	p.must(err)
	got = []string{}
	for _, u := range units.Items {
		got = append(got, fmt.Sprint(u.ID, u.Number, u.ClosedAt.IsZero()))
	}
	want = p.unitRows(f)
	slices.Sort(want)
	slices.Sort(got)
	p.alike(at+", the units", want, got)
}

// personOf is the number of a person, vacant for nobody.
func (p *portal) personOf(id accessmgmt.PersonID) int {
	if id.IsZero() {
		return vacant
	}
	for person, known := range p.ids {
		if known == id {
			return person
		}
	}
	return -2
}

var modelActions = []struct {
	app    int
	action roles.Action
}{{monEspace, roles.Read}, {monEspace, roles.Sign}, {calista, roles.ReadCase}, {calista, roles.ValidateCase}}

// compareHistory asks about instants that are past (D32).
func (p *portal) compareHistory() {
	for n, f := range p.firms {
		if past := p.visited; !f.id.IsZero() {
			for _, i := range []int{0, len(past) / 2, len(past) - 1} {
				p.compareChecks(fmt.Sprintf("enterprise %d", n), f, past[i])
				p.compareChecks(fmt.Sprintf("enterprise %d", n), f, past[i].Add(-time.Microsecond))
			}
		}
	}
}

// compareChecks compares what each may for each unit, now or at an instant.
func (p *portal) compareChecks(at string, f *firm, when time.Time) {
	instant := when
	if when.IsZero() {
		instant = p.now
	}
	units := []*place{nil}
	for _, g := range p.firms { // another enterprise's too
		units = append(units, g.units[max(0, len(g.units)-2):]...)
	}
	for person, id := range p.ids {
		for _, a := range modelActions {
			for _, u := range units {
				q := accessmgmt.Question{Person: id, Enterprise: f.id, Action: a.action, Application: modelApps[a.app], Unit: unitID(u), At: when}
				got, err := p.svc.Check(ctx, q)
				p.must(err)
				want := p.check(f, person, a.action, a.app, u, instant, when.IsZero())
				slices.SortFunc(got.Assignments, func(a, b accessmgmt.AssignmentID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
				if string(got.Reason) != want.reason || got.Allowed != (want.reason == "allowed") || !slices.Equal(got.Assignments, want.about) {
					p.Fatalf("%s: may %d %s for unit %v at %s?\nthe model says   %v\nthe service says %v", at, person, a.action, unitID(u), instant, want, got)
				}
			}
		}
	}
}

func (p *portal) compareLists(at string, f *firm, actor int) {
	seen, no := p.sight(f, actor)
	by := p.actors[actor]
	var id accessmgmt.EnterpriseID
	if f != nil {
		id = f.id
	}
	whole := accessmgmt.Paging{Limit: 1000}
	list, err := p.svc.AssignmentsPage(ctx, by, accessmgmt.AssignmentQuery{Enterprise: id, Paging: whole})
	want := p.assignmentRows(func(f *firm, g *grantedRole) bool { return seen.sees(f, g.offer) })
	p.listed(at+", assignments", no, want, err, rowsOf(list.Items, p.assignmentRow))

	for open, ask := range map[bool]func() (accessmgmt.List[accessmgmt.Task], error){
		true: func() (accessmgmt.List[accessmgmt.Task], error) {
			return p.svc.OpenTasksPage(ctx, by, accessmgmt.TaskQuery{Enterprise: id, Paging: whole})
		},
		false: func() (accessmgmt.List[accessmgmt.Task], error) {
			return p.svc.HandledTasksPage(ctx, by, accessmgmt.TaskQuery{Enterprise: id, Paging: whole})
		},
	} {
		tasks, err := ask()
		want := p.taskRows(open, func(f *firm, r *askedRole) bool { return seen.sees(f, r.offer) })
		p.listed(fmt.Sprintf("%s, tasks open: %t", at, open), no, want, err, rowsOf(tasks.Items, p.taskRow))
	}
	invited, err := p.svc.InvitationsPage(ctx, by, accessmgmt.InvitationQuery{Enterprise: id, Paging: whole})
	want = p.invitationRows(func(f *firm, i *invitee) bool { return seen.sees(f, i.lines...) })
	p.listed(at+", invitations", no, want, err, rowsOf(invited.Items, invitationRow))

	templates, err := p.svc.TemplatesPage(ctx, by, accessmgmt.TemplateQuery{Enterprise: id, Paging: whole})
	p.listed(at+", templates", no, p.templateRows(seen), err, rowsOf(templates.Items, func(i accessmgmt.TemplateItem) string {
		return fmt.Sprint(i.Template.ID, " ", len(i.Template.Lines))
	}))
}

// compareOwn compares what is an actor's own.
func (p *portal) compareOwn(actor int) {
	no := ""
	if actor == feeble {
		no = accessmgmt.CodeAssurance
	}
	list, err := p.svc.AssignmentsPage(ctx, p.actors[actor], accessmgmt.AssignmentQuery{Mine: true, Paging: accessmgmt.Paging{Limit: 1000}})
	p.listed(fmt.Sprint("assignments of ", actor), no, p.assignmentRows(func(_ *firm, g *grantedRole) bool { return g.person == actor }), err, rowsOf(list.Items, p.assignmentRow))
	tasks, err := p.svc.OpenTasksPage(ctx, p.actors[actor], accessmgmt.TaskQuery{Mine: true, Paging: accessmgmt.Paging{Limit: 1000}})
	p.listed(fmt.Sprint("tasks of ", actor), no, p.taskRows(true, func(_ *firm, r *askedRole) bool { return r.person == actor }), err, rowsOf(tasks.Items, p.taskRow))
	invited, err := p.svc.InvitationsPage(ctx, p.actors[actor], accessmgmt.InvitationQuery{Mine: true, Paging: accessmgmt.Paging{Limit: 1000}})
	own := func(_ *firm, i *invitee) bool { return i.answered == actor || i.named && i.to == actor }
	p.listed(fmt.Sprint("invitations of ", actor), no, p.invitationRows(own), err, rowsOf(invited.Items, invitationRow))
}

// listed compares a list, or its refusal.
func (p *portal) listed(what, no string, want []string, err error, got []string) {
	if code := accessmgmt.Code(err); code != "" || no != "" {
		p.alike(what, codes(no), codes(code))
		return
	}
	p.must(err)
	p.alike(what, want, got)
}

func (p *portal) must(err error) {
	if err != nil {
		p.Fatalf("%v", err)
	}
}

func rowsOf[T any](items []T, text func(T) string) []string {
	rows := []string{}
	for _, i := range items {
		rows = append(rows, text(i))
	}
	return rows
}

func (p *portal) assignmentRow(i accessmgmt.AssignmentItem) string {
	a := i.Assignment
	return a.ID.String() + " " + fmt.Sprint(i.State, p.personOf(a.Person), lineText(a.Role, a.Unit, a.Period))
}

func (p *portal) taskRow(t accessmgmt.Task) string {
	r := t.Request
	return r.ID.String() + " " + fmt.Sprint(t.State, p.personOf(r.Person), r.Kind, !r.Endorsement.At.IsZero(), lineText(r.Line.Role, r.Line.Unit, r.Line.Period))
}

func invitationRow(i accessmgmt.InvitationItem) string {
	text := i.Recipient.ID.String() + " " + fmt.Sprint(i.State, i.Recipient.Generation, i.Recipient.ExpiresAt)
	for _, l := range i.Invitation.Lines {
		text += lineText(l.Role, l.Unit, l.Period)
	}
	return text
}

// intact verifies the audit of each enterprise.
func (p *portal) intact() {
	for _, f := range p.firms {
		if f.id.IsZero() {
			continue
		}
		report, err := p.svc.VerifyAudit(ctx, workflowtest.Staff(), f.id)
		p.must(err)
		if !report.Intact() {
			p.Fatalf("the audit is broken: %+v", report.Broken)
		}
	}
}

func codes(all ...string) []string { return all }
