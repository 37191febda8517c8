package accessmgmt

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// record is one with something in every field, which a test checks.
func record() AuditRecord {
	id := uuid.MustParse("01950000-0000-7000-8000-000000000001")
	return AuditRecord{
		Enterprise: EnterpriseID{UUID: id}, Seq: 7, Ordinal: 2, At: time.Date(2026, 3, 2, 9, 0, 0, 1000, time.UTC), Event: EventAssigned,
		Actor: PersonID{UUID: id}, Capacity: AsGAP, Assurance: AssuranceHigh, Person: PersonID{UUID: id}, Object: "assignment", ObjectID: id,
		Data: map[string]string{"role": "x.y"}, Details: map[string]string{"reason": "z"}, Salt: []byte("salt"),
		Commitment: Digest{1}, Prev: Digest{2}, Hash: Digest{3},
	}
}

// TestDigestCoversEveryField zeroes each field in turn. A new field must be
// hashed, or be named here with the reason why not.
func TestDigestCoversEveryField(t *testing.T) {
	outside := map[string]string{
		"Details": "can be erased; Commitment stands for it", "Salt": "goes with the details", "Hash": "is the digest itself",
	}
	whole := record().digest()
	for i := range reflect.TypeOf(AuditRecord{}).NumField() {
		r := record()
		name := reflect.TypeOf(r).Field(i).Name
		field := reflect.ValueOf(&r).Elem().Field(i)
		require.False(t, field.IsZero(), "record() leaves out %s", name)
		field.SetZero()
		assert.Equal(t, outside[name] != "", r.digest() == whole, name)
	}
}

func TestDigestTellsFieldsApart(t *testing.T) {
	seen := map[Digest]string{}
	for name, change := range map[string]func(*AuditRecord){
		"as it is":              func(*AuditRecord) {},
		"a letter moved over":   func(r *AuditRecord) { r.Event, r.Capacity = "role_assigne", "dgap" },
		"and the other way":     func(r *AuditRecord) { r.Event, r.Capacity = "role_assignedg", "ap" },
		"key and value":         func(r *AuditRecord) { r.Data = map[string]string{"rolex": ".y"} },
		"two pairs":             func(r *AuditRecord) { r.Data = map[string]string{"role": "x", ".": "y"} },
		"no pair":               func(r *AuditRecord) { r.Data = nil },
		"an empty pair":         func(r *AuditRecord) { r.Data = map[string]string{"": ""} },
		"seq and ordinal":       func(r *AuditRecord) { r.Seq, r.Ordinal = 2, 7 },
		"actor and person":      func(r *AuditRecord) { r.Actor, r.Person = PersonID{}, r.Actor },
		"prev and commitment":   func(r *AuditRecord) { r.Prev, r.Commitment = r.Commitment, r.Prev },
		"a microsecond later":   func(r *AuditRecord) { r.At = r.At.Add(time.Microsecond) },
		"a billion years later": func(r *AuditRecord) { r.At = r.At.AddDate(200_000, 0, 0) },
	} {
		r := record()
		change(&r)
		require.Empty(t, seen[r.digest()], "%s is hashed like %s", name, seen[r.digest()])
		seen[r.digest()] = name
	}
	r := record()
	r.At = r.At.In(time.FixedZone("x", 3600))
	assert.Equal(t, "as it is", seen[r.digest()], "an instant is the same in any zone")
	r.Data = map[string]string{}
	none := r.digest()
	r.Data = nil
	assert.Equal(t, none, r.digest(), "stores give back nil for nothing")
}

func TestCommitment(t *testing.T) {
	seen := map[Digest]bool{}
	for _, details := range []map[string]string{nil, {"a": "b"}, {"ab": ""}, {"": "ab"}, {"a": "b", "c": "d"}, {"a": "bcd"}, {"a": "B"}} {
		for _, salt := range []string{"", "a", "salt", "salt\x00"} {
			c := commitment([]byte(salt), details)
			assert.False(t, seen[c], "%q %v", salt, details)
			seen[c] = true
		}
	}
	assert.Equal(t, commitment([]byte("s"), map[string]string{"a": "1", "b": "2"}), commitment([]byte("s"), map[string]string{"b": "2", "a": "1"}))
}

func TestDigestAsText(t *testing.T) {
	d := Digest{0xab, 31: 0x01}
	assert.Equal(t, "ab00000000000000000000000000000000000000000000000000000000000001", d.String())
	text, err := d.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, d.String(), string(text))
	assert.False(t, d.IsZero())
	assert.True(t, Digest{}.IsZero())
}
