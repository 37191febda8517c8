package access

import (
	"math"
	"math/bits"
	"slices"
	"sync/atomic"

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
	items := make([]item, len(f.assignments))
	for i := range f.assignments {
		items[i] = ix.item(&f.assignments[i], extra)
	}
	slices.SortFunc(items, item.compare)
	b.place(items, extra)
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
	b.keep(extra)
	return b
}

// keep keeps what few enterprises need, of one that does.
func (b *block) keep(extra *more) {
	if extra.coGAPs != nil || extra.units != nil || extra.properties != nil || b.severalPer() {
		b.more = extra // of several per person some answers need subsets
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
