package accessmgmt

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// numberHashes returns the keyed hashes of a national number, with the current
// key first and then the old ones.
func (s *Service) numberHashes(number SSIN) []NumberHash {
	if number.IsZero() {
		return nil
	}
	hashes := make([]NumberHash, len(s.keys))
	for i, key := range s.keys {
		hashes[i] = NumberHash{KeyID: key.ID(), Hash: key.MAC("egovroles national number", []byte(number.Reveal()))}
	}
	return hashes
}

// who is an actor with the person that he is.
type who struct {
	Actor
	person Person
	// known: the person is in the store. new or changed, he has yet to be
	// written, in the commit that needs him (D19).
	known   bool
	changed bool
	// loses is the person whom the account was taken from; nil: nobody.
	loses *Person
}

// admit refuses actors who prove nothing, or too little for an act. Every call
// with an actor starts here.
func (s *Service) admit(act Act, a Actor) error {
	switch {
	case !plainAccount(a.Identity.Issuer) || !plainAccount(a.Identity.Subject):
		return denied(CodeNoIdentity)
	case a.Capacity != AsUser && a.Capacity != AsOperator:
		return denied(CodeNoIdentity)
	case a.Identity.Assurance < s.assuranceFor(act, a.Capacity) || a.Identity.Assurance > AssuranceHigh:
		return denied(CodeAssurance)
	case s.holdsNumber(a.Identity.Issuer, a.Identity.Number) || s.holdsNumber(a.Identity.Subject, a.Identity.Number):
		return denied(CodeSubjectIsNumber)
	}
	// What nobody can see isn't said.
	if shown := a.presentable(); a.Capacity == AsOperator && (shown.OnBehalfOf == "" || shown.Reason == "") {
		return denied(CodeNotOperator)
	}
	return nil
}

// assuranceFor is how strongly an actor must have proved who he is. Who has no
// eID may ask for the exceptional procedure, and for nothing else; staff never
// acts on less than the others.
func (s *Service) assuranceFor(act Act, as Capacity) Assurance {
	if act == ActRequestGAP && as == AsUser {
		return s.policy.ExceptionalAssurance
	}
	return s.policy.MinAssurance
}

// recognise finds the person an identity belongs to: by account, or by the
// national number when he was named before his first login. It writes nothing.
func (s *Service) recognise(ctx context.Context, id Identity) (p Person, known bool, err error) {
	byAccount, err := s.store.PersonByIdentity(ctx, id.Ref())
	haveAccount := err == nil
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Person{}, false, err
	}
	byNumber, haveNumber := Person{}, false
	if hashes := s.numberHashes(id.Number); hashes != nil {
		byNumber, err = s.store.PersonByNumber(ctx, hashes)
		haveNumber = err == nil
		if errors.Is(err, ErrConflict) {
			return Person{}, false, denied(CodeIdentityConflict)
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return Person{}, false, err
		}
	}
	switch {
	case haveAccount && haveNumber && byAccount.ID != byNumber.ID:
		idle, err := s.isIdle(ctx, byAccount)
		if err == nil && !idle {
			err = denied(CodeIdentityConflict)
		}
		return byNumber, err == nil, err
	case haveAccount:
		return byAccount, true, nil
	default:
		return byNumber, haveNumber, nil
	}
}

// isIdle reports whether a person is no more than an account that once asked for
// something: no number, no role, no office, ever. An account that was first seen
// at a weak login makes such a person, whom its owner, once he proves his number,
// must not be locked out by.
func (s *Service) isIdle(ctx context.Context, p Person) (bool, error) {
	if len(p.Numbers) > 0 {
		return false, nil
	}
	given, err := s.store.Grants(ctx, GrantQuery{Person: p.ID, Limit: 1})
	if err != nil || len(given) > 0 {
		return false, err
	}
	offices, err := s.store.Offices(ctx, p.ID)
	if err != nil || len(offices) > 0 {
		return false, err
	}
	terms, err := s.store.ManagerTerms(ctx, p.ID)
	return len(terms) == 0, err
}

// takeAccount takes the account from the idle person who has it, if recognise
// passed him over.
func (s *Service) takeAccount(ctx context.Context, w *who, ref IdentityRef) error {
	before, err := s.store.PersonByIdentity(ctx, ref)
	if errors.Is(err, ErrNotFound) || err == nil && before.ID == w.person.ID {
		return nil
	}
	if err != nil {
		return err
	}
	before.Identities = slices.DeleteFunc(slices.Clone(before.Identities), func(r IdentityRef) bool { return r == ref })
	before.Version++
	w.loses = &before
	// He was that person, who has no account any more: what was asked for then is
	// his, to be kept from approving himself and to be found when he is erased.
	if len(w.person.Formerly)+1+len(before.Formerly) > MaxFormerly {
		return denied(CodeIdentityConflict)
	}
	w.person.Formerly = append(slices.Clone(w.person.Formerly), append([]PersonID{before.ID}, before.Formerly...)...)
	return nil
}

// resolve finds or prepares the person who acts.
func (s *Service) resolve(ctx context.Context, a Actor, act Act, now time.Time) (who, error) {
	if err := s.admit(act, a); err != nil {
		return who{}, err
	}
	if a.Identity.Assurance < s.policy.MinAssurance {
		// Proved too weakly to be taken for the owner of a number: his account
		// would be tied to that person for good.
		a.Identity.Number = SSIN{}
	}
	person, known, err := s.recognise(ctx, a.Identity)
	if err != nil {
		return who{}, err
	}
	w := who{Actor: a.presentable(), person: person, known: known}
	if !known {
		w.person = Person{ID: PersonID{UUID: s.newID()}, CreatedAt: now}
	}
	if !slices.Contains(w.person.Identities, a.Identity.Ref()) {
		if err := s.takeAccount(ctx, &w, a.Identity.Ref()); err != nil {
			return who{}, err
		}
		w.person.Identities = append(slices.Clone(w.person.Identities), a.Identity.Ref())
		w.changed = true
	}
	w.person.Numbers, w.changed = s.addNumber(w.person.Numbers, a.Identity.Number, w.changed)
	if w.changed {
		w.person.Version++
	}
	return w, nil
}

// addNumber adds the current key's hash of a number when it isn't there, which
// also carries persons over to a new key as they come by.
func (s *Service) addNumber(numbers []NumberHash, number SSIN, changed bool) ([]NumberHash, bool) {
	hashes := s.numberHashes(number)
	if hashes == nil || slices.Contains(numbers, hashes[0]) {
		return numbers, changed
	}
	return append(slices.Clone(numbers), hashes[0]), true
}

// Identify returns the person an identity belongs to, for the portal to keep
// in its session: checks ask with this id (D20). It writes nothing. A person
// whom nobody named and who did nothing yet is [ErrNotFound]; an account and a
// national number of two different persons are [ErrDenied] with
// CodeIdentityConflict, for an operator to look into.
func (s *Service) Identify(ctx context.Context, id Identity) (PersonID, error) {
	w, err := s.viewer(ctx, User(id), ActIdentify)
	if err != nil {
		return PersonID{}, err
	}
	if !w.known {
		return PersonID{}, fail(ActIdentify, notFound())
	}
	return w.person.ID, nil
}

// language is what a person is addressed in: what he or whoever named him chose,
// else what his enterprise is, else what the policy says.
func (w *work) language(chosen roles.Language) roles.Language {
	return cmp.Or(chosen, w.ent.Language, w.policy.Language)
}
