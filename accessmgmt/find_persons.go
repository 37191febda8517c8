package accessmgmt

import (
	"context"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/egovroles/egovroles/roles"
)

// PersonQuery asks for the persons whom one enterprise knows (« Rechercher des
// personnes »).
type PersonQuery struct {
	// Enterprise is required: nobody's name is looked for across enterprises.
	Enterprise EnterpriseID
	// Name is part of the name: each word must stand somewhere in it. Case and
	// accents don't count. It has at least two letters, or is empty: everybody.
	Name string
	Paging
}

// FindPersons yields the persons whom an enterprise knows: who accepted an
// invitation, has or had a role, or an office. They come in the order in which
// the library first knew them. Every manager may ask, whatever his domain: a
// person belongs to none.
func (s *Service) FindPersons(ctx context.Context, actor Actor, q PersonQuery) iter.Seq2[Member, error] {
	return walk(q.Paging, func(p Paging) (List[Member], error) { q.Paging = p; return s.FindPersonsPage(ctx, actor, q) })
}

// FindPersonsPage returns one page of [Service.FindPersons].
func (s *Service) FindPersonsPage(ctx context.Context, actor Actor, q PersonQuery) (List[Member], error) {
	w, err := s.viewer(ctx, actor, ActFindPersons)
	if err != nil {
		return List[Member]{}, fail(ActFindPersons, err)
	}
	if q.Enterprise.IsZero() {
		return List[Member]{}, fail(ActFindPersons, invalidField("enterprise", roles.ProblemRequired, "the enterprise is missing"))
	}
	if _, _, err := s.viewAs(ctx, w, ActFindPersons, q.Enterprise); err != nil {
		return List[Member]{}, fail(ActFindPersons, err)
	}
	words, problems := searchWords(q.Name)
	if letters := strings.Join(words, ""); len(problems) == 0 && strings.TrimSpace(q.Name) != "" && utf8.RuneCountInString(letters) < 2 {
		problems.Add("name", ProblemTooShort, "a name is searched by two letters or more")
	}
	if err := invalid(problems); err != nil {
		return List[Member]{}, fail(ActFindPersons, err)
	}
	filter := MemberFilter{Enterprise: q.Enterprise, Name: words}
	sc := scope{enterprises: []EnterpriseID{q.Enterprise}, reader: w.person.ID}
	list, err := listOf(sc, q.Paging, bind(ActFindPersons, sc.reader, q.Enterprise, words, q.Newest),
		func(p Page) ([]Member, error) { return s.store.FindMembers(ctx, filter, p) },
		memberKey,
		func(rows []Member) ([]Member, error) { return rows, nil })
	return list, fail(ActFindPersons, err)
}

// ProblemTooShort is the problem of a name that is searched by too few letters.
const ProblemTooShort = "too_short"
