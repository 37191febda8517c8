package accessmgmt

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
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
	//   - "mail not sent", a warning, for each attempt that failed.
	// An input that is refused before anything is read leaves no line, and
	// neither does a preview. Defaults to none.
	Logger *slog.Logger
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// NewID makes ids. Defaults to UUIDs of version 7.
	NewID func() uuid.UUID
	// Random salts the commitments of the audit. Defaults to crypto/rand.
	Random io.Reader
}

// Policy is what a portal may decide otherwise. The zero Policy is the
// decisions of the guides.
type Policy struct {
	// Location is the zone of civil dates. Defaults to Europe/Brussels (D4).
	Location *time.Location
	// InvitationDays is how long an invitation can be answered when it
	// doesn't say. Defaults to 30 (D12).
	InvitationDays int
	// RequestDays is how long a request can be decided. Defaults to 90 (D6).
	RequestDays int
	// MinAssurance is how strongly everybody must have proved who he is.
	// Defaults to AssuranceHigh, the eID's (D30).
	MinAssurance Assurance
	// ExceptionalAssurance is how strongly somebody must have proved who he is
	// to ask for the exceptional procedure, which is for those who have no eID;
	// see [Service.RequestGAP]. Defaults to AssuranceLow.
	ExceptionalAssurance Assurance
	// Matcher is who may accept an invitation. Defaults to BindOnAccept.
	Matcher Matcher
	// Language is that of messages to persons who chose none. Defaults to
	// French.
	Language roles.Language
	// SelfApproval is whether a manager may give himself a role. Defaults to
	// AllowSelf, as the guides have it (D2).
	SelfApproval SelfApproval
	// OnGAPChange is what becomes of open invitations and requests when the
	// GAP is replaced or the office vacated. Defaults to Reassign (D5).
	OnGAPChange OnGAPChange
	// WarnDays is how long before its end the last term of office of a manager
	// is warned of, and what "about to end" means in lists that don't say.
	// Defaults to 30.
	WarnDays int
}

// SelfApproval is the rule for roles that a manager would give to himself.
type SelfApproval string

// The rules. Whatever the rule, the audit says that somebody gave himself a
// role.
const (
	AllowSelf SelfApproval = "allow"
	// ForbidSelf refuses it on every path: invitation by name, approval, direct
	// assignment, replacement, extension, one by one or in bulk (c-29).
	ForbidSelf SelfApproval = "forbid"
)

// OnGAPChange is the rule for what a GAP leaves open when another takes office.
type OnGAPChange string

// The rules.
const (
	// Reassign leaves invitations and requests as they are: they are the
	// enterprise's, and the new GAP decides.
	Reassign OnGAPChange = "reassign"
	// Cancel revokes the open invitations and refuses the open requests.
	Cancel OnGAPChange = "cancel"
)

// Matcher is the rule for who may accept an invitation (D10). Whatever the
// rule, an invitation that names a known person is for that person.
type Matcher string

// The rules.
const (
	// BindOnAccept: whoever holds the link and logs in; the approver sees
	// where he differs from the one invited.
	BindOnAccept Matcher = "bind_on_accept"
	// VerifiedEmail: only who has the invited address, verified by the
	// identity provider.
	VerifiedEmail Matcher = "verified_email"
)

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

	turns *turns

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
		watcher: o.Watcher, turns: newTurns(),
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

func (s *Service) applyPolicyDefaults(problems *roles.Problems) {
	p := &s.policy
	if p.Location == nil {
		brussels, err := time.LoadLocation("Europe/Brussels")
		if err != nil { // it is embedded
			problems.Add("Policy.Location", roles.ProblemUnknown, "Europe/Brussels isn't known here")
		}
		p.Location = brussels
	}
	defaultTo(&p.InvitationDays, 30)
	defaultTo(&p.RequestDays, 90)
	defaultTo(&p.MinAssurance, AssuranceHigh)
	defaultTo(&p.ExceptionalAssurance, AssuranceLow)
	defaultTo(&p.Matcher, BindOnAccept)
	defaultTo(&p.Language, roles.French)
	defaultTo(&p.SelfApproval, AllowSelf)
	defaultTo(&p.OnGAPChange, Reassign)
	defaultTo(&p.WarnDays, 30)
	if p.SelfApproval != AllowSelf && p.SelfApproval != ForbidSelf {
		problems.Add("Policy.SelfApproval", roles.ProblemUnknown, "there is no such rule")
	}
	if p.OnGAPChange != Reassign && p.OnGAPChange != Cancel {
		problems.Add("Policy.OnGAPChange", roles.ProblemUnknown, "there is no such rule")
	}
	if p.WarnDays < 1 || p.WarnDays > 365 {
		problems.Add("Policy.WarnDays", roles.ProblemTooFar, "a warning comes 1 to 365 days ahead")
	}
	if p.InvitationDays < 1 || p.InvitationDays > 365 {
		problems.Add("Policy.InvitationDays", roles.ProblemTooFar, "an invitation stays open 1 to 365 days")
	}
	if p.RequestDays < 1 || p.RequestDays > 3650 {
		problems.Add("Policy.RequestDays", roles.ProblemTooFar, "a request can be decided for 1 to 3650 days")
	}
	if p.MinAssurance > AssuranceHigh {
		problems.Add("Policy.MinAssurance", roles.ProblemUnknown, "there is no such level")
	}
	if p.ExceptionalAssurance > AssuranceHigh {
		problems.Add("Policy.ExceptionalAssurance", roles.ProblemUnknown, "there is no such level")
	}
	if p.Matcher != BindOnAccept && p.Matcher != VerifiedEmail {
		problems.Add("Policy.Matcher", roles.ProblemUnknown, "there is no such matcher")
	}
	if known, ok := roles.ParseLanguage(string(p.Language)); !ok || known != p.Language {
		problems.Add("Policy.Language", roles.ProblemUnknown, "the language is none of fr, nl, de, en")
	}
}

func defaultTo[T comparable](v *T, otherwise T) {
	if *v == *new(T) {
		*v = otherwise
	}
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

// How often a command that others overtook is decided again. The longest pause
// must be long against a decision: eight callers who decide for as long as they
// pause go on colliding, and one of them loses every time.
const (
	maxTries   = 12
	firstPause = 2 * time.Millisecond
	maxPause   = time.Second
)

// again calls decide until it returns anything but a conflict, a bounded
// number of times, with a random pause between (full jitter: callers who
// collided must not collide again).
func again(ctx context.Context, decide func() error) error {
	pause := firstPause
	for try := 1; ; try++ {
		err := decide()
		overtaken := errors.Is(err, ErrConflict) || errors.Is(err, ErrRepeated)
		if !overtaken || errors.Is(err, errStale) || try == maxTries {
			return err
		}
		timer := time.NewTimer(time.Duration(mathrand.Int64N(int64(pause))))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		pause = min(2*pause, maxPause)
	}
}
