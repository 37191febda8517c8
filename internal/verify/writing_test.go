package verify_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// TestWritingConnection looks at what the store leaves of a connection it wrote
// on: durable, patient, and otherwise as the portal set it up.
func TestWritingConnection(t *testing.T) {
	for _, c := range []struct {
		pragmas              string
		synchronous, timeout int
	}{
		{"", 2, 250},
		{"?_pragma=synchronous(OFF)&_pragma=busy_timeout(5000)", 2, 5000},
		{"?_pragma=synchronous(NORMAL)&_pragma=busy_timeout(1)", 2, 1},
		{"?_pragma=synchronous(EXTRA)", 3, 250},
	} {
		path := file(t)
		migrated(t, open(t, dsn(path)), nil)
		db := open(t, "file:"+path+c.pragmas)
		db.SetMaxOpenConns(1)
		store := migrated(t, db, nil)
		require.NoError(t, store.Commit(ctx, registered(1)))
		var synchronous, timeout int
		require.NoError(t, db.QueryRow("PRAGMA synchronous").Scan(&synchronous))
		require.NoError(t, db.QueryRow("PRAGMA busy_timeout").Scan(&timeout))
		assert.Equal(t, c.synchronous, synchronous, c.pragmas)
		assert.Equal(t, c.timeout, timeout, c.pragmas)
	}
}

// TestWritersQueue has writers of one process at work at once. They wait for
// each other, and not for SQLite's lock, which is no queue.
func TestWritersQueue(t *testing.T) {
	db, spy := openSpied(t, "file:"+file(t)+"?_pragma=busy_timeout(1)")
	store := migrated(t, db, nil)
	const writers, commits = 8, 10
	var changes [writers]accessmgmt.Changes
	for i := range changes {
		changes[i] = registered(i)
		require.NoError(t, store.Commit(ctx, changes[i]))
	}
	var count *int
	spy.before, count = nth(-1, "UPDATE egovroles_enterprise", nil)
	var all sync.WaitGroup
	for i := range changes {
		all.Go(func() {
			c := changes[i]
			for range commits {
				c = next(c.Enterprise)
				assert.NoError(t, store.Commit(ctx, c))
			}
		})
	}
	all.Wait()
	assert.Equal(t, writers*commits, *count, "none had to try again")
}

// TestRowTwice has a row twice in one changeset, once for each of its first two
// versions. The second decides nothing that the first didn't know of.
func TestRowTwice(t *testing.T) {
	store := migrated(t, open(t, dsn(file(t))), nil)
	c := registered(1)
	a := assignment(c.Enterprise.ID, c.Command.Actor)
	again := a
	again.Version = 2
	c.Assignments = []accessmgmt.RoleAssignment{a, again}
	require.ErrorIs(t, store.Commit(ctx, c), accessmgmt.ErrConflict)
	_, err := store.Enterprise(ctx, c.Enterprise.ID)
	require.ErrorIs(t, err, accessmgmt.ErrNotFound)
}

// TestManyIDs asks for more ids than a statement takes, in lists and in
// filters.
func TestManyIDs(t *testing.T) {
	store := migrated(t, open(t, dsn(file(t))), nil)
	const many = 40_000
	first, second := registered(1), registered(2)
	first, second = bulkOf(first, 30), bulkOf(second, 30)
	require.NoError(t, store.Commit(ctx, first))
	require.NoError(t, store.Commit(ctx, second))

	enterprises := make([]accessmgmt.EnterpriseID, many)
	recipients := make([]accessmgmt.RecipientID, many)
	for i := range many {
		enterprises[i], recipients[i].UUID = accessmgmt.EnterpriseID{UUID: newID()}, newID()
	}
	enterprises[7], enterprises[many-7] = first.Enterprise.ID, second.Enterprise.ID
	recipients[3], recipients[many-3], recipients[many-2] = first.Recipients[4].ID, first.Recipients[5].ID, first.Recipients[4].ID

	found, err := store.Enterprises(ctx, enterprises)
	require.NoError(t, err)
	assert.Len(t, found, 2)
	epochs, err := store.Stamps(ctx, enterprises)
	require.NoError(t, err)
	assert.Len(t, epochs, 2)
	some, err := store.Recipients(ctx, first.Enterprise.ID, recipients)
	require.NoError(t, err)
	assert.Len(t, some, 2)

	emails := make([]string, many)
	for i := range emails {
		emails[i] = newID().String() + "@example.be"
	}
	for i, r := range first.Recipients {
		emails[1000*i] = r.Invitee.Email.Key()
	}
	both := []accessmgmt.EnterpriseID{first.Enterprise.ID, second.Enterprise.ID}
	for _, f := range []accessmgmt.RecipientFilter{{Enterprises: enterprises, At: now}, {Enterprises: both, EmailKeys: emails, At: now}} {
		for _, newest := range []bool{false, true} {
			var walked []accessmgmt.RecipientID
			p := accessmgmt.Page{Limit: 7, Newest: newest}
			for {
				rows, err := store.FindRecipients(ctx, f, p)
				require.NoError(t, err)
				for _, r := range rows {
					walked = append(walked, r.ID)
					p.After = accessmgmt.PageKey{At: r.CreatedAt, ID: r.ID.UUID}
				}
				if len(rows) < p.Limit {
					break
				}
			}
			require.Len(t, walked, 60)
			for i := 1; i < len(walked); i++ {
				before := walked[i-1].String() < walked[i].String()
				require.Equal(t, !newest, before, "in the order of ids, all being of one instant")
			}
		}
	}
}

// TestManyParts asks by as many parts as the contract allows, by many of which
// each has a domain of its own, and by a domain of more applications than
// expressions are deep.
func TestManyParts(t *testing.T) {
	store := migrated(t, open(t, dsn(file(t))), nil)
	first, second := registered(1), registered(2)
	for _, c := range []*accessmgmt.Changes{&first, &second} {
		offer := invitation.Invitation{ID: invitation.ID{UUID: newID()}, Enterprise: c.Enterprise.ID, CreatedAt: now, Version: 1,
			Lines: []invitation.Line{{Role: "app7.one"}, {Role: "app1234.one"}}}
		a, b := assignment(c.Enterprise.ID, c.Command.Actor), assignment(c.Enterprise.ID, c.Command.Actor)
		a.Role, b.Role = "app7.one", "app9.one"
		c.Invitations, c.Recipients = []invitation.Invitation{offer}, []invitation.Recipient{recipient(c.Enterprise.ID, offer.ID, 1)}
		c.Assignments = []accessmgmt.RoleAssignment{a, b}
		require.NoError(t, store.Commit(ctx, *c))
	}
	const many = 10_000
	same, own := make([]accessmgmt.Part, many), make([]accessmgmt.Part, many/20)
	for i := range same {
		same[i] = accessmgmt.Part{Enterprise: accessmgmt.EnterpriseID{UUID: newID()}, Applications: []roles.ApplicationCode{"app7", "app1234"}}
	}
	for i := range own {
		own[i] = accessmgmt.Part{Enterprise: same[i].Enterprise, Applications: []roles.ApplicationCode{"app7", "app1234", roles.ApplicationCode(newID().String())}}
	}
	deep := make([]roles.ApplicationCode, 1300)
	for i := range deep {
		deep[i] = roles.ApplicationCode(fmt.Sprintf("app%d", i))
	}
	for name, parts := range map[string][]accessmgmt.Part{"one domain": same, "domains of their own": own, "a large domain": {{Applications: deep}, {Applications: deep[:9]}}} {
		parts[0].Enterprise, parts[len(parts)-1].Enterprise = first.Enterprise.ID, second.Enterprise.ID
		want := 2
		if name == "a large domain" {
			want = 3 // "app9" in the first, and not in the second
		}
		assignments, err := store.FindAssignments(ctx, accessmgmt.AssignmentFilter{Parts: parts, At: now}, accessmgmt.Page{Limit: 9})
		require.NoError(t, err, name)
		assert.Len(t, assignments, want, name)
		count, err := store.CountAssignments(ctx, accessmgmt.AssignmentFilter{Parts: parts, At: now})
		require.NoError(t, err, name)
		assert.Equal(t, want, count, name)
		recipients, err := store.FindRecipients(ctx, accessmgmt.RecipientFilter{Parts: parts, At: now}, accessmgmt.Page{Limit: 9})
		require.NoError(t, err, name)
		assert.Len(t, recipients, 4-want, name)
	}
}

// bulkOf adds n recipients to a changeset.
func bulkOf(c accessmgmt.Changes, n int) accessmgmt.Changes {
	for i := range n {
		c.Recipients = append(c.Recipients, recipient(c.Enterprise.ID, accessmgmt.InvitationID{UUID: newID()}, i))
	}
	return c
}

// TestWhatComesFirst has changesets with several things wrong: the epoch comes
// first, a repeated command second.
func TestWhatComesFirst(t *testing.T) {
	store := migrated(t, open(t, dsn(file(t))), nil)
	one, two := registered(1), registered(2)
	require.NoError(t, store.Commit(ctx, one))
	require.NoError(t, store.Commit(ctx, two))
	for name, spoil := range map[string]func(*accessmgmt.Changes){
		"the number of another": func(c *accessmgmt.Changes) { c.Enterprise.Number = two.Enterprise.Number },
		"a foreign row":         func(c *accessmgmt.Changes) { c.Messages = append(c.Messages, message(two.Enterprise.ID)) },
		"a row twice": func(c *accessmgmt.Changes) {
			a := assignment(one.Enterprise.ID, c.Command.Actor)
			c.Assignments = append(c.Assignments, a, a)
		},
		"another version": func(c *accessmgmt.Changes) {
			c.Persons = append(c.Persons, accessmgmt.Person{ID: c.Command.Actor, Version: 3})
		},
	} {
		c := next(one.Enterprise)
		spoil(&c)
		err := store.Commit(ctx, c)
		require.Error(t, err, name)
		require.NotErrorIs(t, err, accessmgmt.ErrRepeated, name)
		c.Command.ID = one.Command.ID
		require.ErrorIs(t, store.Commit(ctx, c), accessmgmt.ErrRepeated, name)
		c.Enterprise.Epoch++
		require.ErrorIs(t, store.Commit(ctx, c), accessmgmt.ErrConflict, name)
	}
	require.ErrorIs(t, store.Commit(ctx, one), accessmgmt.ErrConflict, "an enterprise registered again is at another epoch")
}
