package accessmgmt

import (
	"context"
	"encoding/binary"
	"iter"
	"math"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// AuditQuery asks for the history of one enterprise.
type AuditQuery struct {
	Enterprise EnterpriseID
	// Since leaves out the commits before this epoch: the latest hundred are
	// those since the enterprise's epoch less 99. Zero: from the start.
	Since uint64
	// Paging: Newest isn't possible; a chain is read forwards.
	Paging
}

// Audit yields everything that happened in an enterprise, in the order it
// happened. The GAP, a co-GAP, a legal representative and the portal's staff may
// read it; the details of requests for the exceptional procedure staff alone.
func (s *Service) Audit(ctx context.Context, actor Actor, q AuditQuery) iter.Seq2[AuditRecord, error] {
	return walk(q.Paging, func(p Paging) (List[AuditRecord], error) { q.Paging = p; return s.AuditPage(ctx, actor, q) })
}

// AuditPage returns one page of [Service.Audit].
func (s *Service) AuditPage(ctx context.Context, actor Actor, q AuditQuery) (List[AuditRecord], error) {
	w, err := s.viewer(ctx, actor, ActAudit)
	if err != nil {
		return List[AuditRecord]{}, fail(ActAudit, err)
	}
	auth, _, err := s.viewAs(ctx, w, ActAudit, q.Enterprise)
	if err != nil {
		return List[AuditRecord]{}, fail(ActAudit, err)
	}
	if q.Newest {
		return List[AuditRecord]{}, fail(ActAudit, invalidField("newest", roles.ProblemUnknown, "an audit is read forwards"))
	}
	sc := scope{enterprises: []EnterpriseID{q.Enterprise}, reader: w.person.ID}
	list, err := listOf(sc, q.Paging, bind(ActAudit, sc.reader, []any{q.Enterprise, q.Since}),
		func(p Page) ([]AuditRecord, error) {
			after := AuditPosition{Seq: uint64(p.After.At.UnixMicro()), Ordinal: int(binary.BigEndian.Uint64(p.After.ID[8:]))}
			if p.After.IsZero() {
				after = beforeEpoch(q.Since)
			}
			return s.store.Audit(ctx, q.Enterprise, after, p.Limit)
		},
		func(r AuditRecord) PageKey {
			var key PageKey
			key.At = time.UnixMicro(int64(r.Seq)).UTC()
			binary.BigEndian.PutUint64(key.ID[8:], uint64(r.Ordinal))
			return key
		},
		func(rows []AuditRecord) ([]AuditRecord, error) { return shownTo(auth.as, rows), nil })
	return list, fail(ActAudit, err)
}

// shownTo leaves out what the portal's staff alone may read: who asks for the
// office by the exceptional procedure, until he has it.
func shownTo(as Capacity, rows []AuditRecord) []AuditRecord {
	if as == AsOperator {
		return rows
	}
	for i := range rows {
		if rows[i].Event == EventGAPRequested || rows[i].Event == EventGAPRefused {
			rows[i].Details = nil
		}
	}
	return rows
}

// beforeEpoch is the place after the last record before an epoch.
func beforeEpoch(epoch uint64) AuditPosition {
	if epoch <= 1 {
		return AuditPosition{}
	}
	return AuditPosition{Seq: epoch - 1, Ordinal: math.MaxInt32}
}
