// Package workflowtest plays the workflow of accessmgmt on any store: the
// commands one by one, two at once, and who may do what. It is run on the
// memory store beside accessmgmt, and on databases in internal/verify.
package workflowtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/egovroles/egovroles/accessmgmt"
	"github.com/egovroles/egovroles/invitation"
	"github.com/egovroles/egovroles/roles"
)

// Open returns an empty store. It closes by itself at the end of the test.
type Open func(t testing.TB) accessmgmt.Store

// Start is the instant at which each world begins, a Monday morning.
var Start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// World is a portal in a test: a service with a clock to move, a mailbox to
// read and a register to fail, one enterprise with a GAP, and people.
type World struct {
	testing.TB
	Ctx      context.Context
	Svc      *accessmgmt.Service
	Store    accessmgmt.Store
	Options  accessmgmt.Options
	Clock    *Clock
	Mailbox  *Mailbox
	Register *Register
	letters  *letters

	// Rep is Acme's legal representative, GAP its access manager; Acme is
	// the enterprise once WithGAP has run.
	Rep, GAP accessmgmt.Actor
	Number   accessmgmt.EnterpriseNumber
	Acme     accessmgmt.EnterpriseID

	count int
	// before is how many mails were there before the last sweep.
	before int
}

// Count returns 1, 2, 3 and so on, to make names of.
func (w *World) Count() int {
	w.count++
	return w.count
}

// Clock is the time of a world.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the time on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set moves the time.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Mailbox keeps what was sent.
type Mailbox struct {
	mu    sync.Mutex
	mails []accessmgmt.Mail
	// fail, when set, says what Send returns instead of keeping the mail.
	fail func(accessmgmt.Mail) error
}

// Send keeps a mail.
func (m *Mailbox) Send(_ context.Context, mail accessmgmt.Mail) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		if err := m.fail(mail); err != nil {
			return err
		}
	}
	m.mails = append(m.mails, mail)
	return nil
}

// FailWith makes Send fail; nil ends that.
func (m *Mailbox) FailWith(err error) {
	if err == nil {
		m.FailBy(nil)
		return
	}
	m.FailBy(func(accessmgmt.Mail) error { return err })
}

// FailBy makes Send fail with what a function returns; nil ends that.
func (m *Mailbox) FailBy(fail func(accessmgmt.Mail) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = fail
}

// All returns every mail sent so far.
func (m *Mailbox) All() []accessmgmt.Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mails)
}

// Clear forgets the mails sent so far.
func (m *Mailbox) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = nil
}

// Register is the register of legal representatives of a world.
type Register struct {
	mu    sync.Mutex
	known accessmgmt.StaticRepresentatives
	down  bool
	asked int
}

// Represents answers, or fails when the register is down.
func (r *Register) Represents(ctx context.Context, id accessmgmt.Identity, n accessmgmt.EnterpriseNumber) (accessmgmt.Representation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if r.down {
		return accessmgmt.Representation{}, errors.New("no answer from the register")
	}
	return r.known.Represents(ctx, id, n)
}

// Down makes the register fail, or answer again.
func (r *Register) Down(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

// Add makes somebody the legal representative of an enterprise.
func (r *Register) Add(number accessmgmt.EnterpriseNumber, name string, who accessmgmt.Actor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = append(r.known, accessmgmt.StaticRepresentative{
		Enterprise: number, EnterpriseName: name, Person: who.Identity.Ref(), Function: "director", Evidence: "consultation 1"})
}

// Secret is the key's secret of every world.
var Secret = []byte("a secret of a world in a test, 32")

// New returns a world without any enterprise yet. change may alter the options
// before the service is made.
func New(t testing.TB, open Open, change ...func(*accessmgmt.Options)) *World {
	key, err := accessmgmt.NewKey("k1", Secret)
	require.NoError(t, err)
	w := &World{TB: t, Ctx: context.Background(), Store: open(t), Clock: &Clock{now: Start}, Mailbox: &Mailbox{}, Register: &Register{}, letters: &letters{}}
	w.Options = accessmgmt.Options{
		Catalogue: roles.MonEspace(), Representatives: w.Register, Key: key, AcceptURL: "https://portal.example/invitation", Now: w.Clock.Now,
		Jitter: mailsOnTime,
	}
	for _, c := range change {
		c(&w.Options)
	}
	w.Svc = w.Service(w.Options)
	w.Rep = Person("Renée", "Peeters")
	w.GAP = Person("Luc", "Maes")
	w.Number = accessmgmt.MustParseEnterpriseNumber("0884.303.369")
	w.Register.Add(w.Number, "Acme SA", w.Rep)
	return w
}

// WithGAP returns a world whose enterprise has a GAP and whose mailbox is empty.
func WithGAP(t testing.TB, open Open, change ...func(*accessmgmt.Options)) *World {
	w := New(t, open, change...)
	w.Acme = w.Enterprise(w.Number, w.Rep, w.GAP)
	w.Deliver()
	w.Mailbox.Clear()
	return w
}

// mailsOnTime draws no pauses before mails are tried again, so that a test can say
// when; those of commands that overtook each other are drawn, as they must be.
func mailsOnTime(bound time.Duration) time.Duration {
	if bound > time.Second {
		return 0
	}
	return rand.N(bound)
}

// withoutPauses draws no pauses, for tests in which a command is always overtaken.
func withoutPauses(time.Duration) time.Duration { return 0 }

// Service makes another service on the same store, with other options.
func (w *World) Service(o accessmgmt.Options) *accessmgmt.Service {
	svc, err := accessmgmt.New(w.Store, w.Mailbox, &o)
	require.NoError(w, err)
	return svc
}

// Enterprise designates a GAP, who is then known by his account too.
func (w *World) Enterprise(number accessmgmt.EnterpriseNumber, rep, gap accessmgmt.Actor) accessmgmt.EnterpriseID {
	done, err := w.Svc.DesignateGAP(w.Ctx, rep, w.Designation(number, gap))
	require.NoError(w, err)
	return done.Enterprise.ID
}

// Designation is the command that makes an actor the GAP.
func (w *World) Designation(number accessmgmt.EnterpriseNumber, gap accessmgmt.Actor) accessmgmt.DesignateGAP {
	id := gap.Identity
	return accessmgmt.DesignateGAP{
		Enterprise: number,
		GAP: accessmgmt.Candidate{GivenName: id.GivenName, FamilyName: id.FamilyName, Number: id.Number,
			Email: Address(id), Language: roles.French},
		Contact: accessmgmt.MustParseEmail("direction@acme.example"),
	}
}

// numbers are valid national numbers nobody has (births of 1900).
var numbers = struct {
	sync.Mutex
	given map[string]accessmgmt.SSIN
}{given: map[string]accessmgmt.SSIN{}}

// SSIN returns a valid synthetic national number, the same for the same name.
func SSIN(name string) accessmgmt.SSIN {
	numbers.Lock()
	defer numbers.Unlock()
	if n, ok := numbers.given[name]; ok {
		return n
	}
	day, counter := 1+len(numbers.given)/498, 1+len(numbers.given)%498*2 // of January 1901
	first9 := 10100000 + day*1000 + counter                              // year 01, month 01, the day, the counter
	digits := fmt.Sprintf("%09d", first9)
	n, err := accessmgmt.ParseSSIN(fmt.Sprintf("%s%02d", digits, 97-first9%97), Start)
	if err != nil {
		panic(err)
	}
	numbers.given[name] = n
	return n
}

// Person returns somebody who logged in with his eID.
func Person(given, family string) accessmgmt.Actor {
	return accessmgmt.User(accessmgmt.Identity{
		Issuer: "https://eid.example", Subject: given + "." + family, GivenName: given, FamilyName: family,
		Number: SSIN(given + " " + family), Assurance: accessmgmt.AssuranceHigh,
	})
}

// Staff returns a member of the portal's staff.
func Staff() accessmgmt.Actor {
	a := Person("Sam", "Staff")
	return accessmgmt.Operator(a.Identity, "file 1234", "asked by telephone")
}

// Address is the address a person types.
func Address(id accessmgmt.Identity) accessmgmt.Email {
	return accessmgmt.MustParseEmail(id.GivenName + "." + id.FamilyName + "@acme.example")
}

// ID returns a person's id, however weakly he has proved who he is.
func (w *World) ID(a accessmgmt.Actor) accessmgmt.PersonID {
	a.Identity.Assurance = accessmgmt.AssuranceHigh
	id, err := w.Svc.Identify(w.Ctx, a.Identity)
	require.NoError(w, err)
	return id
}

// Line offers a role from today on, without an end.
func (w *World) Line(role roles.Code) invitation.Line {
	return invitation.Line{Role: role, Period: roles.From(w.Svc.Today())}
}

// Invitation invites an actor to one role.
func (w *World) Invitation(a accessmgmt.Actor, lines ...invitation.Line) accessmgmt.Invite {
	return accessmgmt.Invite{Enterprise: w.Acme, Lines: lines,
		Recipients: []invitation.Invitee{{GivenName: a.Identity.GivenName, FamilyName: a.Identity.FamilyName, Email: Address(a.Identity), Language: roles.French}}}
}

// Invite has the GAP invite an actor, and returns the recipient with the token
// of the mail he got.
func (w *World) Invite(a accessmgmt.Actor, lines ...invitation.Line) (invitation.Recipient, accessmgmt.Token) {
	w.Helper()
	return w.invite(w.Invitation(a, lines...)).Results[0].Value, w.LastToken(Address(a.Identity))
}

// Deliver sends every message that is due.
func (w *World) Deliver() {
	for {
		done, err := w.Svc.DispatchOnce(w.Ctx)
		require.NoError(w, err)
		if done == (accessmgmt.Dispatched{}) {
			return
		}
	}
}

// LastToken delivers the mails and takes the token out of the last link sent to
// an address, as its reader would.
func (w *World) LastToken(to accessmgmt.Email) accessmgmt.Token {
	w.Deliver()
	mails := w.Mailbox.All()
	for _, m := range slices.Backward(mails) {
		if m.Link == "" || !m.To.Email.Same(to) {
			continue
		}
		u, err := url.Parse(m.Link)
		require.NoError(w, err)
		token, err := accessmgmt.ParseToken(u.Query().Get("token"))
		require.NoError(w, err)
		return token
	}
	require.Fail(w, "no mail with a link")
	return accessmgmt.Token{}
}

// Accept accepts with the actor's own address.
func (w *World) Accept(a accessmgmt.Actor, token accessmgmt.Token) []invitation.Request {
	done, err := w.Svc.Accept(w.Ctx, a, token, accessmgmt.Accept{Email: Address(a.Identity)})
	require.NoError(w, err)
	return done.Requests
}

// Request invites an actor and lets him accept.
func (w *World) Request(a accessmgmt.Actor, line invitation.Line) invitation.Request {
	_, token := w.Invite(a, line)
	return w.Accept(a, token)[0]
}

// Give invites an actor, who accepts, and the GAP approves.
func (w *World) Give(a accessmgmt.Actor, line invitation.Line) accessmgmt.RoleAssignment {
	r := w.Request(a, line)
	results, err := w.Svc.Approve(w.Ctx, w.GAP, accessmgmt.Approve{Requests: []accessmgmt.RequestRef{r.Ref()}})
	require.NoError(w, err)
	require.NoError(w, results[0].Err)
	return results[0].Value.Assignment
}

// May asks whether an actor may do something for the enterprise now.
func (w *World) May(a accessmgmt.Actor, action roles.Action) accessmgmt.Decision {
	d, err := w.Svc.Check(w.Ctx, accessmgmt.Question{Person: w.ID(a), Enterprise: w.Acme, Action: action})
	require.NoError(w, err)
	return d
}

// Events returns the events of the audit, in order.
func (w *World) Events() []accessmgmt.AuditEvent {
	var events []accessmgmt.AuditEvent
	for r, err := range w.Svc.Audit(w.Ctx, Staff(), accessmgmt.AuditQuery{Enterprise: w.Acme}) {
		require.NoError(w, err)
		events = append(events, r.Event)
	}
	return events
}

// RequireIntact fails unless the enterprise's audit verifies and it has the
// number of commits that its epoch says.
func (w *World) RequireIntact() {
	report, err := w.Svc.VerifyAudit(w.Ctx, Staff(), w.Acme)
	require.NoError(w, err)
	require.True(w, report.Intact(), "the audit is broken: %+v", report.Broken)
}

// Snapshot is everything a store shows of an enterprise, to tell that nothing
// changed.
func (w *World) Snapshot() map[string]any {
	ent, err := w.Store.Enterprise(w.Ctx, w.Acme)
	require.NoError(w, err)
	all := accessmgmt.Page{Limit: 1000}
	one := []accessmgmt.EnterpriseID{w.Acme}
	recipients, err := w.Store.FindRecipients(w.Ctx, accessmgmt.RecipientFilter{Enterprises: one}, all)
	require.NoError(w, err)
	requests, err := w.Store.FindRequests(w.Ctx, accessmgmt.RequestFilter{Enterprises: one}, all)
	require.NoError(w, err)
	assignments, err := w.Store.FindAssignments(w.Ctx, accessmgmt.AssignmentFilter{Enterprises: one}, all)
	require.NoError(w, err)
	gaps, err := w.Store.GAPs(w.Ctx, w.Acme)
	require.NoError(w, err)
	managers, err := w.Store.Managers(w.Ctx, w.Acme)
	require.NoError(w, err)
	units, err := w.Store.FindUnits(w.Ctx, accessmgmt.UnitFilter{Enterprises: one}, all)
	require.NoError(w, err)
	suspensions, err := w.Store.Suspensions(w.Ctx, w.Acme)
	require.NoError(w, err)
	templates, err := w.Store.FindTemplates(w.Ctx, accessmgmt.TemplateFilter{Enterprises: one, Retired: true}, all)
	require.NoError(w, err)
	return map[string]any{"enterprise": ent, "recipients": recipients, "requests": requests, "assignments": assignments, "gaps": gaps,
		"managers": managers, "units": units, "suspensions": suspensions, "templates": templates}
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Asked returns how often the register was asked.
func (r *Register) Asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// Rename changes what the register calls an enterprise.
func (r *Register) Rename(number accessmgmt.EnterpriseNumber, name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.known {
		if r.known[i].Enterprise == number {
			r.known[i].EnterpriseName = name
		}
	}
}
