package storagetest

import (
	"fmt"

	"github.com/egovroles/egovroles/accessmgmt"
)

var auditCases = []testCase{
	{"records come in chain order, page by page", auditPages},
	{"records begin after any position", auditFromAnyPosition},
	{"records are one enterprise's", auditOfOne},
	{"many records of one commit", auditOfOneCommit},
}

// audited commits records in several commits, more than nine, so that numbers
// sorted as texts are found out, and not in order within a commit.
func (s *suite) audited() (accessmgmt.Enterprise, []accessmgmt.AuditRecord) {
	s.t.Helper()
	e := s.registered()
	var all []accessmgmt.AuditRecord
	for n := range 11 {
		c := s.next(e)
		for ordinal := range n%3 + 1 {
			c.Audit = append(c.Audit, s.record(c, ordinal))
		}
		all = append(all, c.Audit...)
		if len(c.Audit) == 3 {
			c.Audit = []accessmgmt.AuditRecord{c.Audit[2], c.Audit[0], c.Audit[1]}
		}
		s.commit(c)
		e = c.Enterprise
	}
	return e, all
}

func auditPages(s *suite) {
	e, all := s.audited()
	for _, limit := range []int{1, 2, 5, len(all) - 1, len(all), len(all) + 1} {
		var got []accessmgmt.AuditRecord
		var at accessmgmt.AuditPosition
		for range len(all) + 2 {
			page, err := s.Audit(s.ctx, e.ID, at, limit)
			s.ok(err, "Audit reads")
			got = append(got, page...)
			if len(page) < limit {
				break
			}
			at = accessmgmt.AuditPosition{Seq: page[limit-1].Seq, Ordinal: page[limit-1].Ordinal}
		}
		s.same(all, got, fmt.Sprintf("the audit by pages of %d gives each record once, in the order of (seq, ordinal)", limit))
	}
}

func auditFromAnyPosition(s *suite) {
	e, all := s.audited()
	for seq := range uint64(15) {
		for ordinal := range 4 {
			var want []accessmgmt.AuditRecord
			for _, r := range all {
				if r.Seq > seq || r.Seq == seq && r.Ordinal > ordinal {
					want = append(want, r)
				}
			}
			got, err := s.Audit(s.ctx, e.ID, accessmgmt.AuditPosition{Seq: seq, Ordinal: ordinal}, 3)
			s.ok(err, "Audit reads")
			s.same(want[:min(3, len(want))], got, "a page of the audit begins right after its position, whether a record is there or not")
		}
	}
}

func auditOfOne(s *suite) {
	mine, records := s.audited()
	theirs, others := s.audited()
	for e, want := range map[accessmgmt.EnterpriseID][]accessmgmt.AuditRecord{mine.ID: records, theirs.ID: others, {UUID: s.id()}: nil} {
		got, err := s.Audit(s.ctx, e, accessmgmt.AuditPosition{}, 1_000)
		s.ok(err, "Audit reads, and of an enterprise that isn't there it is empty")
		s.same(want, got, "the audit is one enterprise's")
	}
}

func auditOfOneCommit(s *suite) {
	c := s.register()
	for ordinal := range 120 {
		c.Audit = append(c.Audit, s.record(c, ordinal))
	}
	s.commit(c)
	got, err := s.Audit(s.ctx, c.Enterprise.ID, accessmgmt.AuditPosition{}, 1_000)
	s.ok(err, "Audit reads")
	s.same(c.Audit, got, "the records of one commit come in the order of their ordinals, as numbers")
	got, err = s.Audit(s.ctx, c.Enterprise.ID, accessmgmt.AuditPosition{Seq: 1, Ordinal: 9}, 2)
	s.ok(err, "Audit reads")
	s.same(c.Audit[10:12], got, "ordinal 10 follows on 9")
}
