package workflowtest

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// inquiry is one list asked by one actor with one filter, and what the test
// knows it must show.
type inquiry struct {
	what string
	page func(accessmgmt.Paging) ([]uuid.UUID, accessmgmt.Cursor, error)
	walk func(accessmgmt.Paging) iter.Seq2[uuid.UUID, error]
	// count is nil for a list that has none.
	count func() (int, error)
	want  func() []entry
	kind  error // what it fails with; nil: it doesn't
}

// place returns the number of an enterprise.
func (d *directory) place(id accessmgmt.EnterpriseID) int { return slices.Index(d.enterprises, id) }

// sees reports whether somebody may see, as a manager, a row of an enterprise
// that is about some roles.
func (d *directory) sees(l lister, of accessmgmt.EnterpriseID, codes ...roles.Code) bool {
	i := d.place(of)
	if slices.Contains(l.whole, i) {
		return true
	}
	return len(codes) > 0 && !slices.ContainsFunc(codes, func(c roles.Code) bool { return !slices.Contains(l.some[i], c.Application()) })
}

// asked is who asks, of which enterprise, and for his own rows or those he
// manages.
type asked struct {
	lister
	person     accessmgmt.PersonID
	enterprise accessmgmt.EnterpriseID
	mine       bool
}

func (d *directory) anyAsked() asked {
	a := asked{lister: pick(d.rng, d.listers)}
	if d.chance(50) { // who manages something
		a.lister = pick(d.rng, d.listers[:6])
	}
	if !a.staff {
		a.person, _ = d.Svc.Identify(d.Ctx, a.actor.Identity)
	}
	if d.chance(40) {
		a.enterprise = pick(d.rng, d.enterprises)
	}
	a.mine = d.chance(15)
	return a
}

// kind is what is told to somebody who manages nothing in the enterprise he
// asks about.
func (d *directory) kind(a asked) error {
	i := d.place(a.enterprise)
	switch {
	case a.mine || a.enterprise.IsZero() || slices.Contains(a.whole, i) || len(a.some[i]) > 0:
		return nil
	case a.staff:
		return accessmgmt.ErrDenied
	}
	return accessmgmt.ErrNotFound
}

// lets reports whether a row is in the scope of who asks: own says whose it is.
func (d *directory) lets(a asked, of accessmgmt.EnterpriseID, own []accessmgmt.PersonID, codes ...roles.Code) bool {
	if !a.enterprise.IsZero() && a.enterprise != of {
		return false
	}
	if a.mine {
		return !a.person.IsZero() && slices.Contains(own, a.person)
	}
	return d.sees(a.lister, of, codes...)
}

// named reports whether each word stands in a name, folded by hand.
func (d *directory) named(name string, words []string) bool {
	folded, known := d.folded[name]
	require.True(d, known || name == "", "%q isn't in the test's table", name)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded, w) })
}

// someOf returns a random part of a list, or nothing.
func someOf[T any](d *directory, of []T) []T {
	if d.chance(75) {
		return nil
	}
	var out []T
	for _, v := range of {
		if d.chance(50) {
			out = append(out, v)
		}
	}
	return out
}

// anyUnits are units of any enterprise, and the whole of one.
func (d *directory) anyUnits() []accessmgmt.UnitID {
	return someOf(d, append(slices.Concat(d.units...), accessmgmt.UnitID{}))
}

// anyDays are days around today, or none.
func (d *directory) anyDays() (p roles.Period) {
	if d.chance(30) {
		first := d.Svc.Today().AddDays(d.rng.IntN(8) - 6)
		if p = roles.From(first); d.chance(70) {
			p = roles.Between(first, first.AddDays(d.rng.IntN(4)))
		}
	}
	return p
}

// onDays reports whether an instant is on one of some days in Brussels.
func (d *directory) onDays(at time.Time, p roles.Period) bool {
	end, ends := p.End()
	return p.IsZero() || !at.Before(d.midnight(p.Start())) && (!ends || at.Before(d.midnight(end.AddDays(1))))
}

func (d *directory) search() (typed string, words []string) {
	if d.chance(70) {
		return "", nil
	}
	s := pick(d.rng, searches)
	return s.typed, s.words
}

// inquire returns a random list of one kind with a random filter.
func (d *directory) inquire(kind int) inquiry {
	switch kind {
	case 0, 1:
		return d.inquireTasks(kind == 0)
	case 2:
		return d.inquireInvitations()
	case 3:
		return d.inquireTemplates()
	default:
		return d.inquireAssignments()
	}
}

const inquiryKinds = 6 // assignments have the most filters

func (d *directory) inquireTasks(open bool) inquiry {
	a := d.anyAsked()
	typed, words := d.search()
	list := []invitation.RequestState{invitation.Pending}
	if !open {
		list = []invitation.RequestState{invitation.Approved, invitation.Refused, invitation.Withdrawn, invitation.Lapsed}
	}
	q := accessmgmt.TaskQuery{Enterprise: a.enterprise, Mine: a.mine, Roles: someOf(d, slices.Concat(directoryRoles, []roles.Code{taxOfficer, "no.such"})), Units: d.anyUnits(), Name: typed,
		States: someOf(d, append(list, "no such", invitation.Pending, invitation.Refused))}
	q.Requested = d.anyDays()
	page, walk, count := d.Svc.OpenTasksPage, d.Svc.OpenTasks, d.Svc.CountTasks
	if !open {
		page, walk, count = d.Svc.HandledTasksPage, d.Svc.HandledTasks, d.Svc.CountHandledTasks
	}
	return inquiry{
		what: fmt.Sprintf("tasks (open: %t) of %s: %+v", open, a.name, q), kind: d.kind(a),
		page: func(p accessmgmt.Paging) ([]uuid.UUID, accessmgmt.Cursor, error) {
			q := q
			q.Paging = p
			list, err := page(d.Ctx, a.actor, q)
			d.requireTasks(a, list.Items)
			return idsIn(list, err, taskID)
		},
		walk: func(p accessmgmt.Paging) iter.Seq2[uuid.UUID, error] {
			q := q
			q.Paging = p
			return idsAlong(walk(d.Ctx, a.actor, q), taskID)
		},
		count: func() (int, error) { return count(d.Ctx, a.actor, q) },
		want: func() []entry {
			var found []entry
			for _, r := range d.requests {
				state := r.StateAt(d.Clock.Now())
				if d.lets(a, r.Enterprise, []accessmgmt.PersonID{r.Person}, r.Line.Role) && slices.Contains(list, state) && anyOf(q.States, state) &&
					anyOf(q.Roles, r.Line.Role) && anyOf(q.Units, r.Line.Unit) && d.onDays(r.RequestedAt, q.Requested) && d.named(d.members[r.Enterprise][r.Person].Name(), words) {
					found = append(found, entry{id: r.ID.UUID, at: r.RequestedAt})
				}
			}
			return found
		},
	}
}

// requireTasks fails unless tasks show what is known of their requests, and of
// what another row is about nothing that the reader may not see.
func (d *directory) requireTasks(a asked, tasks []accessmgmt.Task) {
	for _, t := range tasks {
		of, r := t.Request.Enterprise, t.Request
		require.Equal(d, d.members[of][r.Person], t.Requester)
		require.Equal(d, d.members[of][r.RequestedBy].Name(), t.RequestedBy)
		require.Equal(d, d.members[of][r.Endorsement.By].Name(), t.EndorsedBy)
		if r.Recipient.IsZero() {
			require.Zero(d, t.Invited)
			require.Zero(d, t.Answer)
		}
		i := slices.IndexFunc(d.assignments, func(x accessmgmt.RoleAssignment) bool { return x.ID == r.Target })
		if i < 0 || !a.mine && !d.sees(a.lister, of, d.assignments[i].Role) {
			require.Zero(d, t.Target)
			continue
		}
		require.Equal(d, d.assignments[i], t.Target)
	}
}

func (d *directory) inquireInvitations() inquiry {
	a := d.anyAsked()
	typed, words := d.search()
	q := accessmgmt.InvitationQuery{Enterprise: a.enterprise, Mine: a.mine, Roles: someOf(d, slices.Concat(directoryRoles, []roles.Code{taxOfficer, "no.such"})), Name: typed,
		Units: d.anyUnits(), Created: d.anyDays(), States: someOf(d, append(invitation.RecipientStates(), "no such"))}
	if d.chance(10) {
		q.Invitation = pick(d.rng, d.recipients).Invitation
	}
	return inquiry{
		what: fmt.Sprintf("invitations of %s: %+v", a.name, q), kind: d.kind(a),
		page: func(p accessmgmt.Paging) ([]uuid.UUID, accessmgmt.Cursor, error) {
			q := q
			q.Paging = p
			list, err := d.Svc.InvitationsPage(d.Ctx, a.actor, q)
			return idsIn(list, err, invitationItemID)
		},
		walk: func(p accessmgmt.Paging) iter.Seq2[uuid.UUID, error] {
			q := q
			q.Paging = p
			return idsAlong(d.Svc.Invitations(d.Ctx, a.actor, q), invitationItemID)
		},
		count: func() (int, error) { return d.Svc.CountInvitations(d.Ctx, a.actor, q) },
		want: func() []entry {
			var found []entry
			for _, r := range d.recipients {
				var codes []roles.Code
				atUnit := len(q.Units) == 0
				for _, l := range d.invitations[r.Invitation].Lines {
					codes = append(codes, l.Role)
					atUnit = atUnit || slices.Contains(q.Units, l.Unit)
				}
				if d.lets(a, r.Enterprise, []accessmgmt.PersonID{r.Answer.Person, r.Invitee.Person}, codes...) && anyOf(q.States, r.StateAt(d.Clock.Now())) &&
					(len(q.Roles) == 0 || slices.ContainsFunc(codes, func(c roles.Code) bool { return slices.Contains(q.Roles, c) })) &&
					atUnit && d.onDays(r.CreatedAt, q.Created) && (q.Invitation.IsZero() || r.Invitation == q.Invitation) && d.named(r.Invitee.GivenName+" "+r.Invitee.FamilyName, words) {
					found = append(found, entry{id: r.ID.UUID, at: r.CreatedAt})
				}
			}
			return found
		},
	}
}

func (d *directory) inquireTemplates() inquiry {
	a := d.anyAsked()
	a.mine = false // nobody's own
	q := accessmgmt.TemplateQuery{Enterprise: a.enterprise, Retired: d.chance(50)}
	id := func(t accessmgmt.TemplateItem) uuid.UUID { return t.Template.ID.UUID }
	return inquiry{
		what: fmt.Sprintf("templates of %s: %+v", a.name, q), kind: d.kind(a),
		page: func(p accessmgmt.Paging) ([]uuid.UUID, accessmgmt.Cursor, error) {
			q := q
			q.Paging = p
			list, err := d.Svc.TemplatesPage(d.Ctx, a.actor, q)
			return idsIn(list, err, id)
		},
		walk: func(p accessmgmt.Paging) iter.Seq2[uuid.UUID, error] {
			q := q
			q.Paging = p
			return idsAlong(d.Svc.Templates(d.Ctx, a.actor, q), id)
		},
		want: func() []entry {
			var found []entry
			for _, t := range d.templates {
				var codes []roles.Code
				for _, l := range t.Lines {
					codes = append(codes, l.Role)
				}
				if d.lets(a, t.Enterprise, nil, codes...) && (q.Retired || t.RetiredAt.IsZero()) {
					found = append(found, entry{id: t.ID.UUID, at: t.CreatedAt})
				}
			}
			return found
		},
	}
}

// midnight is the first instant of a day in Brussels.
func (d *directory) midnight(day roles.Date) time.Time {
	brussels, err := time.LoadLocation("Europe/Brussels")
	require.NoError(d, err)
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, brussels)
}

func (d *directory) inquireAssignments() inquiry {
	a := d.anyAsked()
	typed, words := d.search()
	today := d.Svc.Today()
	states := []roles.AssignmentState{roles.Scheduled, roles.Active, roles.Expired, roles.Ended}
	q := accessmgmt.AssignmentQuery{Enterprise: a.enterprise, Mine: a.mine, Roles: someOf(d, slices.Concat(directoryRoles, []roles.Code{taxOfficer, "no.such"})), Units: d.anyUnits(), Name: typed,
		States: someOf(d, append(states, "no such"))}
	if d.chance(10) {
		q.Person, _ = d.Svc.Identify(d.Ctx, pick(d.rng, d.people).Identity)
	}
	if d.chance(30) {
		first := today.AddDays(d.rng.IntN(40) - 10)
		if q.During = roles.From(first); d.chance(70) {
			q.During = roles.Between(first, first.AddDays(d.rng.IntN(20)))
		}
	}
	by := roles.Date{}
	if d.chance(30) {
		q.AboutToEnd, by = true, today.AddDays(30)
	}
	if d.chance(20) {
		q.EndsBy = today.AddDays(d.rng.IntN(40) - 5)
		by = q.EndsBy
	}
	return inquiry{
		what: fmt.Sprintf("assignments of %s: %+v", a.name, q), kind: d.kind(a),
		page: func(p accessmgmt.Paging) ([]uuid.UUID, accessmgmt.Cursor, error) {
			q := q
			q.Paging = p
			list, err := d.Svc.AssignmentsPage(d.Ctx, a.actor, q)
			return idsIn(list, err, assignmentItemID)
		},
		walk: func(p accessmgmt.Paging) iter.Seq2[uuid.UUID, error] {
			q := q
			q.Paging = p
			return idsAlong(d.Svc.Assignments(d.Ctx, a.actor, q), assignmentItemID)
		},
		count: func() (int, error) { return d.Svc.CountAssignments(d.Ctx, a.actor, q) },
		want: func() []entry {
			var found []entry
			for _, x := range d.assignments {
				state := x.StateAt(d.Clock.Now())
				if d.lets(a, x.Enterprise, []accessmgmt.PersonID{x.Person}, x.Role) && anyOf(q.States, state) && anyOf(q.Roles, x.Role) && anyOf(q.Units, x.Unit) &&
					(q.Person.IsZero() || x.Person == q.Person) && d.named(d.members[x.Enterprise][x.Person].Name(), words) &&
					d.holdsDuring(x, q.During) && (by.IsZero() || d.endsBy(x, by)) {
					found = append(found, entry{id: x.ID.UUID, at: x.GivenAt})
				}
			}
			return found
		},
	}
}

// last is the instant from which an assignment is in force no more; zero: it has
// no end.
func last(x accessmgmt.RoleAssignment) time.Time {
	if !x.EndedAt.IsZero() && (x.Window.To.IsZero() || x.EndedAt.Before(x.Window.To)) {
		return x.EndedAt
	}
	return x.Window.To
}

func (d *directory) holdsDuring(x accessmgmt.RoleAssignment, p roles.Period) bool {
	if p.IsZero() {
		return true
	}
	to := last(x)
	if !to.IsZero() && !x.Window.From.Before(to) {
		return false // it was ended before it began
	}
	end, ends := p.End()
	return (to.IsZero() || to.After(d.midnight(p.Start()))) && (!ends || x.Window.From.Before(d.midnight(end.AddDays(1))))
}

func (d *directory) endsBy(x accessmgmt.RoleAssignment, by roles.Date) bool {
	to := last(x)
	return !to.IsZero() && to.After(d.Clock.Now()) && !to.After(d.midnight(by.AddDays(1)))
}
