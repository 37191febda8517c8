package accessmgmt

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"time"
	_ "time/tzdata" // decision D4: the policy's zone is there on any machine

	"github.com/google/uuid"

	"github.com/egovroles/egovroles/roles"
)

// Options is what a [Service] needs beside a store and a mailer. Catalogue,
// Representatives, Key and AcceptURL are required; the others have defaults.
type Options struct {
	// Catalogue is the roles there are.
	Catalogue *roles.Catalogue
	// Application is the one that questions are about when they name none.
	// Defaults to the catalogue's, when it has only one.
	Application roles.ApplicationCode
	// Representatives says who may bind an enterprise.
	Representatives LegalRepresentatives
	// Key derives the tokens of new invitations and hashes national numbers.
	Key Key
	// OldKeys still open the invitations and recognise the persons that
	// they were used for. Defaults to none.
	OldKeys []Key
	// AcceptURL is the portal's page for invited persons, an https address;
	// the link of an invitation is this with ?token=… added, or &token=… when
	// it has a query of its own. The page shows
	// what [Service.Inspect] gives and accepts only by POST, since mail
	// scanners follow links.
	AcceptURL string
	// Policy is what a portal may decide otherwise than the guides.
	Policy Policy
	// Limiter bounds the mails with a link to one address, from all enterprises
	// together. Defaults to [NewMemoryLimiter] with 100 a day, which knows of this
	// service alone.
	Limiter Limiter
	// Watcher is told of each commit. Defaults to nobody.
	Watcher Watcher
	// Logger gets lines with ids and codes only:
	//   - "committed" for each commit, or "written" for each in a transaction of
	//     the portal's, with how many items of a bulk failed, if
	//     any did;
	//   - "refused", with the act, the code, and the enterprise and the actor's
	//     person as far as they are known, for each command that was refused or
	//     failed, for a bulk of which no item could be done (one for each of its
	//     enterprises, with the code of the first item), and for each question
	//     whose actor is not admitted or has no leave to ask it;
	//   - "mail not sent", a warning, for each attempt that failed, and "mail set
	//     aside", an error, for the last of a message; with the reason, where the
	//     mailer's error has one: a method Reason() string that names nobody;
	//   - "dead mails", with how many staff had sent or dropped;
	//   - "not done", a warning, with the code, for each part of [Service.Run] that
	//     failed and is done again later;
	//   - "not swept", a warning with the enterprise and the code, for each that
	//     [Service.Sweep] passed over;
	//   - "limiter failed", a warning, when Limiter couldn't be asked or told.
	// An input that is refused before anything is read leaves no line, and
	// neither does a preview. Defaults to none.
	Logger *slog.Logger
	// MailTimeout is how long the mailer may take for one mail; its context ends
	// then. A dispatcher holds a batch for five times as long, and for five minutes
	// at least. Defaults to a minute.
	MailTimeout time.Duration
	// Jitter draws a duration below a bound, each as likely: by it the pauses differ
	// before a mail is tried again, and before a command that another overtook is
	// decided again. Defaults to rand.N of math/rand/v2.
	Jitter func(bound time.Duration) time.Duration
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// NewID makes ids. Defaults to UUIDs of version 7.
	NewID func() uuid.UUID
	// Random salts the commitments of the audit. Defaults to crypto/rand.
	Random io.Reader
}

// Service is the use cases. Make one with [New]; it may be used from any
// number of goroutines, and any number of processes may have one on the same
// store. Commands of one service on one enterprise wait for each other, as long
// as their context lets them; let a process have one service, not one for each
// request.
type Service struct {
	store  Store
	mailer Mailer

	catalogue   *roles.Catalogue
	application roles.ApplicationCode
	register    LegalRepresentatives
	keys        []Key // the current one first
	acceptURL   *url.URL
	policy      Policy
	log         *slog.Logger
	clock       func() time.Time
	newID       func() uuid.UUID
	random      io.Reader
	watcher     Watcher
	limiter     Limiter
	mailTimeout time.Duration
	jitter      func(time.Duration) time.Duration
	rounds      *rounds

	turns *turns
	// told has an element when there may be something new to send.
	told chan struct{}

	// preview, when set, gets the changesets instead of the store.
	preview *Preview
}

// New returns a service on a store that sends its messages through a mailer.
// It reports everything that is wrong with the options at once, and starts
// nothing: messages are sent by [Service.DispatchOnce].
func New(store Store, mailer Mailer, o *Options) (*Service, error) {
	if o == nil {
		o = &Options{}
	}
	var problems roles.Problems
	require := func(ok bool, field, text string) {
		if !ok {
			problems.Add(field, roles.ProblemRequired, text)
		}
	}
	require(!isNil(store), "store", "the store is missing")
	require(!isNil(mailer), "mailer", "the mailer is missing")
	require(o.Catalogue != nil, "Catalogue", "the catalogue is missing")
	require(!isNil(o.Representatives), "Representatives", "the register of legal representatives is missing")
	require(!o.Key.IsZero(), "Key", "the key is missing")

	s := &Service{
		store: store, mailer: mailer, catalogue: o.Catalogue, application: o.Application, register: o.Representatives,
		keys: append([]Key{o.Key}, o.OldKeys...), policy: o.Policy, log: o.Logger, clock: o.Now, newID: o.NewID, random: o.Random,
		watcher: o.Watcher, limiter: o.Limiter, rounds: &rounds{after: map[errand]Due{}}, turns: newTurns(), mailTimeout: o.MailTimeout, jitter: o.Jitter, told: make(chan struct{}, 1),
	}
	defaultTo(&s.mailTimeout, time.Minute)
	if s.mailTimeout < time.Second || s.mailTimeout > time.Hour {
		problems.Add("MailTimeout", roles.ProblemTooFar, "a mail may take a second to an hour")
	}
	if s.jitter == nil {
		s.jitter = drawn
	}
	for i, key := range o.OldKeys {
		if key.IsZero() || slices.ContainsFunc(s.keys[:i+1], func(k Key) bool { return k.ID() == key.ID() }) {
			problems.Add(fmt.Sprintf("OldKeys[%d]", i), roles.ProblemDuplicate, "each key has an id of its own and a secret")
		}
	}
	s.acceptURL = acceptURL(o.AcceptURL, &problems)
	s.applyPolicyDefaults(&problems)
	if o.Catalogue != nil {
		s.defaultApplication(&problems)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.clock == nil {
		s.clock = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if isNil(s.watcher) {
		s.watcher = nobody{}
	}
	if isNil(s.limiter) {
		s.limiter = NewMemoryLimiter(0)
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	if s.newID == nil {
		s.newID = func() uuid.UUID { return uuid.Must(uuid.NewV7()) }
	}
	if len(problems) > 0 {
		return nil, &Error{Act: "new", Kind: ErrInvalid, Code: CodeInvalid, Err: problems}
	}
	return s, nil
}

// isNil reports whether an interface holds nothing to call: no value at all, or
// a nil pointer or function, which would be noticed at the first call only. An
// empty list is something.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Func:
		return r.IsNil()
	default:
		return false
	}
}

// acceptURL wants an absolute https address, so that no token travels in the
// clear and no link of a mail leads elsewhere; http only to the own machine.
func acceptURL(s string, problems *roles.Problems) *url.URL {
	u, err := url.Parse(s)
	switch {
	case s == "":
		problems.Add("AcceptURL", roles.ProblemRequired, "the address of the page for invited persons is missing")
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		problems.Add("AcceptURL", roles.ProblemMalformed, "the address of the page for invited persons must be absolute, without user and fragment")
	case u.Scheme != "https" && (u.Scheme != "http" || !ownMachine(u.Hostname())):
		problems.Add("AcceptURL", roles.ProblemMalformed, "the address of the page for invited persons must be https (http for the own machine alone)")
	case u.Query().Has("token"):
		problems.Add("AcceptURL", roles.ProblemDuplicate, "the address of the page for invited persons has a token of its own")
	}
	return u
}

func ownMachine(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func (s *Service) defaultApplication(problems *roles.Problems) {
	apps := s.catalogue.Applications()
	if s.application == "" && len(apps) == 1 {
		s.application = apps[0].Code
	}
	if s.application != "" {
		if _, ok := s.catalogue.Application(s.application); !ok {
			problems.Add("Application", roles.ProblemUnknown, "the catalogue has no such application")
		}
	}
}

// now is the instant that everything of one call happens at.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(micros) }

// today is the civil date in the policy's zone.
func (s *Service) today(now time.Time) roles.Date { return roles.DateOf(now, s.policy.Location) }

// Today returns the civil date in the policy's zone, for forms.
func (s *Service) Today() roles.Date { return s.today(s.now()) }

// Catalogue returns the roles there are.
func (s *Service) Catalogue() *roles.Catalogue { return s.catalogue }
