package access

import (
	"math/bits"
	"sync/atomic"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// nearness orders the reasons of assignments as package roles does: of those of
// a denial the nearest miss is told. A test holds that both say the same.
type nearness uint8

const (
	noAssignment nearness = iota
	notThisAction
	wrongUnit
	ended
	notYet
	gateMissing
	allowed
)

var reasons = [...]roles.Reason{
	noAssignment: roles.ReasonNoAssignment, notThisAction: roles.ReasonNotThisAction, wrongUnit: roles.ReasonWrongUnit,
	ended: roles.ReasonEnded, notYet: roles.ReasonNotYet, gateMissing: roles.ReasonGateMissing, allowed: roles.ReasonAllowed,
}

// barred says why nobody has access at an instant, "" when nothing is in the way.
func (b *block) barred(at int64) roles.Reason {
	switch b.closed {
	case isSuspended:
		return accessmgmt.ReasonSuspended
	case isVacant:
		if b.more != nil {
			for _, s := range b.more.coGAPs {
				if s.has(at) {
					return ""
				}
			}
		}
		return accessmgmt.ReasonNoGAP
	default:
		return ""
	}
}

// unit returns the number of a unit that is asked about, and false when it isn't
// open here.
func (b *block) unit(id accessmgmt.UnitID) (uint32, bool) {
	if id.IsZero() {
		return 0, true
	}
	if b.more == nil {
		return 0, false
	}
	number := b.more.units[id]
	return number, number != 0 && b.more.open[number-1]
}

// ask is a question as the index reads it.
type ask struct {
	app  uint16
	bit  uint64
	unit uint32
	at   int64
}

// decide answers from the rows of one person, as roles.Catalogue.Decide does.
func (c *compiled) decide(b *block, from, to int, q ask, d *accessmgmt.Decision) {
	best := noAssignment
	var first, count, last int
	gaps := false
	for i := from; i < to; i++ {
		near := c.weigh(b, from, to, i, q)
		switch {
		case near > best:
			best, first, last, count, gaps = near, i, i, 1, false
		case near == best && near != noAssignment:
			gaps = gaps || i != last+1
			last = i
			count++
		}
	}
	d.Reason, d.Allowed = reasons[best], best == allowed
	if count == 0 {
		return
	}
	if !gaps {
		d.Assignments = b.ids[first : last+1 : last+1]
		if best == allowed && b.more != nil && anyOf(b.more.properties, first, last+1) {
			d.Properties = b.more.properties[first : last+1 : last+1]
		}
		return
	}
	chosen := func(i int) bool { return c.weigh(b, from, to, i, q) == best }
	b.more.subsets.of(b, first, last+1, chosen, best == allowed, d)
}

func anyOf(properties []roles.Properties, from, to int) bool {
	if properties == nil {
		return false
	}
	for _, p := range properties[from:to] {
		if !p.IsZero() {
			return true
		}
	}
	return false
}

// weigh says what row i alone would answer, the person's others, from the first
// up to the last, doing nothing but opening its gate. See roles.Catalogue.Weigh.
func (c *compiled) weigh(b *block, from, to, i int, q ask) nearness {
	w := &b.rows[i]
	number := w.number()
	r := &c.roles[number&^unitBit]
	if r.app != q.app {
		return noAssignment
	}
	gives := r.actions&q.bit != 0
	covers, unit := true, uint32(0)
	if number&unitBit != 0 {
		unit = b.unitOf(i)
		covers = unit == q.unit
	}
	begins, ends := unpackInstant(w.from), unpackInstant(w.to)
	if q.at < begins {
		// What is promised is the day it begins, so the gate of that day counts.
		if gives && covers && (r.gate == 0 || c.openGates(b, from, to, unit, min(begins, latest-1))&r.gate != 0) {
			return notYet
		}
		return noAssignment
	}
	active := begins <= q.at && q.at < ends
	isOpen := r.gate == 0 || c.openGates(b, from, to, unit, q.at)&r.gate != 0
	switch {
	case gives && active && covers:
		if !isOpen {
			return gateMissing
		}
		return allowed
	case !isOpen:
		return noAssignment
	case gives && active:
		return wrongUnit
	case gives && covers:
		return ended
	case active && covers:
		return notThisAction
	default:
		return noAssignment
	}
}

// openGates returns the gates that somebody's rows open at an instant, for what is
// given for a unit (0: for the whole enterprise). Gates may be behind gates.
func (c *compiled) openGates(b *block, from, to int, unit uint32, at int64) uint64 {
	// What is for the whole enterprise may lean on nothing else.
	open := c.openOf(b, from, to, 0, at, 0)
	if unit != 0 {
		open = c.openOf(b, from, to, unit, at, open)
	}
	return open
}

func (c *compiled) openOf(b *block, from, to int, unit uint32, at int64, open uint64) uint64 {
	for {
		before := open
		for i := from; i < to; i++ {
			w := &b.rows[i]
			number := w.number()
			r := &c.roles[number&^unitBit]
			if r.opens&^open == 0 || at < unpackInstant(w.from) || at >= unpackInstant(w.to) || r.gate != 0 && r.gate&open == 0 {
				continue
			}
			of := uint32(0)
			if number&unitBit != 0 {
				of = b.unitOf(i)
			}
			if of == unit {
				open |= r.opens
			}
		}
		if open == before {
			return open
		}
	}
}

// subsets keeps the lists of assignments that aren't neighbours, made once, so
// that no check allocates: somebody's assignments give few different answers.
type subsets struct {
	heads [8]atomic.Pointer[subset]
	count atomic.Int32
}

type subset struct {
	first      int
	mask       uint64
	allowed    bool
	ids        []accessmgmt.AssignmentID
	properties []roles.Properties
	next       *subset
}

const maxSubsets = 1 << 12 // of one enterprise; beyond, they are made each time

func (s *subsets) of(b *block, first, end int, chosen func(int) bool, allowed bool, d *accessmgmt.Decision) {
	var mask uint64
	narrow := end-first <= 64
	for i := first; i < end && narrow; i++ {
		if chosen(i) {
			mask |= 1 << (i - first)
		}
	}
	head := &s.heads[(uint64(first)*31+mask)%uint64(len(s.heads))]
	if narrow {
		for at := head.Load(); at != nil; at = at.next {
			if at.first == first && at.mask == mask && at.allowed == allowed {
				d.Assignments, d.Properties = at.ids, at.properties
				return
			}
		}
	}
	made := &subset{first: first, mask: mask, allowed: allowed}
	all := b.more.properties
	for i := first; i < end; i++ {
		if narrow && mask&(1<<(i-first)) == 0 || !narrow && !chosen(i) {
			continue
		}
		made.ids = append(made.ids, b.ids[i])
		if allowed && all != nil {
			made.properties = append(made.properties, all[i])
		}
	}
	if !anyOf(made.properties, 0, len(made.properties)) {
		made.properties = nil
	}
	made.ids = made.ids[:len(made.ids):len(made.ids)]
	made.properties = made.properties[:len(made.properties):len(made.properties)]
	d.Assignments, d.Properties = made.ids, made.properties
	if !narrow || s.count.Add(1) > maxSubsets {
		return
	}
	for {
		made.next = head.Load()
		if head.CompareAndSwap(made.next, made) {
			return
		}
	}
}

// actions returns what the rows of one person let him do.
func (c *compiled) actions(b *block, from, to int, q ask) (mask uint64) {
	for i := from; i < to; i++ {
		r := &c.roles[b.rows[i].number()&^unitBit]
		for left := r.actions &^ mask; r.app == q.app && left != 0; left &= left - 1 {
			q.bit = 1 << bits.TrailingZeros64(left)
			if c.weigh(b, from, to, i, q) != allowed {
				break // it would be so for all of them
			}
			mask |= q.bit
		}
	}
	return mask
}
