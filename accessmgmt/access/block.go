package access

import (
	"bytes"
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// block is everything that decides checks in one enterprise, as of one stamp.
// All but verified, asked and order is written once, before anybody else sees it.
type block struct {
	id    accessmgmt.EnterpriseID
	epoch uint64
	// verified is when the question was sent whose answer said that this is the
	// enterprise's stamp, in nanoseconds since the index was made; never: it is
	// not to be believed.
	verified atomic.Int64
	// head is the rest of the stamp; see [accessmgmt.Stamp].
	head [8]byte
	// order is the question's, by which later ones are told from earlier ones. The
	// index's lock is held to read or write it.
	order uint64
	// asked says whether somebody has lately; see poll.go.
	asked  atomic.Uint32
	closed closed
	// Of few rows starts says where those of each bucket begin, a bucket being the
	// first bits of a person's hash. Many have no buckets: there are homes places,
	// and a person's rows begin at the one his hash gives, or behind those of others
	// that are in the way, with no empty row between.
	starts [buckets]uint8
	homes  uint32
	count  uint32
	rows   []row // by hash, person and id; those without a person are empty
	ids    []accessmgmt.AssignmentID
	more   *more
}

// closed says why nobody has access, the clock aside.
type closed uint8

const (
	isOpen closed = iota
	isSuspended
	isVacant // more.coGAPs may be in office
)

const (
	buckets    = 16
	bucketBits = 4
	few        = 255 // rows that starts can count
	never      = math.MinInt64
)

// more is what few enterprises need.
type more struct {
	coGAPs []span
	// units are the numbers of the establishment units that are open or that some
	// role is for, counted from 1; open are the open ones.
	units map[accessmgmt.UnitID]uint32
	open  []bool
	// scoped are the units of the rows that have one, by row.
	scoped []scoped
	// properties are those of the rows; nil when none has any.
	properties []roles.Properties
	subsets    subsets
}

type scoped struct{ row, unit uint32 }

// span is a half-open window in microseconds.
type span struct{ from, to int64 }

func (s span) has(at int64) bool { return s.from <= at && at < s.to }

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

// facts are what the store says of an enterprise.
type facts struct {
	enterprise  accessmgmt.Enterprise
	assignments []roles.Assignment
	units       []accessmgmt.Unit // the open ones
	managers    []accessmgmt.Manager
}

// build makes a block of the facts.
func (ix *Index) build(f *facts) *block {
	stamp := f.enterprise.Stamp()
	b := &block{id: f.enterprise.ID, epoch: stamp.Epoch, head: stamp.Head}
	b.verified.Store(never)
	extra := &more{}
	ix.place(b, f.assignments, extra)
	switch {
	case !f.enterprise.SuspendedAt.IsZero():
		b.closed = isSuspended
	case f.enterprise.GAP.IsZero():
		b.closed = isVacant
		for _, m := range f.managers {
			if m.Kind == accessmgmt.CoGAP {
				extra.coGAPs = append(extra.coGAPs, spanOf(m.InForce()))
			}
		}
	}
	for i := range f.units {
		extra.open[extra.unit(f.units[i].ID)-1] = true
	}
	if extra.coGAPs != nil || extra.units != nil || extra.properties != nil {
		b.more = extra
	} else if ix.severalPer(b) {
		b.more = extra // somebody's answers may need subsets
	}
	return b
}

// placed is a row with the hash of its person.
type placed struct {
	hash uint64
	at   int
}

// place makes the rows of a block.
func (ix *Index) place(b *block, all []roles.Assignment, extra *more) {
	n := len(all)
	order := make([]placed, n)
	for i := range all {
		order[i] = placed{ix.hash(words(all[i].Person.UUID)), i}
	}
	slices.SortFunc(order, func(x, y placed) int {
		p, q := &all[x.at], &all[y.at]
		return cmp.Or(cmp.Compare(x.hash, y.hash), p.Person.Compare(q.Person), bytes.Compare(p.ID.UUID[:], q.ID.UUID[:]))
	})
	b.count = uint32(n)
	at := make([]int, n)
	size := n
	if n <= few {
		for i := range order {
			at[i] = i
		}
		b.index(order)
	} else {
		// Of five places one is empty: so few rows are passed that they are nearly
		// always in the cache line that the first is in.
		b.homes = uint32(n + n/4)
		size = 0
		for i := range order {
			at[i] = max(size, b.home(order[i].hash))
			size = at[i] + 1
		}
		size = max(size, int(b.homes))
	}
	b.rows, b.ids = make([]row, size), make([]accessmgmt.AssignmentID, size)
	for i, from := range order {
		b.ids[at[i]] = all[from.at].ID
		b.rows[at[i]] = ix.rowOf(&all[from.at], extra, at[i], size)
	}
}

// home is the first place that somebody's rows may have.
func (b *block) home(hash uint64) int {
	place, _ := bits.Mul64(hash, uint64(b.homes))
	return int(place)
}

// severalPer reports whether somebody has three assignments or more, so that two
// of them with one between may give a right.
func (ix *Index) severalPer(b *block) bool {
	for i := 2; i < len(b.rows); i++ {
		if b.rows[i].person == b.rows[i-2].person && b.rows[i].person != nobody {
			return true
		}
	}
	return false
}

func (ix *Index) rowOf(a *roles.Assignment, extra *more, i, n int) row {
	s := spanOf(a.InForce())
	number := ix.compiled.numbers[a.Role]
	if !a.Unit.IsZero() {
		number |= unitBit
		extra.scoped = append(extra.scoped, scoped{uint32(i), extra.unit(a.Unit)})
	}
	if !a.Properties.IsZero() {
		if extra.properties == nil {
			extra.properties = make([]roles.Properties, n)
		}
		extra.properties[i] = a.Properties
	}
	return row{
		person: words(a.Person.UUID),
		from:   packInstant(s.from) | uint64(number&0xff),
		to:     packInstant(s.to) | uint64(number>>8),
	}
}

// unit returns the number of a unit, counted from 1.
func (m *more) unit(id accessmgmt.UnitID) uint32 {
	if m.units == nil {
		m.units = map[accessmgmt.UnitID]uint32{}
	}
	number := m.units[id]
	if number == 0 {
		number = uint32(len(m.units) + 1)
		m.units[id] = number
		m.open = append(m.open, false)
	}
	return number
}

// index writes down where each bucket begins.
func (b *block) index(order []placed) {
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

// is reports whether a block is of a stamp.
func (b *block) is(s accessmgmt.Stamp) bool { return b.epoch == s.Epoch && b.head == s.Head }

// unitOf returns the unit of a row, 0 for the whole enterprise.
func (b *block) unitOf(i int) uint32 {
	if b.rows[i].number()&unitBit == 0 {
		return 0
	}
	at, _ := slices.BinarySearchFunc(b.more.scoped, uint32(i), func(s scoped, i uint32) int { return int(s.row) - int(i) })
	return b.more.scoped[at].unit
}

// words are an id as two numbers, most significant first, so that they order as
// its bytes do.
func words(id uuid.UUID) [2]uint64 {
	return [2]uint64{
		uint64(id[7]) | uint64(id[6])<<8 | uint64(id[5])<<16 | uint64(id[4])<<24 | uint64(id[3])<<32 | uint64(id[2])<<40 | uint64(id[1])<<48 | uint64(id[0])<<56,
		uint64(id[15]) | uint64(id[14])<<8 | uint64(id[13])<<16 | uint64(id[12])<<24 | uint64(id[11])<<32 | uint64(id[10])<<40 | uint64(id[9])<<48 | uint64(id[8])<<56,
	}
}

// hash mixes an id with the index's own secret, so that nobody can choose ids
// that fall together.
func (ix *Index) hash(id [2]uint64) uint64 {
	hi, lo := bits.Mul64(id[0]^ix.seed[0], id[1]^ix.seed[1])
	return (hi ^ lo) * 0x9e3779b97f4a7c15
}
