package access

import (
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
)

// What this process commits needn't be read to be known: most commits change a few
// assignments, or none, and the block that follows is made of the one before.

// Committed implements [accessmgmt.CommitWatcher].
func (ix *Index) Committed(c *accessmgmt.Changes) {
	if next := ix.following(c); next != nil {
		ix.offer(next)
	}
}

// following makes the block that a commit leaves, nil when it can't be told from
// what is known, or there is another commit beside it.
func (ix *Index) following(c *accessmgmt.Changes) *block {
	id := c.Enterprise.ID
	ix.mu.Lock()
	b, alone := ix.find(id), ix.writing[id].alone()
	ix.mu.Unlock()
	if b == nil || !alone || !follows(b, c) {
		return nil
	}
	return ix.after(b, c)
}

// offer keeps a block for when its commit is over, unless another was met meanwhile,
// which may have been acknowledged already.
func (ix *Index) offer(next *block) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if w := ix.writing[next.id]; w.alone() {
		w.next = next
		ix.writing[next.id] = w
	}
}

// follows reports whether a commit was made on the state that a block is of, and
// changes nothing that decides checks but assignments.
func follows(b *block, c *accessmgmt.Changes) bool {
	if len(c.Audit) == 0 || len(c.GAPs)+len(c.Managers)+len(c.Units)+len(c.Suspensions) > 0 || b.closed != isOpen {
		return false
	}
	before := accessmgmt.Enterprise{Epoch: c.Enterprise.Epoch - 1, AuditHead: c.Audit[0].Prev}
	return b.is(before.Stamp()) && !c.Enterprise.GAP.IsZero() && c.Enterprise.SuspendedAt.IsZero()
}

// after makes the block that a commit leaves, nil when it can't be told from what
// is known.
func (ix *Index) after(b *block, c *accessmgmt.Changes) *block {
	stamp := c.Enterprise.Stamp()
	next := &block{id: b.id, epoch: stamp.Epoch, head: stamp.Head}
	next.verified.Store(never)
	if len(c.Assignments) == 0 {
		next.starts, next.homes, next.count, next.rows, next.ids, next.more = b.starts, b.homes, b.count, b.rows, b.ids, b.more
		return next
	}
	extra := &more{}
	if b.more != nil {
		extra.units, extra.open = b.more.units, b.more.open // never written once they are seen
	}
	items := b.items(ix)
	for i := range c.Assignments {
		a := &c.Assignments[i].Assignment
		if !a.Unit.IsZero() && extra.units[a.Unit] == 0 {
			return nil
		}
		it := ix.item(a, extra)
		at, there := slices.BinarySearchFunc(items, it, item.compare)
		if !there {
			items = slices.Insert(items, at, it)
			continue
		}
		items[at] = it
	}
	next.place(items, extra)
	next.keep(extra)
	return next
}

// items takes a block apart.
func (b *block) items(ix *Index) []item {
	items := make([]item, 0, b.count+1)
	for i := range b.rows {
		if b.rows[i].person == nobody {
			continue
		}
		it := item{hash: ix.hash(b.rows[i].person), row: b.rows[i], id: b.ids[i], unit: b.unitOf(i)}
		if b.more != nil && b.more.properties != nil {
			it.properties = b.more.properties[i]
		}
		items = append(items, it)
	}
	return items
}
