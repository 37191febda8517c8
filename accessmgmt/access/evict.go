package access

// full reports whether more is held than may be.
func (ix *Index) full() bool {
	return ix.options.MaxAssignments > 0 && ix.held+weight*ix.blocks > ix.options.MaxAssignments
}

// What one block more may cost at most to make room for, since checks that have to
// ask the store wait for the lock: places looked at, and enterprises spared because
// somebody asked about them lately.
const (
	maxPlaces = 2048
	maxSpared = 128
)

// evict forgets enterprises until the bound is kept: those that nobody asked about
// since it last looked, and when it has spared many, any but the one just read.
func (ix *Index) evict(keep *block) {
	t := ix.table.Load()
	spared := 0
	for looked := 0; ix.full() && ix.blocks > 1 && looked < maxPlaces; looked++ {
		ix.hand = (ix.hand + 1) % len(t.entries)
		b := t.entries[ix.hand].block.Load()
		if b == nil || b == keep {
			continue
		}
		if spared < maxSpared && b.asked.CompareAndSwap(asked, idle) {
			spared++ // until the hand comes round again
			continue
		}
		t.remove(tagOf(ix.hash(words(b.id.UUID))), b)
		ix.held -= int(b.count)
		ix.blocks--
	}
}
