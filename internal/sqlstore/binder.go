package sqlstore

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/roles"
)

// binder collects arguments in the types that every driver takes as they are:
// int64, string, []byte and nil. Our own types must not reach a driver: ids
// carry uuid's Value method, which makes a text of them.
type binder struct {
	textIDs bool
	args    []any
	err     error
}

func (s *Store) binder(size int) *binder {
	return &binder{textIDs: s.dialect.TextIDs, args: make([]any, 0, size)}
}

// key returns an id as an argument.
func (s *Store) key(id uuid.UUID) any {
	if s.dialect.TextIDs {
		return id.String()
	}
	return id[:]
}

func (b *binder) add(arg any) { b.args = append(b.args, arg) }

func (b *binder) text(s string) { b.add(s) }

// optText writes NULL for an empty text.
func (b *binder) optText(s string) {
	if s == "" {
		b.add(nil)
		return
	}
	b.add(s)
}

func (b *binder) number(n int64) { b.add(n) }

// count binds a version or an epoch. They start at 1 and grow by 1, so that
// the sign bit is out of reach.
func (b *binder) count(n uint64) { b.add(int64(n)) }

func (b *binder) id(id uuid.UUID) {
	if b.textIDs {
		b.add(id.String())
		return
	}
	b.add(id[:])
}

// flag binds a yes or no.
func (b *binder) flag(yes bool) {
	if yes {
		b.number(1)
		return
	}
	b.number(0)
}

// optID binds an id that may be missing.
func (b *binder) optID(id uuid.UUID) {
	if id == uuid.Nil {
		b.add(nil)
		return
	}
	b.id(id)
}

// time binds an instant that is always there. The zero one, should it come,
// sorts before all others and comes back as it was.
func (b *binder) time(t time.Time) { b.add(t.UnixMicro()) }

// optTime binds an instant that may be missing.
func (b *binder) optTime(t time.Time) {
	if t.IsZero() {
		b.add(nil)
		return
	}
	b.time(t)
}

// optHash binds a SHA-256 that may be missing.
func (b *binder) optHash(h [32]byte) {
	if h == [32]byte{} {
		b.add(nil)
		return
	}
	b.add(h[:])
}

// optBytes binds bytes that may be missing.
func (b *binder) optBytes(p []byte) {
	if len(p) == 0 {
		b.add(nil)
		return
	}
	b.add(p)
}

// properties binds what was answered to a role's properties, in the one writing
// that they have.
func (b *binder) properties(p roles.Properties) {
	if p.IsZero() {
		b.add(nil)
		return
	}
	b.text(p.Text())
}

// optMap binds an open map as JSON; an empty one is none.
func (b *binder) optMap(m map[string]string) {
	if len(m) == 0 {
		b.add(nil)
		return
	}
	b.json(m)
}

// optItems binds what a message tells as JSON; nothing is none.
func (b *binder) optItems(items []accessmgmt.Item) {
	if len(items) == 0 {
		b.add(nil)
		return
	}
	b.json(items)
}

func (b *binder) json(v any) {
	data, err := json.Marshal(v)
	if err != nil && b.err == nil {
		b.err = &valueError{"to write as JSON", fmt.Sprintf("%T", v)}
	}
	b.add(string(data))
}

// day binds a day as the number that reads like it, 20260131.
func (b *binder) day(d roles.Date) {
	if d.IsZero() {
		b.add(nil)
		return
	}
	b.add(int64(d.Year)*10_000 + int64(d.Month)*100 + int64(d.Day))
}

// period binds the first and the last day; no last day means no end.
func (b *binder) period(p roles.Period) {
	b.day(p.Start())
	end, _ := p.End()
	b.day(end)
}
