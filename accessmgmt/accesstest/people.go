package accesstest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/egovroles/egovroles/accessmgmt"
)

// people are those whom the tests of one world named.
type people struct {
	mu        sync.Mutex
	known     map[string]accessmgmt.Actor
	numbers   map[accessmgmt.SSIN]bool
	addresses map[string]bool
}

func newPeople() *people {
	return &people{known: map[string]accessmgmt.Actor{}, numbers: map[accessmgmt.SSIN]bool{}, addresses: map[string]bool{}}
}

// Person returns somebody who logged in with his eID: a given name, a space,
// and the family name. The same name is the same person, with the same account,
// the same national number, which is valid and nobody's, and the same e-mail
// address, anne.dubois@acme.example, which his provider vouches for.
//
// The library doesn't know him until somebody names him or he does something.
func (w *World) Person(name string) accessmgmt.Actor {
	w.t.Helper()
	given, family, found := strings.Cut(strings.Join(strings.Fields(name), " "), " ")
	if !found {
		w.t.Fatalf("accesstest: a person has a given name and a family name, not only %q", name)
	}
	a, err := w.people.person(given, family)
	w.must(err, "person "+name)
	return a
}

func (p *people) person(given, family string) (accessmgmt.Actor, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := given + " " + family
	if a, ok := p.known[name]; ok {
		return a, nil
	}
	email, err := p.address(given, family)
	if err != nil {
		return accessmgmt.Actor{}, err
	}
	a := accessmgmt.User(accessmgmt.Identity{
		Issuer: "https://eid.example", Subject: name, GivenName: given, FamilyName: family, Number: p.number(name),
		Email: email, EmailVerified: true, Assurance: accessmgmt.AssuranceHigh,
	})
	p.known[name] = a
	return a, nil
}

// address makes an address of a name, one that nobody else has.
func (p *people) address(given, family string) (accessmgmt.Email, error) {
	local := strings.Join(strings.FieldsFunc(accessmgmt.FoldName(given, family), func(r rune) bool { return r == ' ' || r == '.' || r == ',' }), ".")
	for n := 1; ; n++ {
		text := local + "@acme.example"
		if n > 1 {
			text = fmt.Sprintf("%s%d@acme.example", local, n)
		}
		email, err := accessmgmt.ParseEmail(text)
		if err != nil {
			return accessmgmt.Email{}, fmt.Errorf("no e-mail address can be made of the name: %w", err)
		}
		if !p.addresses[email.Key()] {
			p.addresses[email.Key()] = true
			return email, nil
		}
	}
}

// Those born in 1901 whose numbers are given out: 365 days, counters 1 to 998.
const (
	counters = 998
	births   = 365 * counters
)

// number makes a valid national number that nobody has: its owner would be
// born in 1901. It follows from the name, so that it is the same in each run;
// of two names that fall on one number, the second takes the next.
func (p *people) number(name string) accessmgmt.SSIN {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name))
	for at := int(hash.Sum32() % births); ; at = (at + 1) % births {
		if number := birth(at); !p.numbers[number] {
			p.numbers[number] = true
			return number
		}
	}
}

// birth is the number of one of the births.
func birth(at int) accessmgmt.SSIN {
	born := time.Date(1901, time.January, 1+at/counters, 0, 0, 0, 0, time.UTC)
	first9 := 10_000_000 + int(born.Month())*100_000 + born.Day()*1000 + 1 + at%counters // 01 is the year
	number, err := accessmgmt.ParseSSIN(fmt.Sprintf("%09d%02d", first9, 97-first9%97), born)
	if err != nil { // a test makes each of them
		panic("accesstest: a national number that isn't one: " + err.Error())
	}
	return number
}

// Staff returns a member of the portal's staff, who acts on somebody's behalf.
func (w *World) Staff() accessmgmt.Actor {
	w.t.Helper()
	return accessmgmt.Operator(w.Person("Sam Staff").Identity, "file 1234", "asked by telephone")
}

// ID returns the id by which the library knows somebody, which is what a
// portal keeps in its session. It ends the test when he is unknown still.
func (w *World) ID(who accessmgmt.Actor) accessmgmt.PersonID {
	w.t.Helper()
	id, known := w.lookUp(who)
	if !known {
		w.t.Fatalf("accesstest: the library doesn't know %s yet: nobody named him, and he did nothing", nameOf(who))
	}
	return id
}

// lookUp is ID for somebody who may be unknown: his id is zero then.
func (w *World) lookUp(who accessmgmt.Actor) (accessmgmt.PersonID, bool) {
	w.t.Helper()
	id, err := w.inside.Identify(context.Background(), who.Identity)
	if errors.Is(err, accessmgmt.ErrNotFound) {
		return accessmgmt.PersonID{}, false
	}
	w.must(err, "identify "+nameOf(who))
	return id, true
}

// address is where somebody reads his mail.
func (w *World) address(who accessmgmt.Actor) accessmgmt.Email {
	w.t.Helper()
	if who.Identity.Email.IsZero() {
		w.t.Fatalf("accesstest: %s has no e-mail address: give his Identity one", nameOf(who))
	}
	return who.Identity.Email
}

// nameOf is how a person is called in what a failing test prints.
func nameOf(who accessmgmt.Actor) string {
	if name := who.Identity.Name(); name != "" {
		return name
	}
	if who.Identity.Subject != "" {
		return "account " + who.Identity.Subject
	}
	return "nobody"
}

// enterpriseNumber is the number of the nth enterprise of a world: the first
// is the guides', of the others nobody has one.
func enterpriseNumber(n int) accessmgmt.EnterpriseNumber {
	if n == 1 {
		return accessmgmt.MustParseEnterpriseNumber("0884.303.369")
	}
	return accessmgmt.MustParseEnterpriseNumber(checked(19_990_000 + n))
}

// unitNumber is the number of the nth establishment unit of a world.
func unitNumber(n int) accessmgmt.EstablishmentUnitNumber {
	return accessmgmt.MustParseEstablishmentUnitNumber(checked(89_990_000 + n))
}

func contactAddress(n int) accessmgmt.Email {
	if n == 1 {
		return accessmgmt.MustParseEmail("direction@acme.example")
	}
	return accessmgmt.MustParseEmail(fmt.Sprintf("direction@enterprise%d.example", n))
}

// checked adds the check digits to the first eight of a number.
func checked(first8 int) string { return fmt.Sprintf("%08d%02d", first8, 97-first8%97) }

// all returns those whom the tests named so far, by name.
func (p *people) all() []accessmgmt.Actor {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]accessmgmt.Actor, 0, len(p.known))
	for _, name := range slices.Sorted(maps.Keys(p.known)) {
		all = append(all, p.known[name])
	}
	return all
}
