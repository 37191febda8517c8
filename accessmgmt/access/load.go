package access

import (
	"context"

	"github.com/egovroles/egovroles/accessmgmt"
)

// Progress says how far a load is.
type Progress struct {
	Enterprises int
	Assignments int
}

// batch is how many enterprises are read together.
const batch = 500

// Load reads all enterprises, a few hundred at a time, and tells progress, which
// may be nil, after each. Checks are answered meanwhile. An enterprise that changes
// while it is read is left to its first check. When the index is full ([Options.MaxAssignments]) it
// stops there.
func (ix *Index) Load(ctx context.Context, progress func(Progress)) error {
	var p Progress
	var after accessmgmt.EnterpriseID
	for {
		ents, err := ix.reads.EnterprisesAfter(ctx, after, batch)
		if err != nil {
			return fail(accessmgmt.ActCheck, err)
		}
		if len(ents) == 0 {
			return nil
		}
		n, err := ix.loadSome(ctx, after, ents)
		if err != nil {
			return fail(accessmgmt.ActCheck, err)
		}
		after = ents[len(ents)-1].ID
		p.Enterprises += len(ents)
		p.Assignments += n
		if progress != nil {
			progress(p)
		}
		full := ix.options.MaxAssignments > 0 && p.Assignments+weight*p.Enterprises >= ix.options.MaxAssignments
		if full || len(ents) < batch {
			return nil
		}
	}
}

// loadSome reads what a run of enterprises has. Each that has the same stamp
// before and after was read as it is.
func (ix *Index) loadSome(ctx context.Context, after accessmgmt.EnterpriseID, ents []accessmgmt.Enterprise) (assignments int, err error) {
	ix.mu.Lock()
	f := ix.depart()
	ix.mu.Unlock()
	defer func() {
		ix.mu.Lock()
		delete(ix.flights, f)
		ix.mu.Unlock()
	}()
	ids := make([]accessmgmt.EnterpriseID, len(ents))
	place := make(map[accessmgmt.EnterpriseID]int, len(ents))
	read := make([]facts, len(ents))
	for i, e := range ents {
		ids[i], place[e.ID], read[i].enterprise = e.ID, i, e
		if read[i].managers, err = ix.managers(ctx, &ents[i]); err != nil {
			return 0, err
		}
	}
	units, err := ix.openUnits(ctx, ids)
	if err != nil {
		return 0, err
	}
	for _, u := range units {
		if i, ours := place[u.Enterprise]; ours {
			read[i].units = append(read[i].units, u)
		}
	}
	var blocks []*block
	done := 0 // enterprises whose rows are all there
	finish := func(upTo int) {
		for ; done < upTo; done++ {
			blocks = append(blocks, ix.build(&read[done]))
			assignments += len(read[done].assignments)
			read[done] = facts{}
		}
	}
	q := accessmgmt.GrantQuery{Through: ids[len(ids)-1], Limit: pageSize}
	if !after.IsZero() {
		q.After = afterAll(after)
	}
	for {
		page, err := ix.reads.Grants(ctx, q)
		if err != nil {
			return 0, err
		}
		for _, a := range page {
			i, ours := place[a.Enterprise]
			if !ours { // registered since
				continue
			}
			finish(i) // those before are complete, since rows come in order
			read[i].assignments = append(read[i].assignments, a)
		}
		if len(page) < q.Limit {
			break
		}
		last := page[len(page)-1]
		q.After = accessmgmt.GrantKey{Enterprise: last.Enterprise, Person: last.Person, ID: last.ID}
	}
	finish(len(read))
	m := ix.moment()
	stamps, err := ix.reads.Stamps(ctx, ids)
	if err != nil {
		return 0, err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, b := range blocks {
		if b.is(stamps[b.id]) {
			ix.publish(f, b, m)
		}
	}
	return assignments, nil
}

// Size is how much an index holds.
type Size struct {
	Enterprises int
	Assignments int
	// Hot is how many enterprises are polled.
	Hot int
}

// Size returns how much is held now.
func (ix *Index) Size() Size {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return Size{ix.blocks, ix.held, len(ix.hot)}
}
