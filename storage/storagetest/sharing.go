package storagetest

import (
	"context"
	"reflect"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
)

var sharingCases = []testCase{
	{"changing what was written changes nothing stored", scribbleOnWritten},
	{"changing what was read changes nothing stored", scribbleOnRead},
	{"changing a message that was taken changes nothing stored", scribbleOnMessage},
	{"a store doesn't change what it is given", leavesArguments},
}

func scribbleOnWritten(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	s.commit(c)
	want := withoutEmpties(c).(accessmgmt.Changes) // a copy
	scribble(&c)
	s.readBack(want)
}

func scribbleOnRead(s *suite) {
	c, more, calls := s.prepared()
	before := s.picture(c, more)
	reads := []string{"Commit", "Ready", "ClaimMessages", "FinishMessage", "ResolveMessages", "ForgetMessages"}
	for name, call := range calls {
		if slices.Contains(reads, name) {
			continue
		}
		for range 2 {
			rows, err := call(context.Background())
			s.ok(err, name+" finds")
			require.False(s.t, reflect.ValueOf(rows).IsZero(), name+" finds something")
			scribble(rows)
		}
	}
	s.same(before, s.picture(c, more), "what a method returns is the caller's own; changing it changes nothing stored")
}

func scribbleOnMessage(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := w.changes(s, 1)
	s.commit(c)
	for range 3 {
		got := s.claimable()
		s.same(c.Messages, got, "what a method returns is the caller's own; changing it changes nothing stored")
		scribble(got)
	}
}

func leavesArguments(s *suite) {
	s.id()
	w := s.world(accessmgmt.EnterpriseID{UUID: s.id()})
	c := join(w.changes(s, 1), s.world(w.enterprise.ID).changes(s, 2))
	slices.Reverse(c.Recipients)
	c.Recipients[0].Version, c.Recipients[1].Version = 1, 1
	for i := range c.Persons {
		c.Persons[i].Version, c.Members[i].Version, c.GAPs[i].Version = 1, 1, 1
		c.Managers[i].Version, c.Units[i].Version, c.Suspensions[i].Version, c.Templates[i].Version = 1, 1, 1, 1
		c.Invitations[i].Version, c.Requests[i].Version, c.Assignments[i].Version = 1, 1, 1
	}
	given := withoutEmpties(c)
	s.commit(c)
	require.Equal(s.t, given, any(c), "Commit changes nothing in the changeset it is given: the caller may try it again")

	ids := []accessmgmt.EnterpriseID{{UUID: s.id()}, c.Enterprise.ID, {UUID: idAt(1)}, c.Enterprise.ID}
	was := slices.Clone(ids)
	_, err := s.Enterprises(s.ctx, ids)
	s.ok(err, "Enterprises reads")
	_, err = s.Stamps(s.ctx, ids)
	s.ok(err, "Stamps reads")
	_, err = s.FindRequests(s.ctx, accessmgmt.RequestFilter{Enterprises: ids, At: base}, accessmgmt.Page{Limit: 1})
	s.ok(err, "FindRequests finds")
	require.Equal(s.t, was, ids, "a list of ids is the caller's own, and stays as it was")
}
