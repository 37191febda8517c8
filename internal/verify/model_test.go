package verify_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/internal/workflowtest"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/storage/memory"
)

// modelRuns is how many runs of the model each database gets, since they are a
// thousand times slower than memory, which gets as many as -rapid.checks says.
var modelRuns = flag.Int("model", 4, "how many runs of the model each database gets; memory gets -rapid.checks")

// TestModel does at random whatever can be done, by anybody, at any time, to the
// service and to a second account of it that is written by hand, and wants both to
// answer alike: what is refused and why, every list of everybody, every check.
func TestModel(t *testing.T) {
	onEach(t, func(t *testing.T, open func(testing.TB) accessmgmt.Store) {
		store := open(t)
		_, inMemory := store.(*memory.Store)
		runs, failed, tally := 0, false, map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			if runs++; !failed && !inMemory && runs > *modelRuns {
				return
			}
			defer func() { failed = failed || rt.Failed() }()
			p := newPortal(rt, store)
			p.tally = tally
			if !inMemory { // asking everything takes long there
				p.every = 10
			}
			rt.Repeat(p.actions())
			p.compare()
			p.compareHistory()
			p.intact()
		})
		t.Logf("done, and refused for each reason: %v", tally)
	})
}

// portal is a service beside the model that it is held against.
type portal struct {
	*rapid.T
	*model
	svc    *accessmgmt.Service
	key    accessmgmt.Key
	newID  func() uuid.UUID
	actors []accessmgmt.Actor
	ids    map[int]accessmgmt.PersonID // of the persons who are known
	spent  []spent
	// every is after how many steps everything is compared.
	every, steps int
	// tally counts how often each deed was done and refused, in all runs.
	tally map[string]int
}

// spent is a command that was done under an id of the caller's, to be sent again.
type spent struct {
	id     accessmgmt.CommandID
	firm   *firm
	name   string
	again  func(accessmgmt.CommandID) done
	answer string
}

// often are the deeds that are drawn more often than the others.
var often = map[string]int{"assign": 4, "invite": 4, "accept": 3, "approve": 4, "replace": 2, "extend": 2, "end": 2, "resend": 2, "resume": 2, "name": 2, "tick": 2}

// done is what came of a command: the codes of what was refused, "" for what
// wasn't; the ids of what it made, and its answer.
type done struct {
	codes  []string
	made   []uuid.UUID
	answer any
}

// worlds counts the runs on any store, so that they share neither numbers nor
// accounts.
var worlds atomic.Uint64

// newPortal returns a portal with two enterprises, one of which is registered.
// Nothing of it is left to chance but what rapid draws, so that a failure shrinks.
func newPortal(rt *rapid.T, store accessmgmt.Store) *portal {
	world := worlds.Add(1)
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		rt.Fatal(err)
	}
	m := &model{known: map[int]bool{}, zone: zone, now: modelFirstDay.Add(9 * time.Hour), invitationDays: 10, requestDays: 20,
		forbidSelf: rapid.Bool().Draw(rt, "self-approval is forbidden"), cancel: rapid.Bool().Draw(rt, "a GAP's open ones are cancelled")}
	p := &portal{T: rt, model: m, ids: map[int]accessmgmt.PersonID{}, every: 3}
	for n := range 2 {
		m.firms = append(m.firms, &firm{number: number(100_000 + 2*int(world) + n), gap: vacant, members: map[int]bool{}})
	}
	for n, given := range []string{"Anne", "Bram", "Chloé", "Dirk", "Els", "Farid", "Renée", "Sam"} {
		id := workflowtest.Person(given, "Dubois").Identity
		id.Issuer = fmt.Sprintf("https://eid.example/%d", world)
		p.actors = append(p.actors, accessmgmt.User(id))
		if n == staff {
			p.actors[staff] = accessmgmt.Operator(id, "file 1234", "asked by telephone")
		}
	}
	weak := p.actors[0]
	weak.Identity.Assurance = accessmgmt.AssuranceLow
	p.actors = append(p.actors, weak)

	secret := sha256.Sum256(binary.BigEndian.AppendUint64(nil, world))
	if p.key, err = accessmgmt.NewKey("k1", secret[:]); err != nil {
		rt.Fatal(err)
	}
	var serial uint64
	p.newID = func() uuid.UUID {
		serial++
		id := uuid.UUID{6: 0x70, 8: 0x80}
		binary.BigEndian.PutUint32(id[0:], uint32(world))
		binary.BigEndian.PutUint32(id[12:], uint32(serial))
		return id
	}
	var register accessmgmt.StaticRepresentatives
	for _, f := range m.firms {
		register = append(register, accessmgmt.StaticRepresentative{Enterprise: f.number, EnterpriseName: "Acme SA", Person: p.actors[representative].Identity.Ref()})
	}
	o := accessmgmt.Options{Catalogue: modelCatalogue(), Representatives: register, Key: p.key, AcceptURL: "https://portal.example/invitation",
		Policy: accessmgmt.Policy{InvitationDays: m.invitationDays, RequestDays: m.requestDays},
		Now:    func() time.Time { return m.now }, NewID: p.newID, Random: noRandom{}}
	if m.forbidSelf {
		o.Policy.SelfApproval = accessmgmt.ForbidSelf
	}
	if m.cancel {
		o.Policy.OnGAPChange = accessmgmt.Cancel
	}
	if p.svc, err = accessmgmt.New(store, &workflowtest.Mailbox{}, &o); err != nil {
		rt.Fatal(err)
	}
	p.attempt("designate", m.firms[0], p.designating(m.firms[0], representative, 0))
	if p.draw("the other is registered", 4) > 0 {
		p.attempt("designate", m.firms[1], p.designating(m.firms[1], representative, p.draw("person", modelPersons)))
	}
	return p
}

// noRandom is randomness without any.
type noRandom struct{}

func (noRandom) Read(b []byte) (int, error) { return len(b), nil }

var _ io.Reader = noRandom{}

// attempt has the service do something, and then the model, and compares what came
// of it. The first enterprise named is the one that an id of the caller's is of.
func (p *portal) attempt(name string, f *firm, d attempt) {
	var id accessmgmt.CommandID
	if p.draw("with an id", 3) == 1 {
		id.UUID = p.newID()
	}
	got := d.do(id)
	p.made = got.made
	want := d.want()
	p.alike(name, want, got.codes)
	if len(p.made) > 0 {
		p.Fatalf("%s: the service made more than the model: %v", name, p.made)
	}
	p.visited = append(p.visited, p.now)
	for _, code := range want {
		if p.tally != nil {
			p.tally[strings.TrimSpace(name+" "+code)]++
		}
	}
	if !id.IsZero() && slices.Contains(got.codes, "") && (!d.several || !slices.ContainsFunc(got.codes, func(c string) bool { return c != "" })) {
		answer, err := json.Marshal(got.answer)
		p.must(err)
		p.spent = append(p.spent, spent{id, f, name, d.do, string(answer)})
	}
}

// attempt is a command for the service, and what the model says of it.
type attempt struct {
	do   func(accessmgmt.CommandID) done
	want func() []string
	// several: it may be about several enterprises.
	several bool
}

// repeat sends a command again, under its id: it is answered as it was, whatever
// has become of it since, and nothing is done.
func (p *portal) repeat(*rapid.T) {
	if len(p.spent) == 0 {
		return
	}
	s := pick(p, "command", p.spent)
	got := s.again(s.id)
	answer, err := json.Marshal(got.answer)
	p.must(err)
	if string(answer) != s.answer {
		p.Fatalf("%s again:\nthe answer was\n\t%s\nand now is\n\t%s", s.name, s.answer, answer)
	}
}

// misuse uses the id of a command for something else.
func (p *portal) misuse(*rapid.T) {
	if len(p.spent) == 0 {
		return
	}
	s := pick(p, "command", p.spent)
	actor := p.actor(s.firm)
	_, err := p.svc.AddUnit(ctx, p.actors[actor], accessmgmt.AddUnit{ID: s.id, Enterprise: s.firm.id, Number: unitNumber(99), Name: "Elsewhere"})
	want := p.leave(s.firm, actor, "add unit")
	if want == "" {
		want = accessmgmt.CodeCommandReused
	}
	p.alike("an id used again", codes(want), codes(accessmgmt.Code(err)))
}

// tick lets time pass: to a boundary, just before one, or over some.
func (p *portal) tick(*rapid.T) {
	midnight := p.midnight(p.today() + 1)
	p.now = []time.Time{p.now.Add(time.Microsecond), p.now.Add(time.Hour), midnight, midnight.Add(-time.Microsecond),
		p.now.AddDate(0, 0, 1), p.now.AddDate(0, 0, 5), p.midnight(p.today() + 11), p.midnight(p.today() + 21), p.now.AddDate(0, 0, 61)}[p.draw("how long", 9)]
}

// actions are all that can happen.
func (p *portal) actions() map[string]func(*rapid.T) {
	all := map[string]func(*rapid.T){
		"tick": p.tick, "repeat": p.repeat, "misuse": p.misuse,
		"": func(rt *rapid.T) {
			if p.steps++; p.steps%p.every == 0 {
				p.compare()
			}
		},
	}
	for name := range deeds {
		for n := range max(1, often[name]) { // rapid draws each as often
			all[strings.Repeat(" ", n)+name] = func(*rapid.T) { p.deed(name) }
		}
	}
	for name, act := range all {
		all[name] = func(rt *rapid.T) {
			p.T = rt
			act(rt)
		}
	}
	return all
}

// deed does something in one of the enterprises or, while it has nothing that it
// could be done to, what makes such a thing.
func (p *portal) deed(name string) {
	f := p.firms[p.draw("enterprise", 5)/4] // the first as a rule
	for need := needs[name]; need.of != nil && need.of(p, f) == 0; need = needs[name] {
		name = need.or
	}
	p.attempt(name, f, deeds[name](p, f))
}

// need is what a deed needs some of, and what makes it.
type need struct {
	of func(*portal, *firm) int
	or string
}

var needs = map[string]need{
	"accept": {invitations, "invite"}, "decline": {invitations, "invite"}, "revoke": {invitations, "invite"}, "resend": {invitations, "invite"},
	"approve": {requests, "accept"}, "refuse": {requests, "accept"}, "withdraw": {requests, "accept"},
	"replace": {assignments, "assign"}, "extend": {assignments, "assign"}, "end": {assignments, "assign"}, "give back": {assignments, "assign"},
	"remove": {func(_ *portal, f *firm) int { return len(f.terms) }, "name"}, "close unit": {units, "add unit"}, "move unit": {units, "add unit"},
	"invite by template": {saved, "save template"}, "retire template": {saved, "save template"},
}

func invitations(_ *portal, f *firm) int { return len(f.invited) }
func requests(_ *portal, f *firm) int    { return len(f.asked) }
func assignments(_ *portal, f *firm) int { return len(f.given) }
func saved(_ *portal, f *firm) int       { return len(f.templates) }
func units(p *portal, _ *firm) int       { return len(p.firms[0].units) + len(p.firms[1].units) }

// draw draws a number below n, each as likely; rapid's own ranges prefer small ones.
func (p *portal) draw(what string, n int) int {
	return rapid.SampledFrom(slices.Collect(upTo(n))).Draw(p.T, what)
}

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// among draws one of some values.
func among[V any](p *portal, what string, values ...V) V { return values[p.draw(what, len(values))] }

// pick draws one of the latest of some things.
func pick[V any](p *portal, what string, all []V) V {
	return all[len(all)-1-p.draw(what, min(len(all), 6))]
}

// actor draws somebody: the GAP as a rule, who is seldom refused.
func (p *portal) actor(f *firm) int {
	if f.gap != vacant && p.draw("somebody else", 5) < 4 {
		return f.gap
	}
	return p.draw("actor", actors)
}

// idOf is the id of a person; one that nobody has, of somebody unknown.
func (p *portal) idOf(person int) accessmgmt.PersonID {
	if !p.known[person] {
		return accessmgmt.PersonID{UUID: uuid.UUID{0: 0xff, 6: 0x70, 8: 0x80, 15: byte(person)}}
	}
	id, err := p.svc.Identify(ctx, p.actors[person].Identity)
	p.must(err)
	return id
}

func (p *portal) address(person int) accessmgmt.Email {
	return workflowtest.Address(p.actors[person].Identity)
}

func (p *portal) line(o offer) invitation.Line {
	return invitation.Line{Role: o.role.code, Unit: unitID(o.unit), Period: p.period(o.first, o.last)}
}

func (p *portal) lines(all []offer) []invitation.Line {
	var lines []invitation.Line
	for _, o := range all {
		lines = append(lines, p.line(o))
	}
	return lines
}
