package accessmgmt

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Cursor is a place in a list, to go on from. It is opaque: 54 characters that
// need no escaping in a URL, and it belongs to one list with one filter, read by
// one person. The empty Cursor is the start or, as [List.Next], the end. It
// grants nothing: each page is authorised anew.
type Cursor string

// Paging says which page of a list is wanted. The zero Paging is the first 100.
type Paging struct {
	// After is where the page before ended.
	After Cursor
	// Limit is the most rows of a page, from 1 to 1000. Zero: 100.
	Limit int
	// Newest puts the latest first.
	Newest bool
}

// List is one page of a list.
type List[T any] struct {
	Items []T
	// Next is where the next page starts; empty when this is the last.
	Next Cursor
}

const (
	defaultLimit = 100
	maxLimit     = 1000
	cursorSize   = 8 + 8 + 24
	cursorText   = 54
)

// binding ties cursors to one list, its filter and its reader, so that a cursor
// of another list is refused instead of showing rows from nowhere.
type binding [8]byte

func bind(act Act, filter ...any) binding {
	data, err := json.Marshal(filter)
	if err != nil { // filters are ids, words and dates
		panic(err)
	}
	sum := sha256.Sum256(append([]byte(act+"\n"), data...))
	return binding(sum[:8])
}

// page turns what the caller asked for into what a store is asked for.
func (p Paging) page(b binding) (Page, error) {
	out := Page{Limit: p.Limit, Newest: p.Newest}
	switch {
	case p.Limit == 0:
		out.Limit = defaultLimit
	case p.Limit < 0 || p.Limit > maxLimit:
		return Page{}, invalidField("limit", roles.ProblemTooMany, "a page has 1 to 1000 rows")
	}
	if p.After == "" {
		return out, nil
	}
	place, err := b.parse(p.After)
	if err != nil {
		return Page{}, err
	}
	out.After.At = time.UnixMicro(int64(binary.BigEndian.Uint64(place[:8]))).UTC()
	out.After.ID = uuid.UUID(place[8:])
	return out, nil
}

// cursor writes a place in a list.
func (b binding) cursor(k PageKey) Cursor {
	var place [24]byte
	binary.BigEndian.PutUint64(place[:8], uint64(k.At.UnixMicro()))
	copy(place[8:], k.ID[:])
	return b.encode(place)
}

func (b binding) encode(place [24]byte) Cursor {
	raw := append(append([]byte{}, b[:]...), place[:]...)
	sum := sha256.Sum256(raw)
	return Cursor(base64.RawURLEncoding.EncodeToString(append(raw, sum[:8]...)))
}

func (b binding) parse(c Cursor) (place [24]byte, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(c))
	bad := invalidField("after", roles.ProblemMalformed, "this isn't a place in this list")
	// The text's length too: decoding skips line breaks, wherever they stand.
	if err != nil || len(c) != cursorText || len(raw) != cursorSize {
		return place, bad
	}
	sum := sha256.Sum256(raw[:cursorSize-8])
	if subtle.ConstantTimeCompare(sum[:8], raw[cursorSize-8:]) != 1 || binding(raw[:8]) != b {
		return place, bad
	}
	return [24]byte(raw[8:32]), nil
}

// listOf reads one page: rows from the store, each made into an item. In an
// empty scope there are none, but a wrong place or limit is still told.
func listOf[R, T any](sc scope, p Paging, b binding, find func(Page) ([]R, error), key func(R) PageKey, items func([]R) ([]T, error)) (List[T], error) {
	page, err := p.page(b)
	if err != nil || sc.empty() {
		return List[T]{}, err
	}
	limit := page.Limit
	page.Limit++ // one more tells whether there is a next page
	rows, err := find(page)
	if err != nil {
		return List[T]{}, err
	}
	var next Cursor
	if len(rows) > limit {
		rows = rows[:limit]
		next = b.cursor(key(rows[limit-1]))
	}
	out, err := items(rows)
	if err != nil {
		return List[T]{}, err
	}
	return List[T]{Items: out, Next: next}, nil
}

// walk yields the items of all pages. An error comes once, last. Nothing is
// held open between pages, so the caller may write while it iterates.
func walk[T any](p Paging, fetch func(Paging) (List[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			list, err := fetch(p)
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, item := range list.Items {
				if !yield(item, nil) {
					return
				}
			}
			if list.Next == "" {
				return
			}
			p.After = list.Next
		}
	}
}

// The places of rows in their lists, as the methods of [Reader] order them: by
// when they were created and then by id, members by the person alone.

func assignmentKey(a RoleAssignment) PageKey      { return PageKey{a.GivenAt, a.ID.UUID} }
func requestKey(r invitation.Request) PageKey     { return PageKey{r.RequestedAt, r.ID.UUID} }
func recipientKey(r invitation.Recipient) PageKey { return PageKey{r.CreatedAt, r.ID.UUID} }
func templateKey(t invitation.Template) PageKey   { return PageKey{t.CreatedAt, t.ID.UUID} }
func unitKey(u Unit) PageKey                      { return PageKey{u.AddedAt, u.ID.UUID} }
func candidacyKey(g GAP) PageKey                  { return PageKey{g.Asked.At, g.ID.UUID} }
func memberKey(m Member) PageKey                  { return PageKey{ID: m.Person.UUID} }

const pageSize = 500

// allOf walks through all pages of a find.
func allOf[T any](find func(Page) ([]T, error), key func(T) PageKey) ([]T, error) {
	var all []T
	err := eachPage(find, key, func(rows []T) error { all = append(all, rows...); return nil })
	return all, err
}

// eachPage calls found with one page of a find after the other.
func eachPage[T any](find func(Page) ([]T, error), key func(T) PageKey, found func([]T) error) error {
	page := Page{Limit: pageSize}
	for {
		rows, err := find(page)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			if err := found(rows); err != nil {
				return err
			}
		}
		if len(rows) < page.Limit {
			return nil
		}
		page.After = key(rows[len(rows)-1])
	}
}
