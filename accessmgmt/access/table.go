package access

import (
	"sync/atomic"
)

// table finds blocks by their enterprise's hash: open addressing, read without
// locks. The index's lock is held to write.
type table struct {
	entries []entry
	used    int // entries that were ever used, tombs too
}

// entry is empty while its tag is 0. A tag of an entry that is used again may
// be read with the next block: whoever reads compares the block's own id.
type entry struct {
	tag   atomic.Uint64
	block atomic.Pointer[block]
}

const tomb = 1

func newTable(size int) *table { return &table{entries: make([]entry, size)} }

// tagOf is a hash as a tag, which is neither empty nor a tomb.
func tagOf(hash uint64) uint64 {
	if hash <= tomb {
		hash += 2
	}
	return hash
}

// find returns the block of an enterprise, nil when it isn't there.
func (t *table) find(tag uint64, id [16]byte) *block {
	mask := uint64(len(t.entries) - 1)
	for at := tag & mask; ; at = (at + 1) & mask {
		e := &t.entries[at]
		switch e.tag.Load() {
		case tag:
			if b := e.block.Load(); b != nil && b.id.UUID == id {
				return b
			}
		case 0:
			return nil
		}
	}
}

// put stores a block in the place of its enterprise's, and returns the one that
// was there. It returns false when the table has to grow first.
func (t *table) put(tag uint64, b *block) (before *block, ok bool) {
	mask := uint64(len(t.entries) - 1)
	for at := tag & mask; ; at = (at + 1) & mask {
		e := &t.entries[at]
		switch e.tag.Load() {
		case tag:
			if before = e.block.Load(); before != nil && before.id == b.id {
				e.block.Store(b)
				return before, true
			}
		case 0:
			if 4*(t.used+1) > 3*len(t.entries) {
				return nil, false
			}
			t.used++
			e.block.Store(b) // first, so that whoever sees the tag finds it
			e.tag.Store(tag)
			return nil, true
		}
	}
}

// remove takes out an enterprise's block.
func (t *table) remove(tag uint64, b *block) {
	mask := uint64(len(t.entries) - 1)
	for at := tag & mask; ; at = (at + 1) & mask {
		e := &t.entries[at]
		switch e.tag.Load() {
		case tag:
			if e.block.Load() == b {
				e.tag.Store(tomb)
				e.block.Store(nil)
				return
			}
		case 0:
			return
		}
	}
}

// grown returns a table with the same blocks and more room.
func (t *table) grown(blocks int) *table {
	size := 64
	for 3*size < 4*(blocks+1)*5/4 {
		size *= 2
	}
	out := newTable(size)
	for i := range t.entries {
		e := &t.entries[i]
		if tag := e.tag.Load(); tag > tomb {
			out.put(tag, e.block.Load())
		}
	}
	return out
}
