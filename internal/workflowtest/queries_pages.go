package workflowtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// pageScenarios read lists page by page.
var pageScenarios = map[string]func(*World){
	"of any size, both ways": func(w *World) {
		ar := fill(w)
		for _, name := range sortedNames(listings) {
			l := listings[name]
			for _, q := range []asking{{}, {enterprise: ar.second}, {mine: true}} {
				actor := map[bool]accessmgmt.Actor{false: ar.GAP, true: ar.bert}[q.mine]
				for _, newest := range []bool{false, true} {
					q.Newest = newest
					whole, err := ar.visible(l, actor, q)
					require.NoError(w, err)
					for limit := 1; limit <= len(whole)+2; limit++ {
						q.Limit = limit
						require.Equal(w, whole, ar.paged(l, actor, q, whole), "%s by %d", name, limit)
						walked, err := collect(w, l.walk(w.Svc, w, actor, q), toTheEnd)
						require.NoError(w, err)
						require.Equal(w, whole, walked)
					}
				}
			}
		}
	},
	"of the audit": func(w *World) {
		ar := fill(w)
		whole, err := collect(w, w.Svc.Audit(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: ar.acme}), toTheEnd)
		require.NoError(w, err)
		require.Greater(w, len(whole), 20)
		for limit := 1; limit <= len(whole)+1; limit++ {
			walked, err := collect(w, w.Svc.Audit(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: ar.acme, Paging: accessmgmt.Paging{Limit: limit}}), toTheEnd)
			require.NoError(w, err)
			require.Equal(w, whole, walked)
		}
		seq, ordinal := uint64(0), 0
		for _, r := range whole {
			if r.Seq == seq {
				require.Equal(w, ordinal+1, r.Ordinal)
			} else {
				require.Equal(w, seq+1, r.Seq)
				require.Zero(w, r.Ordinal)
			}
			seq, ordinal = r.Seq, r.Ordinal
		}
		for since := uint64(0); since <= seq+1; since++ {
			want := slices.DeleteFunc(slices.Clone(whole), func(r accessmgmt.AuditRecord) bool { return r.Seq < since })
			for _, limit := range []int{1, 3, 0} {
				walked, err := collect(w, w.Svc.Audit(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: ar.acme, Since: since, Paging: accessmgmt.Paging{Limit: limit}}), toTheEnd)
				require.NoError(w, err)
				require.Len(w, walked, len(want))
				require.True(w, len(want) == 0 || walked[0].Hash == want[0].Hash, "since %d", since)
			}
		}
		_, err = w.Svc.AuditPage(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: ar.acme, Paging: accessmgmt.Paging{Newest: true}})
		require.Equal(w, []string{"newest unknown"}, w.problems(err))
	},
	"bounds": func(w *World) {
		w.crowd(60) // 121 assignments
		for limit, want := range map[int]int{0: 100, 1: 1, 120: 120, 121: 121, 1000: 121} {
			list, err := w.Svc.AssignmentsPage(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Paging: accessmgmt.Paging{Limit: limit}})
			require.NoError(w, err)
			require.Len(w, list.Items, want)
			require.Equal(w, want == 121, list.Next == "", "after %d", want)
		}
		for _, limit := range []int{-1, 1001, -1 << 40, 1 << 40} {
			for _, name := range sortedNames(listings) {
				for who, actor := range map[string]accessmgmt.Actor{"GAP": w.GAP, "user of nothing": w.Rep, "stranger": Person("Stan", "Stranger"), "operator": Staff()} {
					_, _, err := listings[name].page(w.Svc, w, actor, asking{Paging: accessmgmt.Paging{Limit: limit}})
					require.Equal(w, []string{"limit too_many"}, w.problems(err), "%s of %s", name, who)
				}
			}
			_, err := w.Svc.AuditPage(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: w.Acme, Paging: accessmgmt.Paging{Limit: limit}})
			require.Equal(w, []string{"limit too_many"}, w.problems(err))
			got, err := collect(w, w.Svc.Assignments(w.Ctx, w.GAP, accessmgmt.AssignmentQuery{Paging: accessmgmt.Paging{Limit: limit}}), toTheEnd)
			require.Empty(w, got)
			require.Equal(w, []string{"limit too_many"}, w.problems(err))
		}
	},
	"deciding each while they are listed": func(w *World) {
		var want []uuid.UUID
		for i := range 9 {
			want = append(want, w.Request(Person(fmt.Sprintf("P%d", i), "Pages"), w.Line(roles.Editor)).ID.UUID)
		}
		var got []uuid.UUID
		for task, err := range w.Svc.OpenTasks(w.Ctx, w.GAP, accessmgmt.TaskQuery{Paging: accessmgmt.Paging{Limit: 2}}) {
			require.NoError(w, err)
			got = append(got, task.Request.ID.UUID)
			w.approve(task.Request)
			if len(got) == 4 { // one that comes later is listed too, at the end
				want = append(want, w.Request(Person("Late", "Pages"), w.Line(roles.Editor)).ID.UUID)
			}
		}
		require.Equal(w, want, got)
		w.requireCounts(0, 10)
	},
	"writing while walking back": func(w *World) {
		var want []uuid.UUID
		for i := range 7 {
			r, _ := w.Invite(Person(fmt.Sprintf("P%d", i), "Back"), w.Line(roles.Editor))
			want = append(want, r.ID.UUID)
		}
		slices.Reverse(want)
		var got []uuid.UUID
		for item, err := range w.Svc.Invitations(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Paging: accessmgmt.Paging{Limit: 3, Newest: true}}) {
			require.NoError(w, err)
			got = append(got, item.Recipient.ID.UUID)
			w.Invite(Person(fmt.Sprintf("N%d", len(got)), "Back"), w.Line(roles.Editor)) // newer: not on the way
			_, err := w.Svc.Resend(w.Ctx, w.GAP, accessmgmt.Resend{Enterprise: w.Acme, Recipient: item.Recipient.ID})
			require.NoError(w, err)
		}
		require.Equal(w, want, got)
	},
	"two walks at once": func(w *World) {
		for i := range 5 {
			w.Invite(Person(fmt.Sprintf("P%d", i), "Twice"), w.Line(roles.Editor))
		}
		q := accessmgmt.InvitationQuery{Paging: accessmgmt.Paging{Limit: 1}}
		for a, err := range w.Svc.Invitations(w.Ctx, w.GAP, q) {
			require.NoError(w, err)
			inner, err := collect(w, w.Svc.Invitations(w.Ctx, w.GAP, q), toTheEnd)
			require.NoError(w, err)
			require.Len(w, inner, 5)
			require.Contains(w, inner, a)
		}
	},
}

// paged reads a list page by page, each of which must be full but the last.
func (ar *archive) paged(l listing, actor accessmgmt.Actor, q asking, whole []uuid.UUID) []uuid.UUID {
	var got []uuid.UUID
	for {
		ids, next, err := l.page(ar.Svc, ar.World, actor, q)
		require.NoError(ar, err)
		got = append(got, ids...)
		require.Equal(ar, len(got) == len(whole), next == "", "the last page says so, and no other")
		if next == "" {
			return got
		}
		require.Len(ar, ids, q.Limit)
		require.Regexp(ar, `^[A-Za-z0-9_-]{54}$`, string(next))
		q.After = next
	}
}

// cursorScenarios take cursors where they don't belong.
var cursorScenarios = map[string]func(*World){
	"of another list, filter, direction or reader": func(w *World) {
		ar := fill(w)
		_, err := w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, ar.other)) // reads Acme too
		require.NoError(w, err)
		_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, w.GAP))
		require.NoError(w, err)
		state := []roles.AssignmentState{roles.Active, roles.Ended, roles.Scheduled}
		invited := []invitation.RecipientState{invitation.Invited, invitation.Expired}
		page := func(after accessmgmt.Cursor) accessmgmt.Paging { return accessmgmt.Paging{After: after, Limit: 1} }
		reads := map[string]func(accessmgmt.Cursor) (accessmgmt.Cursor, error){}
		for name, l := range listings {
			for which, q := range map[string]asking{"": {}, " of Acme": {enterprise: ar.acme}, " of the second": {enterprise: ar.second}, " newest": {Paging: accessmgmt.Paging{Newest: true}}} {
				reads[name+which] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
					q.After, q.Limit = after, 1
					_, next, err := l.page(w.Svc, w, w.GAP, q)
					return next, err
				}
			}
			for who, actor := range map[string]accessmgmt.Actor{" of Anne": ar.anne, " of Bert": ar.bert} {
				reads[name+who] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
					_, next, err := l.page(w.Svc, w, actor, asking{mine: true, Paging: page(after)})
					return next, err
				}
			}
			reads[name+" that Bert manages"] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) { // none
				_, next, err := l.page(w.Svc, w, ar.bert, asking{Paging: page(after)})
				return next, err
			}
			reads[name+" of the other GAP"] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
				_, next, err := l.page(w.Svc, w, ar.other, asking{Paging: page(after)})
				return next, err
			}
		}
		for which, q := range map[string]accessmgmt.AssignmentQuery{"state": {States: state}, "role": {Roles: []roles.Code{roles.Reader}}, "person": {Person: w.ID(ar.bert)}} {
			reads["assignments by "+which] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
				q.Paging = page(after)
				list, err := w.Svc.AssignmentsPage(w.Ctx, w.GAP, q)
				return list.Next, err
			}
		}
		reads["invitations by state"] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
			list, err := w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{States: invited, Paging: page(after)})
			return list.Next, err
		}
		reads["recipients of one invitation"] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
			list, err := w.Svc.InvitationsPage(w.Ctx, w.GAP, accessmgmt.InvitationQuery{Invitation: ar.recipients[0].Invitation, Paging: page(after)})
			return list.Next, err
		}
		for which, id := range map[string]accessmgmt.EnterpriseID{"Acme": ar.acme, "the second": ar.second} {
			for who, actor := range map[string]accessmgmt.Actor{"GAP": w.GAP, "representative": w.Rep} {
				reads["audit of "+which+" by the "+who] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
					list, err := w.Svc.AuditPage(w.Ctx, actor, accessmgmt.AuditQuery{Enterprise: id, Paging: page(after)})
					return list.Next, err
				}
			}
		}
		reads["audit since the fifth commit"] = func(after accessmgmt.Cursor) (accessmgmt.Cursor, error) {
			list, err := w.Svc.AuditPage(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: ar.acme, Since: 5, Paging: page(after)})
			return list.Next, err
		}
		cursors := map[string]accessmgmt.Cursor{}
		for name, read := range reads {
			next, err := read("")
			require.NoError(w, err, name)
			if next != "" { // a list of one row has none
				cursors[name] = next
			}
		}
		require.Greater(w, len(cursors), 30)
		for from, cursor := range cursors {
			for to, read := range reads {
				_, err := read(cursor)
				if from == to {
					require.NoError(w, err, from)
					continue
				}
				require.Equal(w, []string{"after malformed"}, w.problems(err), "the cursor of %s in %s", from, to)
			}
		}
	},
	"that are none": func(w *World) {
		ar := fill(w)
		for _, name := range sortedNames(listings) {
			l := listings[name]
			_, next, err := l.page(w.Svc, w, w.GAP, asking{Paging: accessmgmt.Paging{Limit: 1}})
			require.NoError(w, err)
			c := string(next)
			for _, bad := range []string{"x", " ", c[:53], c + "A", c + "\n", "\n" + c, c[:20] + "\n" + c[20:], strings.ToUpper(c), c[:53] + "=", strings.Repeat("A", 54), strings.Repeat("é", 27)} {
				for _, actor := range []accessmgmt.Actor{w.GAP, ar.former} {
					_, _, err := l.page(w.Svc, w, actor, asking{Paging: accessmgmt.Paging{After: accessmgmt.Cursor(bad)}})
					require.Equal(w, []string{"after malformed"}, w.problems(err), "%q", bad)
					require.NotContains(w, err.Error(), bad[:1]+bad, "it doesn't repeat what it was given")
				}
			}
		}
	},
	"after the office was lost": func(w *World) {
		ar := fill(w)
		given, spanning := map[string]accessmgmt.Cursor{}, map[string]accessmgmt.Cursor{}
		for name, l := range listings {
			var err error
			_, given[name], err = l.page(w.Svc, w, w.GAP, asking{enterprise: ar.acme, Paging: accessmgmt.Paging{Limit: 1}})
			require.NoError(w, err)
			_, spanning[name], err = l.page(w.Svc, w, w.GAP, asking{Paging: accessmgmt.Paging{Limit: 1}})
			require.NoError(w, err)
		}
		audit, err := w.Svc.AuditPage(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: ar.acme, Paging: accessmgmt.Paging{Limit: 1}})
		require.NoError(w, err)
		_, err = w.Svc.DesignateGAP(w.Ctx, w.Rep, w.Designation(w.Number, Person("Nora", "Next")))
		require.NoError(w, err)
		delete(ar.offices, ar.acme)
		for name, l := range listings {
			ids, _, err := l.page(w.Svc, w, w.GAP, asking{enterprise: ar.acme, Paging: accessmgmt.Paging{After: given[name]}})
			w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
			require.Empty(w, ids)
			// Of the rest of his enterprises he sees the rest of his rows.
			ids, _, err = l.page(w.Svc, w, w.GAP, asking{Paging: accessmgmt.Paging{After: spanning[name]}})
			require.NoError(w, err)
			want, err := ar.visible(l, w.GAP, asking{})
			require.NoError(w, err)
			require.Equal(w, want, ids, "what came before the cursor was Acme's")
		}
		_, err = w.Svc.AuditPage(w.Ctx, w.GAP, accessmgmt.AuditQuery{Enterprise: ar.acme, Paging: accessmgmt.Paging{After: audit.Next}})
		w.requireFails(err, accessmgmt.ErrNotFound, accessmgmt.CodeNotFound)
	},
}
