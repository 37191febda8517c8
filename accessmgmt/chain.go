package accessmgmt

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"slices"
	"time"
)

// chainVersion is the first thing hashed in every record, so that another way
// of hashing can be told apart from a forgery.
const chainVersion = "egovroles audit 1"

// digest hashes a record with the hash of the one before. It covers everything
// but the details and their salt, which can be erased; for these it covers the
// commitment.
func (r AuditRecord) digest() Digest {
	h := sha256.New()
	put(h, []byte(chainVersion))
	put(h, r.Prev[:])
	put(h, r.Enterprise.UUID[:])
	putUint(h, r.Seq)
	putUint(h, uint64(r.Ordinal))
	putUint(h, uint64(r.At.UnixMicro()))
	put(h, []byte(r.Event))
	put(h, r.Actor.UUID[:])
	put(h, []byte(r.Capacity))
	putUint(h, uint64(r.Assurance))
	put(h, r.Person.UUID[:])
	put(h, []byte(r.Object))
	put(h, r.ObjectID[:])
	putMap(h, r.Data)
	put(h, r.Commitment[:])
	return Digest(h.Sum(nil))
}

// commitment ties details to the chain without showing them: the salt keeps
// them from being guessed after they are erased.
func commitment(salt []byte, details map[string]string) Digest {
	h := sha256.New()
	put(h, salt)
	putMap(h, details)
	return Digest(h.Sum(nil))
}

// put writes bytes behind their length, so that no two lists of fields hash
// alike.
func put(h hash.Hash, b []byte) {
	putUint(h, uint64(len(b)))
	h.Write(b)
}

func putUint(h hash.Hash, n uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	h.Write(b[:])
}

func putMap(h hash.Hash, m map[string]string) {
	putUint(h, uint64(len(m)))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		put(h, []byte(k))
		put(h, []byte(m[k]))
	}
}

// AuditReport is what [Service.VerifyAudit] found.
type AuditReport struct {
	// Records and Epoch are how far it came: the records that hold, and the
	// epoch of the last of them.
	Records int    `json:"records"`
	Epoch   uint64 `json:"epoch"`
	// Erased is how many records had details that were erased since. Each is
	// accounted for by a later record, [EventErased], which says who did it, when
	// and why.
	Erased int `json:"erased"`
	// Head is the hash of the last record that holds. Kept elsewhere, it
	// proves later that the end of the chain wasn't cut off.
	Head Digest `json:"head"`
	// Broken is the first record that doesn't hold; nil when all do.
	Broken *AuditBreak `json:"broken,omitempty"`
	// missing are the records without their details of which no erasure was read
	// yet.
	missing map[AuditPosition]time.Time
}

// Intact reports whether every record holds.
func (r AuditReport) Intact() bool { return r.Broken == nil }

// AuditBreak is a record that doesn't hold, or the place where one is missing.
type AuditBreak struct {
	Seq     uint64    `json:"seq"`
	Ordinal int       `json:"ordinal"`
	At      time.Time `json:"at,omitzero"`
	// Why says what is wrong, in English: a record missing before it, content
	// or details changed, not linked to the record before, the end missing or
	// another than the enterprise's, a record of no commit, details gone that
	// nobody erased.
	Why string `json:"why"`
}

// VerifyAudit walks through the audit of an enterprise and checks every hash,
// every link, that no record is missing, that the details are the ones
// committed to, and that the chain ends as the enterprise says. A break is
// no error: it is in the report. Whoever may read the audit may verify it.
//
// It finds what was changed, left out or put in unless all that follows, and
// the enterprise's row, were hashed anew. Who can write to the database can do
// that, and can change rows that the audit tells of: against him keep
// [AuditReport.Head] where he can't write, and compare.
func (s *Service) VerifyAudit(ctx context.Context, actor Actor, enterprise EnterpriseID) (AuditReport, error) {
	_, ent, err := s.view(ctx, actor, ActAudit, enterprise)
	if err != nil {
		return AuditReport{}, fail(ActAudit, err)
	}
	report := AuditReport{missing: map[AuditPosition]time.Time{}}
	if err := s.verify(ctx, ent, &report); err != nil {
		return AuditReport{}, fail(ActAudit, err)
	}
	if report.Broken == nil && len(report.missing) > 0 {
		at := slices.MinFunc(slices.Collect(maps.Keys(report.missing)), func(a, b AuditPosition) int {
			return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Ordinal, b.Ordinal))
		})
		report.Broken = &AuditBreak{Seq: at.Seq, Ordinal: at.Ordinal, At: report.missing[at], Why: "details gone that nobody erased"}
	}
	report.missing = nil
	return report, nil
}

// verify walks to the first break, to the end, or to what was committed after
// the enterprise was read.
func (s *Service) verify(ctx context.Context, ent Enterprise, report *AuditReport) error {
	var at AuditPosition
	for {
		records, err := s.store.Audit(ctx, ent.ID, at, pageSize)
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.Seq > ent.Epoch {
				return s.verifyEnd(ctx, ent, at, r, report)
			}
			if why := r.breaks(ent.ID, report.Head, report.Epoch, at); why != "" {
				report.Broken = &AuditBreak{Seq: r.Seq, Ordinal: r.Ordinal, At: r.At, Why: why}
				return nil
			}
			if r.Details == nil && !r.Commitment.IsZero() {
				report.Erased++
				report.missing[AuditPosition{r.Seq, r.Ordinal}] = r.At
			}
			for _, at := range r.erasedBy() {
				delete(report.missing, at)
			}
			report.Records, report.Epoch, report.Head = report.Records+1, r.Seq, r.Hash
			at = AuditPosition{r.Seq, r.Ordinal}
		}
		if len(records) < pageSize {
			return s.verifyEnd(ctx, ent, at, AuditRecord{}, report)
		}
	}
}

// verifyEnd checks that the chain ends, at its last record, where the
// enterprise says, and that what follows was committed meanwhile.
func (s *Service) verifyEnd(ctx context.Context, ent Enterprise, last AuditPosition, follows AuditRecord, report *AuditReport) error {
	switch {
	case report.Epoch != ent.Epoch:
		report.Broken = &AuditBreak{Seq: report.Epoch + 1, Why: "the end is missing"}
	case report.Head != ent.AuditHead:
		report.Broken = &AuditBreak{Seq: last.Seq, Ordinal: last.Ordinal + 1, Why: "the chain doesn't end as the enterprise says"}
	case follows.Seq > 0:
		now, err := s.store.Enterprise(ctx, ent.ID)
		if err != nil {
			return err
		}
		if follows.Seq > now.Epoch {
			report.Broken = &AuditBreak{Seq: follows.Seq, Ordinal: follows.Ordinal, At: follows.At, Why: "of a commit that never was"}
		}
	}
	return nil
}

// breaks says what is wrong with a record that follows another, "" if nothing.
func (r AuditRecord) breaks(enterprise EnterpriseID, prev Digest, epoch uint64, before AuditPosition) string {
	first := r.Seq == epoch+1 && r.Ordinal == 0
	next := epoch > 0 && r.Seq == epoch && r.Ordinal == before.Ordinal+1
	switch {
	case r.Enterprise != enterprise:
		return "out of place"
	case !first && !next:
		return fmt.Sprintf("a record is missing before it: %d.%d was the last", before.Seq, before.Ordinal)
	case r.Prev != prev:
		return "not linked to the record before"
	case r.digest() != r.Hash:
		return "content changed"
	case r.Details != nil && commitment(r.Salt, r.Details) != r.Commitment:
		return "details changed"
	}
	return ""
}
