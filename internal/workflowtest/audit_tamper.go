package workflowtest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// alterations returns every way in which a field is altered here, the least
// ones there are.
func alterations(v reflect.Value) map[string]func(reflect.Value) {
	if v.Type() == reflect.TypeOf(time.Time{}) {
		return map[string]func(reflect.Value){
			"later":   func(v reflect.Value) { v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(instant))) },
			"earlier": func(v reflect.Value) { v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(-instant))) },
		}
	}
	switch v.Kind() {
	case reflect.Struct: // an id
		return map[string]func(reflect.Value){"flipped": func(v reflect.Value) { flip(v.Field(0).Index(15)) }}
	case reflect.Array:
		return map[string]func(reflect.Value){
			"first flipped": func(v reflect.Value) { flip(v.Index(0)) },
			"last flipped":  func(v reflect.Value) { flip(v.Index(v.Len() - 1)) },
			"zeroed":        func(v reflect.Value) { v.SetZero() },
		}
	case reflect.Slice:
		return map[string]func(reflect.Value){
			"flipped": func(v reflect.Value) { flip(v.Index(0)) },
			"cut":     func(v reflect.Value) { v.SetLen(v.Len() - 1) },
			"gone":    func(v reflect.Value) { v.SetZero() },
		}
	case reflect.String:
		return map[string]func(reflect.Value){
			"longer": func(v reflect.Value) { v.SetString(v.String() + "x") },
			"spaced": func(v reflect.Value) { v.SetString(v.String() + " ") },
			"gone":   func(v reflect.Value) { v.SetString("") },
		}
	case reflect.Uint64, reflect.Uint8:
		return map[string]func(reflect.Value){"more": func(v reflect.Value) { v.SetUint(v.Uint() + 1) }, "less": func(v reflect.Value) { v.SetUint(v.Uint() - 1) }}
	case reflect.Int:
		return map[string]func(reflect.Value){"more": func(v reflect.Value) { v.SetInt(v.Int() + 1) }}
	case reflect.Map:
		return map[string]func(reflect.Value){
			"value changed": func(v reflect.Value) { alterMap(v, func(m map[string]string, k string) { m[k] += "x" }) },
			"key changed": func(v reflect.Value) {
				alterMap(v, func(m map[string]string, k string) { m[k+"x"] = m[k]; delete(m, k) })
			},
			"key added": func(v reflect.Value) { alterMap(v, func(m map[string]string, _ string) { m["zzz"] = "" }) },
			"key moved into its value": func(v reflect.Value) {
				alterMap(v, func(m map[string]string, k string) { m[k[:1]] = k[1:] + m[k]; delete(m, k) })
			},
			"key gone": func(v reflect.Value) {
				alterMap(v, func(m map[string]string, k string) { m["other"] = "x"; delete(m, k) })
			},
		}
	}
	panic("the record has a field of a kind that this test doesn't alter: " + v.Type().String())
}

func flip(b reflect.Value) { b.SetUint(b.Uint() ^ 1) }

func alterMap(v reflect.Value, change func(m map[string]string, k string)) {
	m := maps.Clone(v.Interface().(map[string]string))
	change(m, slices.Sorted(maps.Keys(m))[0])
	v.Set(reflect.ValueOf(m))
}

var tamperScenarios = map[string]func(*World){
	"any field of any record": func(w *World) {
		records := w.history()
		store, svc := w.tap()
		for i, r := range records {
			fields := reflect.TypeOf(r)
			for f := range fields.NumField() {
				field := reflect.ValueOf(r).Field(f)
				if name := fields.Field(f).Name; (name == "Details" || name == "Salt" || name == "Data") && field.Len() == 0 {
					continue // nothing there to alter; see below for putting something there
				}
				for how, alter := range alterations(field) {
					var altered accessmgmt.AuditRecord
					store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
						alter(reflect.ValueOf(&rows[i]).Elem().Field(f))
						altered = rows[i]
						return rows
					}
					report := w.verify(svc)
					where := fmt.Sprintf("%s %s in record %d of %d", fields.Field(f).Name, how, i, len(records))
					if reflect.DeepEqual(altered, r) { // a zeroed id that was zero
						require.Nil(w, report.Broken, where)
						continue
					}
					require.NotNil(w, report.Broken, where)
					if fields.Field(f).Name == "Seq" || fields.Field(f).Name == "Ordinal" { // it is another place then
						require.InDelta(w, r.Seq, report.Broken.Seq, 1, where)
						continue
					}
					require.Equal(w, r.Seq, report.Broken.Seq, where)
					require.Equal(w, r.Ordinal, report.Broken.Ordinal, where)
					require.Equal(w, i, report.Records, "records before it hold: %s", where)
					require.True(w, altered.At.Equal(report.Broken.At), where)
				}
			}
		}
	},
	"why it says so": func(w *World) {
		records := w.history()
		store, svc := w.tap()
		i := slices.IndexFunc(records, func(r accessmgmt.AuditRecord) bool { return r.Seq > 3 && r.Details != nil })
		for why, change := range map[string]func(r *accessmgmt.AuditRecord){
			"out of place":                    func(r *accessmgmt.AuditRecord) { r.Enterprise.UUID[0]++ },
			"a record is missing before it":   func(r *accessmgmt.AuditRecord) { r.Ordinal += 2 },
			"not linked to the record before": func(r *accessmgmt.AuditRecord) { r.Prev[0]++ },
			"content changed":                 func(r *accessmgmt.AuditRecord) { r.Event = accessmgmt.EventRefused },
			"details changed":                 func(r *accessmgmt.AuditRecord) { r.Details = map[string]string{"reason": "another"} },
		} {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				change(&rows[i])
				return rows
			}
			require.Contains(w, w.verify(svc).Broken.Why, why)
		}
	},
	"details put where there were none": func(w *World) {
		records := w.history()
		store, svc := w.tap()
		i := slices.IndexFunc(records, func(r accessmgmt.AuditRecord) bool { return r.Details == nil })
		require.Positive(w, i)
		store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
			rows[i].Details, rows[i].Salt = map[string]string{"reason": "put in"}, []byte("0123456789abcdef")
			return rows
		}
		requireBroken(w, svc, records[i], "details changed")
		store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
			rows[i].Data = map[string]string{"role": "put in"}
			return rows
		}
		requireBroken(w, svc, records[i], "content changed")
	},
	"details erased": func(w *World) {
		// One that nobody erased, with its salt or without, and all of them: there
		// is no record that accounts for it.
		records := w.history()
		store, svc := w.tap()
		first := -1
		for i, r := range records {
			if r.Details == nil {
				continue
			}
			if first < 0 {
				first = i
			}
			for _, saltToo := range []bool{false, true} {
				store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
					rows[i].Details = nil
					if saltToo {
						rows[i].Salt = nil
					}
					return rows
				}
				requireBroken(w, svc, r, "details gone that nobody erased")
			}
		}
		store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
			for i := range rows {
				rows[i].Details, rows[i].Salt = nil, nil
			}
			return rows
		}
		requireBroken(w, svc, records[first], "details gone that nobody erased")
	},
	"details erased, and one more": func(w *World) {
		anne := Person("Anne", "Dubois")
		w.Give(anne, w.Line(roles.Editor))
		w.Give(Person("Bert", "Claes"), w.Line(roles.Editor))
		id := w.ID(anne)
		_, err := w.Svc.ErasePerson(w.Ctx, Staff(), accessmgmt.ErasePerson{Person: id})
		require.NoError(w, err)
		store, svc := w.tap()
		report := w.verify(svc)
		require.True(w, report.Intact(), "%+v", report.Broken)
		require.NotZero(w, report.Erased)
		for i, r := range w.history() {
			if r.Details == nil {
				continue
			}
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				rows[i].Details, rows[i].Salt = nil, nil
				return rows
			}
			requireBroken(w, svc, r, "details gone that nobody erased")
		}
	},
	"a record gone": func(w *World) {
		records := w.history()
		store, svc := w.tap()
		for i := range records {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord { return slices.Delete(rows, i, i+1) }
			// The one behind the hole is named, or the hole itself at the end.
			requireBroken(w, svc, records[min(i+1, len(records)-1)], "")
		}
	},
	"a commit gone": func(w *World) {
		records := w.history()
		store, svc := w.tap()
		for seq := uint64(1); seq < w.enterprise().Epoch; seq++ {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				return slices.DeleteFunc(rows, func(r accessmgmt.AuditRecord) bool { return r.Seq == seq })
			}
			next := slices.IndexFunc(records, func(r accessmgmt.AuditRecord) bool { return r.Seq == seq+1 })
			requireBroken(w, svc, records[next], "a record is missing before it")
		}
	},
	"the end cut off": func(w *World) {
		records := w.history()
		require.Positive(w, records[len(records)-1].Ordinal, "the last commit has several")
		store, svc := w.tap()
		for left := range len(records) {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord { return rows[:left] }
			missing := records[left]
			if missing.Ordinal > 0 && missing.Seq < w.enterprise().Epoch {
				// Nothing tells how many that commit had; the next is missing for sure.
				missing.Seq, missing.Ordinal = missing.Seq+1, 0
			}
			report := requireBroken(w, svc, missing, "")
			require.Equal(w, left, report.Records)
			require.True(w, report.Broken.At.IsZero(), "there is no record to tell the time of")
		}
	},
	"two swapped": func(w *World) {
		records := w.history()
		store, svc := w.tap()
		for i := range len(records) - 1 {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				rows[i], rows[i+1] = rows[i+1], rows[i]
				return rows
			}
			requireBroken(w, svc, records[i+1], "")
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				rows[i], rows[i+1] = rows[i+1], rows[i]
				rows[i].Seq, rows[i+1].Seq = rows[i+1].Seq, rows[i].Seq
				rows[i].Ordinal, rows[i+1].Ordinal = rows[i+1].Ordinal, rows[i].Ordinal
				return rows
			}
			requireBroken(w, svc, records[i], "") // each in the other's place
		}
	},
	"one twice": func(w *World) {
		records := w.history()
		store, svc := w.tap()
		for i := range records {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord { return slices.Insert(rows, i, rows[i]) }
			requireBroken(w, svc, records[i], "")
		}
	},
	"one put in": func(w *World) {
		records := w.history()
		last := records[len(records)-1]
		store, svc := w.tap()
		for i, r := range records {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				return slices.Insert(rows, i+1, forged(r, r.Seq, r.Ordinal+1))
			}
			if i < len(records)-1 { // it links rightly, so the next one doesn't
				requireBroken(w, svc, records[i+1], "")
			}
		}
		// Behind the end, where a commit under way might have put it.
		store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
			return append(rows, forged(last, last.Seq+1, 0))
		}
		requireBroken(w, svc, forged(last, last.Seq+1, 0), "of a commit that never was")
		store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
			return append(rows, forged(last, last.Seq, last.Ordinal+1))
		}
		requireBroken(w, svc, forged(last, last.Seq, last.Ordinal+2), "the chain doesn't end as the enterprise says")
	},
	"all written anew": func(w *World) {
		records := w.history()
		last := records[len(records)-1]
		store, svc := w.tap()
		for i := range records {
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				rows[i].At = rows[i].At.Add(instant)
				return relink(rows, i)
			}
			report := requireBroken(w, svc, forged(last, last.Seq, last.Ordinal+1), "the chain doesn't end as the enterprise says")
			require.Equal(w, len(records), report.Records, "each holds, and yet")
			require.NotEqual(w, last.Hash, report.Head)
		}
		for i := range len(records) - 1 { // one left out, and the rest linked over the hole
			store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord {
				return relink(slices.Delete(rows, i, i+1), i)
			}
			if next := records[i+1]; next.Ordinal > 0 || records[i].Ordinal == 0 {
				requireBroken(w, svc, next, "a record is missing before it")
			} else { // the last of its commit: only the end tells
				requireBroken(w, svc, forged(last, last.Seq, last.Ordinal+1), "the chain doesn't end as the enterprise says")
			}
		}
		store.audit = func(rows []accessmgmt.AuditRecord) []accessmgmt.AuditRecord { return relink(rows, 0) }
		require.True(w, w.verify(svc).Intact(), "the forger of this test hashes as the library does")
	},
}
