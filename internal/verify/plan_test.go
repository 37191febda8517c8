package verify_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// planned is a query that comes often.
type planned struct {
	name  string
	run   func() error
	index string // what it goes by: "" for the primary key, "autoindex" for that or a unique one
	sorts bool   // of few rows, or of several enterprises
}

// plannedQueries are the queries that come often, about an enterprise and a
// person. Little else of what they name is there.
func plannedQueries(t *testing.T, store accessmgmt.Store, e accessmgmt.EnterpriseID, person accessmgmt.PersonID) []planned {
	unit := accessmgmt.UnitID{UUID: newID()}
	part := []accessmgmt.Part{{Enterprise: e, Applications: []roles.ApplicationCode{"monespace", "calista"}}}
	name := []string{"dub", "an"}
	several := []accessmgmt.EnterpriseID{e, {UUID: newID()}, {UUID: newID()}}
	one := several[:1]
	page := accessmgmt.Page{Limit: 50}
	later := accessmgmt.Page{Limit: 50, After: accessmgmt.PageKey{At: now, ID: newID()}, Newest: true}
	pending := []invitation.RequestState{invitation.Pending}
	emails := make([]string, 1000)
	for i := range emails {
		emails[i] = newID().String() + "@example.be"
	}

	return append(duePlans(store), []planned{
		{"Access", func() error { _, err := store.Access(ctx, e, person, accessmgmt.UnitID{}); return ignore(err) }, "", false},
		{"Access in a unit", func() error { _, err := store.Access(ctx, e, person, unit); return ignore(err) }, "", false},
		{"Enterprise", func() error { _, err := store.Enterprise(ctx, e); return ignore(err) }, "", false},
		{"EnterpriseByNumber", func() error { _, err := store.EnterpriseByNumber(ctx, number(1)); return ignore(err) }, "autoindex", false},
		{"Stamps", func() error { _, err := store.Stamps(ctx, several); return err }, "", false},
		{"Offices", func() error { _, err := store.Offices(ctx, person); return err }, "egovroles_enterprise_gap", false},
		{"Command", func() error { _, err := store.Command(ctx, e, command().ID); return ignore(err) }, "", false},
		{"PersonByIdentity", func() error {
			_, err := store.PersonByIdentity(ctx, accessmgmt.IdentityRef{Issuer: "i", Subject: "s"})
			return ignore(err)
		}, "egovroles_person_identity_person", true},
		{"PersonByNumber", func() error {
			_, err := store.PersonByNumber(ctx, []accessmgmt.NumberHash{{KeyID: "a"}, {KeyID: "b"}})
			return ignore(err)
		}, "egovroles_person_number_person", true},
		{"GAPs", func() error { _, err := store.GAPs(ctx, e); return err }, "", true},
		{"FindGAPs, those to decide on", func() error {
			_, err := store.FindGAPs(ctx, accessmgmt.GAPFilter{States: []accessmgmt.GAPState{accessmgmt.GAPRequested}}, page)
			return err
		}, "egovroles_gap_requested", false},
		{"FindGAPs, all", func() error { _, err := store.FindGAPs(ctx, accessmgmt.GAPFilter{}, later); return err }, "egovroles_gap_asked", false},
		{"FindGAPs, of a person", func() error {
			_, err := store.FindGAPs(ctx, accessmgmt.GAPFilter{Persons: []accessmgmt.PersonID{person}, States: []accessmgmt.GAPState{accessmgmt.GAPRequested}}, page)
			return err
		}, "egovroles_gap_candidate", false},
		{"FindGAPs, of an enterprise", func() error { _, err := store.FindGAPs(ctx, accessmgmt.GAPFilter{Enterprises: one}, page); return err }, "", true},
		{"Managers", func() error { _, err := store.Managers(ctx, e); return err }, "", true},
		{"ManagerTerms", func() error { _, err := store.ManagerTerms(ctx, person); return err }, "egovroles_manager_person", false},
		{"Suspensions", func() error { _, err := store.Suspensions(ctx, e); return err }, "", true},
		{"FindMembers", func() error {
			_, err := store.FindMembers(ctx, accessmgmt.MemberFilter{Enterprise: e, Name: name}, accessmgmt.Page{Limit: 9, After: accessmgmt.PageKey{ID: person.UUID}})
			return err
		}, "", false},
		{"Units", func() error { _, err := store.Units(ctx, e, []accessmgmt.UnitID{unit}); return err }, "", false},
		{"FindUnits, of an enterprise", func() error {
			_, err := store.FindUnits(ctx, accessmgmt.UnitFilter{Enterprises: one, Open: true}, later)
			return err
		}, "egovroles_unit_added", false},
		{"FindUnits, by a number", func() error {
			_, err := store.FindUnits(ctx, accessmgmt.UnitFilter{Enterprises: one, Numbers: []accessmgmt.EstablishmentUnitNumber{unitNumber(1)}}, page)
			return err
		}, "egovroles_unit_number", false},
		{"Templates", func() error { _, err := store.Templates(ctx, e, []accessmgmt.TemplateID{{UUID: newID()}}); return err }, "autoindex", false},
		{"FindTemplates", func() error {
			_, err := store.FindTemplates(ctx, accessmgmt.TemplateFilter{Parts: part}, later)
			return err
		}, "egovroles_template_created", false},
		{"Members", func() error { _, err := store.Members(ctx, e, []accessmgmt.PersonID{person}); return err }, "", false},
		{"Requests", func() error {
			_, err := store.Requests(ctx, e, []accessmgmt.RequestID{{UUID: newID()}, {UUID: newID()}})
			return err
		}, "autoindex", false},
		{"Assignments", func() error {
			_, err := store.Assignments(ctx, e, []accessmgmt.AssignmentID{{UUID: newID()}})
			return err
		}, "autoindex", false},
		{"RecipientByToken", func() error { _, err := store.RecipientByToken(ctx, invitation.TokenHash{1}); return ignore(err) }, "autoindex", false},

		{"FindRequests, the tasks of an enterprise", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: one, States: pending, At: now}, page)
			return err
		}, "egovroles_request_pending", false},
		{"FindRequests, the next tasks", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: one, States: pending, At: now}, later)
			return err
		}, "egovroles_request_pending", false},
		{"FindRequests, the tasks of several", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: several, States: pending, At: now}, page)
			return err
		}, "egovroles_request_pending", true},
		{"FindRequests, the tasks of a part", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Parts: part, States: pending, At: now}, later)
			return err
		}, "egovroles_request_pending", false},
		{"FindRequests, the tasks of a name", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: one, Name: name, States: pending, At: now}, page)
			return err
		}, "egovroles_request_pending", false},
		{"FindRequests, the tasks of a whole and a part", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: several[1:2], Parts: part, States: pending, At: now}, page)
			return err
		}, "egovroles_request_pending", false},
		{"CountRequests, the tasks of several", func() error {
			_, err := store.CountRequests(ctx, accessmgmt.RequestFilter{Enterprises: several, States: pending, At: now})
			return err
		}, "egovroles_request_pending", false},
		{"FindRequests, the history", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: one, At: now}, later)
			return err
		}, "egovroles_request_requested", false},
		{"FindRequests, what was decided", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Enterprises: one, States: []invitation.RequestState{invitation.Approved, invitation.Lapsed}, At: now}, later)
			return err
		}, "egovroles_request_requested", false},
		{"FindRequests, of a person", func() error {
			_, err := store.FindRequests(ctx, accessmgmt.RequestFilter{Person: person, At: now}, page)
			return err
		}, "egovroles_request_person", false},

		{"FindAssignments, of an enterprise", func() error {
			_, err := store.FindAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: one, States: []roles.AssignmentState{roles.Active}, At: now}, later)
			return err
		}, "egovroles_assignment_given", false},
		{"FindAssignments, of a part, a unit and a name", func() error {
			_, err := store.FindAssignments(ctx, accessmgmt.AssignmentFilter{Parts: part, Units: []accessmgmt.UnitID{unit, {}}, Name: name, At: now}, later)
			return err
		}, "egovroles_assignment_given", false},
		{"FindAssignments, about to end", func() error {
			_, err := store.FindAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: one, EndsBefore: now, During: roles.Window{From: now}, At: now}, page)
			return err
		}, "egovroles_assignment_given", false},
		{"CountAssignments", func() error {
			_, err := store.CountAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: one, States: []roles.AssignmentState{roles.Active}, At: now})
			return err
		}, "", false},
		{"FindAssignments, of a person", func() error {
			_, err := store.FindAssignments(ctx, accessmgmt.AssignmentFilter{Persons: []accessmgmt.PersonID{person}, At: now}, page)
			return err
		}, "egovroles_assignment_person", true},
		{"FindAssignments, of a person in an enterprise", func() error {
			_, err := store.FindAssignments(ctx, accessmgmt.AssignmentFilter{Enterprises: one, Persons: []accessmgmt.PersonID{person}, At: now}, page)
			return err
		}, "", true},
		{"Grants of an enterprise", func() error {
			_, err := store.Grants(ctx, accessmgmt.GrantQuery{Enterprise: e, Limit: 9, After: accessmgmt.GrantKey{Enterprise: e, Person: person}})
			return err
		}, "", false},
		{"Grants of several enterprises", func() error {
			_, err := store.Grants(ctx, accessmgmt.GrantQuery{Through: several[1], Limit: 9, After: accessmgmt.GrantKey{Enterprise: e, Person: person}})
			return err
		}, "", false},
		{"EnterprisesAfter", func() error {
			_, err := store.EnterprisesAfter(ctx, e, 9)
			return err
		}, "", false},
		{"Grants of a person", func() error {
			_, err := store.Grants(ctx, accessmgmt.GrantQuery{Person: person, Limit: 9, After: accessmgmt.GrantKey{Enterprise: e, Person: person}})
			return err
		}, "egovroles_assignment_person", false},

		{"FindRecipients, of an enterprise", func() error {
			_, err := store.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: one, At: now}, later)
			return err
		}, "egovroles_recipient_created", false},
		{"FindRecipients, of a part, by role and name", func() error {
			_, err := store.FindRecipients(ctx, accessmgmt.RecipientFilter{Parts: part, Roles: []roles.Code{roles.Editor}, Name: name, At: now}, later)
			return err
		}, "egovroles_recipient_created", false},
		{"CountRecipients", func() error {
			_, err := store.CountRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: one, States: []invitation.RecipientState{invitation.Invited}, At: now})
			return err
		}, "egovroles_recipient", false},
		{"FindRecipients, by addresses", func() error {
			_, err := store.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: one, EmailKeys: emails, At: now}, page)
			return err
		}, "egovroles_recipient_email", true},
		{"FindRecipients, by an address", func() error {
			_, err := store.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: one, EmailKeys: emails[:1], States: []invitation.RecipientState{invitation.Invited}, At: now}, page)
			return err
		}, "egovroles_recipient_email", true},
		{"FindRecipients, of an invitation", func() error {
			_, err := store.FindRecipients(ctx, accessmgmt.RecipientFilter{Enterprises: one, Invitations: []accessmgmt.InvitationID{{UUID: newID()}}, At: now}, page)
			return err
		}, "egovroles_recipient_invitation", true},
		{"FindRecipients, of a person", func() error {
			_, err := store.FindRecipients(ctx, accessmgmt.RecipientFilter{Person: person, At: now}, page)
			return err
		}, "egovroles_recipient_answer", true},

		{"Audit", func() error {
			_, err := store.Audit(ctx, e, accessmgmt.AuditPosition{Seq: 7, Ordinal: 1}, 100)
			return err
		}, "autoindex", false},
		{"ClaimMessages", func() error {
			_, err := store.ClaimMessages(ctx, accessmgmt.Claim{ID: accessmgmt.ClaimID{UUID: newID()}, Now: now, Until: now, Limit: 9})
			return err
		}, "egovroles_outbox_pending", false},
		{"FinishMessage", func() error {
			err := store.FinishMessage(ctx, e, message(e).ID, accessmgmt.ClaimID{UUID: newID()}, accessmgmt.Outcome{State: accessmgmt.MessageSent, At: now})
			require.ErrorIs(t, err, accessmgmt.ErrConflict)
			return nil
		}, "autoindex", false},
		{"CountMessages", func() error { return second(store.CountMessages(ctx)) }, "egovroles_outbox_dead", false},
		{"DeadMessages", func() error { return second(store.DeadMessages(ctx, accessmgmt.EnterpriseID{}, page)) }, "egovroles_outbox_dead", false},
		{"DeadMessages, of an enterprise", func() error { return second(store.DeadMessages(ctx, e, page)) }, "autoindex", true},
		{"ResolveMessages", func() error {
			return second(store.ResolveMessages(ctx, []accessmgmt.MessageRef{{Enterprise: e, Message: message(e).ID}}, accessmgmt.Outcome{State: accessmgmt.MessagePending, NextAt: now}))
		}, "autoindex", false},
		{"ForgetMessages", func() error {
			return second(store.ForgetMessages(ctx, accessmgmt.Forget{Before: now, At: now, Limit: 9}))
		}, "egovroles_outbox_finished", false},
	}...)
}

// TestPlans asks SQLite how it runs the queries that come often: never by
// reading a whole table, and a page never by sorting what it could read in
// order.
func TestPlans(t *testing.T) {
	path := file(t)
	db, spy := openSpied(t, dsn(path))
	store := migrated(t, db, nil)
	for _, c := range plannedQueries(t, store, accessmgmt.EnterpriseID{UUID: newID()}, accessmgmt.PersonID{UUID: newID()}) {
		t.Run(c.name, func(t *testing.T) {
			spy.take()
			require.NoError(t, c.run())
			var plan string
			for _, r := range spy.take() {
				if strings.Contains(r.text, "egovroles_") {
					plan += explain(t, dsn(path), r)
				}
			}
			t.Log(plan)
			for line := range strings.Lines(plan) {
				whole := strings.HasPrefix(line, "SCAN") && !regexp.MustCompile("egovroles_outbox_(pending|dead)|SUBQUERY|CONSTANT ROW").MatchString(line)
				assert.False(t, whole, "a whole table is read: %s", line)
			}
			if c.index == "" {
				assert.Contains(t, plan, "PRIMARY KEY")
			} else {
				assert.Contains(t, plan, c.index)
			}
			if !c.sorts {
				assert.NotContains(t, plan, "TEMP B-TREE")
			}
		})
	}
}

// ignore takes a thing that isn't there for an answer.
func ignore(err error) error {
	if err != nil && err.Error() == accessmgmt.ErrNotFound.Error() {
		return nil
	}
	return err
}

// explain returns the plan of a statement, a step a line.
func explain(t *testing.T, dsn string, r ran) string {
	rows, err := open(t, dsn).Query("EXPLAIN QUERY PLAN "+r.text, r.args...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		plan.WriteString(regexp.MustCompile(`\s+`).ReplaceAllString(detail, " ") + "\n")
	}
	require.NoError(t, rows.Err())
	return plan.String()
}

func second[T any](_ T, err error) error { return err }
