package workflowtest

import (
	"slices"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// directoryScenarios read lists of a world made at random while things happen,
// and with cursors that aren't theirs.
var directoryScenarios = map[string]func(*directory){
	"while things happen": func(d *directory) {
		walked := 0
		for n := 0; walked < 12; n++ {
			q := d.inquire(n % inquiryKinds)
			if q.kind != nil || len(q.want()) < 5 {
				continue
			}
			walked++
			d.requireWalk(q, accessmgmt.Paging{Limit: 1 + n%3, Newest: d.chance(50)})
		}
	},
	"cursors of another filter": func(d *directory) {
		type place struct {
			inquiry
			newest bool
			cursor accessmgmt.Cursor
		}
		var places []place
		for n := 0; len(places) < 60; n++ {
			q := d.inquire(n % inquiryKinds)
			if q.kind != nil || slices.ContainsFunc(places, func(p place) bool { return p.what == q.what }) {
				continue
			}
			p := place{q, d.chance(50), ""}
			var err error
			_, p.cursor, err = q.page(accessmgmt.Paging{Limit: 1, Newest: p.newest})
			require.NoError(d, err)
			if p.cursor != "" {
				places = append(places, p)
			}
		}
		for _, from := range places {
			for _, to := range places {
				_, _, err := to.page(accessmgmt.Paging{After: from.cursor, Newest: to.newest})
				if from.what == to.what {
					require.NoError(d, err, from.what)
					continue
				}
				require.Equal(d, []string{"after malformed"}, d.problems(err), "the cursor of %s in %s", from.what, to.what)
			}
			_, _, err := from.page(accessmgmt.Paging{After: from.cursor, Newest: !from.newest})
			require.Equal(d, []string{"after malformed"}, d.problems(err), "%s, the other way", from.what)
		}
	},
	"cursors of a filter that differs in one thing": func(d *directory) {
		page := func(after accessmgmt.Cursor) accessmgmt.Paging { return accessmgmt.Paging{After: after, Limit: 1} }
		refused := func(what string, err error) {
			d.Helper()
			require.Equal(d, []string{"after malformed"}, d.problems(err), what)
		}
		units, codes := []accessmgmt.UnitID{{}}, []roles.Code{permitReader}
		gap, of := d.gaps[0], d.enterprises[0]
		tasks, err := d.Svc.HandledTasksPage(d.Ctx, gap, accessmgmt.TaskQuery{Paging: page("")})
		require.NoError(d, err)
		for what, q := range map[string]accessmgmt.TaskQuery{"enterprise": {Enterprise: of}, "mine": {Mine: true}, "roles": {Roles: codes}, "units": {Units: units}, "name": {Name: "anne"}, "days": {Requested: roles.From(d.Svc.Today())},
			"states": {States: []invitation.RequestState{invitation.Approved}}} {
			q.Paging = page(tasks.Next)
			refused("tasks by "+what, second(d.Svc.HandledTasksPage(d.Ctx, gap, q)))
		}
		invitations, err := d.Svc.InvitationsPage(d.Ctx, gap, accessmgmt.InvitationQuery{Paging: page("")})
		require.NoError(d, err)
		for what, q := range map[string]accessmgmt.InvitationQuery{"enterprise": {Enterprise: of}, "mine": {Mine: true}, "roles": {Roles: codes}, "units": {Units: units}, "name": {Name: "anne"}, "days": {Created: roles.From(d.Svc.Today())},
			"states": {States: []invitation.RecipientState{invitation.Expired}}, "invitation": {Invitation: d.recipients[0].Invitation}} {
			q.Paging = page(invitations.Next)
			refused("invitations by "+what, second(d.Svc.InvitationsPage(d.Ctx, gap, q)))
		}
		assignments, err := d.Svc.AssignmentsPage(d.Ctx, gap, accessmgmt.AssignmentQuery{Paging: page("")})
		require.NoError(d, err)
		for what, q := range map[string]accessmgmt.AssignmentQuery{"enterprise": {Enterprise: of}, "mine": {Mine: true}, "roles": {Roles: codes}, "units": {Units: units}, "name": {Name: "anne"},
			"states": {States: []roles.AssignmentState{roles.Active}}, "person": {Person: d.assignments[0].Person}, "days": {During: roles.From(d.Svc.Today())},
			"end": {EndsBy: d.Svc.Today()}, "about to end": {AboutToEnd: true}} {
			q.Paging = page(assignments.Next)
			refused("assignments by "+what, second(d.Svc.AssignmentsPage(d.Ctx, gap, q)))
		}
		templates, err := d.Svc.TemplatesPage(d.Ctx, gap, accessmgmt.TemplateQuery{Paging: page("")})
		require.NoError(d, err)
		for what, q := range map[string]accessmgmt.TemplateQuery{"enterprise": {Enterprise: of}, "retired": {Retired: true}} {
			q.Paging = page(templates.Next)
			refused("templates by "+what, second(d.Svc.TemplatesPage(d.Ctx, gap, q)))
		}
	},
	"an office that ended": func(d *directory) {
		nora := Person("Nora", "Next")
		d.folded["Nora Next"] = "nora next"
		for _, kind := range []accessmgmt.ManagerKind{accessmgmt.CoGAP, accessmgmt.AccessManager} {
			domain := map[accessmgmt.ManagerKind]roles.DomainCode{accessmgmt.AccessManager: "north"}[kind]
			term := d.of(0).appoint(nora, kind, domain)
			var reads []func(accessmgmt.Paging) (int, accessmgmt.Cursor, error)
			var cursors []accessmgmt.Cursor
			for _, of := range []accessmgmt.EnterpriseID{d.enterprises[0], {}} {
				for _, read := range d.readsOf(nora, of) {
					rows, next, err := read(accessmgmt.Paging{Limit: 1})
					require.NoError(d, err)
					require.Equal(d, 1, rows)
					require.NotEmpty(d, next)
					reads, cursors = append(reads, read), append(cursors, next)
				}
			}
			d.of(0).dismiss(term)
			for i, read := range reads {
				rows, next, err := read(accessmgmt.Paging{After: cursors[i]})
				require.Zero(d, rows)
				require.Empty(d, next)
				if i >= len(reads)/2 { // of all he manages, which is nothing
					require.NoError(d, err)
					continue
				}
				d.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			}
		}
	},
}

// readsOf reads each list of one enterprise, or of all, as somebody.
func (d *directory) readsOf(a accessmgmt.Actor, of accessmgmt.EnterpriseID) []func(accessmgmt.Paging) (int, accessmgmt.Cursor, error) {
	return []func(accessmgmt.Paging) (int, accessmgmt.Cursor, error){
		func(p accessmgmt.Paging) (int, accessmgmt.Cursor, error) {
			list, err := d.Svc.OpenTasksPage(d.Ctx, a, accessmgmt.TaskQuery{Enterprise: of, Paging: p})
			return len(list.Items), list.Next, err
		},
		func(p accessmgmt.Paging) (int, accessmgmt.Cursor, error) {
			list, err := d.Svc.HandledTasksPage(d.Ctx, a, accessmgmt.TaskQuery{Enterprise: of, Paging: p})
			return len(list.Items), list.Next, err
		},
		func(p accessmgmt.Paging) (int, accessmgmt.Cursor, error) {
			list, err := d.Svc.InvitationsPage(d.Ctx, a, accessmgmt.InvitationQuery{Enterprise: of, Paging: p})
			return len(list.Items), list.Next, err
		},
		func(p accessmgmt.Paging) (int, accessmgmt.Cursor, error) {
			list, err := d.Svc.AssignmentsPage(d.Ctx, a, accessmgmt.AssignmentQuery{Enterprise: of, Paging: p})
			return len(list.Items), list.Next, err
		},
		func(p accessmgmt.Paging) (int, accessmgmt.Cursor, error) {
			list, err := d.Svc.TemplatesPage(d.Ctx, a, accessmgmt.TemplateQuery{Enterprise: of, Paging: p})
			return len(list.Items), list.Next, err
		},
	}
}

// requireWalk reads a list page by page while things happen. A row that is there
// and fits from the first page to the last comes once and in order; none comes
// twice; none comes that fits neither before nor after.
func (d *directory) requireWalk(q inquiry, p accessmgmt.Paging) {
	d.Helper()
	before := orderedIDs(q.want(), p.Newest)
	always, ever := before, slices.Clone(before)
	var got []uuid.UUID
	for {
		ids, next, err := q.page(p)
		require.NoError(d, err, q.what)
		got = append(got, ids...)
		if next == "" {
			break
		}
		p.After = next
		d.happen()
		d.refresh()
		now := orderedIDs(q.want(), p.Newest)
		always = slices.DeleteFunc(slices.Clone(always), func(id uuid.UUID) bool { return !slices.Contains(now, id) })
		ever = append(ever, now...)
	}
	seen := map[uuid.UUID]bool{}
	for _, id := range got {
		require.False(d, seen[id], "a row comes twice: %s", q.what)
		seen[id] = true
		require.Contains(d, ever, id, q.what)
	}
	require.Equal(d, always, slices.DeleteFunc(got, func(id uuid.UUID) bool { return !slices.Contains(always, id) }), q.what)
}

// happen does something new, and something to what is there.
func (d *directory) happen() {
	d.step()
	i := d.rng.IntN(3)
	w := d.of(i)
	for _, r := range d.requests {
		if r.Enterprise == w.Acme && r.StateAt(d.Clock.Now()) == invitation.Pending && d.chance(5) {
			d.tolerated(one(w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: refs(r)})))
			break
		}
	}
	for _, a := range d.assignments {
		if a.Enterprise == w.Acme && a.Role != taxOfficer && d.chance(2) {
			d.tolerated(one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Assignments: []accessmgmt.AssignmentID{a.ID}})))
			break
		}
	}
	for _, r := range d.recipients {
		if r.Enterprise == w.Acme && d.chance(2) {
			d.tolerated(one(w.Svc.Revoke(w.Ctx, w.GAP, accessmgmt.Revoke{Enterprise: w.Acme, Recipients: []accessmgmt.RecipientID{r.ID}})))
			break
		}
	}
}
