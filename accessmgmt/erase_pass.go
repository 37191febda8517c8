package accessmgmt

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// forgetting is the erasing of a person in all enterprises.
type forgetting struct {
	*Service
	ctx    context.Context
	actor  Actor
	who    who
	cmd    ErasePerson
	person Person
	there  []ErasedThere
	// knownBy is what each enterprise that knows him knows him by, and stranger
	// what is looked for in the others.
	knownBy  map[EnterpriseID]erasing
	stranger erasing
	// left is the epoch at which nothing of his was left in an enterprise.
	left map[EnterpriseID]uint64
}

// pass erases a person in every enterprise and then makes him nobody's account,
// unless an enterprise met him in between, which it reports by false: meeting
// somebody raises his version; see work.introduce.
func (f *forgetting) pass() (done Erasure, finished bool, err error) {
	if f.person, err = f.store.Person(f.ctx, f.cmd.Person); err != nil {
		return done, false, f.refused(err)
	}
	holders, err := f.traces(f.ctx, f.person, nil)
	if err != nil {
		return done, false, err
	}
	if len(holders) == 0 {
		return done, false, f.refused(notFound()) // no person comes to be without one
	}
	home, once := holders[0], oneTime(f.cmd.ID, f.cmd, &done)
	// Whether it was done, or its id was used for something else, before anything
	// is erased.
	err = f.command(f.ctx, f.actor, ActErasePerson, once, home, nil, func(*work) error { return nil })
	if err != nil || !done.Person.IsZero() {
		return done, true, err
	}
	if !f.person.ErasedAt.IsZero() {
		return Erasure{Person: f.person.ID, At: f.person.ErasedAt}, true, nil
	}
	for _, id := range append([]PersonID{f.person.ID}, f.person.Formerly...) {
		if err := f.handsOver(f.ctx, id); err != nil {
			return done, false, f.refused(err)
		}
	}
	if err := f.know(holders); err != nil {
		return done, false, err
	}
	// Those that know him come last: by the names they know him by it is told what
	// is his in the others, also when this breaks off and is gone on with.
	if err := f.byAddress(holders); err != nil {
		return done, false, err
	}
	for _, id := range holders {
		if err := f.eraseIn(id); err != nil {
			return done, false, err
		}
	}
	if err := f.byAddress(nil); err != nil {
		return done, false, err
	}
	finished, err = f.forget(home, once, &done)
	return done, finished, err
}

// refused is an error before anything was done.
func (f *forgetting) refused(err error) error {
	return f.turnedDown(f.ctx, ActErasePerson, EnterpriseID{}, f.who, err)
}

// know reads what the enterprises know him by, before anything of it is erased,
// and refuses words of the operator's that name him: they are kept.
//
// Where it was begun before, some of his names are gone, and nobody can tell
// whether other words hold one. Then only those that it was begun with are kept;
// with others it goes on, and what it writes from then on has none.
func (f *forgetting) know(holders []EnterpriseID) error {
	f.knownBy, f.stranger = map[EnterpriseID]erasing{}, f.cmd.erasing(f.person)
	begun, same := false, false
	var named error
	for _, id := range holders {
		of, err := f.erasing(f.ctx, f.cmd, f.person, id)
		if err != nil {
			return err
		}
		before, as, err := f.begun(id)
		if err != nil {
			return err
		}
		begun, same = begun || before, same || as
		asked, err := f.asAsked(id)
		if err != nil {
			return err
		}
		if named == nil {
			named = of.unnamed(f.actor, asked)
		}
		maps.Copy(f.stranger.parts, of.parts) // a stranger's name at his address isn't his
		f.knownBy[id] = of
	}
	if named != nil && !begun {
		return named
	}
	wordless := begun && (named != nil || !same)
	f.stranger.wordless = wordless
	for id, of := range f.knownBy {
		of.wordless = wordless
		f.knownBy[id] = of
	}
	return nil
}

// begun reports whether his erasure was begun in an enterprise, and whether for
// the words that are given now.
func (f *forgetting) begun(id EnterpriseID) (begun, same bool, err error) {
	err = eachRecord(f.ctx, f.store, id, func(r AuditRecord) error {
		if r.erases() && r.Person == f.person.ID {
			begun = true
			same = same || r.Details["on_behalf_of"] == f.who.OnBehalfOf && r.Details["operator_reason"] == f.who.Actor.Reason
		}
		return nil
	})
	return begun, same, err
}

// asAsked returns the names he gave himself as a candidate.
func (f *forgetting) asAsked(id EnterpriseID) (names []string, err error) {
	terms, err := f.store.GAPs(f.ctx, id)
	for _, g := range terms {
		if f.stranger.is(g.Person) {
			names = append(names, nameParts(g.Asked.FamilyName)...)
		}
	}
	return names, err
}

// byAddress erases him where he was invited at an address that staff gave, but
// for some enterprises and those where nothing changed since it was last done. Who
// goes on inviting at the address invites somebody new.
func (f *forgetting) byAddress(but []EnterpriseID) error {
	if len(f.cmd.Emails) == 0 {
		return nil
	}
	given := f.cmd.erasing(Person{})
	all, err := f.traces(f.ctx, Person{}, given.keys())
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(id EnterpriseID) bool { return slices.Contains(but, id) })
	for some := range slices.Chunk(all, pageSize) {
		stamps, err := f.store.Stamps(f.ctx, some)
		if err != nil {
			return err
		}
		for _, id := range some {
			if epoch, done := f.left[id]; done && epoch == stamps[id].Epoch {
				continue
			}
			if err := f.eraseIn(id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *forgetting) eraseIn(id EnterpriseID) error {
	of, known := f.knownBy[id]
	if !known {
		of = f.cmd.erasing(f.person)
		of.wordless = f.stranger.wordless
		maps.Copy(of.parts, f.stranger.parts)
	}
	erased, epoch, err := f.Service.eraseIn(f.ctx, f.actor, id, of)
	if err != nil {
		return err
	}
	f.left[id] = epoch
	if erased != nil {
		f.there = append(f.there, *erased)
	}
	return nil
}

// forget makes him nobody's account, and reports whether no enterprise met him
// since he was read.
func (f *forgetting) forget(home EnterpriseID, o once, done *Erasure) (bool, error) {
	met := false
	err := f.command(f.ctx, f.actor, ActErasePerson, o, home, nil, func(w *work) error {
		met, w.wordless = false, f.stranger.wordless
		p, err := w.store.Person(w.ctx, f.person.ID)
		if err != nil {
			return err
		}
		*done = Erasure{Person: p.ID, At: p.ErasedAt, Enterprises: f.there}
		if met = p.ErasedAt.IsZero() && p.Version != f.person.Version; met || !p.ErasedAt.IsZero() {
			return nil
		}
		done.At = w.now
		for _, id := range f.person.Formerly {
			former, err := w.store.Person(w.ctx, id)
			if err != nil {
				return err
			}
			w.forget(former)
		}
		w.forget(p)
		return w.record(event{event: EventForgotten, person: p.ID, object: "person", objectID: p.ID.UUID})
	})
	return !met, err
}

func (w *work) forget(p Person) {
	if p.ErasedAt.IsZero() {
		p.Identities, p.Numbers, p.ErasedAt = nil, nil, w.now
		p.Version++
		w.changes.Persons = append(w.changes.Persons, p)
	}
}

// traces reads all enterprises that hold something of a person, as whoever he
// was, or of an address, in the order of their ids.
func (s *Service) traces(ctx context.Context, p Person, emailKeys []string) (all []EnterpriseID, err error) {
	ids := append([]PersonID{p.ID}, p.Formerly...)
	for _, id := range ids {
		for t := (Trace{Person: id, EmailKeys: emailKeys, Limit: pageSize}); ; {
			page, err := s.store.Traces(ctx, t)
			if err != nil {
				return nil, err
			}
			if all = append(all, page...); len(page) < pageSize {
				break
			}
			t.After = page[len(page)-1]
		}
	}
	slices.SortFunc(all, func(a, b EnterpriseID) int { return bytes.Compare(a.UUID[:], b.UUID[:]) })
	return slices.Compact(all), nil
}

// handsOver refuses to erase who holds an office anywhere.
func (s *Service) handsOver(ctx context.Context, person PersonID) error {
	offices, err := s.store.Offices(ctx, person)
	if err != nil {
		return err
	}
	if len(offices) > 0 {
		ent, err := s.store.Enterprise(ctx, offices[0])
		if err != nil {
			return err
		}
		return inOffice(ent.Designation)
	}
	terms, err := s.store.ManagerTerms(ctx, person)
	if err != nil {
		return err
	}
	return noneRuns(terms, func(id PersonID) bool { return id == person }, s.now())
}

func noneRuns(terms []Manager, his func(PersonID) bool, now time.Time) error {
	for _, term := range terms {
		if state := term.StateAt(now); his(term.Person) && (state == roles.Active || state == roles.Scheduled) {
			return inOffice(term.ID)
		}
	}
	return nil
}

func inOffice(term DesignationID) error {
	return &Error{Kind: ErrState, Code: CodeInOffice, Existing: term.UUID, Err: wrongState("person", "in office", "erase")}
}

func erased(what string) error {
	return &Error{Kind: ErrState, Code: CodePersonErased, Err: wrongState("person", "erased", what)}
}
