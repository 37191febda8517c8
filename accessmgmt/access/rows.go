package access

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// row is one assignment: the person, and the instants from and to which it is in
// force as 56 bits of microseconds with 8 bits of the role's number each. The
// highest bit of that says that the row is for a unit.
type row struct {
	person   [2]uint64
	from, to uint64
}

// Instants are kept in 56 bits: the years 829 to 3111. What begins after never
// does, what ends after doesn't, and a check outside asks the store.
const (
	instantBits       = 56
	bias        int64 = 1 << (instantBits - 1)
	earliest          = -bias + 1 // before it nothing is in force but what has no beginning
	latest            = bias - 1
	unitBit           = 1 << 15
)

func packInstant(us int64) uint64 { return uint64(us+bias) << 8 }

func unpackInstant(w uint64) int64 { return int64(w>>8) - bias }

func (r *row) number() uint16 { return uint16(r.from&0xff) | uint16(r.to&0xff)<<8 }

// micros is an instant in microseconds, cut to what a row holds. Finer instants
// than the store's are rounded so that nothing is in force a moment longer.
func micros(t time.Time, up bool) int64 {
	if t.Unix() >= latest/1_000_000 {
		return latest
	}
	if t.Unix() <= earliest/1_000_000 {
		return earliest
	}
	us := t.UnixMicro()
	if up && t.Nanosecond()%1000 != 0 {
		us++
	}
	return us
}

// spanOf is a window in which something is in force; one that holds no instant
// has ended before any check.
func spanOf(w roles.Window) span {
	if w.Empty() {
		return span{earliest, earliest}
	}
	s := span{micros(w.From, true), latest}
	if !w.To.IsZero() {
		s.to = micros(w.To, false)
	}
	if s.from >= s.to && s.from < latest {
		return span{earliest, earliest}
	}
	return s
}

// item is an assignment on its way into a block.
type item struct {
	hash       uint64 // of the person
	row        row
	id         accessmgmt.AssignmentID
	unit       uint32
	properties roles.Properties
}

func (x item) compare(y item) int {
	return cmp.Or(cmp.Compare(x.hash, y.hash), slices.Compare(x.row.person[:], y.row.person[:]), bytes.Compare(x.id.UUID[:], y.id.UUID[:]))
}

func (ix *Index) item(a *roles.Assignment, extra *more) item {
	s := spanOf(a.InForce())
	number := ix.compiled.numbers[a.Role]
	person := words(a.Person.UUID)
	it := item{hash: ix.hash(person), id: a.ID, properties: a.Properties}
	if !a.Unit.IsZero() {
		number |= unitBit
		it.unit = extra.unit(a.Unit)
	}
	it.row = row{person: person, from: packInstant(s.from) | uint64(number&0xff), to: packInstant(s.to) | uint64(number>>8)}
	return it
}

// place makes the rows of a block, of items in their order.
func (b *block) place(items []item, extra *more) {
	n := len(items)
	b.count = uint32(n)
	at := func(i, _ int) int { return i }
	size := n
	if n <= few {
		b.index(items)
	} else {
		// Of five places one is empty: so few rows are passed that they are nearly
		// always in the cache line that the first is in.
		b.homes = uint32(n + n/4)
		at = func(i, last int) int { return max(last+1, b.home(items[i].hash)) }
		last := -1
		for i := range items {
			last = at(i, last)
		}
		size = max(last+1, int(b.homes))
	}
	b.rows, b.ids = make([]row, size), make([]accessmgmt.AssignmentID, size)
	last := -1
	for i := range items {
		it := &items[i]
		last = at(i, last)
		b.rows[last], b.ids[last] = it.row, it.id
		if it.unit != 0 {
			extra.scoped = append(extra.scoped, scoped{uint32(last), it.unit})
		}
		if !it.properties.IsZero() {
			if extra.properties == nil {
				extra.properties = make([]roles.Properties, size)
			}
			extra.properties[last] = it.properties
		}
	}
}

// home is the first place that somebody's rows may have.
func (b *block) home(hash uint64) int {
	place, _ := bits.Mul64(hash, uint64(b.homes))
	return int(place)
}

// severalPer reports whether somebody has three assignments or more, so that two
// of them with one between may give a right.
func (b *block) severalPer() bool {
	for i := 2; i < len(b.rows); i++ {
		if b.rows[i].person == b.rows[i-2].person && b.rows[i].person != nobody {
			return true
		}
	}
	return false
}

// index writes down where each bucket begins.
func (b *block) index(order []item) {
	at := 0
	for bucket := range buckets {
		for at < len(order) && order[at].hash>>(64-bucketBits) < uint64(bucket) {
			at++
		}
		b.starts[bucket] = uint8(at)
	}
}

// nobody is the person of an empty row.
var nobody [2]uint64

// of returns the rows of a person: from the first up to, not with, the second.
func (b *block) of(person [2]uint64, hash uint64) (from, to int) {
	end := len(b.rows)
	if b.homes > 0 {
		from = b.home(hash)
		for from < end && b.rows[from].person != person {
			if b.rows[from].person == nobody {
				return from, from
			}
			from++
		}
	} else {
		bucket := hash >> (64 - bucketBits)
		from = int(b.starts[bucket&(buckets-1)])
		if bucket+1 < buckets {
			end = int(b.starts[(bucket+1)&(buckets-1)])
		}
		for from < end && b.rows[from].person != person {
			from++
		}
	}
	to = from
	for to < end && b.rows[to].person == person {
		to++
	}
	return from, to
}
