package accessmgmt

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/egovroles/egovroles/roles"
)

// Checker answers whether a person may do something for an enterprise. A
// [Service] does, and a [StoreChecker], straight from the store; so does an
// index of package access, from memory. Whatever a portal puts between takes
// one and is one.
//
// A denial is no error, and an error allows nothing: with one, the decision is
// zero.
type Checker interface {
	Check(ctx context.Context, q Question) (Decision, error)
	// CheckEach answers several questions, each as of the same instant where
	// it names none, with a result for each, in their order. A question that is
	// [ErrInvalid] doesn't stop the others; the call itself fails when what
	// answers can't be asked, or with more than [MaxItems] questions.
	CheckEach(ctx context.Context, questions []Question) ([]Result[Decision], error)
	// Explain says why, for the portal's staff.
	Explain(ctx context.Context, q Question) (Explanation, error)
}

// AccessLists are the questions with many answers. What they list is what the
// [Checker] beside them allows.
type AccessLists interface {
	ActionsOf(ctx context.Context, q ActionsQuery) (roles.ActionSet, error)
	RolesOf(ctx context.Context, q RolesQuery) iter.Seq2[RoleHeld, error]
	RolesOfPage(ctx context.Context, q RolesQuery) (List[RoleHeld], error)
	EnterprisesOf(ctx context.Context, q EnterprisesQuery) iter.Seq2[EnterpriseAccess, error]
	EnterprisesOfPage(ctx context.Context, q EnterprisesQuery) (List[EnterpriseAccess], error)
	PersonsWho(ctx context.Context, q PersonsQuery) iter.Seq2[PersonAccess, error]
	PersonsWhoPage(ctx context.Context, q PersonsQuery) (List[PersonAccess], error)
}

var (
	_ Checker     = (*Service)(nil)
	_ AccessLists = (*Service)(nil)
	_ Checker     = (*StoreChecker)(nil)
	_ AccessLists = (*StoreChecker)(nil)
)

// CheckerOptions is what a [StoreChecker] needs beside a store. They are those
// of [Options] by the same names; Catalogue is required.
type CheckerOptions struct {
	Catalogue   *roles.Catalogue
	Application roles.ApplicationCode
	Now         func() time.Time
}

// StoreChecker answers the questions about access straight from a store, and
// nothing else: what an application needs that the portal runs beside itself,
// and that changes nothing. Its answers are those of a [Service] on the same
// store.
type StoreChecker struct{ svc *Service }

// NewChecker returns a checker on a store.
func NewChecker(store Store, o CheckerOptions) (*StoreChecker, error) {
	var problems roles.Problems
	if isNil(store) {
		problems.Add("store", roles.ProblemRequired, "the store is missing")
	}
	s := &Service{store: store, catalogue: o.Catalogue, application: o.Application, clock: o.Now}
	if o.Catalogue == nil {
		problems.Add("Catalogue", roles.ProblemRequired, "the catalogue is missing")
	} else {
		s.defaultApplication(&problems)
	}
	if s.clock == nil {
		s.clock = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if len(problems) > 0 {
		return nil, &Error{Act: "new", Kind: ErrInvalid, Code: CodeInvalid, Err: problems}
	}
	return &StoreChecker{s}, nil
}

// Check is [Service.Check].
func (c *StoreChecker) Check(ctx context.Context, q Question) (Decision, error) {
	return c.svc.Check(ctx, q)
}

// CheckEach is [Service.CheckEach].
func (c *StoreChecker) CheckEach(ctx context.Context, questions []Question) ([]Result[Decision], error) {
	return c.svc.CheckEach(ctx, questions)
}

// Explain is [Service.Explain].
func (c *StoreChecker) Explain(ctx context.Context, q Question) (Explanation, error) {
	return c.svc.Explain(ctx, q)
}

// ActionsOf is [Service.ActionsOf].
func (c *StoreChecker) ActionsOf(ctx context.Context, q ActionsQuery) (roles.ActionSet, error) {
	return c.svc.ActionsOf(ctx, q)
}

// RolesOf is [Service.RolesOf].
func (c *StoreChecker) RolesOf(ctx context.Context, q RolesQuery) iter.Seq2[RoleHeld, error] {
	return c.svc.RolesOf(ctx, q)
}

// RolesOfPage is [Service.RolesOfPage].
func (c *StoreChecker) RolesOfPage(ctx context.Context, q RolesQuery) (List[RoleHeld], error) {
	return c.svc.RolesOfPage(ctx, q)
}

// EnterprisesOf is [Service.EnterprisesOf].
func (c *StoreChecker) EnterprisesOf(ctx context.Context, q EnterprisesQuery) iter.Seq2[EnterpriseAccess, error] {
	return c.svc.EnterprisesOf(ctx, q)
}

// EnterprisesOfPage is [Service.EnterprisesOfPage].
func (c *StoreChecker) EnterprisesOfPage(ctx context.Context, q EnterprisesQuery) (List[EnterpriseAccess], error) {
	return c.svc.EnterprisesOfPage(ctx, q)
}

// PersonsWho is [Service.PersonsWho].
func (c *StoreChecker) PersonsWho(ctx context.Context, q PersonsQuery) iter.Seq2[PersonAccess, error] {
	return c.svc.PersonsWho(ctx, q)
}

// PersonsWhoPage is [Service.PersonsWhoPage].
func (c *StoreChecker) PersonsWhoPage(ctx context.Context, q PersonsQuery) (List[PersonAccess], error) {
	return c.svc.PersonsWhoPage(ctx, q)
}

// Revision returns the epoch that an enterprise is at, to ask for an answer
// that is at least as new ([Question.AtLeast]): after a command, what it did is
// in it. An enterprise that isn't there is [ErrNotFound].
func (s *Service) Revision(ctx context.Context, enterprise EnterpriseID) (uint64, error) {
	stamps, err := s.store.Stamps(ctx, []EnterpriseID{enterprise})
	if err != nil {
		return 0, fail(ActCheck, err)
	}
	stamp, there := stamps[enterprise]
	if !there {
		return 0, fail(ActCheck, notFound())
	}
	return stamp.Epoch, nil
}

// readKey is what one read of the store answers for several questions.
type readKey struct {
	enterprise EnterpriseID
	person     PersonID
	unit       UnitID
	at         time.Time
}

// looked is what such a read found.
type looked struct {
	access Access
	barred roles.Reason
	found  bool
}

// CheckEach answers several questions: those about one person in one enterprise
// from one read of the store, and so from one state of it.
func (s *Service) CheckEach(ctx context.Context, questions []Question) ([]Result[Decision], error) {
	if len(questions) > MaxItems {
		return nil, fail(ActCheck, invalidField("questions", roles.ProblemTooMany, fmt.Sprintf("at most %d at once", MaxItems)))
	}
	now := s.now()
	read := map[readKey]looked{}
	results := make([]Result[Decision], len(questions))
	for i, q := range questions {
		d, _, err := s.decideAt(ctx, q, now, read)
		if err != nil && !isAnswer(err) {
			return nil, fail(ActCheck, err)
		}
		if err != nil {
			results[i].Err = fail(ActCheck, err)
			continue
		}
		results[i].Value = d
	}
	return results, nil
}

// lookOnce is look, but for what was read before.
func (s *Service) lookOnce(ctx context.Context, q Question, at time.Time, read map[readKey]looked) (looked, error) {
	key := readKey{q.Enterprise, q.Person, q.Unit, q.At}
	if l, again := read[key]; again {
		return l, nil
	}
	access, barred, err := s.look(ctx, q.Enterprise, q.Person, q.Unit, at, q.At.IsZero())
	if err != nil && !errors.Is(err, ErrNotFound) {
		return looked{}, err
	}
	l := looked{access, barred, err == nil}
	if read != nil {
		read[key] = l
	}
	return l, nil
}

// behind says that what was read is older than what the caller has seen.
func behind(q Question, revision uint64) error {
	if revision >= q.AtLeast {
		return nil
	}
	return fmt.Errorf("the enterprise is at revision %d, not yet at %d: %w", revision, q.AtLeast, ErrUnavailable)
}
