package storagetest

import (
	"math/rand/v2"
	"slices"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// sampler picks from lists by a fixed sequence, so that a run is like the one
// before.
type sampler struct{ *rand.Rand }

func newSampler() sampler { return sampler{rand.New(rand.NewPCG(1, 2))} }

func pickOne[T any](r sampler, list []T) T { return list[r.IntN(len(list))] }

// some picks up to three of a list, often none.
func some[T any](r sampler, list []T) []T {
	var picked []T
	for range max(0, r.IntN(6)-2) {
		picked = append(picked, pickOne(r, list))
	}
	return picked
}

// seldom is some, oftener none: of many fields together little is left.
func seldom[T any](r sampler, list []T) []T {
	if r.IntN(2) == 0 {
		return nil
	}
	return some(r, list)
}

// crowd is two enterprises and a third, with persons, for rows to be about.
type crowd struct {
	enterprises []accessmgmt.Enterprise
	ids         []accessmgmt.EnterpriseID // with one that doesn't exist
	persons     []accessmgmt.PersonID     // the last has nothing

	// Of one that is populated: names as they are looked in, and invitations.
	names    map[accessmgmt.EnterpriseID]map[accessmgmt.PersonID]string
	offers   map[invitation.ID]invitation.Invitation
	offersOf [3][]invitation.ID
}

func (s *suite) crowd() crowd {
	var c crowd
	for range 3 {
		e := s.registered()
		c.enterprises, c.ids = append(c.enterprises, e), append(c.ids, e.ID)
	}
	c.ids = append(c.ids, accessmgmt.EnterpriseID{UUID: s.id()})
	for range 5 {
		c.persons = append(c.persons, s.personID())
	}
	return c
}

// commitShuffled commits rows in an order that is neither that of their
// instants nor that of their ids.
func commitShuffled[R any](s *suite, r sampler, c crowd, rows []R, enterprise func(R) accessmgmt.EnterpriseID, add func(*accessmgmt.Changes, R)) {
	s.t.Helper()
	shuffled := slices.Clone(rows)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for i, e := range c.enterprises {
		first, second := s.next(e), s.next(e)
		second.Enterprise.Epoch++
		for n, row := range shuffled {
			switch {
			case enterprise(row) != e.ID:
			case n%2 == 0:
				add(&first, row)
			default:
				add(&second, row)
			}
		}
		s.commit(first)
		s.commit(second)
		c.enterprises[i] = second.Enterprise
	}
}

// The roles of a crowd, of applications that take one for another wherever a
// beginning, a pattern or a case is compared. Nobody offers or has the last.
var (
	crowdRoles        = []roles.Code{"app.one", "app.two", "app2.one", "app_x.one", "appqx.one", "App.one", "none.one"}
	crowdApplications = []roles.ApplicationCode{"app", "app2", "app_x", "appqx", "App", "none"}
)

// crowdNames are given and family names as people have them.
var crowdNames = [][2]string{
	{"Anne", "Dubois"}, {"Éloïse", "Van den Berghe"}, {"anne-marie", "D’HONDT"}, {"Jan_Peter", "100%"}, {"😀 𝔄𝔫𝔫𝔢", "O'Neil!"}, {`Back\slash`, ""},
}

// crowdWords are what is looked for in names. Those that aren't folded are in
// no name.
var crowdWords = []string{
	"anne", "ann", "nn", "dubois", "eloise", "elo", "den", "van den", "d'hondt", "_", "%", "0%", "\\", "!", "'", "😀", "-", "zzz",
	"Anne", "É", "é", "j_n", "a%e", "nedub", "e d",
}

// populated is a crowd whose enterprises know their persons by name, not all of
// them, and made invitations.
func (s *suite) populated(r sampler) crowd {
	s.t.Helper()
	c := s.crowd()
	c.names, c.offers = map[accessmgmt.EnterpriseID]map[accessmgmt.PersonID]string{}, map[invitation.ID]invitation.Invitation{}
	for i, e := range c.enterprises {
		changes := s.next(e)
		c.names[e.ID] = map[accessmgmt.PersonID]string{}
		for n, person := range c.persons[:4] {
			if n == i {
				continue // not everybody is known
			}
			m := s.member(e, person)
			name := crowdNames[(2*i+n)%len(crowdNames)]
			m.GivenName, m.FamilyName = name[0], name[1]
			changes.Members = append(changes.Members, m)
			c.names[e.ID][person] = accessmgmt.FoldName(m.GivenName, m.FamilyName)
		}
		for n := range 8 {
			offer := s.invitation(e)
			offer.Lines = nil
			for range n % 4 { // some offer nothing
				offer.Lines = append(offer.Lines, invitation.Line{Role: pickOne(r, crowdRoles[:6]), Unit: pickOne(r, crowdUnits[:3]), Period: roles.From(day)})
			}
			changes.Invitations = append(changes.Invitations, offer)
			c.offers[offer.ID] = offer
			c.offersOf[i] = append(c.offersOf[i], offer.ID)
		}
		s.commit(changes)
		c.enterprises[i] = changes.Enterprise
	}
	return c
}

// mayBe picks whose rows a filter is to let through, in one of the ways: those
// of enterprises, of parts, or of both.
func (c crowd) mayBe(r sampler) (enterprises []accessmgmt.EnterpriseID, parts []accessmgmt.Part) {
	way := r.IntN(4)
	if way > 0 {
		enterprises = append(some(r, c.ids), pickOne(r, c.ids))
	}
	if way%2 == 0 {
		for range 1 + r.IntN(3) {
			parts = append(parts, accessmgmt.Part{Enterprise: pickOne(r, c.ids), Applications: some(r, crowdApplications)})
		}
	}
	return enterprises, parts
}
