package storagetest

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// The cases here read while somebody writes. Every commit leaves the store in
// a state in which something holds: two assignments for each epoch, say. A
// read that sees half of a commit finds that it doesn't.
var consistencyCases = []testCase{
	{"access never shows half of a commit", accessWhole},
	{"grants, finds and counts never show half of a commit", pagesWhole},
	{"a template is never half of one version and half of another", templateWhole},
	{"a person is never half of one version and half of another", personWhole},
	{"a read sees every commit that returned before it began", readsFollow},
}

// whileWriting commits changesets one after the other, while readers call read
// again and again until all is written.
func (s *suite) whileWriting(writes []accessmgmt.Changes, why string, read func(committed uint64) error) {
	s.t.Helper()
	const readers = 3
	var committed atomic.Uint64
	committed.Store(writes[0].Enterprise.Epoch - 1)
	var done atomic.Bool
	errs := atOnce(1+readers, func(i int) error {
		if i == 0 {
			defer done.Store(true)
			for _, c := range writes {
				if err := s.Commit(s.ctx, c); err != nil {
					return err
				}
				committed.Store(c.Enterprise.Epoch)
			}
			return nil
		}
		for last := false; ; {
			if err := read(committed.Load()); err != nil {
				return err
			}
			if last {
				return nil
			}
			last = done.Load() // once more, when all is written
		}
	})
	s.allOK(errs, why)
}

// pairs makes commits that each end one pair of a person's assignments and
// give another, so that at epoch n there are 2(n-1), two of them not ended.
func (s *suite) pairs(e accessmgmt.Enterprise, person accessmgmt.PersonID, n int) []accessmgmt.Changes {
	var writes []accessmgmt.Changes
	for range n {
		c := s.next(e)
		if len(writes) > 0 {
			for _, a := range writes[len(writes)-1].Assignments[:2] {
				a.EndedAt, a.Version = after(hour), 2
				c.Assignments = append(c.Assignments, a)
			}
		}
		c.Assignments = append([]accessmgmt.RoleAssignment{s.assignment(e, person), s.assignment(e, person)}, c.Assignments...)
		writes = append(writes, c)
		e = c.Enterprise
	}
	return writes
}

// whole tells what is wrong with the assignments read at an epoch; at epoch 0,
// one that isn't known.
func whole(epoch uint64, assignments []roles.Assignment) error {
	inForce := 0
	for _, a := range assignments {
		if a.EndedAt.IsZero() {
			inForce++
		}
	}
	switch {
	case epoch > 0 && uint64(len(assignments)) != 2*(epoch-1):
		return fmt.Errorf("at epoch %d there are %d assignments, and this read saw %d", epoch, 2*(epoch-1), len(assignments))
	case len(assignments)%2 != 0:
		return fmt.Errorf("every commit gives two assignments, and this read saw %d", len(assignments))
	case inForce != min(2, len(assignments)):
		return fmt.Errorf("two assignments are in force after every commit, and this read saw %d", inForce)
	}
	return nil
}

func accessWhole(s *suite) {
	e, anne := s.registered(), s.personID()
	writes, unit := s.pairs(e, anne, 60), s.unit(e)
	for i := range writes {
		unit.Version, unit.Name = uint64(i)+1, fmt.Sprint(writes[i].Enterprise.Epoch)
		writes[i].Units = []accessmgmt.Unit{unit}
	}
	s.whileWriting(writes, "Access is as of one instant of the store: the epoch it gives is the one of the assignments and of the unit", func(uint64) error {
		access, err := s.Access(s.ctx, e.ID, anne, unit.ID)
		if err != nil {
			return err
		}
		if epoch := access.Enterprise.Epoch; epoch > 1 && access.Unit.Name != fmt.Sprint(epoch) {
			return fmt.Errorf("at epoch %d the unit is that of epoch %q", epoch, access.Unit.Name)
		}
		return whole(access.Enterprise.Epoch, access.Assignments)
	})
}

func pagesWhole(s *suite) {
	e, anne := s.registered(), s.personID()
	s.whileWriting(s.pairs(e, anne, 40), "each call is one consistent read", func(uint64) error {
		for _, q := range []accessmgmt.GrantQuery{{Enterprise: e.ID, Limit: 1_000}, {Person: anne, Limit: 1_000}} {
			grants, err := s.Grants(s.ctx, q)
			if err != nil {
				return err
			}
			if err := whole(0, grants); err != nil {
				return fmt.Errorf("by Grants: %w", err)
			}
		}
		for _, f := range []accessmgmt.AssignmentFilter{{Enterprises: []accessmgmt.EnterpriseID{e.ID}}, {Persons: []accessmgmt.PersonID{anne}}} {
			f.At = base
			rows, err := s.FindAssignments(s.ctx, f, accessmgmt.Page{Limit: 1_000})
			if err != nil {
				return err
			}
			if err := whole(0, mapped(rows, grantOf)); err != nil {
				return fmt.Errorf("by FindAssignments: %w", err)
			}
			n, err := s.CountAssignments(s.ctx, f)
			if err != nil {
				return err
			}
			if n%2 != 0 {
				return fmt.Errorf("every commit gives two assignments, and a count saw %d", n)
			}
		}
		return nil
	})
}

func templateWhole(s *suite) {
	e := s.registered()
	t := s.template(e)
	var writes []accessmgmt.Changes
	for n := uint64(1); n < 60; n++ {
		t.Version, t.Name, t.Lines = n, fmt.Sprint(n), nil
		for range 1 + n%4 {
			t.Lines = append(t.Lines, invitation.TemplateLine{Role: roles.Code(fmt.Sprintf("app.v%d", n)), Days: int(n)})
		}
		c := s.next(e)
		c.Templates = []invitation.Template{t}
		writes, e = append(writes, c), c.Enterprise
	}
	f := accessmgmt.TemplateFilter{Parts: []accessmgmt.Part{{Enterprise: e.ID, Applications: []roles.ApplicationCode{"app"}}}}
	s.whileWriting(writes, "each call is one consistent read", func(committed uint64) error {
		byID, err := s.Templates(s.ctx, e.ID, []accessmgmt.TemplateID{t.ID})
		if err != nil {
			return err
		}
		found, err := s.FindTemplates(s.ctx, f, accessmgmt.Page{Limit: 10})
		if err != nil {
			return err
		}
		if committed > 1 && (len(byID) != 1 || len(found) != 1) {
			return fmt.Errorf("a template that is there was read %d times and found %d times", len(byID), len(found))
		}
		for _, got := range slices.Concat(byID, found) {
			if got.Name != fmt.Sprint(got.Version) || uint64(len(got.Lines)) != 1+got.Version%4 {
				return fmt.Errorf("a template of version %d came with the name %q and %d lines", got.Version, got.Name, len(got.Lines))
			}
			for _, l := range got.Lines {
				if l.Days != int(got.Version) || l.Role != roles.Code(fmt.Sprintf("app.v%d", got.Version)) {
					return fmt.Errorf("a template of version %d came with a line of another", got.Version)
				}
			}
		}
		return nil
	})
}

func personWhole(s *suite) {
	p := s.person()
	p.Identities = []accessmgmt.IdentityRef{{Issuer: "i", Subject: "fixed"}, {Issuer: "i", Subject: "1"}}
	p.Numbers = hashes("k1", "fixed", "1")
	e := s.with(s.registered(), p)
	var writes []accessmgmt.Changes
	for n := uint64(2); n < 60; n++ {
		p.Version = n
		p.Identities = []accessmgmt.IdentityRef{{Issuer: "i", Subject: "fixed"}, {Issuer: "i", Subject: fmt.Sprint(n)}}
		p.Numbers = hashes("k1", "fixed", fmt.Sprint(n))
		c := s.tries(e, p)
		writes, e = append(writes, c), c.Enterprise
	}
	s.whileWriting(writes, "each call is one consistent read", func(uint64) error {
		byID, err := s.Person(s.ctx, p.ID)
		if err != nil {
			return err
		}
		byIdentity, err := s.PersonByIdentity(s.ctx, p.Identities[0])
		if err != nil {
			return err
		}
		byNumber, err := s.PersonByNumber(s.ctx, hashes("k1", "fixed"))
		if err != nil {
			return err
		}
		for _, found := range []accessmgmt.Person{byID, byIdentity, byNumber} {
			want := fmt.Sprint(found.Version)
			if len(found.Identities) != 2 || found.Identities[1].Subject != want || len(found.Numbers) != 2 || found.Numbers[1] != hashes("k1", want)[0] {
				return fmt.Errorf("a person of version %s came with %v", want, found.Identities)
			}
		}
		return nil
	})
}

func readsFollow(s *suite) {
	e, anne := s.registered(), s.personID()
	s.whileWriting(s.pairs(e, anne, 60), "reads see every commit that returned before they began: who was told that an access is ended must find it ended", func(committed uint64) error {
		seen := map[string]uint64{}
		row, err := s.Enterprise(s.ctx, e.ID)
		if err != nil {
			return err
		}
		seen["Enterprise"] = row.Epoch
		current, err := s.Stamps(s.ctx, []accessmgmt.EnterpriseID{e.ID})
		if err != nil {
			return err
		}
		seen["Stamps"] = current[e.ID].Epoch
		access, err := s.Access(s.ctx, e.ID, anne, accessmgmt.UnitID{})
		if err != nil {
			return err
		}
		seen["Access"] = access.Enterprise.Epoch
		for method, epoch := range seen {
			if epoch < committed {
				return fmt.Errorf("the commit of epoch %d returned, and %s sees epoch %d", committed, method, epoch)
			}
		}
		return nil
	})
}
