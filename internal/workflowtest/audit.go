package workflowtest

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Audits plays the verification of the audit: on chains that hold, on chains
// that somebody tampered with, and while others write.
func Audits(t *testing.T, open Open) {
	t.Run("intact", func(t *testing.T) { play(t, open, auditScenarios) })
	t.Run("tampered with", func(t *testing.T) { play(t, open, tamperScenarios) })
}

// digestOf is how the chain is hashed, written down a second time: version,
// then every field behind its length. Whoever changes it breaks every chain
// there is, and this test.
func digestOf(r accessmgmt.AuditRecord) accessmgmt.Digest {
	h := sha256.New()
	number := func(n uint64) { h.Write(binary.BigEndian.AppendUint64(nil, n)) }
	text := func(b []byte) { number(uint64(len(b))); h.Write(b) }
	text([]byte("egovroles audit 1"))
	text(r.Prev[:])
	text(r.Enterprise.UUID[:])
	number(r.Seq)
	number(uint64(r.Ordinal))
	number(uint64(r.At.UnixMicro()))
	text([]byte(r.Event))
	text(r.Actor.UUID[:])
	text([]byte(r.Capacity))
	number(uint64(r.Assurance))
	text(r.Person.UUID[:])
	text([]byte(r.Object))
	text(r.ObjectID[:])
	hashMap(h, r.Data)
	text(r.Commitment[:])
	return accessmgmt.Digest(h.Sum(nil))
}

func hashMap(h hash.Hash, m map[string]string) {
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(m))))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		for _, s := range []string{k, m[k]} {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
			h.Write([]byte(s))
		}
	}
}

func commitmentOf(r accessmgmt.AuditRecord) accessmgmt.Digest {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(r.Salt))))
	h.Write(r.Salt)
	hashMap(h, r.Details)
	return accessmgmt.Digest(h.Sum(nil))
}

// chain returns all records of Acme, as the service lists them.
func (w *World) chain() []accessmgmt.AuditRecord {
	records, err := collect(w, w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}), toTheEnd)
	require.NoError(w, err)
	return records
}

func (w *World) verify(svc *accessmgmt.Service) accessmgmt.AuditReport {
	report, err := svc.VerifyAudit(w.Ctx, Staff(), w.Acme)
	require.NoError(w, err)
	return report
}

// history makes a chain of commits of one and of several records.
func (w *World) history() []accessmgmt.AuditRecord {
	s := w.stage()
	anne := Person("Anne", "Dubois")
	results, err := w.Svc.Assign(w.Ctx, w.GAP, accessmgmt.Assign{Enterprise: w.Acme, Persons: []accessmgmt.Assignee{assignee(anne)},
		Lines: []invitation.Line{w.Line(roles.Reader), w.Line(roles.Writer), w.Line(roles.Editor)}})
	require.NoError(w, one(results, err))
	require.NoError(w, w.ending(s.assignment)())
	_, err = w.Svc.ResignGAP(w.Ctx, w.GAP, accessmgmt.ResignGAP{Enterprise: w.Acme, Reason: "moving"})
	require.NoError(w, err)
	require.NoError(w, one(w.Svc.End(w.Ctx, w.GAP, accessmgmt.End{Enterprise: w.Acme, Reason: "gone",
		Assignments: []accessmgmt.AssignmentID{results[0].Value.Assignment.ID, results[1].Value.Assignment.ID}})))
	return w.chain()
}

var auditScenarios = map[string]func(*World){
	"is hashed as it always was": func(w *World) {
		var prev accessmgmt.Digest
		for _, r := range w.history() {
			require.Equal(w, prev, r.Prev)
			require.Equal(w, digestOf(r), r.Hash)
			if r.Details == nil {
				require.Zero(w, r.Commitment)
				require.Empty(w, r.Salt)
			} else {
				require.Equal(w, commitmentOf(r), r.Commitment)
				require.Len(w, r.Salt, 16)
			}
			prev = r.Hash
		}
		ent := w.enterprise()
		require.Equal(w, prev, ent.AuditHead)
	},
	"reports how far it came": func(w *World) {
		records := w.history()
		report := w.verify(w.Svc)
		last := records[len(records)-1]
		require.Equal(w, accessmgmt.AuditReport{Records: len(records), Epoch: last.Seq, Head: last.Hash}, report)
		require.True(w, report.Intact())
		require.Equal(w, w.enterprise().Epoch, report.Epoch)
	},
	"no two salts are alike": func(w *World) {
		salts := map[string]bool{}
		for _, r := range w.history() {
			if r.Salt != nil {
				require.False(w, salts[string(r.Salt)])
				salts[string(r.Salt)] = true
			}
		}
		require.NotEmpty(w, salts)
	},
	"for those who may": func(w *World) {
		for _, by := range []accessmgmt.Actor{w.GAP, w.Rep, Staff()} {
			report, err := w.Svc.VerifyAudit(w.Ctx, by, w.Acme)
			require.NoError(w, err)
			require.True(w, report.Intact())
			require.Positive(w, report.Records)
		}
		w.Register.Down(true)
		for _, by := range []accessmgmt.Actor{w.GAP, Staff()} { // who need no register
			_, err := w.Svc.VerifyAudit(w.Ctx, by, w.Acme)
			require.NoError(w, err)
		}
		_, err := w.Svc.VerifyAudit(w.Ctx, w.Rep, w.Acme)
		w.requireFails(err, accessmgmt.ErrRegister, accessmgmt.CodeRegister)
		require.ErrorIs(w, err, accessmgmt.ErrUnavailable)
		_, err = w.Svc.VerifyAudit(w.Ctx, accessmgmt.Operator(w.Rep.Identity, "x", "y"), w.Acme)
		require.NoError(w, err, "the capacity that is acted in is the one that counts")
	},
	"says in which capacity each acted": func(w *World) {
		_, err := w.Svc.VacateGAP(w.Ctx, Staff(), accessmgmt.VacateGAP{Enterprise: w.Acme, Reason: "left"})
		require.NoError(w, err)
		records := w.chain()
		require.Equal(w, accessmgmt.AsRepresentative, records[0].Capacity)
		last := records[len(records)-1]
		require.Equal(w, accessmgmt.AsOperator, last.Capacity)
		require.Equal(w, "file 1234", last.Details["on_behalf_of"])
		require.Equal(w, "asked by telephone", last.Details["operator_reason"])
	},
	"of more than one page": func(w *World) {
		w.crowd(260)
		records := w.chain()
		require.Greater(w, len(records), 520)
		store, svc := w.tap()
		report := w.verify(svc)
		require.True(w, report.Intact())
		require.Equal(w, len(records), report.Records)
		require.Equal(w, 2, store.count("Audit"))
		for _, i := range []int{498, 499, 500, 501, len(records) - 1} {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				rows[i].Object = "another"
				return rows
			}
			requireBroken(w, svc, records[i], "content changed")
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord { return slices.Delete(rows, i, i+1) }
			requireBroken(w, svc, records[min(i+1, len(records)-1)], "")
		}
	},
	"while others write": func(w *World) {
		w.crowd(252)
		store, svc := w.tap()
		epoch := w.enterprise().Epoch
		writes := 0
		store.meanwhile = func(method string) error {
			if method == "Audit" { // after the enterprise was read
				writes++
				w.Give(Person("Wim", "Writer"), line(roles.Reader, w.Svc.Today().AddDays(writes).String(), w.Svc.Today().AddDays(writes).String()))
			}
			return nil
		}
		report := w.verify(svc)
		require.Nil(w, report.Broken)
		require.Equal(w, epoch, report.Epoch, "as far as it was when it began")
		require.Equal(w, 2, writes)
		store.meanwhile = nil
		require.Greater(w, w.verify(svc).Epoch, epoch)
	},
	"while many write": func(w *World) {
		var work []func() error
		for i := range 4 {
			work = append(work, func() error {
				for n := range 10 {
					anne := Person("Anne", string(rune('A'+i))+string(rune('a'+n)))
					// The service's own patience is bounded: a caller who is told of a
					// conflict may try again, and here must, however slow the machine.
					err := one(assign(w, w.GAP, anne, roles.Reader, roles.Writer))
					for errors.Is(err, accessmgmt.ErrConflict) {
						err = one(assign(w, w.GAP, anne, roles.Reader, roles.Writer))
					}
					if err != nil {
						return err
					}
				}
				return nil
			}, func() error {
				for range 10 {
					report, err := w.Svc.VerifyAudit(w.Ctx, w.GAP, w.Acme)
					if err != nil {
						return err
					}
					if !report.Intact() {
						w.Errorf("a false break: %+v", *report.Broken)
					}
				}
				return nil
			})
		}
		for _, err := range together(work...) {
			require.NoError(w, err)
		}
	},
}

// requireBroken fails unless the chain is found to be broken at the place of a
// record, for a reason ("" any).
func requireBroken(w *World, svc *accessmgmt.Service, at accessmgmt.AuditRecord, why string) accessmgmt.AuditReport {
	w.Helper()
	report := w.verify(svc)
	require.NotNil(w, report.Broken)
	require.False(w, report.Intact())
	require.Equal(w, accessmgmt.AuditPosition{Seq: at.Seq, Ordinal: at.Ordinal}, accessmgmt.AuditPosition{Seq: report.Broken.Seq, Ordinal: report.Broken.Ordinal}, report.Broken.Why)
	require.Contains(w, report.Broken.Why, why)
	return report
}

// relink hashes a chain anew from a record on, as a forger would who can't touch
// the enterprise's row.
func relink(rows []accessmgmt.AuditRecord, from int) []accessmgmt.AuditRecord {
	for i := from; i < len(rows); i++ {
		if i > 0 {
			rows[i].Prev = rows[i-1].Hash
		}
		if rows[i].Details != nil {
			rows[i].Commitment = commitmentOf(rows[i])
		}
		rows[i].Hash = digestOf(rows[i])
	}
	return rows
}

// forged is a record that nobody's command wrote.
func forged(after accessmgmt.AuditRecord, seq uint64, ordinal int) accessmgmt.AuditRecord {
	r := accessmgmt.AuditRecord{Enterprise: after.Enterprise, Seq: seq, Ordinal: ordinal, At: after.At.Add(time.Minute), Event: accessmgmt.EventAssigned,
		Actor: after.Actor, Capacity: accessmgmt.AsGAP, Assurance: accessmgmt.AssuranceHigh, Object: "assignment", ObjectID: uuid.New(), Prev: after.Hash}
	r.Hash = digestOf(r)
	return r
}
